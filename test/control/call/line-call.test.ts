import { strict as assert } from 'node:assert';
import { PppProtocol } from '../../../src/wire/ppp/protocol.ts';
import {
  CALLER_REQUEST,
  CHALLENGE,
  hexOf,
  lcp,
  OUR_REQUEST,
  octets,
  RESPONSE_VALUE,
} from '../ppp/world.ts';
import { FINAL, FIRST_LNS, REFUSED, Rig, SECOND_LNS } from './rig.ts';

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

  it('asks for the tunnel of its number, tells the LNS all [L2TP-6.6-01, CTUN-4.1.2.2-03]', () => {
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
        sequencingRequired: false,
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

  it('holds NCPs that come before ICCN, in order, starts none [PPP-L-05, CTUN-4.1.1-01]', () => {
    const rig = new Rig().respond();
    rig.do({ kind: 'tunnel-established' });
    for (let one = 0; one < 40; one++) {
      rig.do({
        kind: 'frame',
        protocol: PppProtocol.IPCP,
        information: Uint8Array.of(1, one, 0, 4),
      });
    }
    const answers = rig.take().filter((out) => out.kind === 'send' && out.protocol < 0xc000);
    rig.do({ kind: 'call-up' });
    const [forward] = rig.take();
    assert.ok(forward?.kind === 'forward');
    assert.deepEqual(
      forward.held.map(({ information }) => information[1]),
      [...Array(32).keys()],
    );
    assert.equal(rig.call.counters.heldDropped, 8);
    assert.deepEqual(answers, [], 'no NCP of ours');
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

  it('tells the caller by LCP when none is left, hangs up [CTUN-4.1.2.2-02, CIS-07]', () => {
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
