/**
 * One serial line: opened and opened again for as long as it lives, read and written by the
 * scheduler, hung up by DTR or, where there are no modem lines, by closing the device.
 */
import type { EventLoop, ReadyPort } from '../../base/event-loop.ts';
import { Ready } from '../../base/event-loop.ts';
import type { Millis } from '../../base/machine.ts';
import type { LinePort } from '../../base/port.ts';
import { OctetRing } from '../../base/ring.ts';
import { RouterError } from '../../base/router-error.ts';
import type { Timers } from '../../base/timers.ts';
import type { Arena } from '../arena.ts';
import { type OpenPort, openPort, type PortOpener, type SerialOptions } from './open-port.ts';
import { Reopen } from './reopen.ts';
import { GONE, Tty } from './tty.ts';

/** What one line may read in a turn; the others have theirs in the same one. */
const READ_BUDGET_OCTETS = 4096;
const RX_RING_OCTETS = 8192;
/** Holds the 100 ms that the forwarding plane admits, twice over, up to 500 kbit/s. */
const TX_RING_OCTETS = 16_384;
const FAST_TX_RING_OCTETS = 65_536;
const FAST_BPS = 500_000;
/** V.24 asks a modem to hang up when DTR is off for 50 ms or so; every modem takes a second. */
const DTR_OFF_MS: Millis = 1_000;

/** All are told within a turn of the scheduler's. */
export interface SerialEvents {
  /** The line is open and nobody is on it: after each opening, and after hangUp(). */
  opened(now: Millis): void;
  /** `rx` has more than before. */
  readable(now: Millis): void;
  /** The device, or whoever was at its other end, is gone. It will be opened again. */
  lost(now: Millis, why: string): void;
  openFailed(now: Millis, error: RouterError, retryInMs: Millis): void;
}

export interface SerialCounters {
  rxOctets: number;
  txOctets: number;
  /** Times that the line was lost, and that it could not be opened. */
  lost: number;
  openFailures: number;
}

type State = 'closed' | 'open' | 'hanging-up';

export class SerialLine implements LinePort, ReadyPort {
  readonly rx: OctetRing;
  readonly tx: OctetRing;
  readonly counters: SerialCounters = { rxOctets: 0, txOctets: 0, lost: 0, openFailures: 0 };
  readonly options: SerialOptions;
  readonly #tty: Tty;
  readonly #loop: EventLoop;
  readonly #timers: Timers;
  readonly #events: SerialEvents;
  readonly #opener: PortOpener;
  readonly #reopen: Reopen;
  readonly #dtrTimer: number;
  #state: State = 'closed';
  #port: OpenPort | undefined;
  #watch = 0;
  #wantsFlush = false;
  /** The kernel takes no more: told by EPOLLOUT when it does. */
  #isBlocked = false;
  #isShut = false;

  constructor(
    arena: Arena,
    loop: EventLoop,
    timers: Timers,
    options: SerialOptions,
    events: SerialEvents,
    opener: PortOpener = openPort,
    ttyOf = (rx: OctetRing, tx: OctetRing): Tty => new Tty(arena, rx, tx),
  ) {
    this.options = options;
    this.rx = new OctetRing(arena.memory, arena.take(RX_RING_OCTETS, 64), RX_RING_OCTETS);
    const txOctets = options.speedBps > FAST_BPS ? FAST_TX_RING_OCTETS : TX_RING_OCTETS;
    this.tx = new OctetRing(arena.memory, arena.take(txOctets, 64), txOctets);
    this.#tty = ttyOf(this.rx, this.tx);
    this.#loop = loop;
    this.#timers = timers;
    this.#events = events;
    this.#opener = opener;
    this.#reopen = new Reopen(timers, () => this.#beginOpen());
    this.#dtrTimer = timers.create((now) => this.#dtrOn(now));
  }

  isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Begins to open the device; opened() or openFailed() follows, for as long as it lives. */
  open(): void {
    this.#reopen.start();
  }

  queuedOctets(): number {
    return this.#state === 'open' ? this.#tty.queuedOctets() : 0;
  }

  wantFlush(): void {
    this.#wantsFlush = true;
  }

  /** At the end of every turn. */
  flush(): void {
    if (!this.#wantsFlush || this.#isBlocked) return;
    this.#wantsFlush = false;
    if (this.#state === 'open') this.#write();
  }

  ready(events: number, now: Millis): void {
    if ((events & Ready.Out) !== 0) this.#write();
    if ((events & ~Ready.Out) !== 0) this.#read(events, now);
  }

  /** Ends the call that is on the line; opened() tells when the next may come. */
  hangUp(now: Millis): void {
    if (this.#state !== 'open') return;
    this.#write(); // the last words, as far as the kernel takes them
    if (!this.#tty.hasModemLines()) {
      void this.#release();
      this.#reopen.failed(now);
      return;
    }
    this.#state = 'hanging-up';
    this.rx.clear();
    this.#tty.setDtr(false);
    this.#timers.set(this.#dtrTimer, now + DTR_OFF_MS);
  }

  /** For good, at the end of the program. Does not wait for a device that takes no octets. */
  shut(): Promise<void> {
    if (this.#isShut) return Promise.resolve();
    this.#isShut = true;
    this.#reopen.stop();
    this.#timers.destroy(this.#dtrTimer);
    if (this.#port === undefined) return Promise.resolve();
    if (this.#state === 'open') this.#write();
    if (this.#tty.hasModemLines()) this.#tty.discard(); // a close would wait up to 30 s for them
    return this.#release();
  }

  #beginOpen(): void {
    const { options } = this;
    this.#opener(options).then(
      (port) => this.#loop.post((now) => this.#opened(port, now)),
      (error: unknown) => this.#loop.post((now) => this.#openFailed(error, now)),
    );
    this.#loop.startedNodeWork();
  }

  #opened(port: OpenPort, now: Millis): void {
    if (this.#isShut) {
      void this.#closePort(port);
      return;
    }
    this.#port = port;
    this.#tty.attach(port.fd);
    this.#watch = this.#loop.watch(port.fd, Ready.In, this);
    this.#reopen.opened(now);
    this.#begin(now);
  }

  #openFailed(error: unknown, now: Millis): void {
    if (!(error instanceof RouterError)) throw error;
    if (this.#isShut) return;
    this.counters.openFailures++;
    this.#events.openFailed(now, error, this.#reopen.failed(now));
  }

  /** Nothing of one call reaches the next. */
  #begin(now: Millis): void {
    this.#tty.discard();
    this.#forget();
    this.#state = 'open';
    this.#events.opened(now);
  }

  #dtrOn(now: Millis): void {
    this.#tty.setDtr(true);
    this.#begin(now);
  }

  #read(events: number, now: Millis): void {
    // A full ring is the forwarding plane's to empty in this turn; we are told again in the next.
    if (this.rx.free() === 0) return;
    const octets = this.#tty.read(READ_BUDGET_OCTETS);
    if (octets > 0) {
      this.counters.rxOctets += octets;
      this.#reopen.proven();
      if (this.#state === 'open') this.#events.readable(now);
      else this.rx.clear();
      return;
    }
    const isHungUp = (events & (Ready.Hangup | Ready.Error)) !== 0;
    if (octets === GONE || isHungUp) this.#lose(now, isHungUp ? 'hung up' : 'device failed');
  }

  #write(): void {
    const { tx } = this;
    if (tx.count() > 0) {
      const octets = this.#tty.write();
      if (octets === GONE) {
        tx.clear(); // the poll tells of the loss itself, as a hang-up
      } else {
        this.counters.txOctets += octets;
      }
    }
    const isBlocked = tx.count() > 0;
    if (isBlocked === this.#isBlocked) return;
    this.#isBlocked = isBlocked;
    this.#loop.rewatch(this.#watch, isBlocked ? Ready.In | Ready.Out : Ready.In);
  }

  #lose(now: Millis, why: string): void {
    const wasOpen = this.#state === 'open';
    this.counters.lost++;
    this.#timers.set(this.#dtrTimer, Number.POSITIVE_INFINITY);
    void this.#release();
    this.#reopen.failed(now);
    if (wasOpen) this.#events.lost(now, why);
  }

  /** Closes the device; the state is then as if it had never been open. */
  #release(): Promise<void> {
    this.#state = 'closed';
    this.#forget();
    const port = this.#port;
    this.#port = undefined;
    if (port === undefined) return Promise.resolve();
    this.#loop.unwatch(this.#watch);
    this.#isBlocked = false;
    return this.#closePort(port);
  }

  #forget(): void {
    this.rx.clear();
    this.tx.clear();
    this.#wantsFlush = false;
  }

  /** Whatever close() says, the fd is gone. */
  #closePort(port: OpenPort): Promise<void> {
    this.#loop.startedNodeWork();
    return port.close().catch(() => undefined);
  }
}
