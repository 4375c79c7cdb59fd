/** Options of IPCP: RFC 1332 §3, RFC 1877 §1.1 to §1.4. Parsed by parseOptions(). */
import { u32 } from '../../base/octets.ts';
import { type PppOption, putOptionU32 } from './option.ts';

/** The numbers of RFC 1877 are not sorted by kind. */
export const IpcpOption = Object.freeze({
  Addresses: 1,
  Compression: 2,
  Address: 3,
  PrimaryDns: 129,
  PrimaryNbns: 130,
  SecondaryDns: 131,
  SecondaryNbns: 132,
} as const);
export type IpcpOption = (typeof IpcpOption)[keyof typeof IpcpOption];

const ADDRESS_OCTETS = 4;

/** Of the options that hold one address. @returns undefined when its Length is another */
export const addressOf = ({ value }: PppOption): number | undefined =>
  value.length === ADDRESS_OCTETS ? u32(value, 0) : undefined;

export const putAddressOption = (type: IpcpOption, address: number): Uint8Array =>
  putOptionU32(type, address);
