/** How a program talks with its case: harness/program.ts is the other end. */
import { existsSync } from 'node:fs';

/** RFC 863: where a flood goes that is to harm nobody. */
export const DISCARD_PORT = 9;
const LOOK_MS = 20;

/** What every program is told. */
export interface Place {
  readonly dir: string;
  /** Where a LAC sends from, and where the LNS is. */
  readonly lac: string;
  readonly lns: string;
  readonly secret: string;
  readonly hostName: string;
  readonly caller: { readonly name: string; readonly secret: string };
  /** Our end of each caller's link, to be pinged. */
  readonly peer: string;
}

export function parameters<Parameters extends Place>(): Parameters {
  return JSON.parse(process.argv[2] ?? '{}') as Parameters;
}

export function say(at: string, found: object = {}): void {
  process.stdout.write(`${JSON.stringify({ at, ...found })}\n`);
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

export async function wait(isDone: () => boolean, what: string, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!isDone()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${limitMs} ms`);
    await pause(LOOK_MS);
  }
}

/** Until the case says so. */
export const told = (dir: string, name: string): Promise<void> =>
  wait(() => existsSync(`${dir}/${name}`), name, 120_000);

/** Of some samples, in milliseconds. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return Math.round((sorted[at] ?? 0) * 1000) / 1000;
}
