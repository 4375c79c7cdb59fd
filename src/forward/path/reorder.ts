/**
 * Sequenced data that came before its turn waits a little for what was overtaken: RFC 2661 §5.4 has
 * lost ones never repeated, so the wait is short and bounded. Runs for messages with the S bit;
 * those in their turn pay a comparison. No allocation, no exception.
 */
import type { Millis } from '../../base/machine.ts';
import { type FramePool, SLOT_FRAME_OCTETS, SLOT_HEADROOM_OCTETS } from '../pool/frame-pool.ts';
import type { Session } from './session.ts';

/** One session's share of what is held. */
const HELD_PER_SESSION_MAX = 8;
/** Of all sessions together: as many slots of the pool are kept for it. */
export const REORDER_SLOTS = 64;
/** Longer than paths differ, shorter than a sender waits before it repeats. */
const HOLD_MS: Millis = 100;
const NONE = -1;

/** It is this frame's turn. memory[start, end) is the frame until this returns. */
type Deliver = (session: Session, start: number, end: number) => void;

export class Reorder {
  readonly #pool: FramePool;
  readonly #memory: Uint8Array;
  readonly #deliver: Deliver;
  /** Entry by entry; those of a session are linked in the order of Ns, the free ones anyhow. */
  readonly #sessions = Array.from({ length: REORDER_SLOTS }, (): Session | undefined => undefined);
  readonly #slots = new Int32Array(REORDER_SLOTS);
  readonly #ends = new Int32Array(REORDER_SLOTS);
  readonly #ns = new Int32Array(REORDER_SLOTS);
  readonly #next = Int32Array.from({ length: REORDER_SLOTS }, (_, entry) =>
    entry + 1 < REORDER_SLOTS ? entry + 1 : NONE,
  );
  /** When it came; doubles, since a clock that ran for weeks is beyond 31 bits. */
  readonly #since = new Float64Array(REORDER_SLOTS);
  #free = 0;
  #count = 0;

  constructor(pool: FramePool, memory: Uint8Array, deliver: Deliver) {
    this.#pool = pool;
    this.#memory = memory;
    this.#deliver = deliver;
  }

  /** Frames held, of all sessions. */
  get count(): number {
    return this.#count;
  }

  /** A message with S came. */
  take(session: Session, ns: number, start: number, end: number, now: Millis): void {
    const ahead = session.ahead(ns);
    if (ahead === 0) {
      this.#pass(session, ns, start, end);
      return;
    }
    if (ahead < 0 || this.#isHeld(session, ns)) {
      session.owner.countLate();
      return;
    }
    const { serial } = session;
    while (!this.#hasRoom(session) && this.#isBehindFirst(session, ns)) this.#releaseRun(session);
    if (session.serial !== serial || !session.isBound) session.owner.countUnbound();
    else if (session.ahead(ns) === 0 || !this.#hold(session, ns, start, end, now)) {
      this.#pass(session, ns, start, end);
    }
  }

  /** One without S: whatever is held came before it, and nothing says what is missing. */
  bypass(session: Session, start: number, end: number): void {
    const { serial } = session;
    while (session.firstHeld !== NONE) this.#releaseFirst(session);
    if (session.serial !== serial || !session.isBound) session.owner.countUnbound();
    else this.#deliver(session, start, end);
  }

  /** Nothing waits any longer than it may. */
  expire(now: Millis): void {
    for (let entry = 0; this.#count > 0 && entry < REORDER_SLOTS; entry++) {
      for (;;) {
        const session = this.#sessions[entry];
        if (session === undefined || now - (this.#since[entry] ?? 0) < HOLD_MS) break;
        this.#releaseRun(session);
      }
    }
  }

  /** When expire() has something to do; Infinity while nothing is held. */
  deadline(): Millis {
    let first = Number.POSITIVE_INFINITY;
    if (this.#count === 0) return first;
    for (let entry = 0; entry < REORDER_SLOTS; entry++) {
      if (this.#sessions[entry] === undefined) continue;
      first = Math.min(first, (this.#since[entry] ?? 0) + HOLD_MS);
    }
    return first;
  }

  /** The session is over. */
  drop(session: Session): void {
    while (session.firstHeld !== NONE) {
      this.#pool.give(this.#unlinkFirst(session));
      session.owner.countUnbound();
    }
  }

  /** This one now, whatever is missing before it, and those that it was all they waited for. */
  #pass(session: Session, ns: number, start: number, end: number): void {
    this.#skipTo(session, ns);
    this.#deliver(session, start, end);
    this.#releaseReady(session);
  }

  #releaseRun(session: Session): void {
    this.#releaseFirst(session);
    this.#releaseReady(session);
  }

  #releaseReady(session: Session): void {
    while (session.firstHeld !== NONE && session.ahead(this.#ns[session.firstHeld] ?? 0) === 0) {
      this.#releaseFirst(session);
    }
  }

  /** The session may be over when this returns: whoever gets the frame may end it. */
  #releaseFirst(session: Session): void {
    const entry = session.firstHeld;
    const end = this.#ends[entry] ?? 0;
    this.#skipTo(session, this.#ns[entry] ?? 0);
    const slot = this.#unlinkFirst(session);
    this.#deliver(session, slot + SLOT_HEADROOM_OCTETS, end);
    this.#pool.give(slot);
  }

  #skipTo(session: Session, ns: number): void {
    const missing = session.ahead(ns);
    if (missing > 0) session.owner.countLost(missing);
    session.passed(ns);
  }

  #hasRoom(session: Session): boolean {
    return session.held < HELD_PER_SESSION_MAX && this.#free !== NONE;
  }

  #isBehindFirst(session: Session, ns: number): boolean {
    const first = session.firstHeld;
    return first !== NONE && session.ahead(this.#ns[first] ?? 0) < session.ahead(ns);
  }

  #isHeld(session: Session, ns: number): boolean {
    let entry = session.firstHeld;
    while (entry !== NONE && this.#ns[entry] !== ns) entry = this.#next[entry] ?? NONE;
    return entry !== NONE;
  }

  /** @returns false when there is no room, or the frame is too long for a slot */
  #hold(session: Session, ns: number, start: number, end: number, now: Millis): boolean {
    if (!this.#hasRoom(session) || end - start > SLOT_FRAME_OCTETS) return false;
    const slot = this.#pool.take();
    if (slot < 0) return false;
    const to = slot + SLOT_HEADROOM_OCTETS;
    for (let at = start; at < end; at++) this.#memory[to + at - start] = this.#memory[at] ?? 0;
    const entry = this.#free;
    this.#free = this.#next[entry] ?? NONE;
    this.#sessions[entry] = session;
    this.#slots[entry] = slot;
    this.#ends[entry] = to + end - start;
    this.#ns[entry] = ns;
    this.#since[entry] = now;
    this.#link(session, entry);
    return true;
  }

  #link(session: Session, entry: number): void {
    const ahead = session.ahead(this.#ns[entry] ?? 0);
    let before = NONE;
    let after = session.firstHeld;
    while (after !== NONE && session.ahead(this.#ns[after] ?? 0) < ahead) {
      before = after;
      after = this.#next[after] ?? NONE;
    }
    this.#next[entry] = after;
    if (before === NONE) session.firstHeld = entry;
    else this.#next[before] = entry;
    session.held++;
    this.#count++;
  }

  /** @returns its slot, the caller's to give back */
  #unlinkFirst(session: Session): number {
    const entry = session.firstHeld;
    session.firstHeld = this.#next[entry] ?? NONE;
    session.held--;
    this.#count--;
    this.#sessions[entry] = undefined;
    this.#next[entry] = this.#free;
    this.#free = entry;
    return this.#slots[entry] ?? NONE;
  }
}
