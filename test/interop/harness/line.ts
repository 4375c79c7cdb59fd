/**
 * A serial line: two ptys joined by the line holder. One end is the caller's, the other the
 * product's. It lasts for one call: when either side closes its end, the other sees a hang-up.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { LineNotice, LineOrder } from './line-holder.ts';
import { LINE_HOLDER, REPOSITORY } from './paths.ts';
import { until } from './until.ts';

const LIMIT_MS = 10_000;

let holder: ChildProcess | undefined;
/** The far ends of the pairs that are up. */
const up = new Set<string>();

export class Line {
  readonly number: number;
  /** The caller's end. */
  readonly near: string;
  /** The product's end: a fixed path, there while the pair is up. */
  readonly far: string;
  #held: number | undefined;

  constructor(number: number, dir: string) {
    this.number = number;
    this.near = `${dir}/line${number}.near`;
    this.far = `${dir}/line${number}.far`;
  }

  get isUp(): boolean {
    return up.has(this.far);
  }

  async connect(): Promise<void> {
    await this.cut();
    this.#order('connect');
    await until(`line ${this.number}`, LIMIT_MS, () => this.isUp);
  }

  /** The near end stays open from now on, also when the caller has closed it: no carrier loss. */
  hold(): void {
    this.#held ??= openSync(this.near, constants.O_RDWR | constants.O_NOCTTY);
  }

  /** Resolves when the product has hung up, or the caller when nobody holds the line. */
  async gone(limitMs: number): Promise<void> {
    await until(`hang-up of line ${this.number}`, limitMs, () => !this.isUp);
  }

  /** Carrier loss for both. */
  async cut(): Promise<void> {
    if (this.#held !== undefined) closeSync(this.#held);
    this.#held = undefined;
    if (!this.isUp) return;
    this.#order('cut');
    await this.gone(LIMIT_MS);
  }

  #order(order: LineOrder['order']): void {
    holder ??= startHolder();
    holder.send({ order, near: this.near, far: this.far });
  }
}

function startHolder(): ChildProcess {
  const options = { cwd: REPOSITORY, execArgv: ['--import', 'tsx'], detached: true };
  const child = fork(LINE_HOLDER, options);
  child.on('message', ({ notice, far }: LineNotice) => {
    if (notice === 'up') up.add(far);
    else up.delete(far);
  });
  return child;
}

/** At the very end: without its channel the holder exits. */
export function endLineHolder(): void {
  holder?.disconnect();
  holder = undefined;
}
