/**
 * Datagrams on their way out: each lies in a frame slot, which is lent until the flush that sends
 * it. Runs once per frame: no allocation, no exception.
 */
import { u8 } from '../../base/octets.ts';
import type { DatagramPort } from '../../base/port.ts';
import { putL2tpDataHeader, putL2tpSequencedHeader } from '../../wire/l2tp/header.ts';
import { type FramePool, SLOT_FRAME_OCTETS, SLOT_HEADROOM_OCTETS } from '../pool/frame-pool.ts';
import type { DatagramCounters } from './counters.ts';
import type { Session } from './session.ts';

/** Frames and control datagrams that may be on their way out at once; then the port is flushed. */
export const OUT_SLOTS = 32;

export class OutQueue {
  readonly memory: Uint8Array;
  readonly #pool: FramePool;
  readonly #udp: DatagramPort;
  readonly #counters: DatagramCounters;
  /** Slots of datagrams that wait for the flush. */
  readonly #queued: Int32Array;
  #queuedCount = 0;

  constructor(udp: DatagramPort, pool: FramePool, counters: DatagramCounters) {
    this.memory = udp.memory;
    this.#udp = udp;
    this.#pool = pool;
    this.#counters = counters;
    this.#queued = new Int32Array(pool.capacity);
  }

  /** As many slots are out as can be queued, so after a flush there is one. */
  takeSlot(): number {
    const slot = this.#pool.take();
    if (slot >= 0) return slot;
    this.flush();
    return this.#pool.take();
  }

  giveSlot(slot: number): void {
    this.#pool.give(slot);
  }

  /** Copies `octets` behind the slot's headroom. @returns their end, -1 when they do not fit */
  fill(slot: number, octets: Uint8Array): number {
    const at = slot + SLOT_HEADROOM_OCTETS;
    if (octets.length > SLOT_FRAME_OCTETS) return -1;
    for (let index = 0; index < octets.length; index++) {
      this.memory[at + index] = u8(octets, index);
    }
    return at + octets.length;
  }

  /** A frame into its session, as queue(). */
  queueData(session: Session, slot: number, frameAt: number, end: number): boolean {
    const { peerTunnelId, peerSessionId, peer } = session;
    const start = session.isSequencing
      ? putL2tpSequencedHeader(this.memory, frameAt, peerTunnelId, peerSessionId, session.takeNs())
      : putL2tpDataHeader(this.memory, frameAt, peerTunnelId, peerSessionId);
    return this.queue(slot, start, end - start, peer);
  }

  /** The slot comes back at the flush. @returns false when it was not queued: it was not taken */
  queue(slot: number, at: number, octets: number, peer: number): boolean {
    if (!this.#udp.queue(at, octets, peer)) {
      this.flush();
      if (!this.#udp.queue(at, octets, peer)) return false;
    }
    this.#queued[this.#queuedCount++] = slot;
    return true;
  }

  flush(): void {
    if (this.#queuedCount === 0) return;
    this.#counters.unsent += this.#udp.flush();
    for (let index = 0; index < this.#queuedCount; index++) {
      this.#pool.give(this.#queued[index] ?? 0);
    }
    this.#queuedCount = 0;
  }
}
