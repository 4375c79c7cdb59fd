/** Serial lines on ptys under the real scheduler, and what they tell. */
import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ready } from '../../../src/base/event-loop.ts';
import type { OpenPort, SerialOptions } from '../../../src/device/serial/open-port.ts';
import { SerialLine } from '../../../src/device/serial/serial-line.ts';
import type { Tty } from '../../../src/device/serial/tty.ts';
import { Pty } from './pty.ts';
import { World } from './world.ts';

/** A line, and all that it told. */
export interface Seen {
  readonly line: SerialLine;
  readonly log: string[];
  readonly received: number[];
}

export class Lines {
  readonly world = new World();
  readonly #folder = fs.mkdtempSync(join(tmpdir(), 'pilac-serial-'));
  readonly #seen: Seen[] = [];
  readonly #ptys: Pty[] = [];

  async close(): Promise<void> {
    for (const { line } of this.#seen) await line.shut();
    await this.world.close();
    for (const pty of this.#ptys) pty.close();
    fs.rmSync(this.#folder, { recursive: true });
  }

  pair(): Pty {
    const pty = new Pty(this.world.arena);
    this.#ptys.push(pty);
    return pty;
  }

  /** Its device goes by the name returned from now on; always the same. */
  link(pty: Pty): string {
    const path = join(this.#folder, 'line');
    fs.rmSync(path, { force: true });
    fs.symlinkSync(pty.path, path);
    return path;
  }

  unplug(pty: Pty): void {
    this.#ptys.splice(this.#ptys.indexOf(pty), 1);
    pty.close();
  }

  /** Follows `line.rx` as the forwarding plane would: empties it whenever it is told. */
  lineOn(
    path: string,
    options: Partial<SerialOptions> = {},
    fake?: { open: () => Promise<OpenPort>; tty: Tty },
  ): Seen {
    const log: string[] = [];
    const received: number[] = [];
    const line: SerialLine = new SerialLine(
      this.world.arena,
      this.world.scheduler,
      this.world.wheel,
      { path, speedBps: 115_200, flowControl: 'none', ...options },
      {
        opened: () => log.push('opened'),
        readable: () => {
          for (const octet of line.rx.takeAll()) received.push(octet);
        },
        lost: (_now, why) => log.push(`lost: ${why}`),
        openFailed: (_now, { code, message }, retryMs) => {
          assert(message.includes(path));
          log.push(`${code}, again in ${retryMs}`);
        },
      },
      fake?.open,
      fake === undefined ? undefined : () => fake.tty,
    );
    this.world.scheduler.addFlusher(line);
    const one = { line, log, received };
    this.#seen.push(one);
    line.open();
    return one;
  }

  /** As lineOn(), and waits until it is open. */
  async openLine(path: string, options?: Partial<SerialOptions>): Promise<Seen> {
    const one = this.lineOn(path, options);
    await this.world.until(() => one.log.length > 0);
    assert.deepEqual(one.log, ['opened']);
    return one;
  }

  /** Collects what reaches the far end. */
  farEnd(pty: Pty): number[] {
    const arrived: number[] = [];
    this.world.scheduler.watch(pty.fd, Ready.In, {
      ready: () => {
        for (const octet of pty.read()) arrived.push(octet);
      },
    });
    return arrived;
  }
}
