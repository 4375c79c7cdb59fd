/** Big-endian access to octets, and the few whole-array helpers that every layer needs. */

export const u8 = (octets: Uint8Array, at: number): number => octets[at]!;

export const u16 = (octets: Uint8Array, at: number): number => (octets[at]! << 8) | octets[at + 1]!;

/** Unsigned: may exceed 31 bits, so keep it off the forwarding path. */
export const u32 = (octets: Uint8Array, at: number): number =>
  ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;

export function putU16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value;
}

export function putU32(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 24;
  octets[at + 1] = value >>> 16;
  octets[at + 2] = value >>> 8;
  octets[at + 3] = value;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const fromText = (text: string): Uint8Array => encoder.encode(text);

/** Text off the wire for a person: UTF-8, with everything that could disturb a terminal as `?`. */
export const toText = (octets: Uint8Array): string =>
  decoder.decode(octets).replace(/\p{Cc}/gu, '?');

/** Upper-case hex, as the seed prints it. */
export function toHex(octets: Uint8Array, separator = ''): string {
  const parts: string[] = [];
  for (const octet of octets) parts.push(octet.toString(16).padStart(2, '0').toUpperCase());
  return parts.join(separator);
}

export function concatOctets(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Compares in a time that does not tell where the first difference is. */
export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= u8(a, at) ^ u8(b, at);
  return difference === 0;
}
