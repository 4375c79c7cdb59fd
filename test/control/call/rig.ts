/** A LineCall over virtual time between a caller of frames and a role of words. */
import type { Event } from '../../../src/base/event.ts';
import type { CallIn, CallOut } from '../../../src/control/call/call-port.ts';
import { LineCall } from '../../../src/control/call/line-call.ts';
import type { ClearCause } from '../../../src/control/l2tp/tunnel-port.ts';
import type { VpdnDirectory } from '../../../src/control/vpdn/vpdn-port.ts';
import { PppProtocol } from '../../../src/wire/ppp/protocol.ts';
import { anyProfile } from '../../support/profile.ts';
import {
  CALLER_REQUEST,
  CountingRandom,
  lcp,
  OPTIONS,
  OUR_REQUEST,
  octets,
  RESPONSE_VALUE,
} from '../ppp/world.ts';

export const FIRST_LNS = 0x0a330652;
export const SECOND_LNS = 0x0a330653;
export const REFUSED: ClearCause = { by: 'peer', result: { result: 4 }, text: 'no facilities' };
export const FINAL: ClearCause = { by: 'peer', result: { result: 3 }, text: 'administrative' };
const RESPONSE = `02010022 10${RESPONSE_VALUE} ${Buffer.from('a@example.net').toString('hex')}`;

/** One line with two LNSes for 614629, over virtual time. */
export class Rig {
  readonly events: Event[] = [];
  readonly call: LineCall;
  now = 0;
  #out: CallOut[] = [];
  #serial = 0;

  constructor(calledNumber: string | undefined = '614629') {
    const profile = anyProfile([
      [FIRST_LNS, 1],
      [SECOND_LNS, 2],
    ]);
    const directory: VpdnDirectory = {
      searchOrder: ['dnis', 'domain'],
      byDnis: new Map([['614629', profile]]),
      byDomain: new Map(),
    };
    const options = {
      ppp: OPTIONS,
      ...(calledNumber === undefined ? {} : { calledNumber }),
      callingNumber: '2085730592',
      txConnectSpeed: 115_200,
      rxConnectSpeed: 57_600,
      bearerType: 0,
      flowControlAccm: 0,
    };
    const sink = (event: Event): number => this.events.push(event);
    const nextSerial = (): number => ++this.#serial;
    this.call = new LineCall(options, directory, new CountingRandom(), sink, nextSerial);
    this.do({ kind: 'line-open' });
  }

  do(input: CallIn): void {
    this.call.handle(input, this.now, this.#out);
  }

  frame(protocol: number, hex: string): void {
    this.do({ kind: 'frame', protocol, information: octets(hex) });
  }

  passed(from: 'caller' | 'lns', protocol: number, hex: string): void {
    this.do({ kind: 'passed', from, protocol, information: octets(hex) });
  }

  /** Runs the machine's timers up to `until`. */
  advance(until: number): void {
    while (this.call.deadline() <= until) {
      this.now = Math.max(this.now, this.call.deadline());
      this.do({ kind: 'timer' });
    }
    this.now = until;
  }

  take(): CallOut[] {
    const taken = this.#out;
    this.#out = [];
    return taken;
  }

  kinds(): string[] {
    return this.take().map(({ kind }) => kind);
  }

  logs(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'log' ? [`${event.mnemonic} ${event.text}`] : [],
    );
  }

  /** Up to the caller's response. */
  respond(): this {
    this.frame(PppProtocol.LCP, lcp(1, 1, CALLER_REQUEST));
    this.frame(PppProtocol.LCP, lcp(2, 1, OUR_REQUEST));
    this.frame(PppProtocol.CHAP, RESPONSE);
    return this;
  }

  forward(): this {
    this.respond();
    this.do({ kind: 'tunnel-pending' });
    this.do({ kind: 'tunnel-established' });
    this.do({ kind: 'call-up' });
    this.take();
    return this;
  }
}
