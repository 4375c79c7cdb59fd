/** RFC 2661 octets for the scripted peers: written apart from the product's. */
import { createHash } from 'node:crypto';

export const L2TP_PORT = 1701;

/** Message types, §3.2. */
export const SCCRQ = 1;
export const SCCRP = 2;
export const SCCCN = 3;
export const STOPCCN = 4;
export const HELLO = 6;
export const ICRQ = 10;
export const ICRP = 11;
export const ICCN = 12;
export const CDN = 14;

const CONTROL_HEADER_OCTETS = 12;
const NOTHING = new Uint8Array(0);

/** By type; hidden ones and other vendors' are left out. */
export type Avps = ReadonlyMap<number, Uint8Array>;

export const u16 = (octets: Uint8Array, at = 0): number =>
  (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);

export const split = (value: number): number[] => [(value >>> 8) & 255, value & 255];

export const avp = (type: number, value: readonly number[], isMandatory = true): number[] => [
  ...split((isMandatory ? 0x8000 : 0) | (6 + value.length)),
  ...split(0),
  ...split(type),
  ...value,
];

export function parseAvps(datagram: Uint8Array): Avps {
  const avps = new Map<number, Uint8Array>();
  for (let at = CONTROL_HEADER_OCTETS; at + 6 <= datagram.length; ) {
    const bits = u16(datagram, at);
    const length = Math.max(6, bits & 0x3ff);
    const isPlain = (bits & 0x4000) === 0 && u16(datagram, at + 2) === 0;
    if (isPlain) avps.set(u16(datagram, at + 4), datagram.subarray(at + 6, at + length));
    at += length;
  }
  return avps;
}

/** @returns the first 16 bits of an AVP; 0 when it is not there */
export const avpU16 = (avps: Avps, type: number): number => u16(avps.get(type) ?? NOTHING);

export const isControl = (datagram: Uint8Array): boolean => (u16(datagram) & 0x8000) !== 0;
export const isZlb = (datagram: Uint8Array): boolean => datagram.length === CONTROL_HEADER_OCTETS;

/** Where the PPP frame of a data message begins. §3.1 */
export function payloadAt(datagram: Uint8Array): number {
  const bits = u16(datagram);
  const fixed = (bits & 0x4000 ? 8 : 6) + (bits & 0x0800 ? 4 : 0);
  return bits & 0x0200 ? fixed + 2 + u16(datagram, fixed) : fixed;
}

/** The session that a data message is for. */
export const dataSession = (datagram: Uint8Array): number =>
  u16(datagram, u16(datagram) & 0x4000 ? 6 : 4);

export interface ControlNumbers {
  readonly tunnel: number;
  readonly session: number;
  readonly ns: number;
  readonly nr: number;
}

export function controlMessage(numbers: ControlNumbers, body: readonly number[]): Uint8Array {
  const { tunnel, session, ns, nr } = numbers;
  const fields = [CONTROL_HEADER_OCTETS + body.length, tunnel, session, ns, nr];
  return Uint8Array.from([0xc8, 0x02, ...fields.flatMap(split), ...body]);
}

/** What a Challenge AVP wants to hear, §4.4.3 and §5.1.1; `id` is the answering message's type. */
export function tunnelResponse(id: number, secret: string, challenge: Uint8Array): number[] {
  const hash = createHash('md5').update(Uint8Array.of(id)).update(secret);
  return [...hash.update(challenge).digest()];
}
