/** Bugs planted into the product for the length of a test, without touching src. */
import { strict as assert } from 'node:assert';

export interface Bug {
  readonly what: string;
  readonly plant: () => () => void;
  /** What the simulation says of it. */
  readonly found: RegExp;
}

/** @returns what takes it back */
export function replace<T, K extends keyof T>(
  target: T,
  name: K,
  make: (original: T[K]) => T[K],
): () => void {
  const original = target[name];
  target[name] = make(original);
  return () => {
    target[name] = original;
  };
}

/** A test for each: within so many seeds the simulation must say what is wrong. */
export function findAll(
  bugs: readonly Bug[],
  seeds: number,
  runSeed: (seed: number) => string | undefined,
): void {
  for (const { what, plant, found } of bugs) {
    it(what, () => {
      const remove = plant();
      try {
        let seed = 1;
        let wrong = runSeed(seed);
        while (wrong === undefined && seed < seeds) wrong = runSeed(++seed);
        if (process.env.SIM_VERBOSE !== undefined) console.log(`      seed ${seed}: ${wrong}`);
        assert.match(wrong ?? 'nothing was found', found);
        assert.notEqual(wrong, undefined, 'the simulation says what is wrong');
      } finally {
        remove();
      }
    });
  }
}
