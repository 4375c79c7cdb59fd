/** Whether the other end is still there: when to ask, when to give up. RFC 1661 §5.8. */
import type { Millis } from '../../base/machine.ts';

const NEVER = Number.POSITIVE_INFINITY;

export class Keepalive {
  readonly #intervalMs: Millis;
  readonly #retries: number;
  #at: Millis = NEVER;
  #unanswered = 0;

  /** An Echo-Request after `intervalMs` of silence, 0 for none; dead after `retries` of them. */
  constructor(intervalMs: Millis, retries: number) {
    this.#intervalMs = intervalMs;
    this.#retries = retries;
  }

  deadline(): Millis {
    return this.#at;
  }

  start(now: Millis): void {
    this.#unanswered = 0;
    if (this.#intervalMs > 0) this.#at = now + this.#intervalMs;
  }

  stop(): void {
    this.#at = NEVER;
  }

  /** Any frame of the other end. */
  heard(now: Millis): void {
    if (this.#at < NEVER) this.start(now);
  }

  timer(now: Millis): 'wait' | 'ask' | 'dead' {
    if (now < this.#at) return 'wait';
    if (this.#unanswered >= this.#retries) return 'dead';
    this.#unanswered++;
    this.#at = now + this.#intervalMs;
    return 'ask';
  }
}
