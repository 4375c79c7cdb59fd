/** A caller's IPCP: takes the address that it is given, or insists on one of its own. RFC 1332. */
import type { Millis } from '../../../src/base/machine.ts';
import { split16, split32 } from './frame.ts';
import { Negotiator, type Option } from './negotiator.ts';

const COMPRESSION = 2;
const ADDRESS = 3;
const VAN_JACOBSON = 0x002d;

export interface IpWish {
  /** Its own; absent: whatever it is given. */
  readonly address?: number;
  /** Asks first for Van Jacobson's compression with so many slots. */
  readonly vjSlots?: number;
  /** Of its first Configure-Request. */
  readonly firstId?: number;
}

interface CallerIpcpIo {
  up(now: Millis): void;
  down(): void;
  send(packet: readonly number[]): void;
}

export class CallerIpcp extends Negotiator {
  readonly #wish: IpWish;
  #address: readonly number[] = [];
  #wantsVj = false;

  constructor(wish: IpWish, io: CallerIpcpIo) {
    const side = {
      ask: () => this.#ask(),
      judge: (asked: readonly Option[]) => {
        const strange = asked.filter(({ type }) => type !== ADDRESS);
        return strange.length > 0
          ? ({ code: 4, options: strange } as const)
          : ({ code: 2, options: asked } as const);
      },
      refused: (code: 3 | 4, options: readonly Option[]) => this.#refused(code, options),
      over: () => undefined,
      ...io,
    };
    super(side, wish.firstId);
    this.#wish = wish;
    this.reset();
  }

  /** Its own, in octets: all zero until it has one. */
  get address(): readonly number[] {
    return this.#address;
  }

  /** A new call begins. */
  reset(): void {
    this.#address = split32(this.#wish.address ?? 0);
    this.#wantsVj = this.#wish.vjSlots !== undefined;
  }

  #ask(): readonly Option[] {
    const slots = this.#wish.vjSlots ?? 0;
    const compression = { type: COMPRESSION, value: [...split16(VAN_JACOBSON), slots, 0] };
    return [...(this.#wantsVj ? [compression] : []), { type: ADDRESS, value: this.#address }];
  }

  #refused(code: 3 | 4, options: readonly Option[]): void {
    if (options.some(({ type }) => type === COMPRESSION)) this.#wantsVj = false;
    const suggested = options.find(({ type }) => type === ADDRESS)?.value;
    const isFree = this.#wish.address === undefined;
    if (code === 3 && isFree) this.#address = suggested ?? this.#address;
  }
}
