import { strict as assert } from 'node:assert';
import { u16 } from '../../../src/base/octets.ts';
import { fullCycleMs } from '../../../src/control/l2tp/channel.ts';
import { End, numbered, numberOf, TIMING } from './channel-end.ts';
import { hex } from './rig.ts';

/** An end that has received Ns 0 to `count` - 1. */
function expecting(count: number): End {
  const end = new End();
  for (let ns = 0; ns < count; ns++) end.receive(ns, 0);
  end.runTo(200);
  end.take();
  return end;
}

describe('control/l2tp/channel, sending (RFC 2661 §5.8)', () => {
  it('repeats after 1, 3, 7, 15 and 23 s, and gives up at 31 s [L2TP-5.8-08, L2TP-5.8-09]', () => {
    const end = new End();
    end.send();
    end.runTo(30_999);
    assert.deepEqual(
      end.sent.map(({ at }) => at),
      [0, 1000, 3000, 7000, 15_000, 23_000],
    );
    assert.equal(end.channel.isDead(), false);
    end.runTo(31_000);
    assert.equal(end.channel.isDead(), true);
    end.send();
    end.runTo(100_000);
    assert.equal(end.sent.length, 6, 'a dead channel sends no message');
    assert.equal(end.channel.unacknowledged(), 0);
  });

  it('takes first interval, cap and number of retransmissions from its timing', () => {
    const end = new End({ retries: 3, minMs: 500, maxMs: 1000 });
    end.send();
    end.runTo(10_000);
    assert.deepEqual(
      end.sent.map(({ at, isResent }) => [at, isResent]),
      [
        [0, false],
        [500, true],
        [1500, true],
        [2500, true],
      ],
    );
    assert.ok(end.channel.isDead());
  });

  it('reckons the full cycle from its timing', () => {
    assert.equal(fullCycleMs(TIMING), 31_000);
    assert.equal(fullCycleMs({ retries: 2, minMs: 1000, maxMs: 8000 }), 7000);
  });

  it('repeats with the same Ns and body and the Nr of the moment [L2TP-5.8-07]', () => {
    const end = new End();
    end.send(1, 42);
    end.receive(0, 0);
    end.runTo(1000);
    const [first, zlb, again] = end.sent;
    assert.deepEqual([first?.ns, first?.nr], [0, 0]);
    assert.ok(zlb?.isZlb);
    assert.deepEqual([again?.ns, again?.nr, again?.isResent], [0, 1, true]);
    assert.ok(first && again);
    assert.equal(u16(first.octets, 10), 0, 'what was handed out stays as it was');
    assert.equal(hex(again.octets.slice(12)), hex(first.octets.slice(12)));
  });

  it('counts the patience anew once the peer acknowledges something', () => {
    const end = new End();
    end.send(2);
    end.runTo(20_000);
    end.ack(1);
    end.runTo(40_000);
    assert.equal(end.channel.isDead(), false);
    assert.deepEqual(
      end.sent.filter(({ ns }) => ns === 1).map(({ at }) => at),
      [20_000, 21_000, 23_000, 27_000, 35_000],
    );
  });

  it('begins with one message, and more with each answer [L2TP-A-01, L2TP-5.8-15]', () => {
    const end = new End();
    end.channel.setPeerWindow(8);
    end.send(60);
    const inFlight: number[] = [];
    for (let acked = 1; acked < 40; acked++) {
      inFlight.push(end.sent.length - acked + 1);
      end.ack(acked);
    }
    assert.deepEqual(inFlight.slice(0, 9), [1, 2, 3, 4, 5, 6, 7, 8, 8]);
    assert.equal(Math.max(...inFlight), 8);
  });

  it('falls back to one message after a loss, slows down at half the loss [L2TP-A-01]', () => {
    const end = new End();
    end.channel.setPeerWindow(8);
    end.send(200);
    for (let acked = 1; acked <= 7; acked++) end.ack(acked);
    assert.equal(end.sent.length, 15, 'eight in flight');
    end.take();
    end.runTo(1000);
    assert.deepEqual(end.take(), ['7/0'], 'SSTHRESH 4, CWND 1');
    const grown: number[] = [];
    for (let acked = 8; acked < 30; acked++) {
      end.ack(acked);
      grown.push(end.sent.at(-1)?.ns ?? 0);
    }
    const inFlight = grown.map((ns, at) => ns - (8 + at) + 1);
    assert.deepEqual(inFlight.slice(0, 13), [2, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 6]);
  });

  for (const [window, most] of [
    [1, 1],
    [4, 4],
    [undefined, 4],
    [800, 100],
  ] as const) {
    it(`sends ${most} for window ${window ?? 'untold'} [L2TP-5.8-11, L2TP-4.4.3-05]`, () => {
      const end = new End();
      if (window !== undefined) end.channel.setPeerWindow(window);
      end.send(200);
      let largest = 0;
      for (let acked = 1; acked <= 100; acked++) {
        largest = Math.max(largest, end.sent.length - (acked - 1));
        end.ack(acked);
      }
      assert.equal(largest, most);
    });
  }

  it('ignores and notes an Nr ahead of what was sent, though queued [L2TP-5.8-14]', () => {
    const end = new End();
    end.send(3);
    end.ack(2);
    assert.equal(end.channel.unacknowledged(), 3);
    assert.equal(end.notes.length, 1);
    end.ack(1);
    assert.equal(end.channel.unacknowledged(), 2);
  });

  it('ignores an old Nr without a note', () => {
    const end = new End();
    end.send(3);
    end.ack(1);
    end.ack(2);
    end.ack(1);
    end.ack(0);
    assert.deepEqual([end.channel.unacknowledged(), end.notes.length], [1, 0]);
  });

  it('takes the Nr of every message, of duplicates and early ones, too', () => {
    const end = new End();
    end.send(2);
    end.receive(5, 1);
    assert.equal(end.channel.unacknowledged(), 1);
    end.receive(65_000, 2);
    assert.equal(end.channel.unacknowledged(), 0);
  });

  it('repeats in order what followed the lost message, unless it is acknowledged', () => {
    const end = new End();
    end.send(4);
    end.ack(1);
    end.take();
    end.runTo(1000);
    assert.deepEqual(end.take(), ['1/0']);
    end.ack(3);
    assert.deepEqual(end.take(), ['3/0']);
  });

  it('says when its queue is full of what the peer never acknowledges', () => {
    const end = new End();
    end.send(1023);
    assert.ok(end.channel.hasRoom());
    end.send(1);
    assert.equal(end.channel.hasRoom(), false);
  });

  it('can forget what is not acknowledged, and go on', () => {
    const end = new End();
    end.send(3);
    end.channel.stopSending();
    end.runTo(60_000);
    assert.deepEqual(end.take(), ['0/0']);
    end.receive(0, 1);
    end.runTo(61_000);
    assert.deepEqual(end.take(), ['(1/1)'], 'the next Ns is that behind what had left');
    end.send();
    assert.deepEqual(end.take(), ['1/1']);
  });
});

describe('control/l2tp/channel, receiving (RFC 2661 §5.8)', () => {
  it('tells new, old and early messages apart by 32768 [L2TP-5.8-03]', () => {
    for (const [ns, arrival] of [
      [16, 'in order'],
      [15, 'duplicate'],
      [0, 'duplicate'],
      [32_784, 'duplicate'],
      [32_783, 'dropped'],
      [17, 'held'],
      [32, 'held'],
      [33, 'dropped'],
    ] as const) {
      assert.equal(expecting(16).receive(ns, 0), arrival, `${ns}`);
    }
  });

  it('acknowledges a duplicate at once, and does not count it [L2TP-5.8-05]', () => {
    const end = expecting(3);
    end.receive(1, 0);
    assert.deepEqual(end.take(), ['(0/3)']);
    end.runTo(10_000);
    assert.deepEqual(end.take(), []);
  });

  it('takes the Nr of a ZLB and nothing else [L2TP-5.8-04, L2TP-5.8-01]', () => {
    const end = expecting(2);
    end.send();
    assert.equal(end.receive(9, 1, true), 'zlb');
    assert.equal(end.channel.unacknowledged(), 0);
    end.send();
    end.runTo(1200);
    assert.deepEqual(end.take(), ['0/2', '1/2', '1/2']);
  });

  it('waits 200 ms for a message to carry the acknowledgement [L2TP-5.8-13]', () => {
    const end = new End();
    end.receive(0, 0);
    end.runTo(199);
    assert.deepEqual(end.take(), []);
    end.runTo(200);
    assert.deepEqual(end.take(), ['(0/1)']);
    assert.equal(end.channel.deadline(), Infinity);
  });

  it('sends no ZLB where a message has carried it [L2TP-5.1-01]', () => {
    const end = new End();
    end.receive(0, 0);
    end.send();
    end.ack(1);
    end.runTo(1000);
    assert.deepEqual(end.take(), ['0/1']);
  });

  it('acknowledges at once when told to, and once [L2TP-5.8-13]', () => {
    const end = new End();
    end.channel.acknowledgeNow();
    assert.deepEqual(end.take(), [], 'nothing to acknowledge');
    end.receive(0, 0);
    end.channel.acknowledgeNow();
    end.channel.acknowledgeNow();
    end.runTo(1000);
    assert.deepEqual(end.take(), ['(0/1)']);
  });

  it('counts the delay from the first message that waits for it [L2TP-5.8-12]', () => {
    const end = new End();
    end.receive(0, 0);
    end.runTo(150);
    end.receive(1, 0);
    end.runTo(200);
    assert.deepEqual(end.take(), ['(0/2)']);
  });

  it('acknowledges while the window is closed against its own messages [L2TP-5.8-12]', () => {
    const end = new End();
    end.send(3);
    end.take();
    end.receive(0, 0);
    end.runTo(200);
    assert.deepEqual(end.take(), ['(1/1)'], 'Ns of what is sent next, not of what waits');
  });

  it('holds early messages and delivers them in order, once [L2TP-5.8-06]', () => {
    const { channel } = expecting(4);
    assert.equal(channel.receive(6, 0, false, numbered(6), 0), 'held');
    assert.equal(channel.receive(5, 0, false, numbered(5), 0), 'held');
    assert.equal(channel.receive(5, 0, false, numbered(5), 0), 'held');
    assert.equal(channel.takeHeld(0), undefined, 'not before 4');
    assert.equal(channel.receive(4, 0, false, numbered(4), 0), 'in order');
    const delivered = [channel.takeHeld(0), channel.takeHeld(0), channel.takeHeld(0)];
    assert.deepEqual(
      delivered.map((octets) => octets && numberOf(octets)),
      [5, 6, undefined],
    );
    assert.equal(channel.receive(5, 0, false, numbered(5), 0), 'duplicate');
  });
});
