/**
 * The ports between the forwarding plane and the devices. Both sides live in fixed memory: a device
 * fills and empties it with system calls, the forwarding plane reads and writes it; the simulation
 * puts plain memory in the devices' place.
 */
import type { OctetRing } from './ring.ts';

/** One serial line. */
export interface LinePort {
  /** The device appends what it read, the forwarding plane takes it. */
  readonly rx: OctetRing;
  /** The forwarding plane appends whole encoded frames, the device writes them out. */
  readonly tx: OctetRing;
  /** Octets that left `tx` but not yet the machine (TIOCOUTQ); 0 where that is unknown. */
  queuedOctets(): number;
  /** Asks for `tx` to be written out at the end of this turn. Cheap; call it after every append. */
  wantFlush(): void;
}

/**
 * One UDP socket, IPv4. Receives in batches into its own slots, sends in batches from the caller's.
 */
export interface DatagramPort {
  /** Holds the received datagrams, and whatever queue() is pointed at. */
  readonly memory: Uint8Array;
  /** Datagram i of the last receive(): where it starts in `memory`, its octets, whence it came. */
  readonly rxAt: Int32Array;
  readonly rxOctets: Int32Array;
  readonly rxAddress: Uint32Array;
  readonly rxPort: Int32Array;
  /** To which address of ours it came, RFC 2661 §8.1; 0 where the port cannot tell. */
  readonly rxLocal: Uint32Array;
  /**
   * Takes at most one batch. Valid until the next call. @returns how many, 0 when none was waiting
   */
  receive(): number;
  /**
   * Makes a destination known. @param local the address to send from, 0 for whichever the machine
   * takes @returns its index for queue(); fixed until forgetPeer()
   */
  addPeer(address: number, port: number, local: number): number;
  forgetPeer(peer: number): void;
  /**
   * Queues the datagram at memory[at, at + octets) for flush(). The memory must stay as it is until
   * then. @returns false when the queue is full: flush first.
   */
  queue(at: number, octets: number, peer: number): boolean;
  /**
   * Sends what is queued in one go. @returns how many datagrams the kernel refused; they are gone.
   */
  flush(): number;
}

/** A device of whole IP packets: a TUN. Both calls are one system call, and make no garbage. */
export interface PacketPort {
  /** That of the DatagramPort beside it. */
  readonly memory: Uint8Array;
  /** Reads one packet into memory[at, at + octets). @returns its octets, 0 when none is waiting */
  receive(at: number, octets: number): number;
  /** Writes the packet at memory[at, at + octets). @returns false when the kernel refused it */
  send(at: number, octets: number): boolean;
}

/** The kernel's addresses and host routes of the packet device. Orders are queued, and in order. */
export interface HostRoutes {
  /** Our end of the callers' links. Counted: as many removeLocal() take it away. */
  addLocal(address: number): void;
  removeLocal(address: number): void;
  /**
   * A route to one caller. @param mtuOctets of its link @param owner names it in an error
   */
  addRoute(address: number, mtuOctets: number, owner: string): void;
  removeRoute(address: number, owner: string): void;
}

/** An IPv4 address as a number, and a UDP port. */
export interface Endpoint {
  readonly address: number;
  readonly port: number;
}

export const formatIpv4 = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

/** @returns undefined when `text` is not a dotted quad */
export function parseIpv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((address, part) => address * 256 + part, 0);
}
