/**
 * Our side of LCP: what our Configure-Request asks for, and how that changes with the caller's Naks
 * and Rejects. RFC 1661 §5.1, §5.3, §5.4, §6; RFC 1662 §7.1; RFC 1990 §5.1.
 */
import type { Random } from '../../base/machine.ts';
import { concatOctets, fromText, u16, u32 } from '../../base/octets.ts';
import {
  LcpOption,
  type PppOption,
  putOption,
  putOptionU16,
  putOptionU32,
} from '../../wire/ppp/option.ts';
import type { AuthMethod } from './auth-port.ts';
import type { OwnSide } from './own-request.ts';

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

/** The value of option 3: the protocol, and of CHAP the algorithm. RFC 1994 §3, 2433 §3, 2759 §3 */
const METHOD_VALUES: Readonly<Record<AuthMethod, readonly number[]>> = {
  pap: [0xc0, 0x23],
  chap: [0xc2, 0x23, 0x05],
  'ms-chap': [0xc2, 0x23, 0x80],
  'ms-chap-v2': [0xc2, 0x23, 0x81],
};

/** Of PppLinkOptions and AccessLinkOptions what LCP needs. */
export interface LcpOptions {
  readonly interfaceName: string;
  readonly chapHostname: string;
  /** In our order of preference; empty: the caller need not say who it is. */
  readonly authentication: readonly AuthMethod[];
  readonly mruOctets: number;
  /** Absent: no line is ours, nothing of framing is asked for. */
  readonly accm?: number;
  readonly isSynchronous?: boolean;
  readonly multilink?: boolean;
  readonly firstLcpId?: number;
}

/** What somebody else has negotiated for us. */
export interface TakenOver {
  readonly method: AuthMethod | undefined;
  readonly accm: number;
  readonly magicNumber: number;
}

/** Never 0, RFC 1661 §6.4. */
export function randomMagic(random: Random): number {
  return u32(random.octets(4), 0) || 1;
}

export class OwnOptions implements OwnSide {
  readonly #options: LcpOptions;
  readonly #random: Random;
  /** Not yet refused; the first one is asked for. */
  #methods: readonly AuthMethod[] = [];
  #mru: number | undefined;
  #accm: number | undefined;
  #magicNumber = 0;
  #pfc = false;
  #acfc = false;
  #mrru = false;
  #endpoint: Uint8Array | undefined;

  constructor(options: LcpOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.reset();
  }

  /** As configured, and with a new magic number. */
  reset(): void {
    const { authentication, mruOctets, accm, isSynchronous, multilink } = this.#options;
    const isAsync = accm !== undefined && isSynchronous !== true;
    this.#methods = authentication;
    // §5.1: only what differs from the default is asked for.
    this.#mru = mruOctets === DEFAULT_MRU_OCTETS ? undefined : mruOctets;
    this.#accm = isAsync && accm !== DEFAULT_ACCM ? accm : undefined;
    this.#magicNumber = randomMagic(this.#random);
    this.#pfc = isAsync;
    this.#acfc = isAsync;
    this.#mrru = multilink === true;
    this.#endpoint = multilink === true ? fromText(this.#options.chapHostname) : undefined;
  }

  takeOver({ method, accm, magicNumber }: TakenOver): void {
    this.#methods = method === undefined ? [] : [method];
    this.#accm = accm;
    this.#magicNumber = magicNumber;
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
  get isRefused(): boolean {
    return this.#options.authentication.length > 0 && this.#methods.length === 0;
  }

  /** The order is the seed's. */
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

const authenticationOption = (method: AuthMethod): Uint8Array =>
  putOption(LcpOption.Authentication, ...METHOD_VALUES[method]);

export function isMethod(method: AuthMethod, value: Uint8Array): boolean {
  const expected = METHOD_VALUES[method];
  return value.length === expected.length && value.every((octet, at) => octet === expected[at]);
}
