/**
 * When a line's device is to be opened: at once the first time, then after 1, 2, 4 … 30 s, so that
 * a device that is not there, or goes as soon as it comes, costs next to nothing. Sans-I/O.
 */
import type { Millis } from '../../base/machine.ts';
import type { Timers } from '../../base/timers.ts';

const FIRST_DELAY_MS: Millis = 1_000;
const LAST_DELAY_MS: Millis = 30_000;
/** A device that was of use this long begins anew with the shortest delay. */
const PROVEN_MS: Millis = 10_000;

type ReopenState = 'new' | 'opening' | 'open' | 'waiting' | 'stopped';

export class Reopen {
  readonly #timers: Timers;
  readonly #timer: number;
  readonly #open: () => void;
  #state: ReopenState = 'new';
  #delayMs = FIRST_DELAY_MS;
  #openedAt: Millis = 0;

  /** `open` begins to open the device; opened() or failed() follows. */
  constructor(timers: Timers, open: () => void) {
    this.#timers = timers;
    this.#timer = timers.create(() => this.#attempt());
    this.#open = open;
  }

  get state(): ReopenState {
    return this.#state;
  }

  start(): void {
    if (this.#state === 'new') this.#attempt();
  }

  opened(now: Millis): void {
    this.#state = 'open';
    this.#openedAt = now;
  }

  /** Octets came: whatever happens next, the device is a real one. */
  proven(): void {
    this.#delayMs = FIRST_DELAY_MS;
  }

  /**
   * It could not be opened, or was open and is no more. @returns the delay until the next attempt
   */
  failed(now: Millis): Millis {
    if (this.#state === 'open' && now - this.#openedAt >= PROVEN_MS) this.proven();
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, LAST_DELAY_MS);
    this.#state = 'waiting';
    this.#timers.set(this.#timer, now + delayMs);
    return delayMs;
  }

  /** For good. */
  stop(): void {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    this.#timers.destroy(this.#timer);
  }

  #attempt(): void {
    this.#state = 'opening';
    this.#open();
  }
}
