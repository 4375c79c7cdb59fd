/** What a bad network does to datagrams, replayable: the same seed gives the same fates. */
import { randomOf } from './random.ts';

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
  readonly #random: () => number;

  constructor(seed: number, options: ImpairmentOptions) {
    this.#random = randomOf(seed);
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
}
