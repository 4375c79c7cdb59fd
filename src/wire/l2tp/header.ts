/** L2TPv2 header, RFC 2661 §3.1. Runs once per frame: no allocation, no exception. */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { putU16, u16 } from '../../base/octets.ts';

const T = 0x8000; // control message
const L = 0x4000; // Length present
const S = 0x0800; // Ns and Nr present
const O = 0x0200; // Offset Size present
const VERSION = 0x000f;

/** Filled by parseL2tpHeader(). Each reader makes one at startup and keeps it. */
export class L2tpHeader {
  isControl = false;
  tunnelId = 0; // ours: the peer writes the ID that we assigned
  sessionId = 0;
  isSequenced = false; // S was set; always so in a control message
  ns = 0; // 0 when S was clear
  nr = 0; // means nothing in a data message
  payloadStart = 0; // indexes into the datagram; end is exclusive
  payloadEnd = 0;
}

/** @returns Fault.None, and only then is `out` valid. Reserved bits are ignored, as §3.1 asks. */
export function parseL2tpHeader(datagram: Uint8Array, end: number, out: L2tpHeader): Fault {
  if (end < 6) return Fault.Truncated;
  const bits = u16(datagram, 0);
  if ((bits & VERSION) !== 2) return Fault.BadVersion;
  out.isControl = (bits & T) !== 0;
  if (out.isControl && (bits & (L | S | O)) !== (L | S)) return Fault.BadFlags;

  const idsAt = bits & L ? 4 : 2;
  const sequenceAt = idsAt + 4;
  const offsetAt = bits & S ? sequenceAt + 4 : sequenceAt;
  const fixedEnd = bits & O ? offsetAt + 2 : offsetAt;
  if (end < fixedEnd) return Fault.Truncated;
  out.tunnelId = u16(datagram, idsAt);
  out.sessionId = u16(datagram, idsAt + 2);
  out.isSequenced = (bits & S) !== 0;
  out.ns = bits & S ? u16(datagram, sequenceAt) : 0;
  out.nr = bits & S ? u16(datagram, sequenceAt + 2) : 0;
  out.payloadStart = bits & O ? fixedEnd + u16(datagram, offsetAt) : fixedEnd;
  out.payloadEnd = bits & L ? u16(datagram, 2) : end;
  if (out.payloadEnd > end || out.payloadStart > out.payloadEnd) return Fault.BadLength;
  return Fault.None;
}

/** A Zero-Length Body message only acknowledges, §5.8. */
export const isZlb = (header: L2tpHeader): boolean =>
  header.isControl && header.payloadStart === header.payloadEnd;

/** Octets that every frame slot keeps free in front of the PPP frame. */
export const L2TP_HEADROOM_OCTETS = 6; // of the 16 that a slot reserves
/** The same while data messages are sequenced, §5.4. */
export const L2TP_SEQUENCED_HEADROOM_OCTETS = 10;

/** Prepends the shortest data header: L, S and O clear. @returns where the datagram now starts. */
export function putL2tpDataHeader(
  slot: Uint8Array,
  frameAt: number,
  peerTunnelId: number,
  peerSessionId: number,
): number {
  const start = frameAt - L2TP_HEADROOM_OCTETS;
  assert(start >= 0, 'frame slot has no headroom');
  putU16(slot, start, 2);
  putU16(slot, start + 2, peerTunnelId);
  putU16(slot, start + 4, peerSessionId);
  return start;
}

/**
 * Prepends a data header with Ns; Nr is reserved there, so 0. @returns where the datagram starts.
 */
export function putL2tpSequencedHeader(
  slot: Uint8Array,
  frameAt: number,
  peerTunnelId: number,
  peerSessionId: number,
  ns: number,
): number {
  const start = frameAt - L2TP_SEQUENCED_HEADROOM_OCTETS;
  assert(start >= 0, 'frame slot has no headroom');
  putU16(slot, start, S | 2);
  putU16(slot, start + 2, peerTunnelId);
  putU16(slot, start + 4, peerSessionId);
  putU16(slot, start + 6, ns);
  putU16(slot, start + 8, 0);
  return start;
}

export const CONTROL_HEADER_OCTETS = 12;

/**
 * Writes the header of a control message in front of its AVPs, anew for each transmission: a
 * repeated message carries the current Nr, §5.8. `octets` is the whole message.
 */
export function putL2tpControlHeader(
  datagram: Uint8Array,
  octets: number,
  peerTunnelId: number,
  peerSessionId: number,
  ns: number,
  nr: number,
): void {
  const fits = octets >= CONTROL_HEADER_OCTETS && octets <= Math.min(datagram.length, 0xffff);
  assert(fits, 'a control message is as long as its Length says');
  putU16(datagram, 0, T | L | S | 2);
  putU16(datagram, 2, octets);
  putU16(datagram, 4, peerTunnelId);
  putU16(datagram, 6, peerSessionId);
  putU16(datagram, 8, ns);
  putU16(datagram, 10, nr);
}
