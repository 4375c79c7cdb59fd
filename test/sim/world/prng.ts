/** All chance of a simulation comes from here: a seed replays it. */
import type { Random } from '../../../src/base/machine.ts';

/** mulberry32. */
export class Prng implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 <= x < 1 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Both ends included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const [value] = list.slice(this.int(0, list.length - 1));
    return value as T;
  }

  octets(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.int(0, 255));
  }

  /** A stream of its own, so that one part's use of chance does not move another's. */
  fork(): Prng {
    return new Prng(Math.floor(this.next() * 2 ** 32));
  }
}

/**
 * The LAC's randomness: no id comes twice in a world, so that what belongs to an earlier tunnel is
 * never taken for a later one's, and any repetition seen on the wire is the product's doing.
 */
export class FreshIds implements Random {
  readonly #prng: Prng;
  readonly #used = new Set<number>();

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  octets(count: number): Uint8Array {
    for (;;) {
      const octets = this.#prng.octets(count);
      const [high = 0, low = 0] = octets;
      if (count !== 2) return octets;
      if (this.#used.has(high * 256 + low)) continue;
      this.#used.add(high * 256 + low);
      return octets;
    }
  }
}
