/**
 * The way out to one line: which frames are let in while it is behind, and control protocols first.
 * The line is the slow side, so a frame is taken whole or not at all, and nobody waits.
 */
import { assert } from '../../base/assert.ts';
import { u8 } from '../../base/octets.ts';
import type { LinePort } from '../../base/port.ts';
import type { OctetRing } from '../../base/ring.ts';
import { encodedOctetsMax, encodeFrame } from '../../wire/hdlc/encoder.ts';
import { FLAG } from '../../wire/hdlc/octet-class.ts';
import { PPP_HEADER_OCTETS } from '../../wire/hdlc/ppp-header.ts';

/** Data may wait for so long. */
const BACKLOG_MS = 100;
const BITS_PER_OCTET = 10; // with start and stop bit
/** Kept in the ring for control protocols when data has filled the rest. */
const CONTROL_RESERVE_OCTETS = 1024;
const POSITION = 0x3fffffff; // OctetRing counts in 30 bits
const NOWHERE = -1;

export class TxQueue {
  readonly #port: LinePort;
  readonly #frameOctetsMax: number;
  readonly #backlogMax: number;
  /** Behind the last control frame that waits in the ring; it may already have been sent. */
  #controlEnd = NOWHERE;
  /** What the kernel held when `#batch` began; within a batch nothing is written. */
  #kernelOctets = 0;
  #batch = NOWHERE;

  constructor(port: LinePort, speedBps: number, mruOctets: number) {
    this.#port = port;
    this.#frameOctetsMax = encodedOctetsMax(PPP_HEADER_OCTETS + mruOctets);
    this.#backlogMax = Math.max(
      this.#frameOctetsMax,
      Math.floor((speedBps * BACKLOG_MS) / (BITS_PER_OCTET * 1000)),
    );
    const least = this.#frameOctetsMax + CONTROL_RESERVE_OCTETS;
    assert(port.tx.capacity >= least, `a tx ring holds at least ${least} octets`);
  }

  /** Drops what waits: nothing of one call reaches the next. */
  reset(): void {
    this.#port.tx.clear();
    this.#controlEnd = NOWHERE;
    this.#batch = NOWHERE;
  }

  /** Whether the empty ring takes a frame of so many octets; a longer one it never does. */
  fits(octets: number): boolean {
    return encodedOctetsMax(octets) + CONTROL_RESERVE_OCTETS <= this.#port.tx.capacity;
  }

  /** @returns false, and nothing was taken, when the line is too far behind */
  putData(octets: Uint8Array, start: number, end: number, map: Uint8Array, batch: number): boolean {
    const { tx } = this.#port;
    if (this.#backlog(batch) >= this.#backlogMax) return false;
    if (encodedOctetsMax(end - start) + CONTROL_RESERVE_OCTETS > tx.free()) return false;
    this.#forgetSentControl(tx);
    encodeFrame(octets, start, end, map, tx);
    this.#port.wantFlush();
    return true;
  }

  /** Goes before the data frames not yet begun, behind the control frames that already wait. */
  putControl(
    octets: Uint8Array,
    start: number,
    end: number,
    map: Uint8Array,
    batch: number,
  ): boolean {
    const { tx } = this.#port;
    const backlogMax = this.#backlogMax + this.#frameOctetsMax + CONTROL_RESERVE_OCTETS;
    if (this.#backlog(batch) >= backlogMax) return false;
    if (encodedOctetsMax(end - start) > tx.free()) return false;
    this.#forgetSentControl(tx);
    const before = this.#controlEnd === NOWHERE ? firstFrameStart(tx) : this.#controlEnd;
    const dataEnd = tx.tail;
    encodeFrame(octets, start, end, map, tx);
    if (before !== dataEnd) rotate(tx, before, dataEnd);
    this.#controlEnd = (before + tx.tail - dataEnd) & POSITION;
    this.#port.wantFlush();
    return true;
  }

  #backlog(batch: number): number {
    if (this.#batch !== batch) {
      this.#batch = batch;
      this.#kernelOctets = this.#port.queuedOctets();
    }
    return this.#port.tx.count() + this.#kernelOctets;
  }

  /** Done before each append: the position must not be met again one round of 2^30 octets later. */
  #forgetSentControl(tx: OctetRing): void {
    if (((this.#controlEnd - tx.head) & POSITION) > tx.count()) this.#controlEnd = NOWHERE;
  }
}

/**
 * Behind the frame that the device has begun to write. Every frame has both its flags, so a flag at
 * the head opens a frame unless another flag, or nothing, follows: then it closes one.
 */
function firstFrameStart(tx: OctetRing): number {
  const octetAt = (position: number): number => u8(tx.memory, tx.base + (position & tx.mask));
  const count = tx.count();
  if (count > 1 && octetAt(tx.head) === FLAG && octetAt(tx.head + 1) !== FLAG) return tx.head;
  let sent = 0;
  while (sent < count && octetAt(tx.head + sent) !== FLAG) sent++;
  return (tx.head + Math.min(sent + 1, count)) & POSITION;
}

/** Makes what stands from `middle` to the tail come before what stands from `first` to `middle`. */
function rotate(tx: OctetRing, first: number, middle: number): void {
  const firstOctets = (middle - first) & POSITION;
  const octets = (tx.tail - first) & POSITION;
  reverse(tx, first, firstOctets);
  reverse(tx, first + firstOctets, octets - firstOctets);
  reverse(tx, first, octets);
}

function reverse(tx: OctetRing, first: number, octets: number): void {
  const { memory, base, mask } = tx;
  for (let low = 0, high = octets - 1; low < high; low++, high--) {
    const lowAt = base + ((first + low) & mask);
    const highAt = base + ((first + high) & mask);
    const octet = u8(memory, lowAt);
    memory[lowAt] = u8(memory, highAt);
    memory[highAt] = octet;
  }
}
