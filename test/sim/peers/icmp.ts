/** ICMP echo in IPv4, RFC 791 §3.1 and RFC 792, as a peer of the product's writes and reads it. */
import { split16, split32, u16 } from './frame.ts';

const VERSION_AND_LENGTH = 0x45;
const HEADER_OCTETS = 20;
const ICMP_HEADER_OCTETS = 8;
const ICMP = 1;
const TIME_TO_LIVE = 64;
const TYPES = { request: 8, reply: 0 } as const;

export interface Echo {
  readonly type: 'request' | 'reply';
  readonly source: number;
  readonly destination: number;
  /** Whose: one run of pings has one. */
  readonly id: number;
  readonly sequence: number;
  readonly payload: readonly number[];
}

export function writeEcho({ type, source, destination, id, sequence, payload }: Echo): number[] {
  const message = [TYPES[type], 0, 0, 0, ...split16(id), ...split16(sequence), ...payload];
  message.splice(2, 2, ...split16(checksum(message)));
  const header = [
    ...[VERSION_AND_LENGTH, 0, ...split16(HEADER_OCTETS + message.length)],
    ...[...split16(sequence), 0, 0, TIME_TO_LIVE, ICMP, 0, 0],
    ...[...split32(source), ...split32(destination)],
  ];
  header.splice(10, 2, ...split16(checksum(header)));
  return [...header, ...message];
}

/** @returns undefined when it is not an echo, or not a whole one with good checksums */
export function readEcho(packet: readonly number[]): Echo | undefined {
  const [first = 0] = packet;
  const headerOctets = (first & 0x0f) * 4;
  const end = u16(packet, 2);
  if (first >>> 4 !== 4 || headerOctets < HEADER_OCTETS || packet[9] !== ICMP) return undefined;
  if (end > packet.length || end < headerOctets + ICMP_HEADER_OCTETS) return undefined;
  // A fragment: neither "more follow" nor an offset.
  if ((u16(packet, 6) & 0x3fff) !== 0) return undefined;
  const message = packet.slice(headerOctets, end);
  if (checksum(packet.slice(0, headerOctets)) !== 0 || checksum(message) !== 0) return undefined;
  const [type, code] = message;
  if (code !== 0 || (type !== TYPES.request && type !== TYPES.reply)) return undefined;
  return {
    type: type === TYPES.request ? 'request' : 'reply',
    source: u32(packet, 12),
    destination: u32(packet, 16),
    id: u16(message, 4),
    sequence: u16(message, 6),
    payload: message.slice(ICMP_HEADER_OCTETS),
  };
}

const u32 = (octets: readonly number[], at: number): number =>
  u16(octets, at) * 0x1_0000 + u16(octets, at + 2);

/** RFC 1071. @returns 0 for what holds its own good checksum */
function checksum(octets: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += u16(octets, at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
