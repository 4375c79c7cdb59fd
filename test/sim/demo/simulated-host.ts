/**
 * What is behind the network server where no TUN may be made: one host, on the other end of the
 * socket that the LNS takes for its TUN device.
 */
import * as fs from 'node:fs';
import { Ready } from '../../../src/base/event-loop.ts';
import type { Millis } from '../../../src/base/machine.ts';
import { IpHost } from '../peers/ip-host.ts';
import type { Loop } from './loop.ts';
import { socketPair } from './socket-pair.ts';

const MOST_OCTETS = 65_536;
const PING_ID = 2;

export class SimulatedHost {
  /** The LNS's end, until it has been handed over. */
  readonly theirs: number;
  readonly host: IpHost;
  /** Replies to its own pings. */
  replies = 0;
  readonly #ours: number;
  readonly #watch: number;
  readonly #loop: Loop;
  #isOpen = true;

  constructor(loop: Loop, address: number) {
    const [ours, theirs] = socketPair();
    this.#ours = ours;
    this.theirs = theirs;
    this.#loop = loop;
    this.host = new IpHost(address, PING_ID, {
      send: (packet) => this.#send(packet),
      answered: () => {
        this.replies++;
      },
    });
    const ready = (_: number, now: Millis): void => this.#ready(now);
    this.#watch = loop.scheduler.watch(ours, Ready.In, { ready });
  }

  /** The LNS has its own copy now; with it goes the socket. */
  handedOver(): void {
    fs.closeSync(this.theirs);
  }

  #ready(now: Millis): void {
    const octets = new Uint8Array(MOST_OCTETS);
    const count = this.#orNone(() => fs.readSync(this.#ours, octets));
    if (count === 0) this.#close();
    else if (count > 0) this.host.receive([...octets.subarray(0, count)], now);
  }

  #send(packet: readonly number[]): void {
    if (this.#isOpen) this.#orNone(() => fs.writeSync(this.#ours, Uint8Array.from(packet)));
  }

  #close(): void {
    this.#isOpen = false;
    this.#loop.scheduler.unwatch(this.#watch);
    fs.closeSync(this.#ours);
  }

  /** @returns -1 when there is nothing, or no room */
  #orNone(call: () => number): number {
    try {
      return call();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'EAGAIN') return -1;
      if (code === 'EPIPE' || code === 'ECONNRESET') return 0;
      throw error;
    }
  }
}
