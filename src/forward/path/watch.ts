/** Who looks on while control protocols pass through a forwarded call. */
import type { LineForwarder } from './line-forwarder.ts';

/**
 * Told of each frame of a protocol from 0x8000 on right after it went on its way, before any later
 * frame is decoded or encoded: it may set the line's framing at once. memory[start, end) is the
 * Information, and only until the call returns.
 */
export interface Watch {
  up(line: LineForwarder, protocol: number, memory: Uint8Array, start: number, end: number): void;
  down(line: LineForwarder, protocol: number, memory: Uint8Array, start: number, end: number): void;
}
