/** Octets in a power-of-two piece of memory, first in first out. Made at startup, never grown. */
import { assert } from './assert.ts';

export class OctetRing {
  readonly memory: Uint8Array;
  /** Where the ring begins in `memory`. */
  readonly base: number;
  readonly capacity: number;
  readonly mask: number;
  /** Free-running positions of 30 bits: octet p is at base + (p & mask). count = tail - head. */
  head = 0;
  tail = 0;

  constructor(memory: Uint8Array, base: number, capacity: number) {
    assert(capacity > 0 && (capacity & (capacity - 1)) === 0, 'a ring holds a power of two octets');
    assert(base >= 0 && base + capacity <= memory.length, 'a ring lies inside its memory');
    this.memory = memory;
    this.base = base;
    this.capacity = capacity;
    this.mask = capacity - 1;
  }

  count(): number {
    return (this.tail - this.head) & 0x3fffffff;
  }

  free(): number {
    return this.capacity - this.count();
  }

  clear(): void {
    this.head = this.tail;
  }

  /** The device has put `count` octets behind the tail. */
  filled(count: number): void {
    assert(count <= this.free(), 'a ring was overfilled');
    this.tail = (this.tail + count) & 0x3fffffff;
  }

  /** The reader is done with `count` octets. */
  drained(count: number): void {
    assert(count <= this.count(), 'a ring was overdrained');
    this.head = (this.head + count) & 0x3fffffff;
  }

  /**
   * Copies in; for control and tests, not the forwarding path. @returns false when it does not fit
   */
  push(octets: Uint8Array): boolean {
    if (octets.length > this.free()) return false;
    for (let at = 0; at < octets.length; at++) {
      this.memory[this.base + ((this.tail + at) & this.mask)] = octets[at] ?? 0;
    }
    this.filled(octets.length);
    return true;
  }

  /** Copies out all there is; for control and tests. */
  takeAll(): Uint8Array {
    const octets = new Uint8Array(this.count());
    for (let at = 0; at < octets.length; at++) {
      octets[at] = this.memory[this.base + ((this.head + at) & this.mask)] ?? 0;
    }
    this.clear();
    return octets;
  }
}
