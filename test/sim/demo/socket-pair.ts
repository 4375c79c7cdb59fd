/** Two descriptors joined by the kernel, on which whole packets go both ways. unix(7) */
import koffi from 'koffi';
import { addressOf } from '../../../src/device/ffi.ts';

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;

const socketpair = koffi
  .load(null)
  .func('socketpair', 'int', ['int', 'int', 'int', 'uintptr_t']) as (
  ...values: (number | bigint)[]
) => number;

/** Neither blocks, and no child inherits one by chance. */
export function socketPair(): readonly [ours: number, theirs: number] {
  const fds = new Int32Array(new ArrayBuffer(8));
  const type = SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC;
  if (socketpair(AF_UNIX, type, 0, addressOf(fds.buffer)) !== 0) {
    throw new Error(`socketpair: error ${koffi.errno()}`);
  }
  const [ours = -1, theirs = -1] = fds;
  return [ours, theirs];
}
