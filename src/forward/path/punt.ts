/** Frames and control datagrams on their way from the forwarding plane to control. */
import { assert } from '../../base/assert.ts';
import { PuntRing } from '../pool/punt-ring.ts';
import type { AccessForwarder } from './access-forwarder.ts';
import type { DatagramCounters, PacketCounters } from './counters.ts';
import type { LineForwarder } from './line-forwarder.ts';

const FRAMES_MAX = 128;
/** One line's share of them: a noisy caller must not make control deaf to the others. */
const FRAMES_PER_LINE_MAX = 16;
/** Data protocols may not fill an access's share: each is only answered by a Protocol-Reject. */
const DATA_PER_ACCESS_MAX = 4;
const DATAGRAMS_MAX = 64;
/** LCP, authentication and the NCPs: RFC 1661 §2. */
const CONTROL_PROTOCOLS = 0x8000;

export type Punted =
  /** A good frame of a line in mode `punt`. */
  | {
      readonly kind: 'frame';
      readonly line: LineForwarder;
      readonly protocol: number;
      readonly information: Uint8Array;
    }
  /** A frame out of the session of an open access that is no IP packet. */
  | {
      readonly kind: 'access-frame';
      readonly access: AccessForwarder;
      readonly protocol: number;
      readonly information: Uint8Array;
    }
  /** A control datagram: its header parses, everything else is for control to judge. */
  | {
      readonly kind: 'datagram';
      readonly octets: Uint8Array;
      readonly address: number;
      readonly port: number;
      /** To which address of ours it came, 0 where that is unknown. */
      readonly local: number;
    };

/** Whose frames and datagrams they are. */
export interface PuntParts {
  readonly lines: readonly LineForwarder[];
  readonly accesses: readonly AccessForwarder[];
  readonly datagramCounters: DatagramCounters;
  readonly packetCounters: PacketCounters;
  readonly sendUp: (line: LineForwarder, protocol: number, information: Uint8Array) => void;
}

export class Punt {
  readonly #frames = new PuntRing(FRAMES_MAX);
  /** Rings of their own: many sessions must not take the lines' places. */
  readonly #accessFrames: PuntRing;
  readonly #datagrams = new PuntRing(DATAGRAMS_MAX);
  readonly #parts: PuntParts;

  constructor(parts: PuntParts) {
    this.#parts = parts;
    this.#accessFrames = new PuntRing(parts.accesses.length === 0 ? 0 : FRAMES_MAX);
  }

  pushFrame(
    line: LineForwarder,
    protocol: number,
    memory: Uint8Array,
    start: number,
    end: number,
  ): void {
    const tag = ((line.index << 16) | protocol) >>> 0;
    if (
      line.punted < FRAMES_PER_LINE_MAX &&
      this.#frames.push(memory, start, end, tag, line.opening, 0)
    ) {
      line.punted++;
      line.counters.upPunted++;
    } else {
      line.counters.upPuntFull++;
    }
  }

  pushAccessFrame(
    access: AccessForwarder,
    protocol: number,
    memory: Uint8Array,
    start: number,
    end: number,
  ): void {
    const share = protocol >= CONTROL_PROTOCOLS ? FRAMES_PER_LINE_MAX : DATA_PER_ACCESS_MAX;
    if (
      access.punted < share &&
      this.#accessFrames.push(memory, start, end, access.index, access.opening, protocol)
    ) {
      access.punted++;
      access.counters.rxPunted++;
    } else {
      access.counters.rxPuntFull++;
    }
  }

  pushDatagram(
    memory: Uint8Array,
    start: number,
    end: number,
    address: number,
    port: number,
    local: number,
  ): void {
    const counters = this.#parts.datagramCounters;
    if (!PuntRing.fits(end - start)) counters.controlTooLong++;
    else if (this.#datagrams.push(memory, start, end, address, port, local)) {
      counters.controlPunted++;
    } else counters.controlPuntFull++;
  }

  /**
   * The oldest frame of a line, then of an access, then datagram. A frame that was punted before
   * its line was bound goes up into the session instead, in its turn; one of an earlier call is
   * dropped.
   * @returns undefined when there is none
   */
  take(): Punted | undefined {
    while (this.#frames.count > 0) {
      const { first, second } = this.#frames;
      const information = this.#frames.take();
      const line = this.#parts.lines[first >>> 16];
      const protocol = first & 0xffff;
      assert(line !== undefined, 'a punted frame has a line');
      line.punted--;
      if (line.opening !== second || line.mode === 'closed') line.counters.upStale++;
      else if (line.mode === 'forward') this.#parts.sendUp(line, protocol, information);
      else return { kind: 'frame', line, protocol, information };
    }
    return this.#takeAccessFrame() ?? this.#takeDatagram();
  }

  #takeAccessFrame(): Punted | undefined {
    while (this.#accessFrames.count > 0) {
      const { first, second: opening, third: protocol } = this.#accessFrames;
      const information = this.#accessFrames.take();
      const access = this.#parts.accesses[first];
      assert(access !== undefined, 'a punted frame has an access');
      access.punted--;
      if (access.isOpen && access.opening === opening) {
        return { kind: 'access-frame', access, protocol, information };
      }
      this.#parts.packetCounters.stale++;
    }
    return undefined;
  }

  #takeDatagram(): Punted | undefined {
    if (this.#datagrams.count === 0) return undefined;
    const { first: address, second: port, third: local } = this.#datagrams;
    return { kind: 'datagram', octets: this.#datagrams.take(), address, port, local };
  }
}
