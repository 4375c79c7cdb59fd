import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { Ready } from '../../src/base/event-loop.ts';
import type { Poll } from '../../src/sched/poll.ts';
import { Scheduler } from '../../src/sched/scheduler.ts';
import { TimingWheel } from '../../src/sched/wheel.ts';

type FakeEvent = { readonly token: number; readonly bits: number };

/** A poll that waits in virtual time: each wait() moves the clock on, unless it has events. */
class World implements Poll {
  readonly tokens = new Int32Array(64);
  readonly events = new Int32Array(64);
  readonly add = sinon.stub<[number, number, number], void>();
  readonly modify = sinon.stub<[number, number, number], void>();
  readonly remove = sinon.stub<[number], void>();
  readonly log: string[] = [];
  readonly waits: number[] = [];
  readonly failed = sinon.stub<[unknown], void>();
  readonly scheduler: Scheduler;
  readonly wheel = new TimingWheel(0);
  now = 0;
  /** What the next waits bring. */
  batches: FakeEvent[][] = [];
  resume: (() => void) | undefined;
  /** What Node answers after the next yields, and then that it wants nothing. */
  nodeTimeouts: number[] = [];

  constructor() {
    this.scheduler = new Scheduler({
      poll: this,
      wheel: this.wheel,
      clock: () => this.now,
      yieldToNode: (resume) => {
        this.resume = resume;
      },
      nodeTimeoutMs: () => this.nodeTimeouts.shift() ?? Number.POSITIVE_INFINITY,
      failed: this.failed,
    });
  }

  wait(timeoutMs: number): number {
    this.waits.push(timeoutMs);
    const batch = this.batches.shift() ?? [];
    if (batch.length === 0) this.now += timeoutMs;
    for (const [event, { token, bits }] of batch.entries()) {
      this.tokens[event] = token;
      this.events[event] = bits;
    }
    return batch.length;
  }

  /** Lets the scheduler run from one yield to the next. @returns the waits of its turns */
  burst(): number[] {
    const resume = this.resume;
    assert(resume !== undefined, 'the scheduler did not yield');
    this.resume = undefined;
    resume();
    return this.waits.splice(0);
  }

  port(name: string): number {
    return this.scheduler.watch(9, Ready.In, {
      ready: (bits, now) => this.log.push(`${name} ${bits} at ${now}`),
    });
  }
}

describe('sched/scheduler (PERFORMANCE.md, one thread)', () => {
  let world: World;
  let scheduler: Scheduler;

  beforeEach(() => {
    world = new World();
    scheduler = world.scheduler;
    scheduler.start();
  });

  it('runs nothing before Node has had the first yield', () => {
    assert.deepEqual(world.waits, []);
    assert.notEqual(world.resume, undefined);
    assert.throws(() => scheduler.start(), /started once/);
  });

  it('serves ports, then timers, then tasks, then writes', () => {
    const wake = scheduler.addTask({
      name: 'task',
      poll: () => {
        world.log.push('task');
        return false;
      },
    });
    scheduler.addFlusher({ flush: () => world.log.push('flush') });
    world.wheel.set(
      world.wheel.create(() => {
        world.log.push('timer');
        wake();
      }),
      5,
    );
    const token = world.port('port');
    world.now = 5;
    world.batches = [[{ token, bits: Ready.In }]];
    world.burst();
    assert.deepEqual(world.log.slice(0, 4), ['port 1 at 5', 'timer', 'task', 'flush']);
  });

  it('waits a second when nothing is due', () => {
    assert.deepEqual(world.burst(), [1_000]);
  });

  it('waits for the next timer, never less than it takes', () => {
    world.wheel.set(
      world.wheel.create(() => world.log.push(`timer at ${world.now}`)),
      30.5,
    );
    assert.deepEqual(world.burst(), [31]);
    assert.deepEqual(world.log, ['timer at 31']);
  });

  it('only looks while a task has more to do, and lets Node in every 20 ms', () => {
    let left = 100;
    const wake = scheduler.addTask({
      name: 'long',
      poll: () => {
        world.now += 3;
        left--;
        return left > 0;
      },
    });
    wake();
    assert.deepEqual(world.burst(), [0, 0, 0, 0, 0, 0, 0]);
    assert.equal(world.now, 21);
    const { tasks, turns, longestTurnMs } = scheduler.statistics();
    assert.deepEqual([turns, longestTurnMs], [7, 3]);
    assert.deepEqual(tasks[1], { name: 'long', runs: 7, longestMs: 3, overruns: 0 });
  });

  it('counts the runs that took longer than the budget', () => {
    const wake = scheduler.addTask({
      name: 'slow',
      poll: () => {
        world.now += 6;
        return false;
      },
    });
    wake();
    world.burst();
    assert.deepEqual(scheduler.statistics().tasks[1], {
      name: 'slow',
      runs: 1,
      longestMs: 6,
      overruns: 1,
    });
  });

  it('yields when the fd of Node is ready', () => {
    scheduler.watchNode(3, Ready.In);
    const [fd, events, token] = world.add.firstCall.args;
    assert.deepEqual([fd, events], [3, Ready.In]);
    world.batches = [[{ token, bits: Ready.In }]];
    assert.equal(world.burst().length, 1);
    assert.deepEqual(world.burst(), [1_000]);
  });

  it('only looks and yields again for as long as Node has more to begin', () => {
    world.nodeTimeouts = [0, 0];
    assert.deepEqual([world.burst(), world.burst(), world.burst()], [[0], [0], [1_000]]);
  });

  it('waits no longer than Node’s own timers want', () => {
    world.nodeTimeouts = [7];
    assert.deepEqual(world.burst(), [7]);
    assert.equal(world.now, 7);
  });

  it('yields once after a turn that began a Node operation', () => {
    const token = scheduler.watch(9, Ready.In, { ready: () => scheduler.startedNodeWork() });
    world.batches = [[{ token, bits: Ready.In }]];
    assert.equal(world.burst().length, 1);
    assert.deepEqual(world.burst(), [1_000]);
  });

  it('goes on without a yield while turns are short and Node has nothing', () => {
    const token = world.port('port');
    world.batches = Array.from({ length: 50 }, () => [{ token, bits: Ready.In }]);
    assert.equal(world.burst().length, 51);
    assert.equal(scheduler.statistics().yields, 2);
  });

  it('tells a port nothing once it is unwatched, even what this turn brought', () => {
    const second = world.port('second');
    const first = scheduler.watch(8, Ready.In, {
      ready: () => {
        scheduler.unwatch(second);
        world.port('in its place');
      },
    });
    world.batches = [
      [
        { token: first, bits: Ready.In },
        { token: second, bits: Ready.In },
      ],
    ];
    world.burst();
    assert.deepEqual(world.log, []);
    assert.deepEqual(world.remove.args, [[9]]);
    assert.throws(() => scheduler.rewatch(second, Ready.Out), /nothing is watched/);
    assert.throws(() => scheduler.unwatch(second), /nothing is watched/);
  });

  it('changes what a port is watched for', () => {
    const token = world.port('port');
    scheduler.rewatch(token, Ready.In | Ready.Out);
    assert.deepEqual(world.modify.args, [[9, 5, token]]);
  });

  it('runs what is posted in the next turn, and what that posts in the one after', () => {
    scheduler.post((now) => {
      world.log.push(`first at ${now}`);
      scheduler.post(() => world.log.push(`second after ${world.waits.length} waits`));
    });
    assert.deepEqual(world.burst(), [0, 0, 1_000]);
    assert.deepEqual(world.log, ['first at 0', 'second after 2 waits']);
  });

  it('hands over what a turn throws, whoever threw it, and stops', () => {
    const bug = new Error('planted');
    const token = scheduler.watch(9, Ready.In, {
      ready: () => {
        throw bug;
      },
    });
    world.batches = [[{ token, bits: Ready.In }]];
    world.burst();
    assert.deepEqual(world.failed.args, [[bug]]);
    assert.equal(world.resume, undefined, 'no yield, no turn after that');
  });

  it('ends the turn in which it is stopped and begins no other', () => {
    const flush = sinon.stub();
    scheduler.addFlusher({ flush });
    scheduler.post(() => scheduler.stop());
    assert.deepEqual(world.burst(), [0]);
    sinon.assert.calledOnce(flush);
    assert.equal(world.resume, undefined);
  });

  it('has a limit to watches, tasks and posts', () => {
    for (let count = 0; count < 1_024; count++) world.port('port');
    assert.throws(() => world.port('one more'), /too many watches/);
    const task = { name: 'task', poll: () => false };
    for (let count = 1; count < 64; count++) scheduler.addTask(task);
    assert.throws(() => scheduler.addTask(task), /too many tasks/);
    for (let count = 0; count < 4_096; count++) scheduler.post(() => undefined);
    assert.throws(() => scheduler.post(() => undefined), /too much posted/);
  });
});
