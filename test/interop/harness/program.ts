/** A program of test/interop/programs, run in a namespace: files to it, lines of JSON from it. */
import { writeFileSync } from 'node:fs';
import type { Child } from './child.ts';
import type { Namespace } from './namespace.ts';
import { PROGRAMS, REPOSITORY } from './paths.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** What it says: at which point it is, and what it has found. */
interface Said {
  readonly at: string;
}

export class Program {
  readonly #name: string;
  readonly #dir: string;
  readonly #child: Child;

  constructor(world: World, namespace: Namespace, name: string, parameters: object) {
    this.#name = name;
    this.#dir = world.dir;
    const text = JSON.stringify({ ...parameters, dir: world.dir });
    const args = ['--import', 'tsx', `${PROGRAMS}/${name}.ts`, text];
    this.#child = namespace.start(process.execPath, args, { cwd: REPOSITORY });
    world.atEnd(() => this.#child.end('SIGKILL', 0));
  }

  /** @returns what it said when it came there */
  async says<Result>(at: string, limitMs: number): Promise<Result> {
    const what = `${this.#name} comes to ${at}`;
    return until(what, limitMs, () => {
      const found = this.#lines().find((said) => said.at === at);
      if (found !== undefined) return found as Said & Result;
      if (this.#child.isRunning) return undefined;
      throw new Error(`${what}: it ended: ${this.#child.output}`);
    });
  }

  /** Lets it go on from where it waits. */
  let(name: string): void {
    writeFileSync(`${this.#dir}/${name}`, '');
  }

  #lines(): Said[] {
    const complete = this.#child.output.split('\n').slice(0, -1);
    return complete.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Said);
  }
}
