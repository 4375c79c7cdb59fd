/**
 * Configure-Request and its answers, as pppd's fsm does them: two flags and a state, by hand, not
 * the product's table. For LCP and IPCP of both peers.
 */
import type { Millis } from '../../../src/base/machine.ts';
import { split16, u16 } from './frame.ts';

const RESTART_MS = 3_000;
const MAX_REQUESTS = 10;
const MAX_TERMINATES = 2;
const NEVER = Number.POSITIVE_INFINITY;

export interface Option {
  readonly type: number;
  readonly value: readonly number[];
}

/** 2 Ack, 3 Nak, 4 Reject. */
export interface Answer {
  readonly code: 2 | 3 | 4;
  readonly options: readonly Option[];
}

export interface Side {
  /** What to ask for now. */
  ask(): readonly Option[];
  judge(options: readonly Option[]): Answer;
  /** The other side does not take these as they are. */
  refused(code: 3 | 4, options: readonly Option[]): void;
  up(now: Millis): void;
  down(): void;
  /** It ended, or never came about. */
  over(why: string): void;
  send(packet: readonly number[]): void;
}

const writeOptions = (options: readonly Option[]): number[] =>
  options.flatMap(({ type, value }) => [type, value.length + 2, ...value]);

export function readOptions(octets: readonly number[]): Option[] {
  const options: Option[] = [];
  for (let at = 0; at + 2 <= octets.length; ) {
    const length = Math.max(2, octets[at + 1] ?? 2);
    options.push({ type: octets[at] ?? 0, value: octets.slice(at + 2, at + length) });
    at += length;
  }
  return options;
}

export const packet = (code: number, id: number, data: readonly number[]): number[] => [
  code,
  id,
  ...split16(data.length + 4),
  ...data,
];

export const dataOf = (octets: readonly number[]): number[] => octets.slice(4, u16(octets, 2));

export class Negotiator {
  state: 'closed' | 'asking' | 'opened' | 'closing' = 'closed';
  /** Options that the other side asked for and we took; ours that it took. */
  theirs: readonly Option[] = [];
  ours: readonly Option[] = [];
  readonly #side: Side;
  #id = 0;
  #isAnswered = false;
  #isOursTaken = false;
  #isTheirsTaken = false;
  #triesLeft = 0;
  #at: Millis = NEVER;

  /** @param firstId of the first packet of ours */
  constructor(side: Side, firstId = 1) {
    this.#side = side;
    this.#id = (firstId - 1) & 0xff;
  }

  deadline(): Millis {
    return this.#at;
  }

  open(now: Millis): void {
    this.#forget();
    this.state = 'asking';
    this.#triesLeft = MAX_REQUESTS;
    this.#ask(now);
  }

  close(now: Millis): void {
    if (this.state === 'closed') return;
    const wasOpened = this.state === 'opened';
    this.state = 'closing';
    this.#triesLeft = MAX_TERMINATES;
    if (wasOpened) this.#side.down();
    this.#terminate(now);
  }

  /** What is below is gone. */
  lost(): void {
    if (this.state === 'opened') this.#side.down();
    this.state = 'closed';
    this.#at = NEVER;
  }

  timer(now: Millis): void {
    if (now < this.#at) return;
    if (this.#triesLeft > 0) {
      if (this.state === 'closing') this.#terminate(now);
      else this.#ask(now);
      return;
    }
    const why = this.state === 'closing' ? 'terminated, unanswered' : 'no answer';
    this.state = 'closed';
    this.#at = NEVER;
    this.#side.over(why);
  }

  /** @returns false when the code is none of these */
  receive(octets: readonly number[], now: Millis): boolean {
    const [code = 0, id = 0] = octets;
    if (code === 1) this.#request(id, readOptions(dataOf(octets)), now);
    else if (code === 2) this.#ack(id, now);
    else if (code === 3 || code === 4) this.#refusal(code, id, readOptions(dataOf(octets)), now);
    else if (code === 5) this.#terminated(id);
    else if (code === 6) this.#terminateAck(now);
    else return false;
    return true;
  }

  #request(id: number, options: readonly Option[], now: Millis): void {
    if (this.state === 'closed') {
      this.#side.send(packet(6, id, []));
      return;
    }
    if (this.state === 'closing') return;
    if (this.state === 'opened') {
      this.#side.down();
      this.open(now);
    }
    const answer = this.#side.judge(options);
    this.#isTheirsTaken = answer.code === 2;
    if (this.#isTheirsTaken) this.theirs = options;
    this.#side.send(packet(answer.code, id, writeOptions(answer.options)));
    this.#look(now);
  }

  #ack(id: number, now: Millis): void {
    if (this.state !== 'asking' || id !== this.#id || this.#isAnswered) return;
    this.#isAnswered = true;
    this.#isOursTaken = true;
    this.#look(now);
  }

  #refusal(code: 3 | 4, id: number, options: readonly Option[], now: Millis): void {
    if (this.state !== 'asking' || id !== this.#id || this.#isAnswered) return;
    this.#side.refused(code, options);
    this.#ask(now);
  }

  #terminated(id: number): void {
    this.#side.send(packet(6, id, []));
    if (this.state === 'closed') return;
    if (this.state === 'opened') this.#side.down();
    this.state = 'closed';
    this.#at = NEVER;
    this.#side.over('terminated by peer');
  }

  #terminateAck(now: Millis): void {
    if (this.state === 'closing') {
      this.state = 'closed';
      this.#at = NEVER;
      this.#side.over('terminated');
    } else if (this.state === 'opened') {
      this.#side.down();
      this.open(now);
    }
  }

  #look(now: Millis): void {
    if (this.state !== 'asking' || !this.#isOursTaken || !this.#isTheirsTaken) return;
    this.state = 'opened';
    this.#at = NEVER;
    this.#side.up(now);
  }

  #ask(now: Millis): void {
    this.#triesLeft--;
    this.#at = now + RESTART_MS;
    this.#id = (this.#id + 1) & 0xff;
    this.#isAnswered = false;
    this.#isOursTaken = false;
    this.ours = this.#side.ask();
    this.#side.send(packet(1, this.#id, writeOptions(this.ours)));
  }

  #terminate(now: Millis): void {
    this.#triesLeft--;
    this.#at = now + RESTART_MS;
    this.#id = (this.#id + 1) & 0xff;
    this.#side.send(packet(5, this.#id, []));
  }

  #forget(): void {
    this.#isTheirsTaken = false;
    this.#isOursTaken = false;
    this.theirs = [];
  }
}
