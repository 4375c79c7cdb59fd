/**
 * Callers, a LAC, a network, an LNS and a host behind it: both routers are the product, on one
 * virtual clock. What no event may ever break is looked at after each turn.
 */
import type { Event } from '../../../src/base/event.ts';
import type { Millis } from '../../../src/base/machine.ts';
import { type Endpoint, formatIpv4 } from '../../../src/base/port.ts';
import type { LacLine } from '../../../src/role/lac/records.ts';
import { Caller } from '../peers/caller.ts';
import { Agenda } from '../world/agenda.ts';
import { Wire } from '../world/line.ts';
import type { UdpFaults } from '../world/plan.ts';
import { SimLinePort } from '../world/ports.ts';
import { Prng } from '../world/prng.ts';
import { Violation } from '../world/world.ts';
import { Box } from './box.ts';
import { type Seen, SimPackets, SimRoutes } from './network.ts';
import type { Plan } from './plan.ts';

const LAC: Endpoint = { address: 0x0a330644, port: 1701 };
const LNS: Endpoint = { address: 0x0a330652, port: 1701 };
const REOPEN_MS: Millis = 600;
const NOTICE_MS: Millis = 20;
const RESTART_MS: Millis = 900;
const MOST_STEPS = 2_000_000;

export interface Station {
  readonly caller: Caller;
  readonly port: SimLinePort;
  readonly up: Wire;
  readonly down: Wire;
  redials: boolean;
  isOpen: boolean;
  line: LacLine | undefined;
}

export type Trace = (event: Event | string, now: Millis) => void;

export class World {
  now: Millis = 0;
  readonly plan: Plan;
  readonly random: Prng;
  readonly agenda = new Agenda();
  readonly stations: Station[];
  readonly lac: Box;
  readonly lns: Box;
  udpFaults: UdpFaults;
  isCut = false;
  packets!: SimPackets;
  routes!: SimRoutes;
  readonly #network: Prng;
  readonly #trace: Trace | undefined;
  #steps = 0;

  constructor(plan: Plan, seed: number, trace?: Trace) {
    this.plan = plan;
    this.#trace = trace;
    this.random = new Prng(seed ^ 0xb07b);
    this.#network = this.random.fork();
    this.udpFaults = { ...plan.udp };
    const say = (event: Event): void => this.#trace?.(event, this.now);
    this.lac = new Box({
      name: 'hgw',
      configText: plan.lacText,
      random: this.random.fork(),
      maxAccesses: 0,
      send: (octets, to) => this.#carry(octets, LAC, to),
      say,
    });
    this.lns = new Box({
      name: 'l2tp-gw',
      configText: plan.lnsText,
      random: this.random.fork(),
      // A session may end and the next begin while its end is still to be told.
      maxAccesses: 64,
      network: () => this.#makeNetwork(),
      send: (octets, to) => this.#carry(octets, LNS, to),
      say,
    });
    this.stations = plan.lines.map((_, at) => this.#makeStation(at));
    this.lns.start(0);
    this.#startLac();
  }

  fail(text: string): never {
    throw new Violation(`${text} (at ${(this.now / 1000).toFixed(3)} s)`);
  }

  note(text: string): void {
    this.#trace?.(text, this.now);
  }

  /** Runs up to `until`, or to where `isDone` is seen. @returns whether it was */
  run(until: Millis, isDone: () => boolean = () => false): boolean {
    for (;;) {
      if (isDone()) return true;
      const at = this.#nextAt();
      if (at > until) {
        this.now = Math.max(this.now, until);
        return false;
      }
      if (this.#steps++ > MOST_STEPS) this.fail('the world does not come to rest');
      this.now = Math.max(this.now, at);
      this.#step();
    }
  }

  turn(box: Box, work: () => void): void {
    box.turn(this.now, work);
    if (box === this.lac) for (const station of this.stations) this.#flushLine(station);
    else if (!box.isDown) this.#lookAtLns();
  }

  dial(station: Station): void {
    if (station.caller.isDialed) return;
    station.caller.connect(this.now);
    station.up.cut();
    station.down.cut();
    this.note(`caller ${station.caller.options.line} dials, call ${station.caller.dial}`);
  }

  cutLine(station: Station, why: string): void {
    this.note(`line ${station.caller.options.line} is cut: ${why}`);
    station.caller.carrierLost();
    station.up.cut();
    station.down.cut();
    station.port.kernelOctets = 0;
    if (station.isOpen) {
      station.isOpen = false;
      const { line } = station;
      if (line !== undefined) {
        this.turn(this.lac, () => this.lac.router.lac.lineDown(line, why, this.now));
      }
      this.#reopen(station, REOPEN_MS);
    }
    if (station.redials) {
      this.agenda.add(this.now + this.random.int(1_000, 3_000), () => {
        if (station.redials) this.dial(station);
      });
    }
  }

  restart(box: Box): void {
    if (box.isDown) return;
    this.note(`the ${box === this.lac ? 'LAC' : 'LNS'} restarts`);
    box.isDown = true;
    if (box === this.lac) {
      for (const station of this.stations) {
        station.line = undefined;
        station.isOpen = false;
        this.cutLine(station, 'the LAC is gone');
      }
    }
    this.agenda.add(this.now + RESTART_MS, () => {
      if (box === this.lac) this.#startLac();
      else box.start(this.now);
    });
  }

  #makeNetwork(): { packets: SimPackets; routes: SimRoutes } {
    const complain = (text: string): never => this.fail(text);
    this.routes = new SimRoutes(complain);
    this.packets = new SimPackets((seen) => this.#looksRight(seen), complain);
    const { packets } = this;
    packets.isReadable = () =>
      this.agenda.add(this.now, () => {
        if (packets !== this.packets) return;
        this.turn(this.lns, () => this.lns.router.packetsReadable(this.now));
      });
    return { packets, routes: this.routes };
  }

  /** What comes out of the LNS is of the caller that has the address, of one call of it. */
  #looksRight({ source, line, dial }: Seen): void {
    const { routes, calls } = this.routes;
    const call = `call ${dial} of line ${line}`;
    if (!routes.has(source)) this.fail(`${call} sends from ${formatIpv4(source)}, not routed`);
    const holder = calls.get(source) ?? call;
    calls.set(source, call);
    if (holder !== call) this.fail(`${call} sends from ${formatIpv4(source)} of ${holder}`);
    if (this.plan.liars.has(line)) this.fail(`${call} has a wrong password and gets in`);
  }

  #lookAtLns(): void {
    const { lns } = this.lns.router;
    const withSession = new Map(
      lns.sessions.flatMap(({ access }) =>
        access === undefined ? [] : [[access.interfaceName, access]],
      ),
    );
    for (const [address, owner] of this.routes.routes) {
      const access = withSession.get(owner);
      if (access === undefined) this.fail(`the route to ${formatIpv4(address)} outlives ${owner}`);
      if (access.address !== address) this.fail(`${owner} has another route than its address`);
    }
    if (lns.addresses.size > lns.sessions.length) this.fail('more addresses than sessions');
    for (const { forwarder, interfaceName } of withSession.values()) {
      const { counters: c, session } = forwarder;
      const taken = c.rxPackets + c.rxPunted + c.rxRefused + c.rxUnbound + session.held;
      const dropped = c.rxNotUp + c.rxNotIp + c.rxPuntFull + c.rxMalformed + c.rxLate;
      if (c.rxFrames !== taken + dropped) {
        this.fail(`${interfaceName}: ${c.rxFrames} frames in, ${taken + dropped} told`);
      }
    }
  }

  #startLac(): void {
    this.lac.start(this.now);
    for (const [at, station] of this.stations.entries()) {
      const config = this.lac.config.lines[at];
      if (config === undefined) throw new Error('a line for each caller');
      const hangUp = () => this.#hungUp(station);
      station.line = this.lac.router.lac.addLine(config, station.port, hangUp);
      this.#reopen(station, this.random.int(1, 300));
    }
  }

  #hungUp(station: Station): void {
    if (!station.isOpen) return;
    station.isOpen = false;
    const { dial } = station.caller;
    this.agenda.add(this.now + NOTICE_MS, () => {
      if (station.caller.dial === dial && station.caller.isDialed) {
        this.cutLine(station, 'the LAC has hung up');
      }
    });
    this.#reopen(station, REOPEN_MS);
  }

  #reopen(station: Station, afterMs: Millis): void {
    const { life } = this.lac;
    this.agenda.add(this.now + afterMs, () => {
      const { line } = station;
      if (life !== this.lac.life || station.isOpen || line === undefined) return;
      station.isOpen = true;
      this.turn(this.lac, () => this.lac.router.lac.lineOpened(line, this.now));
    });
  }

  #makeStation(at: number): Station {
    const options = this.plan.lines[at];
    if (options === undefined) throw new Error('a caller for each line');
    const random = this.random.fork();
    const caller: Caller = new Caller(options, random, {
      send: (octets) => station.up.carry(octets, this.now),
      hangUp: (why) => this.cutLine(station, `caller: ${why}`),
    });
    const { bps, line } = this.plan;
    const station: Station = {
      caller,
      port: new SimLinePort(),
      up: new Wire(this.agenda, random.fork(), bps, { ...line }, (octets) =>
        this.#lineIn(station, octets),
      ),
      down: new Wire(this.agenda, random.fork(), bps, { ...line }, (octets) =>
        caller.receive(octets, this.now),
      ),
      redials: false,
      isOpen: false,
      line: undefined,
    };
    return station;
  }

  #lineIn({ line, port, isOpen }: Station, octets: readonly number[]): void {
    if (line === undefined || !isOpen) return;
    this.turn(this.lac, () => {
      port.rx.push(Uint8Array.from(octets));
      this.lac.router.lac.lineReadable(line, this.now);
    });
  }

  #flushLine({ port, caller, down }: Station): void {
    if (port.tx.count() === 0) return;
    const octets = port.tx.takeAll();
    if (!caller.isDialed) return;
    port.kernelOctets += octets.length;
    down.carry(octets, this.now, (count) => {
      port.kernelOctets -= count;
    });
  }

  #carry(octets: Uint8Array, from: Endpoint, to: Endpoint): void {
    const { loss, duplication, delayMs, jitterMs } = this.udpFaults;
    const random = this.#network;
    if (this.isCut) return;
    const box = to.address === LAC.address ? this.lac : this.lns;
    const copies = random.chance(loss) ? 0 : random.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.agenda.add(this.now + delayMs + random.int(0, jitterMs), () =>
        this.turn(box, () => {
          box.udp.arrive(octets, from);
          box.router.datagramsReadable(this.now);
        }),
      );
    }
  }

  #nextAt(): Millis {
    let at = Math.min(this.agenda.nextAt(), this.lac.nextAt(), this.lns.nextAt());
    for (const { caller } of this.stations) at = Math.min(at, caller.deadline());
    return Math.ceil(at);
  }

  #step(): void {
    const { now } = this;
    if (this.agenda.nextAt() <= now) {
      this.agenda.runNext();
      return;
    }
    for (const { caller } of this.stations) {
      if (caller.deadline() > now) continue;
      caller.timer(now);
      const [complaint] = caller.complaints;
      if (complaint !== undefined) this.fail(`caller: ${complaint}`);
      return;
    }
    for (const box of [this.lac, this.lns]) this.turn(box, () => undefined);
  }
}
