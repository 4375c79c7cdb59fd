/** CHAP packets, RFC 1994 §4; Code, Identifier and Length are read by parseControlPacket(). */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { concatOctets, u8 } from '../../base/octets.ts';
import { putControlPacket } from './packet.ts';

export const ChapCode = Object.freeze({
  Challenge: 1,
  Response: 2,
  Success: 3,
  Failure: 4,
} as const);
export type ChapCode = (typeof ChapCode)[keyof typeof ChapCode];

/** Filled by parseChapValue(). Both share the parsed octets. */
export class ChapValue {
  value: Uint8Array = new Uint8Array(0);
  name: Uint8Array = new Uint8Array(0);
}

/**
 * Reads the data of a Challenge or Response: §4.1 wants one octet at least of value and of name.
 */
export function parseChapValue(data: Uint8Array, out: ChapValue): Fault {
  if (data.length === 0) return Fault.Truncated;
  const nameAt = 1 + u8(data, 0);
  if (nameAt === 1) return Fault.BadLength;
  if (nameAt >= data.length) return Fault.Truncated;
  out.value = data.subarray(1, nameAt);
  out.name = data.subarray(nameAt);
  return Fault.None;
}

/** A Challenge or Response. */
export function putChapValue(
  code: ChapCode,
  id: number,
  value: Uint8Array,
  name: Uint8Array,
): Uint8Array {
  assert(value.length > 0 && value.length <= 0xff, 'a CHAP value fits its Value-Size');
  return putControlPacket(code, id, concatOctets(Uint8Array.of(value.length), value, name));
}

/** Success or Failure. `message` may be empty. §4.2 */
export const putChapReply = (
  code: typeof ChapCode.Success | typeof ChapCode.Failure,
  id: number,
  message: Uint8Array,
): Uint8Array => putControlPacket(code, id, message);
