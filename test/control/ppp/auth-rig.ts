/** One AccessAuthenticator over virtual time; what it said is kept for the tests. */
import { createHash } from 'node:crypto';
import type { Event, PppTrace } from '../../../src/base/event.ts';
import type { Millis, Random } from '../../../src/base/machine.ts';
import { fromText } from '../../../src/base/octets.ts';
import { renderPpp } from '../../../src/console/debug/ppp.ts';
import {
  AccessAuthenticator,
  type AccessAuthOptions,
  type AccessAuthOut,
  type AuthOutcome,
} from '../../../src/control/ppp/access-authenticator.ts';
import type { AuthMethod, AuthRequest, Verdict } from '../../../src/control/ppp/auth-port.ts';
import { hexOf, lcp, octets } from './world.ts';

export const CHAP = 0xc223;
export const PAP = 0xc023;

export const ACCEPTED: Verdict = {
  accepted: true,
  message: new Uint8Array(0),
  grant: { address: 'pool' },
};
export const REFUSED: Verdict = {
  accepted: false,
  message: fromText('no'),
  why: 'the password of user x is wrong',
};

/** Challenge values of 01 01…, 02 02…, each as long as it is asked for. */
export class CountingValues implements Random {
  #given = 0;

  octets(count: number): Uint8Array {
    this.#given++;
    return new Uint8Array(count).fill(this.#given);
  }
}

const sized = (hex: string): string => `${hexOf(Uint8Array.of(hex.length / 2))}${hex}`;

/** `code`: 2 is a Response. */
export const chapPacket = (code: number, id: number, value: string, name: string): string =>
  lcp(code, id, `${sized(value)}${hexOf(fromText(name))}`);

export const papPacket = (id: number, name: string, password: string): string =>
  lcp(1, id, `${sized(hexOf(fromText(name)))}${sized(hexOf(fromText(password)))}`);

/** As any peer calculates it, RFC 1994 §4.1. */
export const chapHash = (id: number, secret: string, challenge: Uint8Array): Uint8Array =>
  Uint8Array.from(
    createHash('md5').update(Uint8Array.of(id)).update(secret).update(challenge).digest(),
  );

export class AuthRig {
  readonly auth: AccessAuthenticator;
  readonly events: Event[] = [];
  readonly requests: AuthRequest[] = [];
  readonly #sent: { readonly at: Millis; readonly protocol: number; readonly hex: string }[] = [];
  now: Millis = 0;
  /** Did timer() say that the caller has had its chances? */
  isOver = false;

  constructor(options: Partial<AccessAuthOptions> = {}, random: Random = new CountingValues()) {
    const all = { interfaceName: 'Virtual-Access4', chapHostname: '1600-3', ...options };
    this.auth = new AccessAuthenticator(all, random, (event) => this.events.push(event));
  }

  static started(method: AuthMethod, options: Partial<AccessAuthOptions> = {}): AuthRig {
    const rig = new AuthRig(options);
    rig.do((out) => rig.auth.start(method, rig.now, out));
    return rig;
  }

  do<Result>(act: (out: AccessAuthOut[]) => Result): Result {
    const out: AccessAuthOut[] = [];
    const result = act(out);
    for (const output of out) {
      if (output.kind === 'verify') this.requests.push(output.request);
      else {
        const { protocol, information } = output;
        this.#sent.push({ at: this.now, protocol, hex: hexOf(information) });
      }
    }
    return result;
  }

  receive(protocol: number, hex: string): void {
    this.do((out) => this.auth.receive(protocol, octets(hex), this.now, out));
  }

  verdict(verdict: Verdict): AuthOutcome {
    return this.do((out) => this.auth.verdict(verdict, this.now, out));
  }

  replay(proxied: Parameters<AccessAuthenticator['replay']>[0], method: AuthMethod): boolean {
    return this.do((out) => this.auth.replay(proxied, method, out));
  }

  advance(ms: Millis): void {
    const end = this.now + ms;
    for (let turns = 0; this.auth.deadline() <= end && !this.isOver; turns++) {
      if (turns > 1_000) throw new Error('the deadline does not move');
      this.now = Math.max(this.now, this.auth.deadline());
      this.isOver = !this.do((out) => this.auth.timer(this.now, out));
    }
    this.now = end;
  }

  take(): { readonly at: Millis; readonly protocol: number; readonly hex: string }[] {
    return this.#sent.splice(0);
  }

  takeHex(): string[] {
    return this.take().map(({ hex }) => hex);
  }

  /** Of the notes: why packets were dropped. */
  notes(): string[] {
    return this.events.flatMap((event) => (event.kind === 'auth-note' ? [event.text] : []));
  }

  /** What `debug ppp` shows. */
  lines(): string[] {
    const isPpp = (event: Event): event is PppTrace => event.kind.startsWith('auth-');
    return this.events.filter(isPpp).flatMap((event) => renderPpp(event).map(({ text }) => text));
  }
}
