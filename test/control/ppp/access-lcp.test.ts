/** LCP that the LNS negotiates itself, at once or again: ppp.md §13, RFC 1661 §3.4. */
import { strict as assert } from 'node:assert';
import {
  AccessWorld,
  CHAP,
  IPCP,
  LCP,
  LNS_MAGIC,
  LNS_REQUEST,
  OUR_ADDRESS,
} from './access-world.ts';
import { CALLER_REQUEST, lcp, RESPONSE_VALUE } from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;

describe('control/ppp/access-link: LCP of its own (ppp.md §13)', () => {
  it('begins at once where nothing was proxied [PPP-L-09]', () => {
    const world = AccessWorld.up({ renegotiation: 'never' }, {});
    assert.deepEqual(world.takeHex(), [lcp(1, 1, LNS_REQUEST)]);
    assert.deepEqual(world.trace().slice(-2), ['LCP Listen', 'LCP O 1 [Listen] id 1']);
  });

  it('begins anew where it must, whatever was proxied [PPP-L-08]', () => {
    const world = AccessWorld.up({ renegotiation: 'always' });
    assert.deepEqual(world.takeHex(), [lcp(1, 1, LNS_REQUEST)]);
    assert.deepEqual(world.all('verify'), []);
    assert.ok(!world.trace().some((line) => line.startsWith('forced')));
  });

  it('begins anew where it does not fit and may [PPP-L-08]', () => {
    const world = AccessWorld.up({ authentication: ['pap'] });
    assert.deepEqual(world.takeHex(), [lcp(1, 1, `0304c023 0506${LNS_MAGIC}`)]);
    assert.match(world.notes()[0] ?? '', /proxied LCP not taken, authentication/);
  });

  it('ends the call where it does not fit and may not [PPP-L-08]', () => {
    const world = AccessWorld.up({ authentication: ['pap'], renegotiation: 'never' });
    assert.deepEqual(world.take(), []);
    assert.deepEqual(world.kinds(), ['terminated']);
    assert.equal(world.why(), 'proxy LCP refused');
    assert.deepEqual(world.trace().slice(-2), ['phase TERMINATING', 'LCP Closed']);
    assert.equal(world.link.deadline(), NEVER);
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    assert.deepEqual(world.take(), []);
    world.handle({ kind: 'down' });
    assert.deepEqual(world.notes().slice(1), []);
  });

  const negotiated = (options = {}, callerOptions = CALLER_REQUEST): AccessWorld => {
    const world = AccessWorld.up({ renegotiation: 'always', ...options });
    world.lcp(lcp(1, 1, callerOptions));
    world.ackOurs(LCP);
    return world;
  };

  it('tells the LAC what to escape, then asks who calls [PPP-L-11]', () => {
    const world = negotiated({}, '0206000a0000 05066ee4e865');
    assert.deepEqual(world.outputs, [{ kind: 'accm', send: 0x000a0000, receive: 0xffffffff }]);
    assert.deepEqual(world.trace().slice(-3), [
      'LCP Open',
      'phase AUTHENTICATING, by this end',
      'CHAP O 1 id 1',
    ]);
    assert.equal(AccessWorld.up().all('accm').length, 0);
  });

  it('asks for what is not the default, and never for framing [LCP-5.1-01]', () => {
    const world = AccessWorld.up({ mruOctets: 1400, authentication: [] }, {});
    assert.deepEqual(world.takeHex(), [lcp(1, 1, `01040578 0506${LNS_MAGIC}`)]);
  });

  for (const [method, option] of [
    ['chap', '0305c22305'],
    ['ms-chap', '0305c22380'],
    ['ms-chap-v2', '0305c22381'],
    ['pap', '0304c023'],
  ] as const) {
    it(`asks for ${method} by its option [LCP-3.5-01]`, () => {
      const world = AccessWorld.up({ authentication: [method] }, {});
      assert.deepEqual(world.takeHex(), [lcp(1, 1, `${option} 0506${LNS_MAGIC}`)]);
    });
  }

  it('falls back in its order, or to what the caller wants [LCP-6.2-02, LCP-6.2-04]', () => {
    const authentication = ['ms-chap-v2', 'ms-chap', 'chap', 'pap'] as const;
    const world = AccessWorld.up({ authentication }, {});
    world.lcp(lcp(3, 1, '0304c023'));
    world.lcp(lcp(4, 2, '0304c023'));
    const asked = world.takeHex().map((hex) => hex.slice(8, 18));
    assert.deepEqual(asked, ['0305c22381', '0304c02305', '0305c22380']);
    world.lcp(lcp(4, 3, '0305c22380'));
    world.lcp(lcp(4, 4, '0305c22305'));
    world.lcp(lcp(6, 5));
    assert.equal(world.why(), 'authentication refused');
  });

  it('answers the options of a caller [MP-5.1.1-03, PPP-L-13]', () => {
    const world = AccessWorld.up({ renegotiation: 'always' });
    world.take();
    world.lcp(lcp(1, 1, '110405f4 1309013533 30302d31 0702'));
    assert.deepEqual(world.takeHex(), [lcp(4, 1, '110405f4 1309013533 30302d31')]);
    world.lcp(lcp(1, 2, CALLER_REQUEST));
    assert.deepEqual(world.takeHex(), [lcp(2, 2, CALLER_REQUEST)]);
  });

  it('does not believe the proxied answer any more [PPP-L-08, CHAP-L-04]', () => {
    const world = negotiated();
    assert.deepEqual(world.all('verify'), []);
    assert.match(world.takeOf(CHAP)[0] ?? '', /^01/);
  });

  it('gives up a caller without LCP, and one that does not agree', () => {
    const silent = AccessWorld.up({}, {});
    silent.advance(29_999);
    assert.equal(silent.why(), undefined);
    silent.advance(1);
    assert.equal(silent.why(), 'no LCP');
    assert.deepEqual(silent.trace().slice(-2), ['phase TERMINATING', 'LCP Closed']);
    const stubborn = AccessWorld.up({}, {});
    for (let count = 0; stubborn.why() === undefined && count < 100; count++) {
      stubborn.ackOurs(LCP);
      stubborn.lcp(lcp(1, count, '0304c023'));
      stubborn.advance(1_000);
    }
    assert.equal(stubborn.why(), 'LCP did not converge');
    assert.ok(stubborn.now <= 70_000, `${stubborn.now} ms`);
  });
});

describe('control/ppp/access-link: LCP again (RFC 1661 §3.4, LCP-4.3-02)', () => {
  it('goes down and asks anew when the caller does [LCP-3.4-02, LCP-4.3-02]', () => {
    const world = AccessWorld.open();
    const before = world.trace().length;
    world.lcp(lcp(1, 9, CALLER_REQUEST));
    assert.deepEqual(world.takeHex(), [
      lcp(1, 1, LNS_REQUEST.replace('44', '45')),
      lcp(2, 9, CALLER_REQUEST),
    ]);
    assert.deepEqual(world.trace().slice(before + 1, before + 3), [
      'IPCP Closed',
      'phase ESTABLISHING',
    ]);
    assert.equal(world.kinds().at(-1), 'ip-down');
    world.ackOurs(LCP);
    assert.equal(world.link.phase, 'AUTHENTICATING');
    const [challenge = ''] = world.takeOf(CHAP);
    world.frame(CHAP, lcp(2, Number.parseInt(challenge.slice(2, 4), 16), `10${RESPONSE_VALUE}61`));
    world.accept();
    assert.equal(world.link.userName, 'a');
    world.offer();
    world.take();
    world.openIpcp();
    assert.equal(world.all('ip-up').length, 2);
  });

  it('keeps its magic number from then on', () => {
    const world = AccessWorld.open();
    const asked: string[] = [];
    for (let id = 1; id <= 3; id++) {
      world.lcp(lcp(1, id, CALLER_REQUEST));
      asked.push(...world.takeOf(LCP).filter((hex) => hex.startsWith('01')));
      world.ackOurs(LCP);
    }
    assert.equal(asked.length, 3);
    assert.equal(new Set(asked.map((hex) => hex.slice(-8))).size, 1);
  });

  it('takes no reply to what the LAC has asked [LCP-5-02]', () => {
    const world = AccessWorld.up();
    for (const code of [2, 3, 4]) world.lcp(lcp(code, 0, code === 2 ? '' : '0305c22305'));
    assert.deepEqual([world.take(), world.link.phase], [[], 'AUTHENTICATING']);
  });

  it('knows the magic number that the LAC has asked with for its own [PPP-L-12]', () => {
    const world = AccessWorld.up();
    world.lcp(lcp(1, 9, '0506109d08f2'));
    const [request = '', nak = ''] = world.takeOf(LCP);
    assert.deepEqual([request.slice(0, 2), nak.slice(0, 12)], ['01', '0309000a0506']);
    assert.match(world.notes().at(-1) ?? '', /our own magic number/);
  });

  it('forgets the verdict that it waited for', () => {
    const world = AccessWorld.up();
    world.lcp(lcp(1, 9, CALLER_REQUEST));
    world.accept();
    assert.deepEqual([world.link.phase, world.all('authorize')], ['ESTABLISHING', []]);
    world.ackOurs(LCP);
    world.accept();
    assert.equal(world.link.phase, 'AUTHENTICATING');
  });

  it('asks for nothing but LCP until LCP is open again [LCP-3.4-01]', () => {
    const world = AccessWorld.up({ forceLocalAuthentication: true });
    world.lcp(lcp(1, 9, CALLER_REQUEST));
    world.take();
    world.advance(8_000);
    assert.deepEqual(new Set(world.take().map(({ protocol }) => protocol)), new Set([LCP]));
    world.ackOurs(LCP);
    assert.equal(world.link.phase, 'AUTHENTICATING');
  });

  it('forgets the offer that it waited for', () => {
    const world = AccessWorld.authenticated();
    world.lcp(lcp(1, 9, CALLER_REQUEST));
    world.take();
    world.offer();
    assert.deepEqual(world.take(), []);
    assert.equal(world.link.ipcpState, 'Closed');
  });

  it('goes on with the Identifiers of IPCP [LCP-5.1-02]', () => {
    const world = AccessWorld.up({ authentication: [], renegotiation: 'always' });
    world.lcp(lcp(1, 9, CALLER_REQUEST));
    world.ackOurs(LCP);
    world.offer();
    assert.deepEqual(world.takeOf(IPCP), [lcp(1, 1, OUR_ADDRESS)]);
    world.lcp(lcp(1, 10, CALLER_REQUEST));
    world.ackOurs(LCP);
    world.offer();
    assert.deepEqual(world.takeOf(IPCP), [lcp(1, 2, OUR_ADDRESS)]);
  });

  it('cuts the second attempt, too [LCP-4.5-01]', () => {
    const world = AccessWorld.open();
    world.advance(500_000);
    world.lcp(lcp(1, 9, '0304c023'));
    for (let count = 0; world.why() === undefined && count < 100; count++) {
      world.ackOurs(LCP);
      world.advance(1_000);
    }
    assert.equal(world.why(), 'LCP did not converge');
    assert.ok(world.now <= 570_000);
  });
});
