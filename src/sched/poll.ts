/**
 * The system's readiness poll as the scheduler uses it; device/epoll.ts is one, tests have another.
 */

export interface Poll {
  /** Event i of the last wait(): whose it is, and its Ready bits. */
  readonly tokens: Int32Array;
  readonly events: Int32Array;
  add(fd: number, events: number, token: number): void;
  modify(fd: number, events: number, token: number): void;
  remove(fd: number): void;
  /** Waits at most `timeoutMs`; 0 only looks. @returns how many events there are */
  wait(timeoutMs: number): number;
}
