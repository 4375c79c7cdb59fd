/** A host that knows of IP what `ping` needs: it answers echo requests, and sends its own. */
import type { Millis } from '../../../src/base/machine.ts';
import { type Echo, readEcho, writeEcho } from './icmp.ts';

const PAYLOAD_OCTETS = 56;
/** So many requests wait for their reply; the oldest is forgotten. */
const MOST_WAITING = 64;

export interface IpHostIo {
  send(packet: readonly number[]): void;
  /** The reply to a request of ours. */
  answered(from: number, sequence: number, afterMs: Millis): void;
}

export class IpHost {
  address: number;
  /** Echo requests of others that it has answered. */
  answers = 0;
  /** Packets that are not for it, or not an echo. */
  strangers = 0;
  readonly #io: IpHostIo;
  readonly #id: number;
  #sequence = 0;
  readonly #waiting = new Map<number, { readonly to: number; readonly sentAt: Millis }>();

  constructor(address: number, id: number, io: IpHostIo) {
    this.address = address;
    this.#id = id;
    this.#io = io;
  }

  /** @returns the sequence number of the request */
  ping(destination: number, now: Millis): number {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const sequence = this.#sequence;
    this.#waiting.set(sequence, { to: destination, sentAt: now });
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= MOST_WAITING) break;
      this.#waiting.delete(oldest);
    }
    const payload = payloadOf(sequence);
    this.#send({ type: 'request', source: this.address, destination, sequence, payload });
    return sequence;
  }

  receive(packet: readonly number[], now: Millis): void {
    const echo = readEcho(packet);
    if (echo === undefined || echo.destination !== this.address) this.strangers++;
    else if (echo.type === 'request') this.#answer(echo);
    else this.#reply(echo, now);
  }

  #answer({ source, id, sequence, payload }: Echo): void {
    this.answers++;
    const own = { type: 'reply', source: this.address, destination: source } as const;
    this.#io.send(writeEcho({ ...own, id, sequence, payload }));
  }

  /** Counts once, and only as it was sent. */
  #reply({ source, id, sequence, payload }: Echo, now: Millis): void {
    const sent = this.#waiting.get(sequence);
    const expected = payloadOf(sequence);
    const isWhole =
      payload.length === expected.length && payload.every((x, at) => x === expected[at]);
    if (sent?.to !== source || id !== this.#id || !isWhole) {
      this.strangers++;
      return;
    }
    this.#waiting.delete(sequence);
    this.#io.answered(source, sequence, now - sent.sentAt);
  }

  #send(echo: Omit<Echo, 'id'>): void {
    this.#io.send(writeEcho({ ...echo, id: this.#id }));
  }
}

/** All that framing has to escape is among it. */
const payloadOf = (sequence: number): number[] =>
  Array.from({ length: PAYLOAD_OCTETS }, (_, at) => (sequence + at * 7) & 0xff);
