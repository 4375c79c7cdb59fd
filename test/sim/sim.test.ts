/**
 * The LAC between scripted callers and LNSes, `SIM_SEEDS=N` seeds of it (2,000 in CI); `SIM_SEED=n`
 * replays one and prints what happened.
 */
import { strict as assert } from 'node:assert';
import { runSeed } from './world/chaos.ts';
import { printTrace } from './world/trace.ts';

const SEEDS = Number(process.env.SIM_SEEDS ?? 2_000);
const REPLAY = process.env.SIM_SEED;
const SEEDS_A_TEST = 250;
const TEST_MS = 120_000;

const RULES = [
  'control in order and once [L2TP-5.8-01, L2TP-5.8-02, L2TP-5.8-06, L2TP-5.8-07]',
  'the window kept [L2TP-5.8-11]',
  'ids unique and never 0 [L2TP-L-06, L2TP-5.3-02]',
  'no CDN answers one [L2TP-6.12-01]',
  'no PPP of ours behind ICCN [PPP-L-04]',
  'no frame before or behind its call [L2TP-5.2-01]',
  'every frame accounted for',
  'life when the faults are over, and nothing left at the end',
].join(', ');

function runSeeds(first: number, last: number): void {
  for (let seed = first; seed <= last; seed++) {
    const wrong = runSeed(seed);
    assert.equal(
      wrong,
      undefined,
      `seed ${seed}, replay: SIM_SEED=${seed} npx mocha test/sim/sim.test.ts`,
    );
  }
}

describe(`sim: loss, duplication, reordering, damage, restarts: ${RULES}`, () => {
  if (REPLAY !== undefined) {
    it(`seed ${REPLAY}`, () => {
      assert.equal(runSeed(Number(REPLAY), printTrace), undefined);
    });
    return;
  }
  for (let first = 1; first <= SEEDS; first += SEEDS_A_TEST) {
    const last = Math.min(first + SEEDS_A_TEST - 1, SEEDS);
    it(`seeds ${first} to ${last}`, () => runSeeds(first, last)).timeout(TEST_MS);
  }

  it('replays a seed to the octet', () => {
    const trace = (seed: number): string => {
      const lines: string[] = [];
      runSeed(seed, (event, now) => lines.push(`${now} ${JSON.stringify(event)}`));
      return lines.join('\n');
    };
    const once = trace(1);
    assert(once.length > 1_000, 'something happens in it');
    assert(once === trace(1), 'and again the same');
  });
});
