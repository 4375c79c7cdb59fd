import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { TimingWheel } from '../../src/sched/wheel.ts';

/** A wheel, and the labels of its timers in the order they expired. */
class Watched {
  readonly wheel: TimingWheel;
  readonly fired: string[] = [];

  constructor(now = 0) {
    this.wheel = new TimingWheel(now);
  }

  timer(label: string, at: number): number {
    const timer = this.wheel.create(() => this.fired.push(label));
    this.wheel.set(timer, at);
    return timer;
  }

  advance(now: number): string[] {
    this.wheel.advance(now);
    return this.fired.splice(0);
  }
}

describe('sched/wheel (timers of every machine)', () => {
  it('expires a timer at its millisecond, not before and only once', () => {
    const world = new Watched(5);
    world.timer('a', 1_000);
    assert.equal(world.wheel.nextExpiry(), 1_000);
    assert.deepEqual(world.advance(999), []);
    assert.deepEqual(world.advance(1_000), ['a']);
    assert.deepEqual(world.advance(90_000), []);
    assert.equal(world.wheel.nextExpiry(), Number.POSITIVE_INFINITY);
  });

  it('tells the time it was called with, late as that may be', () => {
    const wheel = new TimingWheel(0);
    const seen: number[] = [];
    wheel.set(
      wheel.create((now) => seen.push(now)),
      40,
    );
    wheel.advance(1_234);
    assert.deepEqual(seen, [1_234]);
  });

  it('expires in order of time, and equals in the order they were set', () => {
    const world = new Watched();
    for (const [label, at] of [
      ['later', 300_007],
      ['second', 42],
      ['first', 41],
      ['second too', 42],
      ['rounds later', 41 + 81_920],
      ['overdue', -5],
    ] as const) {
      world.timer(label, at);
    }
    assert.deepEqual(world.advance(1_000_000), [
      'overdue',
      'first',
      'second',
      'second too',
      'rounds later',
      'later',
    ]);
  });

  it('lets a callback stop, move and destroy timers that are due with it', () => {
    const { wheel } = new Watched();
    const fired: string[] = [];
    const first = wheel.create(() => {
      fired.push('first');
      wheel.set(stopped, Number.POSITIVE_INFINITY);
      wheel.set(moved, 50);
      wheel.destroy(gone);
    });
    const stopped = wheel.create(() => fired.push('stopped'));
    const moved = wheel.create(() => fired.push('moved'));
    const gone = wheel.create(() => fired.push('gone'));
    for (const timer of [first, stopped, moved, gone]) wheel.set(timer, 10);
    wheel.advance(20);
    assert.deepEqual(fired, ['first']);
    wheel.advance(60);
    assert.deepEqual(fired, ['first', 'moved']);
    assert.equal(wheel.count(), 3);
  });

  it('keeps what a callback sets for now until the next turn, so that every turn ends', () => {
    const { wheel } = new Watched();
    let runs = 0;
    const again = wheel.create((now) => {
      runs++;
      wheel.set(again, now - 1);
    });
    wheel.set(again, 10);
    wheel.advance(10);
    assert.equal(runs, 1);
    assert.equal(wheel.nextExpiry(), 10);
    wheel.advance(10);
    assert.equal(runs, 2);
  });

  it('lets a timer destroy itself and gives its number to the next', () => {
    const { wheel } = new Watched();
    const timer = wheel.create(() => wheel.destroy(timer));
    wheel.set(timer, 1);
    wheel.advance(1);
    assert.equal(wheel.count(), 0);
    assert.equal(
      wheel.create(() => undefined),
      timer,
    );
  });

  it('holds 65,536 timers and no more, and none is lost in growing', () => {
    const { wheel } = new Watched();
    const seen = new Set<number>();
    const timers = Array.from({ length: 65_536 }, (_, index) => {
      const timer = wheel.create(() => seen.add(index));
      wheel.set(timer, (index * 7_919) % 200_000);
      return timer;
    });
    assert.throws(() => wheel.create(() => undefined), /too many timers/);
    wheel.advance(99_999);
    assert.equal(
      seen.size,
      timers.filter((_, index) => (index * 7_919) % 200_000 < 100_000).length,
    );
    wheel.advance(200_000);
    assert.equal(seen.size, timers.length);
  });

  it('refuses a time that is none, a timer that is none, and a clock that goes back', () => {
    const { wheel } = new Watched(100);
    const timer = wheel.create(() => undefined);
    assert.throws(() => wheel.set(timer, Number.NaN), /needs a time/);
    assert.throws(() => wheel.advance(99), /backwards/);
    wheel.destroy(timer);
    assert.throws(() => wheel.set(timer, 200), /no such timer/);
    assert.throws(() => wheel.destroy(timer), /no such timer/);
  });

  it('does what a sorted list would, whatever is set, stopped and destroyed', () => {
    const label = fc.nat(7);
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), label, in: fc.integer({ min: -50, max: 400 }) }),
      fc.record({ do: fc.constant('set' as const), label, in: fc.nat(300_000) }),
      fc.record({ do: fc.constant('stop' as const), label }),
      fc.record({ do: fc.constant('destroy' as const), label }),
      fc.record({ do: fc.constant('advance' as const), by: fc.nat(500) }),
      fc.record({ do: fc.constant('advance' as const), by: fc.nat(400_000) }),
    );
    const epoch = fc.constantFrom(0, 7, 123_456_789, 2 ** 31 - 3, 2 ** 41 + 11);
    fc.assert(
      fc.property(epoch, fc.array(step, { maxLength: 60 }), (start, steps) => {
        const world = new Watched(start);
        const timers = new Map<number, number>();
        let model: { label: number; at: number }[] = [];
        let now = start;
        for (const each of steps) {
          if (each.do === 'advance') {
            now += each.by;
            const due = model.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
            model = model.filter(({ at }) => at > now);
            assert.deepEqual(
              world.advance(now),
              due.map(({ label: name }) => String(name)),
            );
          } else {
            model = model.filter(({ label: name }) => name !== each.label);
            const timer =
              timers.get(each.label) ?? world.timer(String(each.label), Number.POSITIVE_INFINITY);
            timers.set(each.label, timer);
            if (each.do === 'set') {
              world.wheel.set(timer, now + each.in);
              model.push({ label: each.label, at: Math.max(now + each.in, now) });
            } else if (each.do === 'stop') {
              world.wheel.set(timer, Number.POSITIVE_INFINITY);
            } else {
              world.wheel.destroy(timer);
              timers.delete(each.label);
            }
          }
          const next = Math.min(...model.map(({ at }) => at), Number.POSITIVE_INFINITY);
          assert.equal(world.wheel.nextExpiry(), next);
          assert.equal(world.wheel.count(), timers.size);
        }
      }),
      { numRuns: 500 },
    );
  });
});
