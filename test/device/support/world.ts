/** The real scheduler over the real epoll, in the test's own process; its clock stands still. */
import { strict as assert } from 'node:assert';
import { Ready } from '../../../src/base/event-loop.ts';
import { Arena } from '../../../src/device/arena.ts';
import { Epoll } from '../../../src/device/epoll.ts';
import { NodeLoop } from '../../../src/device/node-loop.ts';
import { Scheduler } from '../../../src/sched/scheduler.ts';
import { TimingWheel } from '../../../src/sched/wheel.ts';

/** The scheduler's longest wait. A shorter one is for a timer, perhaps of Node's own. */
const IDLE_WAIT_MS = 1_000;

/** Looks at the test's condition before each wait, and counts the longest in which nothing came. */
class WatchedEpoll extends Epoll {
  waitedInVain = 0;
  /** @returns whether there is a reason not to wait */
  beforeWait: () => boolean = () => false;
  afterVainWait: () => void = () => undefined;

  override wait(timeoutMs: number): number {
    const waitMs = this.beforeWait() ? 0 : timeoutMs;
    const count = super.wait(waitMs);
    if (waitMs > 0 && count === 0) this.afterVainWait();
    if (waitMs === IDLE_WAIT_MS && count === 0) this.waitedInVain++;
    return count;
  }
}

export class World {
  readonly arena = new Arena(1_048_576);
  readonly epoll = new WatchedEpoll(this.arena);
  readonly wheel: TimingWheel;
  readonly scheduler: Scheduler;
  #now = 1_000;
  #failure: unknown;
  #check: () => void = () => undefined;
  #isPoked = false;
  readonly #node = new NodeLoop();

  constructor() {
    const clock = (): number => this.#now;
    this.wheel = new TimingWheel(clock());
    this.scheduler = new Scheduler({
      poll: this.epoll,
      wheel: this.wheel,
      clock,
      yieldToNode: setImmediate,
      nodeTimeoutMs: () => this.#node.timeoutMs(),
      failed: (error) => {
        this.#failure = error;
        this.#check();
      },
    });
    this.scheduler.watchNode(this.#node.fd, Ready.In);
    // The clock stands still and makes no yield due; mocha is to have one for its time limits.
    this.epoll.afterVainWait = () => this.scheduler.startedNodeWork();
    this.epoll.beforeWait = () => {
      this.#isPoked = false;
      const before = this.#check;
      before();
      return this.#isPoked || before !== this.#check;
    };
    this.scheduler.start();
  }

  /** Resolves when `condition` holds before the scheduler waits. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        this.#check = () => undefined;
        this.scheduler.startedNodeWork(); // a promise is settled
        finish();
      };
      this.#check = () => {
        if (this.#failure !== undefined) settle(() => reject(this.#failure));
        else if (condition()) settle(resolve);
      };
      this.poke();
    });
  }

  /** Another turn follows, whatever is ready. */
  poke(): void {
    this.#isPoked = true;
    this.scheduler.post(() => undefined);
  }

  /** The clock jumps; timers due meanwhile expire in its next turn. */
  skip(ms: number): void {
    this.#now += ms;
    this.poke();
  }

  async close(): Promise<void> {
    this.scheduler.stop();
    await new Promise((resolve) => setImmediate(resolve));
    this.epoll.close();
    this.#node.close();
    assert.equal(this.#failure, undefined);
  }
}
