/**
 * The product as an operator runs it: the shipped bundle, a configuration file, a console socket.
 */
import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { MemoryView } from '../../../src/console/show/views.ts';
import { Child } from './child.ts';
import { accepts, type LineState, show, type Views } from './console-client.ts';
import type { Namespace } from './namespace.ts';
import { BUNDLE } from './paths.ts';
import { until, within } from './until.ts';

/** As README has it run: what little garbage control makes is not to spread over the memory. */
const SMALL_HEAP = ['--max-semi-space-size=2'];
const START_LIMIT_MS = 10_000;
const STOP_LIMIT_MS = 5000;
const HEAP_READINGS = 3;
const HEAP_LIMIT_MS = 20_000;
/** Line states are polled; a device that came back is opened again with back-off. */
const LINE_LIMIT_MS = 20_000;

export interface PilacOptions {
  readonly namespace?: Namespace;
  readonly nodeOptions?: readonly string[];
  /** What `--debug` gets; `all` unless said. */
  readonly debug?: string;
}

/** What liveHeapOctets() needs. */
export const heapOptions = (dir: string): readonly string[] => [
  '--heapsnapshot-signal=SIGUSR2',
  `--diagnostic-dir=${dir}`,
];

export class Pilac {
  readonly #child: Child;
  readonly #startedAt = performance.now();
  readonly #socketPath: string;
  readonly #logPath: string;
  readonly #dir: string;

  private constructor(dir: string, configuration: string, options: PilacOptions) {
    const configPath = `${dir}/pilac.conf`;
    this.#socketPath = `${dir}/console`;
    this.#logPath = `${dir}/pilac.log`;
    this.#dir = dir;
    writeFileSync(configPath, configuration);
    const args = [
      ...(options.nodeOptions ?? SMALL_HEAP),
      BUNDLE,
      ...['--config', configPath, '--console', this.#socketPath],
      ...['--debug', options.debug ?? 'all'],
    ];
    const to = { log: this.#logPath };
    this.#child =
      options.namespace?.start(process.execPath, args, to) ?? new Child(process.execPath, args, to);
  }

  static async start(
    dir: string,
    configuration: string,
    options: PilacOptions = {},
  ): Promise<Pilac> {
    const pilac = new Pilac(dir, configuration, options);
    await until('the console socket of pilac', START_LIMIT_MS, () => {
      if (!pilac.#child.isRunning) throw new Error(`pilac ended: ${pilac.log}`);
      return existsSync(pilac.#socketPath) && accepts(pilac.#socketPath);
    });
    return pilac;
  }

  /** By our clock, so a little more than by its own. */
  get sinceStartMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** All that it wrote to stderr so far (and stdout: node's own --trace-gc writes there). */
  get log(): string {
    return existsSync(this.#logPath) ? readFileSync(this.#logPath, 'utf8') : '';
  }

  /** Log lines that an operator must see: `%FACILITY-n-MNEMONIC`, n at most 4. */
  get complaints(): string[] {
    return this.log.split('\n').filter((line) => /%[A-Z0-9_]+-[0-4]-[A-Z0-9_]+:/.test(line));
  }

  show<Name extends keyof Views>(name: Name): Promise<Views[Name]> {
    return show(this.#socketPath, name);
  }

  /** Resolves when the commands have been done. */
  async command(...lines: readonly string[]): Promise<void> {
    await show(this.#socketPath, 'memory', lines);
  }

  async lineState(number: number): Promise<LineState | 'not listed'> {
    const { lines } = await this.show('line');
    return lines.find((line) => line.number === number)?.state ?? 'not listed';
  }

  async lineIs(number: number, state: LineState, limitMs = LINE_LIMIT_MS): Promise<void> {
    let seen = '';
    await until(`line ${number} ${state}`, limitMs, async () => {
      seen = await this.lineState(number);
      return seen === state;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; it is ${seen}`);
    });
  }

  async sessionsAre(count: number, limitMs: number): Promise<void> {
    await until(`${count} established sessions`, limitMs, async () => {
      const { sessions } = await this.show('vpdn');
      return sessions.filter((session) => session.state === 'established').length === count;
    });
  }

  /** Nothing of any call is left: like a fresh start, `baseline`. The lines must be up and idle. */
  async cleanAs(baseline: MemoryView, limitMs = 40_000): Promise<void> {
    const inUse = (memory: MemoryView): string => {
      const { timers, frameSlotsInUse, calls, tunnels, sessions, addresses } = memory;
      return JSON.stringify({ timers, frameSlotsInUse, calls, tunnels, sessions, addresses });
    };
    let last = '';
    await until(`all released, ${inUse(baseline)}`, limitMs, async () => {
      const vpdn = await this.show('vpdn');
      last = inUse(await this.show('memory'));
      const isEmpty = vpdn.tunnels.length === 0 && vpdn.sessions.length === 0;
      return isEmpty && last === inUse(baseline);
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; in use: ${last}`);
    });
  }

  /**
   * Octets of live objects: Node collects all that is garbage before it takes a heap snapshot,
   * which is what the signal asks for. The least of several, for each `show` makes some garbage.
   */
  async liveHeapOctets(): Promise<number> {
    const snapshots = (): number =>
      readdirSync(this.#dir).filter((name) => name.endsWith('.heapsnapshot')).length;
    let least = Infinity;
    for (let at = 0; at < HEAP_READINGS; at++) {
      const before = snapshots();
      this.#child.signal('SIGUSR2');
      await until('a heap snapshot', HEAP_LIMIT_MS, () => snapshots() > before);
      const { heapUsedOctets } = await this.show('memory');
      least = Math.min(least, heapUsedOctets);
    }
    return least;
  }

  /** Soft shutdown, as an operator does it. */
  async stop(): Promise<void> {
    this.#child.signal('SIGTERM');
    const exited = within('soft shutdown of pilac', STOP_LIMIT_MS, this.#child.exited);
    assert.equal(await exited, 0, 'exit code of pilac after SIGTERM');
  }

  /** For the end of a failed case. */
  async kill(): Promise<void> {
    await this.#child.end('SIGKILL', 0);
  }
}
