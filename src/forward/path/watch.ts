/** Who looks on while control protocols pass through a forwarded call, and takes what is punted. */
import type { LineForwarder } from './line-forwarder.ts';

export interface Watch {
  /**
   * A frame of a protocol from 0x8000 on went into the session, and no later octet has been
   * decoded: the line's framing may be set at once. memory[start, end) is the Information until
   * this returns.
   */
  up(line: LineForwarder, protocol: number, memory: Uint8Array, start: number, end: number): void;
  /** The same for one that went to the line; no later frame has been encoded. */
  down(line: LineForwarder, protocol: number, memory: Uint8Array, start: number, end: number): void;
  /**
   * A line's frame was punted, or a control datagram. Control should take it now: a caller whose
   * LCP it opens may send the very next octets bare and its headers compressed, RFC 1662 §7.1; a
   * session that it opens may have data in the very next datagram.
   */
  punted(): void;
}
