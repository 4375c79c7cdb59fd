/**
 * The network phase of one caller at the LNS: from the question which addresses it may have to the
 * end of IPCP. RFC 1661 §3.6, RFC 1332. Runs once per IPCP packet.
 */
import type { EventSink } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import type { AccessLinkOptions, AccessLinkOut, IpOffer } from './access-port.ts';
import type { AccessTrace } from './access-trace.ts';
import { Ipcp, type IpcpEnd, type IpcpUser } from './ipcp.ts';
import { STATE_NAMES } from './negotiator-trace.ts';

/** RFC 1661 §4.5: the automaton need not converge; each attempt at IPCP is cut here. */
const NEGOTIATION_MS: Millis = 60_000;
const NEVER = Number.POSITIVE_INFINITY;

export interface NetworkUser {
  /** There will be no packets. */
  networkFailed(end: IpcpEnd, now: Millis, out: AccessLinkOut[]): void;
}

export class AccessNetwork implements IpcpUser<AccessLinkOut[]> {
  readonly #options: AccessLinkOptions;
  readonly #sink: EventSink;
  readonly #trace: AccessTrace;
  readonly #user: NetworkUser;
  /** From the offer to the end of the phase. */
  #ipcp: Ipcp<AccessLinkOut[]> | undefined;
  #nextId: number;
  #mtuOctets = 0;
  #isWaiting = false;
  #by: Millis = NEVER;

  constructor(options: AccessLinkOptions, sink: EventSink, trace: AccessTrace, user: NetworkUser) {
    this.#options = options;
    this.#sink = sink;
    this.#trace = trace;
    this.#user = user;
    this.#nextId = options.firstIpcpId ?? 1;
  }

  /** Undefined while IPCP is not open, as the next. */
  get localAddress(): number | undefined {
    return this.#ipcp?.isOpened === true ? this.#ipcp.localAddress : undefined;
  }

  get peerAddress(): number | undefined {
    return this.#ipcp?.isOpened === true ? this.#ipcp.peerAddress : undefined;
  }

  get state(): string {
    return this.#ipcp === undefined ? 'Closed' : STATE_NAMES[this.#ipcp.state];
  }

  /** Whether an offer is awaited. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  deadline(): Millis {
    return Math.min(this.#by, this.#ipcp?.deadline() ?? NEVER);
  }

  /** An offer is about to be asked for. */
  enter(now: Millis): void {
    this.#isWaiting = true;
    this.#by = now + NEGOTIATION_MS;
  }

  /** Only while one is awaited. `mtuOctets`: what the caller takes, by LCP. */
  start(offer: IpOffer, mtuOctets: number, now: Millis, out: AccessLinkOut[]): void {
    this.#isWaiting = false;
    this.#mtuOctets = mtuOctets;
    const { interfaceName, dns, nbns } = this.#options;
    const options = { interfaceName, offer, dns, nbns, firstId: this.#nextId, peerMru: mtuOctets };
    this.#ipcp = new Ipcp(options, this.#sink, this);
    this.#ipcp.open(now, out);
  }

  /** LCP goes down. */
  leave(now: Millis, out: AccessLinkOut[]): void {
    const ipcp = this.#ipcp;
    ipcp?.down(now, out);
    this.#nextId = ipcp?.nextId ?? this.#nextId;
    this.#ipcp = undefined;
    this.#isWaiting = false;
    this.#by = NEVER;
  }

  /** IPCP-2-01: dropped without a word where it comes too early. */
  receive(information: Uint8Array, now: Millis, out: AccessLinkOut[]): void {
    if (this.#ipcp === undefined) {
      this.#trace.note(PppProtocol.IPCP, 'frame dropped, it is not time for it');
    } else {
      this.#ipcp.receive(information, now, out);
    }
  }

  timer(now: Millis, out: AccessLinkOut[]): void {
    this.#ipcp?.timer(now, out);
    if (now < this.#by) return;
    this.#user.networkFailed(this.#isWaiting ? 'no address' : 'unanswered', now, out);
  }

  ipUp(_now: Millis, out: AccessLinkOut[]): void {
    if (this.#ipcp === undefined) return;
    this.#by = NEVER;
    this.#trace.state(PppProtocol.IPCP, 'Open');
    const { localAddress, peerAddress } = this.#ipcp;
    out.push({ kind: 'ip-up', localAddress, peerAddress, mtuOctets: this.#mtuOctets });
  }

  ipDown(now: Millis, out: AccessLinkOut[]): void {
    // The caller may close IPCP for as long as it likes; if it begins anew, it has to get there.
    this.#by = this.#ipcp?.isTerminating === true ? NEVER : now + NEGOTIATION_MS;
    this.#trace.state(PppProtocol.IPCP, 'Closed');
    out.push({ kind: 'ip-down' });
  }

  ipFailed(end: IpcpEnd, now: Millis, out: AccessLinkOut[]): void {
    this.#user.networkFailed(end, now, out);
  }
}
