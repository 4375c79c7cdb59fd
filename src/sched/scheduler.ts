/**
 * The one loop of the firmware: what is ready, what is due, what was woken, what is to be written;
 * then Node, when it has something or has waited long enough. Cooperative: whatever it calls
 * returns soon. Its poll, its clock and its yield are handed in. Runs for every wake-up; makes no
 * garbage.
 */
import { assert } from '../base/assert.ts';
import type { EventLoop, ReadyPort } from '../base/event-loop.ts';
import type { Millis } from '../base/machine.ts';
import type { Poll } from './poll.ts';
import { type Task, TaskRunner, type TaskStatistics } from './task-runner.ts';
import type { TimingWheel } from './wheel.ts';

/** Bounds what a forgotten wake-up can cost. */
const IDLE_WAIT_MS: Millis = 1_000;
/** Node's own timers and clean-up get a turn at least this often while there is work. */
const YIELD_EVERY_MS: Millis = 20;
const MAX_POSTED = 4_096;
const INDEX_BITS = 10;
const MAX_WATCHES = 1 << INDEX_BITS;
const GENERATIONS = 1 << 20;

export interface SchedulerOptions {
  readonly poll: Poll;
  readonly wheel: TimingWheel;
  readonly clock: () => Millis;
  /** Lets Node run once, then calls `resume`: setImmediate. */
  readonly yieldToNode: (resume: () => void) => void;
  /**
   * How soon Node must run whatever its fd says: 0 at once, Infinity not at all. Asked after each
   * yield.
   */
  readonly nodeTimeoutMs: () => Millis;
  /** Whatever was thrown in a turn: our bug. The scheduler has stopped. */
  readonly failed: (error: unknown) => void;
}

/**
 * Something with writes to do at the end of a turn; called in every one, so cheap when it has none.
 */
export interface Flusher {
  flush(): unknown;
}

export interface SchedulerStatistics {
  readonly turns: number;
  readonly yields: number;
  readonly longestTurnMs: Millis;
  readonly tasks: readonly TaskStatistics[];
}

export class Scheduler implements EventLoop {
  readonly #options: SchedulerOptions;
  readonly #tasks: TaskRunner;
  readonly #flushers: Flusher[] = [];
  /**
   * By index; the token in the poll carries a generation too, so that an old event finds nobody.
   */
  readonly #ports: (ReadyPort | undefined)[] = [];
  readonly #fds: number[] = [];
  readonly #tokens: number[] = [];
  readonly #freeIndexes: number[] = [];
  #posted: ((now: Millis) => void)[] = [];
  readonly #wakePosted: () => void;
  readonly #resume = (): void => this.#run();
  #state: 'new' | 'running' | 'stopped' = 'new';
  /** Node is to run before we wait again. */
  #owesYield = false;
  /** When Node is to run whatever else there is: at once, or for its timers. */
  #nodeDueAt: Millis = Number.POSITIVE_INFINITY;
  #yieldedAt: Millis = 0;
  #turns = 0;
  #yields = 0;
  #longestTurnMs: Millis = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#tasks = new TaskRunner(options.clock);
    this.#wakePosted = this.#tasks.add({ name: 'posted', poll: (now) => this.#runPosted(now) });
  }

  /** Returns at once; the first turn comes from Node's loop. */
  start(): void {
    assert(this.#state === 'new', 'a scheduler is started once');
    this.#state = 'running';
    this.#yield();
  }

  /** No turn is begun after this one. */
  stop(): void {
    this.#state = 'stopped';
  }

  /** @returns what wakes the task: it is polled in the same turn or the next, once. */
  addTask(task: Task): () => void {
    return this.#tasks.add(task);
  }

  addFlusher(flusher: Flusher): void {
    this.#flushers.push(flusher);
  }

  /** libuv's own fd: readable when Node has something to do. */
  watchNode(fd: number, readable: number): void {
    this.watch(fd, readable, {
      ready: () => {
        this.#owesYield = true;
      },
    });
  }

  watch(fd: number, events: number, port: ReadyPort): number {
    const index = this.#freeIndexes.pop() ?? this.#ports.length;
    assert(index < MAX_WATCHES, 'too many watches');
    const generation = ((this.#tokens[index] ?? 0) >> INDEX_BITS) + 1;
    const token = ((generation % GENERATIONS) << INDEX_BITS) | index;
    this.#options.poll.add(fd, events, token);
    this.#ports[index] = port;
    this.#fds[index] = fd;
    this.#tokens[index] = token;
    return token;
  }

  rewatch(watch: number, events: number): void {
    this.#options.poll.modify(this.#fds[this.#indexOf(watch)] ?? -1, events, watch);
  }

  unwatch(watch: number): void {
    const index = this.#indexOf(watch);
    this.#options.poll.remove(this.#fds[index] ?? -1);
    this.#ports[index] = undefined;
    this.#freeIndexes.push(index);
  }

  post(work: (now: Millis) => void): void {
    assert(this.#posted.length < MAX_POSTED, 'too much posted');
    this.#posted.push(work);
    this.#wakePosted();
  }

  startedNodeWork(): void {
    this.#owesYield = true;
  }

  statistics(): SchedulerStatistics {
    return {
      turns: this.#turns,
      yields: this.#yields,
      longestTurnMs: this.#longestTurnMs,
      tasks: this.#tasks.statistics(),
    };
  }

  #indexOf(watch: number): number {
    const index = watch & (MAX_WATCHES - 1);
    assert(
      this.#ports[index] !== undefined && this.#tokens[index] === watch,
      'nothing is watched under this number',
    );
    return index;
  }

  #yield(): void {
    this.#yields++;
    this.#options.yieldToNode(this.#resume);
  }

  /** Turns until Node is owed one. */
  #run(): void {
    try {
      let now = this.#options.clock();
      this.#yieldedAt = now;
      this.#nodeDueAt = now + this.#options.nodeTimeoutMs();
      this.#owesYield = false;
      while (this.#state === 'running') {
        now = this.#turn(now);
        if (this.#owesYield || now >= this.#nodeDueAt) break;
        if (now - this.#yieldedAt >= YIELD_EVERY_MS) break;
      }
    } catch (error) {
      this.#state = 'stopped';
      this.#options.failed(error);
    }
    if (this.#state === 'running') this.#yield();
  }

  /** @returns the time at its end */
  #turn(before: Millis): Millis {
    const { poll, wheel, clock } = this.#options;
    const ready = poll.wait(this.#waitMs(before));
    const now = clock();
    for (let event = 0; event < ready; event++) {
      const token = poll.tokens[event] ?? 0;
      const index = token & (MAX_WATCHES - 1);
      // One that an earlier event of this turn has unwatched, and perhaps replaced, is passed over.
      if (this.#tokens[index] === token) this.#ports[index]?.ready(poll.events[event] ?? 0, now);
    }
    wheel.advance(now);
    this.#tasks.run(now);
    // By index here and in the tasks: an iterator is garbage until the loop has been optimised.
    for (let at = 0; at < this.#flushers.length; at++) this.#flushers[at]?.flush();
    const after = clock();
    this.#turns++;
    if (after - now > this.#longestTurnMs) this.#longestTurnMs = after - now;
    return after;
  }

  #waitMs(now: Millis): number {
    if (this.#owesYield || this.#tasks.isReady()) return 0;
    const next = Math.min(this.#options.wheel.nextExpiry(), this.#nodeDueAt);
    return Math.ceil(Math.min(Math.max(next - now, 0), IDLE_WAIT_MS));
  }

  /** What is posted meanwhile waits for the next turn. */
  #runPosted(now: Millis): boolean {
    const posted = this.#posted;
    this.#posted = [];
    for (const work of posted) work(now);
    return this.#posted.length > 0;
  }
}
