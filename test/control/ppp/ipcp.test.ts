import { strict as assert } from 'node:assert';
import {
  AccessWorld,
  IPCP,
  LCP,
  OUR_ADDRESS,
  OURS,
  THEIR_ADDRESS,
  THEIRS,
  VJ,
} from './access-world.ts';
import { CALLER_REQUEST, lcp } from './world.ts';

const DNS = [0x08080808, 0x08080404];
const NBNS = [0x0a000001, 0x0a000002];
const SERVERS = { dns: DNS, nbns: NBNS };
const ASKS = '030600000000';

/** Our answer to a Configure-Request with these options, under id 7. */
const answer = (request: string, options = {}): string[] => {
  const world = AccessWorld.offered({}, options);
  world.take();
  world.ipcp(lcp(1, 7, request));
  return world.takeHex();
};

/** A caller that has to name an address of its own. */
const withOwn = (claim: (address: number) => boolean): AccessWorld => {
  const world = AccessWorld.authenticated();
  world.handle({ kind: 'ip', offer: { localAddress: OURS, claim } });
  world.take();
  return world;
};

describe('control/ppp/ipcp-peer: what we answer to options (RFC 1332 §3, RFC 1877 §1)', () => {
  it('gives the address to a caller that asks for one [IPCP-3.3-02]', () => {
    assert.deepEqual(answer(ASKS), [lcp(3, 7, THEIR_ADDRESS)]);
  });

  it('gives it to one that wants another [IPCP-3.3-04]', () => {
    assert.deepEqual(answer('03060a0a3503'), [lcp(3, 7, THEIR_ADDRESS)]);
    assert.deepEqual(answer('03050a0a35'), [lcp(3, 7, THEIR_ADDRESS)]);
    assert.deepEqual(answer(THEIR_ADDRESS), [lcp(2, 7, THEIR_ADDRESS)]);
  });

  it('gives it to one that does not speak of it [IPCP-3.3-03]', () => {
    assert.deepEqual(answer(''), [lcp(3, 7, THEIR_ADDRESS)]);
    const nak = `810608080808 ${THEIR_ADDRESS}`;
    assert.deepEqual(answer('810600000000', SERVERS), [lcp(3, 7, nak)]);
  });

  for (const [what, option] of [
    ['VJ', VJ],
    ['another compression', '0204002d'],
    ['the deprecated addresses', '010a0a0a35020a330652'],
    ['DNS', '810600000000'],
    ['NBNS', '820600000000'],
    ['the second DNS', '830600000000'],
    ['the second NBNS', '840600000000'],
    ['what nobody knows', '9004ffff'],
  ] as const) {
    it(`rejects ${what} [IPCP-3.2-01, IPCP-3.1-01, IPCPX-1-01, PPP-L-13]`, () => {
      assert.deepEqual(answer(`${THEIR_ADDRESS} ${option}`), [lcp(4, 7, option)]);
      assert.deepEqual(answer(`${option} ${ASKS}`), [lcp(4, 7, option)]);
    });
  }

  it('rejects the second of two [LCP-6-03]', () => {
    assert.deepEqual(answer(`${THEIR_ADDRESS} ${ASKS}`), [lcp(4, 7, ASKS)]);
  });

  it('tells the name servers, each by itself, in the order asked [IPCPX-1-01, IPCPX-1-02]', () => {
    const asked = '840600000000 830601020304 8206ffffffff 810600000000';
    const told = '84060a000002 830608080404 82060a000001 810608080808';
    assert.deepEqual(answer(`${THEIR_ADDRESS} ${asked}`, SERVERS), [lcp(3, 7, told)]);
    assert.deepEqual(answer(`${THEIR_ADDRESS} ${told}`, SERVERS), [
      lcp(2, 7, `${THEIR_ADDRESS} ${told}`),
    ]);
    assert.deepEqual(answer(`${THEIR_ADDRESS} 8103ff`, SERVERS), [lcp(3, 7, '810608080808')]);
  });

  it('rejects the second server of either kind where there is but one [IPCPX-1-02]', () => {
    const one = { dns: DNS.slice(0, 1), nbns: NBNS.slice(0, 1) };
    const request = `${THEIR_ADDRESS} 810608080808 82060a000001 830600000000 840600000000`;
    assert.deepEqual(answer(request, one), [lcp(4, 7, '830600000000 840600000000')]);
  });

  it('lets a caller choose where it may, and asks whether it can be had [IPCP-3.3-04]', () => {
    const claimed: number[] = [];
    const world = withOwn((address) => claimed.push(address) > 0);
    world.ipcp(lcp(1, 187, `${VJ} ${THEIR_ADDRESS}`));
    assert.deepEqual(claimed, []);
    world.ipcp(lcp(1, 188, THEIR_ADDRESS));
    assert.deepEqual(claimed, [THEIRS]);
    assert.deepEqual(world.takeHex(), [lcp(4, 187, VJ), lcp(2, 188, THEIR_ADDRESS)]);
    world.ackOurs(IPCP);
    assert.equal(world.link.peerAddress, THEIRS);
  });

  it('asks such a caller for its address when it does not say it [IPCP-3.3-03]', () => {
    const world = withOwn(() => true);
    world.ipcp(lcp(1, 1));
    assert.deepEqual(world.takeHex(), [lcp(3, 1, ASKS)]);
  });

  for (const [what, address] of [
    ['none', '00000000'],
    ['one of this network', '00000001'],
    ['a loopback', '7f000001'],
    ['a group', 'e0000001'],
    ['broadcast', 'ffffffff'],
    ['ours', '0a330652'],
    ['half of one', '0a33'],
  ] as const) {
    it(`ends the call of such a caller that has ${what}`, () => {
      const world = withOwn(() => true);
      world.ipcp(lcp(1, 1, `03${address.length === 4 ? '04' : '06'}${address}`));
      assert.deepEqual(
        world.take().map(({ protocol }) => protocol),
        [LCP],
      );
      world.advance(10_000);
      assert.equal(world.why(), 'no address');
    });
  }

  it('never acknowledges an address that somebody else has [IPCP-3.3-06]', () => {
    const world = withOwn(() => false);
    world.ipcp(lcp(1, 1, THEIR_ADDRESS));
    assert.deepEqual(world.takeOf(IPCP), []);
    world.advance(10_000);
    assert.equal(world.why(), 'no address');
    const [end] = world.all('terminated');
    assert.deepEqual(
      end?.disconnectCauses.map(({ code, protocol, direction }) => [code, protocol, direction]),
      [[20, IPCP, 2]],
    );
    const given = AccessWorld.offered({ claim: () => false });
    given.ipcp(lcp(1, 1, THEIR_ADDRESS));
    assert.deepEqual(given.all('ip-up'), []);
    assert.equal(given.link.phase, 'TERMINATING');
  });

  it('rejects after five Naks, then gives up [LCP-4.6-02]', () => {
    const world = AccessWorld.offered();
    world.take();
    for (let id = 1; id <= 5; id++) {
      world.ipcp(lcp(1, id, ASKS));
      assert.deepEqual(world.takeHex(), [lcp(3, id, THEIR_ADDRESS)]);
    }
    world.ipcp(lcp(1, 6, ASKS));
    assert.deepEqual(world.takeHex(), [lcp(4, 6, ASKS)]);
    world.ipcp(lcp(1, 7));
    world.advance(10_000);
    assert.equal(world.why(), 'IPCP failed');
  });
});

describe('control/ppp/ipcp: the protocol (RFC 1332 §2)', () => {
  it('asks with its own address only, from Closed on [IPCP-3.3-01]', () => {
    const world = AccessWorld.offered();
    world.offer();
    const sent = AccessWorld.authenticated();
    sent.take();
    sent.offer();
    assert.deepEqual(sent.take(), [{ at: 0, protocol: IPCP, hex: lcp(1, 1, OUR_ADDRESS) }]);
    assert.equal(sent.trace().at(-1), 'IPCP O 1 [Closed] id 1');
  });

  it('counts its Identifiers from where it is told', () => {
    const world = AccessWorld.authenticated({ firstIpcpId: 77 });
    world.take();
    world.offer();
    assert.deepEqual(world.takeHex(), [lcp(1, 77, OUR_ADDRESS)]);
  });

  it('knows the codes of RFC 1332 only [IPCP-2-02]', () => {
    const world = AccessWorld.open();
    for (const code of [0, 8, 9, 10, 11, 12, 13, 14]) {
      world.ipcp(lcp(code, 5, 'aabb'));
      const [reject = '', ...more] = world.takeOf(IPCP);
      assert.deepEqual(
        [reject.slice(0, 2), reject.slice(8), more],
        ['07', lcp(code, 5, 'aabb'), []],
      );
    }
    assert.equal(world.link.ipcpState, 'Open');
  });

  it('answers by the same automaton: Terminate, then again [IPCP-2-02, LCP-3.7-05]', () => {
    const world = AccessWorld.open();
    world.ipcp(lcp(5, 33));
    assert.deepEqual(world.takeHex(), [lcp(6, 33)]);
    assert.equal(world.kinds().at(-1), 'ip-down');
    world.advance(600_000);
    assert.deepEqual([world.why(), world.link.phase, world.take()], [undefined, 'UP', []]);
    world.ipcp(lcp(1, 34, THEIR_ADDRESS));
    assert.deepEqual(world.takeHex(), [lcp(1, 2, OUR_ADDRESS), lcp(2, 34, THEIR_ADDRESS)]);
    world.ackOurs(IPCP);
    assert.equal(world.all('ip-up').length, 2);
  });

  it('gives up a caller that opens again and then says no more', () => {
    const world = AccessWorld.open();
    world.ipcp(lcp(5, 33));
    world.advance(10_000);
    world.ipcp(lcp(1, 34, THEIR_ADDRESS));
    world.advance(60_000);
    assert.equal(world.why(), 'IPCP failed');
  });

  it('counts its Naks anew once it was open [LCP-4.6-02]', () => {
    const world = AccessWorld.offered();
    for (let id = 1; id <= 4; id++) world.ipcp(lcp(1, id, ASKS));
    world.openIpcp();
    for (let id = 1; id <= 5; id++) {
      world.ipcp(lcp(1, id, ASKS));
      assert.equal(world.takeOf(IPCP).at(-1), lcp(3, id, THEIR_ADDRESS));
    }
  });

  it('goes down and up when the caller begins anew', () => {
    const world = AccessWorld.open();
    world.ipcp(lcp(1, 200, ASKS));
    assert.deepEqual(world.takeHex(), [lcp(1, 2, OUR_ADDRESS), lcp(3, 200, THEIR_ADDRESS)]);
    assert.deepEqual(world.kinds().slice(-2), ['ip-up', 'ip-down']);
    world.advance(9_000);
    world.openIpcp();
    assert.equal(world.kinds().at(-1), 'ip-up');
  });

  it('gives up a caller that has begun anew and does not get there [LCP-4.5-01]', () => {
    const world = AccessWorld.open();
    world.advance(300_000);
    for (let count = 0; world.why() === undefined && count < 100; count++) {
      world.ipcp(lcp(1, count & 0xff, VJ));
      world.ackOurs(IPCP);
      world.advance(1_000);
    }
    assert.equal(world.why(), 'IPCP failed');
    assert.ok(world.now <= 370_000, `${world.now} ms`);
  });

  it('tells the caller’s MRU with the addresses', () => {
    const world = AccessWorld.up({ authentication: [], renegotiation: 'always' });
    world.lcp(lcp(1, 1, `01040400 ${CALLER_REQUEST}`));
    world.ackOurs(LCP);
    world.offer();
    world.openIpcp();
    assert.equal(world.all('ip-up')[0]?.mtuOctets, 1024);
  });

  it('does without its own address where the caller does not want it', () => {
    const world = AccessWorld.offered();
    world.ipcp(lcp(4, 1, OUR_ADDRESS));
    assert.deepEqual(world.takeOf(IPCP).slice(-1), [lcp(1, 2)]);
    world.openIpcp();
    assert.equal(world.link.localAddress, OURS);
  });

  it('keeps its own address, whatever the caller suggests, and not for ever', () => {
    const world = AccessWorld.offered();
    world.ipcp(lcp(3, 1, '03060a000001'));
    assert.deepEqual(world.takeHex().slice(-1), [lcp(1, 2, OUR_ADDRESS)]);
    for (let id = 2; id <= 20; id++) world.ipcp(lcp(3, id, '03060a000001'));
    assert.equal(world.link.ipcpState, 'REQsent');
    world.ipcp(lcp(3, 21, '03060a000001'));
    assert.equal(world.link.ipcpState, 'Closing');
    world.advance(20_000);
    const [end] = world.all('terminated');
    assert.equal(end?.why, 'IPCP failed');
    assert.deepEqual(
      [end?.disconnectCauses[0]?.code, end?.disconnectCauses[0]?.direction],
      [19, 1],
    );
  });

  it('asks ten times, then ends the call [LCP-4.3-01]', () => {
    const world = AccessWorld.offered();
    world.take();
    world.advance(26_999);
    assert.equal(world.takeOf(IPCP).length, 8);
    world.advance(3_001);
    assert.equal(world.takeOf(IPCP).length, 1);
    world.advance(10_000);
    assert.equal(world.why(), 'IPCP failed');
  });
});
