/** `%LINEPROTO-5-UPDOWN`, which IOS prints a second behind the event (LS-133, LD-016). */
import { type EventSink, log } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';

const SETTLE_MS: Millis = 1_000;
const NEVER = Number.POSITIVE_INFINITY;

export class LineProtocol {
  readonly #interfaceName: string;
  readonly #sink: EventSink;
  #shownUp = false;
  #wantedUp = false;
  #dueAt: Millis = NEVER;

  constructor(interfaceName: string, sink: EventSink) {
    this.#interfaceName = interfaceName;
    this.#sink = sink;
  }

  /** A change that is taken back within the second is never shown. */
  set(up: boolean, now: Millis): void {
    if (up === this.#wantedUp) return;
    this.#wantedUp = up;
    this.#dueAt = up === this.#shownUp ? NEVER : now + SETTLE_MS;
  }

  deadline(): Millis {
    return this.#dueAt;
  }

  timer(now: Millis): void {
    if (now < this.#dueAt) return;
    this.#dueAt = NEVER;
    this.#shownUp = this.#wantedUp;
    const state = this.#shownUp ? 'up' : 'down';
    const text = `Line protocol on Interface ${this.#interfaceName}, changed state to ${state}`;
    this.#sink(log('LINEPROTO', 5, 'UPDOWN', text));
  }
}
