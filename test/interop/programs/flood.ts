/**
 * Ten calls, and pings through them while somebody floods the LNS: what it costs those who are in.
 * The windows are alike but for where the flood goes: to a sink, or to the LNS.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ScriptedCall } from '../peers/call.ts';
import { ScriptedLac } from '../peers/lac.ts';
import { DISCARD_PORT, type Place, parameters, percentile, say, told, wait } from './talk.ts';

interface Parameters extends Place {
  readonly calls: number;
  /** Datagrams of the flood, and how many a second. */
  readonly junk: number;
  readonly perSecond: number;
  readonly windows: number;
}

export interface WindowReport {
  readonly sent: number;
  readonly lost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface NewCallReport {
  readonly ms: number;
}

const FLOODER = fileURLToPath(new URL('flooder.ts', import.meta.url));
const L2TP_PORT = 1701;
const WARM_UP_JUNK = 10_000;
const UP_LIMIT_MS = 10_000;
const LATE_LIMIT_MS = 2000;
const SEQUENCES = 0x10000;

const place = parameters<Parameters>();
const { dir, lac: local, lns, secret, hostName, caller, peer } = place;

/** Pings one call after the other, each as soon as the event loop comes to it. */
class Probe {
  readonly #calls: readonly ScriptedCall[];
  readonly #sentAt = new Float64Array(SEQUENCES);
  readonly #samples: number[] = [];
  #sequence = 0;
  #isOpen = false;
  #sent = 0;

  constructor(calls: readonly ScriptedCall[]) {
    this.#calls = calls;
    for (const call of calls) call.onEcho = (sequence) => this.#came(sequence);
  }

  async window(isOver: () => boolean): Promise<WindowReport> {
    this.#samples.length = 0;
    this.#sent = 0;
    this.#isOpen = true;
    const timer = setInterval(() => this.#ping(), 1);
    await wait(isOver, 'the end of the window', 120_000);
    clearInterval(timer);
    const sent = this.#sent;
    await wait(() => this.#samples.length === sent, 'the last pings', LATE_LIMIT_MS).catch(
      () => undefined,
    );
    this.#isOpen = false;
    return {
      sent,
      lost: sent - this.#samples.length,
      p50Ms: percentile(this.#samples, 0.5),
      p99Ms: percentile(this.#samples, 0.99),
      maxMs: percentile(this.#samples, 1),
    };
  }

  #ping(): void {
    const call = this.#calls[this.#sequence % this.#calls.length];
    if (call === undefined) return;
    this.#sequence = (this.#sequence + 1) % SEQUENCES;
    this.#sent++;
    this.#sentAt[this.#sequence] = performance.now();
    call.ping(peer, this.#sequence);
  }

  #came(sequence: number): void {
    if (!this.#isOpen) return;
    this.#samples.push(performance.now() - (this.#sentAt[sequence] ?? 0));
  }
}

/** Starts it; it stands ready and waits. */
async function startFlooder(port: number, seed: number, junk: number): Promise<ChildProcess> {
  const { perSecond } = place;
  const text = JSON.stringify({ lns, port, hostName, lac: local, junk, perSecond, seed });
  const child = spawn(process.execPath, ['--import', 'tsx', FLOODER, text], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => {
    child.stdout?.once('data', resolve);
  });
  return child;
}

/** @returns what it was like for the others while so much came in there */
async function windowWith(
  probe: Probe,
  port: number,
  seed: number,
  junk = place.junk,
): Promise<WindowReport> {
  const flooder = await startFlooder(port, seed, junk);
  let isOver = false;
  flooder.once('exit', () => {
    isOver = true;
  });
  flooder.stdin?.end('go\n');
  return probe.window(() => isOver);
}

async function newCall(): Promise<NewCallReport> {
  const begun = performance.now();
  const other = await ScriptedLac.open({ local, lns, secret, hostName });
  const call = other.call({ ...caller, proxy: 'chap' });
  let isThrough = false;
  call.onEcho = () => {
    isThrough = true;
  };
  await new Promise<void>((resolve) => {
    call.onUp = resolve;
  });
  for (let sequence = 1; !isThrough; sequence++) {
    call.ping(peer, sequence);
    await wait(() => isThrough, 'a ping', 100).catch(() => undefined);
  }
  const ms = performance.now() - begun;
  other.hangUp(call);
  await other.stop(UP_LIMIT_MS);
  return { ms };
}

const lac = await ScriptedLac.open({ local, lns, secret, hostName });
const calls = Array.from({ length: place.calls }, () => lac.call({ ...caller, proxy: 'chap' }));
await wait(() => calls.every(({ address }) => address !== ''), 'all calls', UP_LIMIT_MS);
const probe = new Probe(calls);
await windowWith(probe, DISCARD_PORT, 0, WARM_UP_JUNK);
say('up');
await told(dir, 'go');
for (let at = 1; at <= place.windows; at++) {
  say(`idle ${at}`, await windowWith(probe, DISCARD_PORT, at));
  say(`flood ${at}`, await windowWith(probe, L2TP_PORT, at));
  if (at === 1) say('new call', await newCall());
  await told(dir, `go ${at}`);
  if (existsSync(`${dir}/enough`)) break;
}
const ended = calls.filter((call) => call.ended !== undefined).length;
for (const call of calls) lac.hangUp(call);
await lac.stop(UP_LIMIT_MS);
say('end', { ended });
