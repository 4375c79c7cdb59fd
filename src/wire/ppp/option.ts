/** Configuration options of LCP and the NCPs: Type, Length, Value. RFC 1661 §6. */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { putU32, u8 } from '../../base/octets.ts';

/** RFC 1661 §6, 1662 §7, 1570 §2, 1990 §5.1, 1989 §2.5. */
export const LcpOption = Object.freeze({
  MRU: 1,
  ACCM: 2,
  Authentication: 3,
  Quality: 4,
  MagicNumber: 5,
  PFC: 7,
  ACFC: 8,
  FcsAlternatives: 9,
  SelfDescribingPad: 10,
  NumberedMode: 11,
  Callback: 13,
  CompoundFrames: 15,
  MRRU: 17,
  ShortSequence: 18,
  EndpointDiscriminator: 19,
} as const);
export type LcpOption = (typeof LcpOption)[keyof typeof LcpOption];

/** No peer has thirty kinds of option; a packet with more than this is garbage. */
export const MAX_OPTIONS = 64;

const OPTION_HEADER_OCTETS = 2;

export interface PppOption {
  readonly type: number;
  /** Type and Length, too: what a reply copies. Shares the parsed octets. */
  readonly whole: Uint8Array;
  readonly value: Uint8Array;
}

/** Appends to `out`. @returns BadOption when a Length is below 2 or runs past the end, else None */
export function parseOptions(octets: Uint8Array, out: PppOption[]): Fault {
  let count = 0;
  let end = 0;
  for (let at = 0; at < octets.length; at = end) {
    if (at + OPTION_HEADER_OCTETS > octets.length) return Fault.BadOption;
    const length = u8(octets, at + 1);
    end = at + length;
    if (length < OPTION_HEADER_OCTETS || end > octets.length) return Fault.BadOption;
    if (++count > MAX_OPTIONS) return Fault.BadOption;
    out.push({
      type: u8(octets, at),
      whole: octets.subarray(at, end),
      value: octets.subarray(at + OPTION_HEADER_OCTETS, end),
    });
  }
  return Fault.None;
}

export function putOption(type: number, ...value: readonly number[]): Uint8Array {
  const length = OPTION_HEADER_OCTETS + value.length;
  assert(length <= 0xff, 'an option fits its Length');
  return Uint8Array.of(type, length, ...value);
}

/** An option of one 32-bit number: ACCM, Magic-Number. */
export function putOptionU32(type: number, value: number): Uint8Array {
  const option = putOption(type, 0, 0, 0, 0);
  putU32(option, OPTION_HEADER_OCTETS, value);
  return option;
}

/** An option of one 16-bit number: MRU, MRRU. */
export const putOptionU16 = (type: number, value: number): Uint8Array =>
  putOption(type, value >>> 8, value & 0xff);
