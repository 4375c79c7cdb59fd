/**
 * IOS's type 7: a secret XORed with a fixed text, written as two decimal digits (where in that text
 * to begin) and hexadecimal pairs. It hides a secret from a glance, no more.
 */
const FIXED_TEXT = 'dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87';

/** @returns undefined when `encoded` is not type 7, or does not decode to printable ASCII */
export function decodeType7(encoded: string): string | undefined {
  if (!/^\d\d(?:[\da-f]{2})+$/i.test(encoded)) return undefined;
  const first = Number(encoded.slice(0, 2));
  if (first >= FIXED_TEXT.length) return undefined;
  let secret = '';
  for (let at = 2; at < encoded.length; at += 2) {
    const octet = Number.parseInt(encoded.slice(at, at + 2), 16);
    const key = FIXED_TEXT.charCodeAt((first + at / 2 - 1) % FIXED_TEXT.length);
    secret += String.fromCharCode(octet ^ key);
  }
  return /^[\x20-\x7e]+$/.test(secret) ? secret : undefined;
}
