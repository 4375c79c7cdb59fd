/** The seed's call at the LNS: ppp.md §13 and §14, trace.md §9 and §11. */
import { strict as assert } from 'node:assert';
import {
  AccessWorld,
  CHAP,
  IPCP,
  LCP,
  OUR_ADDRESS,
  OURS,
  PAP,
  SEED_AUTH,
  SEED_LCP,
  SEED_PROXY,
  THEIR_ADDRESS,
  THEIRS,
  VJ,
} from './access-world.ts';
import { lcp, octets, RESPONSE_VALUE } from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;

const SEED_OPTIONS = { firstChapId: 3 };

/** The caller of the seed after its Success. */
function call(): AccessWorld {
  const world = AccessWorld.authenticated(SEED_OPTIONS);
  world.offer();
  world.ipcp(lcp(1, 187, `${VJ} ${THEIR_ADDRESS}`));
  world.ackOurs(IPCP);
  world.ipcp(lcp(1, 188, THEIR_ADDRESS));
  return world;
}

describe("control/ppp/access-link and the seed's call", () => {
  it('takes over the LCP of the LAC and sends not one LCP packet [PPP-L-07, PPP-L-12]', () => {
    const world = AccessWorld.up();
    assert.deepEqual(world.take(), []);
    assert.deepEqual([world.link.lcpState, world.link.phase], ['Open', 'AUTHENTICATING']);
    world.accept();
    // Ours is the magic number of AVP 27, the caller's that of AVP 28.
    world.take();
    world.lcp(lcp(9, 1, '6ee4e865'));
    assert.deepEqual(world.takeHex(), [lcp(10, 1, '109d08f2')]);
    assert.deepEqual(world.notes(), []);
  });

  it('asks whether the proxied answer is right, and says so under its Identifier', () => {
    const world = AccessWorld.up();
    const { name, challenge, id, response } = SEED_AUTH;
    const request = { method: 'chap', name, challenge, id, response } as const;
    assert.deepEqual(world.all('verify'), [{ kind: 'verify', request }]);
    world.accept({ address: 'negotiated' });
    assert.deepEqual(world.take(), [{ at: 0, protocol: CHAP, hex: lcp(3, 6) }]);
    const grant = { address: 'negotiated' } as const;
    assert.deepEqual(world.all('authorize'), [{ kind: 'authorize', name: '2500-1', grant }]);
    assert.deepEqual([world.link.phase, world.link.userName], ['UP', '2500-1']);
  });

  it('is set up as in NS-102 to NS-182 [TRACE-12]', () => {
    assert.deepEqual(call().trace(), [
      'ppp-direction',
      'ppp-callin',
      'phase ESTABLISHING, Passive Open',
      'LCP Listen',
      'forced 0305c223050506109d08f2',
      'PPP LCP accepted rcv CONFACK',
      'PPP LCP accepted sent CONFACK',
      'phase AUTHENTICATING, by this end',
      'CHAP O 1 id 3',
      'CHAP I 2 id 6',
      'CHAP O 3 id 6',
      'phase UP',
      'IPCP O 1 [Closed] id 1',
      'IPCP I 1 [REQsent] id 187',
      'IPCP O 4 [REQsent] id 187',
      'IPCP I 2 [REQsent] id 1',
      'IPCP I 1 [ACKrcvd] id 188',
      'IPCP O 2 [ACKrcvd] id 188',
      'IPCP Open',
    ]);
  });

  it("sends the seed's IPCP packets [IPCP-3.2-01, IPCP-3.3-01]", () => {
    assert.deepEqual(call().takeOf(IPCP), [
      lcp(1, 1, OUR_ADDRESS),
      lcp(4, 187, VJ),
      lcp(2, 188, THEIR_ADDRESS),
    ]);
  });

  it('tells when packets may pass, and when no more', () => {
    const world = call();
    const up = { localAddress: OURS, peerAddress: THEIRS, mtuOctets: 1500 };
    assert.deepEqual(world.all('ip-up'), [{ kind: 'ip-up', ...up }]);
    assert.deepEqual([world.link.localAddress, world.link.peerAddress], [OURS, THEIRS]);
    assert.equal(world.link.ipcpState, 'Open');
    world.handle({ kind: 'down' });
    assert.equal(world.kinds().at(-1), 'ip-down');
    assert.deepEqual([world.link.localAddress, world.link.peerAddress], [undefined, undefined]);
  });

  it('ends as in ND-020 to ND-023, without a packet', () => {
    const world = call();
    world.take();
    const before = world.trace().length;
    world.handle({ kind: 'down' });
    assert.deepEqual(world.trace().slice(before), [
      'IPCP Closed',
      'phase TERMINATING',
      'LCP Closed',
      'phase DOWN',
    ]);
    assert.deepEqual(world.take(), []);
    assert.equal(world.why(), undefined);
    const { phase, lcpState, ipcpState } = world.link;
    assert.deepEqual([phase, lcpState, ipcpState], ['DOWN', 'Closed', 'Closed']);
    assert.equal(world.link.deadline(), NEVER);
  });

  it('says nothing and hears nothing before it is up, and after it was', () => {
    const world = new AccessWorld();
    world.lcp(lcp(1, 1));
    world.handle({ kind: 'close', why: 'shutdown' });
    world.handle({ kind: 'timer' });
    assert.deepEqual([world.outputs, world.trace(), world.link.deadline()], [[], [], NEVER]);
    world.handle({ kind: 'up', proxy: SEED_PROXY });
    world.handle({ kind: 'up', proxy: {} });
    assert.deepEqual(world.kinds(), ['verify']);
    world.handle({ kind: 'down' });
    const before = world.trace().length;
    world.handle({ kind: 'up', proxy: SEED_PROXY });
    world.lcp(lcp(1, 1));
    assert.deepEqual([world.trace().length, world.take()], [before, []]);
  });
});

describe('control/ppp/access-link: whom it believes (RFC 2661 §4.4.5)', () => {
  const ownChallenge = (world: AccessWorld): boolean => {
    const [challenge, ...more] = world.takeOf(CHAP);
    return challenge?.startsWith('01') === true && more.length === 0;
  };

  for (const [what, options, proxy] of [
    ['none was proxied', {}, { lcp: SEED_LCP }],
    ['the LAC has asked nobody', {}, { lcp: SEED_LCP, proxyAuthenType: 4 }],
    ['it was got by another method', {}, { lcp: SEED_LCP, auth: { ...SEED_AUTH, type: 3 } }],
    ['it must be asked here', { forceLocalAuthentication: true }, SEED_PROXY],
  ] as const) {
    it(`asks the caller itself where ${what} [PPP-L-10, CHAP-L-04]`, () => {
      const world = AccessWorld.up(options, proxy);
      assert.ok(ownChallenge(world));
      assert.deepEqual(world.all('verify'), []);
      assert.equal(world.link.lcpState, 'Open');
    });
  }

  it('asks by the method that the LAC has agreed on [PPP-L-10]', () => {
    const lastSentConfreq = octets('0304c023 0506109d08f2');
    const proxy = { lcp: { ...SEED_LCP, lastSentConfreq } };
    const world = AccessWorld.up({ authentication: ['chap', 'pap'] }, proxy);
    assert.deepEqual(world.take(), []);
    world.frame(PAP, lcp(1, 9, '0161 0162'));
    assert.equal(world.all('verify')[0]?.request.method, 'pap');
    world.accept();
    assert.deepEqual(
      world.take().map(({ protocol, hex }) => [protocol, hex.slice(0, 4)]),
      [[PAP, '0209']],
    );
  });

  it('takes an answer to its own Challenge only, with its own Identifier [CHAP-L-04]', () => {
    const world = AccessWorld.up({ forceLocalAuthentication: true, firstChapId: 6 });
    const [challenge = ''] = world.takeOf(CHAP);
    assert.notEqual(challenge.slice(2, 4), '06');
    world.frame(CHAP, lcp(2, 6, `10${RESPONSE_VALUE}323530302d31`));
    assert.deepEqual(world.all('verify'), []);
    const id = Number.parseInt(challenge.slice(2, 4), 16);
    world.frame(CHAP, lcp(2, id, `10${RESPONSE_VALUE}323530302d31`));
    assert.equal(world.all('verify').length, 1);
  });

  it('lets in whoever comes where nobody is asked', () => {
    const proxy = { lcp: { ...SEED_LCP, lastSentConfreq: octets('0506109d08f2') } };
    const world = AccessWorld.up({ authentication: [] }, proxy);
    const grant = { address: 'pool' } as const;
    assert.deepEqual(world.outputs, [{ kind: 'authorize', name: '', grant }]);
    assert.ok(!world.trace().some((line) => line.includes('AUTHENTICATING')));
  });

  it('ends the call of a caller that is refused, after it was told', () => {
    const world = AccessWorld.up();
    world.refuse();
    assert.deepEqual(
      world.take().map(({ protocol, hex }) => [protocol, hex]),
      [
        [CHAP, lcp(4, 6)],
        [LCP, lcp(5, 1)],
      ],
    );
    world.lcp(lcp(6, 1));
    assert.equal(world.why(), 'authentication failed');
    assert.deepEqual(world.all('authorize'), []);
  });

  it('waits for a slow verdict, answering LCP meanwhile', () => {
    const world = AccessWorld.up();
    world.advance(170_000);
    world.take();
    world.lcp(lcp(9, 1, '6ee4e865'));
    assert.equal(world.take().length, 1);
    world.accept();
    assert.equal(world.link.phase, 'UP');
  });

  it('does not wait for ever', () => {
    const world = AccessWorld.up();
    world.advance(190_000);
    assert.equal(world.why(), 'authentication never answered');
    world.accept();
    assert.deepEqual(world.all('authorize'), []);
  });

  it('heeds no verdict and no offer that it has not asked for', () => {
    const world = AccessWorld.open();
    const before = world.outputs.length;
    world.accept();
    world.refuse();
    world.offer({ localAddress: 1 });
    world.handle({ kind: 'no-ip', why: 'none' });
    assert.equal(world.outputs.length, before);
    assert.deepEqual([world.take(), world.link.peerAddress], [[], THEIRS]);
  });

  it('heeds no offer before the caller is in [IPCP-2-01]', () => {
    const world = AccessWorld.up();
    world.offer();
    assert.deepEqual([world.take(), world.link.ipcpState], [[], 'Closed']);
    world.handle({ kind: 'no-ip', why: 'none' });
    assert.equal(world.link.phase, 'AUTHENTICATING');
  });

  it('gives up a caller that never answers', () => {
    const world = AccessWorld.up({}, { lcp: SEED_LCP });
    world.advance(40_000);
    assert.equal(world.why(), 'authentication never answered');
  });

  it('gives up a caller that rejects what it has agreed to', () => {
    const world = AccessWorld.up({}, { lcp: SEED_LCP });
    world.lcp(lcp(8, 1, 'c023'));
    world.lcp(lcp(8, 1, '8021'));
    assert.equal(world.link.phase, 'AUTHENTICATING');
    world.lcp(lcp(8, 2, 'c223 0101'));
    world.lcp(lcp(6, 1));
    assert.equal(world.why(), 'authentication refused');
  });
});

describe('control/ppp/access-link: what it does not speak (RFC 1661 §3.4 to §3.7)', () => {
  const FOREIGN = [0x80fd, 0x8053, 0x8057, 0x0057, 0x002d, 0x002f, 0x003d, 0x00fd, 0x804b, 0xc025];

  it('rejects it while Opened [LCP-3.6-02, PPP-L-13, IP6-4.1-05, LCP-5.7-01]', () => {
    const world = AccessWorld.open();
    for (const [count, protocol] of FOREIGN.entries()) {
      world.frame(protocol, '0101000a');
      const rejected = `${protocol.toString(16).padStart(4, '0')}0101000a`;
      assert.deepEqual(world.takeHex(), [lcp(8, 1 + count, rejected)]);
    }
  });

  it('cuts the copy to what the caller takes [LCP-5.7-01, LCP-5-04]', () => {
    const lastReceivedConfreq = octets('01040080');
    const proxy = { lcp: { ...SEED_LCP, lastReceivedConfreq }, auth: SEED_AUTH };
    const world = AccessWorld.up({}, proxy);
    world.accept();
    world.take();
    world.frame(0x80fd, '55'.repeat(700));
    assert.equal(world.takeHex()[0]?.length, 256);
  });

  it('drops network protocols before that, without a word [LCP-3.5-04, IPCP-2-01]', () => {
    const world = AccessWorld.up();
    for (const protocol of [0x80fd, 0x8057, IPCP, 0x0021]) world.frame(protocol, lcp(1, 1));
    assert.deepEqual(world.take(), []);
    world.accept();
    world.take();
    world.ipcp(lcp(1, 1, THEIR_ADDRESS));
    world.frame(0x0021, '4500');
    assert.deepEqual(world.take(), []);
  });

  it('drops everything but LCP while LCP is not open [LCP-3.4-01, LCP-3.7-01]', () => {
    const establishing = AccessWorld.up({}, {});
    const terminating = AccessWorld.open();
    terminating.handle({ kind: 'close', why: 'shutdown' });
    for (const world of [establishing, terminating]) {
      world.take();
      for (const protocol of [...FOREIGN, IPCP, CHAP, PAP, 0x0021]) {
        world.frame(protocol, lcp(1, 1, '10'));
      }
      assert.deepEqual(world.take(), []);
    }
  });

  it('rejects link protocols and what is no protocol while it authenticates [LQM-2.7-01]', () => {
    const world = AccessWorld.up();
    world.frame(0xc025, '00');
    world.frame(0x0120, '00');
    assert.deepEqual(
      world.takeHex().map((hex) => hex.slice(8, 12)),
      ['c025', '0120'],
    );
  });

  it('drops a packet that comes before IPCP is open [LCP-3.6-01]', () => {
    const world = AccessWorld.offered();
    world.take();
    world.frame(0x0021, '4500');
    assert.deepEqual(world.take(), []);
  });

  it('answers a repeated response as before', () => {
    const world = AccessWorld.open();
    world.frame(CHAP, lcp(2, 6, `10${RESPONSE_VALUE}323530302d31`));
    assert.deepEqual(world.takeOf(CHAP), [lcp(3, 6)]);
  });
});
