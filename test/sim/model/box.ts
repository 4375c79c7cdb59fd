/** One of the two routers: all of it but its devices, on a clock of its own. */
import type { Event } from '../../../src/base/event.ts';
import type { Millis, Random } from '../../../src/base/machine.ts';
import {
  type Endpoint,
  formatIpv4,
  type HostRoutes,
  type PacketPort,
} from '../../../src/base/port.ts';
import type { Config } from '../../../src/config/schema/config.ts';
import { Forwarder } from '../../../src/forward/path/forwarder.ts';
import type { FirstNumbers } from '../../../src/role/router/parts.ts';
import { Router } from '../../../src/role/router/router.ts';
import { TimingWheel } from '../../../src/sched/wheel.ts';
import { SimDatagramPort } from '../world/ports.ts';
import type { Cast, Device } from './cast.ts';
import { modelConfig } from './model-config.ts';
import { fromHex, numberOf, u16 } from './octets.ts';

export interface SaidEvent {
  readonly at: Millis;
  readonly event: Event;
}

/** A link that is over draws the magic number of the next one, which there never is. */
const MAGIC_OCTETS = 4;

/** Hands out what the cast has of each size, in the order of use. */
class CastRandom implements Random {
  readonly #script: string[];

  constructor(script: readonly string[]) {
    this.#script = [...script];
  }

  get unused(): number {
    return this.#script.length;
  }

  octets(count: number): Uint8Array {
    const at = this.#script.findIndex((hex) => hex.length === 2 * count);
    const [hex] = at < 0 ? [] : this.#script.splice(at, 1);
    if (hex === undefined && count === MAGIC_OCTETS) return Uint8Array.of(0xa5, 0x5a, 0xa5, 0x5a);
    if (hex === undefined) throw new Error(`the cast has no more ${count} octets of chance`);
    return Uint8Array.from(fromHex(hex));
  }
}

export interface BoxParts {
  readonly device: Device;
  readonly cast: Cast;
  /** The box's clock when it starts. */
  readonly now: Millis;
  readonly send: (octets: Uint8Array, to: Endpoint) => void;
}

export class Box {
  readonly config: Config;
  readonly router: Router;
  readonly said: SaidEvent[] = [];
  /** What became of the kernel's routes and addresses, in words. */
  readonly routed: string[] = [];
  readonly random: CastRandom;
  readonly #wheel: TimingWheel;
  readonly #udp: SimDatagramPort;
  #now: Millis;

  constructor({ device, cast, now, send }: BoxParts) {
    this.#now = now;
    this.#wheel = new TimingWheel(now);
    this.#udp = new SimDatagramPort(Forwarder.memoryOctets(1), send);
    this.random = new CastRandom(device === 'lac' ? lacChance(cast) : lnsChance(cast));
    this.config = modelConfig(device, cast);
    this.router = new Router({
      config: this.config,
      udp: this.#udp,
      packets: noPackets(this.#udp.memory),
      routes: recordedRoutes(this.routed),
      slotsAt: this.#udp.slotsAt,
      maxLines: 1,
      maxAccesses: 1,
      timers: this.#wheel,
      random: this.random,
      sink: (event) => this.said.push({ at: this.#now, event }),
      firstSerial: (numberOf(fromHex(cast.lac.callSerial)) - 1) >>> 0,
      hardwareAddress: Uint8Array.from(fromHex(cast.lns.hardware)),
      first: device === 'lac' ? lacFirst(cast) : lnsFirst(cast),
    });
  }

  nextTimer(): Millis {
    return this.#wheel.nextExpiry();
  }

  /** A turn of the scheduler's: work, timers, then everything is written out. */
  turn(now: Millis, work: (now: Millis) => void): void {
    this.#now = now;
    work(now);
    this.#wheel.advance(now);
    this.router.forwarder.flush();
  }

  receive(now: Millis, octets: Uint8Array, from: Endpoint): void {
    this.turn(now, () => {
      this.#udp.arrive(octets, from);
      this.router.datagramsReadable(now);
    });
  }
}

const idHex = (id: number): string =>
  u16(id)
    .map((octet) => octet.toString(16).padStart(2, '0'))
    .join('');

const lacChance = ({ lac }: Cast): readonly string[] => [
  lac.magicNumber,
  lac.chapChallenge,
  idHex(lac.tunnelId),
  lac.challenge,
  idHex(lac.sessionId),
];

/** Its own CHAP Challenge is made and never sent. */
const lnsChance = ({ lns }: Cast): readonly string[] => [
  idHex(lns.tunnelId),
  lns.challenge,
  idHex(lns.sessionId),
  '5A'.repeat(16),
];

const lacFirst = ({ lac }: Cast): FirstNumbers => ({ lcpId: lac.lcpId, chapId: lac.chapId });
const lnsFirst = ({ lns }: Cast): FirstNumbers => ({
  chapId: lns.chapId,
  ipcpId: lns.ipcpId,
  virtualAccess: lns.virtualAccess,
});

const noPackets = (memory: Uint8Array): PacketPort => ({
  memory,
  receive: () => 0,
  send: () => true,
});

const recordedRoutes = (routed: string[]): HostRoutes => ({
  addLocal: (address) => routed.push(`local ${formatIpv4(address)}`),
  removeLocal: (address) => routed.push(`no local ${formatIpv4(address)}`),
  addRoute: (address) => routed.push(`route ${formatIpv4(address)}`),
  removeRoute: (address) => routed.push(`no route ${formatIpv4(address)}`),
});
