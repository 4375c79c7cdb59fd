/**
 * Octets of an async line to PPP frames, RFC 1662 §4. All state is kept between calls, so the
 * octets may come in any pieces. Runs once per octet: no allocation, no exception.
 */
import { assert } from '../../base/assert.ts';
import { u8 } from '../../base/octets.ts';
import type { OctetRing } from '../../base/ring.ts';
import type { HdlcCounters, LineFault } from './counters.ts';
import { FCS_GOOD, FCS_INITIAL, FCS_OCTETS, stepFcs } from './fcs.ts';
import { DEFAULT_ACCM, ESCAPE_BIT, fillReceiveMap, OctetClass } from './octet-class.ts';

const MINIMUM_OCTETS = 4; // with the FCS; less is a runt, §4.3
const POSITION = 0x3fffffff; // OctetRing counts in 30 bits

export class HdlcDecoder {
  /** The frame that next() found: indexes into the slot's memory, without flags and FCS. */
  frameStart = 0;
  frameEnd = 0;

  readonly #counters: HdlcCounters;
  readonly #classes = new Uint8Array(256);
  readonly #memory: Uint8Array;
  #start = 0;
  #limit = 0;
  #at = 0;
  #fcs = FCS_INITIAL;
  /** ESCAPE_BIT behind an ESC, else 0: what the next octet is turned over by. */
  #flip = 0;
  /** Octets are thrown away up to the next flag: noise before the first, or a frame given up. */
  #isHunting = true;

  constructor(memory: Uint8Array, counters: HdlcCounters) {
    this.#memory = memory;
    this.#counters = counters;
    fillReceiveMap(this.#classes, DEFAULT_ACCM);
  }

  /** Where the next frame goes: at most `octets`, FCS included. Not while a frame is under way. */
  setSlot(at: number, octets: number): void {
    assert(at >= 0 && at + octets <= this.#memory.length, 'a frame slot lies inside its memory');
    assert(this.#at === this.#start, 'the slot was changed under a frame');
    this.#start = at;
    this.#limit = at + octets;
    this.#at = at;
  }

  /** Holds from the next octet on. */
  setReceiveAccm(accm: number): void {
    fillReceiveMap(this.#classes, accm);
  }

  /** As at the start: default map, and nothing counts before the first flag. */
  reset(): void {
    this.#restart();
    this.#isHunting = true;
    fillReceiveMap(this.#classes, DEFAULT_ACCM);
  }

  /** The device reports a broken octet: the frame under way is lost, §4.3. */
  spoil(fault: LineFault): void {
    this.#counters[fault]++;
    this.#restart();
    this.#isHunting = true;
  }

  /**
   * Takes octets out of `rx` up to the end of the next good frame; bad ones before it are counted.
   * @returns false when `rx` is empty. A found frame stands in the slot until the next call.
   */
  next(rx: OctetRing): boolean {
    const { memory: source, base, mask, tail } = rx;
    const classes = this.#classes;
    const memory = this.#memory;
    let head = rx.head;
    let at = this.#at;
    let limit = this.#isHunting ? at : this.#limit;
    let fcs = this.#fcs;
    let flip = this.#flip;
    let found = false;
    while (head !== tail && !found) {
      const octet = u8(source, base + (head & mask));
      head = (head + 1) & POSITION;
      const kind = u8(classes, octet);
      if (kind === OctetClass.Data || (kind === OctetClass.Escape && flip !== 0)) {
        if (at < limit) {
          const value = octet ^ flip;
          memory[at++] = value;
          fcs = stepFcs(fcs, value);
        } else if (!this.#isHunting) {
          this.#counters.giants++;
          this.#isHunting = true;
          at = this.#start;
          limit = at;
        }
        flip = 0;
      } else if (kind === OctetClass.Escape) {
        flip = ESCAPE_BIT;
      } else if (kind === OctetClass.Flag) {
        found = this.#flag(at, fcs, flip);
        at = this.#start;
        limit = this.#limit;
        fcs = FCS_INITIAL;
        flip = 0;
      } // else removed before the FCS, also between ESC and its octet. §4.2
    }
    this.#at = at;
    this.#fcs = fcs;
    this.#flip = flip;
    rx.head = head;
    return found;
  }

  #restart(): void {
    this.#at = this.#start;
    this.#fcs = FCS_INITIAL;
    this.#flip = 0;
  }

  /**
   * A flag ends what stands in the slot and begins the next frame. @returns whether that was good
   */
  #flag(at: number, fcs: number, flip: number): boolean {
    const octets = at - this.#start;
    if (this.#isHunting) this.#isHunting = false;
    else if (flip !== 0) this.#counters.aborts++;
    else if (octets === 0)
      return false; // two flags in a row, or one shared
    else if (octets < MINIMUM_OCTETS) this.#counters.runts++;
    else if (fcs !== FCS_GOOD) this.#counters.fcsErrors++;
    else {
      this.#counters.framesOk++;
      this.frameStart = this.#start;
      this.frameEnd = at - FCS_OCTETS;
      return true;
    }
    return false;
  }
}
