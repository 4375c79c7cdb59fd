/** RFC 1662 framing as the peers do it: apart from the product's, bit by bit, whole frames only. */

const FLAG = 0x7e;
const ESCAPE = 0x7d;
const GOOD_FCS = 0xf0b8;
const MINIMUM_OCTETS = 4;

const isMapped = (accm: number, octet: number): boolean =>
  octet < 0x20 && ((accm >>> octet) & 1) === 1;

function fcs16(octets: readonly number[]): number {
  let fcs = 0xffff;
  for (const octet of octets) {
    fcs ^= octet;
    for (let bit = 0; bit < 8; bit++) fcs = fcs & 1 ? (fcs >>> 1) ^ 0x8408 : fcs >>> 1;
  }
  return fcs;
}

/** @param frame what stands between the flags, without FCS */
export function encodeHdlc(frame: readonly number[], accm: number): number[] {
  const fcs = fcs16(frame) ^ 0xffff;
  const line = [FLAG];
  for (const octet of [...frame, fcs & 0xff, fcs >>> 8]) {
    if (octet === FLAG || octet === ESCAPE || isMapped(accm, octet)) {
      line.push(ESCAPE, octet ^ 0x20);
    } else {
      line.push(octet);
    }
  }
  line.push(FLAG);
  return line;
}

export class HdlcReader {
  /** Bare octets of it are thrown away. */
  accm: number;
  badFrames = 0;
  #frame: number[] = [];
  #isEscaped = false;

  constructor(accm: number) {
    this.accm = accm;
  }

  /** @returns the good frames, without FCS */
  feed(octets: Iterable<number>): number[][] {
    const frames: number[][] = [];
    for (const octet of octets) {
      if (octet === FLAG) this.#end(frames);
      else if (isMapped(this.accm, octet)) continue;
      else if (octet === ESCAPE) this.#isEscaped = true;
      else {
        this.#frame.push(this.#isEscaped ? octet ^ 0x20 : octet);
        this.#isEscaped = false;
      }
    }
    return frames;
  }

  /** A new call begins. */
  reset(accm: number): void {
    this.accm = accm;
    this.#frame = [];
    this.#isEscaped = false;
  }

  #end(frames: number[][]): void {
    const frame = this.#frame;
    const isAborted = this.#isEscaped;
    this.#frame = [];
    this.#isEscaped = false;
    if (frame.length === 0) return;
    if (isAborted || frame.length < MINIMUM_OCTETS || fcs16(frame) !== GOOD_FCS) this.badFrames++;
    else frames.push(frame.slice(0, -2));
  }
}
