/** Router, LAC and LNS together; then anything at all. */
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { AccessLinkIn, AccessLinkOut } from '../../../src/control/ppp/access-port.ts';
import { Call, type Copies } from './access-caller.ts';
import {
  AccessWorld,
  CHAP,
  IPCP,
  LCP,
  NOBODY,
  OUR_ADDRESS,
  OURS,
  PAP,
  SEED_PROXY,
  THEIR_ADDRESS,
  THEIRS,
  VJ,
} from './access-world.ts';
import { CALLER_REQUEST, lcp, octets, RESPONSE_VALUE } from './world.ts';

const CONFIGURE_REQUEST = 1;
const ofLns = (call: Call, protocol: number): number[] =>
  call.seen
    .filter((one) => one.from === 'LNS' && one.protocol === protocol)
    .map(({ code }) => code);
const requestsOfLcp = (call: Call): number =>
  call.seen.filter(({ protocol, code }) => protocol === LCP && code === CONFIGURE_REQUEST).length;
const kinds = (call: Call): string[] => call.outputs.map(({ kind }) => kind);

describe('control/ppp: a router, a LAC and an LNS (RFC 2661 §4.4.5)', () => {
  for (const [method, protocol] of [
    ['chap', CHAP],
    ['pap', PAP],
  ] as const) {
    it(`brings a ${method} caller up with one LCP and one question [PPP-L-07, CHAP-L-03]`, () => {
      const call = new Call({ method, lns: { authentication: ['chap', 'pap'] } });
      call.run(6_000);
      assert.ok(call.isUp, JSON.stringify(kinds(call)));
      assert.deepEqual(kinds(call), ['verify', 'authorize', 'ip-up']);
      // Not one LCP packet from the LNS, and of authentication nothing but the verdict.
      assert.deepEqual(
        [ofLns(call, LCP), ofLns(call, protocol)],
        [[], [method === 'chap' ? 3 : 2]],
      );
      assert.equal(requestsOfLcp(call), method === 'chap' ? 1 : 2);
    });
  }

  it('brings it up by an LCP and a Challenge of its own where it always does [PPP-L-08]', () => {
    const call = new Call({ lns: { renegotiation: 'always' } });
    call.run(6_000);
    assert.ok(call.isUp);
    assert.deepEqual(kinds(call), ['accm', 'verify', 'authorize', 'ip-up']);
    assert.deepEqual(ofLns(call, CHAP), [1, 3]);
    assert.equal(requestsOfLcp(call), 2);
  });

  it('and where the LAC has asked for less than it wants [PPP-L-08]', () => {
    const call = new Call({ lac: { authentication: [] } });
    call.run(6_000);
    assert.ok(call.isUp);
    assert.ok(ofLns(call, LCP).includes(CONFIGURE_REQUEST));
  });

  it('refuses it then where LCP may not be renegotiated [PPP-L-08]', () => {
    const call = new Call({ lac: { authentication: [] }, lns: { renegotiation: 'never' } });
    call.run(6_000);
    assert.equal(call.why, 'proxy LCP refused');
    assert.deepEqual(ofLns(call, LCP), []);
  });

  it('asks again over the LCP of the LAC where it must [CHAP-L-04]', () => {
    const call = new Call({ lns: { forceLocalAuthentication: true } });
    call.run(6_000);
    assert.ok(call.isUp);
    assert.deepEqual([ofLns(call, LCP), ofLns(call, CHAP)], [[], [1, 3]]);
  });

  it('renegotiates without the multilink that the LAC has offered [PPP-L-08, PPP-L-13]', () => {
    const call = new Call({ lac: { multilink: true } });
    call.run(6_000);
    assert.ok(call.isUp);
    assert.ok(ofLns(call, LCP).includes(CONFIGURE_REQUEST));
  });

  it('turns away who answers wrongly by one bit', () => {
    const call = new Call({ response: RESPONSE_VALUE.replace(/^ca/, 'cb') });
    call.run(10_000);
    assert.equal(call.why, 'authentication failed');
    assert.deepEqual(ofLns(call, CHAP), [4]);
    assert.ok(!kinds(call).includes('authorize'));
  });

  it('keeps it up, its Echo-Requests answered', () => {
    const call = new Call({ lns: { echoMs: 10_000 } });
    call.run(200_000);
    assert.ok(call.isUp);
    assert.ok(ofLns(call, LCP).length >= 15);
  });
});

describe('control/ppp: the same with loss and duplication', () => {
  const packets = 20;
  for (const renegotiation of ['on-mismatch', 'always'] as const) {
    for (let lost = 0; lost < packets; lost++) {
      it(`survives the loss of frame ${lost + 1}, LCP anew ${renegotiation}`, () => {
        const call = new Call({
          lns: { renegotiation },
          copies: (count) => (count === lost ? 0 : 1),
        });
        call.run(30_000);
        assert.ok(call.isUp, `${call.why} ${JSON.stringify(kinds(call))}`);
      });
      it(`survives that frame ${lost + 1} comes twice, LCP anew ${renegotiation}`, () => {
        const call = new Call({
          lns: { renegotiation },
          copies: (count) => (count === lost ? 2 : 1),
        });
        call.run(30_000);
        assert.ok(call.isUp, `${call.why} ${JSON.stringify(kinds(call))}`);
      });
    }
  }

  it('is up or over 200 s after faults have stopped, and agrees on the address', () => {
    let ups = 0;
    const property = fc.property(fc.infiniteStream(fc.nat(9)), fc.boolean(), (chances, anew) => {
      // Of ten frames two are lost and one comes twice.
      const copies: Copies = () => [0, 0, 2][chances.next().value] ?? 1;
      const renegotiation = anew ? 'always' : 'on-mismatch';
      const call = new Call({ lns: { renegotiation, echoMs: 10_000 }, copies });
      call.run(40_000);
      call.heal();
      call.run(240_000);
      const isOver = call.why !== undefined || call.lns.phase === 'DOWN';
      assert.ok(call.isUp !== isOver, `up ${call.isUp}, over ${isOver}: ${kinds(call).join()}`);
      if (call.isUp) ups++;
      checkOrder(call.outputs);
    });
    fc.assert(property, { numRuns: 150 });
    assert.ok(ups > 75, `${ups} of 150`);
  });
});

/** What holds of every link, whatever happens to it. */
function checkOrder(outputs: readonly AccessLinkOut[]): void {
  let isUp = false;
  let isIn = false;
  let isOver = false;
  for (const { kind } of outputs) {
    assert.ok(!isOver || kind === 'ip-down', `${kind} after the end`);
    if (kind === 'verify' || kind === 'accm') isIn = false;
    if (kind === 'authorize') isIn = true;
    if (kind === 'ip-up') assert.ok(isIn && !isUp, 'ip-up');
    if (kind === 'ip-down') assert.ok(isUp, 'ip-down');
    if (kind === 'ip-up' || kind === 'ip-down') isUp = kind === 'ip-up';
    if (kind === 'terminated') {
      assert.ok(!isUp, 'packets pass after the end');
      isOver = true;
    }
  }
}

describe('control/ppp/access-link and anything at all', () => {
  const options = fc.constantFrom(
    '',
    CALLER_REQUEST,
    '0304c023',
    '0501',
    '01040040',
    '0506109d08f2',
    OUR_ADDRESS,
    THEIR_ADDRESS,
    `${VJ} 030600000000`,
    '0305c22305 050611223344',
    `10${RESPONSE_VALUE}61`,
    '8021',
  );
  const packet = fc
    .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 6 }), options)
    .map(([code, id, data]) => octets(lcp(code, id, data)));
  const accepted = { accepted: true, message: NOBODY, grant: { address: 'pool' } } as const;
  const refused = { accepted: false, message: NOBODY, why: 'wrong' } as const;
  const offer = { localAddress: OURS, peerAddress: THEIRS, claim: () => true };
  const own = { localAddress: OURS, claim: (address: number) => address % 2 === 0 };
  const input: fc.Arbitrary<AccessLinkIn> = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('frame' as const),
        protocol: fc.constantFrom(LCP, LCP, IPCP, IPCP, CHAP, PAP, 0x80fd, 0xc025, 0x0120, 0x21),
        information: fc.oneof(packet, fc.uint8Array({ maxLength: 60 })),
      }),
    },
    { weight: 3, arbitrary: fc.constant({ kind: 'timer' as const }) },
    {
      weight: 4,
      arbitrary: fc.constantFrom<AccessLinkIn>(
        { kind: 'verdict', verdict: accepted },
        { kind: 'verdict', verdict: accepted },
        { kind: 'verdict', verdict: refused },
        { kind: 'ip', offer },
        { kind: 'ip', offer: own },
        { kind: 'no-ip', why: 'none' },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<AccessLinkIn>(
        { kind: 'close', why: 'shutdown' },
        { kind: 'down' },
        { kind: 'up', proxy: {} },
      ),
    },
  );
  const times = { echoMs: 5_000, idleMs: 20_000, absoluteMs: 200_000 };
  const begin = fc.constantFrom(
    () => AccessWorld.up(times),
    () => AccessWorld.up({ ...times, renegotiation: 'always' }),
    () => AccessWorld.up({ ...times, authentication: [] }, {}),
    () => AccessWorld.offered({}, times),
    () => AccessWorld.open(times),
    () => new AccessWorld(),
  );

  it('never throws, answers little, keeps its order [MP-5.1.1-01, LCP-2-01, IPCP-2.1-01]', () => {
    const step = fc.tuple(input, fc.integer({ min: 0, max: 4_000 }));
    const property = fc.property(begin, fc.array(step, { maxLength: 80 }), (start, steps) => {
      const world = start();
      for (const [what, ms] of steps) {
        world.advance(ms);
        const wasDown = world.link.phase === 'DOWN';
        const out: AccessLinkOut[] = [];
        world.link.handle(what, world.now, out);
        assert.ok(out.length <= 10, `${out.length} outputs`);
        for (const output of out) {
          if (output.kind !== 'send') world.outputs.push(output);
          else assert.ok(output.information.length <= 1_500);
        }
        if (wasDown && what.kind !== 'up') assert.deepEqual(out, []);
        if (what.kind === 'timer') assert.ok(world.link.deadline() > world.now);
      }
      checkOrder(world.outputs);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('lets nobody in who was not accepted [LCP-3.5-02]', () => {
    const harmless = input.filter(({ kind }) => kind !== 'verdict');
    const property = fc.property(fc.array(harmless, { maxLength: 60 }), (inputs) => {
      const world = AccessWorld.up({}, SEED_PROXY);
      for (const what of inputs) world.handle(what);
      assert.deepEqual([world.all('authorize'), world.all('ip-up')], [[], []]);
      assert.notEqual(world.link.phase, 'UP');
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('ends by itself whatever came, once it is closed', () => {
    const property = fc.property(begin, fc.array(input, { maxLength: 40 }), (start, inputs) => {
      const world = start();
      for (const what of inputs) world.handle(what);
      world.handle({ kind: 'close', why: 'shutdown' });
      world.advance(60_000);
      assert.equal(world.link.deadline(), Number.POSITIVE_INFINITY);
      checkOrder(world.outputs);
    });
    fc.assert(property, { numRuns: 300 });
  });
});
