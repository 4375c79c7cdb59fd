/**
 * IPCP of one caller: the addresses of both ends. RFC 1332, RFC 1877. One for each network phase:
 * it begins in Closed, with the addresses that the caller may have. Runs once per IPCP packet.
 */
import type { EventSink } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';
import { IpcpOption, putAddressOption } from '../../wire/ppp/ipcp.ts';
import type { PppOption } from '../../wire/ppp/option.ts';
import { type ControlPacket, LcpCode } from '../../wire/ppp/packet.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import type { IpOffer } from './access-port.ts';
import { type IpcpJudgement, type IpcpPolicy, judgeIpcp } from './ipcp-peer.ts';
import { Negotiator, type NegotiatorEnd, type Outbox } from './negotiator.ts';
import { NegotiatorTrace } from './negotiator-trace.ts';
import type { OwnSide } from './own-request.ts';

const NOTHING = new Uint8Array(0);

/** Why there will be no addresses. */
export type IpcpEnd =
  | 'unanswered'
  | 'rejected' // IPCP, or IP: by LCP's Protocol-Reject
  | 'code rejected'
  | 'own address refused'
  | 'peer takes no address'
  | 'no address';

const ENDS: Readonly<Record<NegotiatorEnd, IpcpEnd>> = {
  closed: 'unanswered',
  terminated: 'unanswered',
  unanswered: 'unanswered',
  unconverged: 'own address refused',
  refused: 'own address refused',
  'code rejected': 'code rejected',
};

/** Called in the order of the automaton's actions, among the packets they send. */
export interface IpcpUser<Out> {
  ipUp(now: Millis, out: Out): void;
  ipDown(now: Millis, out: Out): void;
  /** It cannot open, and will not by itself. The caller's own Terminate-Request is no such end. */
  ipFailed(end: IpcpEnd, now: Millis, out: Out): void;
}

export interface IpcpOptions extends IpcpPolicy {
  readonly interfaceName: string;
  readonly offer: IpOffer;
  readonly firstId: number;
  /** What the caller takes, by LCP. */
  readonly peerMru: number;
}

/** §3.3: our address, unless the caller does not want to know it. */
class OwnAddress implements OwnSide {
  readonly isRefused = false;
  #option: Uint8Array;

  constructor(address: number) {
    this.#option = putAddressOption(IpcpOption.Address, address);
  }

  octets(): Uint8Array {
    return this.#option;
  }

  /** We have no other. */
  takeNak(): void {}

  /** It holds nothing but what was asked for. */
  takeReject(): void {
    this.#option = NOTHING;
  }
}

export class Ipcp<Out extends Outbox> extends Negotiator<Out, IpcpJudgement> {
  readonly #options: IpcpOptions;
  readonly #user: IpcpUser<Out>;
  #peerAddress = 0;

  constructor(options: IpcpOptions, sink: EventSink, user: IpcpUser<Out>) {
    super({
      trace: new NegotiatorTrace(options.interfaceName, PppProtocol.IPCP, sink),
      own: new OwnAddress(options.offer.localAddress),
      initialState: 'Closed',
      // RFC 1332 §2: the first seven codes only.
      lastKnownCode: LcpCode.CodeReject,
      firstId: options.firstId,
    });
    this.#options = options;
    this.#user = user;
  }

  get localAddress(): number {
    return this.#options.offer.localAddress;
  }

  /** As last acknowledged; valid while Opened. */
  get peerAddress(): number {
    return this.#peerAddress;
  }

  open(now: Millis, out: Out): void {
    this.happen('Open', now, out);
  }

  protected override get peerMru(): number {
    return this.#options.peerMru;
  }

  protected override judge(
    options: readonly PppOption[],
    octets: Uint8Array,
    mayNak: boolean,
  ): IpcpJudgement {
    return judgeIpcp(options, octets, this.#options.offer, this.#options, mayNak);
  }

  protected override gaveUpOn(judgement: IpcpJudgement, now: Millis, out: Out): boolean {
    const { code, hopeless, peerAddress } = judgement;
    if (hopeless === 'no agreement') {
      this.#user.ipFailed('peer takes no address', now, out);
      return true;
    }
    // §3.3, IPCP-3.3-06: never one that somebody else has.
    const isRefused =
      hopeless === 'no address' ||
      (code === LcpCode.ConfigureAck && !this.#options.offer.claim(peerAddress));
    if (isRefused) this.#user.ipFailed('no address', now, out);
    return isRefused;
  }

  protected override replied(_packet: ControlPacket, judgement: IpcpJudgement): void {
    if (judgement.code === LcpCode.ConfigureAck) this.#peerAddress = judgement.peerAddress;
  }

  protected override layerUp(now: Millis, out: Out): void {
    this.#user.ipUp(now, out);
  }

  protected override layerDown(now: Millis, out: Out): void {
    this.#user.ipDown(now, out);
  }

  protected override layerFinished(end: NegotiatorEnd, now: Millis, out: Out): void {
    // RFC 1661 §3.7: that an NCP is closed is no reason to end the link. It may be opened again.
    if (end !== 'terminated') this.#user.ipFailed(ENDS[end], now, out);
  }

  protected override sawNak(): void {}
  protected override asking(): void {}
  protected override terminating(): void {}
  protected override receiveExtra(): void {}
  protected override sendEchoReply(): void {}
}
