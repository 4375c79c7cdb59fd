/** A calm world in which one thing happens at a time, and a log of what the LAC sends. */
import { strict as assert } from 'node:assert';
import type { LogEvent } from '../../src/base/event.ts';
import type { Millis } from '../../src/base/machine.ts';
import { fromText } from '../../src/base/octets.ts';
import { isZlb, L2tpHeader, parseL2tpHeader } from '../../src/wire/l2tp/header.ts';
import type { L2tpMessage } from '../../src/wire/l2tp/message.ts';
import { parseControlMessage } from '../../src/wire/l2tp/parse.ts';
import type { CallerOptions } from './peers/caller.ts';
import type { Lns, LnsStyle } from './peers/lns.ts';
import { endName } from './peers/lns-tunnel.ts';
import { lookForLeaks } from './watch/counter-watch.ts';
import {
  CALM_LINE,
  CALM_UDP,
  calmCaller,
  calmLns,
  configText,
  LNS_ADDRESS,
  TUNNEL_SECRET,
  type Wishes,
} from './world/plan.ts';
import { type Station, World } from './world/world.ts';

/** No-session timer, full cycle, and something to spare. */
const SETTLED_MS: Millis = 80_000;
const UP_MS: Millis = 10_000;

/** A control datagram of the LAC's. */
export interface Sent {
  readonly at: Millis;
  /** `SCCRQ`, `CDN 1`, `ZLB` … */
  readonly name: string;
  /** Which LNS. */
  readonly to: number;
  readonly ns: number;
  readonly message: L2tpMessage | undefined;
}

interface SceneOptions extends Partial<Wishes> {
  readonly caller?: Partial<CallerOptions>;
  readonly lns?: Partial<LnsStyle>;
}

export class Scene {
  readonly world: World;
  readonly sent: Sent[] = [];
  readonly logs: LogEvent[] = [];

  constructor({ caller = {}, lns = {}, ...wishes }: SceneOptions = {}) {
    const { lines = 1, lnses = 1 } = wishes;
    this.world = new World({
      seed: 1,
      plan: {
        configText: configText({ ...wishes, lines, lnses }),
        lines: Array.from({ length: lines }, (_, at) => ({ ...calmCaller(at + 1), ...caller })),
        lnses: Array.from({ length: lnses }, (_, at) => ({ ...calmLns(at), ...lns })),
        bps: 115_200,
        udp: CALM_UDP,
        line: CALM_LINE,
        incidents: [],
        faultsEndAt: 0,
        end: 'callers',
      },
      trace: (event) => {
        if (typeof event !== 'string' && event.kind === 'log') this.logs.push(event);
      },
    });
    this.world.watches.onControl = (octets, { address }) => {
      const header = new L2tpHeader();
      parseL2tpHeader(octets, octets.length, header);
      const parsed = isZlb(header)
        ? undefined
        : parseControlMessage(octets, header, fromText(TUNNEL_SECRET));
      const message = parsed?.verdict === 'message' ? parsed.message : undefined;
      const name = message === undefined ? 'ZLB' : endName(message);
      this.sent.push({
        at: this.world.now,
        name,
        to: address - LNS_ADDRESS,
        ns: header.ns,
        message,
      });
    };
    this.world.run(1_000); // until the lines are open
  }

  get now(): Millis {
    return this.world.now;
  }

  station(line = 1): Station {
    const station = this.world.stations[line - 1];
    assert(station !== undefined);
    return station;
  }

  lns(index = 0): Lns {
    const lns = this.world.lnses[index];
    assert(lns !== undefined);
    return lns;
  }

  dial(line = 1): this {
    this.world.dial(this.station(line));
    return this;
  }

  run(forMs: Millis): this {
    this.world.run(this.now + forMs);
    return this;
  }

  until(what: string, isDone: () => boolean, withinMs: Millis = UP_MS): this {
    assert(this.world.run(this.now + withinMs, isDone), `${what}, by ${this.now} ms`);
    return this;
  }

  /** Dials, and waits until data goes both ways. */
  callUp(line = 1, withinMs = UP_MS): this {
    const { caller } = this.station(line);
    const before = caller.echoes;
    this.dial(line);
    return this.until(`line ${line} works`, () => caller.echoes > before, withinMs);
  }

  /** What the LAC has sent since then, without acknowledgements. */
  since(at: Millis): readonly Sent[] {
    return this.sent.filter((one) => one.at >= at && one.name !== 'ZLB');
  }

  names(since: Millis): readonly string[] {
    return this.since(since).map(({ name }) => name);
  }

  /** When messages of that name left, from the first one on. */
  times(name: string): readonly Millis[] {
    const times = this.sent.filter((one) => one.name === name).map(({ at }) => at);
    return times.map((at) => at - (times[0] ?? 0));
  }

  /** @returns when the LAC hangs up, from now on */
  hungUpWithin(limitMs: Millis, line = 1): Millis {
    const from = this.now;
    const station = this.station(line);
    this.until('the line is hung up', () => !station.isOpen, limitMs);
    return this.now - from;
  }

  /** Everything ends by itself, and nothing is left. */
  rest(): void {
    this.run(SETTLED_MS);
    assert.deepEqual(lookForLeaks(this.world.router, this.world.wheel), []);
  }
}
