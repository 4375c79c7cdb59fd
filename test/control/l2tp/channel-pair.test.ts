import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { Millis } from '../../../src/base/machine.ts';
import { u16 } from '../../../src/base/octets.ts';
import { End, numberOf } from './channel-end.ts';
import { seededNumbers } from './rig.ts';

/** Two channels, and between them a link that loses, doubles, delays and so reorders. */
class Link {
  readonly ends = [new End(), new End()] as const;
  readonly delivered: readonly [number[], number[]] = [[], []];
  loss: number;
  readonly #random: () => number;
  readonly #inTransit: { at: Millis; to: 0 | 1; octets: Uint8Array }[] = [];

  constructor(seed: number, loss: number, windows: readonly [number, number]) {
    this.#random = seededNumbers(seed);
    this.loss = loss;
    for (const side of [0, 1] as const) {
      this.ends[side].channel.setPeerWindow(windows[side]);
      this.ends[side].peerWindow = windows[side];
    }
  }

  run(until: Millis): void {
    for (let steps = 0; ; steps++) {
      assert.ok(steps < 100_000, 'it comes to an end');
      this.#collect(0);
      this.#collect(1);
      const arrivals = this.#inTransit.map(({ at }) => at);
      const at = Math.min(...arrivals, ...this.ends.map(({ channel }) => channel.deadline()));
      if (at > until || at === Infinity) return;
      for (const end of this.ends) end.now = at;
      const arrived = arrivals.indexOf(at);
      const [datagram] = arrived < 0 ? [] : this.#inTransit.splice(arrived, 1);
      if (datagram === undefined) for (const end of this.ends) end.channel.handleTimer(at);
      else this.#deliver(datagram.to, datagram.octets);
    }
  }

  #collect(from: 0 | 1): void {
    const to = from === 0 ? 1 : 0;
    for (const { octets } of this.ends[from].sent.splice(0)) {
      for (let copies = this.#random() < this.loss ? 2 : 1; copies > 0; copies--) {
        if (this.#random() < this.loss) continue;
        const at = this.ends[from].now + 10 + Math.floor(this.#random() * 400);
        this.#inTransit.push({ at, to, octets });
      }
    }
  }

  #deliver(to: 0 | 1, octets: Uint8Array): void {
    const { channel, now } = this.ends[to];
    const isZlb = octets.length === 12;
    const arrival = channel.receive(u16(octets, 8), u16(octets, 10), isZlb, octets, now);
    let next = arrival === 'in order' ? octets : undefined;
    for (; next !== undefined; next = channel.takeHeld(now))
      this.delivered[to].push(numberOf(next));
    channel.flush(now);
  }
}

const countTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe('control/l2tp/channel, two of them (RFC 2661 §5.8, Appendix A and B)', () => {
  it('deliver in order and once over a faulty link [L2TP-5.8-06, L2TP-5.8-11]', () => {
    const anyWindow = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(fc.nat(), anyWindow, anyWindow, (seed, one, other) => {
        const link = new Link(seed, 0.2, [one, other]);
        link.ends[0].send(40);
        link.ends[1].send(25);
        link.run(20_000);
        link.loss = 0;
        link.run(Infinity);
        const isAlive = link.ends.every(({ channel }) => !channel.isDead());
        // 20 % each way may well kill five repetitions in a row, but what came was in order.
        const [back, forth] = link.delivered;
        assert.deepEqual(back, countTo(isAlive ? 25 : back.length));
        assert.deepEqual(forth, countTo(isAlive ? 40 : forth.length));
      }),
      { numRuns: 200 },
    );
  });

  it('are quiet at the end: nothing waits, no timer runs', () => {
    const link = new Link(7, 0.1, [4, 4]);
    link.ends[0].send(50);
    link.run(Infinity);
    for (const { channel } of link.ends) {
      assert.deepEqual([channel.unacknowledged(), channel.deadline()], [0, Infinity]);
    }
    assert.equal(link.delivered[1].length, 50);
  });

  it('go on past Ns 65535 [L2TP-3.1-11, L2TP-5.8-03]', () => {
    const link = new Link(1, 0, [8, 8]);
    const count = 66_000;
    for (let sent = 0; sent < count; sent += 500) {
      link.ends[0].send(500, sent);
      link.run(Infinity);
    }
    link.loss = 0.1;
    link.ends[0].send(100, count);
    link.run(Infinity);
    assert.deepEqual(link.delivered[1], countTo(count + 100));
  });

  it('recover a lost ICRP as the RFC draws it [L2TP-B-01]', () => {
    const [lac, lns] = [new End(), new End()];
    lac.send(2); // SCCRQ, SCCCN
    lns.send(1); // SCCRP
    for (const end of [lac, lns]) end.now = 1;
    lac.receive(0, 1);
    lns.receive(0, 1);
    lns.receive(1, 1);
    lac.ack(2);
    lac.send(1); // ICRQ, Ns 2
    lns.receive(2, 1);
    lns.send(1); // ICRP, Ns 1, lost
    for (const end of [lac, lns]) {
      end.runTo(1000);
      end.take();
    }
    lac.runTo(1001);
    assert.deepEqual(lac.take(), ['2/1'], 'ICRQ again');
    lns.now = 1001;
    assert.equal(lns.receive(2, 1), 'duplicate');
    assert.deepEqual(lns.take(), ['(2/3)']);
    lns.channel.handleTimer(1001);
    assert.deepEqual(lns.take(), ['1/3'], 'ICRP again');
    assert.equal(lac.receive(1, 3), 'in order');
    assert.equal(lac.channel.unacknowledged(), 0);
  });
});
