/** The one call of the demonstration: what is done in which order, and what has to be seen. */
import { parseIpv4 } from '../../../src/base/port.ts';
import { monotonicMs } from '../../../src/device/clock.ts';
import { Caller, type CallerOptions } from '../peers/caller.ts';
import type { Lns } from '../peers/lns.ts';
import type { Prng } from '../world/prng.ts';
import type { BootedLac } from './firmware.ts';

const LOOK_MS = 20;
const LOOPBACK = parseIpv4('127.0.0.1') ?? 0;

export interface CallParts {
  readonly lac: BootedLac;
  readonly lns: Lns;
  readonly caller: CallerOptions;
  readonly random: Prng;
  /** What is found wrong on the way. */
  readonly wrong: string[];
  /** So many have to come back. */
  readonly frames: number;
  readonly say: (text: string) => void;
}

interface Step {
  readonly what: string;
  readonly isDone: () => boolean;
  /** What is done then, and how it is announced. */
  readonly next?: readonly [heading: string, act: () => void];
}

export class Call {
  readonly #parts: CallParts;
  readonly #caller: Caller;
  readonly #callerTimer: number;
  readonly #lnsTimer: number;

  constructor(parts: CallParts) {
    this.#parts = parts;
    const { lac, lns, random } = parts;
    this.#caller = new Caller(parts.caller, random, {
      send: (octets) => this.#toLine(octets),
      hangUp: (why) => parts.wrong.push(`caller: hung up, ${why}`),
    });
    this.#callerTimer = lac.wheel.create((now) => this.#run(() => this.#caller.timer(now)));
    this.#lnsTimer = lac.wheel.create((now) => this.#run(() => lns.timer(now)));
    lac.onHangUp = () => parts.wrong.push('the LAC hung up');
    lac.scheduler.addFlusher({ flush: () => this.#fromLine() });
  }

  begin(): void {
    const { lac } = this.#parts;
    lac.scheduler.post((now) => {
      lac.lac.lineOpened(lac.line, now);
      this.#run(() => this.#caller.connect(now));
    });
  }

  fromLac(octets: Uint8Array, port: number): void {
    const { lns } = this.#parts;
    this.#run(() => lns.receive(octets, { address: LOOPBACK, port }, monotonicMs()));
  }

  /** @returns what did not happen */
  async run(heading: (text: string) => void, until: number): Promise<readonly string[]> {
    const { wrong } = this.#parts;
    for (const { what, isDone, next } of this.#steps()) {
      while (!isDone() && wrong.length === 0 && monotonicMs() < until) {
        await this.#pause();
      }
      if (!isDone()) return [`it was waited for: ${what}`, ...wrong];
      this.#parts.say(`=== ${what}`);
      if (next === undefined) continue;
      heading(next[0]);
      next[1]();
    }
    return wrong;
  }

  #steps(): readonly Step[] {
    const { lac, lns, frames } = this.#parts;
    const { line } = lac;
    const caller = this.#caller;
    const taken = (name: string) => () => lns.taken.get(name) === 1;
    return [
      { what: 'the tunnel stands', isDone: taken('SCCCN') },
      { what: 'the call is forwarded', isDone: () => line.call.state === 'forwarding' },
      { what: 'the LNS has accepted the caller', isDone: () => caller.accepted > 0 },
      { what: 'IPCP is open at both ends', isDone: () => caller.isUp },
      {
        what: `${frames} frames went up and came back`,
        isDone: () => caller.echoes >= frames,
        next: ['The line loses its carrier', () => this.#loseCarrier()],
      },
      { what: 'CDN with result 1 at the LNS', isDone: taken('CDN 1') },
      {
        what: "the LNS's StopCCN has ended the tunnel",
        isDone: () => [...lac.lac.tunnels.records.values()].every(({ state }) => state === 'down'),
      },
      {
        what: 'it was acknowledged',
        isDone: () => lns.tunnels.every(({ isAnswered }) => isAnswered),
      },
      {
        what: 'no session and no call is left',
        isDone: () => lac.lac.forwarder.sessions.count === 0 && lac.lac.isDown(),
      },
    ];
  }

  /** On the firmware's wheel: its scheduler may let Node's timers wait. */
  #pause(): Promise<void> {
    const { wheel, scheduler } = this.#parts.lac;
    return new Promise((resolve) => {
      const timer = wheel.create(() => {
        wheel.destroy(timer);
        scheduler.startedNodeWork();
        resolve();
      });
      wheel.set(timer, monotonicMs() + LOOK_MS);
    });
  }

  #loseCarrier(): void {
    const { lac } = this.#parts;
    this.#caller.carrierLost();
    lac.scheduler.post((now) => lac.lac.lineDown(lac.line, 'carrier lost', now));
  }

  /** Whatever a peer does may move when it wants to be called next. */
  #run(work: () => void): void {
    work();
    const { lac, lns } = this.#parts;
    lac.wheel.set(this.#callerTimer, this.#caller.deadline());
    lac.wheel.set(this.#lnsTimer, lns.deadline());
  }

  #toLine(octets: readonly number[]): void {
    const { lac } = this.#parts;
    lac.scheduler.post((now) => {
      lac.port.rx.push(Uint8Array.from(octets));
      lac.lac.lineReadable(lac.line, now);
    });
  }

  #fromLine(): void {
    const { port, scheduler } = this.#parts.lac;
    if (port.tx.count() === 0) return;
    const octets = port.tx.takeAll();
    scheduler.post((now) => this.#run(() => this.#caller.receive(octets, now)));
  }
}
