/**
 * The line: a pty whose slave is the concentrator's device, the scripted caller on its master. Each
 * call ends it, as it ends a real connection; the next call has a new pty under the same name.
 */
import { renameSync, symlinkSync } from 'node:fs';
import { Ready } from '../../../src/base/event-loop.ts';
import type { Millis } from '../../../src/base/machine.ts';
import { Pty } from '../../device/support/pty.ts';
import { Caller, type CallerOptions } from '../peers/caller.ts';
import { Prng } from '../world/prng.ts';
import type { Loop } from './loop.ts';

export interface DialLineEvents {
  packet(octets: readonly number[], now: Millis): void;
  /** The call is over, and it was not carrierLost() that ended it. */
  hungUp(why: string): void;
}

export class DialLine {
  /** The device: always the same name. */
  readonly path: string;
  readonly caller: Caller;
  readonly #loop: Loop;
  readonly #events: DialLineEvents;
  readonly #timer: number;
  #pty: Pty;
  #watch = 0;

  constructor(loop: Loop, path: string, options: CallerOptions, events: DialLineEvents) {
    this.path = path;
    this.#loop = loop;
    this.#events = events;
    const random = new Prng(Math.floor(Math.random() * 2 ** 32));
    this.caller = new Caller(options, random, {
      send: (octets) => this.#pty.write(Uint8Array.from(octets)),
      hangUp: (why) => {
        this.#replug();
        events.hungUp(`the caller hung up: ${why}`);
      },
      packet: (octets, now) => events.packet(octets, now),
    });
    this.#timer = loop.wheel.create((now) => this.#run(() => this.caller.timer(now)));
    this.#pty = this.#plug();
  }

  dial(): void {
    this.#loop.scheduler.post((now) => this.#run(() => this.caller.connect(now)));
  }

  /** The cable is pulled in the middle of the call. */
  loseCarrier(): void {
    this.#loop.scheduler.post(() => this.#replug());
  }

  /** @returns false when the call does not stand */
  send(packet: readonly number[]): boolean {
    return this.caller.sendPacket(packet);
  }

  /** @returns the pty; its slave is nobody's yet, so there is no hang-up to be seen */
  #plug(): Pty {
    const { arena, scheduler } = this.#loop;
    const pty = new Pty(arena);
    const fresh = `${this.path}.new`;
    symlinkSync(pty.path, fresh);
    renameSync(fresh, this.path);
    const ready = (events: number, now: Millis): void => this.#ready(events, now);
    this.#watch = scheduler.watch(pty.fd, Ready.In, { ready });
    return pty;
  }

  /** The new one is there before the old one goes: the device is never missing. */
  #replug(): void {
    const old = this.#pty;
    const watch = this.#watch;
    this.#pty = this.#plug();
    this.#loop.scheduler.unwatch(watch);
    old.close();
    this.#run(() => this.caller.carrierLost());
  }

  #ready(events: number, now: Millis): void {
    const octets = this.#pty.read();
    if (octets.length > 0) {
      this.#run(() => this.caller.receive(octets, now));
    } else if ((events & (Ready.Hangup | Ready.Error)) !== 0) {
      const wasDialed = this.caller.isDialed;
      this.#replug();
      if (wasDialed) this.#events.hungUp('the LAC hung up');
    }
  }

  /** Whatever the caller does may move when it wants to be called next. */
  #run(work: () => void): void {
    work();
    this.#loop.wheel.set(this.#timer, this.caller.deadline());
  }
}
