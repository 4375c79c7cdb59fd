/** A pty pair made by hand: the master is the far end of the cable, the slave the line's device. */
import * as fs from 'node:fs';
import type { Arena } from '../../../src/device/arena.ts';
import { ioctl } from '../../../src/device/ffi.ts';

const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;

export class Pty {
  readonly fd: number;
  /** The slave's device. */
  readonly path: string;

  constructor(arena: Arena) {
    const { O_RDWR, O_NOCTTY, O_NONBLOCK } = fs.constants;
    this.fd = fs.openSync('/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK);
    const word = arena.take(4);
    ioctl(this.fd, TIOCSPTLCK, arena.address(word));
    ioctl(this.fd, TIOCGPTN, arena.address(word));
    this.path = `/dev/pts/${arena.words[word >> 2]}`;
  }

  /** @returns octets taken; 0 when the pty is full */
  write(octets: Uint8Array): number {
    return this.#orNone(() => fs.writeSync(this.fd, octets));
  }

  /** @returns what has come, at most 64 KB; nothing, too, when no one is at the other end */
  read(): Uint8Array {
    const octets = new Uint8Array(65_536);
    return octets.subarray(
      0,
      this.#orNone(() => fs.readSync(this.fd, octets)),
    );
  }

  close(): void {
    fs.closeSync(this.fd);
  }

  #orNone(call: () => number): number {
    try {
      return call();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'EAGAIN' || code === 'EIO') return 0;
      throw error;
    }
  }
}
