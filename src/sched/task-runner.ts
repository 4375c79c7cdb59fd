/**
 * Tasks: named pieces of work that wait until they are woken. Each runs at most once a turn, so
 * that none keeps the others from theirs, and its time is taken.
 */
import { assert } from '../base/assert.ts';
import type { Millis } from '../base/machine.ts';

/** A task that takes longer than this in one turn should do less a turn. */
const BUDGET_MS: Millis = 5;
const MAX_TASKS = 64;

export interface Task {
  readonly name: string;
  /** A short piece of work. @returns whether there is more to do */
  poll(now: Millis): boolean;
}

export interface TaskStatistics {
  readonly name: string;
  readonly runs: number;
  readonly longestMs: Millis;
  /** Runs that took longer than the budget. */
  readonly overruns: number;
}

interface Entry {
  readonly task: Task;
  isReady: boolean;
  runs: number;
  longestMs: Millis;
  overruns: number;
}

export class TaskRunner {
  readonly #clock: () => Millis;
  readonly #entries: Entry[] = [];

  constructor(clock: () => Millis) {
    this.#clock = clock;
  }

  /** @returns what makes it ready */
  add(task: Task): () => void {
    assert(this.#entries.length < MAX_TASKS, 'too many tasks');
    const entry: Entry = { task, isReady: false, runs: 0, longestMs: 0, overruns: 0 };
    this.#entries.push(entry);
    return () => {
      entry.isReady = true;
    };
  }

  isReady(): boolean {
    for (let at = 0; at < this.#entries.length; at++) {
      if (this.#entries[at]?.isReady === true) return true;
    }
    return false;
  }

  /** A task woken by one that stands before it still runs this turn, else in the next. */
  run(now: Millis): void {
    for (let at = 0; at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry === undefined || !entry.isReady) continue;
      entry.isReady = false;
      const start = this.#clock();
      if (entry.task.poll(now)) entry.isReady = true;
      const took = this.#clock() - start;
      entry.runs++;
      if (took > entry.longestMs) entry.longestMs = took;
      if (took > BUDGET_MS) entry.overruns++;
    }
  }

  statistics(): readonly TaskStatistics[] {
    return this.#entries.map(({ task, runs, longestMs, overruns }) => ({
      name: task.name,
      runs,
      longestMs,
      overruns,
    }));
  }
}
