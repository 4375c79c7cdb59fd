/** The legacy router: a real pppd in a kernel of its own, one caller a line. */
import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Child } from './child.ts';
import type { Line } from './line.ts';
import type { Namespace } from './namespace.ts';
import { until } from './until.ts';

export interface RouterOptions {
  readonly user?: string;
  /** Its password, `routerpw` unless said. */
  readonly secret?: string;
  /** What it agrees to; CHAP unless said. */
  readonly auth?: 'chap' | 'pap' | 'any';
  /** Steps of lab/router: 'ping PEER 5', 'get PEER 9000', 'wait-down 30', 'drop' ... */
  readonly steps?: readonly string[];
  readonly linkWaitS?: number;
  readonly maxS?: number;
  /** More options of pppd. */
  readonly pppd?: string;
}

/** A PPP client right above L2TP: xl2tpd and pppd, no line and no LAC. */
export interface ClientOptions {
  readonly lns: string;
  readonly mode: 'kernel' | 'user';
  readonly steps?: readonly string[];
  readonly pppd?: string;
}

/** What one caller reported: `S1_OK=1` and so on. */
export type Report = Readonly<Record<string, string>>;

/**
 * Compressed, the capture would not show TCP; and xl2tpd in user mode damages a frame now and then
 * (it reads no FCS), which the compressor of the kernel never forgives.
 */
const NO_COMPRESSION = 'noccp novj';

export const ROUTER_EXIT = { ok: 0, noLink: 11, stepFailed: 12, deadline: 13 } as const;

export class Router {
  readonly dir: string;
  readonly #child: Child;
  readonly #callers: number;

  private constructor(dir: string, callers: number, child: Child) {
    this.dir = dir;
    this.#callers = callers;
    this.#child = child;
  }

  /** On serial lines: with several, one guest holds a caller for each. */
  static onLines(
    namespace: Namespace,
    dir: string,
    lines: readonly Line[],
    options: RouterOptions,
  ): Router {
    const args = ['--out', dir, '--max', String(options.maxS ?? 90)];
    for (const line of lines) args.push('--line', line.near);
    if (options.user !== undefined) args.push('--user', options.user);
    if (options.secret !== undefined) args.push('--secret', options.secret);
    if (options.auth !== undefined) args.push('--auth', options.auth);
    if (options.linkWaitS !== undefined) args.push('--link-wait', String(options.linkWaitS));
    args.push('--pppd', `${NO_COMPRESSION} ${options.pppd ?? ''}`);
    for (const step of options.steps ?? []) args.push('--do', step);
    return new Router(dir, lines.length, namespace.lab('router', args, { log: `${dir}.log` }));
  }

  static overL2tp(namespace: Namespace, dir: string, options: ClientOptions): Router {
    const { lns, mode, steps = [], pppd = '' } = options;
    const args = ['--out', dir, '--max', '90', '--lns', lns, '--mode', mode];
    args.push('--pppd', `${NO_COMPRESSION} ${pppd}`);
    for (const step of steps) args.push('--do', step);
    return new Router(dir, 1, namespace.lab('l2tp-client', args, { log: `${dir}.log` }));
  }

  /** @returns the exit code, see ROUTER_EXIT */
  get exited(): Promise<number> {
    return this.#child.exited;
  }

  end(): Promise<number> {
    return this.#child.end('SIGTERM', 5000);
  }

  /** Makes the file that an `await NAME N` step waits for. */
  let(name: string): void {
    writeFileSync(`${this.dir}/${name}`, '');
  }

  /** Resolves when IP is up on every line. */
  async up(limitMs = 60_000): Promise<void> {
    for (let caller = 0; caller < this.#callers; caller++) {
      await until(`IP of caller ${caller} in ${this.dir}`, limitMs, () => {
        if (existsSync(`${this.dir}/up${this.#suffix(caller)}`)) return true;
        if (this.#child.isRunning) return false;
        throw new Error(
          `the router ended before IP was up: ${JSON.stringify(this.report(caller))}`,
        );
      });
    }
  }

  /** Waits until something has been reported, by the only caller. */
  async reaches(name: string, limitMs: number): Promise<void> {
    await until(`${name} of ${this.dir}`, limitMs, () => {
      const report = this.report();
      if (name in report || this.#child.isRunning) return name in report;
      throw new Error(`the router ended before ${name}: ${JSON.stringify(report)}`);
    });
  }

  report(caller = 0): Report {
    const text = this.#read('result', caller);
    return Object.fromEntries(
      text.split('\n').flatMap((line) => {
        const at = line.indexOf('=');
        return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
      }),
    );
  }

  /** pppd's own log: every negotiation packet that this caller sent and received. */
  pppdLog(caller = 0): string {
    return this.#read('pppd', caller, '.log');
  }

  /** Waits for the end. @throws unless all steps of all callers went well */
  async succeeds(): Promise<void> {
    const code = await this.exited;
    for (let caller = 0; caller < this.#callers; caller++) {
      const report = this.report(caller);
      assert.match(report.END ?? 'no report', /^(ok|dropped)$/, JSON.stringify(report));
    }
    assert.equal(code, ROUTER_EXIT.ok, `exit of the router in ${this.dir}`);
  }

  #suffix(caller: number): string {
    return this.#callers > 1 ? `.${caller}` : '';
  }

  #read(name: string, caller: number, ending = ''): string {
    const path = `${this.dir}/${name}${this.#suffix(caller)}${ending}`;
    return existsSync(path) ? readFileSync(path, 'latin1') : '';
  }
}
