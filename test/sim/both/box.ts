/** One router as it ships but for its devices, which may be restarted at any moment. */
import type { Event } from '../../../src/base/event.ts';
import type { Millis } from '../../../src/base/machine.ts';
import type { Endpoint, HostRoutes } from '../../../src/base/port.ts';
import type { Config } from '../../../src/config/schema/config.ts';
import { formatErrors, parseConfig } from '../../../src/config/schema/parse-config.ts';
import { Forwarder } from '../../../src/forward/path/forwarder.ts';
import { Router } from '../../../src/role/router/router.ts';
import { TimingWheel } from '../../../src/sched/wheel.ts';
import { SimDatagramPort } from '../world/ports.ts';
import { FreshIds, type Prng } from '../world/prng.ts';
import type { SimPackets } from './network.ts';

export interface BoxOptions {
  readonly name: string;
  readonly configText: string;
  readonly random: Prng;
  readonly maxAccesses: number;
  /** Both made anew at each start: the kernel forgets with the TUN device. */
  readonly network?: () => { packets: SimPackets; routes: HostRoutes };
  readonly send: (octets: Uint8Array, to: Endpoint) => void;
  readonly say: (event: Event) => void;
}

export class Box {
  readonly config: Config;
  router!: Router;
  wheel!: TimingWheel;
  udp!: SimDatagramPort;
  isDown = true;
  /** One more with each start. */
  life = 0;
  readonly #options: BoxOptions;
  readonly #ids: FreshIds;

  constructor(options: BoxOptions) {
    this.#options = options;
    this.#ids = new FreshIds(options.random);
    const parsed = parseConfig(options.configText, options.name);
    if (!('config' in parsed)) throw new Error(formatErrors(parsed.errors).join('\n'));
    this.config = parsed.config;
  }

  start(now: Millis): void {
    const { config } = this;
    const { network, maxAccesses, send, say } = this.#options;
    const maxLines = config.lines.length;
    this.isDown = false;
    this.life++;
    this.wheel = new TimingWheel(now);
    this.udp = new SimDatagramPort(Forwarder.memoryOctets(maxLines), send);
    const kernel = network?.();
    if (kernel !== undefined) kernel.packets.memory = this.udp.memory;
    this.router = new Router({
      config,
      udp: this.udp,
      ...kernel,
      slotsAt: this.udp.slotsAt,
      maxLines,
      maxAccesses,
      timers: this.wheel,
      random: this.#ids,
      sink: say,
      firstSerial: this.life * 1_000,
      hardwareAddress: new Uint8Array(6),
    });
  }

  /** Work, then the end of the turn as the scheduler does it. */
  turn(now: Millis, work: () => void): void {
    if (this.isDown) return;
    work();
    this.wheel.advance(now);
    this.router.forwarder.flush();
  }

  nextAt(): Millis {
    return this.isDown ? Number.POSITIVE_INFINITY : this.wheel.nextExpiry();
  }
}
