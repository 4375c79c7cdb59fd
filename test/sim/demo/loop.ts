/** The one loop of the demonstration's own parts: the firmware's scheduler, beside Node's loop. */
import { Ready } from '../../../src/base/event-loop.ts';
import { Arena } from '../../../src/device/arena.ts';
import { monotonicMs } from '../../../src/device/clock.ts';
import { Epoll } from '../../../src/device/epoll.ts';
import { NodeLoop } from '../../../src/device/node-loop.ts';
import { Scheduler } from '../../../src/sched/scheduler.ts';
import { TimingWheel } from '../../../src/sched/wheel.ts';

const ARENA_OCTETS = 65_536;

export class Loop {
  readonly arena = new Arena(ARENA_OCTETS);
  readonly wheel = new TimingWheel(monotonicMs());
  readonly scheduler: Scheduler;

  constructor(failed: (error: unknown) => void) {
    const node = new NodeLoop();
    this.scheduler = new Scheduler({
      poll: new Epoll(this.arena),
      wheel: this.wheel,
      clock: monotonicMs,
      yieldToNode: (resume) => setImmediate(resume),
      nodeTimeoutMs: () => node.timeoutMs(),
      failed,
    });
    this.scheduler.watchNode(node.fd, Ready.In);
    this.scheduler.start();
  }
}
