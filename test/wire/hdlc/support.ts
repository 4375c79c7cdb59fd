/** A decoder and an encoder with everything around them that a test does not want to see. */
import { OctetRing } from '../../../src/base/ring.ts';
import { HdlcCounters } from '../../../src/wire/hdlc/counters.ts';
import { HdlcDecoder } from '../../../src/wire/hdlc/decoder.ts';
import { encodedOctetsMax, encodeFrame } from '../../../src/wire/hdlc/encoder.ts';
import { DEFAULT_ACCM, fillSendMap } from '../../../src/wire/hdlc/octet-class.ts';

export const octets = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
export const hex = (of: Iterable<number>): string => Buffer.from([...of]).toString('hex');

/** The limit that spec HDLC-L-02 asks for by default. */
export const LIMIT = 1500 + 4 + 4;

export class Receiver {
  readonly counters = new HdlcCounters();
  readonly memory = new Uint8Array(4096).fill(0xaa);
  readonly decoder = new HdlcDecoder(this.memory, this.counters);
  readonly frames: string[] = [];
  readonly #limit: number;

  constructor(limit = LIMIT) {
    this.#limit = limit;
    this.decoder.setSlot(64, limit);
  }

  /** Feeds the octets in pieces of the given lengths, the last of them again and again. */
  feed(stream: Iterable<number>, pieces: readonly number[] = [1 << 14]): this {
    const whole = Uint8Array.from(stream);
    let at = 0;
    for (let index = 0; at < whole.length; index++) {
      const count = pieces[Math.min(index, pieces.length - 1)] ?? 1;
      const rx = new OctetRing(new Uint8Array(1 << 14), 0, 1 << 14);
      rx.head = 0x3fffffff - 2; // so that every feeding crosses the end of the positions
      rx.tail = rx.head;
      rx.push(whole.subarray(at, at + count));
      while (this.decoder.next(rx)) {
        const { frameStart, frameEnd } = this.decoder;
        this.frames.push(hex(this.memory.subarray(frameStart, frameEnd)));
      }
      at += count;
    }
    return this;
  }

  /** Whether nothing outside the slot was ever written. */
  hasKeptToItsSlot(): boolean {
    const outside = (octet: number, at: number) =>
      (at >= 64 && at < 64 + this.#limit) || octet === 0xaa;
    return this.memory.every(outside);
  }
}

export function encode(
  frame: Uint8Array,
  accm = DEFAULT_ACCM,
  extraEscapes: readonly number[] = [],
): Uint8Array {
  const map = new Uint8Array(256);
  fillSendMap(map, accm, extraEscapes);
  const capacity = 2 ** Math.ceil(Math.log2(encodedOctetsMax(frame.length)));
  const tx = new OctetRing(new Uint8Array(capacity + 7), 7, capacity);
  tx.head = 0x3fffffff - 2;
  tx.tail = tx.head;
  encodeFrame(frame, 0, frame.length, map, tx);
  return tx.takeAll();
}
