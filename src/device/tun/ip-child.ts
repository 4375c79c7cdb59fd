/** iproute2's `ip`, reading commands line by line for as long as we write them. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface IpChild {
  write(lines: string): void;
  /** What was written and not read yet. */
  unreadOctets(): number;
  /** No more lines come. Resolves when it has read all there were, and ended. */
  end(): Promise<void>;
}

/** Called by Node, outside of any turn. */
export interface IpChildEvents {
  /** Something on its stderr. */
  complained(text: string): void;
  /** It has read all it was told. */
  drained(): void;
  /** Once: the status or signal it ended by, or why it could not begin, e.g. ENOENT. */
  ended(why: string): void;
}

export type IpSpawner = (events: IpChildEvents) => IpChild;

export const spawnIp: IpSpawner = (events) => spawnCommand('ip', events);

/** @param command called as `ip` would be; a test has one of its own */
export function spawnCommand(command: string, events: IpChildEvents): IpChild {
  // Nobody reads its standard output, and nobody needs to: it answers no question.
  const child = spawn(command, ['-force', '-batch', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  return new PipedChild(child, events);
}

class PipedChild implements IpChild {
  readonly #stdin: Writable;
  readonly #over: Promise<void>;

  constructor(child: ChildProcessByStdio<Writable, null, Readable>, events: IpChildEvents) {
    this.#stdin = child.stdin;
    let failure: string | undefined;
    child.on('error', (error) => {
      failure = 'code' in error ? String(error.code) : error.message;
    });
    child.stdin.on('error', () => undefined); // it ended: `close` tells
    child.stdin.on('drain', () => events.drained());
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => events.complained(text));
    this.#over = new Promise((resolve) => {
      child.on('close', (status, signal) => {
        events.ended(failure ?? signal ?? `status ${status}`);
        resolve();
      });
    });
  }

  write(lines: string): void {
    this.#stdin.write(lines);
  }

  unreadOctets(): number {
    return this.#stdin.writableLength;
  }

  end(): Promise<void> {
    this.#stdin.end();
    return this.#over;
  }
}
