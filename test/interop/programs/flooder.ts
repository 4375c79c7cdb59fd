/**
 * A program of its own: many datagrams to one UDP port, from many addresses and ports, at a steady
 * rate. Half is junk, half is made up to look like L2TP: SCCRQs above all, which anybody can forge.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { randomOf } from '../harness/random.ts';
import {
  avp,
  CDN,
  controlMessage,
  HELLO,
  ICRQ,
  SCCCN,
  SCCRQ,
  STOPCCN,
  split,
} from '../peers/l2tp.ts';

interface Parameters {
  readonly lns: string;
  readonly port: number;
  /** Of a LAC that the LNS knows. */
  readonly hostName: string;
  /** Where that LAC is. */
  readonly lac: string;
  readonly junk: number;
  readonly perSecond: number;
  readonly seed: number;
}

const SOCKETS = 200;
/** Each fourth is at the address of a LAC that has calls up. */
const OF_LAC = 4;
/** What comes over a wire comes one after the other: never many in one instant. */
const GAP_MS = 0.1;
const JUNK_OCTETS = 1400;
const WINDOW = 800;

const parameters = JSON.parse(process.argv[2] ?? '{}') as Parameters;
const random = randomOf(parameters.seed);
const below = (limit: number): number => Math.floor(random() * limit);
const octets = (count: number): number[] => Array.from({ length: count }, () => below(256));

async function openSocket(at: number): Promise<Socket> {
  const socket = createSocket('udp4');
  const address =
    at % OF_LAC === 0 ? parameters.lac : `127.${octets(2).join('.')}.${1 + below(250)}`;
  socket.bind(0, address);
  await once(socket, 'listening');
  // Answers that nobody wants: they must not become work of ours.
  socket.on('error', () => undefined);
  return socket;
}

/** An SCCRQ whose fields are in order, of the LAC's name or of anybody's. */
function forgedSccrq(): Uint8Array {
  const name = below(4) === 0 ? `lac-${below(1000)}` : parameters.hostName;
  const avps = [
    avp(0, split(SCCRQ)),
    avp(2, [1, 0]),
    avp(3, [0, 0, 0, 3]),
    avp(7, [...Buffer.from(name)]),
    avp(9, split(1 + below(0xfffe))),
    avp(10, split(WINDOW)),
    avp(11, octets(16)),
  ];
  return controlMessage({ tunnel: 0, session: 0, ns: 0, nr: 0 }, avps.flat());
}

/** Any message, for a tunnel and a session that it guesses. */
function stray(): Uint8Array {
  const types = [SCCCN, STOPCCN, HELLO, ICRQ, CDN];
  const type = types[below(types.length)] ?? HELLO;
  const body = [avp(0, split(type)), avp(9, split(below(0x10000))), avp(1, split(1))].flat();
  const numbers = { tunnel: below(0x10000), session: below(0x10000), ns: below(4), nr: below(4) };
  return controlMessage(numbers, body);
}

/** Data for a session that it guesses. */
const data = (): Uint8Array =>
  Uint8Array.from([0, 2, ...octets(4), 0xff, 3, 0, 0x21, ...octets(40)]);

function damaged(whole: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(whole);
  copy[below(copy.length)] = below(256);
  return copy.subarray(0, below(2) === 0 ? copy.length : below(copy.length));
}

function next(): Uint8Array {
  switch (below(10)) {
    case 0:
    case 1:
    case 2:
      return forgedSccrq();
    case 3:
      return damaged(forgedSccrq());
    case 4:
      return stray();
    case 5:
      return data();
    default:
      return Uint8Array.from(octets(below(below(8) === 0 ? JUNK_OCTETS : 64)));
  }
}

const sockets: Socket[] = [];
for (let at = 0; at < SOCKETS; at++) sockets.push(await openSocket(at));
/** Made beforehand: the flood is as cheap as it can be. */
const variety = Array.from({ length: 10_000 }, next);
process.stdout.write('READY\n');
await once(process.stdin, 'data');
const { junk, perSecond, port, lns } = parameters;
/** Timers count whole milliseconds; this sleeps for less. */
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const turnOfLoop = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
const begun = performance.now();
for (let sent = 0; sent < junk; ) {
  const due = Math.min(junk, ((performance.now() - begun) / 1000) * perSecond);
  for (; sent < due; sent++) {
    const datagram = variety[sent % variety.length];
    const socket = sockets[below(SOCKETS)];
    if (datagram !== undefined) socket?.send(datagram, port, lns, () => undefined);
  }
  Atomics.wait(sleeper, 0, 0, GAP_MS);
  await turnOfLoop();
}
process.exit(0);
