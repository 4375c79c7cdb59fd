/** What a bad network does to datagrams, replayable: the same seed gives the same fates. */

export interface ImpairmentOptions {
  /** Shares of 0 to 1. */
  readonly loss: number;
  readonly duplicate: number;
  /** Each copy is late by minMs to maxMs, so they overtake each other. */
  readonly minMs: number;
  readonly maxMs: number;
}

export class Impairment {
  readonly #options: ImpairmentOptions;
  #state: number;

  constructor(seed: number, options: ImpairmentOptions) {
    this.#state = seed >>> 0;
    this.#options = options;
  }

  /** @returns after how many milliseconds each copy of the next datagram goes out; empty: lost */
  next(): number[] {
    const { loss, duplicate, minMs, maxMs } = this.#options;
    const isLost = this.#random() < loss;
    const copies = this.#random() < duplicate ? 2 : 1;
    const delays = Array.from({ length: copies }, () => minMs + this.#random() * (maxMs - minMs));
    return isLost ? [] : delays;
  }

  /** mulberry32. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }
}
