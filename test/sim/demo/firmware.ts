/** The LAC on scheduler, clock and UDP as src/main.ts puts it together; its line is memory. */
import type { EventSink } from '../../../src/base/event.ts';
import { Ready } from '../../../src/base/event-loop.ts';
import { parseIpv4 } from '../../../src/base/port.ts';
import type { Config } from '../../../src/config/schema/config.ts';
import { Arena } from '../../../src/device/arena.ts';
import { monotonicMs } from '../../../src/device/clock.ts';
import { Epoll } from '../../../src/device/epoll.ts';
import { NodeLoop } from '../../../src/device/node-loop.ts';
import { UdpSocket } from '../../../src/device/udp/udp-socket.ts';
import { Forwarder } from '../../../src/forward/path/forwarder.ts';
import { Lac } from '../../../src/role/lac/lac.ts';
import type { LacLine } from '../../../src/role/lac/records.ts';
import { Scheduler } from '../../../src/sched/scheduler.ts';
import { TimingWheel } from '../../../src/sched/wheel.ts';
import { SimLinePort } from '../world/ports.ts';
import { CALL_SERIAL_NUMBER, castRandom } from './cast.ts';

const ARENA_OCTETS = 1 << 20;

export interface BootedLac {
  readonly lac: Lac;
  readonly scheduler: Scheduler;
  readonly wheel: TimingWheel;
  readonly port: SimLinePort;
  readonly line: LacLine;
  /** Told when the LAC hangs up. */
  onHangUp: () => void;
}

export function bootLac(config: Config, sink: EventSink): BootedLac {
  const slots = Forwarder.memoryOctets(1);
  const arena = new Arena(ARENA_OCTETS + slots);
  const wheel = new TimingWheel(monotonicMs());
  const node = new NodeLoop();
  const scheduler = new Scheduler({
    poll: new Epoll(arena),
    wheel,
    clock: monotonicMs,
    yieldToNode: (resume) => setImmediate(resume),
    nodeTimeoutMs: () => node.timeoutMs(),
    failed: (error) => {
      throw error;
    },
  });
  scheduler.watchNode(node.fd, Ready.In);
  // Any free port: UDP 1701 may be somebody's.
  const udp = new UdpSocket(arena, { address: parseIpv4('127.0.0.1') ?? 0, port: 0 });
  const lac = new Lac({
    config,
    udp,
    slotsAt: arena.take(slots, 64),
    maxLines: 1,
    timers: wheel,
    random: castRandom(),
    sink,
    firstSerial: CALL_SERIAL_NUMBER - 1,
  });
  scheduler.watch(udp.fd, Ready.In, { ready: (_, now) => lac.datagramsReadable(now) });
  scheduler.addFlusher({ flush: () => lac.forwarder.flush() });
  const [lineConfig] = config.lines;
  if (lineConfig === undefined) throw new Error('the cast has a line');
  const port = new SimLinePort();
  const booted: BootedLac = {
    lac,
    scheduler,
    wheel,
    port,
    line: lac.addLine(lineConfig, port, () => booted.onHangUp()),
    onHangUp: () => undefined,
  };
  return booted;
}
