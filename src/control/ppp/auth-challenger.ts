/**
 * How a caller is asked who it is: CHAP's Challenges and their repetition, RFC 1994 §4.1; of PAP,
 * which is the caller's to begin, only the patience. Both roles ask alike.
 */
import type { Millis, Random } from '../../base/machine.ts';
import { fromText } from '../../base/octets.ts';
import { ChapCode, putChapValue } from '../../wire/ppp/chap.ts';
import { MS_CHAP_RESPONSE_OCTETS } from '../../wire/ppp/mschap.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import type { AuthMethod } from './auth-port.ts';

const RETRY_MS: Millis = 3_000;
const MAX_CHALLENGES = 10;
/** As long as our Challenges take. */
const PAP_PATIENCE_MS: Millis = MAX_CHALLENGES * RETRY_MS;
/** A response may cross our next challenges on a slow line: so many are remembered. */
const CHALLENGES_KEPT = 4;
const NEVER = Number.POSITIVE_INFINITY;

export type ChapMethod = Exclude<AuthMethod, 'pap'>;

/** RFC 1994 §2.3 wants a challenge as long as the hash; RFC 2433 §5 and RFC 2759 §3 are exact. */
export const CHALLENGE_OCTETS: Readonly<Record<ChapMethod, number>> = {
  chap: 16,
  'ms-chap': 8,
  'ms-chap-v2': 16,
};

export const RESPONSE_OCTETS: Readonly<Record<ChapMethod, number>> = {
  chap: 16,
  'ms-chap': MS_CHAP_RESPONSE_OCTETS,
  'ms-chap-v2': MS_CHAP_RESPONSE_OCTETS,
};

export const protocolOf = (method: AuthMethod): number =>
  method === 'pap' ? PppProtocol.PAP : PppProtocol.CHAP;

export interface Challenge {
  readonly id: number;
  readonly value: Uint8Array;
}

export class AuthChallenger {
  readonly #random: Random;
  readonly #name: Uint8Array;
  #nextId: number;
  #avoidedId: number | undefined;
  #method: ChapMethod = 'chap';
  #challenges: readonly Challenge[] = [];
  #challengesLeft = 0;
  #dueAt: Millis = NEVER;

  constructor(chapHostname: string, firstId: number, random: Random) {
    this.#name = fromText(chapHostname);
    this.#nextId = firstId;
    this.#random = random;
  }

  /** When next() is due, or the caller's time is up. */
  deadline(): Millis {
    return this.#dueAt;
  }

  /** Nothing is left to be asked. */
  get isSpent(): boolean {
    return this.#challengesLeft === 0;
  }

  /** Of CHAP next() is due at once. */
  start(method: AuthMethod, now: Millis): void {
    this.stop();
    if (method === 'pap') {
      this.#dueAt = now + PAP_PATIENCE_MS;
      return;
    }
    this.#method = method;
    this.#challengesLeft = MAX_CHALLENGES;
    this.#dueAt = now;
  }

  /** Forgets what was asked; the Identifiers go on. */
  stop(): void {
    this.#challenges = [];
    this.#challengesLeft = 0;
    this.#dueAt = NEVER;
  }

  /** An Identifier that somebody else gave to a Challenge of his: none of ours gets it. */
  avoid(id: number): void {
    this.#avoidedId = id;
  }

  /** @returns the Challenge to send. §4.1: each has a new Identifier and a new value */
  next(now: Millis): Uint8Array {
    this.#challengesLeft--;
    this.#dueAt = now + RETRY_MS;
    const challenge = this.#make(this.#method);
    this.#challenges = [challenge, ...this.#challenges].slice(0, CHALLENGES_KEPT);
    return this.#put(challenge);
  }

  /** @returns a Challenge as next() would make it. It is not sent, so no answer to it counts. */
  unsent(method: ChapMethod): Uint8Array {
    return this.#put(this.#make(method));
  }

  /** @returns undefined when we sent none of this Identifier, or too long ago */
  find(id: number): Challenge | undefined {
    return this.#challenges.find((challenge) => challenge.id === id);
  }

  #make(method: ChapMethod): Challenge {
    if (this.#nextId === this.#avoidedId) this.#nextId = (this.#nextId + 1) & 0xff;
    const challenge = { id: this.#nextId, value: this.#random.octets(CHALLENGE_OCTETS[method]) };
    this.#nextId = (challenge.id + 1) & 0xff;
    return challenge;
  }

  #put({ id, value }: Challenge): Uint8Array {
    return putChapValue(ChapCode.Challenge, id, value, this.#name);
  }
}
