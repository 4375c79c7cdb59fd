/**
 * Run by garbage.test.ts in a process of its own: frames go to and fro over loopback UDP, over a
 * packet descriptor and over a pty, through the real scheduler, and the growth of the heap is
 * printed in octets a frame, less what as many yields to Node make without any frame.
 */
import { Ready } from '../../../src/base/event-loop.ts';
import { OctetRing } from '../../../src/base/ring.ts';
import { Arena } from '../../../src/device/arena.ts';
import { monotonicMs } from '../../../src/device/clock.ts';
import { Epoll } from '../../../src/device/epoll.ts';
import { NodeLoop } from '../../../src/device/node-loop.ts';
import { SerialLine } from '../../../src/device/serial/serial-line.ts';
import { Tty } from '../../../src/device/serial/tty.ts';
import { PacketFd } from '../../../src/device/tun/packet-fd.ts';
import { UdpSocket } from '../../../src/device/udp/udp-socket.ts';
import { Scheduler } from '../../../src/sched/scheduler.ts';
import { TimingWheel } from '../../../src/sched/wheel.ts';
import { Pty } from './pty.ts';
import { SOCK_SEQPACKET, socketPair } from './socket-pair.ts';

const WARM_UP_FRAMES = 40_000;
const FRAMES = 60_000;
const SAMPLE_FRAMES = 2_500;
const WARM_UP_YIELDS = 2_000;
const YIELDS = 4_000;
const SAMPLE_YIELDS = 100;
const FRAME_OCTETS = 100;
const LOOPBACK = 0x7f000001;

const arena = new Arena(1_048_576);
const wheel = new TimingWheel(monotonicMs());
const node = new NodeLoop();
const scheduler = new Scheduler({
  poll: new Epoll(arena),
  wheel,
  clock: monotonicMs,
  yieldToNode: setImmediate,
  nodeTimeoutMs: () => node.timeoutMs(),
  failed: (error) => {
    throw error;
  },
});
scheduler.watchNode(node.fd, Ready.In);

/** How much the heap has grown: what shrinks was collected, and only growth between counts. */
class Growth {
  octets = 0;
  #heap = process.memoryUsage().heapUsed;

  sample(): void {
    const heap = process.memoryUsage().heapUsed;
    this.octets += Math.max(0, heap - this.#heap);
    this.#heap = heap;
  }
}

/** @returns the octets that one yield to Node makes */
function control(): Promise<number> {
  return new Promise((resolve) => {
    let yields = 0;
    let growth = new Growth();
    const poll = (): boolean => {
      yields++;
      scheduler.startedNodeWork();
      if (yields === WARM_UP_YIELDS) growth = new Growth();
      else if (yields % SAMPLE_YIELDS === 0) growth.sample();
      if (yields < WARM_UP_YIELDS + YIELDS) return true;
      resolve(growth.octets / YIELDS);
      return false;
    };
    scheduler.addTask({ name: 'yields', poll })();
  });
}

/** Counts frames; calls `done` with the octets a frame once there have been enough. */
class Meter {
  #frames = 0;
  #growth = new Growth();
  #yields = 0;
  readonly #done: (octets: number) => void;

  constructor(done: (octets: number) => void) {
    this.#done = done;
  }

  count(): void {
    this.#frames++;
    if (this.#frames === WARM_UP_FRAMES) {
      this.#growth = new Growth();
      this.#yields = scheduler.statistics().yields;
    } else if (this.#frames % SAMPLE_FRAMES === 0) {
      this.#growth.sample();
    }
    if (this.#frames !== WARM_UP_FRAMES + FRAMES) return;
    const yields = scheduler.statistics().yields - this.#yields;
    this.#done((this.#growth.octets - yields * octetsAYield) / FRAMES);
  }
}

/** Two sockets throw one datagram to and fro; a timer is moved for each, as a protocol would. */
function udp(): Promise<number> {
  return new Promise((resolve) => {
    const sockets = [0, 1].map(() => new UdpSocket(arena, { address: LOOPBACK, port: 0 }));
    const watches: number[] = [];
    const timer = wheel.create(() => undefined);
    const meter = new Meter((octets) => {
      for (const watch of watches) scheduler.unwatch(watch);
      resolve(octets);
    });
    const [one, two] = sockets;
    if (one === undefined || two === undefined) return;
    for (const [socket, other] of [
      [one, two],
      [two, one],
    ] as const) {
      const peer = socket.addPeer(LOOPBACK, other.local.port, LOOPBACK);
      const ready = (_events: number, now: number): void => {
        if (socket.receive() === 0) return;
        socket.queue(socket.rxAt[0] ?? 0, socket.rxOctets[0] ?? 0, peer);
        socket.flush();
        wheel.set(timer, now + 60_000);
        meter.count();
      };
      watches.push(scheduler.watch(socket.fd, Ready.In, { ready }));
    }
    one.queue(arena.take(FRAME_OCTETS), FRAME_OCTETS, one.addPeer(LOOPBACK, two.local.port, 0));
    one.flush();
  });
}

/** Two ends of a Unix socket throw one packet to and fro, as a TUN would. */
function packets(): Promise<number> {
  return new Promise((resolve) => {
    const at = arena.take(2 * FRAME_OCTETS);
    const ends = socketPair(arena, SOCK_SEQPACKET).map((fd) => new PacketFd(arena, fd));
    const watches: number[] = [];
    const meter = new Meter((octets) => {
      for (const watch of watches) scheduler.unwatch(watch);
      resolve(octets);
    });
    for (const end of ends) {
      const ready = (): void => {
        const octets = end.receive(at, 2 * FRAME_OCTETS);
        if (octets === 0) return;
        end.send(at, octets);
        meter.count();
      };
      watches.push(scheduler.watch(end.fd, Ready.In, { ready }));
    }
    ends[0]?.send(at, FRAME_OCTETS);
  });
}

/** The far end sends frames; the line sends each back. */
function serial(): Promise<number> {
  return new Promise((resolve) => {
    const pty = new Pty(arena);
    const ring = (): OctetRing => new OctetRing(arena.memory, arena.take(4_096), 4_096);
    const [farRx, farTx] = [ring(), ring()];
    const far = new Tty(arena, farRx, farTx);
    far.attach(pty.fd);
    const send = (): void => {
      farTx.filled(FRAME_OCTETS);
      far.write();
    };
    const meter = new Meter(resolve);
    const line: SerialLine = new SerialLine(
      arena,
      scheduler,
      wheel,
      { path: pty.path, speedBps: 115_200, flowControl: 'none' },
      {
        opened: send,
        readable: () => {
          const octets = line.rx.count();
          line.rx.drained(octets);
          line.tx.filled(octets);
          line.queuedOctets();
          line.wantFlush();
        },
        lost: (_now, why) => {
          throw new Error(why);
        },
        openFailed: (_now, error) => {
          throw error;
        },
      },
    );
    scheduler.addFlusher(line);
    scheduler.watch(pty.fd, Ready.In, {
      ready: () => {
        if (far.read(4_096) <= 0) return;
        const octets = farRx.count();
        farRx.drained(octets);
        meter.count();
        if (octets > 0) send();
      },
    });
    line.open();
  });
}

scheduler.start();
const octetsAYield = await control();
const udpOctets = await udp();
const packetOctets = await packets();
const serialOctets = await serial();
process.stdout.write(JSON.stringify({ octetsAYield, udpOctets, packetOctets, serialOctets }));
process.exit(0);
