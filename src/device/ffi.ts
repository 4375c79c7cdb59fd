/**
 * The system calls, all in this file so that node:ffi can take koffi's place one day. Addresses are
 * plain numbers; whoever calls on the steady path passes constants only, because a computed address
 * above 2^31 would be a new number on the heap each time.
 */
import koffi from 'koffi';
import { RouterError } from '../base/router-error.ts';

type Call = (...values: number[]) => number;

const program = koffi.load(null);
const INT = 'int';
const ADDRESS = 'uintptr_t';

/** Fixed arguments also for ioctl: on the ABIs of Linux it makes no difference. */
const bind = (name: string, result: string, ...values: string[]): Call =>
  program.func(name, result, values) as Call;

/** Each returns -1 for an error, which errno() then names. */
export const epollCreate1 = bind('epoll_create1', INT, INT);
export const epollCtl = bind('epoll_ctl', INT, INT, INT, INT, ADDRESS);
export const epollWait = bind('epoll_wait', INT, INT, ADDRESS, INT, INT);
export const readv = bind('readv', 'intptr_t', INT, ADDRESS, INT);
export const writev = bind('writev', 'intptr_t', INT, ADDRESS, INT);
export const recvmmsg = bind('recvmmsg', INT, INT, ADDRESS, 'uint', INT, ADDRESS);
export const sendmmsg = bind('sendmmsg', INT, INT, ADDRESS, 'uint', INT);
export const socket = bind('socket', INT, INT, INT, INT);
export const bindSocket = bind('bind', INT, INT, ADDRESS, 'uint');
export const getsockname = bind('getsockname', INT, INT, ADDRESS, ADDRESS);
export const setsockopt = bind('setsockopt', INT, INT, INT, INT, ADDRESS, 'uint');
export const ioctl = bind('ioctl', INT, INT, 'ulong', ADDRESS);
export const clockGettime = bind('clock_gettime', INT, INT, ADDRESS);
export const close = bind('close', INT, INT);

export const errno = (): number => koffi.errno();

/** Of errno, those that somebody tells apart. */
export const Errno = Object.freeze({
  EPERM: 1,
  EINTR: 4,
  EIO: 5,
  EAGAIN: 11,
  EACCES: 13,
  EBUSY: 16,
  EINVAL: 22,
  EPIPE: 32,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  EMSGSIZE: 90,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ENOBUFS: 105,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
} as const);

const NAMES = new Map(Object.entries(koffi.os.errno).map(([name, value]) => [value, name]));

export const errnoName = (value: number): string => NAMES.get(value) ?? `errno ${value}`;

/** The address of an ArrayBuffer's first octet; it must never be detached or grown. */
export const addressOf = (memory: ArrayBuffer): bigint => koffi.address(memory);

/** Node's own loop, and how long it may wait: made for programs that embed libuv. */
export const uvDefaultLoop = bind('uv_default_loop', ADDRESS);
export const uvBackendTimeout = bind('uv_backend_timeout', INT, ADDRESS);
const uvBackendFd = bind('uv_backend_fd', INT, ADDRESS);

/** The poll fd of Node's own loop: readable when Node has something to do. */
export function nodeLoopFd(): number {
  const fd = uvBackendFd(uvDefaultLoop());
  if (fd < 0) throw new RouterError('NO_LIBUV_FD', 'this Node does not tell the fd of its loop');
  return fd;
}
