/**
 * The one piece of memory that system calls read and write: of fixed size and address, dealt out at
 * startup. Everything in it is named by its offset; the tables that the kernel reads lie in it too.
 */
import { assert } from '../base/assert.ts';
import { addressOf } from './ffi.ts';

const PAGE_OCTETS = 65_536;
const TWO_TO_32 = 0x1_0000_0000;
/** Offsets stay within 30 bits, so they are never numbers on the heap. */
const MAX_OCTETS = 0x3fff_0000;
export const IOVEC_OCTETS = 16;

// The one global of the web that we use, and the one part of it; no lib of ours declares it.
declare const WebAssembly: {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
  }) => { readonly buffer: ArrayBuffer };
};

export class Arena {
  /** The whole arena; offsets index it. */
  readonly memory: Uint8Array;
  /** The same, for the tables: element offset >> 2. */
  readonly words: Int32Array;
  readonly #base: number;
  readonly #baseLow: number;
  readonly #baseHigh: number;
  /** From this offset on an address has one more in its upper half. */
  readonly #carryAt: number;
  #used = 0;

  constructor(octets: number) {
    assert(octets > 0 && octets <= MAX_OCTETS, 'an arena has 1 octet to 1 GB');
    const pages = Math.ceil(octets / PAGE_OCTETS);
    // A WebAssembly memory that cannot grow never moves.
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.memory = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.#base = Number(addressOf(buffer));
    const low = this.#base % TWO_TO_32;
    this.#baseLow = low | 0;
    this.#baseHigh = (this.#base - low) / TWO_TO_32;
    this.#carryAt = Math.min(TWO_TO_32 - low, MAX_OCTETS);
  }

  /** Deals out `octets` zeroed octets for ever. @returns their offset, a multiple of `align` */
  take(octets: number, align = 16): number {
    const at = Math.ceil(this.#used / align) * align;
    assert(at + octets <= this.memory.length, 'the arena is too small');
    this.#used = at + octets;
    return at;
  }

  /** For a system call's argument: ask once, keep the number. */
  address(at: number): number {
    return this.#base + at;
  }

  /** Writes the address of `target` into the table at `at`; makes no garbage. */
  putAddress(at: number, target: number): void {
    this.words[at >> 2] = (this.#baseLow + target) | 0;
    this.words[(at >> 2) + 1] = this.#baseHigh + (target >= this.#carryAt ? 1 : 0);
  }

  /** An iovec: where, and how many octets. */
  putIovec(at: number, target: number, octets: number): void {
    this.putAddress(at, target);
    this.words[(at >> 2) + 2] = octets;
    this.words[(at >> 2) + 3] = 0;
  }
}
