/**
 * What the wheel of sched/ offers to a role: one timer for each machine, moved as its deadline
 * moves.
 */
import type { Millis } from './machine.ts';

export interface Timers {
  /**
   * Makes a timer, not running. `expired` is called from the scheduler's turn, never re-entrantly.
   */
  create(expired: (now: Millis) => void): number;
  /** (Re)starts it, or stops it with Infinity. */
  set(timer: number, at: Millis): void;
  /** Stops it and gives its number back. */
  destroy(timer: number): void;
  /**
   * Timers that exist, and those of them that run: for the leak checks of `show` and simulation.
   */
  count(): number;
  running(): number;
}
