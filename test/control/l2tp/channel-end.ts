/** One channel with its clock, and all that it has sent. */
import { strict as assert } from 'node:assert';
import type { Millis } from '../../../src/base/machine.ts';
import { u16 } from '../../../src/base/octets.ts';
import type { Arrival, RetransmitTiming } from '../../../src/control/l2tp/channel.ts';
import { Channel } from '../../../src/control/l2tp/channel.ts';

export const TIMING: RetransmitTiming = { retries: 5, minMs: 1000, maxMs: 8000 };
const SCOPE = { tunnelId: 1 };

interface Sent {
  readonly at: Millis;
  readonly ns: number;
  readonly nr: number;
  readonly isZlb: boolean;
  readonly isResent: boolean;
  readonly octets: Uint8Array;
}

/** A message that is its number: four octets behind the header. */
export function numbered(number: number): Uint8Array {
  const octets = new Uint8Array(16);
  new DataView(octets.buffer).setUint32(12, number);
  return octets;
}
export const numberOf = (octets: Uint8Array): number =>
  new DataView(octets.slice().buffer).getUint32(12);

export class End {
  now: Millis = 0;
  readonly sent: Sent[] = [];
  readonly notes: string[] = [];
  readonly channel: Channel;
  /** Told by the test, checked at each sending. */
  peerWindow = Infinity;
  #queued = 0;

  constructor(timing = TIMING) {
    this.channel = new Channel(timing, {
      transmit: (octets, scope, isResent) => {
        const isZlb = octets.length === 12;
        assert.equal(scope === undefined, isZlb, 'only a ZLB is nobody in particular');
        const [ns, nr] = [u16(octets, 8), u16(octets, 10)];
        const firstUnacknowledged = this.#queued - this.channel.unacknowledged();
        const ahead = isZlb ? 0 : (ns - firstUnacknowledged) & 0xffff;
        assert.ok(ahead < this.peerWindow, 'the window is kept');
        this.sent.push({ at: this.now, ns, nr, isZlb, isResent, octets });
      },
      note: (text) => this.notes.push(text),
    });
    this.channel.peerTunnelId = 7;
  }

  send(count = 1, first = 0): void {
    for (let at = 0; at < count; at++) {
      this.#queued++;
      this.channel.send(numbered(first + at), 9, SCOPE, this.now);
    }
  }

  receive(ns: number, nr: number, isZlb = false): Arrival {
    const arrival = this.channel.receive(ns, nr, isZlb, numbered(ns), this.now);
    this.channel.flush(this.now);
    return arrival;
  }

  /** Acknowledges everything up to and without `nr`. */
  ack(nr: number): void {
    this.receive(0, nr, true);
  }

  runTo(at: Millis): void {
    while (this.channel.deadline() <= at) {
      this.now = this.channel.deadline();
      this.channel.handleTimer(this.now);
    }
    this.now = at;
  }

  /** What was sent since the last time, as `Ns/Nr`, ZLBs in brackets. */
  take(): string[] {
    return this.sent
      .splice(0)
      .map(({ ns, nr, isZlb }) => (isZlb ? `(${ns}/${nr})` : `${ns}/${nr}`));
  }
}
