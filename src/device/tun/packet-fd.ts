/**
 * A descriptor of whole IP packets, of the scheduler's: a TUN device, or a Unix socket (SEQPACKET
 * or DGRAM) that another program handed over. One system call a packet, no garbage, no exception.
 */
import type { PacketPort } from '../../base/port.ts';
import { RouterError } from '../../base/router-error.ts';
import { type Arena, IOVEC_OCTETS } from '../arena.ts';
import * as ffi from '../ffi.ts';

// asm-generic/ioctls.h, which x64 and arm64 share.
const FIONBIO = 0x5421;
const FIOCLEX = 0x5451;

export interface PacketCounters {
  rxPackets: number;
  rxErrors: number;
  txPackets: number;
  /** EAGAIN, ENOBUFS: no room in the kernel. */
  txNoBuffer: number;
  /** EIO, ENETDOWN: the interface is not up. EPIPE, ECONNREFUSED: nobody is at the other end. */
  txDown: number;
  /** Whatever the kernel does not take for a packet. */
  txRefused: number;
}

export class PacketFd implements PacketPort {
  readonly memory: Uint8Array;
  readonly fd: number;
  readonly counters: PacketCounters = {
    rxPackets: 0,
    rxErrors: 0,
    txPackets: 0,
    txNoBuffer: 0,
    txDown: 0,
    txRefused: 0,
  };
  readonly #arena: Arena;
  readonly #iovecAt: number;
  readonly #readv: () => number;
  readonly #writev: () => number;

  /**
   * Takes the descriptor over: from now on it does not block, and no child of ours has it; close()
   * closes it. Throws a RouterError: PACKET_FD_UNUSABLE.
   */
  constructor(arena: Arena, fd: number) {
    this.memory = arena.memory;
    this.fd = fd;
    this.#arena = arena;
    this.#iovecAt = arena.take(IOVEC_OCTETS);
    // Constants of closures: as a field, an address would be boxed anew for every call.
    const iovec = arena.address(this.#iovecAt);
    this.#readv = () => ffi.readv(fd, iovec, 1);
    this.#writev = () => ffi.writev(fd, iovec, 1);
    arena.words[this.#iovecAt >> 2] = 1;
    if (ffi.ioctl(fd, FIOCLEX, 0) < 0 || ffi.ioctl(fd, FIONBIO, iovec) < 0) {
      const why = ffi.errnoName(ffi.errno());
      throw new RouterError('PACKET_FD_UNUSABLE', `descriptor ${fd} cannot carry packets: ${why}`);
    }
  }

  receive(at: number, octets: number): number {
    this.#arena.putIovec(this.#iovecAt, at, octets);
    const read = this.#readv();
    if (read > 0) {
      this.counters.rxPackets++;
      return read;
    }
    if (read < 0) {
      const why = ffi.errno();
      if (why !== ffi.Errno.EAGAIN && why !== ffi.Errno.EINTR) this.counters.rxErrors++;
    }
    return 0;
  }

  send(at: number, octets: number): boolean {
    this.#arena.putIovec(this.#iovecAt, at, octets);
    if (this.#writev() === octets) {
      this.counters.txPackets++;
      return true;
    }
    this.#countRefusal(ffi.errno());
    return false;
  }

  close(): void {
    ffi.close(this.fd);
  }

  #countRefusal(why: number): void {
    const { Errno } = ffi;
    switch (why) {
      case Errno.EAGAIN:
      case Errno.ENOBUFS:
        this.counters.txNoBuffer++;
        return;
      case Errno.EIO:
      case Errno.ENETDOWN:
      case Errno.EPIPE:
      case Errno.ECONNREFUSED:
        this.counters.txDown++;
        return;
      default:
        this.counters.txRefused++;
    }
  }
}
