/**
 * One virtual access interface as the forwarding plane knows it: a session's end in this box. Made
 * at startup, lent to one session after the other; there may be thousands, so it is small.
 */
import { AccessCounters, type PacketCounters } from './counters.ts';
import { Session, type SessionOwner } from './session.ts';

export class AccessForwarder implements SessionOwner {
  /** Among the accesses. */
  readonly index: number;
  /** Of the session it is lent to: they begin at 0 with it. */
  readonly counters = new AccessCounters();
  readonly session: Session;
  /** All below are set by the forwarding plane alone. */
  isOpen = false;
  /** One more with each opening, so that what was punted before it can be told. 16 bits. */
  opening = 0;
  /** Frames of it in the punt ring. */
  punted = 0;
  /** IPCP is open: packets pass. */
  hasIp = false;
  /** The caller's, as a signed number; means something while hasIp. */
  peerAddress = 0;
  mtuOctets = 0;
  readonly #totals: PacketCounters;

  /** @param sessionIndex what the session table will say of it @param totals of all accesses */
  constructor(index: number, sessionIndex: number, totals: PacketCounters) {
    this.index = index;
    this.session = new Session(sessionIndex, this, false);
    this.#totals = totals;
  }

  /** IP packets that passed, both ways. */
  packets(): number {
    return this.counters.rxPackets + this.counters.txPackets;
  }

  countFrame(): void {
    this.counters.rxFrames++;
    this.#totals.frames++;
  }

  countLate(): void {
    this.counters.rxLate++;
  }

  countLost(messages: number): void {
    this.counters.rxLost += messages;
  }

  countUnbound(): void {
    this.counters.rxUnbound++;
  }
}
