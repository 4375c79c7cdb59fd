/**
 * Reliable delivery of control messages, RFC 2661 §5.8 and Appendix A: Ns and Nr, the peer's
 * window, slow start, retransmission, and when an acknowledgement leaves. Runs for each control
 * datagram. It knows no message: its owner parses, and tells it what must be acknowledged at once.
 */
import type { L2tpScope } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';
import { CONTROL_HEADER_OCTETS, putL2tpControlHeader } from '../../wire/l2tp/header.ts';

/** §5.8: assumed until AVP 10 says otherwise. */
export const DEFAULT_WINDOW = 4;
/** How long a ZLB waits for a message that could carry the acknowledgement. L2TP-5.8-13 */
const ACK_DELAY_MS = 200;
/** Messages ahead of their turn that are kept; the rest comes again by retransmission. */
const HELD_LIMIT = 16;
/** Messages waiting to be sent or acknowledged. */
const QUEUE_LIMIT = 1024;

export interface RetransmitTiming {
  /** Retransmissions of one message before the peer counts as dead. */
  readonly retries: number;
  readonly minMs: Millis;
  readonly maxMs: Millis;
}

/** What became of a received datagram. */
export type Arrival = 'zlb' | 'in order' | 'duplicate' | 'held' | 'dropped';

export interface ChannelHooks {
  /**
   * A datagram to send, its header filled; the octets are the hook's to keep. `scope` is that of
   * send(), absent for a ZLB. `resent`: it has left before.
   */
  transmit(octets: Uint8Array, scope: L2tpScope | undefined, resent: boolean): void;
  /** Something odd that `debug` should show. */
  note(text: string): void;
}

interface Outgoing {
  readonly octets: Uint8Array;
  readonly peerSessionId: number;
  readonly scope: L2tpScope;
  readonly ns: number;
  readonly left: (() => void) | undefined;
}

export class Channel {
  /** Goes into every header; 0 until the peer has told it. */
  peerTunnelId = 0;
  timing: RetransmitTiming;
  readonly #hooks: ChannelHooks;

  /** Unacknowledged, in order of Ns; the first `#inFlight` of them count against the window. */
  #queue: Outgoing[] = [];
  #inFlight = 0;
  /** The Ns that the next new message gets when it is queued, and when it leaves. */
  #nextToQueue = 0;
  #nextToSend = 0;
  #peerWindow = DEFAULT_WINDOW;
  #cwnd = 1;
  #ssthresh = DEFAULT_WINDOW;
  /** Retransmissions since the peer last acknowledged something. */
  #timeouts = 0;
  #retransmitAt: Millis = Infinity;
  #isDead = false;

  /** Ns expected next: the Nr that we send. */
  #nr = 0;
  #ackAt: Millis = Infinity;
  readonly #held = new Map<number, Uint8Array>();

  constructor(timing: RetransmitTiming, hooks: ChannelHooks) {
    this.timing = timing;
    this.#hooks = hooks;
  }

  /** Whether a message that may be left out would still find room. */
  hasRoom(): boolean {
    return this.#queue.length < QUEUE_LIMIT;
  }

  /** Messages that the peer has not acknowledged, sent or waiting. */
  unacknowledged(): number {
    return this.#queue.length;
  }

  /** The retry limit is reached: nothing is sent any more but acknowledgements. */
  isDead(): boolean {
    return this.#isDead;
  }

  /** AVP 10 of the peer. Appendix A: SSTHRESH starts there, CWND never exceeds it. */
  setPeerWindow(messages: number): void {
    this.#peerWindow = messages;
    this.#ssthresh = messages;
    this.#cwnd = Math.min(this.#cwnd, messages);
  }

  /**
   * Queues a message whose header is still to be filled, and sends what the window lets.
   * @param scope whose message it is, for the trace
   * @param left called when it has left for the first time, which may be at once
   */
  send(
    octets: Uint8Array,
    peerSessionId: number,
    scope: L2tpScope,
    now: Millis,
    left?: () => void,
  ): void {
    if (this.#isDead) return;
    this.#queue.push({ octets, peerSessionId, scope, ns: this.#nextToQueue, left });
    this.#nextToQueue = (this.#nextToQueue + 1) & 0xffff;
    this.#pump(now);
  }

  /** Forgets what the peer has not acknowledged: it no longer matters. */
  stopSending(): void {
    this.#queue = [];
    this.#inFlight = 0;
    this.#nextToQueue = this.#nextToSend;
    this.#retransmitAt = Infinity;
  }

  /** Takes the header of a datagram from the peer; keeps `octets` when it is ahead of its turn. */
  receive(ns: number, nr: number, isZlb: boolean, octets: Uint8Array, now: Millis): Arrival {
    this.#acknowledged(nr, now);
    if (isZlb) return 'zlb';
    const ahead = (ns - this.#nr) & 0xffff;
    if (ahead === 0) {
      this.#advance(now);
      return 'in order';
    }
    if (ahead >= 0x8000) {
      // §5.8: our acknowledgement was lost. The peer is waiting: do not delay the next one.
      this.#ackAt = now;
      return 'duplicate';
    }
    if (ahead > HELD_LIMIT) return 'dropped';
    this.#held.set(ns, octets);
    return 'held';
  }

  /** @returns the datagram whose turn it has become, when it came too early. */
  takeHeld(now: Millis): Uint8Array | undefined {
    const octets = this.#held.get(this.#nr);
    if (octets === undefined) return undefined;
    this.#held.delete(this.#nr);
    this.#advance(now);
    return octets;
  }

  /** Sends the acknowledgement that is due, if one is, without waiting for a message for it. */
  acknowledgeNow(): void {
    if (this.#ackAt === Infinity) return;
    const zlb = new Uint8Array(CONTROL_HEADER_OCTETS);
    this.#transmit(zlb, 0, this.#nextToSend, undefined, false);
  }

  /** Call it when an input has been handled: sends what an acknowledgement has made room for. */
  flush(now: Millis): void {
    this.#pump(now);
    if (this.#ackAt <= now) this.acknowledgeNow();
  }

  handleTimer(now: Millis): void {
    if (this.#retransmitAt <= now) this.#timeOut(now);
    if (this.#ackAt <= now) this.acknowledgeNow();
  }

  deadline(): Millis {
    return Math.min(this.#retransmitAt, this.#ackAt);
  }

  #advance(now: Millis): void {
    this.#nr = (this.#nr + 1) & 0xffff;
    this.#ackAt = Math.min(this.#ackAt, now + ACK_DELAY_MS);
  }

  #acknowledged(nr: number, now: Millis): void {
    const first = (this.#nextToQueue - this.#queue.length) & 0xffff;
    const count = (nr - first) & 0xffff;
    if (count === 0 || count >= 0x8000) return;
    if (count > ((this.#nextToSend - first) & 0xffff)) {
      this.#hooks.note(`Nr ${nr} acknowledges what was never sent, next Ns ${this.#nextToSend}`);
      return;
    }
    this.#queue.splice(0, count);
    this.#inFlight = Math.max(0, this.#inFlight - count);
    this.#timeouts = 0;
    this.#cwnd += this.#cwnd < this.#ssthresh ? 1 : 1 / this.#cwnd;
    this.#cwnd = Math.min(this.#cwnd, this.#peerWindow);
    this.#retransmitAt = this.#inFlight > 0 ? now + this.timing.minMs : Infinity;
  }

  #timeOut(now: Millis): void {
    this.#retransmitAt = Infinity;
    if (this.#timeouts >= this.timing.retries) {
      this.#isDead = true;
      this.stopSending();
      return;
    }
    this.#timeouts++;
    // Appendix A. The peer may have dropped what followed the lost message: all of it goes again
    // as the window opens, unless the peer acknowledges it first.
    this.#ssthresh = Math.max(1, Math.floor(this.#cwnd / 2));
    this.#cwnd = 1;
    this.#inFlight = 0;
    this.#pump(now);
  }

  #pump(now: Millis): void {
    const window = Math.floor(this.#cwnd);
    while (this.#inFlight < window) {
      const message = this.#queue[this.#inFlight];
      if (message === undefined) return;
      this.#inFlight++;
      const resent = message.ns !== this.#nextToSend;
      if (!resent) this.#nextToSend = (message.ns + 1) & 0xffff;
      if (this.#retransmitAt === Infinity) {
        this.#retransmitAt = now + intervalMs(this.timing, this.#timeouts);
      }
      const { octets, peerSessionId, ns, scope } = message;
      this.#transmit(octets.slice(), peerSessionId, ns, scope, resent);
      if (!resent) message.left?.();
    }
  }

  /** §5.8: Nr is that of the moment also in what is sent again, so nothing else need carry it. */
  #transmit(
    octets: Uint8Array,
    peerSessionId: number,
    ns: number,
    scope: L2tpScope | undefined,
    resent: boolean,
  ): void {
    putL2tpControlHeader(octets, octets.length, this.peerTunnelId, peerSessionId, ns, this.#nr);
    this.#ackAt = Infinity;
    this.#hooks.transmit(octets, scope, resent);
  }
}

/** How long to wait for an answer to retransmission number `timeouts`; 0 is the first sending. */
function intervalMs({ minMs, maxMs }: RetransmitTiming, timeouts: number): Millis {
  return Math.min(minMs * 2 ** timeouts, maxMs);
}

/** From the first sending to the end of the wait behind the last one: §5.8's full cycle, 31 s. */
export function fullCycleMs(timing: RetransmitTiming): Millis {
  let total = 0;
  for (let timeouts = 0; timeouts <= timing.retries; timeouts++) {
    total += intervalMs(timing, timeouts);
  }
  return total;
}
