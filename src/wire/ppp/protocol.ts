/** PPP protocol numbers, RFC 1661 §2 and the IANA's list. */

export const PppProtocol = Object.freeze({
  IP: 0x0021,
  VjCompressed: 0x002d,
  VjUncompressed: 0x002f,
  Multilink: 0x003d,
  IPV6: 0x0057,
  CompressedDatagram: 0x00fd,
  IPCP: 0x8021,
  ECP: 0x8053,
  IPV6CP: 0x8057,
  CCP: 0x80fd,
  LCP: 0xc021,
  PAP: 0xc023,
  LQR: 0xc025,
  CHAP: 0xc223,
  EAP: 0xc227,
} as const);
export type PppProtocol = (typeof PppProtocol)[keyof typeof PppProtocol];

const NAMES = new Map<number, string>(
  Object.entries(PppProtocol).map(([name, value]) => [value, name] as const),
);

export const pppProtocolName = (protocol: number): string =>
  NAMES.get(protocol) ?? `protocol 0x${protocol.toString(16).toUpperCase().padStart(4, '0')}`;

/** §2: the low octet is odd and the high octet even, or the number is malformed. */
export const isWellFormedProtocol = (protocol: number): boolean => (protocol & 0x0101) === 1;

/** §2: 8xxx to Bxxx are the control protocols of the network layer. */
export const isNcp = (protocol: number): boolean => (protocol & 0xc000) === 0x8000;

/** §2: Cxxx to Fxxx are the protocols of the link itself. */
export const isLinkProtocol = (protocol: number): boolean => (protocol & 0xc000) === 0xc000;
