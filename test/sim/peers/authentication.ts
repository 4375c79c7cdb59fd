/** CHAP-MD5 and PAP, both sides, by the RFCs' formulas. */
import { createHash } from 'node:crypto';
import { split16, u16 } from './frame.ts';
import { packet } from './negotiator.ts';

/** Also of the tunnel, with the message type in the id's place: RFC 2661 §5.1.1. */
export const chapHash = (id: number, secret: string, challenge: ArrayLike<number>): number[] => {
  const hash = createHash('md5').update(Uint8Array.of(id)).update(secret);
  return [...hash.update(Uint8Array.from(challenge)).digest()];
};

export const textOf = (octets: ArrayLike<number>): string =>
  Buffer.from(Array.from(octets)).toString('latin1');
const octetsOfText = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** A Challenge or Response. */
export const chapPacket = (
  code: 1 | 2,
  id: number,
  value: readonly number[],
  name: string,
): number[] => packet(code, id, [value.length, ...value, ...octetsOfText(name)]);

export function readChap(octets: readonly number[]): { value: number[]; name: string } {
  const size = octets[4] ?? 0;
  const end = u16(octets, 2);
  return { value: octets.slice(5, 5 + size), name: textOf(octets.slice(5 + size, end)) };
}

export const papRequest = (id: number, name: string, password: string): number[] =>
  packet(1, id, [name.length, ...octetsOfText(name), password.length, ...octetsOfText(password)]);

export function readPap(octets: readonly number[]): { name: string; password: string } {
  const nameEnd = 5 + (octets[4] ?? 0);
  const name = textOf(octets.slice(5, nameEnd));
  const passwordAt = nameEnd + 1;
  const end = passwordAt + (octets[nameEnd] ?? 0);
  return { name, password: textOf(octets.slice(passwordAt, end)) };
}

export const papAnswer = (code: 2 | 3, id: number): number[] => packet(code, id, [0]);

/** Who calls: told by the name, which changes with each LCP of a call. */
export interface Identity {
  readonly line: number;
  readonly dial: number;
  /** Which LCP of the call. */
  readonly round: number;
}

export const nameOf = ({ line, dial, round }: Identity): string =>
  `l${line}d${dial}r${round}@example.net`;

export function identityOf(name: string): Identity | undefined {
  const [, line, dial, round] = /^l(\d+)d(\d+)r(\d+)@/.exec(name) ?? [];
  if (round === undefined) return undefined;
  return { line: Number(line), dial: Number(dial), round: Number(round) };
}

/** A caller's magic number tells the same. */
export const magicOf = ({ line, dial, round }: Identity): number[] => [
  0x40 + line,
  ...split16(dial),
  round & 0xff,
];
