/** PPP and ICMP octets for the scripted peers: written apart from the product's. */
import { createHash } from 'node:crypto';
import { split, u16 } from './l2tp.ts';

export const IP = 0x0021;
export const IPCP = 0x8021;
export const LCP = 0xc021;
export const CHAP = 0xc223;

/** RFC 1661 §5. */
export const CONF_REQ = 1;
export const CONF_ACK = 2;
export const CONF_NAK = 3;
export const TERM_REQ = 5;
export const TERM_ACK = 6;
export const ECHO_REQ = 9;
export const ECHO_REP = 10;

const ECHO = 8;
const ECHO_REPLY = 0;
const ICMP_AT = 20;

export interface Packet {
  readonly protocol: number;
  readonly code: number;
  readonly id: number;
  readonly data: Uint8Array;
}

/** From the protocol on, with or without FF 03. @returns undefined when it is no such packet */
export function parsePacket(frame: Uint8Array): Packet | undefined {
  const at = protocolAt(frame);
  if (frame.length < at + 6) return undefined;
  const end = at + 2 + u16(frame, at + 4);
  const [code = 0, id = 0] = frame.subarray(at + 2);
  return { protocol: u16(frame, at), code, id, data: frame.subarray(at + 6, end) };
}

export const protocolOf = (frame: Uint8Array): number => u16(frame, protocolAt(frame));
const protocolAt = (frame: Uint8Array): number => (frame[0] === 0xff ? 2 : 0);

export function packet(
  protocol: number,
  code: number,
  id: number,
  data: Iterable<number>,
): Uint8Array {
  const body = [...data];
  const head = [0xff, 0x03, ...split(protocol), code, id, ...split(4 + body.length)];
  return Uint8Array.from([...head, ...body]);
}

/** Each option with its type and length octets. */
export function options(data: Uint8Array): number[][] {
  const found: number[][] = [];
  for (let at = 0; at + 2 <= data.length; ) {
    const length = Math.max(2, data[at + 1] ?? 2);
    found.push([...data.subarray(at, at + length)]);
    at += length;
  }
  return found;
}

/** RFC 1994 §4.1: the value of a Response. */
export function chapResponse(id: number, secret: string, challenge: Uint8Array): Uint8Array {
  const hash = createHash('md5').update(Uint8Array.of(id)).update(secret);
  return Uint8Array.from(hash.update(challenge).digest());
}

export const ipv4 = (address: string): number[] => address.split('.').map(Number);

/** An ICMP Echo-Request in IP in PPP. */
export function ping(from: string, to: string, sequence: number, octets: number): Uint8Array {
  const icmp = [ECHO, 0, 0, 0, 0x26, 0x61, ...split(sequence), ...Array(octets).fill(0x55)];
  icmp.splice(2, 2, ...split(checksum(icmp)));
  const length = ICMP_AT + icmp.length;
  const head = [0x45, 0, ...split(length), 0, 0, 0x40, 0, 64, 1, 0, 0, ...ipv4(from), ...ipv4(to)];
  head.splice(10, 2, ...split(checksum(head)));
  return Uint8Array.from([0xff, 0x03, ...split(IP), ...head, ...icmp]);
}

/** @returns the sequence number of an ICMP Echo-Reply; undefined for every other packet */
export function echoReply(frame: Uint8Array): number | undefined {
  const at = protocolAt(frame) + 2;
  const isReply = frame[at] === 0x45 && frame[at + 9] === 1 && frame[at + ICMP_AT] === ECHO_REPLY;
  return isReply ? u16(frame, at + ICMP_AT + 6) : undefined;
}

/** RFC 1071. */
function checksum(octets: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) {
    sum += (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
