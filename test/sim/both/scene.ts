/** A calm world of both ends in which one thing happens at a time, and all that is said of it. */
import { strict as assert } from 'node:assert';
import type { Millis } from '../../../src/base/machine.ts';
import { DebugFlags } from '../../../src/console/debug/flags.ts';
import type { CallerOptions } from '../peers/caller.ts';
import { CALM_LINE, CALM_UDP, configText } from '../world/plan.ts';
import { calmUser, type LnsWishes, lnsText } from './plan.ts';
import { type Station, World } from './world.ts';

const UP_MS: Millis = 10_000;

interface SceneOptions {
  readonly lines?: number;
  readonly lac?: { readonly authentication?: string; readonly groupCommands?: readonly string[] };
  readonly lns?: Partial<LnsWishes>;
  readonly caller?: Partial<CallerOptions>;
}

interface Said {
  readonly at: Millis;
  readonly text: string;
}

export class Scene {
  readonly world: World;
  readonly said: Said[] = [];

  constructor({ lines = 1, lac = {}, lns = {}, caller = {} }: SceneOptions = {}) {
    const debugs = new DebugFlags();
    debugs.set('all', true);
    const { authentication = 'chap', groupCommands = [] } = lac;
    const lacText = configText({ lines, lnses: 1, authentication, groupCommands });
    const wishes = { authentication: 'chap', renegotiation: '', users: lines, addresses: lines };
    const plan = {
      lacText,
      lnsText: lnsText({ ...wishes, ...lns }),
      lines: Array.from({ length: lines }, (_, at) => ({ ...calmUser(at + 1), ...caller })),
      liars: new Set<number>(),
      bps: 115_200,
      udp: CALM_UDP,
      line: CALM_LINE,
      incidents: [],
      faultsEndAt: 0,
      end: 'callers',
    } as const;
    this.world = new World(plan, 1, (event, at) => {
      const texts = typeof event === 'string' ? [event] : debugs.linesOf(event);
      for (const text of texts) this.said.push({ at, text });
    });
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

  run(forMs: Millis): this {
    this.world.run(this.now + forMs);
    return this;
  }

  until(what: string, isDone: () => boolean, withinMs: Millis = UP_MS): this {
    assert(this.world.run(this.now + withinMs, isDone), `${what}, by ${this.now} ms`);
    return this;
  }

  dial(line = 1): this {
    this.world.dial(this.station(line));
    return this;
  }

  /** Dials, and waits until packets go both ways. */
  callUp(line = 1): this {
    const { caller } = this.station(line);
    const before = caller.echoes;
    this.dial(line);
    return this.until(`line ${line} works`, () => caller.echoes > before);
  }

  /** @returns when it was first said, from `since` on */
  saidAt(pattern: RegExp, since: Millis = 0): Millis {
    const found = this.said.find(({ at, text }) => at >= since && pattern.test(text));
    assert(found !== undefined, `nobody says ${pattern}`);
    return found.at;
  }

  count(pattern: RegExp): number {
    return this.said.filter(({ text }) => pattern.test(text)).length;
  }

  /** Until somebody says it. @returns how long that took */
  awaits(pattern: RegExp, withinMs: Millis): Millis {
    const from = this.now;
    const heard = () => this.said.some(({ at, text }) => at >= from && pattern.test(text));
    this.until(`${pattern} is said`, heard, withinMs);
    return this.saidAt(pattern, from) - from;
  }
}
