/** Defaults of every mocha run. Which files run is said by the scripts of package.json. */
module.exports = {
  // tsx alone runs the tests as CommonJS: a file that does not load is explained best so, but each
  // gets helpers of the compiler, whose branches no test covers. So coverage is taken of ES modules.
  'node-option': [process.env.NODE_V8_COVERAGE ? 'import=tsx/esm' : 'import=tsx'],
  timeout: 60_000,
  // Where everything must have been tested, a test that steps aside is a failure.
  'forbid-pending': process.env.CI === 'true',
  'forbid-only': process.env.CI === 'true',
};
