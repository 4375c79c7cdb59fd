/**
 * What LCP and the NCPs have in common: RFC 1661's automaton with its packets of codes 1 to 7, its
 * Restart counter and its clock. What the options mean, and who is told of what, is the subclass's.
 * Runs once per control packet.
 */
import { Fault, faultName } from '../../base/fault.ts';
import type { Millis } from '../../base/machine.ts';
import { type PppOption, parseOptions } from '../../wire/ppp/option.ts';
import {
  CONTROL_HEADER_OCTETS,
  ControlPacket,
  LcpCode,
  parseControlPacket,
  putControlPacket,
} from '../../wire/ppp/packet.ts';
import { type Action, type Event, type State, step } from './automaton.ts';
import type { NegotiatorTrace } from './negotiator-trace.ts';
import { OwnRequest, type OwnSide } from './own-request.ts';

/** RFC 1661 §4.6. */
const RESTART_MS: Millis = 3_000;
const MAX_CONFIGURE = 10;
const MAX_TERMINATE = 2;
const MAX_FAILURE = 5;
/** §5.6: the Code-Reject of any up to this one ends the protocol. */
const LAST_FUNDAMENTAL_CODE = LcpCode.CodeReject;
const NEVER = Number.POSITIVE_INFINITY;
const NOTHING = new Uint8Array(0);

/** §4.1: the Restart timer runs only where a time-out has a cell. */
const isTimed = (state: State): boolean => step(state, 'TO+') !== undefined;

/** Where packets to send are appended; an array of any outputs that `send` is one of. */
export interface Outbox {
  push(output: {
    readonly kind: 'send';
    readonly protocol: number;
    readonly information: Uint8Array;
  }): unknown;
}

/** Why This-Layer-Finished. */
export type NegotiatorEnd =
  | 'closed' // by us
  | 'terminated' // by the peer, while it was open
  | 'unanswered' // Max-Configure
  | 'unconverged' // the peer's refusals lead nowhere
  | 'refused' // the peer wants nothing of what we insist on
  | 'code rejected'; // a fundamental one

/** What we answer to a Configure-Request. */
export interface Judgement {
  readonly code:
    | typeof LcpCode.ConfigureAck
    | typeof LcpCode.ConfigureNak
    | typeof LcpCode.ConfigureReject;
  /** Of the reply. */
  readonly options: Uint8Array;
}

export interface NegotiatorOptions {
  readonly trace: NegotiatorTrace;
  readonly own: OwnSide;
  readonly initialState: State;
  /** Codes above it are unknown, §5.6. */
  readonly lastKnownCode: number;
  readonly firstId: number;
}

/** What an event was caused by: nothing of it for those that no packet brings. */
interface Cause<Verdict> {
  readonly packet?: ControlPacket;
  readonly judgement?: Verdict;
}

export abstract class Negotiator<Out extends Outbox, Verdict extends Judgement> {
  protected readonly trace: NegotiatorTrace;
  readonly #request: OwnRequest;
  readonly #lastKnownCode: number;
  #state: State;
  /** The state before the event in work, for the trace. */
  #stateBefore: State;
  #end: NegotiatorEnd | undefined;
  #restartAt: Millis = NEVER;
  #restartCount = 0;
  #nextId: number;
  #terminateId: number | undefined;
  #naksSent = 0;
  /** Bit n: our code n was rejected. */
  #rejectedCodes = 0;

  protected constructor(options: NegotiatorOptions) {
    this.trace = options.trace;
    this.#request = new OwnRequest(options.own);
    this.#lastKnownCode = options.lastKnownCode;
    this.#state = options.initialState;
    this.#stateBefore = options.initialState;
    this.#nextId = options.firstId;
  }

  /** Least MRU that the peer is known to take: no packet of ours is longer, §5. */
  protected abstract get peerMru(): number;
  /** `mayNak`: false after Max-Failure, §4.6: what would be suggested is rejected. */
  protected abstract judge(
    options: readonly PppOption[],
    octets: Uint8Array,
    mayNak: boolean,
  ): Verdict;
  /** @returns whether it has put an end to the negotiation instead of an answer */
  protected abstract gaveUpOn(judgement: Verdict, now: Millis, out: Out): boolean;
  /** Our reply to `packet` goes out. */
  protected abstract replied(packet: ControlPacket, judgement: Verdict): void;
  /** A Nak that counts; before its effects. */
  protected abstract sawNak(options: readonly PppOption[]): void;
  /** `isFirst`: our first Configure-Request is about to be made. */
  protected abstract asking(isFirst: boolean): void;
  /** Our Terminate-Request is about to go. */
  protected abstract terminating(): void;
  protected abstract layerUp(now: Millis, out: Out): void;
  protected abstract layerDown(now: Millis, out: Out): void;
  protected abstract layerFinished(end: NegotiatorEnd, now: Millis, out: Out): void;
  /** A code above 7 that is known. */
  protected abstract receiveExtra(packet: ControlPacket, now: Millis, out: Out): void;
  protected abstract sendEchoReply(packet: ControlPacket, out: Out): void;

  get isOpened(): boolean {
    return this.#state === 'Opened';
  }

  get isTerminating(): boolean {
    return this.#state === 'Closing' || this.#state === 'Stopping';
  }

  get state(): State {
    return this.#state;
  }

  /** The options that we asked for last. */
  get ownOptions(): Uint8Array {
    return this.#request.octets;
  }

  /** Of the packet after the last one of ours. */
  get nextId(): number {
    return this.#nextId;
  }

  deadline(): Millis {
    return this.#restartAt;
  }

  timer(now: Millis, out: Out): void {
    if (now < this.#restartAt) return;
    this.happen(this.#restartCount > 0 ? 'TO+' : 'TO-', now, out);
  }

  down(now: Millis, out: Out): void {
    this.happen('Down', now, out);
  }

  receive(information: Uint8Array, now: Millis, out: Out): void {
    const packet = new ControlPacket();
    const fault = parseControlPacket(information, packet);
    if (fault !== Fault.None) {
      this.trace.note(`packet dropped, ${faultName(fault)}`);
      return;
    }
    this.trace.packet('I', this.#state, packet.whole);
    switch (packet.code) {
      case LcpCode.ConfigureRequest:
        this.#configureRequest(packet, now, out);
        return;
      case LcpCode.ConfigureAck:
        if (this.#request.takeAck(packet)) this.happen('RCA', now, out, { packet });
        else this.outOfSequence(packet);
        return;
      case LcpCode.ConfigureNak:
      case LcpCode.ConfigureReject:
        this.#configureRefusal(packet, now, out);
        return;
      case LcpCode.TerminateRequest:
        if (this.isOpened) this.#end ??= 'terminated';
        this.happen('RTR', now, out, { packet });
        return;
      case LcpCode.TerminateAck:
        // Elsewhere it says that the peer is not open; here it must be the answer to ours.
        if (this.isTerminating && packet.id !== this.#terminateId) this.outOfSequence(packet);
        else this.happen('RTA', now, out, { packet });
        return;
      case LcpCode.CodeReject:
        this.#codeReject(packet, now, out);
        return;
      default:
        if (packet.code === 0 || packet.code > this.#lastKnownCode) {
          this.happen('RUC', now, out, { packet });
        } else {
          this.receiveExtra(packet, now, out);
        }
    }
  }

  /** Terminate-Request where there is somebody to hear it. Finished at once where not. */
  protected shut(now: Millis, out: Out): void {
    this.#end ??= 'closed';
    const wasStopped = this.#state === 'Stopped';
    this.happen('Close', now, out);
    // The table has no tlf here: it is done on the way into Stopped, which LCP begins in.
    if (wasStopped) this.#finish(now, out);
  }

  /** Stopped answers requests; who is Closed does not want to be asked any more. */
  protected retire(): void {
    if (this.#state === 'Stopped') this.#state = 'Closed';
  }

  /** Opened without a packet, by an agreement that somebody else came to for us. */
  protected takeOver(): void {
    this.#request.takeOver();
    // As the Ack would have done it: RCA in Ack-Sent.
    this.#restartCount = MAX_CONFIGURE;
    this.#state = 'Opened';
  }

  protected get wasAsked(): boolean {
    return this.#request.wasSent;
  }

  protected isCodeRejected(code: LcpCode): boolean {
    return (this.#rejectedCodes & (1 << code)) !== 0;
  }

  protected outOfSequence(packet: ControlPacket): void {
    this.trace.note(`code ${packet.code} id ${packet.id} dropped, out of sequence`);
  }

  /** §4.3, RXJ-: the peer rejects what the protocol cannot do without. */
  protected rejected(packet: ControlPacket, now: Millis, out: Out): void {
    this.#end ??= 'code rejected';
    this.happen('RXJ-', now, out, { packet });
  }

  protected happen(event: Event, now: Millis, out: Out, cause: Cause<Verdict> = {}): void {
    const result = step(this.#state, event);
    if (result === undefined) {
      this.trace.note(`event ${event} cannot be in state ${this.#state}`);
      return;
    }
    this.#stateBefore = this.#state;
    this.#state = result.next;
    for (const action of result.actions) this.#act(action, now, out, cause);
    if (!isTimed(this.#state)) this.#restartAt = NEVER;
  }

  protected send(code: LcpCode, id: number, data: Uint8Array, out: Out): void {
    // §4.3, RXJ+: what the peer does not know is not sent again.
    if (this.isCodeRejected(code)) return;
    const information = putControlPacket(code, id, data);
    this.trace.packet('O', this.#stateBefore, information);
    out.push({ kind: 'send', protocol: this.trace.protocol, information });
  }

  /** A packet that no event brings about. */
  protected sendUnasked(code: LcpCode, data: Uint8Array, out: Out): void {
    this.#stateBefore = this.#state;
    this.send(code, this.#takeId(), data, out);
  }

  #configureRequest(packet: ControlPacket, now: Millis, out: Out): void {
    const options: PppOption[] = [];
    if (parseOptions(packet.data, options) !== Fault.None) {
      this.trace.note('packet dropped, BadOption');
      return;
    }
    const judgement = this.judge(options, packet.data, this.#naksSent < MAX_FAILURE);
    if (this.gaveUpOn(judgement, now, out)) return;
    const event = judgement.code === LcpCode.ConfigureAck ? 'RCR+' : 'RCR-';
    this.happen(event, now, out, { packet, judgement });
  }

  #configureRefusal(packet: ControlPacket, now: Millis, out: Out): void {
    const options: PppOption[] = [];
    const refusal = this.#request.takeRefusal(packet, options);
    if (refusal === 'invalid') {
      this.outOfSequence(packet);
    } else if (refusal !== 'again') {
      this.#end ??= refusal;
      this.shut(now, out);
    } else {
      if (packet.code === LcpCode.ConfigureNak) this.sawNak(options);
      this.happen('RCN', now, out, { packet });
    }
  }

  #codeReject(packet: ControlPacket, now: Millis, out: Out): void {
    const code = packet.data[0];
    if (code === undefined) {
      this.trace.note('packet dropped, it names no code');
    } else if (code >= LcpCode.ConfigureRequest && code <= LAST_FUNDAMENTAL_CODE) {
      this.rejected(packet, now, out);
    } else {
      // What is beyond 31 is no code of ours.
      if (code <= LcpCode.TimeRemaining) this.#rejectedCodes |= 1 << code;
      this.happen('RXJ+', now, out, { packet });
    }
  }

  #act(action: Action, now: Millis, out: Out, { packet, judgement }: Cause<Verdict>): void {
    switch (action) {
      case 'tlu':
        this.layerUp(now, out);
        return;
      case 'tld':
        this.#naksSent = 0;
        this.layerDown(now, out);
        return;
      case 'tls':
        return;
      case 'tlf':
        this.#finish(now, out);
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
        this.#sendReply(packet, judgement, out);
        return;
      case 'str':
        this.#startTimer(now);
        this.terminating();
        this.#terminateId ??= this.#takeId();
        this.send(LcpCode.TerminateRequest, this.#terminateId, NOTHING, out);
        return;
      case 'sta':
        if (packet !== undefined) this.send(LcpCode.TerminateAck, packet.id, NOTHING, out);
        return;
      case 'scj':
        if (packet !== undefined) this.#sendCodeReject(packet, out);
        return;
      case 'ser':
        if (packet?.code === LcpCode.EchoRequest) this.sendEchoReply(packet, out);
        return;
    }
  }

  #sendReply(packet: ControlPacket, judgement: Verdict, out: Out): void {
    if (judgement.code === LcpCode.ConfigureAck) this.#naksSent = 0;
    if (judgement.code === LcpCode.ConfigureNak) this.#naksSent++;
    this.replied(packet, judgement);
    this.send(judgement.code, packet.id, judgement.options, out);
  }

  /** §4.4: each transmission, the first as well, takes one from the counter. */
  #startTimer(now: Millis): void {
    this.#restartCount--;
    this.#restartAt = now + RESTART_MS;
  }

  #sendRequest(out: Out): void {
    this.asking(!this.#request.wasSent);
    this.#request.renew(() => this.#takeId());
    this.send(LcpCode.ConfigureRequest, this.#request.id, this.#request.octets, out);
  }

  #sendCodeReject(packet: ControlPacket, out: Out): void {
    const copy = packet.whole.subarray(0, this.peerMru - CONTROL_HEADER_OCTETS);
    this.send(LcpCode.CodeReject, this.#takeId(), copy, out);
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = (id + 1) & 0xff;
    return id;
  }

  #finish(now: Millis, out: Out): void {
    const end = this.#end ?? 'unanswered';
    this.#end = undefined;
    this.layerFinished(end, now, out);
  }
}
