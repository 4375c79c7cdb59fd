/**
 * The system calls of one open tty, between its rings and the kernel: constant addresses, no
 * garbage. Runs a few times a turn for every line with traffic.
 */
import type { OctetRing } from '../../base/ring.ts';
import { type Arena, IOVEC_OCTETS } from '../arena.ts';
import * as ffi from '../ffi.ts';

// asm-generic/ioctls.h, which x64 and arm64 share.
const TCFLSH = 0x540b;
const TCIOFLUSH = 2;
const TIOCOUTQ = 0x5411;
const TIOCMGET = 0x5415;
const TIOCMBIS = 0x5416;
const TIOCMBIC = 0x5417;
const TIOCM_DTR = 0x002;

/** What a read or write came to: octets, or one of these. */
export const TRY_LATER = 0;
export const GONE = -1;

export class Tty {
  readonly #arena: Arena;
  readonly #rx: OctetRing;
  readonly #tx: OctetRing;
  readonly #iovecsAt: number;
  readonly #wordAt: number;
  readonly #readv: (count: number) => number;
  readonly #writev: (count: number) => number;
  readonly #ioctl: (request: number) => number;
  #fd = -1;

  constructor(arena: Arena, rx: OctetRing, tx: OctetRing) {
    this.#arena = arena;
    this.#rx = rx;
    this.#tx = tx;
    this.#iovecsAt = arena.take(2 * IOVEC_OCTETS);
    this.#wordAt = arena.take(4);
    // Constants of closures: as a field, an address would be boxed anew for every call.
    const iovecs = arena.address(this.#iovecsAt);
    const word = arena.address(this.#wordAt);
    this.#readv = (count) => ffi.readv(this.#fd, iovecs, count);
    this.#writev = (count) => ffi.writev(this.#fd, iovecs, count);
    this.#ioctl = (request) => ffi.ioctl(this.#fd, request, word);
  }

  attach(fd: number): void {
    this.#fd = fd;
  }

  /** Into the rx ring, which has room. @returns octets, TRY_LATER or GONE */
  read(budgetOctets: number): number {
    const rx = this.#rx;
    const octets = Math.min(rx.free(), budgetOctets);
    const read = this.#readv(this.#putIovecs(rx, rx.tail, octets));
    if (read > 0) rx.filled(read);
    // 0 is the end of file of a tty that was hung up: a raw one with nothing to say gives EAGAIN.
    return read < 0 ? outcomeOf(ffi.errno()) : read === 0 ? GONE : read;
  }

  /** Out of the tx ring, which holds something. @returns octets, TRY_LATER or GONE */
  write(): number {
    const tx = this.#tx;
    const written = this.#writev(this.#putIovecs(tx, tx.head, tx.count()));
    if (written < 0) return outcomeOf(ffi.errno());
    tx.drained(written);
    return written;
  }

  /** What the kernel has not sent yet; 0 where it does not tell. */
  queuedOctets(): number {
    return this.#ioctl(TIOCOUTQ) < 0 ? 0 : (this.#arena.words[this.#wordAt >> 2] ?? 0);
  }

  /** A pty has none. */
  hasModemLines(): boolean {
    return this.#ioctl(TIOCMGET) === 0;
  }

  setDtr(on: boolean): void {
    this.#arena.words[this.#wordAt >> 2] = TIOCM_DTR;
    this.#ioctl(on ? TIOCMBIS : TIOCMBIC);
  }

  /** Whatever the kernel holds of either direction is forgotten. */
  discard(): void {
    ffi.ioctl(this.#fd, TCFLSH, TCIOFLUSH);
  }

  /** Those of `octets` octets of a ring from `position` on. @returns how many, 1 or 2 */
  #putIovecs(ring: OctetRing, position: number, octets: number): number {
    const start = position & ring.mask;
    const first = Math.min(octets, ring.capacity - start);
    this.#arena.putIovec(this.#iovecsAt, ring.base + start, first);
    if (first === octets) return 1;
    this.#arena.putIovec(this.#iovecsAt + IOVEC_OCTETS, ring.base, octets - first);
    return 2;
  }
}

const outcomeOf = (why: number): number =>
  why === ffi.Errno.EAGAIN || why === ffi.Errno.EINTR ? TRY_LATER : GONE;
