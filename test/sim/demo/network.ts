/**
 * Where the two routers live. As root: a network namespace of their own, with the seed's addresses
 * and a real TUN device. Else: the loopback of this machine, and a simulated host behind the LNS.
 */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { parseIpv4 } from '../../../src/base/port.ts';
import type { Places } from './cast.ts';
import { CALLER_ADDRESS, LAC_ADDRESS, LNS_ADDRESS } from './cast.ts';
import type { Loop } from './loop.ts';
import { SimulatedHost } from './simulated-host.ts';

const L2TP_PORT = 1701;
const LOOPBACK = '127.0.0.1';

export interface Network {
  readonly places: Places;
  /** What stands in front of a router's command. */
  readonly enter: readonly string[];
  /** Absent where the TUN is real. */
  readonly host: SimulatedHost | undefined;
  /** For the user. */
  readonly told: readonly string[];
  /** Destinations of the routes to callers; undefined where there are none to be seen. */
  routes(): readonly string[] | undefined;
  close(): void;
}

export async function makeNetwork(loop: Loop, wantsTun: boolean): Promise<Network> {
  if (!wantsTun) return onLoopback(loop, 'as was asked for');
  if (process.getuid?.() !== 0) return onLoopback(loop, 'for a TUN device it takes root');
  if (!existsSync('/dev/net/tun')) return onLoopback(loop, 'there is no /dev/net/tun');
  try {
    return inNamespace();
  } catch (error) {
    const [why] = String(error instanceof Error ? error.message : error)
      .split('\n')
      .slice(-1);
    return onLoopback(loop, `no network namespace can be made: ${why}`);
  }
}

function inNamespace(): Network {
  const name = `pilac-demo-${process.pid}`;
  const inside = (...words: readonly string[]): string => ip('-n', name, ...words);
  ip('netns', 'add', name);
  const close = (): void => {
    ip('netns', 'del', name);
  };
  try {
    inside('link', 'set', 'dev', 'lo', 'up');
    for (const address of [LAC_ADDRESS, LNS_ADDRESS]) {
      inside('address', 'add', `${address}/32`, 'dev', 'lo');
    }
    // Also shows whether this kernel has TUN devices for us.
    inside('tuntap', 'add', 'dev', 'probe', 'mode', 'tun');
    inside('tuntap', 'del', 'dev', 'probe', 'mode', 'tun');
  } catch (error) {
    close();
    throw error;
  }
  return {
    places: {
      lac: { address: LAC_ADDRESS, port: L2TP_PORT },
      lns: { address: LNS_ADDRESS, port: L2TP_PORT },
    },
    enter: ['ip', 'netns', 'exec', name],
    host: undefined,
    told: [
      `both in the network namespace ${name}; the LNS has a TUN device of its own there`,
      `try it from there: ip netns exec ${name} ping ${CALLER_ADDRESS}`,
    ],
    routes: () =>
      inside('-o', 'route', 'show')
        .split('\n')
        .flatMap((line) => line.split(' ')[0] ?? []),
    close,
  };
}

async function onLoopback(loop: Loop, why: string): Promise<Network> {
  const [lac = 0, lns = 0] = await freePorts(2);
  return {
    places: { lac: { address: LOOPBACK, port: lac }, lns: { address: LOOPBACK, port: lns } },
    enter: [],
    host: new SimulatedHost(loop, parseIpv4(LNS_ADDRESS) ?? 0),
    told: [`both on ${LOOPBACK}; behind the LNS a simulated host: ${why}`],
    routes: () => undefined,
    close: () => undefined,
  };
}

/** Held all at once, so that none comes twice. */
async function freePorts(count: number): Promise<readonly number[]> {
  const sockets = Array.from({ length: count }, () => createSocket('udp4').bind(0, LOOPBACK));
  await Promise.all(sockets.map((socket) => once(socket, 'listening')));
  const ports = sockets.map((socket) => socket.address().port);
  await Promise.all(
    sockets.map((socket) => {
      const closed = once(socket, 'close');
      socket.close();
      return closed;
    }),
  );
  return ports;
}

const ip = (...words: readonly string[]): string =>
  execFileSync('ip', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
