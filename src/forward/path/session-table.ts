/**
 * [our tunnelId, our sessionId] to whose session it is: open addressing, fixed, read once per
 * datagram.
 */
import { assert } from '../../base/assert.ts';

const EMPTY = -1;
/** Spreads neighbouring ids over the table; prime, and the product stays within 31 bits. */
const SPREAD = 31;

export class SessionTable {
  readonly #tunnelIds: Uint16Array;
  readonly #sessionIds: Uint16Array;
  readonly #values: Int32Array;
  readonly #mask: number;
  readonly #limit: number;
  #count = 0;

  constructor(maxSessions: number) {
    let places = 4;
    while (places < 2 * maxSessions) places *= 2; // half empty: a search is short, and ends
    this.#tunnelIds = new Uint16Array(places);
    this.#sessionIds = new Uint16Array(places);
    this.#values = new Int32Array(places).fill(EMPTY);
    this.#mask = places - 1;
    this.#limit = maxSessions;
  }

  get count(): number {
    return this.#count;
  }

  /** @returns the session's index, -1 when there is no such session */
  find(tunnelId: number, sessionId: number): number {
    return this.#values[this.#placeOf(tunnelId, sessionId)] ?? EMPTY;
  }

  add(tunnelId: number, sessionId: number, value: number): void {
    assert(this.#count < this.#limit, 'the session table is full');
    const place = this.#placeOf(tunnelId, sessionId);
    assert(this.#values[place] === EMPTY, 'a session was bound twice');
    this.#put(place, tunnelId, sessionId, value);
    this.#count++;
  }

  delete(tunnelId: number, sessionId: number): void {
    let hole = this.#placeOf(tunnelId, sessionId);
    assert(this.#values[hole] !== EMPTY, 'a session that was never bound');
    this.#count--;
    // Whoever stands behind the hole and would no longer be found moves into it.
    for (let place = this.#after(hole); this.#values[place] !== EMPTY; place = this.#after(place)) {
      const tunnel = this.#tunnelIds[place] ?? 0;
      const session = this.#sessionIds[place] ?? 0;
      const home = this.#home(tunnel, session);
      if (((place - home) & this.#mask) < ((place - hole) & this.#mask)) continue;
      this.#put(hole, tunnel, session, this.#values[place] ?? EMPTY);
      hole = place;
    }
    this.#values[hole] = EMPTY;
  }

  #put(place: number, tunnelId: number, sessionId: number, value: number): void {
    this.#tunnelIds[place] = tunnelId;
    this.#sessionIds[place] = sessionId;
    this.#values[place] = value;
  }

  #home(tunnelId: number, sessionId: number): number {
    return (tunnelId * SPREAD + sessionId) & this.#mask;
  }

  #after(place: number): number {
    return (place + 1) & this.#mask;
  }

  /** Where the pair stands, or the free place where it would. */
  #placeOf(tunnelId: number, sessionId: number): number {
    let place = this.#home(tunnelId, sessionId);
    while (
      this.#values[place] !== EMPTY &&
      (this.#tunnelIds[place] !== tunnelId || this.#sessionIds[place] !== sessionId)
    ) {
      place = this.#after(place);
    }
    return place;
  }
}
