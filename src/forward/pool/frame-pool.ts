/** Frame slots: fixed pieces of the datagram port's memory, lent for one frame each. */
import { assert } from '../../base/assert.ts';

export const SLOT_OCTETS = 2048;
/**
 * Free in front of a frame: 10 for the longest L2TP data header, 3 for what ACFC and PFC left out.
 */
export const SLOT_HEADROOM_OCTETS = 16;
/** The longest frame a slot holds, its FCS included. */
export const SLOT_FRAME_OCTETS = SLOT_OCTETS - SLOT_HEADROOM_OCTETS;

export class FramePool {
  /** Slots not lent: the first `#free` entries of the stack. */
  readonly #stack: Int32Array;
  #free: number;

  /** Takes memory[at, at + count * SLOT_OCTETS). */
  constructor(at: number, count: number) {
    this.#stack = Int32Array.from({ length: count }, (_, index) => at + index * SLOT_OCTETS);
    this.#free = count;
  }

  get capacity(): number {
    return this.#stack.length;
  }

  get inUse(): number {
    return this.#stack.length - this.#free;
  }

  /** @returns where the slot begins, -1 when none is free */
  take(): number {
    if (this.#free === 0) return -1;
    return this.#stack[--this.#free] ?? -1;
  }

  give(slot: number): void {
    assert(this.#free < this.#stack.length, 'a frame slot was given back twice');
    this.#stack[this.#free++] = slot;
  }
}
