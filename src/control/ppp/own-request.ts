/**
 * Our Configure-Request on its way: its Identifier, which replies to it count, and when following
 * them leads nowhere. RFC 1661 §4.5, §5.1 to §5.4.
 */
import { Fault } from '../../base/fault.ts';
import { equalOctets } from '../../base/octets.ts';
import { type PppOption, parseOptions } from '../../wire/ppp/option.ts';
import { type ControlPacket, LcpCode } from '../../wire/ppp/packet.ts';

/** Naks and Rejects that we follow without an Ack in between, §4.5. */
const MAX_REFUSALS = 20;

/** What a Nak or Reject leads to: nothing (it is not one of ours), another request, or the end. */
type Refusal = 'invalid' | 'again' | 'unconverged' | 'refused';

/** What we ask for. */
export interface OwnSide {
  /** The peer refuses what we insist on. */
  readonly isRefused: boolean;
  /** The options of the next Configure-Request. */
  octets(): Uint8Array;
  takeNak(options: readonly PppOption[]): void;
  takeReject(options: readonly PppOption[]): void;
}

export class OwnRequest {
  readonly #own: OwnSide;
  #id = 0;
  #octets: Uint8Array = new Uint8Array(0);
  /** No valid reply was seen; a second reply to the same Identifier is out of sequence, §4.3. */
  #isOutstanding = false;
  #wasSent = false;
  #refusals = 0;

  constructor(own: OwnSide) {
    this.#own = own;
  }

  /** The options last sent. */
  get octets(): Uint8Array {
    return this.#octets;
  }

  get id(): number {
    return this.#id;
  }

  get wasSent(): boolean {
    return this.#wasSent;
  }

  /** §5.1: the Identifier changes with the options and after a valid reply. */
  renew(takeId: () => number): void {
    const octets = this.#own.octets();
    if (!this.#isOutstanding || !equalOctets(octets, this.#octets)) this.#id = takeId();
    this.#octets = octets;
    this.#isOutstanding = true;
    this.#wasSent = true;
  }

  /** Somebody else has asked for us, and was acknowledged: nothing is to be heard of it again. */
  takeOver(): void {
    this.#isOutstanding = false;
    this.#wasSent = true;
  }

  /** @returns false when it is not the Ack of this request: §5.2 wants it to be equal */
  takeAck(packet: ControlPacket): boolean {
    if (!this.#isReply(packet) || !equalOctets(packet.data, this.#octets)) return false;
    this.#isOutstanding = false;
    this.#refusals = 0;
    return true;
  }

  /** A Configure-Nak or Configure-Reject. */
  takeRefusal(packet: ControlPacket, options: PppOption[]): Refusal {
    const fault = parseOptions(packet.data, options);
    if (!this.#isReply(packet) || fault !== Fault.None || options.length === 0) return 'invalid';
    if (packet.code === LcpCode.ConfigureReject) {
      if (!isSubset(options, this.#octets)) return 'invalid';
      this.#own.takeReject(options);
    } else {
      this.#own.takeNak(options);
    }
    this.#isOutstanding = false;
    if (this.#own.isRefused) return 'refused';
    return ++this.#refusals > MAX_REFUSALS ? 'unconverged' : 'again';
  }

  #isReply(packet: ControlPacket): boolean {
    return this.#isOutstanding && packet.id === this.#id;
  }
}

/** §5.4: a Reject holds options of our request, unmodified and in their order. */
function isSubset(options: readonly PppOption[], request: Uint8Array): boolean {
  const asked: PppOption[] = [];
  parseOptions(request, asked);
  let left: readonly PppOption[] = asked;
  for (const { whole } of options) {
    const at = left.findIndex((option) => equalOctets(option.whole, whole));
    if (at < 0) return false;
    left = left.slice(at + 1);
  }
  return true;
}
