/**
 * A serial line: two ptys joined by socat. One end is the caller's, the other the product's. It
 * lasts for one call: when either side closes its end socat goes, and the other side sees a
 * hang-up. (`ptmx`, because socat's own way of making a pty keeps the other end open and would
 * never see that.)
 */
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { Child } from './child.ts';
import type { Namespace } from './namespace.ts';
import { until } from './until.ts';

const UP_LIMIT_MS = 5000;

export class Line {
  readonly number: number;
  /** The caller's end. */
  readonly near: string;
  /** The product's end: a fixed path, there while the pair is up. */
  readonly far: string;
  readonly #namespace: Namespace | undefined;
  #socat: Child | undefined;
  #held: number | undefined;

  constructor(number: number, dir: string, namespace?: Namespace) {
    this.number = number;
    this.near = `${dir}/line${number}.near`;
    this.far = `${dir}/line${number}.far`;
    this.#namespace = namespace;
  }

  get isUp(): boolean {
    return this.#socat?.isRunning ?? false;
  }

  async connect(): Promise<void> {
    await this.cut();
    const args = [this.near, this.far].map((path) => `PTY,ptmx,link=${path},rawer`);
    this.#socat = this.#namespace?.start('socat', args) ?? new Child('socat', args);
    await until(`line ${this.number}`, UP_LIMIT_MS, () => {
      if (!this.isUp) throw new Error(`line ${this.number}: ${this.#socat?.output}`);
      return existsSync(this.near) && existsSync(this.far);
    });
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
    await this.#socat?.end('SIGTERM', 1000);
    this.#socat = undefined;
  }
}
