/** What octets mean to the async framing, RFC 1662 §4.2: flags, escapes, and the two maps. */
import { assert } from '../../base/assert.ts';

export const FLAG = 0x7e;
export const ESCAPE = 0x7d;
/** An escaped octet goes out with this bit turned over. */
export const ESCAPE_BIT = 0x20;

/** Every control character is escaped, every bare one is removed: the default, §7.1. */
export const DEFAULT_ACCM = 0xffffffff;

/** The receiver's table: what a bare octet is. */
export const OctetClass = Object.freeze({ Data: 0, Flag: 1, Escape: 2, Removed: 3 } as const);

const isMapped = (accm: number, octet: number): boolean =>
  octet < 0x20 && ((accm >>> octet) & 1) === 1;

/**
 * Whether local configuration may add `octet` to what we escape: control characters, and 0x40-0xFF
 * but for 0x5E and 0x5D, which would come out as a flag or an escape. §7.1; 0x20-0x3F would come
 * out as control characters, which the peer may remove.
 */
export const mayEscape = (octet: number): boolean =>
  (octet >= 0 && octet < 0x20) ||
  (octet >= 0x40 && octet <= 0xff && octet !== 0x5d && octet !== 0x5e);

/** Fills the sender's table of 256: 1 where the octet must be escaped, §4.2. */
export function fillSendMap(map: Uint8Array, accm: number, extraEscapes: readonly number[]): void {
  for (let octet = 0; octet < 256; octet++) {
    map[octet] = octet === FLAG || octet === ESCAPE || isMapped(accm, octet) ? 1 : 0;
  }
  for (const octet of extraEscapes) {
    assert(mayEscape(octet), `octet ${octet} cannot be escaped`);
    map[octet] = 1;
  }
}

/** Fills the receiver's table of 256 with OctetClass. */
export function fillReceiveMap(map: Uint8Array, accm: number): void {
  for (let octet = 0; octet < 256; octet++) {
    map[octet] = isMapped(accm, octet) ? OctetClass.Removed : OctetClass.Data;
  }
  map[FLAG] = OctetClass.Flag;
  map[ESCAPE] = OctetClass.Escape;
}
