/** Hiding of AVP values under the tunnel's secret, RFC 2661 §4.3. Runs once per hidden AVP. */
import { md5 } from '../../base/digest.ts';
import { concatOctets, putU16, u8, u16 } from '../../base/octets.ts';

const BLOCK_OCTETS = 16; // MD5's
const SUBFORMAT_OCTETS = 2; // Length of Original Attribute Value

/** @param padding masks how long the value is. @returns what stands behind the AVP's header */
export function hideAvpValue(
  type: number,
  value: Uint8Array,
  secret: Uint8Array,
  randomVector: Uint8Array,
  padding: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const length = new Uint8Array(SUBFORMAT_OCTETS);
  putU16(length, 0, value.length);
  const plain = concatOctets(length, value, padding);
  const cipher = new Uint8Array(plain.length);
  applyPads(plain, cipher, cipher, type, secret, randomVector);
  return cipher;
}

/** @returns undefined when the length inside does not fit: a wrong secret, most likely */
export function unhideAvpValue(
  type: number,
  cipher: Uint8Array,
  secret: Uint8Array,
  randomVector: Uint8Array,
): Uint8Array | undefined {
  if (cipher.length < SUBFORMAT_OCTETS) return undefined;
  const plain = new Uint8Array(cipher.length);
  applyPads(cipher, plain, cipher, type, secret, randomVector);
  const end = SUBFORMAT_OCTETS + u16(plain, 0);
  return end <= plain.length ? plain.slice(SUBFORMAT_OCTETS, end) : undefined;
}

/** to = from XOR pads. Each pad but the first is made of the block of `cipher` before it. */
function applyPads(
  from: Uint8Array,
  to: Uint8Array,
  cipher: Uint8Array,
  type: number,
  secret: Uint8Array,
  randomVector: Uint8Array,
): void {
  const attribute = new Uint8Array(2);
  putU16(attribute, 0, type);
  let pad = md5(attribute, secret, randomVector);
  for (let start = 0; start < from.length; start += BLOCK_OCTETS) {
    if (start > 0) pad = md5(secret, cipher.subarray(start - BLOCK_OCTETS, start));
    const end = Math.min(start + BLOCK_OCTETS, from.length);
    for (let at = start; at < end; at++) to[at] = u8(from, at) ^ u8(pad, at - start);
  }
}
