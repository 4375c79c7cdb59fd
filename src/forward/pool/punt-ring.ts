/**
 * What the forwarding plane gives up to control, first in first out, in fixed slots. Pushing makes
 * no garbage; the taker gets a copy of its own.
 */

/** The longest control datagram or frame that is taken. */
const PUNT_SLOT_OCTETS = 2048;

export class PuntRing {
  readonly #octets: Uint8Array;
  readonly #lengths: Uint16Array;
  /** Three numbers of the pusher's with each record. */
  readonly #first: Uint32Array;
  readonly #second: Uint32Array;
  readonly #third: Uint32Array;
  readonly #capacity: number;
  #head = 0;
  #count = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#octets = new Uint8Array(capacity * PUNT_SLOT_OCTETS);
    this.#lengths = new Uint16Array(capacity);
    this.#first = new Uint32Array(capacity);
    this.#second = new Uint32Array(capacity);
    this.#third = new Uint32Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  static fits(octets: number): boolean {
    return octets <= PUNT_SLOT_OCTETS;
  }

  /** @returns false when the ring is full. The record must fit. */
  push(
    memory: Uint8Array,
    start: number,
    end: number,
    first: number,
    second: number,
    third: number,
  ): boolean {
    if (this.#count === this.#capacity) return false;
    const index = (this.#head + this.#count) % this.#capacity;
    const to = index * PUNT_SLOT_OCTETS;
    for (let at = start; at < end; at++) this.#octets[to + at - start] = memory[at] ?? 0;
    this.#lengths[index] = end - start;
    this.#first[index] = first;
    this.#second[index] = second;
    this.#third[index] = third;
    this.#count++;
    return true;
  }

  /** The oldest record's numbers; only while count is not 0. */
  get first(): number {
    return this.#first[this.#head] ?? 0;
  }

  get second(): number {
    return this.#second[this.#head] ?? 0;
  }

  get third(): number {
    return this.#third[this.#head] ?? 0;
  }

  /** Takes the oldest record out. Only while count is not 0. */
  take(): Uint8Array {
    const at = this.#head * PUNT_SLOT_OCTETS;
    const octets = this.#octets.slice(at, at + (this.#lengths[this.#head] ?? 0));
    this.#head = (this.#head + 1) % this.#capacity;
    this.#count--;
    return octets;
  }
}
