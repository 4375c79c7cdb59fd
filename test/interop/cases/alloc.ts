/**
 * The forwarding plane makes no garbage: the shipped bundle, a pty, UDP, a million frames each way,
 * with HELLO, echo and `show counters` going on; then as many turns and as much of those, and no
 * frames. What V8 collects is read from its own trace.
 */
import { strict as assert } from 'node:assert';
import type { Pilac } from '../harness/pilac.ts';
import { delay, until } from '../harness/until.ts';
import type { Case } from '../harness/world.ts';
import type { Caller } from '../peers/caller.ts';
import { encodeFrame } from '../peers/hdlc.ts';
import type { ScriptedLns } from '../peers/lns.ts';
import { type Loopback, openLoopback } from '../peers/loopback.ts';

const FRAMES = 1_000_000;
const WARM_UP_FRAMES = 100_000;
/** Written at once, and on the way at once: within what a fast line may have queued. */
const BATCH = 32;
const WINDOW = 128;
const SPEED_BPS = 921_600;
/** Between HELLO, echo and `show counters`. */
const CHORES_EVERY_MS = 500;
/** Parts the phases in the trace, whose clock starts some milliseconds behind ours. */
const QUIET_MS = 500;
/**
 * Left on, the memory reducer would sweep once or twice some 8, 16 or 24 s after the start,
 * whatever the program does: it looks through what starting up has left.
 */
const V8_OPTIONS = ['--trace-gc', '--no-memory-reducer'];
const FLAG = 0x7e;

/** FF 03, IP, then nothing that needs an escape. */
const FRAME = Uint8Array.from([0xff, 0x03, 0x00, 0x21, ...Array(36).fill(0x55)]);
const ECHO_REQUEST = Uint8Array.of(0xff, 3, 0xc0, 0x21, 9, 1, 0, 8, 0x11, 0x22, 0x33, 0x44);

/** Collections of one phase. */
interface Collections {
  readonly scavenges: number;
  readonly markSweeps: number;
}

/** A call through the product, both of its ends in our hands. */
class Bench {
  readonly #pilac: Pilac;
  readonly #caller: Caller;
  readonly #lns: ScriptedLns;
  #upFrames = 0;
  #downFrames = 0;
  #chores = 0;

  constructor({ pilac, caller, lns }: Loopback) {
    this.#pilac = pilac;
    this.#caller = caller;
    this.#lns = lns;
  }

  async call(): Promise<void> {
    this.#caller.dial();
    await until('the call', 10_000, () => this.#lns.isUp);
    await this.#pilac.lineIs(1, 'forwarding');
    this.#lns.onData = (datagram, at) => {
      if (datagram[at + 2] === FRAME[2] && datagram[at + 3] === FRAME[3]) this.#upFrames++;
    };
    let isInside = false;
    this.#caller.tap = (octets) => {
      for (const octet of octets) {
        if (octet !== FLAG) isInside = true;
        else if (isInside) {
          isInside = false;
          this.#downFrames++;
        }
      }
    };
  }

  /** `count` frames each way, at the same time. */
  async carry(count: number): Promise<{ readonly turns: number; readonly chores: number }> {
    this.#upFrames = 0;
    this.#downFrames = 0;
    const choresBefore = this.#chores;
    const turnsBefore = await this.#doChores();
    let turns = 0;
    let isDone = false;
    const frames = Promise.all([this.#up(count), this.#down(count)]).then(() => {
      isDone = true;
    });
    const chores = (async (): Promise<void> => {
      while (!isDone) {
        await delay(CHORES_EVERY_MS);
        turns = (await this.#doChores()) - turnsBefore;
      }
    })();
    await Promise.all([frames, chores]);
    return { turns, chores: this.#chores - choresBefore };
  }

  /**
   * About as many turns, exactly as many chores, and no frames: a flag now and then wakes the
   * product for nothing. @returns the turns
   */
  async idle(turns: number, chores: number): Promise<number> {
    const wake = Uint8Array.of(FLAG);
    const begun = await this.#doChores();
    let done = 0;
    let written = 0;
    for (let left = chores - 1; left > 0; left--) {
      // Several flags may end in one turn.
      const flagsPerTurn = done > 0 ? Math.max(1, written / done) : 1;
      const flags = ((turns - done) / left) * flagsPerTurn;
      for (let at = 0; at < flags; at++) await this.#caller.send(wake);
      written += Math.max(0, flags);
      done = (await this.#doChores()) - begun;
    }
    return done;
  }

  async #up(count: number): Promise<void> {
    const batch = Buffer.concat(Array(BATCH).fill(encodeFrame(FRAME)));
    for (let sent = 0; sent < count; sent += BATCH) {
      while (sent - this.#upFrames > WINDOW - BATCH) await turnOfLoop();
      await this.#caller.send(batch);
    }
    await until('frames up', 5000, () => this.#upFrames === count);
  }

  async #down(count: number): Promise<void> {
    const datagram = Buffer.concat([this.#lns.dataHeader, FRAME]);
    for (let sent = 0; sent < count; sent += BATCH) {
      while (sent - this.#downFrames > WINDOW - BATCH) await turnOfLoop();
      for (let at = 0; at < BATCH; at++) this.#lns.send(datagram);
    }
    await until('frames down', 5000, () => this.#downFrames >= count);
  }

  /** @returns the product's turns so far */
  async #doChores(): Promise<number> {
    this.#chores++;
    this.#lns.hello();
    this.#lns.send(Buffer.concat([this.#lns.dataHeader, ECHO_REQUEST]));
    await this.#caller.send(encodeFrame(ECHO_REQUEST));
    const { scheduler } = await this.#pilac.show('counters');
    assert.ok(scheduler, '`show counters | json` has no scheduler');
    return scheduler.turns;
  }
}

const turnOfLoop = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** What `--trace-gc` says of the time between two moments, in milliseconds since the start. */
function collections(trace: string, fromMs: number, toMs: number): Collections {
  let scavenges = 0;
  let markSweeps = 0;
  for (const [, ms, what] of trace.matchAll(/^\[\d+:\S+\] +(\d+) ms: ([\w-]+)/gm)) {
    if (Number(ms) < fromMs || Number(ms) > toMs) continue;
    if (what === 'Scavenge') scavenges++;
    else markSweeps++;
  }
  return { scavenges, markSweeps };
}

export const alloc: Case = {
  name: 'alloc',
  limitS: 240,
  run: async (world) => {
    const loopback = await openLoopback(world, {
      caller: { name: 'a@example.net', secret: 'b' },
      speedBps: SPEED_BPS,
      nodeOptions: V8_OPTIONS,
    });
    const { pilac } = loopback;
    const bench = new Bench(loopback);
    await bench.call();
    await bench.carry(WARM_UP_FRAMES);

    const phase = async <T>(work: () => Promise<T>): Promise<[T, from: number, to: number]> => {
      await delay(QUIET_MS);
      const from = pilac.sinceStartMs;
      await delay(QUIET_MS);
      const result = await work();
      await delay(QUIET_MS);
      return [result, from, pilac.sinceStartMs];
    };
    const [busy, framesFrom, framesTo] = await phase(() => bench.carry(FRAMES));
    const [idleTurns, idleFrom, idleTo] = await phase(() => bench.idle(busy.turns, busy.chores));
    await pilac.stop();

    const trace = pilac.log;
    assert.match(trace, / ms: Scavenge/, 'a trace of the collector');
    const frames = collections(trace, framesFrom, framesTo);
    const control = collections(trace, idleFrom, idleTo);
    const both = JSON.stringify({ ...busy, idleTurns, frames, control });
    assert.ok(idleTurns > busy.turns * 0.9, both);
    assert.equal(frames.markSweeps, 0, both);
    // One more or less: how full the young generation was when the phase began.
    assert.ok(frames.scavenges <= control.scavenges + 1, both);
  },
};
