/**
 * Tunnels of peers that have sent no more than an SCCRQ. Anyone can forge one, so there is little
 * room for them, and the newest always has it. RFC 2661 §9.1, L2TP-L-09. Runs once for each SCCRQ
 * of a peer that is known by name.
 */
import type { Tunnel } from './tunnel.ts';

/** In all, and of one source address. */
const HALF_OPEN_LIMIT = 128;
const HALF_OPEN_PER_SOURCE_LIMIT = 16;

export class HalfOpenTunnels {
  /** The oldest first. */
  readonly #tunnels = new Set<Tunnel>();

  add(tunnel: Tunnel): void {
    this.#tunnels.add(tunnel);
  }

  delete(tunnel: Tunnel): void {
    this.#tunnels.delete(tunnel);
  }

  count(): number {
    this.#forgetEstablished();
    return this.#tunnels.size;
  }

  /**
   * A flood must not keep a real peer out: the newest is taken in, and the oldest goes. If that one
   * had a peer, it asks again. @returns whom to end, when there would be too many with one more
   */
  makeRoom(address: number): Tunnel | undefined {
    this.#forgetEstablished();
    let oldest: Tunnel | undefined;
    let oldestOfSource: Tunnel | undefined;
    let ofSource = 0;
    for (const tunnel of this.#tunnels) {
      oldest ??= tunnel;
      if (tunnel.peer.address !== address) continue;
      oldestOfSource ??= tunnel;
      ofSource++;
    }
    let evicted: Tunnel | undefined;
    if (ofSource >= HALF_OPEN_PER_SOURCE_LIMIT) evicted = oldestOfSource;
    else if (this.#tunnels.size >= HALF_OPEN_LIMIT) evicted = oldest;
    if (evicted !== undefined) this.#tunnels.delete(evicted);
    return evicted;
  }

  #forgetEstablished(): void {
    for (const tunnel of this.#tunnels) {
      if (!tunnel.isHalfOpen) this.#tunnels.delete(tunnel);
    }
  }
}
