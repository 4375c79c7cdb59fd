/**
 * What stands in front of a PPP frame's Information: FF 03, which ACFC leaves out, and the Protocol
 * of one or two octets. RFC 1662 §3.1, §3.2; RFC 1661 §6.5, §6.6. Runs once per frame.
 */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { putU16, u8, u16 } from '../../base/octets.ts';

const ALL_STATIONS = 0xff;
const ADDRESS_CONTROL = 0xff03;
/** FF 03 and a Protocol of two octets. */
export const PPP_HEADER_OCTETS = 4;

/** Filled by parsePppHeader(). Each reader makes one at startup and keeps it. */
export class PppHeader {
  protocol = 0;
  /** Index of the first octet behind the Protocol field. */
  informationStart = 0;
}

/**
 * Reads octets[start, end), a frame without its FCS. A Protocol with an even last octet is given
 * out as it stands: it is an unrecognised one, RFC 1661 §2.
 * @returns Fault.None, and only then is `out` valid; BadAddress, BadControl, BadProtocol
 */
export function parsePppHeader(
  octets: Uint8Array,
  start: number,
  end: number,
  acfc: boolean,
  pfc: boolean,
  out: PppHeader,
): Fault {
  let at = start;
  if (at < end && u8(octets, at) === ALL_STATIONS) {
    // With PFC, FF could begin the Protocol 0x00FF, which is reserved so that it never does.
    if (at + 1 >= end || u16(octets, at) !== ADDRESS_CONTROL) return Fault.BadControl;
    at += 2;
  } else if (!acfc) {
    return Fault.BadAddress;
  }
  if (at >= end) return Fault.BadProtocol;
  if (u8(octets, at) & 1) {
    if (!pfc) return Fault.BadProtocol;
    out.protocol = u8(octets, at);
    out.informationStart = at + 1;
    return Fault.None;
  }
  if (at + 1 >= end) return Fault.BadProtocol;
  out.protocol = u16(octets, at);
  out.informationStart = at + 2;
  return Fault.None;
}

/** Puts FF 03 and the two-octet Protocol in front of the Information. @returns where they begin */
export function putPppHeader(
  octets: Uint8Array,
  informationStart: number,
  protocol: number,
): number {
  const start = informationStart - PPP_HEADER_OCTETS;
  assert(start >= 0, 'a frame slot has no headroom');
  putU16(octets, start, ADDRESS_CONTROL);
  putU16(octets, start + 2, protocol);
  return start;
}
