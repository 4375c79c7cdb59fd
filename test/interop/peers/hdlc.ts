/** RFC 1662 framing for the scripted caller: written apart from the product's, bit by bit. */

const FLAG = 0x7e;
const ESCAPE = 0x7d;
const GOOD_FCS = 0xf0b8;

function fcs16(octets: Iterable<number>): number {
  let fcs = 0xffff;
  for (const octet of octets) {
    fcs ^= octet;
    for (let bit = 0; bit < 8; bit++) fcs = fcs & 1 ? (fcs >>> 1) ^ 0x8408 : fcs >>> 1;
  }
  return fcs;
}

/** @param frame from FF 03 on, without FCS. @returns with a flag at both ends */
export function encodeFrame(frame: Uint8Array, escapeControls = true): Uint8Array {
  const fcs = fcs16(frame) ^ 0xffff;
  const line = [FLAG];
  for (const octet of [...frame, fcs & 0xff, fcs >>> 8]) {
    if (octet === FLAG || octet === ESCAPE || (escapeControls && octet < 0x20)) {
      line.push(ESCAPE, octet ^ 0x20);
    } else {
      line.push(octet);
    }
  }
  line.push(FLAG);
  return Uint8Array.from(line);
}

/** Takes the line in any pieces, gives good frames without their FCS; counts the others. */
export class FrameReader {
  badFrames = 0;
  readonly #onFrame: (frame: Uint8Array) => void;
  #frame: number[] = [];
  #isEscaped = false;

  constructor(onFrame: (frame: Uint8Array) => void) {
    this.#onFrame = onFrame;
  }

  feed(octets: Uint8Array): void {
    for (const octet of octets) {
      if (octet === FLAG) this.#end();
      else if (octet === ESCAPE) this.#isEscaped = true;
      else {
        this.#frame.push(this.#isEscaped ? octet ^ 0x20 : octet);
        this.#isEscaped = false;
      }
    }
  }

  #end(): void {
    const frame = this.#frame;
    this.#frame = [];
    this.#isEscaped = false;
    if (frame.length === 0) return;
    if (frame.length < 4 || fcs16(frame) !== GOOD_FCS) this.badFrames++;
    else this.#onFrame(Uint8Array.from(frame.slice(0, -2)));
  }
}
