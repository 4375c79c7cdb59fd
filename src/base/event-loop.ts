/** What a device asks of the scheduler's turn, and what it is told there. */
import type { Millis } from './machine.ts';

/** Bits of readiness, as epoll numbers them. Error and Hangup are told whether asked for or not. */
export const Ready = Object.freeze({ In: 1, Out: 4, Error: 8, Hangup: 16 } as const);

export interface ReadyPort {
  /** At most one budget's worth of work: what is left makes the port ready again next turn. */
  ready(events: number, now: Millis): void;
}

/** The one loop, seen by a device. */
export interface EventLoop {
  /** @returns the watch, for rewatch() and unwatch() */
  watch(fd: number, events: number, port: ReadyPort): number;
  rewatch(watch: number, events: number): void;
  /** Call it before the fd is closed. Nothing is told any more, not even of this turn. */
  unwatch(watch: number): void;
  /** Runs `work` as a task of the next turn: the only thing a callback of Node's may do. */
  post(work: (now: Millis) => void): void;
  /** A Node operation was begun in this turn: libuv must see it before we wait again. */
  startedNodeWork(): void;
}
