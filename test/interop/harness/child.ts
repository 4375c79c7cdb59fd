/**
 * Child processes that cannot be left behind: each is the leader of a group of its own, and is
 * ended by its pid. What a lab script starts outside its group dies with the network namespace.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface ChildOptions {
  readonly cwd?: string;
  /** Its standard output and error go there; without it they are kept in `output`. */
  readonly log?: string;
}

const alive = new Set<Child>();

export class Child {
  readonly pid: number;
  output = '';
  exitCode: number | undefined;
  /** Resolves to the exit code, or 128 + n when signal n ended it. */
  readonly exited: Promise<number>;
  readonly #process: ChildProcess;

  constructor(command: string, args: readonly string[], options: ChildOptions = {}) {
    const sink = options.log === undefined ? 'pipe' : openSync(options.log, 'a');
    this.#process = spawn(command, args, {
      cwd: options.cwd,
      detached: true,
      stdio: ['ignore', sink, sink],
    });
    if (typeof sink === 'number') closeSync(sink);
    this.pid = this.#process.pid ?? 0;
    alive.add(this);
    const keep = (chunk: unknown): void => {
      this.output += String(chunk);
    };
    this.#process.stdout?.on('data', keep);
    this.#process.stderr?.on('data', keep);
    this.exited = new Promise((resolve) => {
      const ended = (code: number): void => {
        this.exitCode = code;
        alive.delete(this);
        resolve(code);
      };
      this.#process.on('error', () => ended(127));
      this.#process.on('exit', (code, signal) => ended(code ?? 128 + signalNumber(signal)));
    });
  }

  get isRunning(): boolean {
    return this.exitCode === undefined;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.isRunning && this.pid > 0) this.#process.kill(signal);
  }

  /** Ends it: `signal`, and after `graceMs` the whole group is killed. */
  async end(signal: NodeJS.Signals = 'SIGTERM', graceMs = 10_000): Promise<number> {
    this.signal(signal);
    const timer = setTimeout(() => killGroup(this.pid), graceMs);
    const code = await this.exited;
    clearTimeout(timer);
    return code;
  }
}

/** At the very end, or on ^C: whatever still runs is killed, without waiting. */
export function killAllChildren(): void {
  for (const child of alive) killGroup(child.pid);
}

/** Runs to the end. @throws with its output when it fails */
export function runSync(command: string, args: readonly string[]): string {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (done.status === 0) return done.stdout;
  throw new Error(`${command} ${args.join(' ')}: ${done.error?.message ?? done.stderr.trim()}`);
}

function killGroup(pid: number): void {
  try {
    if (pid > 0) process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

const SIGNALS: Readonly<Record<string, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
const signalNumber = (signal: NodeJS.Signals | null): number => SIGNALS[signal ?? ''] ?? 1;
