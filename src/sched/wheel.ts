/**
 * The timing wheel: every timer of the firmware. Slots of 10 ms, each a list sorted by time, so
 * that setting and stopping cost the same whatever the number of timers, and expiry is exact to the
 * millisecond and in order. Arrays only: a timer that is moved leaves no garbage.
 */
import { assert } from '../base/assert.ts';
import type { Millis } from '../base/machine.ts';
import type { Timers } from '../base/timers.ts';

const TICK_MS = 10;
/**
 * 82 s: longer than any protocol's timer but the idle ones, so a slot's head is seldom a later
 * round's.
 */
const SLOTS = 8192;
const DUE = SLOTS; // the list of those being expired
const NONE = -1;
const FIRST_CAPACITY = 256;
/** A timer for each machine of 65,536 is more than any Pi has lines for. */
const MAX_TIMERS = 65_536;

type Expired = (now: Millis) => void;

export class TimingWheel implements Timers {
  #now: Millis;
  /** Ends of each slot's list, and of DUE. */
  readonly #head = new Int32Array(SLOTS + 1).fill(NONE);
  readonly #tail = new Int32Array(SLOTS + 1).fill(NONE);
  /** Bit n: slot n has a timer. */
  readonly #occupied = new Int32Array(SLOTS / 32);
  // One element a timer: when, its neighbours, and the list it is in.
  #at = new Float64Array(FIRST_CAPACITY);
  #next = new Int32Array(FIRST_CAPACITY);
  #previous = new Int32Array(FIRST_CAPACITY);
  #list = new Int32Array(FIRST_CAPACITY);
  readonly #expired: (Expired | undefined)[] = [];
  readonly #free: number[] = [];
  #count = 0;
  #running = 0;
  /** What nextExpiry() found last, until something before it changes. */
  #earliest: Millis = Number.POSITIVE_INFINITY;
  #earliestKnown = true;

  /** `now` may be any number of milliseconds; time only goes on from there. */
  constructor(now: Millis) {
    this.#now = now;
  }

  create(expired: Expired): number {
    const timer = this.#free.pop() ?? this.#expired.length;
    assert(timer < MAX_TIMERS, 'too many timers');
    if (timer === this.#at.length) this.#grow();
    this.#expired[timer] = expired;
    this.#list[timer] = NONE;
    this.#count++;
    return timer;
  }

  set(timer: number, at: Millis): void {
    assert(this.#expired[timer] !== undefined, 'no such timer');
    assert(!Number.isNaN(at), 'a timer needs a time');
    this.#stop(timer);
    if (at === Number.POSITIVE_INFINITY) return;
    const due = Math.max(at, this.#now);
    this.#at[timer] = due;
    this.#link(timer, slotOf(due));
    this.#running++;
    if (due < this.#earliest) this.#earliest = due;
  }

  destroy(timer: number): void {
    assert(this.#expired[timer] !== undefined, 'no such timer');
    this.#stop(timer);
    this.#expired[timer] = undefined;
    this.#free.push(timer);
    this.#count--;
  }

  count(): number {
    return this.#count;
  }

  running(): number {
    return this.#running;
  }

  /** When advance() has something to do next; Infinity when no timer runs. */
  nextExpiry(): Millis {
    if (!this.#earliestKnown) {
      const timer = this.#first();
      this.#earliest = timer === NONE ? Number.POSITIVE_INFINITY : this.#time(timer);
      this.#earliestKnown = true;
    }
    return this.#earliest;
  }

  /**
   * Expires whatever is due, in order of time. What a callback sets for now or earlier waits for
   * the next call, so a turn always ends; what it stops or destroys does not expire any more.
   */
  advance(now: Millis): void {
    assert(now >= this.#now, 'time went backwards');
    while (this.nextExpiry() <= now) {
      const timer = this.#first();
      this.#now = this.#time(timer); // so that the search begins there
      this.#unlink(timer);
      this.#link(timer, DUE);
    }
    this.#now = now;
    for (;;) {
      const timer = this.#head[DUE] ?? NONE;
      if (timer === NONE) return;
      this.#unlink(timer);
      this.#running--;
      this.#expired[timer]?.(now);
    }
  }

  /** The earliest timer: the head of the first slot from now on that is of this round. */
  #first(): number {
    let best = NONE;
    if (this.#running === 0) return best;
    const from = slotOf(this.#now);
    const thisRoundEnds = (Math.floor(this.#now / TICK_MS) + SLOTS) * TICK_MS;
    for (let seen = 0; seen < SLOTS; ) {
      const slot = (from + seen) & (SLOTS - 1);
      const bits = (this.#occupied[slot >> 5] ?? 0) >>> (slot & 31);
      if (bits === 0) {
        seen += 32 - (slot & 31);
        continue;
      }
      const skip = 31 - Math.clz32(bits & -bits);
      seen += skip;
      if (seen >= SLOTS) break;
      const head = this.#head[slot + skip] ?? NONE;
      if (this.#time(head) < thisRoundEnds) return head;
      if (best === NONE || this.#time(head) < this.#time(best)) best = head;
      seen++;
    }
    return best;
  }

  #time(timer: number): Millis {
    return this.#at[timer] ?? Number.POSITIVE_INFINITY;
  }

  #stop(timer: number): void {
    if (this.#list[timer] === NONE) return;
    this.#unlink(timer);
    this.#running--;
  }

  /** After those of the same time, so that equals expire in the order they were set. */
  #link(timer: number, list: number): void {
    let after = this.#tail[list] ?? NONE;
    const at = this.#time(timer);
    while (after !== NONE && this.#time(after) > at) after = this.#previous[after] ?? NONE;
    const before = after === NONE ? (this.#head[list] ?? NONE) : (this.#next[after] ?? NONE);
    this.#previous[timer] = after;
    this.#next[timer] = before;
    if (after === NONE) this.#head[list] = timer;
    else this.#next[after] = timer;
    if (before === NONE) this.#tail[list] = timer;
    else this.#previous[before] = timer;
    this.#list[timer] = list;
    if (list !== DUE) this.#occupied[list >> 5] = (this.#occupied[list >> 5] ?? 0) | bitOf(list);
  }

  #unlink(timer: number): void {
    const list = this.#list[timer] ?? NONE;
    const after = this.#previous[timer] ?? NONE;
    const before = this.#next[timer] ?? NONE;
    if (after === NONE) this.#head[list] = before;
    else this.#next[after] = before;
    if (before === NONE) this.#tail[list] = after;
    else this.#previous[before] = after;
    this.#list[timer] = NONE;
    if (list === DUE) return;
    if (this.#head[list] === NONE) {
      this.#occupied[list >> 5] = (this.#occupied[list >> 5] ?? 0) & ~bitOf(list);
    }
    if (this.#time(timer) <= this.#earliest) this.#earliestKnown = false;
  }

  #grow(): void {
    const capacity = this.#at.length * 2;
    this.#at = copyInto(new Float64Array(capacity), this.#at);
    this.#next = copyInto(new Int32Array(capacity), this.#next);
    this.#previous = copyInto(new Int32Array(capacity), this.#previous);
    this.#list = copyInto(new Int32Array(capacity), this.#list);
  }
}

/** Right for any whole number of ticks that a double holds: `&` takes it modulo 2^32. */
const slotOf = (at: Millis): number => Math.floor(at / TICK_MS) & (SLOTS - 1);

const bitOf = (slot: number): number => 1 << (slot & 31);

function copyInto<T extends Float64Array | Int32Array>(larger: T, from: T): T {
  larger.set(from);
  return larger;
}
