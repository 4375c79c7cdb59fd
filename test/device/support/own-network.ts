/** A network namespace for the thread that the tests run in: nothing of it is left behind. */
import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';

const CLONE_NEWNET = 0x40000000;
const libc = koffi.load(null);
const unshare = libc.func('int unshare(int)');
const setns = libc.func('int setns(int, int)');

export class OwnNetwork {
  readonly #before: number;

  private constructor(before: number) {
    this.#before = before;
  }

  /** @returns why there is none, where the system does not let us make one */
  static enter(): OwnNetwork | string {
    if (process.getuid?.() !== 0) return 'it needs root';
    const before = openSync('/proc/thread-self/ns/net', 'r');
    if (unshare(CLONE_NEWNET) === 0) return new OwnNetwork(before);
    closeSync(before);
    return 'the system makes no network namespace';
  }

  leave(): void {
    setns(this.#before, CLONE_NEWNET);
    closeSync(this.#before);
  }
}
