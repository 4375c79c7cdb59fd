/** PPP frames to octets of an async line, RFC 1662 §4. Runs once per octet: no allocation. */
import { assert } from '../../base/assert.ts';
import { u8 } from '../../base/octets.ts';
import type { OctetRing } from '../../base/ring.ts';
import { FCS_INITIAL, FCS_OCTETS, stepFcs } from './fcs.ts';
import { ESCAPE, ESCAPE_BIT, FLAG } from './octet-class.ts';

const FLAGS_OCTETS = 2; // the opening flag is always sent, §4.4.2
const POSITION = 0x3fffffff; // OctetRing counts in 30 bits

/**
 * What a frame of `octets`, Address to Information, takes on the line when all of it is escaped.
 */
export const encodedOctetsMax = (octets: number): number =>
  2 * (octets + FCS_OCTETS) + FLAGS_OCTETS;

/**
 * Appends the frame octets[start, end) to `tx`: flag, octets and FCS with those of `sendMap`
 * escaped, flag. The caller has seen to it that encodedOctetsMax(end - start) are free.
 */
export function encodeFrame(
  octets: Uint8Array,
  start: number,
  end: number,
  sendMap: Uint8Array,
  tx: OctetRing,
): void {
  assert(encodedOctetsMax(end - start) <= tx.free(), 'a frame was put into a full ring');
  const { memory, base, mask } = tx;
  let tail = tx.tail;
  let fcs = FCS_INITIAL;
  memory[base + (tail++ & mask)] = FLAG;
  for (let at = start; at < end; at++) {
    const octet = u8(octets, at);
    fcs = stepFcs(fcs, octet);
    if (u8(sendMap, octet) === 0) {
      memory[base + (tail++ & mask)] = octet;
    } else {
      memory[base + (tail++ & mask)] = ESCAPE;
      memory[base + (tail++ & mask)] = octet ^ ESCAPE_BIT;
    }
  }
  const sum = fcs ^ 0xffff;
  for (let shift = 0; shift < 16; shift += 8) {
    const octet = (sum >>> shift) & 0xff; // low octet first, §3.1
    if (u8(sendMap, octet) === 0) {
      memory[base + (tail++ & mask)] = octet;
    } else {
      memory[base + (tail++ & mask)] = ESCAPE;
      memory[base + (tail++ & mask)] = octet ^ ESCAPE_BIT;
    }
  }
  memory[base + (tail++ & mask)] = FLAG;
  tx.tail = tail & POSITION;
}
