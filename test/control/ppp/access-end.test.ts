/** How a link of the LNS ends, and what it says of it. RFC 1661 §3.7, RFC 3145. */
import { strict as assert } from 'node:assert';
import type { AccessEnd } from '../../../src/control/ppp/access-port.ts';
import {
  AccessWorld,
  CHAP,
  IPCP,
  LCP,
  NOBODY,
  OUR_ADDRESS,
  PAP,
  SEED_LCP,
  SEED_PROXY,
} from './access-world.ts';
import { CALLER_REQUEST, lcp, octets } from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** A link that ended by itself: by whatever happens to it, and by time. */
const ended = (world: AccessWorld, happens: (world: AccessWorld) => void): AccessWorld => {
  happens(world);
  world.advance(400_000);
  return world;
};
const causes = (world: AccessWorld): (readonly number[])[] =>
  world
    .all('terminated')
    .flatMap(({ disconnectCauses }) => disconnectCauses)
    .map(({ code, protocol, direction }) => [code, protocol, direction]);
const nothing = (): void => undefined;
const close =
  (why: AccessEnd) =>
  (world: AccessWorld): void =>
    world.handle({ kind: 'close', why });
const anew = (options = {}): AccessWorld => AccessWorld.up(options, {});
const loop = (world: AccessWorld): void => {
  for (let count = 0; count < 5; count++) world.lcp(lcp(9, count, '109d08f2'));
};
const reject = (world: AccessWorld): void => world.lcp(lcp(4, 1, '0305c22305'));

describe('control/ppp/access-end (RFC 3145 §2)', () => {
  for (const [why, cause, begin, happens] of [
    ['caller terminated', [3, 0, 1], AccessWorld.open, (w: AccessWorld) => w.lcp(lcp(5, 9))],
    ['cleared by the operator', [1, 0, 0], AccessWorld.open, close('cleared by the operator')],
    ['shutdown', [1, 0, 0], AccessWorld.open, close('shutdown')],
    ['proxy LCP refused', [2, 0, 0], () => anew(), nothing],
    ['no LCP', [6, LCP, 0], () => anew(), nothing],
    ['no LCP', [5, LCP, 0], () => anew(), (w: AccessWorld) => w.lcp(lcp(1, 1, CALLER_REQUEST))],
    ['line looped', [7, LCP, 0], AccessWorld.open, loop],
    ['authentication refused', [15, CHAP, 1], () => anew(), reject],
    [
      'authentication failed',
      [16, CHAP, 1],
      () => AccessWorld.up(),
      (w: AccessWorld) => w.refuse(),
    ],
    ['authentication never answered', [13, CHAP, 0], () => AccessWorld.up(), nothing],
    [
      'no address',
      [20, IPCP, 2],
      AccessWorld.authenticated,
      (w: AccessWorld) => w.handle({ kind: 'no-ip', why: 'the pool is empty' }),
    ],
    ['no address', [20, IPCP, 2], AccessWorld.authenticated, nothing],
    ['IPCP failed', [17, IPCP, 0], AccessWorld.offered, nothing],
    ['IPCP failed', [18, IPCP, 0], AccessWorld.open, (w: AccessWorld) => w.lcp(lcp(8, 1, '8021'))],
    ['IPCP failed', [18, IPCP, 0], AccessWorld.open, (w: AccessWorld) => w.lcp(lcp(8, 1, '0021'))],
    [
      'IPCP failed',
      [18, IPCP, 0],
      AccessWorld.offered,
      (w: AccessWorld) => w.ipcp(lcp(7, 1, lcp(1, 1))),
    ],
    [
      'IPCP failed',
      [19, IPCP, 2],
      AccessWorld.offered,
      (w: AccessWorld) => {
        for (let id = 1; id <= 6; id++) w.ipcp(lcp(1, id, '030600000000'));
        w.ipcp(lcp(1, 7));
      },
    ],
  ] as const) {
    it(`says that it was: ${why}, ${cause.join('/')} [DISC-3-01, DISC-2-02]`, () => {
      const options = why === 'proxy LCP refused' ? { renegotiation: 'never' as const } : {};
      const start =
        why === 'proxy LCP refused'
          ? AccessWorld.up({ ...options, authentication: ['pap'] })
          : begin();
      const world = ended(start, happens);
      assert.equal(world.why(), why);
      assert.deepEqual(causes(world), [cause]);
      assert.equal(world.all('terminated').length, 1);
      const [end] = world.all('terminated');
      assert.equal(end?.disconnectCauses[0]?.text, end?.text);
      assert.match(end?.text ?? '', /^[a-z].{8,}[^.]$/i);
      assert.equal(world.link.deadline(), NEVER);
    });
  }

  it('has no cause for a caller that rejects LCP itself', () => {
    const world = ended(AccessWorld.open(), (link) => link.lcp(lcp(8, 1, 'c021')));
    assert.equal(world.why(), 'protocol refused');
    assert.deepEqual(causes(world), []);
  });

  it('names PAP where PAP was asked for [DISC-3-01]', () => {
    const proxy = { lcp: { ...SEED_LCP, lastSentConfreq: octets('0304c023') } };
    const world = AccessWorld.up({ authentication: ['chap', 'pap'] }, proxy);
    world.frame(PAP, lcp(1, 1, '0161 0162'));
    world.refuse();
    world.advance(10_000);
    assert.deepEqual(causes(world), [[16, PAP, 1]]);
  });

  it('names what it wanted first where nothing was agreed on [DISC-3-01]', () => {
    const world = anew({ authentication: ['pap'] });
    world.lcp(lcp(4, 1, '0304c023'));
    world.advance(10_000);
    assert.deepEqual(causes(world), [[15, PAP, 1]]);
  });

  it('says why there is no address, and why the proxied LCP was not taken', () => {
    const poor = AccessWorld.authenticated();
    poor.handle({ kind: 'no-ip', why: 'pool x is empty' });
    poor.advance(10_000);
    assert.equal(
      poor.all('terminated')[0]?.text,
      'there is no address for the caller: pool x is empty',
    );
    const unfit = AccessWorld.up({ renegotiation: 'never', authentication: ['pap'] }, SEED_PROXY);
    assert.match(unfit.all('terminated')[0]?.text ?? '', /does not fit.*: authentication/);
  });

  it('says what IPCP failed of', () => {
    const world = AccessWorld.offered();
    world.lcp(lcp(8, 1, '8021'));
    world.advance(10_000);
    assert.equal(world.all('terminated')[0]?.text, 'the caller rejects IP');
  });

  it('does not take a late rejection for the reason', () => {
    const world = AccessWorld.open();
    world.handle({ kind: 'close', why: 'shutdown' });
    world.lcp(lcp(8, 1, '8021'));
    world.advance(10_000);
    assert.equal(world.all('terminated')[0]?.text, 'the router is shut down');
  });
});

describe('control/ppp/access-link: terminating (RFC 1661 §3.7, §5.5)', () => {
  it('closes by two Terminate-Requests, 3 s apart [PPP-L-14, LCP-5.5-01]', () => {
    const world = AccessWorld.open();
    const before = world.trace().length;
    world.handle({ kind: 'close', why: 'shutdown' });
    world.handle({ kind: 'close', why: 'cleared by the operator' });
    assert.equal(world.kinds().at(-1), 'ip-down');
    world.advance(60_000);
    assert.deepEqual(world.take(), [
      { at: 0, protocol: LCP, hex: lcp(5, 1) },
      { at: 3_000, protocol: LCP, hex: lcp(5, 1) },
    ]);
    assert.equal(world.why(), 'shutdown');
    assert.deepEqual(world.trace().slice(before), [
      'IPCP Closed',
      'phase TERMINATING',
      'LCP O 5 [Open] id 1',
      'LCP O 5 [Closing] id 1',
      'LCP Closed',
    ]);
  });

  it('is done at the Ack', () => {
    const world = AccessWorld.open();
    world.handle({ kind: 'close', why: 'shutdown' });
    world.now = 20;
    world.lcp(lcp(6, 1));
    assert.equal(world.why(), 'shutdown');
    world.handle({ kind: 'down' });
    assert.deepEqual(world.trace().slice(-2), ['LCP Closed', 'phase DOWN']);
    assert.equal(world.all('terminated').length, 1);
  });

  it('acknowledges the caller’s, and waits a Restart period [LCP-3.7-02, LCP-5.5-02]', () => {
    const world = AccessWorld.open();
    world.lcp(lcp(5, 42, '55736572'));
    assert.deepEqual(world.takeHex(), [lcp(6, 42)]);
    assert.deepEqual([world.kinds().at(-1), world.link.phase], ['ip-down', 'TERMINATING']);
    world.advance(2_999);
    assert.equal(world.why(), undefined);
    world.lcp(lcp(5, 43));
    assert.deepEqual(world.takeHex(), [lcp(6, 43)]);
    world.advance(1);
    assert.equal(world.why(), 'caller terminated');
  });

  it('acknowledges it while it authenticates, too', () => {
    const world = AccessWorld.up();
    world.lcp(lcp(5, 42));
    assert.equal(world.link.phase, 'TERMINATING');
    world.handle({
      kind: 'verdict',
      verdict: { accepted: true, message: NOBODY, grant: { address: 'pool' } },
    });
    world.advance(3_000);
    assert.deepEqual(world.kinds(), ['verify', 'terminated']);
  });

  it('is silent when the session goes while it terminates', () => {
    const world = AccessWorld.open();
    world.handle({ kind: 'close', why: 'idle' });
    world.handle({ kind: 'down' });
    world.advance(60_000);
    assert.equal(world.why(), undefined);
    assert.deepEqual(world.trace().slice(-2), ['LCP Closed', 'phase DOWN']);
    assert.equal(world.all('ip-down').length, 1);
  });

  it('closes an LCP that is not open yet', () => {
    const world = anew();
    world.take();
    world.handle({ kind: 'close', why: 'shutdown' });
    assert.deepEqual(world.takeHex(), [lcp(5, 2)]);
    world.advance(10_000);
    assert.equal(world.why(), 'shutdown');
  });
});

describe('control/ppp/access-link: time (RFC 1661 §5.8)', () => {
  const echo = (id: number): string => lcp(9, id, '109d08f2');

  it('asks a silent caller, five times, then gives it up at once [LCP-5.8-03]', () => {
    const world = AccessWorld.open({ echoMs: 10_000 });
    world.advance(59_999);
    assert.deepEqual(
      world.take().map(({ at, hex }) => [at, hex]),
      [1, 2, 3, 4, 5].map((count) => [count * 10_000, echo(count)]),
    );
    assert.equal(world.why(), undefined);
    const before = world.trace().length;
    world.advance(1);
    assert.equal(world.why(), 'caller silent');
    assert.deepEqual(causes(world), [[8, LCP, 0]]);
    assert.deepEqual([world.kinds().slice(-2), world.take()], [['ip-down', 'terminated'], []]);
    assert.deepEqual(world.trace().slice(before), [
      'IPCP Closed',
      'phase TERMINATING',
      'LCP Closed',
    ]);
    assert.equal(world.link.lcpState, 'Closed');
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    world.ipcp(lcp(1, 1, OUR_ADDRESS));
    world.handle({ kind: 'close', why: 'shutdown' });
    assert.deepEqual([world.take(), world.all('terminated').length], [[], 1]);
  });

  it('takes any frame for life', () => {
    const world = AccessWorld.open({ echoMs: 10_000 });
    for (const [protocol, hex] of [
      [LCP, lcp(10, 1, '6ee4e865')],
      [LCP, ''],
      [IPCP, lcp(14, 1)],
      [0x0021, '45'],
      [0x80fd, lcp(1, 1)],
    ] as const) {
      world.advance(55_000);
      world.frame(protocol, hex);
    }
    world.advance(59_999);
    assert.equal(world.why(), undefined);
    world.advance(1);
    assert.equal(world.why(), 'caller silent');
  });

  it('asks only while LCP is open [LCP-5.8-02]', () => {
    const world = anew({ echoMs: 1_000 });
    world.lcp(lcp(4, 9, '0702'));
    world.advance(5_000);
    assert.ok(world.takeHex().every((hex) => hex.startsWith('01')));
    const open = AccessWorld.open({ echoMs: 1_000 });
    open.handle({ kind: 'close', why: 'shutdown' });
    open.advance(5_900);
    assert.ok(open.takeHex().every((hex) => hex.startsWith('05')));
  });

  it('asks no more where the caller does not know the question [LCP-4.3-05]', () => {
    const world = AccessWorld.open({ echoMs: 10_000 });
    world.advance(10_000);
    world.lcp(lcp(7, 1, echo(1)));
    world.take();
    world.advance(600_000);
    assert.deepEqual([world.take(), world.why()], [[], undefined]);
  });

  it('asks nothing where nothing is configured', () => {
    const world = AccessWorld.open({ echoMs: 0 });
    world.advance(3_600_000);
    assert.deepEqual([world.take(), world.why(), world.link.deadline()], [[], undefined, NEVER]);
  });

  it('ends a call without packets between the idle time and a tenth more', () => {
    const world = AccessWorld.open({ idleMs: 100_000 });
    world.advance(95_000);
    world.packets = 3;
    world.advance(99_999);
    assert.equal(world.link.phase, 'UP');
    world.advance(10_001);
    assert.equal(world.link.phase, 'TERMINATING');
    world.advance(6_000);
    assert.equal(world.why(), 'idle');
    assert.deepEqual(causes(world), [[3, 0, 2]]);
  });

  it('counts from the beginning where no packet ever passes, to the millisecond', () => {
    const world = AccessWorld.open({ idleMs: 30_000 });
    world.advance(29_999);
    assert.equal(world.link.phase, 'UP');
    world.advance(1);
    assert.equal(world.link.phase, 'TERMINATING');
  });

  it('lets a busy call live', () => {
    const world = AccessWorld.open({ idleMs: 30_000 });
    for (let count = 0; count < 100; count++) {
      world.packets++;
      world.advance(29_000);
    }
    assert.equal(world.why(), undefined);
  });

  it('does not count the time before the caller is in', () => {
    const world = AccessWorld.up({ idleMs: 30_000 });
    world.advance(60_000);
    assert.equal(world.link.phase, 'AUTHENTICATING');
  });

  it('ends a call when its time is up, counted from its beginning', () => {
    const world = AccessWorld.up({ absoluteMs: 120_000 });
    world.advance(20_000);
    world.accept();
    world.offer();
    world.openIpcp();
    world.advance(99_999);
    assert.equal(world.link.phase, 'UP');
    world.packets = 99;
    world.advance(1);
    assert.equal(world.link.phase, 'TERMINATING');
    world.advance(6_000);
    assert.equal(world.why(), 'time is up');
    assert.deepEqual(causes(world), [[3, 0, 2]]);
  });
});
