import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { type Lock, missingEntries } from './tools/complete-lock.mjs';

const LICENCES = [
  'MIT',
  'ISC',
  'Apache-2.0',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
];

describe('package-lock.json', () => {
  const text = readFileSync('package-lock.json', 'utf8');
  const lock: Lock = JSON.parse(text);

  it('has an entry for every optional package, or npm ci refuses it', () => {
    assert.deepEqual(missingEntries(lock), []);
  });

  it('would notice a missing one, wherever it is wanted', () => {
    const wanting = {
      version: '1.0.0',
      dev: true,
      optionalDependencies: { '@x/y-linux-arm64-musl': '2.0.0' },
    };
    const entry = {
      version: '2.0.0',
      cpu: ['arm64'],
      libc: ['musl'],
      os: ['linux'],
      dev: true,
      optional: true,
    };
    const planted = { packages: { 'node_modules/a/node_modules/b': wanting } };
    assert.deepEqual(missingEntries(planted), [['node_modules/@x/y-linux-arm64-musl', entry]]);
    for (const place of ['', 'node_modules/a/', 'node_modules/a/node_modules/b/']) {
      const packages = { ...planted.packages, [`${place}node_modules/@x/y-linux-arm64-musl`]: {} };
      assert.deepEqual(missingEntries({ packages }), [], place);
    }
  });

  it('names no registry', () => {
    assert.doesNotMatch(text, /"resolved"|https?:\/\/[^"]*\/-\//);
  });

  it('brings only free licences into the product', () => {
    for (const [path, { dev, license = '' }] of Object.entries(lock.packages)) {
      if (dev !== true) assert.ok(LICENCES.includes(license), `${path}: ${license}`);
    }
  });
});
