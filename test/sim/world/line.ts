/** A serial cable: octets in order, at its speed, some of them lost, damaged or added. */
import type { Millis } from '../../../src/base/machine.ts';
import type { Agenda } from './agenda.ts';
import type { Prng } from './prng.ts';

const XON = 0x11;
const XOFF = 0x13;
const BITS_PER_OCTET = 10;

export interface LineFaults {
  /** Probabilities for an octet. */
  loss: number;
  flip: number;
  /** Software flow control: a control character is put in. */
  flowControl: number;
  /** Most octets delivered at once; and how much longer a piece may take. */
  pieceOctets: number;
  jitterMs: Millis;
}

/** One direction of it. */
export class Wire {
  faults: LineFaults;
  readonly #agenda: Agenda;
  readonly #random: Prng;
  readonly #bps: number;
  readonly #deliver: (octets: number[]) => void;
  #freeAt: Millis = 0;
  #lastAt: Millis = 0;
  /** What was under way when it was cut never arrives. */
  #generation = 0;

  constructor(
    agenda: Agenda,
    random: Prng,
    bps: number,
    faults: LineFaults,
    deliver: (octets: number[]) => void,
  ) {
    this.#agenda = agenda;
    this.#random = random;
    this.#bps = bps;
    this.faults = faults;
    this.#deliver = deliver;
  }

  cut(): void {
    this.#generation++;
    this.#freeAt = 0;
    this.#lastAt = 0;
  }

  /** @param sent told of each piece that has left */
  carry(octets: ArrayLike<number>, now: Millis, sent?: (octets: number) => void): void {
    const generation = this.#generation;
    for (let from = 0; from < octets.length; ) {
      const count = Math.min(octets.length - from, this.#random.int(1, this.faults.pieceOctets));
      const piece = this.#spoil(octets, from, from + count);
      from += count;
      const takesMs = (count * BITS_PER_OCTET * 1000) / this.#bps;
      this.#freeAt = Math.max(this.#freeAt, now) + takesMs;
      // Late, but never before what was sent before it.
      const at = Math.ceil(this.#freeAt + this.#random.int(0, this.faults.jitterMs));
      this.#lastAt = Math.max(this.#lastAt, at);
      this.#agenda.add(this.#lastAt, () => {
        if (generation !== this.#generation) return;
        sent?.(count);
        this.#deliver(piece);
      });
    }
  }

  #spoil(octets: ArrayLike<number>, start: number, end: number): number[] {
    const { loss, flip, flowControl } = this.faults;
    const piece: number[] = [];
    for (let at = start; at < end; at++) {
      const octet = octets[at] ?? 0;
      if (loss > 0 && this.#random.chance(loss)) continue;
      const damage = flip > 0 && this.#random.chance(flip) ? 1 << this.#random.int(0, 7) : 0;
      piece.push(octet ^ damage);
      if (flowControl > 0 && this.#random.chance(flowControl)) {
        piece.push(this.#random.chance(0.5) ? XON : XOFF);
      }
    }
    return piece;
  }
}
