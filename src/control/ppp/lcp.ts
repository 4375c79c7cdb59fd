/**
 * LCP of one caller: RFC 1661's automaton with its packets, its Restart counter and its clock.
 * Runs once per LCP packet. What the layers above must know goes through LcpUser.
 */
import type { EventSink } from '../../base/event.ts';
import { Fault, faultName } from '../../base/fault.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { concatOctets, putU32, u16, u32 } from '../../base/octets.ts';
import type { PppOption } from '../../wire/ppp/option.ts';
import {
  CONTROL_HEADER_OCTETS,
  ControlPacket,
  LcpCode,
  parseControlPacket,
  putControlPacket,
} from '../../wire/ppp/packet.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import { type Action, type Event, type State, step } from './automaton.ts';
import { CallerSide } from './lcp-caller.ts';
import { type AuthMethod, OwnOptions } from './lcp-own.ts';
import type { Judgement } from './lcp-peer.ts';
import { OwnRequest } from './lcp-request.ts';
import { LcpTrace, printable } from './lcp-trace.ts';
import type { Framing, PppEnd, PppLinkOptions, PppLinkOut, ProxyLcp } from './link-port.ts';

/** RFC 1661 §4.6. */
const RESTART_MS: Millis = 3_000;
const MAX_CONFIGURE = 10;
const MAX_TERMINATE = 2;
/** §5.6: the Code-Reject of any up to this one ends LCP. */
const LAST_FUNDAMENTAL_CODE = LcpCode.CodeReject;
const LAST_KNOWN_CODE = LcpCode.TimeRemaining;
const MAGIC_OCTETS = 4;
const NEVER = Number.POSITIVE_INFINITY;
const NOTHING = new Uint8Array(0);

/** §4.1: the Restart timer runs only where a time-out has a cell. */
const isTimed = (state: State): boolean => step(state, 'TO+') !== undefined;

/** Called in the order of the automaton's actions, among the packets they send. */
export interface LcpUser {
  /** Our first request is about to be made. */
  negotiating(): void;
  layerUp(now: Millis, out: PppLinkOut[]): void;
  layerDown(now: Millis, out: PppLinkOut[]): void;
  /** Our Terminate-Request is about to go. */
  terminating(): void;
  /** Once. */
  finished(why: PppEnd, out: PppLinkOut[]): void;
  protocolRejected(protocol: number, now: Millis, out: PppLinkOut[]): void;
}

/** What an event was caused by: nothing of it for those that no packet brings. */
interface Cause {
  readonly packet?: ControlPacket;
  readonly judgement?: Judgement;
}

export class Lcp {
  readonly #options: PppLinkOptions;
  readonly #user: LcpUser;
  readonly #trace: LcpTrace;
  readonly #own: OwnOptions;
  readonly #request: OwnRequest;
  readonly #caller: CallerSide;
  readonly #rejectedCodes = new Set<number>();
  /** Passive: ppp.md §14 begins in Stopped, where the caller's request makes us ask, too. */
  #state: State = 'Stopped';
  /** The state before the event in work, for the trace. */
  #stateBefore: State = 'Stopped';
  #why: PppEnd | undefined;
  #isFinished = false;
  #restartAt: Millis = NEVER;
  #restartCount = 0;
  #nextId: number;
  #terminateId: number | undefined;

  constructor(options: PppLinkOptions, random: Random, sink: EventSink, user: LcpUser) {
    this.#options = options;
    this.#user = user;
    this.#trace = new LcpTrace(options.interfaceName, sink);
    this.#own = new OwnOptions(options, random);
    this.#request = new OwnRequest(this.#own);
    this.#caller = new CallerSide(options, random);
    this.#nextId = options.firstLcpId ?? 1;
  }

  get isOpened(): boolean {
    return this.#state === 'Opened';
  }

  get isListening(): boolean {
    return this.#state === 'Stopped';
  }

  get isTerminating(): boolean {
    return this.#state === 'Closing' || this.#state === 'Stopping';
  }

  /** What the caller is to authenticate itself by; undefined for nothing. Valid while Opened. */
  get method(): AuthMethod | undefined {
    return this.#own.method;
  }

  /** Valid while Opened. RFC 1662 §7.1: more than the caller asks for may be escaped. */
  get framing(): Framing {
    return {
      sendAccm: (this.#caller.peer.accm | this.#options.accm) >>> 0,
      receiveAccm: this.#own.accm,
      receivePfc: this.#own.pfc,
      receiveAcfc: this.#own.acfc,
    };
  }

  /** Valid while Opened. */
  get proxy(): ProxyLcp {
    return {
      initialReceivedConfreq: this.#caller.initialReceived,
      lastSentConfreq: this.#request.octets,
      lastReceivedConfreq: this.#caller.lastReceived,
    };
  }

  deadline(): Millis {
    return this.#restartAt;
  }

  /** Begins without being asked; only while listening. */
  open(now: Millis, out: PppLinkOut[]): void {
    // §4.3, note r: Open in Stopped may be taken as Down, then Up.
    this.#event('Down', now, out);
    this.#event('Up', now, out);
  }

  close(why: PppEnd, now: Millis, out: PppLinkOut[]): void {
    this.#why ??= why;
    const wasListening = this.isListening;
    this.#event('Close', now, out);
    // The table has no tlf here: it is done on the way into Stopped, which we began in.
    if (wasListening) this.#finish(out);
  }

  down(now: Millis, out: PppLinkOut[]): void {
    this.#event('Down', now, out);
  }

  timer(now: Millis, out: PppLinkOut[]): void {
    if (now < this.#restartAt) return;
    this.#event(this.#restartCount > 0 ? 'TO+' : 'TO-', now, out);
  }

  receive(information: Uint8Array, now: Millis, out: PppLinkOut[]): void {
    const packet = new ControlPacket();
    const fault = parseControlPacket(information, packet);
    if (fault !== Fault.None) {
      this.#trace.note(`packet dropped, ${faultName(fault)}`);
      return;
    }
    this.#trace.packet('I', this.#state, packet.whole);
    switch (packet.code) {
      case LcpCode.ConfigureRequest:
        this.#configureRequest(packet, now, out);
        return;
      case LcpCode.ConfigureAck:
        if (this.#request.takeAck(packet)) this.#event('RCA', now, out, { packet });
        else this.#outOfSequence(packet);
        return;
      case LcpCode.ConfigureNak:
      case LcpCode.ConfigureReject:
        this.#configureRefusal(packet, now, out);
        return;
      case LcpCode.TerminateRequest:
        if (this.isOpened) this.#why ??= 'caller terminated';
        this.#event('RTR', now, out, { packet });
        return;
      case LcpCode.TerminateAck:
        // Elsewhere it says that the caller has no LCP; here it must be the answer to ours.
        if (this.isTerminating && packet.id !== this.#terminateId) this.#outOfSequence(packet);
        else this.#event('RTA', now, out, { packet });
        return;
      case LcpCode.CodeReject:
        this.#codeReject(packet, now, out);
        return;
      case LcpCode.ProtocolReject:
        this.#protocolReject(packet, now, out);
        return;
      default:
        if (packet.code === 0 || packet.code > LAST_KNOWN_CODE) {
          this.#event('RUC', now, out, { packet });
        } else {
          this.#extra(packet, now, out);
        }
    }
  }

  /** §5.7: answers a frame of a protocol that nobody here speaks; only while Opened. */
  rejectProtocol(protocol: number, information: Uint8Array, out: PppLinkOut[]): void {
    const copy = information.subarray(0, this.#caller.peer.mru - CONTROL_HEADER_OCTETS - 2);
    const data = concatOctets(Uint8Array.of(protocol >>> 8, protocol & 0xff), copy);
    this.#stateBefore = this.#state;
    this.#send(LcpCode.ProtocolReject, this.#takeId(), data, out);
  }

  #configureRequest(packet: ControlPacket, now: Millis, out: PppLinkOut[]): void {
    const magicNumber = this.#request.wasSent ? this.#own.magicNumber : 0;
    const judgement = this.#caller.judge(packet, magicNumber);
    if (judgement === undefined) {
      this.#trace.note('packet dropped, BadOption');
      return;
    }
    if (judgement.isLooped && this.#gaveUpAsLooped(now, out)) return;
    const event = judgement.code === LcpCode.ConfigureAck ? 'RCR+' : 'RCR-';
    this.#event(event, now, out, { packet, judgement });
  }

  #configureRefusal(packet: ControlPacket, now: Millis, out: PppLinkOut[]): void {
    const options: PppOption[] = [];
    const refusal = this.#request.takeRefusal(packet, options);
    switch (refusal) {
      case 'invalid':
        this.#outOfSequence(packet);
        return;
      case 'again':
        if (packet.code === LcpCode.ConfigureNak) this.#caller.sawNak(options);
        this.#event('RCN', now, out, { packet });
        return;
      default:
        this.close(refusal, now, out);
    }
  }

  #codeReject(packet: ControlPacket, now: Millis, out: PppLinkOut[]): void {
    const code = packet.data[0];
    if (code === undefined) {
      this.#trace.note('packet dropped, it names no code');
    } else if (code >= LcpCode.ConfigureRequest && code <= LAST_FUNDAMENTAL_CODE) {
      this.#refused(packet, now, out);
    } else {
      this.#rejectedCodes.add(code);
      this.#event('RXJ+', now, out, { packet });
    }
  }

  #protocolReject(packet: ControlPacket, now: Millis, out: PppLinkOut[]): void {
    // §5.7: only Opened sends one, so any other state takes none.
    if (!this.isOpened || packet.data.length < 2) {
      this.#outOfSequence(packet);
      return;
    }
    const protocol = u16(packet.data, 0);
    if (protocol === PppProtocol.LCP) {
      this.#refused(packet, now, out);
      return;
    }
    this.#event('RXJ+', now, out, { packet });
    this.#user.protocolRejected(protocol, now, out);
  }

  #refused(packet: ControlPacket, now: Millis, out: PppLinkOut[]): void {
    this.#why ??= 'protocol refused';
    this.#event('RXJ-', now, out, { packet });
  }

  /** Echo, Discard, Identification, Time-Remaining: all begin with a magic number. */
  #extra(packet: ControlPacket, now: Millis, out: PppLinkOut[]): void {
    const least = packet.code === LcpCode.TimeRemaining ? 2 * MAGIC_OCTETS : MAGIC_OCTETS;
    if (packet.data.length < least) {
      this.#trace.note('packet dropped, Truncated');
      return;
    }
    if (packet.code === LcpCode.Identification) {
      this.#trace.note(`Identification "${printable(packet.data.subarray(MAGIC_OCTETS))}"`);
    } else if (this.isOpened) {
      const whose = this.#caller.sawMagic(u32(packet.data, 0), this.#own.magicNumber);
      if (whose === 'wrong') this.#trace.note('magic number of neither side');
      if (whose === 'ours') {
        this.#gaveUpAsLooped(now, out);
        return;
      }
    }
    this.#event('RXR', now, out, { packet });
  }

  #gaveUpAsLooped(now: Millis, out: PppLinkOut[]): boolean {
    this.#trace.note('our own magic number came in, the line may be looped back');
    if (!this.#caller.isLooped) return false;
    this.close('line looped', now, out);
    return true;
  }

  #outOfSequence(packet: ControlPacket): void {
    this.#trace.note(`code ${packet.code} id ${packet.id} dropped, out of sequence`);
  }

  #event(event: Event, now: Millis, out: PppLinkOut[], cause: Cause = {}): void {
    const result = step(this.#state, event);
    if (result === undefined) {
      this.#trace.note(`event ${event} cannot be in state ${this.#state}`);
      return;
    }
    this.#stateBefore = this.#state;
    this.#state = result.next;
    for (const action of result.actions) this.#act(action, now, out, cause);
    if (!isTimed(this.#state)) this.#restartAt = NEVER;
  }

  #act(action: Action, now: Millis, out: PppLinkOut[], { packet, judgement }: Cause): void {
    switch (action) {
      case 'tlu':
        this.#user.layerUp(now, out);
        return;
      case 'tld':
        this.#caller.reset();
        this.#user.layerDown(now, out);
        return;
      case 'tls':
        return;
      case 'tlf':
        this.#finish(out);
        return;
      case 'irc':
        this.#restartCount = this.isTerminating ? MAX_TERMINATE : MAX_CONFIGURE;
        return;
      case 'zrc':
        this.#restartCount = 0;
        this.#restartAt = now + RESTART_MS;
        return;
      case 'scr':
        this.#startTimer(now);
        this.#sendRequest(out);
        return;
      case 'sca':
      case 'scn':
        if (packet === undefined || judgement === undefined) return;
        this.#caller.replied(packet, judgement);
        this.#send(judgement.code, packet.id, judgement.options, out);
        return;
      case 'str':
        this.#startTimer(now);
        this.#user.terminating();
        this.#terminateId ??= this.#takeId();
        this.#send(LcpCode.TerminateRequest, this.#terminateId, NOTHING, out);
        return;
      case 'sta':
        if (packet !== undefined) this.#send(LcpCode.TerminateAck, packet.id, NOTHING, out);
        return;
      case 'scj':
        if (packet !== undefined) this.#sendCodeReject(packet, out);
        return;
      case 'ser':
        if (packet?.code === LcpCode.EchoRequest) this.#sendEchoReply(packet, out);
        return;
    }
  }

  /** §4.4: each transmission, the first as well, takes one from the counter. */
  #startTimer(now: Millis): void {
    this.#restartCount--;
    this.#restartAt = now + RESTART_MS;
  }

  #sendRequest(out: PppLinkOut[]): void {
    if (!this.#request.wasSent) this.#user.negotiating();
    this.#request.renew(() => this.#takeId());
    this.#send(LcpCode.ConfigureRequest, this.#request.id, this.#request.octets, out);
  }

  #sendCodeReject(packet: ControlPacket, out: PppLinkOut[]): void {
    const copy = packet.whole.subarray(0, this.#caller.peer.mru - CONTROL_HEADER_OCTETS);
    this.#send(LcpCode.CodeReject, this.#takeId(), copy, out);
  }

  #sendEchoReply(packet: ControlPacket, out: PppLinkOut[]): void {
    const data = packet.data.slice(0, this.#caller.peer.mru - CONTROL_HEADER_OCTETS);
    putU32(data, 0, this.#own.magicNumber);
    this.#send(LcpCode.EchoReply, packet.id, data, out);
  }

  #send(code: LcpCode, id: number, data: Uint8Array, out: PppLinkOut[]): void {
    // §4.3, RXJ+: what the caller does not know is not sent again.
    if (this.#rejectedCodes.has(code)) return;
    const information = putControlPacket(code, id, data);
    this.#trace.packet('O', this.#stateBefore, information);
    out.push({ kind: 'send', protocol: PppProtocol.LCP, information });
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = (id + 1) & 0xff;
    return id;
  }

  #finish(out: PppLinkOut[]): void {
    // Stopped would answer a new request, but the line is about to be hung up.
    if (this.isListening) this.#state = 'Closed';
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#user.finished(this.#why ?? 'no LCP', out);
  }
}
