/**
 * Whether the LNS takes over the LCP that the LAC has negotiated, and what was agreed in it.
 * RFC 2661 §4.4.5: AVPs 26 to 28; ppp.md PPP-L-07, -08 and -12. Pure; runs once per call.
 */
import { Fault } from '../../base/fault.ts';
import { u16, u32 } from '../../base/octets.ts';
import { LcpOption, type PppOption, parseOptions } from '../../wire/ppp/option.ts';
import type { Proxy as ProxiedCall } from './access-port.ts';
import type { AuthMethod } from './auth-port.ts';
import type { AgreedLcp } from './lcp.ts';
import {
  DEFAULT_ACCM,
  DEFAULT_MRU_OCTETS,
  isMethod,
  type LcpOptions,
  MIN_MRU_OCTETS,
} from './lcp-own.ts';
import { DEFAULT_PEER, withOption } from './lcp-peer.ts';

/** The lengths of the values that the link may stand on with us; any other option is refused. */
const VALUE_OCTETS: ReadonlyMap<number, number> = new Map([
  [LcpOption.MRU, 2],
  [LcpOption.ACCM, 4],
  [LcpOption.MagicNumber, 4],
  [LcpOption.PFC, 0],
  [LcpOption.ACFC, 0],
]);

/** @returns why not, one clause, when it does not fit */
export function judgeForcedLcp(
  { lastSentConfreq, lastReceivedConfreq, initialReceivedConfreq }: NonNullable<ProxiedCall['lcp']>,
  options: LcpOptions,
): AgreedLcp | string {
  // What the caller has asked for first tells what it may want again: a bundle needs our own LCP.
  const first = parse(initialReceivedConfreq ?? new Uint8Array(0));
  const sent = parse(lastSentConfreq);
  const received = parse(lastReceivedConfreq);
  if (first === undefined || sent === undefined || received === undefined) {
    return 'the proxied options are malformed';
  }
  if ([first, sent, received].some(hasMrru)) return 'multilink was asked for';

  const authentication = sent.find(({ type }) => type === LcpOption.Authentication);
  const method = methodOf(authentication, options.authentication);
  if (method === undefined && (authentication !== undefined || options.authentication.length > 0)) {
    return 'authentication is not as we want it';
  }
  const plain = sent.filter((option) => option !== authentication);
  const fault = findUnfit(plain, DEFAULT_MRU_OCTETS) ?? findUnfit(received, 0xffff);
  if (fault !== undefined) return `option ${fault.type} does not suit us`;

  const magic = plain.find(({ type }) => type === LcpOption.MagicNumber);
  const accm = plain.find(({ type }) => type === LcpOption.ACCM);
  const magicNumber = magic === undefined ? 0 : u32(magic.value, 0);
  const peer = received.reduce(withOption, DEFAULT_PEER);
  // RFC 1661 §6.4: the LAC has talked to itself.
  if (magicNumber !== 0 && peer.magicNumber === magicNumber) return 'the line is looped';
  return {
    own: { method, magicNumber, accm: accm === undefined ? DEFAULT_ACCM : u32(accm.value, 0) },
    peer,
  };
}

function parse(octets: Uint8Array): readonly PppOption[] | undefined {
  const options: PppOption[] = [];
  return parseOptions(octets, options) === Fault.None ? options : undefined;
}

const hasMrru = (options: readonly PppOption[]): boolean =>
  options.some(({ type }) => type === LcpOption.MRRU);

const methodOf = (
  option: PppOption | undefined,
  methods: readonly AuthMethod[],
): AuthMethod | undefined =>
  option === undefined ? undefined : methods.find((method) => isMethod(method, option.value));

/** @returns the first option that is unknown, out of its limits or there for the second time */
function findUnfit(options: readonly PppOption[], mostMru: number): PppOption | undefined {
  const seen = new Set<number>();
  return options.find(({ type, value }) => {
    const isRepeated = seen.has(type);
    seen.add(type);
    if (isRepeated || VALUE_OCTETS.get(type) !== value.length) return true;
    if (type === LcpOption.MRU) return u16(value, 0) < MIN_MRU_OCTETS || u16(value, 0) > mostMru;
    return type === LcpOption.MagicNumber && u32(value, 0) === 0;
  });
}
