/**
 * The caller's side of IPCP: what we answer to its Configure-Request. RFC 1332 §3, RFC 1877 §1.
 * Pure.
 */
import { concatOctets } from '../../base/octets.ts';
import { addressOf, IpcpOption, putAddressOption } from '../../wire/ppp/ipcp.ts';
import type { PppOption } from '../../wire/ppp/option.ts';
import { LcpCode } from '../../wire/ppp/packet.ts';
import type { IpOffer } from './access-port.ts';
import type { Judgement } from './negotiator.ts';

export interface IpcpPolicy {
  readonly dns: readonly number[];
  readonly nbns: readonly number[];
}

/** Why no further request can be answered better: there is nothing that we could suggest. */
export type Hopeless = 'no address' | 'no agreement';

export interface IpcpJudgement extends Judgement {
  /** What the caller asks for, when the answer is an Ack. */
  readonly peerAddress: number;
  readonly hopeless?: Hopeless;
}

/** An option to be suggested in its place. */
type Verdict = 'ack' | 'reject' | 'hopeless' | Uint8Array;

/** `mayNak`: false after Max-Failure, RFC 1661 §4.6. */
export function judgeIpcp(
  options: readonly PppOption[],
  octets: Uint8Array,
  offer: IpOffer,
  policy: IpcpPolicy,
  mayNak: boolean,
): IpcpJudgement {
  const rejects: Uint8Array[] = [];
  const naks: Uint8Array[] = [];
  const seen = new Set<number>();
  let peerAddress = 0;
  let hopeless: Hopeless | undefined;
  for (const option of options) {
    // RFC 1661 §6: the second of two is what is wrong.
    const verdict = seen.has(option.type) ? 'reject' : judgeOption(option, offer, policy);
    seen.add(option.type);
    if (verdict === 'hopeless') hopeless = 'no address';
    else if (verdict === 'reject') rejects.push(option.whole);
    else if (verdict !== 'ack') (mayNak ? naks : rejects).push(mayNak ? verdict : option.whole);
    else if (option.type === IpcpOption.Address) peerAddress = addressOf(option) ?? 0;
  }
  if (!seen.has(IpcpOption.Address)) {
    // RFC 1332 §3.3: appended, for we need to know it. Zero asks the caller for its own.
    if (mayNak) naks.push(putAddressOption(IpcpOption.Address, offer.peerAddress ?? 0));
    else hopeless = 'no agreement';
  }
  const common = { peerAddress, ...(hopeless === undefined ? {} : { hopeless }) };
  if (rejects.length > 0) {
    const code = LcpCode.ConfigureReject;
    return { ...common, code, options: concatOctets(...rejects) };
  }
  if (naks.length > 0) {
    return { ...common, code: LcpCode.ConfigureNak, options: concatOctets(...naks) };
  }
  return { ...common, code: LcpCode.ConfigureAck, options: octets };
}

function judgeOption(option: PppOption, offer: IpOffer, { dns, nbns }: IpcpPolicy): Verdict {
  switch (option.type) {
    case IpcpOption.Address:
      return judgeAddress(option, offer);
    case IpcpOption.PrimaryDns:
      return judgeServer(option.type, option, dns[0]);
    case IpcpOption.SecondaryDns:
      return judgeServer(option.type, option, dns[1]);
    case IpcpOption.PrimaryNbns:
      return judgeServer(option.type, option, nbns[0]);
    case IpcpOption.SecondaryNbns:
      return judgeServer(option.type, option, nbns[1]);
    default:
      // Compression: no VJ here. Addresses: deprecated, §3.1. The rest is not known.
      return 'reject';
  }
}

function judgeAddress(option: PppOption, { localAddress, peerAddress }: IpOffer): Verdict {
  const address = addressOf(option);
  if (peerAddress !== undefined) {
    return address === peerAddress ? 'ack' : putAddressOption(IpcpOption.Address, peerAddress);
  }
  // It has to name one of its own, and we know none to suggest.
  const isUsable = address !== undefined && isHostAddress(address) && address !== localAddress;
  return isUsable ? 'ack' : 'hopeless';
}

/** RFC 1877 §1.1: zero, or another than ours, is answered by ours. */
function judgeServer(type: IpcpOption, option: PppOption, server: number | undefined): Verdict {
  if (server === undefined) return 'reject';
  return addressOf(option) === server ? 'ack' : putAddressOption(type, server);
}

/** Neither "this" network, nor loopback, multicast, class E or broadcast. RFC 1122 §3.2.1.3 */
function isHostAddress(address: number): boolean {
  const network = address >>> 24;
  return network !== 0 && network !== 127 && network < 224;
}
