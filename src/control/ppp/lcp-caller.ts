/**
 * What we know of the caller's side of LCP: its requests and our answers, how often we said no, and
 * whether its magic number is ours. RFC 1661 §4.6, §5.2 to §5.4, §6.4.
 */
import { Fault } from '../../base/fault.ts';
import type { Random } from '../../base/machine.ts';
import { u32 } from '../../base/octets.ts';
import { LcpOption, type PppOption, parseOptions } from '../../wire/ppp/option.ts';
import { type ControlPacket, LcpCode } from '../../wire/ppp/packet.ts';
import { DEFAULT_PEER, type Judgement, judgeRequest, type PeerOptions } from './lcp-peer.ts';
import type { PppLinkOptions } from './link-port.ts';

const MAX_FAILURE = 5;
/** Requests or Echoes with our own magic number before the line is called looped. */
const MAX_LOOPS = 5;
const NOTHING = new Uint8Array(0);

export class CallerSide {
  readonly #options: PppLinkOptions;
  readonly #random: Random;
  #initialReceived: Uint8Array | undefined;
  #lastReceived: Uint8Array = NOTHING;
  #peer = DEFAULT_PEER;
  #naksSent = 0;
  #suggestedMagic: number | undefined;
  #loops = 0;

  constructor(options: PppLinkOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** As last acknowledged; the defaults while LCP is not Opened. */
  get peer(): PeerOptions {
    return this.#peer;
  }

  /** Options of its first request of this negotiation. */
  get initialReceived(): Uint8Array {
    return this.#initialReceived ?? NOTHING;
  }

  /** Options that we acknowledged. */
  get lastReceived(): Uint8Array {
    return this.#lastReceived;
  }

  get isLooped(): boolean {
    return this.#loops >= MAX_LOOPS;
  }

  /** LCP was Opened and is no more. */
  reset(): void {
    this.#peer = DEFAULT_PEER;
    this.#initialReceived = undefined;
    this.#naksSent = 0;
  }

  /** `magicNumber`: ours, 0 for none. @returns undefined when the options are garbage, §6 */
  judge(packet: ControlPacket, magicNumber: number): Judgement | undefined {
    const options: PppOption[] = [];
    if (parseOptions(packet.data, options) !== Fault.None) return undefined;
    const judgement = judgeRequest(options, packet.data, {
      accm: this.#options.accm,
      multilink: this.#options.multilink,
      magicNumber,
      mayNak: this.#naksSent < MAX_FAILURE,
      random: this.#random,
    });
    this.#loops = judgement.isLooped ? this.#loops + 1 : 0;
    return judgement;
  }

  /** Our reply to `packet` goes out. */
  replied(packet: ControlPacket, judgement: Judgement): void {
    this.#initialReceived ??= packet.data;
    if (judgement.code === LcpCode.ConfigureAck) {
      this.#naksSent = 0;
      this.#peer = judgement.peer;
      this.#lastReceived = packet.data;
    } else if (judgement.code === LcpCode.ConfigureNak) {
      this.#naksSent++;
      this.#suggestedMagic = judgement.suggestedMagic ?? this.#suggestedMagic;
    }
  }

  /** §6.4: our own suggestion coming back makes a loop likely; any other proves that none is. */
  sawNak(options: readonly PppOption[]): void {
    const magic = options.find(({ type }) => type === LcpOption.MagicNumber);
    if (magic?.value.length !== 4) return;
    if (u32(magic.value, 0) !== this.#suggestedMagic) this.#loops = 0;
  }

  /** The magic number of an Echo or Discard, while Opened. */
  sawMagic(magicNumber: number, ours: number): 'right' | 'ours' | 'wrong' {
    if (magicNumber === this.#peer.magicNumber) {
      this.#loops = 0;
      return 'right';
    }
    if (ours === 0 || magicNumber !== ours) return 'wrong';
    this.#loops++;
    return 'ours';
  }
}
