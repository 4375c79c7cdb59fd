/**
 * The LAC and the LNS of the product, each other's peer, `SIM_SEEDS=N` seeds of them (2,000 in CI);
 * `SIM_SEED=n` replays one and prints what happened.
 */
import { strict as assert } from 'node:assert';
import { runSeed } from './both/chaos.ts';
import { printTrace } from './world/trace.ts';

const SEEDS = Number(process.env.SIM_SEEDS ?? 2_000);
const REPLAY = process.env.SIM_SEED;
const SEEDS_A_TEST = 250;
const TEST_MS = 240_000;

const RULES = [
  'an address is never given twice [IPCP-3.3-06]',
  'a route never outlives its session [IPCP-3.3-05]',
  'a wrong password never gets in [CHAP-4.2-01]',
  'packets come from the call that has the address',
  'life when the faults are over, and nothing left at the end',
].join(', ');

function runSeeds(first: number, last: number): void {
  for (let seed = first; seed <= last; seed++) {
    const replay = `SIM_SEED=${seed} npx mocha test/sim/both.test.ts`;
    assert.equal(runSeed(seed), undefined, `seed ${seed}, replay: ${replay}`);
  }
}

describe(`sim: both ends, loss, duplication, reordering, restarts: ${RULES}`, () => {
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
});
