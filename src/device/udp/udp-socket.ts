/**
 * A UDP socket, IPv4, of the scheduler's: batches of 32 in and out, no garbage, no exception once
 * it is open. Not connected, so no ICMP error of one peer ever reaches another. RFC 2661 §8.1. Runs
 * once or twice a turn.
 */
import { assert } from '../../base/assert.ts';
import { type DatagramPort, type Endpoint, formatIpv4 } from '../../base/port.ts';
import { RouterError } from '../../base/router-error.ts';
import { type Arena, IOVEC_OCTETS } from '../arena.ts';
import * as ffi from '../ffi.ts';

const BATCH = 32;
const SLOT_OCTETS = 2048;
const MAX_PEERS = 2048;

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const IPPROTO_IP = 0;
const IP_TOS = 1;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
/** What a flood brings in while we are away: an echo behind it must not be lost. */
const RECEIVE_BUFFER_OCTETS = 4 << 20;
const IP_PKTINFO = 8;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;

// struct sockaddr_in, struct mmsghdr of a 64-bit Linux: octets, and members by word of 4 octets.
const SOCKADDR_OCTETS = 16;
const MMSGHDR_OCTETS = 64;
const NAME_OCTETS_WORD = 2;
const IOV_OFFSET = 16;
const IOV_COUNT_WORD = 6;
const CONTROL_OFFSET = 32;
const CONTROL_OCTETS_WORD = 10;
const FLAGS_WORD = 12;
const LENGTH_WORD = 14;
// One control message: struct cmsghdr and struct in_pktinfo, of which ipi_spec_dst is our address.
const CONTROL_OCTETS = 32;
const CONTROL_LENGTH = 28;
const CONTROL_LEVEL_WORD = 2;
const CONTROL_TYPE_WORD = 3;
const SPEC_DST_WORD = 5;

export interface UdpCounters {
  rxDatagrams: number;
  /** Longer than a receive slot: dropped. */
  rxTooLong: number;
  rxErrors: number;
  txDatagrams: number;
  /** EAGAIN, ENOBUFS: no room in the kernel. */
  txNoBuffer: number;
  /** ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL: no way there. */
  txUnreachable: number;
  /** EPERM, EACCES: a packet filter, or a broadcast address. */
  txDenied: number;
  txTooLong: number;
  txOther: number;
}

/** One table of 32 messages, each with its address, its octets and its control message. */
interface Batch {
  readonly headersAt: number;
  readonly namesAt: number;
  readonly iovecsAt: number;
  readonly controlsAt: number;
}

export class UdpSocket implements DatagramPort {
  readonly memory: Uint8Array;
  readonly rxAt = new Int32Array(BATCH);
  readonly rxOctets = new Int32Array(BATCH);
  readonly rxAddress = new Uint32Array(BATCH);
  readonly rxPort = new Int32Array(BATCH);
  readonly rxLocal = new Uint32Array(BATCH);
  readonly fd: number;
  /** The address and port that the socket really has. */
  readonly local: Endpoint;
  readonly counters: UdpCounters = {
    rxDatagrams: 0,
    rxTooLong: 0,
    rxErrors: 0,
    txDatagrams: 0,
    txNoBuffer: 0,
    txUnreachable: 0,
    txDenied: 0,
    txTooLong: 0,
    txOther: 0,
  };
  readonly #arena: Arena;
  readonly #rx: Batch;
  readonly #tx: Batch;
  readonly #slotsAt: number;
  readonly #receive: () => number;
  readonly #send: (count: number) => number;
  /** The two words of each peer's sockaddr_in that are not zero; 0 where there is no peer. */
  readonly #peerPort = new Int32Array(MAX_PEERS);
  readonly #peerAddress = new Int32Array(MAX_PEERS);
  /** As it stands in the control message; 0 sends none. */
  readonly #peerLocal = new Int32Array(MAX_PEERS);
  #queued = 0;

  /** Binds; 0 as address is every address, 0 as port is any. Takes its memory from `arena`. */
  constructor(arena: Arena, local: Endpoint) {
    const nameAt = arena.take(SOCKADDR_OCTETS * 2);
    const fd = openSocket(arena, nameAt, local);
    this.fd = fd;
    this.local = localOf(arena, nameAt, fd);
    this.#arena = arena;
    this.memory = arena.memory;
    this.#rx = takeBatch(arena);
    this.#tx = takeBatch(arena);
    this.#slotsAt = arena.take(BATCH * SLOT_OCTETS, 64);
    for (let slot = 0; slot < BATCH; slot++) {
      arena.putIovec(
        this.#rx.iovecsAt + slot * IOVEC_OCTETS,
        this.#slotsAt + slot * SLOT_OCTETS,
        SLOT_OCTETS,
      );
    }
    const rxAddress = arena.address(this.#rx.headersAt);
    const txAddress = arena.address(this.#tx.headersAt);
    this.#receive = () => ffi.recvmmsg(fd, rxAddress, BATCH, MSG_DONTWAIT, 0);
    this.#send = (count) => ffi.sendmmsg(fd, txAddress, count, MSG_DONTWAIT);
  }

  receive(): number {
    const count = this.#receive();
    if (count < 0) {
      const why = ffi.errno();
      if (why !== ffi.Errno.EAGAIN && why !== ffi.Errno.EINTR) this.counters.rxErrors++;
      return 0;
    }
    const { words } = this.#arena;
    let taken = 0;
    for (let slot = 0; slot < count; slot++) {
      const header = (this.#rx.headersAt + slot * MMSGHDR_OCTETS) >> 2;
      const controlOctets = words[header + CONTROL_OCTETS_WORD] ?? 0;
      words[header + CONTROL_OCTETS_WORD] = CONTROL_OCTETS; // the kernel has put its own there
      if (((words[header + FLAGS_WORD] ?? 0) & MSG_TRUNC) !== 0) {
        this.counters.rxTooLong++;
        continue;
      }
      const name = (this.#rx.namesAt + slot * SOCKADDR_OCTETS) >> 2;
      this.rxAt[taken] = this.#slotsAt + slot * SLOT_OCTETS;
      this.rxOctets[taken] = words[header + LENGTH_WORD] ?? 0;
      this.rxAddress[taken] = swap32(words[name + 1] ?? 0);
      this.rxPort[taken] = portOf(words[name] ?? 0);
      const control = (this.#rx.controlsAt + slot * CONTROL_OCTETS) >> 2;
      this.rxLocal[taken] =
        controlOctets === CONTROL_OCTETS ? swap32(words[control + SPEC_DST_WORD] ?? 0) : 0;
      taken++;
    }
    this.counters.rxDatagrams += taken;
    return taken;
  }

  addPeer(address: number, port: number, local: number): number {
    const peer = this.#peerPort.indexOf(0);
    assert(peer >= 0, 'too many UDP peers');
    this.#peerPort[peer] = AF_INET | (swap16(port) << 16);
    this.#peerAddress[peer] = swap32(address);
    this.#peerLocal[peer] = swap32(local);
    return peer;
  }

  /** What is queued for it already still leaves. */
  forgetPeer(peer: number): void {
    assert(this.#peerPort[peer] !== 0, 'no such UDP peer');
    this.#peerPort[peer] = 0;
  }

  queue(at: number, octets: number, peer: number): boolean {
    assert(this.#peerPort[peer] !== 0, 'no such UDP peer');
    if (this.#queued === BATCH) return false;
    const { words } = this.#arena;
    const name = (this.#tx.namesAt + this.#queued * SOCKADDR_OCTETS) >> 2;
    words[name] = this.#peerPort[peer] ?? 0;
    words[name + 1] = this.#peerAddress[peer] ?? 0;
    const header = (this.#tx.headersAt + this.#queued * MMSGHDR_OCTETS) >> 2;
    const local = this.#peerLocal[peer] ?? 0;
    words[header + CONTROL_OCTETS_WORD] = local === 0 ? 0 : CONTROL_OCTETS;
    words[((this.#tx.controlsAt + this.#queued * CONTROL_OCTETS) >> 2) + SPEC_DST_WORD] = local;
    this.#arena.putIovec(this.#tx.iovecsAt + this.#queued * IOVEC_OCTETS, at, octets);
    this.#queued++;
    return true;
  }

  flush(): number {
    const queued = this.#queued;
    if (queued === 0) return 0;
    this.#queued = 0;
    const sent = this.#send(queued);
    if (sent === queued) {
      this.counters.txDatagrams += sent;
      return 0;
    }
    return this.#flushRest(queued, Math.max(sent, 0));
  }

  close(): void {
    ffi.close(this.fd);
  }

  /** Datagram by datagram from where the batch stuck, so that each refusal takes only its own. */
  #flushRest(queued: number, sentAlready: number): number {
    let sent = sentAlready;
    for (let next = sentAlready; next < queued; next++) {
      const address = this.#arena.address(this.#tx.headersAt + next * MMSGHDR_OCTETS);
      if (ffi.sendmmsg(this.fd, address, 1, MSG_DONTWAIT) === 1) sent++;
      else this.#countRefusal(ffi.errno());
    }
    this.counters.txDatagrams += sent;
    return queued - sent;
  }

  #countRefusal(why: number): void {
    const { Errno } = ffi;
    switch (why) {
      case Errno.EAGAIN:
      case Errno.ENOBUFS:
        this.counters.txNoBuffer++;
        return;
      case Errno.ENETUNREACH:
      case Errno.EHOSTUNREACH:
      case Errno.ENETDOWN:
      case Errno.EADDRNOTAVAIL:
        this.counters.txUnreachable++;
        return;
      case Errno.EPERM:
      case Errno.EACCES:
        this.counters.txDenied++;
        return;
      case Errno.EMSGSIZE:
        this.counters.txTooLong++;
        return;
      default:
        this.counters.txOther++;
    }
  }
}

/**
 * @returns the fd of a bound socket whose datagrams leave with the ECN bits clear, and which tells
 * at which address of ours they came
 */
function openSocket(arena: Arena, at: number, local: Endpoint): number {
  const fd = ffi.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new RouterError('SOCKET_FAILED', `UDP: ${ffi.errnoName(ffi.errno())}`);
  const address = arena.address(at);
  ffi.setsockopt(fd, IPPROTO_IP, IP_TOS, address, 4); // zero, whatever a default may be
  arena.words[at >> 2] = RECEIVE_BUFFER_OCTETS;
  // Beyond the machine's limit where we may, else up to it.
  if (ffi.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, address, 4) !== 0) {
    ffi.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, address, 4);
  }
  arena.words[at >> 2] = 1;
  ffi.setsockopt(fd, IPPROTO_IP, IP_PKTINFO, address, 4);
  arena.words[at >> 2] = AF_INET | (swap16(local.port) << 16);
  arena.words[(at >> 2) + 1] = swap32(local.address);
  if (ffi.bindSocket(fd, address, SOCKADDR_OCTETS) === 0) return fd;
  const why = ffi.errno();
  ffi.close(fd);
  throw bindError(why, `UDP ${formatIpv4(local.address)}:${local.port}`);
}

function localOf(arena: Arena, at: number, fd: number): Endpoint {
  const octetsAt = at + SOCKADDR_OCTETS;
  arena.words[octetsAt >> 2] = SOCKADDR_OCTETS;
  const status = ffi.getsockname(fd, arena.address(at), arena.address(octetsAt));
  assert(status === 0, 'getsockname refused our own socket');
  const address = swap32(arena.words[(at >> 2) + 1] ?? 0) >>> 0;
  return { address, port: portOf(arena.words[at >> 2] ?? 0) };
}

function bindError(why: number, what: string): RouterError {
  switch (why) {
    case ffi.Errno.EADDRINUSE:
      return new RouterError('PORT_IN_USE', `${what} is in use by another program`);
    case ffi.Errno.EADDRNOTAVAIL:
      return new RouterError('ADDRESS_NOT_OURS', `${what}: this machine has no such address`);
    case ffi.Errno.EACCES:
      return new RouterError('PORT_DENIED', `${what}: only the superuser may have this port`);
    default:
      return new RouterError('SOCKET_FAILED', `${what}: ${ffi.errnoName(why)}`);
  }
}

function takeBatch(arena: Arena): Batch {
  const headersAt = arena.take(BATCH * MMSGHDR_OCTETS, 64);
  const namesAt = arena.take(BATCH * SOCKADDR_OCTETS);
  const iovecsAt = arena.take(BATCH * IOVEC_OCTETS);
  const controlsAt = arena.take(BATCH * CONTROL_OCTETS);
  for (let slot = 0; slot < BATCH; slot++) {
    const at = headersAt + slot * MMSGHDR_OCTETS;
    arena.putAddress(at, namesAt + slot * SOCKADDR_OCTETS);
    arena.words[(at >> 2) + NAME_OCTETS_WORD] = SOCKADDR_OCTETS;
    arena.putAddress(at + IOV_OFFSET, iovecsAt + slot * IOVEC_OCTETS);
    arena.words[(at >> 2) + IOV_COUNT_WORD] = 1;
    const controlAt = controlsAt + slot * CONTROL_OCTETS;
    arena.putAddress(at + CONTROL_OFFSET, controlAt);
    arena.words[(at >> 2) + CONTROL_OCTETS_WORD] = CONTROL_OCTETS;
    arena.words[controlAt >> 2] = CONTROL_LENGTH;
    arena.words[(controlAt >> 2) + CONTROL_LEVEL_WORD] = IPPROTO_IP;
    arena.words[(controlAt >> 2) + CONTROL_TYPE_WORD] = IP_PKTINFO;
  }
  return { headersAt, namesAt, iovecsAt, controlsAt };
}

const swap16 = (value: number): number => ((value & 0xff) << 8) | ((value >>> 8) & 0xff);

const swap32 = (value: number): number =>
  ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);

/** The port in the first word of a sockaddr_in. */
const portOf = (word: number): number => swap16(word >>> 16);
