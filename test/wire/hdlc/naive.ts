/** RFC 1662 §4 once more, slowly and by another way, to compare the product's codec with. */

const FLAG = 0x7e;
const ESCAPE = 0x7d;

interface NaiveResult {
  /** Without FCS. */
  readonly frames: readonly (readonly number[])[];
  readonly fcsErrors: number;
  readonly runts: number;
  readonly aborts: number;
  readonly giants: number;
}

/** Bit by bit from the definition, without a table. The complement that is sent. */
function naiveFcs(octets: readonly number[]): number {
  let register = 0xffff;
  for (const octet of octets) {
    for (let bit = 0; bit < 8; bit++) {
      const out = (register ^ (octet >> bit)) & 1;
      register = (register >> 1) ^ (out ? 0x8408 : 0);
    }
  }
  return register ^ 0xffff;
}

export function naiveEncode(frame: readonly number[], mustEscape: (octet: number) => boolean) {
  const fcs = naiveFcs(frame);
  const body = [...frame, fcs & 0xff, fcs >> 8].flatMap((octet) =>
    octet === FLAG || octet === ESCAPE || mustEscape(octet) ? [ESCAPE, octet ^ 0x20] : [octet],
  );
  return [FLAG, ...body, FLAG];
}

/** All of a stream at once; what stands behind the last flag is not yet a frame. */
export function naiveDecode(stream: readonly number[], accm: number, limit: number): NaiveResult {
  const kept = stream.filter((octet) => octet >= 0x20 || ((accm >>> octet) & 1) === 0);
  const pieces: number[][] = [[]];
  for (const octet of kept) {
    if (octet === FLAG) pieces.push([]);
    else pieces.at(-1)?.push(octet);
  }
  const frames: number[][] = [];
  const result = { frames, fcsErrors: 0, runts: 0, aborts: 0, giants: 0 };
  for (const [index, piece] of pieces.entries()) {
    const isWhole = index < pieces.length - 1;
    if (index === 0 || piece.length === 0) continue; // noise before the first flag; flags in a row
    const frame: number[] = [];
    let pending = false;
    for (const octet of piece) {
      if (octet === ESCAPE && !pending) pending = true;
      else {
        frame.push(pending ? octet ^ 0x20 : octet);
        pending = false;
      }
    }
    const sum = naiveFcs(frame.slice(0, -2));
    if (frame.length > limit) result.giants++;
    else if (!isWhole) continue;
    else if (pending) result.aborts++;
    else if (frame.length < 4) result.runts++;
    else if (frame.at(-2) !== (sum & 0xff) || frame.at(-1) !== sum >> 8) result.fcsErrors++;
    else frames.push(frame.slice(0, -2));
  }
  return result;
}
