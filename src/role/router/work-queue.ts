/**
 * Machines are run one input at a time, so that none is entered twice and what they say comes out
 * in the order in which it was said. Runs for control only.
 */
import type { Millis } from '../../base/machine.ts';

export class WorkQueue {
  readonly #work: (() => void)[] = [];
  #running = false;
  /** The time of the input being handled: who is called back without one asks here. */
  now: Millis = 0;

  /** Runs `work` now, or after what is running. */
  post(work: () => void, now: Millis): void {
    this.#work.push(work);
    if (this.#running) return;
    this.#running = true;
    this.now = now;
    for (let next = this.#work.shift(); next !== undefined; next = this.#work.shift()) next();
    this.#running = false;
  }
}
