/**
 * The packet that LCP, the NCPs, PAP and CHAP have in common: Code, Identifier, Length, Data.
 * RFC 1661 §5, RFC 1334 §2.2, RFC 1994 §4. Runs once per control packet.
 */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { putU16, u8, u16 } from '../../base/octets.ts';

/** Codes of LCP; the NCPs use the first seven. RFC 1661 §5, RFC 1570 §1. */
export const LcpCode = Object.freeze({
  ConfigureRequest: 1,
  ConfigureAck: 2,
  ConfigureNak: 3,
  ConfigureReject: 4,
  TerminateRequest: 5,
  TerminateAck: 6,
  CodeReject: 7,
  ProtocolReject: 8,
  EchoRequest: 9,
  EchoReply: 10,
  DiscardRequest: 11,
  Identification: 12,
  TimeRemaining: 13,
} as const);
export type LcpCode = (typeof LcpCode)[keyof typeof LcpCode];

export const CONTROL_HEADER_OCTETS = 4;

/** Filled by parseControlPacket(). */
export class ControlPacket {
  code = 0;
  id = 0;
  /** Header and data without what follows them; like `data`, it shares the parsed octets. */
  whole: Uint8Array = new Uint8Array(0);
  data: Uint8Array = new Uint8Array(0);
}

/** Octets beyond Length are padding, §5. @returns Truncated, BadLength or None */
export function parseControlPacket(information: Uint8Array, out: ControlPacket): Fault {
  if (information.length < CONTROL_HEADER_OCTETS) return Fault.Truncated;
  const end = u16(information, 2);
  if (end < CONTROL_HEADER_OCTETS) return Fault.BadLength;
  if (end > information.length) return Fault.Truncated;
  out.code = u8(information, 0);
  out.id = u8(information, 1);
  out.whole = information.subarray(0, end);
  out.data = information.subarray(CONTROL_HEADER_OCTETS, end);
  return Fault.None;
}

export function putControlPacket(code: number, id: number, data: Uint8Array): Uint8Array {
  const end = CONTROL_HEADER_OCTETS + data.length;
  assert(end <= 0xffff, 'a control packet fits its Length');
  const packet = new Uint8Array(end);
  packet[0] = code;
  packet[1] = id;
  putU16(packet, 2, end);
  packet.set(data, CONTROL_HEADER_OCTETS);
  return packet;
}
