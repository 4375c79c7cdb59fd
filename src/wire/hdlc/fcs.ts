/** FCS-16, RFC 1662 appendix C.2. Runs once per octet. */

const POLYNOMIAL = 0x8408; // x^16 + x^12 + x^5 + 1, least significant bit first

export const FCS_INITIAL = 0xffff;
/** What the running FCS is after a good frame and its own FCS have gone through it. */
export const FCS_GOOD = 0xf0b8;
export const FCS_OCTETS = 2;

/** What eight shifts make of an octet. */
const TABLE = Uint16Array.from({ length: 256 }, (_, octet) => {
  let fcs = octet;
  for (let bit = 0; bit < 8; bit++) fcs = fcs & 1 ? (fcs >>> 1) ^ POLYNOMIAL : fcs >>> 1;
  return fcs;
});

export const stepFcs = (fcs: number, octet: number): number =>
  (fcs >>> 8) ^ (TABLE[(fcs ^ octet) & 0xff] ?? 0);
