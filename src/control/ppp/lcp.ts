/**
 * LCP of one caller: what it has beyond the negotiation that it shares with the NCPs, i.e. magic
 * numbers, Echo, Identification and Protocol-Reject. RFC 1661 §5.7 to §5.9, §6.4; RFC 1570 §1.
 * Runs once per LCP packet. What the layers above must know goes through LcpUser.
 */
import type { EventSink } from '../../base/event.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { concatOctets, putU32, u16, u32 } from '../../base/octets.ts';
import type { PppOption } from '../../wire/ppp/option.ts';
import { CONTROL_HEADER_OCTETS, type ControlPacket, LcpCode } from '../../wire/ppp/packet.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import type { AuthMethod } from './auth-port.ts';
import { CallerSide } from './lcp-caller.ts';
import { type LcpOptions, OwnOptions, type TakenOver } from './lcp-own.ts';
import type { LcpJudgement, PeerOptions } from './lcp-peer.ts';
import type { Framing, ProxyLcp } from './link-port.ts';
import { Negotiator, type NegotiatorEnd, type Outbox } from './negotiator.ts';
import { NegotiatorTrace, printable } from './negotiator-trace.ts';

const MAGIC_OCTETS = 4;

/** Why LCP ends by itself. */
export type LcpEnd =
  | 'caller terminated'
  | 'no LCP' // Max-Configure without an answer
  | 'LCP did not converge'
  | 'authentication refused' // the caller takes none of our methods
  | 'line looped'
  | 'protocol refused'; // the caller rejected LCP itself

const ENDS: Readonly<Record<NegotiatorEnd, LcpEnd>> = {
  closed: 'no LCP',
  terminated: 'caller terminated',
  unanswered: 'no LCP',
  unconverged: 'LCP did not converge',
  refused: 'authentication refused',
  'code rejected': 'protocol refused',
};

/** Called in the order of the automaton's actions, among the packets they send. */
export interface LcpUser<Out, Why> {
  /** Our first request is about to be made. */
  negotiating(): void;
  layerUp(now: Millis, out: Out): void;
  layerDown(now: Millis, out: Out): void;
  /** Our Terminate-Request is about to go. */
  terminating(): void;
  /** Once. */
  finished(why: Why | LcpEnd, out: Out): void;
  protocolRejected(protocol: number, now: Millis, out: Out): void;
}

/** What the LAC and the caller have agreed on, for an LNS that takes it over. */
export interface AgreedLcp {
  readonly own: TakenOver;
  readonly peer: PeerOptions;
}

export class Lcp<Out extends Outbox, Why extends string> extends Negotiator<Out, LcpJudgement> {
  readonly #accm: number;
  readonly #user: LcpUser<Out, Why>;
  readonly #own: OwnOptions;
  readonly #caller: CallerSide;
  #why: Why | LcpEnd | undefined;
  #isTakenOver = false;
  #isFinished = false;

  constructor(options: LcpOptions, random: Random, sink: EventSink, user: LcpUser<Out, Why>) {
    const own = new OwnOptions(options, random);
    super({
      trace: new NegotiatorTrace(options.interfaceName, PppProtocol.LCP, sink),
      own,
      // Passive: ppp.md §14 begins in Stopped, where the caller's request makes us ask, too.
      initialState: 'Stopped',
      lastKnownCode: LcpCode.TimeRemaining,
      firstId: options.firstLcpId ?? 1,
    });
    this.#accm = options.accm ?? 0;
    this.#user = user;
    this.#own = own;
    this.#caller = new CallerSide(options, random);
  }

  get isListening(): boolean {
    return this.state === 'Stopped';
  }

  /** What the caller is to authenticate itself by; undefined for nothing. Valid while Opened. */
  get method(): AuthMethod | undefined {
    return this.#own.method;
  }

  /** The caller's, as last acknowledged. */
  get peer(): PeerOptions {
    return this.#caller.peer;
  }

  /** Valid while Opened. RFC 1662 §7.1: more than the caller asks for may be escaped. */
  get framing(): Framing {
    return {
      sendAccm: (this.#caller.peer.accm | this.#accm) >>> 0,
      receiveAccm: this.#own.accm,
      receivePfc: this.#own.pfc,
      receiveAcfc: this.#own.acfc,
    };
  }

  /** Valid while Opened. */
  get proxy(): ProxyLcp {
    return {
      initialReceivedConfreq: this.#caller.initialReceived,
      lastSentConfreq: this.ownOptions,
      lastReceivedConfreq: this.#caller.lastReceived,
    };
  }

  /** Begins without being asked; only while listening. */
  open(now: Millis, out: Out): void {
    // §4.3, note r: Open in Stopped may be taken as Down, then Up.
    this.happen('Down', now, out);
    this.happen('Up', now, out);
  }

  /** Opened without a packet, PPP-L-07; only while listening. The user is not told. */
  force({ own, peer }: AgreedLcp): void {
    this.#own.takeOver(own);
    this.#caller.takeOver(peer);
    this.#isTakenOver = true;
    this.takeOver();
  }

  close(why: Why | LcpEnd, now: Millis, out: Out): void {
    this.#why ??= why;
    this.shut(now, out);
  }

  /** §5.7: answers a frame of a protocol that nobody here speaks; only while Opened. */
  rejectProtocol(protocol: number, information: Uint8Array, out: Out): void {
    const copy = information.subarray(0, this.peerMru - CONTROL_HEADER_OCTETS - 2);
    const data = concatOctets(Uint8Array.of(protocol >>> 8, protocol & 0xff), copy);
    this.sendUnasked(LcpCode.ProtocolReject, data, out);
  }

  /** Only while Opened, §5.8. @returns false when the caller knows no Echo-Request */
  sendEchoRequest(out: Out): boolean {
    if (this.isCodeRejected(LcpCode.EchoRequest)) return false;
    const data = new Uint8Array(MAGIC_OCTETS);
    putU32(data, 0, this.#own.magicNumber);
    this.sendUnasked(LcpCode.EchoRequest, data, out);
    return true;
  }

  protected override get peerMru(): number {
    return this.#caller.peer.mru;
  }

  protected override judge(
    options: readonly PppOption[],
    octets: Uint8Array,
    mayNak: boolean,
  ): LcpJudgement {
    const magicNumber = this.wasAsked ? this.#own.magicNumber : 0;
    return this.#caller.judge(options, octets, magicNumber, mayNak);
  }

  protected override gaveUpOn(judgement: LcpJudgement, now: Millis, out: Out): boolean {
    return judgement.isLooped && this.#gaveUpAsLooped(now, out);
  }

  protected override replied(packet: ControlPacket, judgement: LcpJudgement): void {
    this.#caller.replied(packet, judgement);
  }

  protected override sawNak(options: readonly PppOption[]): void {
    this.#caller.sawNak(options);
  }

  protected override asking(isFirst: boolean): void {
    if (isFirst) this.#user.negotiating();
  }

  protected override terminating(): void {
    this.#user.terminating();
  }

  protected override layerUp(now: Millis, out: Out): void {
    this.#user.layerUp(now, out);
  }

  protected override layerDown(now: Millis, out: Out): void {
    this.#caller.reset();
    // What the LAC asked for was for its line. We ask for ourselves.
    if (this.#isTakenOver) this.#own.reset();
    this.#isTakenOver = false;
    this.#user.layerDown(now, out);
  }

  protected override layerFinished(end: NegotiatorEnd, _now: Millis, out: Out): void {
    // Stopped would answer a new request, but the line is about to be hung up.
    this.retire();
    if (this.#isFinished) return;
    this.#isFinished = true;
    const why = end === 'closed' ? this.#why : undefined;
    this.#user.finished(why ?? ENDS[end], out);
  }

  /** Echo, Discard, Identification, Time-Remaining: all begin with a magic number. */
  protected override receiveExtra(packet: ControlPacket, now: Millis, out: Out): void {
    if (packet.code === LcpCode.ProtocolReject) {
      this.#protocolReject(packet, now, out);
      return;
    }
    const least = packet.code === LcpCode.TimeRemaining ? 2 * MAGIC_OCTETS : MAGIC_OCTETS;
    if (packet.data.length < least) {
      this.trace.note('packet dropped, Truncated');
      return;
    }
    if (packet.code === LcpCode.Identification) {
      this.trace.note(`Identification "${printable(packet.data.subarray(MAGIC_OCTETS))}"`);
    } else if (this.isOpened) {
      const whose = this.#caller.sawMagic(u32(packet.data, 0), this.#own.magicNumber);
      if (whose === 'wrong') this.trace.note('magic number of neither side');
      if (whose === 'ours') {
        this.#gaveUpAsLooped(now, out);
        return;
      }
    }
    this.happen('RXR', now, out, { packet });
  }

  protected override sendEchoReply(packet: ControlPacket, out: Out): void {
    const data = packet.data.slice(0, this.peerMru - CONTROL_HEADER_OCTETS);
    putU32(data, 0, this.#own.magicNumber);
    this.send(LcpCode.EchoReply, packet.id, data, out);
  }

  #protocolReject(packet: ControlPacket, now: Millis, out: Out): void {
    // §5.7: only Opened sends one, so any other state takes none.
    if (!this.isOpened || packet.data.length < 2) {
      this.outOfSequence(packet);
      return;
    }
    const protocol = u16(packet.data, 0);
    if (protocol === PppProtocol.LCP) {
      this.rejected(packet, now, out);
      return;
    }
    this.happen('RXJ+', now, out, { packet });
    this.#user.protocolRejected(protocol, now, out);
  }

  #gaveUpAsLooped(now: Millis, out: Out): boolean {
    this.trace.note('our own magic number came in, the line may be looped back');
    if (!this.#caller.isLooped) return false;
    this.close('line looped', now, out);
    return true;
  }
}
