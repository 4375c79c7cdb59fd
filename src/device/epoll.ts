/** Linux's epoll as the scheduler's poll (the shape of sched/poll.ts). Runs for every wake-up. */
import { RouterError } from '../base/router-error.ts';
import type { Arena } from './arena.ts';
import { close, Errno, epollCreate1, epollCtl, epollWait, errno, errnoName } from './ffi.ts';

const CLOEXEC = 0o2000000;
const ADD = 1;
const REMOVE = 2;
const MODIFY = 3;
/** One wait brings at most these; what else is ready comes first in the next. */
const MAX_EVENTS = 64;
/** struct epoll_event is packed on x64 only. In words of 4 octets: its size, and where data is. */
const EVENT_WORDS = process.arch === 'x64' ? 3 : 4;
const DATA_WORD = process.arch === 'x64' ? 1 : 2;

export class Epoll {
  readonly tokens = new Int32Array(MAX_EVENTS);
  readonly events = new Int32Array(MAX_EVENTS);
  readonly #arena: Arena;
  readonly #fd: number;
  readonly #changeAt: number;
  readonly #eventsAt: number;
  /** Addresses are constants of closures: as a field, each would be boxed anew for every call. */
  readonly #wait: (timeoutMs: number) => number;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#changeAt = arena.take(EVENT_WORDS * 4);
    this.#eventsAt = arena.take(MAX_EVENTS * EVENT_WORDS * 4);
    const fd = epollCreate1(CLOEXEC);
    if (fd < 0) throw refused('epoll_create1');
    const address = arena.address(this.#eventsAt);
    this.#fd = fd;
    this.#wait = (timeoutMs) => epollWait(fd, address, MAX_EVENTS, timeoutMs);
  }

  add(fd: number, events: number, token: number): void {
    this.#control(ADD, fd, events, token);
  }

  modify(fd: number, events: number, token: number): void {
    this.#control(MODIFY, fd, events, token);
  }

  remove(fd: number): void {
    this.#control(REMOVE, fd, 0, 0);
  }

  wait(timeoutMs: number): number {
    const count = this.#wait(timeoutMs);
    if (count < 0) {
      if (errno() === Errno.EINTR) return 0;
      throw refused('epoll_wait');
    }
    const { words } = this.#arena;
    let word = this.#eventsAt >> 2;
    for (let event = 0; event < count; event++) {
      this.events[event] = words[word] ?? 0;
      this.tokens[event] = words[word + DATA_WORD] ?? 0;
      word += EVENT_WORDS;
    }
    return count;
  }

  close(): void {
    close(this.#fd);
  }

  #control(operation: number, fd: number, events: number, token: number): void {
    const { words } = this.#arena;
    const word = this.#changeAt >> 2;
    words[word] = events;
    words[word + DATA_WORD] = token;
    words[word + DATA_WORD + 1] = 0;
    const address = this.#arena.address(this.#changeAt);
    if (epollCtl(this.#fd, operation, fd, address) < 0) throw refused('epoll_ctl');
  }
}

const refused = (call: string): RouterError =>
  new RouterError('POLL_FAILED', `${call}: ${errnoName(errno())}`);
