/**
 * The LAC as it ships but for its devices, on a virtual clock, between scripted callers and LNSes.
 * Everything it says and hears passes by the watches, which say what is wrong.
 */
import type { Event } from '../../../src/base/event.ts';
import type { Millis } from '../../../src/base/machine.ts';
import { type Endpoint, formatIpv4 } from '../../../src/base/port.ts';
import type { Config } from '../../../src/config/schema/config.ts';
import { formatErrors, parseConfig } from '../../../src/config/schema/parse-config.ts';
import { Forwarder } from '../../../src/forward/path/forwarder.ts';
import type { Lac } from '../../../src/role/lac/lac.ts';
import type { LacLine } from '../../../src/role/lac/records.ts';
import { Router } from '../../../src/role/router/router.ts';
import { TimingWheel } from '../../../src/sched/wheel.ts';
import { Caller } from '../peers/caller.ts';
import type { PppFrame } from '../peers/frame.ts';
import { Lns } from '../peers/lns.ts';
import { Watches } from '../watch/watches.ts';
import { Agenda } from './agenda.ts';
import { Wire } from './line.ts';
import { LNS_ADDRESS, LNS_PORT, type Plan, type UdpFaults } from './plan.ts';
import { SimDatagramPort, SimLinePort } from './ports.ts';
import { FreshIds, Prng } from './prng.ts';

const LAC: Endpoint = { address: 0x0a330644, port: 1701 };
/** From a hang-up to the line's next use. */
const REOPEN_MS: Millis = 600;
const NOTICE_MS: Millis = 20;
const RESTART_MS: Millis = 900;
const FORWARDED: readonly string[] = ['forwarding', 'terminating'];
const MOST_STEPS = 2_000_000;

export class Violation extends Error {
  override readonly name = 'Violation';
}

export interface Station {
  readonly caller: Caller;
  readonly port: SimLinePort;
  readonly up: Wire;
  readonly down: Wire;
  /** Dials again when its call is over. */
  redials: boolean;
  /** The LAC's end is open. */
  isOpen: boolean;
  line: LacLine | undefined;
}

export interface WorldOptions {
  readonly plan: Plan;
  readonly seed: number;
  /** Each event of the LAC's, and each incident as text. */
  readonly trace?: (event: Event | string, now: Millis) => void;
}

export class World {
  now: Millis = 0;
  readonly plan: Plan;
  readonly config: Config;
  readonly random: Prng;
  readonly stations: Station[];
  readonly lnses: Lns[];
  readonly watches: Watches;
  readonly agenda = new Agenda();
  udpFaults: UdpFaults;
  router!: Router;
  wheel!: TimingWheel;
  readonly #trace: WorldOptions['trace'];
  readonly #ids: FreshIds;
  readonly #network: Prng;
  #udp!: SimDatagramPort;
  #serial = 0;
  #isLacDown = false;
  #steps = 0;

  constructor({ plan, seed, trace }: WorldOptions) {
    this.plan = plan;
    this.#trace = trace;
    this.random = new Prng(seed ^ 0x5eed);
    this.#ids = new FreshIds(this.random.fork());
    this.#network = this.random.fork();
    const parsed = parseConfig(plan.configText, 'simulation');
    if (!('config' in parsed)) throw new Error(formatErrors(parsed.errors).join('\n'));
    this.config = parsed.config;
    this.udpFaults = { ...plan.udp };
    this.watches = new Watches(
      plan.lines.length,
      (text) => this.fail(text),
      ({ id, line }) => {
        const { sessionId, call } = this.lac.lines[line - 1] ?? {};
        return sessionId === id && FORWARDED.includes(call?.state ?? '');
      },
    );
    this.stations = plan.lines.map((_, at) => this.#makeStation(at));
    this.lnses = plan.lnses.map((style, at) => {
      const random = this.random.fork();
      return new Lns(style, random, {
        send: (octets) => this.#toLac(octets, endpointOf(at)),
        complain: (text) => this.fail(`${style.name}: ${text}`),
      });
    });
    this.#startLac();
  }

  get lac(): Lac {
    return this.router.lac;
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

  /** Work of the LAC's, then the end of the turn as the scheduler does it. */
  turn(work: () => void): void {
    if (this.#isLacDown) return;
    work();
    this.wheel.advance(this.now);
    this.lac.forwarder.flush();
    for (const station of this.stations) this.#flushLine(station);
    this.watches.endTurn(this.router);
  }

  dial(station: Station): void {
    if (station.caller.isDialed) return;
    station.caller.connect(this.now);
    station.up.cut();
    station.down.cut();
    this.watches.line(station.caller.options.line).cut();
    this.note(`caller ${station.caller.options.line} dials, call ${station.caller.dial}`);
  }

  /** The cable is pulled, or the caller drops the line. */
  cutLine(station: Station, why: string): void {
    this.note(`line ${station.caller.options.line} is cut: ${why}`);
    station.caller.carrierLost();
    station.up.cut();
    station.down.cut();
    station.port.kernelOctets = 0;
    if (station.isOpen) {
      station.isOpen = false;
      this.watches.line(station.caller.options.line).hungUp();
      const { line } = station;
      if (line !== undefined) this.turn(() => this.lac.lineDown(line, why, this.now));
      this.#reopen(station, REOPEN_MS);
    }
    if (station.redials) this.#redial(station);
  }

  restartLac(): void {
    if (this.#isLacDown) return;
    this.note('the LAC restarts');
    this.#isLacDown = true;
    this.watches.forget();
    for (const station of this.stations) {
      station.line = undefined;
      station.isOpen = false;
      this.cutLine(station, 'the LAC is gone');
    }
    this.agenda.add(this.now + RESTART_MS, () => this.#startLac());
  }

  /** Destinations that the LAC has not taken back. */
  get peersKnown(): number {
    return this.#udp.peers;
  }

  #startLac(): void {
    this.#isLacDown = false;
    this.wheel = new TimingWheel(this.now);
    const maxLines = this.stations.length;
    this.#udp = new SimDatagramPort(Forwarder.memoryOctets(maxLines), (octets, to) =>
      this.#fromLac(octets, to),
    );
    this.#serial += 1_000;
    this.router = new Router({
      config: this.config,
      udp: this.#udp,
      slotsAt: this.#udp.slotsAt,
      maxLines,
      maxAccesses: 0,
      timers: this.wheel,
      random: this.#ids,
      sink: (event) => this.#trace?.(event, this.now),
      firstSerial: this.#serial,
      hardwareAddress: new Uint8Array(6),
    });
    for (const [at, station] of this.stations.entries()) {
      const config = this.config.lines[at];
      if (config === undefined) throw new Error('a line for each caller');
      station.line = this.lac.addLine(config, station.port, () => this.#hungUp(station));
      this.#reopen(station, this.random.int(1, 300));
    }
  }

  /** The LAC hangs up: the device closes the line, and opens it again after a while. */
  #hungUp(station: Station): void {
    if (!station.isOpen) return;
    station.isOpen = false;
    this.watches.line(station.caller.options.line).hungUp();
    const { dial } = station.caller;
    this.agenda.add(this.now + NOTICE_MS, () => {
      if (station.caller.dial === dial && station.caller.isDialed) {
        this.cutLine(station, 'the LAC has hung up');
      }
    });
    this.#reopen(station, REOPEN_MS);
  }

  #reopen(station: Station, afterMs: Millis): void {
    const { router } = this;
    this.agenda.add(this.now + afterMs, () => {
      const { line } = station;
      if (router !== this.router || station.isOpen || line === undefined) return;
      station.isOpen = true;
      this.turn(() => this.lac.lineOpened(line, this.now));
    });
  }

  #redial(station: Station): void {
    this.agenda.add(this.now + this.random.int(1_000, 3_000), () => {
      if (station.redials) this.dial(station);
    });
  }

  #makeStation(at: number): Station {
    const options = this.plan.lines[at];
    if (options === undefined) throw new Error('a caller for each line');
    const random = this.random.fork();
    const watch = this.watches.line(options.line);
    const caller: Caller = new Caller(options, random, {
      send: (octets, frame: PppFrame) => {
        watch.callerSends(frame);
        station.up.carry(octets, this.now);
      },
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

  #lineIn(station: Station, octets: readonly number[]): void {
    const { line, port, isOpen } = station;
    if (line === undefined || !isOpen) return;
    this.turn(() => {
      port.rx.push(Uint8Array.from(octets));
      this.lac.lineReadable(line, this.now);
    });
  }

  #flushLine(station: Station): void {
    const { port } = station;
    if (port.tx.count() === 0) return;
    const octets = port.tx.takeAll();
    this.watches.lineDown(station.caller.options.line, octets);
    if (!station.caller.isDialed) return;
    port.kernelOctets += octets.length;
    station.down.carry(octets, this.now, (count) => {
      port.kernelOctets -= count;
    });
  }

  #fromLac(octets: Uint8Array, to: Endpoint): void {
    this.watches.lacSends(octets, to);
    this.#carry(() => {
      this.lnses[indexOf(to)]?.receive(octets, LAC, this.now);
    });
  }

  #toLac(octets: Uint8Array, from: Endpoint): void {
    this.#carry(() => {
      this.turn(() => {
        this.watches.lacReceives(octets, from);
        this.#udp.arrive(octets, from);
        this.router.datagramsReadable(this.now);
      });
    });
  }

  #carry(deliver: () => void): void {
    const { loss, duplication, delayMs, jitterMs } = this.udpFaults;
    const random = this.#network;
    const copies = random.chance(loss) ? 0 : random.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.agenda.add(this.now + delayMs + random.int(0, jitterMs), deliver);
    }
  }

  #nextAt(): Millis {
    let at = Math.min(this.agenda.nextAt(), this.wheel.nextExpiry());
    for (const { caller } of this.stations) at = Math.min(at, caller.deadline());
    for (const lns of this.lnses) at = Math.min(at, lns.deadline());
    return Math.ceil(at);
  }

  #step(): void {
    const { now } = this;
    if (this.agenda.nextAt() <= now) {
      this.agenda.runNext();
      return;
    }
    for (const { caller } of this.stations) {
      if (caller.deadline() <= now) {
        caller.timer(now);
        const [complaint] = caller.complaints;
        if (complaint !== undefined) this.fail(`caller: ${complaint}`);
        return;
      }
    }
    for (const lns of this.lnses) {
      if (lns.deadline() <= now) {
        lns.timer(now);
        return;
      }
    }
    if (this.#isLacDown) this.wheel.advance(now);
    this.turn(() => undefined);
  }
}

const endpointOf = (index: number): Endpoint => ({ address: LNS_ADDRESS + index, port: LNS_PORT });

function indexOf({ address, port }: Endpoint): number {
  if (port !== LNS_PORT) throw new Violation(`a datagram to ${formatIpv4(address)}:${port}`);
  return address - LNS_ADDRESS;
}
