/** Frames and control datagrams on their way from the forwarding plane to control. */
import { assert } from '../../base/assert.ts';
import { PuntRing } from '../pool/punt-ring.ts';
import type { DatagramCounters } from './counters.ts';
import type { LineForwarder } from './line-forwarder.ts';

const FRAMES_MAX = 128;
/** One line's share of them: a noisy caller must not make control deaf to the others. */
const FRAMES_PER_LINE_MAX = 16;
const DATAGRAMS_MAX = 64;

export type Punted =
  /** A good frame of a line in mode `punt`. */
  | {
      readonly kind: 'frame';
      readonly line: LineForwarder;
      readonly protocol: number;
      readonly information: Uint8Array;
    }
  /** A control datagram: its header parses, everything else is for control to judge. */
  | {
      readonly kind: 'datagram';
      readonly octets: Uint8Array;
      readonly address: number;
      readonly port: number;
    };

export class Punt {
  readonly #frames = new PuntRing(FRAMES_MAX);
  readonly #datagrams = new PuntRing(DATAGRAMS_MAX);
  readonly #lines: readonly LineForwarder[];
  readonly #counters: DatagramCounters;
  readonly #sendUp: (line: LineForwarder, protocol: number, information: Uint8Array) => void;

  constructor(
    lines: readonly LineForwarder[],
    counters: DatagramCounters,
    sendUp: (line: LineForwarder, protocol: number, information: Uint8Array) => void,
  ) {
    this.#lines = lines;
    this.#counters = counters;
    this.#sendUp = sendUp;
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
      this.#frames.push(memory, start, end, tag, line.opening)
    ) {
      line.punted++;
      line.counters.upPunted++;
    } else {
      line.counters.upPuntFull++;
    }
  }

  pushDatagram(
    memory: Uint8Array,
    start: number,
    end: number,
    address: number,
    port: number,
  ): void {
    if (!PuntRing.fits(end - start)) this.#counters.controlTooLong++;
    else if (this.#datagrams.push(memory, start, end, address, port)) {
      this.#counters.controlPunted++;
    } else this.#counters.controlPuntFull++;
  }

  /**
   * The oldest frame or datagram. A frame that was punted before its line was bound goes up into
   * the session instead, in its turn; one of an earlier call is dropped.
   * @returns undefined when there is none
   */
  take(): Punted | undefined {
    while (this.#frames.count > 0) {
      const { first, second } = this.#frames;
      const information = this.#frames.take();
      const line = this.#lines[first >>> 16];
      const protocol = first & 0xffff;
      assert(line !== undefined, 'a punted frame has a line');
      line.punted--;
      if (line.opening !== second || line.mode === 'closed') line.counters.upStale++;
      else if (line.mode === 'forward') this.#sendUp(line, protocol, information);
      else return { kind: 'frame', line, protocol, information };
    }
    if (this.#datagrams.count === 0) return undefined;
    const { first: address, second: port } = this.#datagrams;
    return { kind: 'datagram', octets: this.#datagrams.take(), address, port };
  }
}
