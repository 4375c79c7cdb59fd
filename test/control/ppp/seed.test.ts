/** The seed's caller played against the link: ppp.md §14, trace.md §8 and §10. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { PppProtocol } from '../../../src/wire/ppp/protocol.ts';
import { CHALLENGE, hexOf, octets, RESPONSE_VALUE, SEED_OPTIONS, World } from './world.ts';

interface SeedPacket {
  readonly name: string;
  readonly hex?: string;
}
const seed: { readonly ppp: readonly SeedPacket[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/seed-messages.json', import.meta.url), 'utf8'),
);

/** From Code on: Address, Control and Protocol are the forwarding plane's. */
const packet = (name: string): string => {
  const hex = seed.ppp.find((one) => one.name === name)?.hex;
  assert.ok(hex !== undefined, name);
  return hex.slice(8).toLowerCase();
};

function call(): World {
  const world = World.up(SEED_OPTIONS);
  world.lcp(packet('LCP-CONFREQ-118'));
  world.lcp(packet('LCP-CONFREJ-11'));
  world.lcp(packet('LCP-CONFACK-12'));
  world.frame(PppProtocol.CHAP, packet('CHAP-RESPONSE-6'));
  return world;
}

describe("control/ppp/link and the seed's call", () => {
  it("sends the LAC's packets byte for byte, in the seed's order [LCP-5.1-02, LCP-4.1-04]", () => {
    assert.deepEqual(call().takeHex(), [
      packet('LCP-CONFREQ-11'),
      packet('LCP-CONFACK-118'),
      packet('LCP-CONFREQ-12'),
      packet('CHAP-CHALLENGE-6'),
    ]);
  });

  it('tells the LNS what the seed tells it [PPP-L-03, CHAP-L-01]', () => {
    const [told, ...more] = call().all('authenticated');
    assert.equal(more.length, 0);
    assert.equal(hexOf(told?.lcp.initialReceivedConfreq ?? octets('')), '05066ee4e865');
    assert.equal(hexOf(told?.lcp.lastSentConfreq ?? octets('')), '0305c223050506109d08f2');
    assert.equal(hexOf(told?.lcp.lastReceivedConfreq ?? octets('')), '05066ee4e865');
    assert.deepEqual(told?.auth, {
      type: 2,
      name: octets('323530302d31'),
      challenge: octets(CHALLENGE),
      id: 6,
      response: octets(RESPONSE_VALUE),
    });
  });

  it('traces LS-002 to LS-030, LD-003 to LD-005 [TRACE-10, TRACE-11, TRACE-30]', () => {
    const world = call();
    world.handle({ kind: 'forwarded' });
    world.now = 17_000;
    world.handle({ kind: 'down' });
    assert.deepEqual(world.trace(), [
      'callin',
      'phase ESTABLISHING, Passive Open',
      'hostname 5300-1',
      'state Listen',
      'I 1 [Listen] id 118',
      'hostname 5300-1',
      'O 1 [Listen] id 11',
      'O 2 [Listen] id 118',
      'I 4 [ACKsent] id 11',
      'O 1 [ACKsent] id 12',
      'I 2 [ACKsent] id 12',
      'state Open',
      'phase AUTHENTICATING, by this end',
      'hostname 5300-1',
      'O auth 1 id 6',
      'I auth 2 id 6',
      'phase FORWARDING',
      'phase TERMINATING',
      'state Closed',
      'phase DOWN',
    ]);
  });

  it('sends nothing when the line goes [TRACE-30, PPP-L-15]', () => {
    const world = call();
    world.take();
    world.handle({ kind: 'down' });
    assert.deepEqual(world.takeHex(), []);
    assert.equal(world.link.deadline(), Number.POSITIVE_INFINITY);
  });
});
