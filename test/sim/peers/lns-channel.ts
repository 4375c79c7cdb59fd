/**
 * The LNS's end of a control connection: Ns and Nr, retransmission, acknowledgements. What comes
 * too early is dropped, as RFC 2661 §5.8 lets it.
 */
import type { Millis } from '../../../src/base/machine.ts';
import { putL2tpControlHeader } from '../../../src/wire/l2tp/header.ts';

const NEVER = Number.POSITIVE_INFINITY;
const RETRIES = 5;
const FIRST_MS = 1_000;
const CAP_MS = 8_000;
const ZLB_OCTETS = 12;

export interface ChannelIo {
  transmit(octets: Uint8Array): void;
  complain(text: string): void;
}

export class LnsChannel {
  peerTunnelId = 0;
  window: number;
  isDead = false;
  readonly #io: ChannelIo;
  readonly #ackDelayMs: Millis;
  #queue: { octets: Uint8Array; session: number; ns: number }[] = [];
  #nextNs = 0;
  /** The next that has never left. */
  #fresh = 0;
  #nr = 0;
  #tries = 0;
  #resendAt: Millis = NEVER;
  #ackAt: Millis = NEVER;
  #ackSession = 0;

  constructor(window: number, ackDelayMs: Millis, io: ChannelIo) {
    this.window = window;
    this.#ackDelayMs = ackDelayMs;
    this.#io = io;
  }

  get nr(): number {
    return this.#nr;
  }

  get unacknowledged(): number {
    return this.#queue.length;
  }

  deadline(): Millis {
    return Math.min(this.#resendAt, this.#ackAt);
  }

  send(octets: Uint8Array, session: number, now: Millis): void {
    if (this.isDead) return;
    this.#queue.push({ octets, session, ns: this.#nextNs });
    this.#nextNs = (this.#nextNs + 1) & 0xffff;
    this.#pump(now);
  }

  /** @returns whether the message is to be taken: its turn, and not a ZLB */
  receive(ns: number, nr: number, isEmpty: boolean, session: number, now: Millis): boolean {
    this.#acknowledged(nr, now);
    if (isEmpty) return false;
    const ahead = (ns - this.#nr) & 0xffff;
    if (ahead === 0) this.#nr = (this.#nr + 1) & 0xffff;
    if (ahead === 0 || ahead >= 0x8000) {
      this.#ackAt = ahead === 0 ? Math.min(this.#ackAt, now + this.#ackDelayMs) : now;
      this.#ackSession = session;
    }
    return ahead === 0;
  }

  timer(now: Millis): void {
    if (now >= this.#resendAt) this.#resend(now);
    if (now >= this.#ackAt)
      this.#transmit(new Uint8Array(ZLB_OCTETS), this.#ackSession, this.#fresh);
  }

  /** Everything that waits is forgotten; acknowledgements still go. */
  stopSending(): void {
    this.#queue = [];
    this.#nextNs = this.#fresh;
    this.#resendAt = NEVER;
  }

  #acknowledged(nr: number, now: Millis): void {
    const first = (this.#nextNs - this.#queue.length) & 0xffff;
    const count = (nr - first) & 0xffff;
    if (count === 0 || count >= 0x8000) return;
    if (count > ((this.#fresh - first) & 0xffff)) {
      this.#io.complain(`Nr ${nr} acknowledges what was never sent`);
      return;
    }
    this.#queue.splice(0, count);
    this.#tries = 0;
    this.#resendAt = this.#queue.length > 0 ? now + FIRST_MS : NEVER;
    this.#pump(now);
  }

  #pump(now: Millis): void {
    for (const [index, { octets, session, ns }] of this.#queue.entries()) {
      if (index >= this.window) return;
      if (((ns - this.#fresh) & 0xffff) !== 0) continue;
      this.#fresh = (ns + 1) & 0xffff;
      if (this.#resendAt === NEVER) this.#resendAt = now + FIRST_MS;
      this.#transmit(octets.slice(), session, ns);
    }
  }

  #resend(now: Millis): void {
    const first = this.#queue[0];
    if (first === undefined || this.#tries === RETRIES) {
      this.isDead = first !== undefined;
      this.stopSending();
      return;
    }
    this.#tries++;
    this.#resendAt = now + Math.min(FIRST_MS * 2 ** this.#tries, CAP_MS);
    this.#transmit(first.octets.slice(), first.session, first.ns);
  }

  #transmit(octets: Uint8Array, session: number, ns: number): void {
    putL2tpControlHeader(octets, octets.length, this.peerTunnelId, session, ns, this.#nr);
    this.#ackAt = NEVER;
    this.#io.transmit(octets);
  }
}
