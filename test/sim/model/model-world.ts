/**
 * The model call, run: both routers with all their own machines, the seed's caller on an ISDN-like
 * port, a network in which each datagram takes as long as it took the seed's. Virtual time.
 */
import { type Event, log } from '../../../src/base/event.ts';
import type { Millis } from '../../../src/base/machine.ts';
import { type Endpoint, parseIpv4 } from '../../../src/base/port.ts';
import { DebugFlags } from '../../../src/console/debug/flags.ts';
import type { LacLine } from '../../../src/role/lac/records.ts';
import { Agenda } from '../world/agenda.ts';
import { SimLinePort } from '../world/ports.ts';
import { Box, type SaidEvent } from './box.ts';
import type { Cast, Device } from './cast.ts';
import { clockOf } from './clock.ts';
import { CUES, ModelCaller } from './model-caller.ts';
import type { SaidLine, Story } from './story.ts';

/** The seed's datagrams took 12 ms there and back: from its two clocks, LS-076 and ND-028. */
const NETWORK_MS: Millis = 6;
/** What the seed's LNS's clock showed more than its LAC's, by the same. */
const LNS_AHEAD_MS: Millis = 343;
const PORT = 1701;
/** Everything is forgotten by then: a full cycle of retransmissions after the end. */
const AFTERWARDS_MS: Millis = 60_000;
/** Before the line comes up. */
const START_MS: Millis = 1_000;

/** Where the control messages arrive, in their order. The rest takes NETWORK_MS. */
const ARRIVALS: Readonly<Record<Device, readonly string[]>> = {
  lac: ['LS-083', 'LS-122', 'LS-123', 'LS-132', 'LD-015'],
  lns: ['NS-001', 'NS-030', 'NS-043', 'NS-066', 'ND-001'],
};

export interface ModelRun {
  readonly events: Readonly<Record<Device, readonly SaidEvent[]>>;
  readonly story: Story;
  /** What the LNS's clock shows more than the LAC's. */
  readonly aheadMs: Millis;
  /** Packets that reached the caller. */
  readonly heard: readonly string[];
  readonly routed: readonly string[];
  /** Tunnels that a router still knows at the end, and chance of the cast that nobody took. */
  readonly left: Readonly<Record<Device, { readonly tunnels: number; readonly chance: number }>>;
}

/** What the seed's operators had switched on, of what we have. */
const DEBUGS = [
  'ppp negotiation, ppp authentication, vtemplate',
  'vpdn event, vpdn error, vpdn l2x-events, vpdn l2x-packets, vpdn l2x-errors',
].join();
const debugs = new DebugFlags();
debugs.set(DEBUGS, true);

/**
 * The lines that one device has said by these events. TRACE-34: the listings end where the tunnel
 * is idle, although it goes on answering; so no acknowledgement of a StopCCN is in them.
 */
export function linesOf(events: readonly SaidEvent[]): readonly SaidLine[] {
  const end = events.findIndex(({ event }) => isEnd(event));
  const listed = events.filter((said, index) => end < 0 || index < end || !isZlb(said.event));
  return listed.flatMap(({ at, event }) => debugs.linesOf(event).map((text) => ({ at, text })));
}

const isEnd = (event: Event): boolean => event.kind === 'l2tp-tunnel-state' && event.to === 'idle';
const isZlb = (event: Event): boolean => event.kind === 'l2tp-message' && event.avps.length === 0;

export function runModelCall(cast: Cast): ModelRun {
  return new ModelWorld(cast).run();
}

class ModelWorld {
  readonly #cast: Cast;
  readonly #agenda = new Agenda();
  readonly #boxes: Readonly<Record<Device, Box>>;
  readonly #caller: ModelCaller;
  readonly #port = new SimLinePort();
  readonly #line: LacLine;
  readonly #aheadMs: Millis;
  readonly #arrivals = { lac: [...ARRIVALS.lac], lns: [...ARRIVALS.lns] };
  /** The LAC's clock is the world's. */
  #now: Millis;

  constructor(cast: Cast) {
    this.#cast = cast;
    this.#aheadMs = LNS_AHEAD_MS + cast.clock.lnsLaterMs;
    this.#now = clockOf(cast, 'LS-001') - START_MS;
    this.#boxes = { lac: this.#box('lac'), lns: this.#box('lns') };
    this.#caller = new ModelCaller(cast, (octets) => {
      this.#port.rx.push(octets);
      this.#turn('lac', (now) => this.#boxes.lac.router.lac.lineReadable(this.#line, now));
    });
    this.#line = this.#addLine();
  }

  run(): ModelRun {
    const { lac, lns } = this.#boxes;
    this.#turn('lac', (now) => lac.router.lac.lineOpened(this.#line, now));
    for (const cue of CUES) {
      // What the LNS is to hear leaves the caller a network's time earlier.
      const earlierMs = cue.id.startsWith('N') ? NETWORK_MS : 0;
      this.#at(this.#when(cue.id) - earlierMs, () => this.#caller.say(cue));
    }
    this.#isdn();
    const end = this.#when('ND-031') + AFTERWARDS_MS;
    while (this.#next() <= end) this.#step();
    return {
      events: { lac: lac.said, lns: lns.said },
      story: { lac: linesOf(lac.said), lns: linesOf(lns.said) },
      aheadMs: this.#aheadMs,
      heard: this.#caller.heard,
      routed: lns.routed,
      left: { lac: leftOf(lac), lns: leftOf(lns) },
    };
  }

  /** What an ISDN port tells of its calls; `call lasted` counts from when the channel was up. */
  #isdn(): void {
    const { interfaceName } = this.#cast.lac;
    const { callingNumber, name } = this.#cast.caller;
    const who = `${callingNumber} ${name}`;
    const tell = (id: string, mnemonic: string, text: () => string): void =>
      this.#at(this.#when(id), () => this.#say(log('ISDN', 6, mnemonic, text())));
    let upAt: Millis = 0;
    this.#at(this.#when('LS-001'), () => {
      upAt = this.#now;
    });
    tell('LS-134', 'CONNECT', () => `Interface ${interfaceName} is now connected to ${who}`);
    tell('LD-001', 'DISCONNECT', () => {
      this.#caller.mustBeContent();
      const seconds = Math.floor((this.#now - upAt) / 1000);
      return `Interface ${interfaceName} disconnected from ${who}, call lasted ${seconds} seconds`;
    });
    this.#at(this.#when('LD-002'), () => {
      const { lac } = this.#boxes.lac.router;
      this.#turn('lac', (now) => lac.lineDown(this.#line, 'disconnected', now));
    });
  }

  #say(event: Event): void {
    this.#boxes.lac.said.push({ at: this.#now, event });
  }

  #box(device: Device): Box {
    const now = this.#clock(device);
    const cast = this.#cast;
    return new Box({ device, cast, now, send: (octets, to) => this.#send(device, octets, to) });
  }

  #addLine(): LacLine {
    const { lac } = this.#boxes.lac.router;
    const { interfaceName, bearerType, txSpeed, rxSpeed, lcpId, chapId, chapName } = this.#cast.lac;
    const [config] = this.#boxes.lac.config.lines;
    if (config === undefined) throw new Error('the model LAC has a line');
    const hangUp = (): never => {
      throw new Error('the LAC has hung up');
    };
    return lac.addLine(config, this.#port, hangUp, {
      ppp: {
        interfaceName,
        chapHostname: chapName,
        authentication: config.ppp.authentication,
        multilink: config.ppp.multilink,
        mruOctets: config.ppp.mruOctets,
        accm: 0,
        isSynchronous: true,
        firstLcpId: lcpId,
        firstChapId: chapId,
      },
      bearerType,
      txConnectSpeed: txSpeed,
      rxConnectSpeed: rxSpeed,
    });
  }

  #send(from: Device, octets: Uint8Array, { address, port }: Endpoint): void {
    const to = from === 'lac' ? 'lns' : 'lac';
    if (address !== addressOf(this.#cast, to) || port !== PORT) {
      throw new Error(`the ${from} sends to a stranger`);
    }
    const source = { address: addressOf(this.#cast, from), port: PORT };
    const isControl = ((octets[0] ?? 0) & 0x80) !== 0;
    const id = isControl ? this.#arrivals[to].shift() : undefined;
    const at = id === undefined ? this.#now + NETWORK_MS : this.#when(id);
    if (at < this.#now) throw new Error(`what arrives as ${id} has left too late`);
    this.#at(at, () => {
      this.#boxes[to].receive(this.#clock(to), octets, source);
      this.#flushLine();
    });
  }

  #turn(device: Device, work: (now: Millis) => void): void {
    this.#boxes[device].turn(this.#clock(device), work);
    this.#flushLine();
  }

  #flushLine(): void {
    if (this.#port.tx.count() > 0) this.#caller.receive(this.#port.tx.takeAll());
  }

  #clock(device: Device): Millis {
    return device === 'lac' ? this.#now : this.#now + this.#aheadMs;
  }

  /** By the world's clock. */
  #when(id: string): Millis {
    return clockOf(this.#cast, id) - (id.startsWith('N') ? this.#aheadMs : 0);
  }

  #at(at: Millis, run: () => void): void {
    this.#agenda.add(at, run);
  }

  #next(): Millis {
    const { lac, lns } = this.#boxes;
    return Math.min(this.#agenda.nextAt(), lac.nextTimer(), lns.nextTimer() - this.#aheadMs);
  }

  #step(): void {
    this.#now = Math.max(this.#now, Math.ceil(this.#next()));
    if (this.#agenda.nextAt() <= this.#now) {
      this.#agenda.runNext();
      return;
    }
    this.#turn('lac', () => undefined);
    this.#turn('lns', () => undefined);
  }
}

const leftOf = ({ router, random }: Box) => ({
  tunnels: router.tunnels.records.size,
  chance: random.unused,
});

const addressOf = (cast: Cast, device: Device): number => parseIpv4(cast[device].address) ?? 0;
