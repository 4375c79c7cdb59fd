/** Octets for the model's own encoder, which shares nothing with src/. */
import { createHash } from 'node:crypto';

export type Octets = readonly number[];

export const u16 = (value: number): Octets => [(value >>> 8) & 255, value & 255];
export const u32 = (value: number): Octets => [...u16(value >>> 16), ...u16(value)];
export const ascii = (text: string): Octets => [...text].map((letter) => letter.charCodeAt(0));
export const fromHex = (hex: string): Octets =>
  hex.match(/../g)?.map((two) => parseInt(two, 16)) ?? [];
export const ipv4 = (dotted: string): Octets => dotted.split('.').map(Number);

const twoDigits = (octet: number): string => octet.toString(16).toUpperCase().padStart(2, '0');

export const hex = (octets: Octets): string => octets.map(twoDigits).join('');

/** The seed's dumps: 47 octets at most, and dots behind those that are longer. */
export function dump(octets: Octets): string {
  const shown = octets.slice(0, 47).map(twoDigits).join(' ');
  return octets.length > 47 ? `${shown} ...` : shown;
}

export const numberOf = (octets: Octets): number =>
  octets.reduce((value, octet) => value * 256 + octet, 0);

export const textOf = (octets: Octets): string => String.fromCharCode(...octets);

export const md5 = (...parts: readonly Octets[]): Octets => [
  ...createHash('md5').update(Uint8Array.from(parts.flat())).digest(),
];
