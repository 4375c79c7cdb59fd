/** The devices' place, taken by plain memory. */
import type { DatagramPort, Endpoint, LinePort } from '../../../src/base/port.ts';
import { OctetRing } from '../../../src/base/ring.ts';

const RX_SLOTS = 16;
const RX_SLOT_OCTETS = 2048;
const QUEUE = 16;
const RX_RING_OCTETS = 4096;
const TX_RING_OCTETS = 8192;

export class SimDatagramPort implements DatagramPort {
  readonly memory: Uint8Array;
  readonly rxAt = Int32Array.from({ length: RX_SLOTS }, (_, slot) => slot * RX_SLOT_OCTETS);
  readonly rxOctets = new Int32Array(RX_SLOTS);
  readonly rxAddress = new Uint32Array(RX_SLOTS);
  readonly rxPort = new Int32Array(RX_SLOTS);
  readonly rxLocal = new Uint32Array(RX_SLOTS);
  readonly slotsAt = RX_SLOTS * RX_SLOT_OCTETS;
  readonly #send: (octets: Uint8Array, to: Endpoint) => void;
  readonly #peers: (Endpoint | undefined)[] = [];
  readonly #queue: { at: number; octets: number; to: Endpoint | undefined }[] = [];
  #arrived: { octets: Uint8Array; from: Endpoint }[] = [];

  constructor(slotsOctets: number, send: (octets: Uint8Array, to: Endpoint) => void) {
    this.memory = new Uint8Array(this.slotsAt + slotsOctets);
    this.#send = send;
  }

  /** How many peers are known: for the leak check. */
  get peers(): number {
    return this.#peers.filter((peer) => peer !== undefined).length;
  }

  arrive(octets: Uint8Array, from: Endpoint): void {
    this.#arrived.push({ octets, from });
  }

  receive(): number {
    const batch = this.#arrived.slice(0, RX_SLOTS);
    this.#arrived = this.#arrived.slice(RX_SLOTS);
    for (const [slot, { octets, from }] of batch.entries()) {
      this.memory.set(octets, slot * RX_SLOT_OCTETS);
      this.rxOctets[slot] = octets.length;
      this.rxAddress[slot] = from.address;
      this.rxPort[slot] = from.port;
    }
    return batch.length;
  }

  addPeer(address: number, port: number, _local: number): number {
    return this.#peers.push({ address, port }) - 1;
  }

  forgetPeer(peer: number): void {
    this.#peers[peer] = undefined;
  }

  queue(at: number, octets: number, peer: number): boolean {
    if (this.#queue.length >= QUEUE) return false;
    // As in the kernel's message header: the address is taken now, the octets at the flush.
    this.#queue.push({ at, octets, to: this.#peers[peer] });
    return true;
  }

  flush(): number {
    let refused = 0;
    for (const { at, octets, to } of this.#queue.splice(0)) {
      if (to === undefined) refused++;
      else this.#send(this.memory.slice(at, at + octets), to);
    }
    return refused;
  }
}

export class SimLinePort implements LinePort {
  readonly rx = new OctetRing(new Uint8Array(RX_RING_OCTETS), 0, RX_RING_OCTETS);
  readonly tx = new OctetRing(new Uint8Array(TX_RING_OCTETS), 0, TX_RING_OCTETS);
  /** What the line has still to carry. */
  kernelOctets = 0;

  queuedOctets(): number {
    return this.kernelOctets;
  }

  /** The world takes whatever there is at the end of each turn. */
  wantFlush(): void {}
}
