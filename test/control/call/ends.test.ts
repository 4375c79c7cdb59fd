import { strict as assert } from 'node:assert';
import { PppProtocol } from '../../../src/wire/ppp/protocol.ts';
import { CALLER_REQUEST, lcp, octets } from '../ppp/world.ts';
import { FINAL, REFUSED, Rig } from './rig.ts';

const IPCP_REQUEST = octets('0101000a030600000000');

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

  it('names what the LNS says of PPP, and acts no differently for it [DISC-2-01]', () => {
    const rig = new Rig().forward();
    const cause = { code: 8, protocol: 0xc021, direction: 0, text: '' };
    rig.do({ kind: 'call-down', cause: { ...FINAL, disconnectCauses: [cause] } });
    assert.deepEqual(
      ends(rig).map(({ kind }) => kind),
      ['unforward', 'hang-up'],
    );
    assert.match(rig.call.lastEnd ?? '', /: administrative; PPP 8: /);
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
    assert.ok(rig.logs().includes('ENDED Async1 user a@example.net: caller terminated'));
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
