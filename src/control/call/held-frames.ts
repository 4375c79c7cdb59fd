/**
 * What the caller sends between its response and ICCN, kept for the LNS within limits. PPP-L-05.
 */
import type { HeldFrame } from './call-port.ts';

const MAX_FRAMES = 32;
const MAX_OCTETS = 64 * 1024;

export class HeldFrames {
  #frames: HeldFrame[] = [];
  #octets = 0;

  /** @returns false when there is no room: the frame is dropped, and the caller counts it */
  add(protocol: number, information: Uint8Array): boolean {
    if (this.#frames.length >= MAX_FRAMES) return false;
    if (this.#octets + information.length > MAX_OCTETS) return false;
    this.#frames.push({ protocol, information });
    this.#octets += information.length;
    return true;
  }

  /** @returns all, in order; and keeps none */
  take(): readonly HeldFrame[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#octets = 0;
    return frames;
  }
}
