/** The outside of every protocol machine, and what it is handed instead of the world. */

/** Milliseconds of a clock that never jumps; its zero means nothing. */
export type Millis = number;

/** One input in, any number of outputs appended. Runs to completion; never awaits, never throws. */
export interface Machine<In, Out> {
  handle(input: In, now: Millis, out: Out[]): void;
  /** When it next wants `{ kind: 'timer' }`; Infinity when nothing is pending. */
  deadline(): Millis;
}

/** Unpredictable octets: magic numbers, challenges, ids. A simulation hands in a seeded one. */
export interface Random {
  octets(count: number): Uint8Array;
}

/** A random id that is never 0. @returns 1..0xffff */
export function randomId(random: Random): number {
  for (;;) {
    const [high = 0, low = 0] = random.octets(2);
    const id = (high << 8) | low;
    if (id !== 0) return id;
  }
}
