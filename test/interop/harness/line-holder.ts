/**
 * A program of its own that joins pairs of ptys, so that what the runner does never delays a line.
 * When either end of a pair is closed by its last user, both hang up, as a line does: socat would
 * keep the ends open itself. Takes its orders from the runner by messages, ends with it.
 */
import { constants, openSync, rmSync, symlinkSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import koffi from 'koffi';

const TIOCGPTN = 0x80045430;
const TIOCSPTLCK = 0x40045431;
const TERMIOS_OCTETS = 64; // 60 on 64-bit Linux

export interface LineOrder {
  readonly order: 'connect' | 'cut';
  readonly near: string;
  readonly far: string;
}

export interface LineNotice {
  readonly notice: 'up' | 'gone';
  readonly far: string;
}

const libc = koffi.load(null);
const ioctl = libc.func('int ioctl(int, unsigned long, void *)');
const tcgetattr = libc.func('int tcgetattr(int, void *)');
const tcsetattr = libc.func('int tcsetattr(int, int, void *)');
const cfmakeraw = libc.func('void cfmakeraw(void *)');

interface Pair {
  readonly order: LineOrder;
  readonly streams: readonly ReadStream[];
}

const pairs = new Map<string, Pair>();

/** @returns the master's file descriptor; its slave, raw, is linked as `path` */
function makePty(path: string): number {
  const fd = openSync('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY);
  const number = Buffer.alloc(4);
  const settings = Buffer.alloc(TERMIOS_OCTETS);
  // On a master these speak of the slave, so that it need not be opened, and closed again, for it.
  ioctl(fd, TIOCSPTLCK, number);
  ioctl(fd, TIOCGPTN, number);
  tcgetattr(fd, settings);
  cfmakeraw(settings);
  tcsetattr(fd, 0, settings);
  rmSync(path, { force: true });
  symlinkSync(`/dev/pts/${number.readUInt32LE(0)}`, path);
  return fd;
}

function connect(order: LineOrder): void {
  const near = new ReadStream(makePty(order.near));
  const far = new ReadStream(makePty(order.far));
  const pair = { order, streams: [near, far] };
  pairs.set(order.far, pair);
  join(near, far, pair);
  join(far, near, pair);
  tell({ notice: 'up', far: order.far });
}

function join(from: ReadStream, to: ReadStream, pair: Pair): void {
  const gone = (): void => cut(pair);
  from.on('data', (octets) => {
    if (to.write(octets)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
  from.on('error', gone);
  from.on('close', gone);
}

function cut(pair: Pair): void {
  const { order } = pair;
  if (pairs.get(order.far) !== pair) return;
  pairs.delete(order.far);
  for (const path of [order.near, order.far]) rmSync(path, { force: true });
  for (const stream of pair.streams) stream.destroy();
  tell({ notice: 'gone', far: order.far });
}

function tell(notice: LineNotice): void {
  process.send?.(notice);
}

process.on('message', (message: LineOrder) => {
  const pair = pairs.get(message.far);
  if (message.order === 'connect') connect(message);
  else if (pair !== undefined) cut(pair);
  else tell({ notice: 'gone', far: message.far });
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined); // a ^C is the runner's to handle
