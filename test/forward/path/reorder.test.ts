import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { REORDER_SLOTS, Reorder } from '../../../src/forward/path/reorder.ts';
import { Session } from '../../../src/forward/path/session.ts';
import { FramePool, SLOT_FRAME_OCTETS, SLOT_OCTETS } from '../../../src/forward/pool/frame-pool.ts';

const HELD_MAX = 8;
const HOLD_MS = 100;
const BINDING = {
  tunnelId: 1,
  sessionId: 1,
  peerTunnelId: 1,
  peerSessionId: 1,
  peer: 0,
  address: 1,
  port: 1,
  restoreHeader: true,
  sequencing: false,
};

/** A reorder between hands: frames are numbers, written as two octets. */
class Rig {
  readonly pool: FramePool;
  readonly memory = new Uint8Array(REORDER_SLOTS * SLOT_OCTETS + 4_096);
  readonly reorder: Reorder;
  readonly sessions: Session[] = [];
  /** Session and frame, in the order of delivery. */
  readonly delivered: [number, number][] = [];
  readonly counts = { late: 0, lost: 0, unbound: 0 };
  onDelivery: (frame: number) => void = () => {};
  now = 5;

  constructor(sessions = 1, slots = REORDER_SLOTS) {
    this.pool = new FramePool(4_096, slots);
    this.reorder = new Reorder(this.pool, this.memory, (session, start, end) => {
      assert.equal(end - start, 2);
      const frame = ((this.memory[start] ?? 0) << 8) | (this.memory[start + 1] ?? 0);
      this.delivered.push([session.index, frame]);
      this.onDelivery(frame);
    });
    const { counts } = this;
    const owner = {
      countFrame: () => {},
      countLate: () => {
        counts.late++;
      },
      countLost: (messages: number) => {
        counts.lost += messages;
      },
      countUnbound: () => {
        counts.unbound++;
      },
    };
    for (let index = 0; index < sessions; index++) {
      const session = new Session(index, owner, true);
      session.bind(BINDING);
      this.sessions.push(session);
    }
  }

  session(index = 0): Session {
    const session = this.sessions[index];
    assert.ok(session !== undefined);
    return session;
  }

  /** Each lies at the same place when it comes, as in a port's slot. */
  take(ns: number, index = 0, frame = ns): void {
    this.memory[100] = frame >> 8;
    this.memory[101] = frame;
    this.reorder.take(this.session(index), ns & 0xffff, 100, 102, this.now);
  }

  bypass(frame: number, index = 0): void {
    this.memory[100] = frame >> 8;
    this.memory[101] = frame;
    this.reorder.bypass(this.session(index), 100, 102);
  }

  expireAt(now: number): void {
    this.now = now;
    this.reorder.expire(now);
  }

  /** What was delivered since the last time, of one session. */
  taken(index = 0): number[] {
    return this.delivered.splice(0).flatMap(([whose, frame]) => (whose === index ? [frame] : []));
  }
}

/** What two paths make of numbers in order: each is at most so far from its place. */
const shuffled = (count: number, far: number) =>
  fc.array(fc.nat(far), { minLength: count, maxLength: count }).map((delays) =>
    delays
      .map((delay, ns) => ({ ns, at: ns + delay }))
      .sort((a, b) => a.at - b.at || a.ns - b.ns)
      .map(({ ns }) => ns),
  );

describe('forward/path/reorder (RFC 2661 §5.4)', () => {
  it('passes at once what comes in its turn, also where Ns wraps', () => {
    const rig = new Rig();
    rig.session().passed(0xfffd);
    for (const ns of [0xfffe, 0xffff, 0, 1]) rig.take(ns);
    assert.deepEqual(rig.taken(), [0xfffe, 0xffff, 0, 1]);
    assert.deepEqual([rig.pool.inUse, rig.reorder.deadline()], [0, Number.POSITIVE_INFINITY]);
  });

  it('puts overtaken frames back in order and loses none [L2TP-5.4-04]', () => {
    fc.assert(
      fc.property(shuffled(60, HELD_MAX), fc.nat(0xffff), (order, first) => {
        const rig = new Rig();
        rig.session().passed(first - 1);
        for (const ns of order) rig.take(first + ns, 0, ns);
        assert.deepEqual(rig.taken(), [...order.keys()]);
        assert.deepEqual(rig.counts, { late: 0, lost: 0, unbound: 0 });
        assert.deepEqual([rig.pool.inUse, rig.reorder.count, rig.session().held], [0, 0, 0]);
      }),
    );
  });

  it('drops duplicates of what was passed, and of what is held', () => {
    const rig = new Rig();
    for (const ns of [0, 0, 2, 3, 2, 3, 1, 1, 2]) rig.take(ns);
    assert.deepEqual(rig.taken(), [0, 1, 2, 3]);
    assert.deepEqual(rig.counts, { late: 5, lost: 0, unbound: 0 });
  });

  it('holds eight of a session, then gives up the first gap', () => {
    const rig = new Rig();
    for (let ns = 2; ns < 2 + HELD_MAX; ns++) rig.take(ns);
    assert.deepEqual([rig.taken(), rig.session().held], [[], HELD_MAX]);
    rig.take(10);
    assert.deepEqual(rig.taken(), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(rig.counts, { late: 0, lost: 2, unbound: 0 });
    rig.take(1);
    assert.equal(rig.counts.late, 1);
    assert.equal(rig.pool.inUse, 0);
  });

  it('gives up no more gaps than it must', () => {
    const rig = new Rig();
    for (const ns of [1, 3, 5, 7, 9, 11, 13, 15, 17]) rig.take(ns);
    assert.deepEqual([rig.taken(), rig.counts.lost], [[1], 1]);
    rig.take(2);
    assert.deepEqual([rig.taken(), rig.session().held], [[2, 3], 7]);
  });

  it('passes the ninth itself when it is before all that is held', () => {
    const rig = new Rig();
    for (let ns = 3; ns < 3 + HELD_MAX; ns++) rig.take(ns);
    rig.take(1);
    assert.deepEqual([rig.taken(), rig.counts.lost], [[1], 1]);
    rig.take(2);
    assert.equal(rig.taken().length, 1 + HELD_MAX);
  });

  it('holds a frame for 100 ms and no longer', () => {
    const rig = new Rig();
    rig.take(1);
    rig.now += 30;
    rig.take(4);
    assert.equal(rig.reorder.deadline(), 5 + HOLD_MS);
    rig.expireAt(4 + HOLD_MS);
    assert.deepEqual(rig.taken(), []);
    rig.expireAt(5 + HOLD_MS);
    assert.deepEqual([rig.taken(), rig.counts.lost], [[1], 1]);
    assert.equal(rig.reorder.deadline(), 35 + HOLD_MS);
    rig.take(3);
    rig.expireAt(35 + HOLD_MS);
    assert.deepEqual([rig.taken(), rig.counts.lost], [[3, 4], 2], '3 goes with 4, which waited');
    assert.equal(rig.reorder.deadline(), Number.POSITIVE_INFINITY);
  });

  it('passes what followed without a gap together with what waited long enough', () => {
    const rig = new Rig();
    rig.take(1);
    rig.now += 50;
    rig.take(2);
    rig.take(4);
    rig.expireAt(5 + HOLD_MS);
    assert.deepEqual(rig.taken(), [1, 2]);
    assert.equal(rig.session().held, 1);
  });

  it('keeps time beyond the 31 bits of a small number', () => {
    const rig = new Rig();
    rig.now = 2 ** 40 + 1;
    rig.take(1);
    assert.equal(rig.reorder.deadline(), 2 ** 40 + 1 + HOLD_MS);
    rig.expireAt(2 ** 40 + HOLD_MS);
    assert.equal(rig.reorder.count, 1);
  });

  it('passes all that is held before a frame without the S bit', () => {
    const rig = new Rig();
    for (const ns of [1, 4]) rig.take(ns);
    rig.bypass(99);
    assert.deepEqual([rig.taken(), rig.counts.lost], [[1, 4, 99], 3]);
    rig.take(5);
    assert.deepEqual(rig.taken(), [5], 'the count goes on where it stood');
  });

  it('drops what is held when the session ends, and its slots come back', () => {
    const rig = new Rig(2);
    for (const ns of [1, 2, 5]) rig.take(ns);
    rig.take(1, 1);
    rig.session().unbind();
    rig.reorder.drop(rig.session());
    assert.deepEqual([rig.counts.unbound, rig.session().held, rig.pool.inUse], [3, 0, 1]);
    rig.expireAt(500);
    assert.deepEqual(rig.delivered, [[1, 1]], 'the other session’s');
  });

  it('passes frames at once when every slot is held by others', () => {
    const sessions = REORDER_SLOTS / HELD_MAX + 1;
    const rig = new Rig(sessions);
    for (let index = 0; index < sessions - 1; index++) {
      for (let ns = 1; ns <= HELD_MAX; ns++) rig.take(ns, index);
    }
    assert.deepEqual([rig.pool.inUse, rig.delivered], [REORDER_SLOTS, []]);
    rig.take(3, sessions - 1);
    rig.take(1, sessions - 1);
    assert.deepEqual(rig.taken(sessions - 1), [3]);
    assert.deepEqual(rig.counts, { late: 1, lost: 3, unbound: 0 });
    rig.take(0, 0);
    assert.equal(rig.taken(0).length, 1 + HELD_MAX);
    rig.take(5, sessions - 1);
    assert.equal(rig.session(sessions - 1).held, 1, 'there is room again');
  });

  it('does without holding when the pool has no slot, or the frame fits into none', () => {
    const empty = new Rig(1, 0);
    empty.take(1);
    assert.deepEqual([empty.taken(), empty.counts.lost], [[1], 1]);
    const rig = new Rig();
    let delivered = 0;
    const reorder = new Reorder(rig.pool, rig.memory, () => {
      delivered++;
    });
    reorder.take(rig.session(), 1, 0, SLOT_FRAME_OCTETS + 1, 0);
    assert.deepEqual([delivered, reorder.count], [1, 0]);
    reorder.take(rig.session(), 3, 0, SLOT_FRAME_OCTETS, 0);
    assert.deepEqual([delivered, reorder.count], [1, 1]);
  });

  it('stops when whoever gets a frame ends its session', () => {
    for (const last of [
      (rig: Rig) => rig.take(0),
      (rig: Rig) => {
        for (let ns = 20; ns < 20 + HELD_MAX; ns++) rig.take(ns);
      },
      (rig: Rig) => rig.expireAt(999),
      (rig: Rig) => rig.bypass(50),
    ]) {
      const rig = new Rig();
      rig.onDelivery = (frame) => {
        if (frame !== 2) return;
        rig.session().unbind();
        rig.reorder.drop(rig.session());
      };
      for (const ns of [1, 2, 3, 5]) rig.take(ns);
      last(rig);
      const [passed, unbound] = [rig.taken().at(-1), rig.counts.unbound];
      assert.equal(passed, 2);
      assert.ok(unbound >= 2);
      assert.deepEqual([rig.pool.inUse, rig.reorder.count, rig.session().held], [0, 0, 0]);
    }
  });

  it('gives nothing of an ended session to the one that its record is bound to next', () => {
    const rig = new Rig();
    rig.onDelivery = () => {
      rig.onDelivery = () => {};
      rig.session().unbind();
      rig.reorder.drop(rig.session());
      rig.session().bind(BINDING);
    };
    for (let ns = 1; ns <= HELD_MAX; ns++) rig.take(ns);
    rig.take(20);
    assert.deepEqual(rig.taken(), [1]);
    assert.deepEqual([rig.counts.unbound, rig.session().held], [HELD_MAX, 0]);
    rig.take(0);
    assert.deepEqual(rig.taken(), [0]);
  });

  it('never leaks, never reorders, never gives a frame twice, whatever comes', () => {
    const anyStep = fc.record({
      verb: fc.constantFrom('take', 'take', 'take', 'take', 'bypass', 'expire', 'rebind'),
      index: fc.nat(2),
      ns: fc.oneof(fc.nat(30), fc.nat(0xffff)),
      pass: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 120 }), (steps) => {
        const rig = new Rig(3);
        let waiting = 0;
        const last = [-1, -1, -1];
        for (const { verb, index, ns, pass } of steps) {
          rig.now += pass;
          const session = rig.session(index);
          if (verb === 'take') rig.take(ns, index);
          else if (verb === 'bypass') rig.bypass(0, index);
          else if (verb === 'expire') rig.reorder.expire(rig.now);
          else {
            session.unbind();
            rig.reorder.drop(session);
            session.bind(BINDING);
            last[index] = -1;
          }
          if (verb === 'bypass') assert.deepEqual(rig.delivered.pop(), [index, 0]);
          for (const [whose, frame] of rig.delivered) {
            const ahead = (frame - (last[whose] ?? 0)) & 0xffff;
            assert.ok(last[whose] === -1 || (ahead > 0 && ahead < 0x8000));
            last[whose] = frame;
          }
          waiting += (verb === 'take' ? 1 : 0) - rig.delivered.splice(0).length;
          const { late, unbound } = rig.counts;
          assert.equal(waiting, late + unbound + rig.reorder.count);
          assert.equal(rig.pool.inUse, rig.reorder.count);
          const held = rig.sessions.map((one) => one.held);
          assert.ok(Math.max(...held) <= HELD_MAX);
          assert.equal(
            rig.reorder.count,
            held.reduce((sum, count) => sum + count),
          );
          assert.equal(rig.reorder.deadline() < Number.POSITIVE_INFINITY, rig.reorder.count > 0);
        }
        rig.expireAt(rig.now + HOLD_MS);
        assert.equal(rig.pool.inUse, 0);
      }),
      { numRuns: 500 },
    );
  });
});
