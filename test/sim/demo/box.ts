/** One router of the demonstration: the shipped bundle as a program, its trace and its console. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const LOOK_MS = 10;
const ANSWER_MS = 2_000;
/** A filter that the console does not know: its complaint ends the answer before it. */
const MARK = 'end-of-answer';

export interface BoxOptions {
  readonly name: string;
  /** Of this run alone: the configuration and the console are there. */
  readonly folder: string;
  readonly bundle: string;
  readonly config: string;
  /** What stands in front of the command. */
  readonly enter: readonly string[];
  /** The callers' packets, instead of a TUN device. */
  readonly packets: number | undefined;
  readonly line: (text: string) => void;
}

export class Box {
  readonly name: string;
  /** Undefined while it runs. */
  exitStatus: number | undefined;
  /** Resolves to its exit status; 128 + n after signal n is not told apart from 128. */
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  readonly #socketPath: string;

  constructor(options: BoxOptions) {
    const { name, folder, bundle, enter, packets } = options;
    this.name = name;
    const config = join(folder, `${name}.conf`);
    this.#socketPath = join(folder, `${name}.console`);
    writeFileSync(config, options.config);
    const words = ['--config', config, '--console', this.#socketPath, '--debug', 'all'];
    const tun = packets === undefined ? [] : ['--tun', 'fd:3'];
    const command = [...enter, process.execPath, bundle, ...words, ...tun];
    const [program = '', ...rest] = command;
    // A session of its own: ^C at our terminal is for us, and we end the routers in order.
    this.#child = spawn(program, rest, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...(packets === undefined ? [] : [packets])],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', options.line);
    }
    this.ended = new Promise((resolve) => {
      const over = (status: number): void => {
        this.exitStatus = status;
        resolve(status);
      };
      this.#child.on('error', (error) => {
        options.line(String(error));
        over(127);
      });
      // After its last line.
      this.#child.on('close', (status) => over(status ?? 128));
    });
  }

  signal(signal: NodeJS.Signals): void {
    if (this.exitStatus === undefined) this.#child.kill(signal);
  }

  /** Resolves when the console answers; rejects when the router has ended. */
  async ready(): Promise<void> {
    while ((await this.#tryAsk('show line')) === undefined) {
      if (this.exitStatus !== undefined) {
        throw new Error(`${this.name} has ended with status ${this.exitStatus}`);
      }
      await pause(LOOK_MS);
    }
  }

  /** @returns the lines of the answer */
  async ask(command: string): Promise<readonly string[]> {
    const lines = await this.#tryAsk(command);
    if (lines === undefined) throw new Error(`the console of ${this.name} does not answer`);
    return lines;
  }

  /** What `show NAME | json` answers. */
  async show<View>(name: string): Promise<View> {
    const [line = '{}'] = await this.ask(`show ${name} | json`);
    return JSON.parse(line) as View;
  }

  async #tryAsk(command: string): Promise<readonly string[] | undefined> {
    const socket = connect(this.#socketPath);
    try {
      await once(socket, 'connect');
      socket.setTimeout(ANSWER_MS, () => socket.destroy());
      socket.write(`${command}\nshow line | ${MARK}\n`);
      const lines: string[] = [];
      for await (const line of createInterface({ input: socket })) {
        if (line.includes(MARK)) return lines;
        lines.push(line);
      }
      return undefined;
    } catch {
      return undefined;
    } finally {
      socket.destroy();
    }
  }
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
