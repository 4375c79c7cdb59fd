import { strict as assert } from 'node:assert';
import type { Event } from '../../../src/base/event.ts';
import type { CallIn, CallOut } from '../../../src/control/call/call-port.ts';
import { LineCall } from '../../../src/control/call/line-call.ts';
import type { ClearCause } from '../../../src/control/l2tp/tunnel-port.ts';
import type { VpdnDirectory } from '../../../src/control/vpdn/profile.ts';
import { PppProtocol } from '../../../src/wire/ppp/protocol.ts';
import { anyProfile } from '../../support/profile.ts';
import {
  CALLER_REQUEST,
  CHALLENGE,
  CountingRandom,
  hexOf,
  lcp,
  OPTIONS,
  OUR_REQUEST,
  octets,
  RESPONSE_VALUE,
} from '../ppp/world.ts';

const FIRST_LNS = 0x0a330652;
const SECOND_LNS = 0x0a330653;
const RESPONSE = `02010022 10${RESPONSE_VALUE} ${Buffer.from('a@example.net').toString('hex')}`;
const REFUSED: ClearCause = { by: 'peer', result: { result: 4 }, text: 'no facilities' };
const FINAL: ClearCause = { by: 'peer', result: { result: 3 }, text: 'administrative' };
const IPCP_REQUEST = octets('0101000a030600000000');

/** One line with two LNSes for 614629, over virtual time. */
class Rig {
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

describe('control/call/line-call: from the idle line to the LNS', () => {
  it('begins with the first good Configure-Request and answers it', () => {
    const rig = new Rig();
    assert.equal(rig.call.state, 'idle');
    rig.frame(PppProtocol.LCP, lcp(1, 1, CALLER_REQUEST));
    assert.equal(rig.call.state, 'negotiating');
    assert.equal(rig.call.counters.calls, 1);
    const sent = rig.take().flatMap((out) => (out.kind === 'send' ? [hexOf(out.information)] : []));
    assert.deepEqual(sent, [lcp(1, 1, OUR_REQUEST), lcp(2, 1, CALLER_REQUEST)]);
    assert.deepEqual(rig.logs(), ['UPDOWN Interface Async1, changed state to up']);
  });

  it('counts what begins no call, and lets a stray Terminate-Request go', () => {
    const rig = new Rig();
    rig.frame(PppProtocol.IPCP, '01010004');
    rig.frame(PppProtocol.LCP, '09');
    rig.frame(PppProtocol.LCP, lcp(5, 9, '0102'));
    assert.equal(rig.call.counters.strayFrames, 3);
    assert.equal(rig.call.state, 'idle');
    const information = octets('06090004');
    assert.deepEqual(rig.take(), [{ kind: 'send', protocol: PppProtocol.LCP, information }]);
  });

  it('asks for the tunnel of its number, and tells the LNS all it knows [L2TP-6.6-01]', () => {
    const rig = new Rig().respond();
    assert.equal(rig.call.state, 'pending');
    assert.equal(rig.call.user, 'a@example.net');
    const wanted = rig.take().at(-1);
    assert.ok(wanted?.kind === 'tunnel-wanted');
    assert.equal(wanted.address.address, FIRST_LNS);
    assert.equal(wanted.giveUpMs, 7_000);
    rig.do({ kind: 'tunnel-established' });
    const [placed] = rig.take();
    assert.ok(placed?.kind === 'place-call');
    const { setup } = placed;
    assert.deepEqual(
      { ...setup, lcp: undefined, auth: undefined },
      {
        interfaceName: 'Async1',
        clientNasPort: 'Async1',
        callSerialNumber: 1,
        bearerType: 0,
        framingType: 2,
        calledNumber: '614629',
        callingNumber: '2085730592',
        txConnectSpeed: 115_200,
        rxConnectSpeed: 57_600,
        lcp: undefined,
        auth: undefined,
      },
    );
    assert.equal(
      hexOf(setup.lcp?.lastReceivedConfreq ?? octets('')),
      CALLER_REQUEST.replaceAll(' ', ''),
    );
    assert.ok(setup.auth?.challenge !== undefined);
    assert.equal(hexOf(setup.auth.challenge.subarray(0, 15)), CHALLENGE.slice(0, 30));
    assert.equal(hexOf(setup.auth?.response ?? octets('')), RESPONSE_VALUE);
    assert.equal(setup.auth?.id, 1);
  });

  it('holds what the caller sends before ICCN, in order, and hands it over [PPP-L-05]', () => {
    const rig = new Rig().respond();
    rig.do({ kind: 'tunnel-established' });
    for (let one = 0; one < 40; one++) {
      rig.do({
        kind: 'frame',
        protocol: PppProtocol.IPCP,
        information: Uint8Array.of(1, one, 0, 4),
      });
    }
    rig.take();
    rig.do({ kind: 'call-up' });
    const [forward] = rig.take();
    assert.ok(forward?.kind === 'forward');
    assert.deepEqual(
      forward.held.map(({ information }) => information[1]),
      [...Array(32).keys()],
    );
    assert.equal(rig.call.counters.heldDropped, 8);
    assert.equal(rig.call.counters.forwarded, 1);
  });

  it('sends no PPP of its own once the call is forwarded [PPP-L-04]', () => {
    const rig = new Rig().forward();
    rig.frame(PppProtocol.LCP, lcp(9, 1, '00000000'));
    rig.passed('caller', PppProtocol.LCP, lcp(9, 1, '00000000'));
    rig.passed('lns', PppProtocol.LCP, lcp(1, 1, '0506aaaaaaaa'));
    rig.advance(600_000);
    assert.ok(rig.kinds().every((kind) => kind === 'framing'));
  });

  it('says a second later that the line protocol is up, and down [TRACE-30]', () => {
    const rig = new Rig().forward();
    rig.advance(1_000);
    rig.do({ kind: 'line-down', why: 'hung up' });
    rig.advance(2_000);
    assert.deepEqual(rig.logs(), [
      'UPDOWN Interface Async1, changed state to up',
      'UPDOWN Line protocol on Interface Async1, changed state to up',
      'UPDOWN Interface Async1, changed state to down',
      'UPDOWN Line protocol on Interface Async1, changed state to down',
    ]);
  });
});

describe('control/call/line-call: when an LNS does not take the call', () => {
  it('tries the next address, the last one with all the patience there is [L2TP-4.4.2-02]', () => {
    const rig = new Rig().respond();
    rig.take();
    rig.do({ kind: 'call-down', cause: REFUSED });
    const [wanted] = rig.take();
    assert.ok(wanted?.kind === 'tunnel-wanted');
    assert.equal(wanted.address.address, SECOND_LNS);
    assert.equal(wanted.giveUpMs, Number.POSITIVE_INFINITY);
    assert.match(rig.logs().at(-1) ?? '', /^REFUSED LNS 10\.51\.6\.82 .*no facilities$/);
  });

  it('tells the caller by LCP when none is left, and hangs up when that is done [CTUN-4.1.2.2-02]', () => {
    const rig = new Rig().respond();
    rig.do({ kind: 'call-down', cause: REFUSED });
    rig.take();
    rig.do({ kind: 'call-down', cause: REFUSED });
    assert.equal(rig.call.state, 'terminating');
    const [, terminate] = rig.take();
    assert.ok(terminate?.kind === 'send');
    assert.equal(terminate.information[0], 5, 'Terminate-Request');
    rig.frame(PppProtocol.LCP, lcp(6, terminate.information[1] ?? 0));
    assert.deepEqual(rig.kinds(), ['hang-up']);
    assert.equal(rig.call.state, 'closed');
    assert.match(rig.call.lastEnd ?? '', /^no LNS took the call; the last, LNS 10\.51\.6\.83/);
  });

  it('does not ask the next one after a final answer', () => {
    const rig = new Rig().respond();
    rig.take();
    rig.do({ kind: 'call-down', cause: FINAL });
    assert.ok(!rig.kinds().includes('tunnel-wanted'));
    assert.equal(rig.call.state, 'terminating');
  });

  it('ends a call for whose number there is no group [PPP-L-15]', () => {
    const rig = new Rig('1');
    rig.respond();
    assert.ok(!rig.kinds().includes('tunnel-wanted'));
    assert.match(rig.logs().at(-1) ?? '', /called number 1, user a@example.net$/);
    const unknown = new Rig(undefined);
    unknown.call.handle({ kind: 'tunnel-pending' }, 0, []);
    assert.equal(unknown.call.state, 'idle');
  });
});

describe('control/call/line-call: ends', () => {
  const ends = (rig: Rig, out = rig.take()) =>
    out.filter(({ kind }) => kind !== 'framing' && kind !== 'send');

  it('carrier lost while forwarding: CDN 1, and no PPP [L2TP-4.4.2-03, CTUN-5-01]', () => {
    const rig = new Rig().forward();
    rig.do({ kind: 'line-down', why: 'hung up' });
    assert.deepEqual(ends(rig), [
      { kind: 'unforward' },
      { kind: 'clear-call', result: { result: 1, error: 0 } },
    ]);
    assert.equal(rig.call.state, 'closed');
  });

  it('carrier lost while the LNS is asked: the call is cleared', () => {
    const rig = new Rig().respond();
    rig.take();
    rig.do({ kind: 'line-down', why: 'hung up' });
    assert.deepEqual(ends(rig), [{ kind: 'clear-call', result: { result: 1, error: 0 } }]);
  });

  it('carrier lost in LCP leaves nothing behind [PPP-L-15]', () => {
    const rig = new Rig();
    rig.frame(PppProtocol.LCP, lcp(1, 1, CALLER_REQUEST));
    rig.take();
    rig.do({ kind: 'line-down', why: 'hung up' });
    assert.deepEqual(ends(rig), []);
    rig.do({ kind: 'line-down', why: 'again' });
    assert.equal(rig.call.lastEnd, 'hung up');
  });

  it('the LNS ends it: the line is hung up and no CDN sent [L2TP-6.12-01]', () => {
    const rig = new Rig().forward();
    rig.do({ kind: 'call-down', cause: FINAL });
    assert.deepEqual(ends(rig), [{ kind: 'unforward' }, { kind: 'hang-up' }]);
    assert.match(rig.call.lastEnd ?? '', /^LNS 10\.51\.6\.82: administrative$/);
    rig.do({ kind: 'call-down', cause: FINAL });
    assert.deepEqual(ends(rig), [], 'a second word about it means nothing');
  });

  for (const [what, request, ack] of [
    ['the caller', 'caller', 'lns'],
    ['the LNS', 'lns', 'caller'],
  ] as const) {
    it(`${what} terminates PPP: CDN 1 and hang-up 5 s after the Ack has passed`, () => {
      const rig = new Rig().forward();
      rig.passed(request, PppProtocol.LCP, lcp(5, 7));
      assert.equal(rig.call.state, 'terminating');
      rig.advance(2_000);
      rig.passed(ack, PppProtocol.LCP, lcp(6, 7));
      rig.advance(6_999);
      assert.deepEqual(ends(rig), []);
      rig.advance(7_000);
      assert.deepEqual(ends(rig), [
        { kind: 'unforward' },
        { kind: 'clear-call', result: { result: 1, error: 0 } },
        { kind: 'hang-up' },
      ]);
    });
  }

  it('an unanswered Terminate-Request ends it after 10 s, sooner if the LNS sends CDN', () => {
    const rig = new Rig().forward();
    rig.passed('caller', PppProtocol.LCP, lcp(5, 7));
    rig.advance(9_999);
    assert.deepEqual(ends(rig), []);
    rig.advance(10_000);
    assert.deepEqual(
      ends(rig).map(({ kind }) => kind),
      ['unforward', 'clear-call', 'hang-up'],
    );
    const sooner = new Rig().forward();
    sooner.passed('caller', PppProtocol.LCP, lcp(5, 7));
    sooner.do({ kind: 'call-down', cause: FINAL });
    assert.deepEqual(
      ends(sooner).map(({ kind }) => kind),
      ['unforward', 'hang-up'],
    );
  });

  it('a Configure-Request takes the Terminate-Request back', () => {
    const rig = new Rig().forward();
    rig.passed('caller', PppProtocol.LCP, lcp(5, 7));
    rig.passed('caller', PppProtocol.LCP, lcp(1, 8, CALLER_REQUEST));
    assert.equal(rig.call.state, 'forwarding');
    rig.advance(60_000);
    assert.deepEqual(ends(rig), []);
  });

  it('the operator clears it: CDN with his code at once [L2TP-4.4.2-03]', () => {
    const rig = new Rig().forward();
    rig.do({ kind: 'clear', result: { result: 3, error: 0 }, why: 'cleared by the operator' });
    assert.deepEqual(ends(rig), [
      { kind: 'unforward' },
      { kind: 'clear-call', result: { result: 3, error: 0 } },
      { kind: 'hang-up' },
    ]);
    assert.equal(rig.call.lastEnd, 'cleared by the operator');
  });

  it('the operator clears a call that waits: the session goes, LCP is terminated', () => {
    const rig = new Rig().respond();
    rig.take();
    rig.do({ kind: 'clear', result: { result: 3, error: 0 }, why: 'shutdown' });
    const out = rig.take();
    assert.deepEqual(out[0], { kind: 'clear-call', result: { result: 3, error: 0 } });
    assert.ok(out.some((one) => one.kind === 'send' && one.information[0] === 5));
    rig.advance(60_000);
    assert.equal(rig.kinds().at(-1), 'hang-up');
  });

  it('there is nothing to clear on an idle line', () => {
    const rig = new Rig();
    rig.do({ kind: 'clear', result: { result: 3, error: 0 }, why: 'shutdown' });
    assert.deepEqual(rig.take(), []);
    assert.equal(rig.call.state, 'idle');
  });

  it('the caller terminates before ICCN: answered, then CDN and hang-up [PPP-L-06]', () => {
    const rig = new Rig().respond();
    rig.take();
    rig.frame(PppProtocol.LCP, lcp(5, 7));
    rig.advance(10_000);
    const out = rig.take();
    assert.ok(
      out.some((one) => one.kind === 'send' && one.information[0] === 6),
      'Terminate-Ack',
    );
    const kinds = ends(rig, out);
    assert.deepEqual(kinds, [
      { kind: 'clear-call', result: { result: 1, error: 0 } },
      { kind: 'hang-up' },
    ]);
    assert.equal(rig.call.lastEnd, 'caller terminated');
  });

  it('the caller begins LCP anew before ICCN: nothing stale reaches an LNS [PPP-L-05]', () => {
    const rig = new Rig().respond();
    rig.do({ kind: 'frame', protocol: PppProtocol.IPCP, information: IPCP_REQUEST });
    rig.take();
    rig.frame(PppProtocol.LCP, lcp(1, 2, CALLER_REQUEST));
    assert.equal(rig.call.state, 'negotiating');
    assert.ok(rig.take().some(({ kind }) => kind === 'clear-call'));
    rig.do({ kind: 'tunnel-established' });
    rig.do({ kind: 'call-up' });
    rig.do({ kind: 'call-down', cause: REFUSED });
    assert.deepEqual(ends(rig), [], 'words about the old attempt mean nothing');
  });

  it('the next call on the line starts afresh', () => {
    const rig = new Rig().forward();
    rig.passed('caller', PppProtocol.IPCP, '0201000a0306010203040000');
    rig.passed('lns', PppProtocol.IPCP, '0201000a0306010203040000');
    rig.do({ kind: 'line-down', why: 'hung up' });
    rig.take();
    rig.frame(PppProtocol.LCP, lcp(1, 1, CALLER_REQUEST));
    assert.deepEqual(rig.take(), [], 'not before the line is open again');
    rig.do({ kind: 'line-open' });
    rig.frame(PppProtocol.LCP, lcp(1, 1, CALLER_REQUEST));
    assert.equal(rig.call.counters.calls, 2);
    assert.equal(rig.call.user, undefined);
    assert.equal(rig.call.openNcps.size, 0);
  });
});

describe('control/call/line-call: Set-Link-Info', () => {
  it('changes the maps of a forwarded call, and of no other [L2TP-6.14-01]', () => {
    const rig = new Rig().respond();
    rig.take();
    rig.do({ kind: 'accm', send: 1, receive: 2 });
    assert.deepEqual(rig.take(), []);
    rig.do({ kind: 'call-up' });
    rig.take();
    rig.do({ kind: 'accm', send: 0x000a0000, receive: 0 });
    const [framing] = rig.take();
    assert.ok(framing?.kind === 'framing');
    assert.equal(framing.framing.sendAccm, 0x000a0000);
  });
});
