/**
 * Whether packets still pass: their count is sampled, for they do not come by here. The end comes
 * between the configured time after the last packet and a tenth of it later.
 */
import type { Millis } from '../../base/machine.ts';

const SAMPLES = 10;
const NEVER = Number.POSITIVE_INFINITY;

export class IdleWatch {
  readonly #idleMs: Millis;
  readonly #packets: () => number;
  #at: Millis = NEVER;
  #seen = 0;
  #idleBy: Millis = NEVER;

  /** `idleMs`: 0 for never. `packets`: so far, both ways. */
  constructor(idleMs: Millis, packets: () => number) {
    this.#idleMs = idleMs;
    this.#packets = packets;
  }

  deadline(): Millis {
    return this.#at;
  }

  start(now: Millis): void {
    if (this.#idleMs > 0) this.#sample(now);
  }

  stop(): void {
    this.#at = NEVER;
  }

  /** @returns whether nothing has passed for so long */
  timer(now: Millis): boolean {
    if (now < this.#at) return false;
    if (this.#packets() === this.#seen) {
      if (now >= this.#idleBy) return true;
      this.#at = Math.min(this.#idleBy, now + this.#idleMs / SAMPLES);
    } else {
      this.#sample(now);
    }
    return false;
  }

  #sample(now: Millis): void {
    this.#seen = this.#packets();
    this.#idleBy = now + this.#idleMs;
    this.#at = now + this.#idleMs / SAMPLES;
  }
}
