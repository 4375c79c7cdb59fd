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
    return this.#waiting().size;
  }

  /**
   * A flood must not keep a real peer out: the newest is taken in, and the oldest goes. If that one
   * had a peer, it asks again. @returns whom to end, when there would be too many with one more
   */
  makeRoom(address: number): Tunnel | undefined {
    const waiting = this.#waiting();
    let oldest: Tunnel | undefined;
    let oldestOfSource: Tunnel | undefined;
    let ofSource = 0;
    for (const tunnel of waiting) {
      oldest ??= tunnel;
      if (tunnel.peer.address !== address) continue;
      oldestOfSource ??= tunnel;
      ofSource++;
    }
    if (ofSource >= HALF_OPEN_PER_SOURCE_LIMIT) return oldestOfSource;
    return waiting.size >= HALF_OPEN_LIMIT ? oldest : undefined;
  }

  /** Those that stand by now are forgotten here, rather than each when it is established. */
  #waiting(): ReadonlySet<Tunnel> {
    for (const tunnel of this.#tunnels) {
      if (!tunnel.isHalfOpen) this.#tunnels.delete(tunnel);
    }
    return this.#tunnels;
  }
}
