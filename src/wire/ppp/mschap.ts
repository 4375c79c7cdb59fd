/**
 * MS-CHAP, RFC 2433, and MS-CHAPv2, RFC 2759: their Response Values, their hashes, and the text of
 * Success and Failure. Runs once per authentication. LAN Manager's hash is not calculated.
 */
import { des, md4, sha1 } from '../../base/digest.ts';
import { Fault } from '../../base/fault.ts';
import { concatOctets, fromText, toHex, u8 } from '../../base/octets.ts';

export const MS_CHAP_RESPONSE_OCTETS = 49;
const LM_RESPONSE_OCTETS = 24;
const PEER_CHALLENGE_OCTETS = 16;
const RESERVED_OCTETS = 8;
const NT_RESPONSE_OCTETS = 24;
const FLAGS_AT = 48;
const BACKSLASH = 0x5c;

/** Filled by parseMsChapValue(). Shares the parsed octets. */
export class MsChapValue {
  ntResponse: Uint8Array = new Uint8Array(0);
  /** Else LAN Manager's response in front of it is meant. */
  usesNtResponse = false;
}

/** The Response Value of RFC 2433 §6. @returns None or BadLength */
export function parseMsChapValue(value: Uint8Array, out: MsChapValue): Fault {
  if (value.length !== MS_CHAP_RESPONSE_OCTETS) return Fault.BadLength;
  out.ntResponse = value.subarray(LM_RESPONSE_OCTETS, FLAGS_AT);
  out.usesNtResponse = u8(value, FLAGS_AT) !== 0;
  return Fault.None;
}

/** Filled by parseMsChapV2Value(). Both share the parsed octets. */
export class MsChapV2Value {
  peerChallenge: Uint8Array = new Uint8Array(0);
  ntResponse: Uint8Array = new Uint8Array(0);
}

/** The one of RFC 2759 §4; what is reserved for later is ignored. @returns None or BadLength */
export function parseMsChapV2Value(value: Uint8Array, out: MsChapV2Value): Fault {
  if (value.length !== MS_CHAP_RESPONSE_OCTETS) return Fault.BadLength;
  out.peerChallenge = value.subarray(0, PEER_CHALLENGE_OCTETS);
  const ntAt = PEER_CHALLENGE_OCTETS + RESERVED_OCTETS;
  out.ntResponse = value.subarray(ntAt, ntAt + NT_RESPONSE_OCTETS);
  return Fault.None;
}

/** RFC 2433 §A.2, RFC 2759 §8.3: MD4 of the password in Unicode, low octets first. */
export function ntPasswordHash(password: string): Uint8Array {
  const unicode = new Uint8Array(2 * password.length);
  const view = new DataView(unicode.buffer);
  for (let at = 0; at < password.length; at++) {
    view.setUint16(2 * at, password.charCodeAt(at), true);
  }
  return md4(unicode);
}

/** RFC 2759 §8.4, §4: of `DOMAIN\user`, only the user counts. */
export const withoutDomain = (name: Uint8Array): Uint8Array =>
  name.subarray(name.lastIndexOf(BACKSLASH) + 1);

/** RFC 2759 §8.2. @param name with or without its domain @returns the 8 octets to be answered */
export const challengeHash = (
  peerChallenge: Uint8Array,
  challenge: Uint8Array,
  name: Uint8Array,
): Uint8Array => sha1(peerChallenge, challenge, withoutDomain(name)).slice(0, 8);

/** RFC 2433 §A.5, RFC 2759 §8.5. @param challenge 8 octets @returns 24 octets */
export function challengeResponse(challenge: Uint8Array, passwordHash: Uint8Array): Uint8Array {
  const keys = new Uint8Array(21); // three of 7 octets, with zeros at the end
  keys.set(passwordHash);
  return concatOctets(
    ...[0, 7, 14].map((at) => des(expandDesKey(keys.subarray(at, at + 7)), challenge)),
  );
}

/** RFC 2433 §A.6: 7 bits in each octet, and below them the bit that makes their number odd. */
export function expandDesKey(key: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 8 }, (_, at) => {
    const fromBefore = at === 0 ? 0 : u8(key, at - 1) << (8 - at);
    const fromHere = at === 7 ? 0 : u8(key, at) >>> at;
    const bits = (fromBefore | fromHere) & 0xfe;
    let parity = bits;
    for (const shift of [4, 2, 1]) parity ^= parity >>> shift;
    return bits | (~parity & 1);
  });
}

const SIGNING = fromText('Magic server to client signing constant');
const ITERATION = fromText('Pad to make it do more than one iteration');

/**
 * By which we prove that we know the password, too: RFC 2759 §8.7, `S=` and 40 digits.
 * @param challenge that of challengeHash()
 */
export function authenticatorResponse(
  passwordHash: Uint8Array,
  ntResponse: Uint8Array,
  challenge: Uint8Array,
): string {
  const digest = sha1(md4(passwordHash), ntResponse, SIGNING);
  return `S=${toHex(sha1(digest, challenge, ITERATION))}`;
}

/** RFC 2433 §8: the codes that mean the same in RFC 2759 §6. */
export const MsChapError = Object.freeze({
  RestrictedLogonHours: 646,
  AccountDisabled: 647,
  PasswordExpired: 648,
  NoDialinPermission: 649,
  AuthenticationFailure: 691,
  ChangingPassword: 709,
} as const);
export type MsChapError = (typeof MsChapError)[keyof typeof MsChapError];

/** Of changing the password: below 3 there are only forms that nobody should use. RFC 2759 §6 */
const CHANGE_VERSION = 3;

/**
 * The text of Failure. Another try is never allowed, so `challenge` stands there for its form only.
 * @param text behind `M=`, which RFC 2433 does not have
 */
export function failureMessage(
  error: MsChapError,
  challenge: Uint8Array,
  text?: string,
): Uint8Array {
  const message = text === undefined ? '' : ` M=${text}`;
  return fromText(`E=${error} R=0 C=${toHex(challenge)} V=${CHANGE_VERSION}${message}`);
}
