/**
 * The caller's side of LCP: what we answer to its Configure-Request. RFC 1661 §5.2 to §5.4, §6;
 * RFC 1662 §7.1; RFC 1990 §5.1. Pure.
 */
import type { Random } from '../../base/machine.ts';
import { concatOctets, u8, u16, u32 } from '../../base/octets.ts';
import { LcpOption, type PppOption, putOptionU16, putOptionU32 } from '../../wire/ppp/option.ts';
import { LcpCode } from '../../wire/ppp/packet.ts';
import { DEFAULT_ACCM, DEFAULT_MRU_OCTETS, MIN_MRU_OCTETS, randomMagic } from './lcp-own.ts';
import type { Judgement } from './negotiator.ts';

/** RFC 1990 §5.1.3: octets of address that each class of discriminator may have. */
const DISCRIMINATOR_OCTETS: readonly (readonly [least: number, most: number])[] = [
  [0, 0],
  [1, 20],
  [4, 4],
  [6, 6],
  [1, 20],
  [1, 15],
];

export interface PeerPolicy {
  /** What our line needs escaped, whatever the caller says. */
  readonly accm: number;
  readonly multilink: boolean;
  /** Ours, to see a looped line; 0 for none. */
  readonly magicNumber: number;
  /** False after Max-Failure, §4.6: what we would Nak is rejected. */
  readonly mayNak: boolean;
  readonly random: Random;
}

/** What holds of the caller once its request is acknowledged. */
export interface PeerOptions {
  readonly mru: number;
  readonly accm: number;
  readonly magicNumber: number;
}

export interface LcpJudgement extends Judgement {
  readonly peer: PeerOptions;
  /** Its magic number is ours, §6.4. */
  readonly isLooped: boolean;
  /** The magic number that we suggest in a Nak. */
  readonly suggestedMagic?: number | undefined;
}

export const DEFAULT_PEER: PeerOptions = {
  mru: DEFAULT_MRU_OCTETS,
  accm: DEFAULT_ACCM,
  magicNumber: 0,
};

/** An option to be suggested in its place. */
type Verdict = 'ack' | 'reject' | Uint8Array;

export function judgeRequest(
  options: readonly PppOption[],
  octets: Uint8Array,
  policy: PeerPolicy,
): LcpJudgement {
  const rejects: Uint8Array[] = [];
  const naks: Uint8Array[] = [];
  const seen = new Set<number>();
  let peer = DEFAULT_PEER;
  let suggestedMagic: number | undefined;
  for (const option of options) {
    // §6: none of these options may be listed twice; the second is what is wrong.
    const verdict = seen.has(option.type) ? 'reject' : judgeOption(option, policy);
    seen.add(option.type);
    if (verdict === 'ack') {
      peer = withOption(peer, option);
    } else if (verdict === 'reject') {
      rejects.push(option.whole);
    } else if (option.type === LcpOption.MagicNumber) {
      // §6.4: it is never rejected, for we use it ourselves. Our own coming in must be answered by
      // this Nak, whatever else the request holds: its echo tells a loop from chance.
      suggestedMagic = u32(verdict, 2);
      if (policy.magicNumber !== 0 && magicOf(option) === policy.magicNumber) {
        const code = LcpCode.ConfigureNak;
        return { code, options: verdict, peer, isLooped: true, suggestedMagic };
      }
      naks.push(verdict);
    } else if (policy.mayNak) {
      naks.push(verdict);
    } else {
      rejects.push(option.whole);
    }
  }
  const common = { peer, isLooped: false };
  if (rejects.length > 0) {
    return { ...common, code: LcpCode.ConfigureReject, options: concatOctets(...rejects) };
  }
  if (naks.length > 0) {
    return {
      ...common,
      code: LcpCode.ConfigureNak,
      options: concatOctets(...naks),
      suggestedMagic,
    };
  }
  return { ...common, code: LcpCode.ConfigureAck, options: octets };
}

function judgeOption(option: PppOption, policy: PeerPolicy): Verdict {
  const { type, value } = option;
  switch (type) {
    case LcpOption.MRU:
      // §6.1: a large one only says what the caller can take.
      return value.length === 2 && u16(value, 0) >= MIN_MRU_OCTETS
        ? 'ack'
        : putOptionU16(type, DEFAULT_MRU_OCTETS);
    case LcpOption.ACCM: {
      const accm = value.length === 4 ? u32(value, 0) : 0;
      const union = (accm | policy.accm) >>> 0;
      return value.length === 4 && union === accm ? 'ack' : putOptionU32(type, union);
    }
    case LcpOption.MagicNumber: {
      const magicNumber = magicOf(option);
      return magicNumber !== 0 && magicNumber !== policy.magicNumber
        ? 'ack'
        : putOptionU32(type, otherMagic(policy));
    }
    case LcpOption.PFC:
    case LcpOption.ACFC:
      // §5.3: what has no value is rejected, never suggested.
      return value.length === 0 ? 'ack' : 'reject';
    case LcpOption.MRRU:
      // On behalf of the LNS; RFC 1990 §5.1.1.
      if (!policy.multilink) return 'reject';
      return value.length === 2 ? 'ack' : putOptionU16(type, DEFAULT_MRU_OCTETS);
    case LcpOption.EndpointDiscriminator:
      return policy.multilink && isDiscriminator(value) ? 'ack' : 'reject';
    default:
      return 'reject';
  }
}

export function withOption(peer: PeerOptions, { type, value }: PppOption): PeerOptions {
  if (type === LcpOption.MRU) return { ...peer, mru: u16(value, 0) };
  if (type === LcpOption.ACCM) return { ...peer, accm: u32(value, 0) };
  if (type === LcpOption.MagicNumber) return { ...peer, magicNumber: u32(value, 0) };
  return peer;
}

const magicOf = ({ value }: PppOption): number => (value.length === 4 ? u32(value, 0) : 0);

/** §6.4: different from ours, else the caller would collide again. */
function otherMagic(policy: PeerPolicy): number {
  const magicNumber = randomMagic(policy.random);
  return magicNumber === policy.magicNumber ? (magicNumber ^ 1) >>> 0 || 2 : magicNumber;
}

function isDiscriminator(value: Uint8Array): boolean {
  if (value.length === 0) return false;
  const limits = DISCRIMINATOR_OCTETS[u8(value, 0)];
  const count = value.length - 1;
  return limits !== undefined && count >= limits[0] && count <= limits[1];
}
