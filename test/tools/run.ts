/** `npm test`: every part after the other, then one plain line, `N passed, N failed`. */
import { type PartResult, runPart } from './part.ts';

const MINUTE_MS = 60_000;
/** The parts of a group share its time. */
const GROUPS = [
  { parts: ['check', 'coverage', 'sim'], limitMs: 15 * MINUTE_MS },
  { parts: ['interop'], limitMs: 15 * MINUTE_MS },
] as const;

const results = new Map<string, PartResult>();
for (const { parts, limitMs } of GROUPS) {
  const endsAt = performance.now() + limitMs;
  for (const part of parts) {
    console.log(`\n=== ${part}`);
    const leftMs = Math.max(1, endsAt - performance.now());
    results.set(part, await runPart(['npm', 'run', '--silent', part], leftMs));
  }
}

let passed = 0;
let failed = 0;
console.log('');
for (const [part, result] of results) {
  passed += result.passed;
  failed += result.failed;
  console.log(`${part.padEnd(10)} ${result.seconds.toFixed(1).padStart(6)} s  ${result.how}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
