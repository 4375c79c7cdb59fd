/** PPP frames as the peers write and read them, and numbered ones that stand for user data. */

export interface PppFrame {
  readonly protocol: number;
  readonly information: readonly number[];
}

export const Protocol = Object.freeze({
  IP: 0x0021,
  IPCP: 0x8021,
  CCP: 0x80fd,
  LCP: 0xc021,
  PAP: 0xc023,
  CHAP: 0xc223,
} as const);

export const u16 = (octets: ArrayLike<number>, at: number): number =>
  (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);

export const split16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];

export const split32 = (value: number): number[] => [...split16(value >>> 16), ...split16(value)];

/** @param shortened leave out FF 03, and the first octet of a low protocol */
export function writePpp(
  { protocol, information }: PppFrame,
  shortened: { readonly acfc: boolean; readonly pfc: boolean },
): number[] {
  const header = shortened.acfc ? [] : [0xff, 0x03];
  const isShort = shortened.pfc && protocol < 0x100;
  return [...header, ...(isShort ? [protocol] : split16(protocol)), ...information];
}

/** Takes every form that RFC 1661 §6.5 and §6.6 allow. @returns undefined when it is none */
export function readPpp(octets: ArrayLike<number>): PppFrame | undefined {
  const all = Array.from(octets);
  const at = all[0] === 0xff && all[1] === 0x03 ? 2 : 0;
  const first = all[at];
  if (first === undefined) return undefined;
  if (first & 1) return { protocol: first, information: all.slice(at + 1) };
  if (all[at + 1] === undefined) return undefined;
  return { protocol: u16(all, at), information: all.slice(at + 2) };
}

const IP_HEADER_OCTETS = 20;
/** Of tests: nobody answers it. RFC 3692 */
const IP_PROTOCOL = 253;

export interface IpPacket {
  readonly source: readonly number[];
  readonly destination: readonly number[];
  readonly payload: readonly number[];
}

/** No options; its checksum is left to the other side's kindness. */
export function writeIp(
  source: readonly number[],
  destination: readonly number[],
  payload: readonly number[],
): number[] {
  const header = [0x45, 0, ...split16(IP_HEADER_OCTETS + payload.length), 0, 0, 0, 0];
  return [...header, 64, IP_PROTOCOL, 0, 0, ...source, ...destination, ...payload];
}

export const readIp = (packet: readonly number[]): IpPacket => ({
  source: packet.slice(12, 16),
  destination: packet.slice(16, IP_HEADER_OCTETS),
  payload: packet.slice(IP_HEADER_OCTETS),
});

/** Whose datum it is: the line, which of its calls, and which in order. */
export interface Datum {
  readonly line: number;
  readonly dial: number;
  readonly direction: 'up' | 'echo' | 'down';
  readonly number: number;
}

const MARK = 0x53;
const DIRECTIONS = ['up', 'echo', 'down'] as const;
const HEADER_OCTETS = 9;

/** The filling is made of the numbers, with all that framing has to escape; a sum ends it. */
export function writeDatum(datum: Datum, fillOctets: number): number[] {
  const { line, dial, direction, number } = datum;
  const head = [MARK, line, ...split16(dial), DIRECTIONS.indexOf(direction), ...split32(number)];
  const octets = [...head, ...Array.from({ length: fillOctets }, (_, at) => fillAt(number, at))];
  return [...octets, ...split32(sumOf(octets))];
}

/** @returns undefined when an octet of it is not as it was written */
export function readDatum(information: readonly number[]): Datum | undefined {
  const body = information.slice(0, -4);
  if (body.length < HEADER_OCTETS || body[0] !== MARK) return undefined;
  if (split32(sumOf(body)).some((octet, at) => octet !== information[body.length + at])) {
    return undefined;
  }
  const direction = DIRECTIONS[body[4] ?? 3];
  if (direction === undefined) return undefined;
  return {
    line: body[1] ?? 0,
    dial: u16(body, 2),
    direction,
    number: u16(body, 5) * 0x10000 + u16(body, 7),
  };
}

/** Mostly control characters, flags and escapes. */
const fillAt = (number: number, at: number): number =>
  at % 3 === 0 ? (number + at) & 0x1f : at % 3 === 1 ? 0x7d + (at & 1) : (number * 7 + at) & 0xff;

/** FNV-1a: another sum than the FCS, so that what the FCS lets through is seen. */
function sumOf(octets: readonly number[]): number {
  let sum = 0x811c9dc5;
  for (const octet of octets) sum = Math.imul(sum ^ octet, 0x01000193);
  return sum >>> 0;
}
