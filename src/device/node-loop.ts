/**
 * Node's own event loop, libuv's, asked the two things that a program which embeds it must know.
 */
import type { Millis } from '../base/machine.ts';
import { nodeLoopFd, uvBackendTimeout, uvDefaultLoop } from './ffi.ts';

const LONGEST_INTERVAL_MS = 0x7fff_ffff;

const nothing = (): void => undefined;

export class NodeLoop {
  /** Readable when the kernel has something for Node. */
  readonly fd = nodeLoopFd();
  readonly #loop = uvDefaultLoop();
  /**
   * Without a handle of its own libuv always says that it wants to run: there is then nothing to
   * wait for, and it would be done.
   */
  readonly #handle = setInterval(nothing, LONGEST_INTERVAL_MS);

  /**
   * How soon Node must run whatever its fd says: 0 for at once (it has begun what the kernel does
   * not know of yet, or has callbacks due), a time for its timers, Infinity for not at all.
   */
  timeoutMs(): Millis {
    // The immediate that we are called from counts until all of its batch have run; making another
    // and taking it back has Node count again.
    clearImmediate(setImmediate(nothing));
    const timeoutMs = uvBackendTimeout(this.#loop);
    return timeoutMs < 0 ? Number.POSITIVE_INFINITY : timeoutMs;
  }

  /** Lets the program end when nothing else is left. */
  close(): void {
    clearInterval(this.#handle);
  }
}
