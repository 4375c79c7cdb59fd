/** PAP packets, RFC 1334 §2.2; Code, Identifier and Length are read by parseControlPacket(). */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { concatOctets, u8 } from '../../base/octets.ts';
import { putControlPacket } from './packet.ts';

export const PapCode = Object.freeze({
  AuthenticateRequest: 1,
  AuthenticateAck: 2,
  AuthenticateNak: 3,
} as const);
export type PapCode = (typeof PapCode)[keyof typeof PapCode];

/** Filled by parsePapRequest(). Both share the parsed octets; either may be empty. */
export class PapRequest {
  peerId: Uint8Array = new Uint8Array(0);
  password: Uint8Array = new Uint8Array(0);
}

/** @returns Truncated when Peer-ID-Length or Passwd-Length runs past the data, else None */
export function parsePapRequest(data: Uint8Array, out: PapRequest): Fault {
  if (data.length === 0) return Fault.Truncated;
  const passwordLengthAt = 1 + u8(data, 0);
  if (passwordLengthAt >= data.length) return Fault.Truncated;
  const end = passwordLengthAt + 1 + u8(data, passwordLengthAt);
  if (end > data.length) return Fault.Truncated;
  out.peerId = data.subarray(1, passwordLengthAt);
  out.password = data.subarray(passwordLengthAt + 1, end);
  return Fault.None;
}

export function putPapRequest(id: number, peerId: Uint8Array, password: Uint8Array): Uint8Array {
  assert(peerId.length <= 0xff && password.length <= 0xff, 'a PAP field fits its length');
  const lengthOf = (field: Uint8Array): Uint8Array => Uint8Array.of(field.length);
  const data = concatOctets(lengthOf(peerId), peerId, lengthOf(password), password);
  return putControlPacket(PapCode.AuthenticateRequest, id, data);
}

/** Authenticate-Ack or -Nak. `message` may be empty. §2.2.2 */
export function putPapReply(
  code: typeof PapCode.AuthenticateAck | typeof PapCode.AuthenticateNak,
  id: number,
  message: Uint8Array,
): Uint8Array {
  assert(message.length <= 0xff, 'a PAP message fits its length');
  return putControlPacket(code, id, concatOctets(Uint8Array.of(message.length), message));
}
