/**
 * Our side of LCP: what our Configure-Request asks for, and how that changes with the caller's Naks
 * and Rejects. RFC 1661 §5.1, §5.3, §5.4, §6; RFC 1662 §7.1; RFC 1990 §5.1.
 */
import type { Random } from '../../base/machine.ts';
import { concatOctets, fromText, u16, u32 } from '../../base/octets.ts';
import { CHAP_MD5 } from '../../wire/ppp/chap.ts';
import {
  LcpOption,
  type PppOption,
  putOption,
  putOptionU16,
  putOptionU32,
} from '../../wire/ppp/option.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import type { PppLinkOptions } from './link-port.ts';

/** RFC 1661 §6.1, RFC 1662 §7.1: what holds where an option is absent. */
export const DEFAULT_MRU_OCTETS = 1500;
export const DEFAULT_ACCM = 0xffffffff;
/** RFC 1661 §6.1 names no least MRU; below this no header of ours would fit. */
export const MIN_MRU_OCTETS = 128;
/** The seed's: 1500 and a multilink header's share. */
const MRRU_OCTETS = 1524;
/** Class 1 of RFC 1990 §5.1.3: a name of our own, 20 octets at most. */
const LOCAL_CLASS = 1;
const LOCAL_NAME_OCTETS = 20;

export type AuthMethod = PppLinkOptions['authentication'][number];

/** Never 0, RFC 1661 §6.4. */
export function randomMagic(random: Random): number {
  return u32(random.octets(4), 0) || 1;
}

export class OwnOptions {
  readonly #random: Random;
  readonly #mustAuthenticate: boolean;
  /** Not yet refused; the first one is asked for. */
  #methods: readonly AuthMethod[];
  #mru: number | undefined;
  #accm: number | undefined;
  #magicNumber: number;
  #pfc: boolean;
  #acfc: boolean;
  #mrru: boolean;
  #endpoint: Uint8Array | undefined;

  constructor(options: PppLinkOptions, random: Random) {
    const isAsync = options.isSynchronous !== true;
    this.#random = random;
    this.#mustAuthenticate = options.authentication.length > 0;
    this.#methods = options.authentication;
    // §5.1: only what differs from the default is asked for.
    this.#mru = options.mruOctets === DEFAULT_MRU_OCTETS ? undefined : options.mruOctets;
    this.#accm = isAsync && options.accm !== DEFAULT_ACCM ? options.accm : undefined;
    this.#magicNumber = randomMagic(random);
    this.#pfc = isAsync;
    this.#acfc = isAsync;
    this.#mrru = options.multilink;
    this.#endpoint = options.multilink ? fromText(options.chapHostname) : undefined;
  }

  /** 0 when the caller refused to know it: then no packet carries one, §6.4. */
  get magicNumber(): number {
    return this.#magicNumber;
  }

  get method(): AuthMethod | undefined {
    return this.#methods[0];
  }

  get accm(): number {
    return this.#accm ?? DEFAULT_ACCM;
  }

  get pfc(): boolean {
    return this.#pfc;
  }

  get acfc(): boolean {
    return this.#acfc;
  }

  /** The caller takes none of our methods, §6.2. */
  get isAuthenticationRefused(): boolean {
    return this.#mustAuthenticate && this.#methods.length === 0;
  }

  /** The options of the next Configure-Request. The order is the seed's. */
  octets(): Uint8Array {
    const parts: Uint8Array[] = [];
    if (this.#mru !== undefined) parts.push(putOptionU16(LcpOption.MRU, this.#mru));
    if (this.#accm !== undefined) parts.push(putOptionU32(LcpOption.ACCM, this.#accm));
    if (this.method !== undefined) parts.push(authenticationOption(this.method));
    if (this.#magicNumber !== 0) {
      parts.push(putOptionU32(LcpOption.MagicNumber, this.#magicNumber));
    }
    if (this.#pfc) parts.push(putOption(LcpOption.PFC));
    if (this.#acfc) parts.push(putOption(LcpOption.ACFC));
    if (this.#mrru) parts.push(putOptionU16(LcpOption.MRRU, MRRU_OCTETS));
    if (this.#endpoint !== undefined) {
      const name = this.#endpoint.subarray(0, LOCAL_NAME_OCTETS);
      parts.push(putOption(LcpOption.EndpointDiscriminator, LOCAL_CLASS, ...name));
    }
    return concatOctets(...parts);
  }

  /** §5.3: options that we did not ask for are wishes; none of them is taken up. */
  takeNak(options: readonly PppOption[]): void {
    for (const { type, value } of options) {
      switch (type) {
        case LcpOption.MRU:
          this.#takeMru(value);
          break;
        case LcpOption.ACCM:
          // RFC 1662 §7.1: the union, for what we need ourselves must stay in the map.
          if (this.#accm !== undefined && value.length === 4) {
            this.#accm = (this.#accm | u32(value, 0)) >>> 0;
          }
          break;
        case LcpOption.MagicNumber:
          if (this.#magicNumber !== 0) this.#magicNumber = randomMagic(this.#random);
          break;
        default:
          this.#drop(type);
      }
    }
    const methods = options.filter(({ type }) => type === LcpOption.Authentication);
    if (methods.length > 0) this.#nextMethod(methods);
  }

  /** §5.4: a rejected option is not asked for again; a rejected method gives way to the next. */
  takeReject(options: readonly PppOption[]): void {
    for (const option of options) {
      if (option.type === LcpOption.Authentication) this.#nextMethod([]);
      else if (option.type === LcpOption.MRU) this.#mru = undefined;
      else if (option.type === LcpOption.ACCM) this.#accm = undefined;
      else if (option.type === LcpOption.MagicNumber) this.#magicNumber = 0;
      else this.#drop(option.type);
    }
  }

  #takeMru(value: Uint8Array): void {
    if (this.#mru === undefined) return;
    const mru = value.length === 2 ? u16(value, 0) : DEFAULT_MRU_OCTETS;
    const isUsable = mru >= MIN_MRU_OCTETS && mru < DEFAULT_MRU_OCTETS;
    this.#mru = isUsable ? mru : undefined;
  }

  /** `wanted`: the caller's Nak may list several, §5.3; else the configuration's order counts. */
  #nextMethod(wanted: readonly PppOption[]): void {
    const [refused, ...left] = this.#methods;
    if (refused === undefined) return;
    const isWanted = (method: AuthMethod): boolean =>
      wanted.some(({ value }) => isMethod(method, value));
    this.#methods = [...left.filter(isWanted), ...left.filter((method) => !isWanted(method))];
  }

  /** RFC 1990 §5.1.3: a Nak of the discriminator, too, only means that it is to go. */
  #drop(type: number): void {
    if (type === LcpOption.PFC) this.#pfc = false;
    if (type === LcpOption.ACFC) this.#acfc = false;
    if (type === LcpOption.MRRU) this.#mrru = false;
    if (type === LcpOption.EndpointDiscriminator) this.#endpoint = undefined;
  }
}

function authenticationOption(method: AuthMethod): Uint8Array {
  const protocol = method === 'chap' ? PppProtocol.CHAP : PppProtocol.PAP;
  const algorithm = method === 'chap' ? [CHAP_MD5] : [];
  return putOption(LcpOption.Authentication, protocol >>> 8, protocol & 0xff, ...algorithm);
}

function isMethod(method: AuthMethod, value: Uint8Array): boolean {
  const expected = authenticationOption(method).subarray(2);
  return value.length === expected.length && value.every((octet, at) => octet === expected[at]);
}
