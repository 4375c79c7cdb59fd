/**
 * IPv4 address to an access's index: open addressing, fixed, read once for each packet. Addresses
 * are signed numbers of 32 bits.
 */
import { assert } from '../../base/assert.ts';

const EMPTY = -1;
/** 2^32 divided by the golden ratio: the addresses of a pool differ in their last bits only. */
const SPREAD = 0x9e3779b1;
const BITS_MIN = 2;

export class AddressTable {
  readonly #addresses: Int32Array;
  readonly #values: Int32Array;
  readonly #mask: number;
  readonly #shift: number;
  readonly #limit: number;
  #count = 0;

  constructor(maxAddresses: number) {
    let bits = BITS_MIN;
    while (1 << bits < 2 * maxAddresses) bits++; // half empty: a search is short, and ends
    this.#addresses = new Int32Array(1 << bits);
    this.#values = new Int32Array(1 << bits).fill(EMPTY);
    this.#mask = (1 << bits) - 1;
    this.#shift = 32 - bits;
    this.#limit = maxAddresses;
  }

  get count(): number {
    return this.#count;
  }

  /** @returns the access's index, -1 when nobody has the address */
  find(address: number): number {
    return this.#values[this.#placeOf(address)] ?? EMPTY;
  }

  /** @returns false, and nothing is changed, when somebody has the address */
  add(address: number, value: number): boolean {
    const place = this.#placeOf(address);
    if (this.#values[place] !== EMPTY) return false;
    assert(this.#count < this.#limit, 'the address table is full');
    this.#addresses[place] = address;
    this.#values[place] = value;
    this.#count++;
    return true;
  }

  delete(address: number): void {
    let hole = this.#placeOf(address);
    assert(this.#values[hole] !== EMPTY, 'an address that nobody has');
    this.#count--;
    // Whoever stands behind the hole and would no longer be found moves into it.
    for (let place = this.#after(hole); this.#values[place] !== EMPTY; place = this.#after(place)) {
      const moved = this.#addresses[place] ?? 0;
      const home = this.#home(moved);
      if (((place - home) & this.#mask) < ((place - hole) & this.#mask)) continue;
      this.#addresses[hole] = moved;
      this.#values[hole] = this.#values[place] ?? EMPTY;
      hole = place;
    }
    this.#values[hole] = EMPTY;
  }

  #home(address: number): number {
    return Math.imul(address, SPREAD) >>> this.#shift;
  }

  #after(place: number): number {
    return (place + 1) & this.#mask;
  }

  /** Where the address stands, or the free place where it would. */
  #placeOf(address: number): number {
    let place = this.#home(address);
    while (this.#values[place] !== EMPTY && this.#addresses[place] !== address) {
      place = this.#after(place);
    }
    return place;
  }
}
