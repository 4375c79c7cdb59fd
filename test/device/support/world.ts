/** The real scheduler over the real epoll, inside the test's own process; its clock stands still. */
import { strict as assert } from 'node:assert';
import { Ready } from '../../../src/base/event-loop.ts';
import { Arena } from '../../../src/device/arena.ts';
import { Epoll } from '../../../src/device/epoll.ts';
import { nodeLoopFd } from '../../../src/device/ffi.ts';
import { type Flusher, Scheduler } from '../../../src/sched/scheduler.ts';
import { TimingWheel } from '../../../src/sched/wheel.ts';

/** Counts the waits in which nothing came. */
class CountingEpoll extends Epoll {
  waitedInVain = 0;

  override wait(timeoutMs: number): number {
    const count = super.wait(timeoutMs);
    if (timeoutMs > 0 && count === 0) this.waitedInVain++;
    return count;
  }
}

export class World {
  readonly arena = new Arena(1_048_576);
  readonly epoll = new CountingEpoll(this.arena);
  readonly wheel: TimingWheel;
  readonly scheduler: Scheduler;
  #now = 1_000;
  #failure: unknown;
  #isPaused = true;
  #resume: (() => void) | undefined;
  #check: () => void = () => undefined;
  readonly #checker: Flusher = {
    flush: () => {
      this.scheduler.startedNodeWork(); // the clock stands still, so no 20 ms ever pass: for mocha
      this.#check();
    },
  };

  constructor() {
    const clock = (): number => this.#now;
    this.wheel = new TimingWheel(clock());
    this.scheduler = new Scheduler({
      poll: this.epoll,
      wheel: this.wheel,
      clock,
      yieldToNode: (resume) => {
        if (this.#isPaused) this.#resume = resume;
        else setImmediate(resume);
      },
      failed: (error) => {
        this.#failure = error;
        this.#check();
      },
    });
    this.scheduler.watchNode(nodeLoopFd(), Ready.In);
    this.scheduler.addFlusher(this.#checker);
    this.scheduler.start();
  }

  /** Before the check, which is to see what has been flushed. */
  addFlusher(flusher: Flusher): void {
    this.scheduler.removeFlusher(this.#checker);
    this.scheduler.addFlusher(flusher);
    this.scheduler.addFlusher(this.#checker);
  }

  /**
   * Resolves after the first turn at whose end `condition` holds. Before and after that the scheduler
   * pauses, so that the test and mocha need not wait for its idle turns.
   */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        this.#check = () => undefined;
        this.#isPaused = true;
        this.scheduler.startedNodeWork(); // the turns end here
        finish();
      };
      this.#check = () => {
        if (this.#failure !== undefined) settle(() => reject(this.#failure));
        else if (condition()) settle(resolve);
      };
      this.scheduler.post(() => undefined);
      this.run();
    });
  }

  /** Lets it go on without a condition. */
  run(): void {
    this.#isPaused = false;
    const resume = this.#resume;
    this.#resume = undefined;
    if (resume !== undefined) setImmediate(resume);
  }

  /** The clock jumps; timers due meanwhile expire in its next turn. */
  skip(ms: number): void {
    this.#now += ms;
    this.scheduler.post(() => undefined);
  }

  async close(): Promise<void> {
    this.scheduler.stop();
    await new Promise((resolve) => setImmediate(resolve));
    this.epoll.close();
    assert.equal(this.#failure, undefined);
  }
}
