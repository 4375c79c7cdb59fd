/** How many octets of V8's new space something takes, besides as many turns of nothing. */
import { getHeapSpaceStatistics } from 'node:v8';

const WARM_UP_TURNS = 10_000;
/** A collection within the measured turns would falsify it: the sum is checked so often. */
const CHECK_EVERY_TURNS = 1_000;

export interface Measured {
  readonly idleOctets: number;
  readonly busyOctets: number;
  /** How much further `count` was after the busy turns. */
  readonly frames: number;
}

/** @param turn told whether frames are to pass in it @param count of frames that have passed */
export function measure(
  turns: number,
  turn: (number: number, hasFrames: boolean) => void,
  count: () => number,
): Measured {
  run(WARM_UP_TURNS, true, turn);
  run(WARM_UP_TURNS, false, turn);
  globalThis.gc?.();
  const idleOctets = run(turns, false, turn);
  const before = count();
  const busyOctets = run(turns, true, turn);
  return { idleOctets, busyOctets, frames: count() - before };
}

function run(
  turns: number,
  hasFrames: boolean,
  turn: (number: number, hasFrames: boolean) => void,
): number {
  const before = newSpaceOctets();
  let last = before;
  for (let number = 1; number <= turns; number++) {
    turn(number, hasFrames);
    if (number % CHECK_EVERY_TURNS === 0) {
      const now = newSpaceOctets();
      if (now < last) throw new Error('new space was collected within the measurement');
      last = now;
    }
  }
  return newSpaceOctets() - before;
}

function newSpaceOctets(): number {
  for (const space of getHeapSpaceStatistics()) {
    if (space.space_name === 'new_space') return space.space_used_size;
  }
  throw new Error('this V8 has no new_space');
}
