/** Attribute Value Pairs: their header and numbers. RFC 2661 §4.1, §4.4. Runs once per AVP. */
import { assert } from '../../base/assert.ts';
import type { AvpTrace } from '../../base/event.ts';
import { putU16 } from '../../base/octets.ts';

export const AVP_HEADER_OCTETS = 6;
/** What the ten bits of Length leave for a value. */
export const MAX_AVP_VALUE_OCTETS = 0x3ff - AVP_HEADER_OCTETS;

const MANDATORY = 0x8000;
const HIDDEN = 0x4000;
const RESERVED = 0x3c00;
const LENGTH = 0x03ff;

export const VENDOR_IETF = 0;
export const VENDOR_CISCO = 9;

/** Of vendor 0, but for the last. */
export const AvpType = Object.freeze({
  MessageType: 0,
  ResultCode: 1,
  ProtocolVersion: 2,
  FramingCapabilities: 3,
  BearerCapabilities: 4,
  TieBreaker: 5,
  FirmwareRevision: 6,
  HostName: 7,
  VendorName: 8,
  AssignedTunnelId: 9,
  ReceiveWindowSize: 10,
  Challenge: 11,
  Q931CauseCode: 12,
  ChallengeResponse: 13,
  AssignedSessionId: 14,
  CallSerialNumber: 15,
  MinimumBps: 16,
  MaximumBps: 17,
  BearerType: 18,
  FramingType: 19,
  CalledNumber: 21,
  CallingNumber: 22,
  SubAddress: 23,
  TxConnectSpeed: 24,
  PhysicalChannelId: 25,
  InitialReceivedLcpConfreq: 26,
  LastSentLcpConfreq: 27,
  LastReceivedLcpConfreq: 28,
  ProxyAuthenType: 29,
  ProxyAuthenName: 30,
  ProxyAuthenChallenge: 31,
  ProxyAuthenId: 32,
  ProxyAuthenResponse: 33,
  CallErrors: 34,
  Accm: 35,
  RandomVector: 36,
  PrivateGroupId: 37,
  RxConnectSpeed: 38,
  SequencingRequired: 39,
  PppDisconnectCause: 46,
  /** Of VENDOR_CISCO. */
  ClientNasPort: 100,
} as const);
export type AvpType = (typeof AvpType)[keyof typeof AvpType];

/**
 * One AVP of a message. `value` is in clear, its own copy, and empty where a hidden one could not
 * be read.
 */
export type Avp = AvpTrace;

/** The first two octets of an AVP. */
export const parseAvpBits = (bits: number) => ({
  mandatory: (bits & MANDATORY) !== 0,
  hidden: (bits & HIDDEN) !== 0,
  /** §4.1: such an AVP is treated as an unrecognised one. */
  reserved: (bits & RESERVED) !== 0,
  length: bits & LENGTH,
});

/** @param value as it goes on the wire: already hidden where `avp.hidden` says so */
export function putAvp(
  avp: Pick<Avp, 'vendorId' | 'type' | 'mandatory' | 'hidden'>,
  value: Uint8Array,
): Uint8Array {
  assert(value.length <= MAX_AVP_VALUE_OCTETS, `AVP ${avp.type} is too long`);
  const octets = new Uint8Array(AVP_HEADER_OCTETS + value.length);
  putU16(octets, 0, (avp.mandatory ? MANDATORY : 0) | (avp.hidden ? HIDDEN : 0) | octets.length);
  putU16(octets, 2, avp.vendorId);
  putU16(octets, 4, avp.type);
  octets.set(value, AVP_HEADER_OCTETS);
  return octets;
}
