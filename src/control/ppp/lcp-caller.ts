/**
 * What we know of the caller's side of LCP: its requests and our answers, and
 * whether its magic number is ours. RFC 1661 §4.6, §5.2 to §5.4, §6.4.
 */
import type { Random } from '../../base/machine.ts';
import { u32 } from '../../base/octets.ts';
import { LcpOption, type PppOption } from '../../wire/ppp/option.ts';
import { type ControlPacket, LcpCode } from '../../wire/ppp/packet.ts';
import type { LcpOptions } from './lcp-own.ts';
import { DEFAULT_PEER, judgeRequest, type LcpJudgement, type PeerOptions } from './lcp-peer.ts';

/** Requests or Echoes with our own magic number before the line is called looped. */
const MAX_LOOPS = 5;
const NOTHING = new Uint8Array(0);

export class CallerSide {
  readonly #options: LcpOptions;
  readonly #random: Random;
  #initialReceived: Uint8Array | undefined;
  #lastReceived: Uint8Array = NOTHING;
  #peer = DEFAULT_PEER;
  #suggestedMagic: number | undefined;
  #loops = 0;

  constructor(options: LcpOptions, random: Random) {
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
  }

  /** They were acknowledged for us by somebody else. */
  takeOver(peer: PeerOptions): void {
    this.#peer = peer;
  }

  /** `magicNumber`: ours, 0 for none. */
  judge(
    options: readonly PppOption[],
    octets: Uint8Array,
    magicNumber: number,
    mayNak: boolean,
  ): LcpJudgement {
    const judgement = judgeRequest(options, octets, {
      accm: this.#options.accm ?? 0,
      multilink: this.#options.multilink === true,
      magicNumber,
      mayNak,
      random: this.#random,
    });
    this.#loops = judgement.isLooped ? this.#loops + 1 : 0;
    return judgement;
  }

  /** Our reply to `packet` goes out. */
  replied(packet: ControlPacket, judgement: LcpJudgement): void {
    this.#initialReceived ??= packet.data;
    if (judgement.code === LcpCode.ConfigureAck) {
      this.#peer = judgement.peer;
      this.#lastReceived = packet.data;
    } else if (judgement.code === LcpCode.ConfigureNak) {
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
