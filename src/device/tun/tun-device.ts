/**
 * A TUN device: a network interface of the kernel's whose cable ends here. Linux's
 * Documentation/networking/tuntap.rst. It lives as long as it is open; device/tun/ip-batch.ts gives
 * it its addresses and routes.
 */
import { constants, openSync } from 'node:fs';
import { RouterError } from '../../base/router-error.ts';
import type { Arena } from '../arena.ts';
import * as ffi from '../ffi.ts';
import { PacketFd } from './packet-fd.ts';

const CLONE_DEVICE = '/dev/net/tun';
const TUNSETIFF = 0x400454ca;
const IFF_TUN = 0x0001;
/** Packets as they are, with nothing in front. */
const IFF_NO_PI = 0x1000;
// struct ifreq: a name that ends with a zero, then the flags.
const IFREQ_OCTETS = 40;
const NAME_OCTETS = 16;
/** The kernel takes more; these are what ip-batch.ts may write into a line. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/;

export class TunDevice extends PacketFd {
  /** The interface's. */
  readonly name: string;

  /**
   * Makes the interface; it is down and has no address.
   * Throws a RouterError: TUN_MISSING, TUN_DENIED, TUN_NAME, TUN_IN_USE or TUN_FAILED.
   */
  constructor(arena: Arena, name: string, cloneDevice = CLONE_DEVICE) {
    super(arena, openTun(arena, name, cloneDevice));
    this.name = name;
  }
}

function openTun(arena: Arena, name: string, cloneDevice: string): number {
  if (!NAME.test(name)) throw new RouterError('TUN_NAME', `${name} is no name for an interface`);
  const fd = openClone(cloneDevice);
  const at = arena.take(IFREQ_OCTETS);
  for (let index = 0; index < name.length; index++) {
    arena.memory[at + index] = name.charCodeAt(index);
  }
  arena.words[(at + NAME_OCTETS) >> 2] = IFF_TUN | IFF_NO_PI;
  if (ffi.ioctl(fd, TUNSETIFF, arena.address(at)) === 0) return fd;
  const why = ffi.errno();
  ffi.close(fd);
  throw setError(why, name);
}

function openClone(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    switch (code) {
      case 'ENOENT':
      case 'ENODEV':
      case 'ENXIO':
        throw new RouterError('TUN_MISSING', `this kernel has no TUN: there is no ${path}`);
      case 'EACCES':
      case 'EPERM':
        throw new RouterError('TUN_DENIED', `${path}: we may not open it`);
      default:
        throw new RouterError('TUN_FAILED', `${path} cannot be opened: ${code}`);
    }
  }
}

function setError(why: number, name: string): RouterError {
  switch (why) {
    case ffi.Errno.EPERM:
      return new RouterError('TUN_DENIED', `TUN ${name}: it needs the right CAP_NET_ADMIN`);
    case ffi.Errno.EBUSY:
      return new RouterError('TUN_IN_USE', `TUN ${name} is in use by another program`);
    case ffi.Errno.EINVAL:
      return new RouterError('TUN_IN_USE', `TUN ${name}: another kind of interface is called so`);
    default:
      return new RouterError('TUN_FAILED', `TUN ${name}: ${ffi.errnoName(why)}`);
  }
}
