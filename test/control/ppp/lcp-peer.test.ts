import { strict as assert } from 'node:assert';
import { CALLER_REQUEST, hexOf, lcp, MAGIC, OPTIONS, World } from './world.ts';

const MULTILINK = { ...OPTIONS, multilink: true };
const bare = (hex: string): string => hex.replaceAll(' ', '');
/** Our answer to a Configure-Request with these options, under id 7. */
const answer = (options: string, link = OPTIONS): string | undefined => {
  const world = World.up(link);
  world.lcp(lcp(1, 7, options));
  return world.takeHex()[1];
};
const magicIn = (hex = ''): string => /0506(.{8})$/.exec(hex)?.[1] ?? '';

describe('control/ppp/lcp-peer: what we answer to options (RFC 1661 §5.2 to §5.4, §6)', () => {
  for (const [what, options] of [
    ['nothing', ''],
    ["pppd's", CALLER_REQUEST],
    ["the seed's", '05066ee4e865'],
    ['options in any order, copied as they are', '0802 05066ee4e865 0702 0206ffffffff'],
    ['an MRU below 1500', '01040240'],
    ['the least MRU', '01040080'],
    ['an MRU that we shall never fill', '0104ffff'],
  ] as const) {
    it(`acknowledges ${what} [LCP-5.2-01, LCP-6-01, LCP-6.1-02]`, () => {
      assert.equal(answer(options), lcp(2, 7, options));
    });
  }

  for (const [what, option, ids] of [
    ['authentication of ourselves', '0305c22305', 'LCP-6.2-03'],
    ['link quality', '0408c025000003e8', 'LQM-2.5-01, LQM-2.5-02, LCP-6.3-01'],
    ['FCS-32', '090304', 'LCPX-2.1-01, HDLC-1570.2.1-01'],
    ['Null FCS', '090301', 'HDLC-1570.2.1-04'],
    ['self-describing padding', '0a0308', 'LCP-5.4-01'],
    ['numbered mode', '0b0401ff', 'LCP-5.4-01'],
    ['callback', '0d0306', 'LCPX-2.3-01'],
    ['compound frames', '0f02', 'LCP-5.4-01'],
    ['MRRU', '110405f4', 'MP-5.1.1-03'],
    ['short sequence numbers', '1202', 'MP-5.1.2-01'],
    ['an endpoint discriminator', '130901323530302d31', 'MP-5.1.3-03'],
    ['what nobody knows', 'c80400ff', 'LCP-5.4-01'],
    ['PFC with a value', '070301', 'LCP-5.3-02'],
    ['ACFC with a value', '080301', 'LCP-5.3-02'],
  ] as const) {
    it(`rejects ${what}, as it came, and nothing else [${ids}]`, () => {
      assert.equal(answer(`05066ee4e865 ${option} 020600000000`), lcp(4, 7, option));
    });
  }

  it('rejects several in their order [LCP-5.4-01]', () => {
    assert.equal(
      answer('110405f4 05066ee4e865 1309013533 30302d31 0702'),
      lcp(4, 7, '110405f4 1309013533 30302d31'),
    );
  });

  for (const [what, option, nak] of [
    ['too small an MRU', '01040040', '010405dc'],
    ['an MRU of a wrong length', '0103ff', '010405dc'],
    ['an ACCM of a wrong length', '020400ff', '020600000000'],
  ] as const) {
    it(`suggests instead of ${what} [LCP-6-04, LCP-5.3-01]`, () => {
      assert.equal(answer(`05066ee4e865 ${option} 0702`), lcp(3, 7, nak));
    });
  }

  it('suggests several in their order [LCP-5.3-01]', () => {
    assert.equal(answer('020400ff 0702 01040040'), lcp(3, 7, '020600000000 010405dc'));
  });

  it('rejects first, suggests in the next round [LCP-5.4-02]', () => {
    assert.equal(answer('01040040 0304c023'), lcp(4, 7, '0304c023'));
    assert.equal(answer('01040040'), lcp(3, 7, '010405dc'));
  });

  it('rejects the second of two [LCP-6-03]', () => {
    assert.equal(answer('05066ee4e865 0506aaaaaaaa'), lcp(4, 7, '0506aaaaaaaa'));
    assert.equal(answer('0702 0802 0702'), lcp(4, 7, '0702'));
  });

  it('asks for the union where our own line needs more escaped [HDLC-7.1-05]', () => {
    const link = { ...OPTIONS, accm: 0x00000001 };
    assert.equal(answer('0206000a0000', link), lcp(3, 7, '0206000a0001'));
    assert.equal(answer('0206000a0001', link), lcp(2, 7, '0206000a0001'));
    assert.equal(answer('0206ffffffff', link), lcp(2, 7, '0206ffffffff'));
  });

  it('suggests another magic number for zero and for ours [LCP-6.4-02, LCP-6.4-03]', () => {
    for (const magic of ['00000000', MAGIC]) {
      const world = World.up();
      world.lcp(lcp(1, 6));
      world.take();
      world.lcp(lcp(1, 7, `0506${magic}`));
      const [nak] = world.takeHex();
      assert.match(nak ?? '', /^0307000a0506/);
      assert.ok(![MAGIC, '00000000'].includes(magicIn(nak)));
    }
    assert.match(answer('0504 6ee4') ?? '', /^0307000a0506/);
  });

  it('suggests none of ours even when chance has it [LCP-6.4-03]', () => {
    for (const [ours, suggested] of [
      [5, '00000004'],
      [1, '00000002'],
    ] as const) {
      const stuck = { octets: () => Uint8Array.of(0, 0, 0, ours) };
      const world = new World({}, stuck);
      world.handle({ kind: 'up', quietMs: 0 });
      world.lcp(lcp(1, 6));
      world.take();
      world.lcp(lcp(1, 7, `05060000000${ours}`));
      assert.equal(magicIn(world.takeHex()[0]), suggested);
    }
  });

  it('answers our own magic number by that alone: it may be our own request [LCP-6.4-03]', () => {
    const world = World.up();
    world.lcp(lcp(1, 6));
    world.take();
    world.lcp(lcp(1, 7, `0304c023 01040040 0506${MAGIC}`));
    const [nak] = world.takeHex();
    assert.match(nak ?? '', /^0307000a0506/);
  });

  it('rejects what it would suggest a sixth time [LCP-4.6-02]', () => {
    const world = World.up();
    const codes = Array.from({ length: 6 }, (_, count) => {
      world.lcp(lcp(1, count, '01040040 0702'));
      return world.takeHex().at(-1);
    });
    assert.deepEqual(
      codes,
      [0, 1, 2, 3, 4].map((id) => lcp(3, id, '010405dc')).concat(lcp(4, 5, '01040040')),
    );
    world.lcp(lcp(1, 6));
    world.lcp(lcp(1, 7, '01040040'));
    assert.equal(world.takeHex().at(-1), lcp(3, 7, '010405dc'), 'an Ack begins the count anew');
  });

  it('never rejects the magic number [LCP-6.4-05]', () => {
    const world = World.up();
    for (let count = 0; count < 8; count++) {
      world.lcp(lcp(1, count, '050600000000'));
      assert.match(world.takeHex().at(-1) ?? '', /^03/);
    }
  });

  it('takes multilink for the LNS where it is configured [MP-5.1.1-03, MP-5.1.3-01]', () => {
    assert.equal(answer('110405dc', MULTILINK), lcp(2, 7, '110405dc'));
    assert.equal(answer('1103ff', MULTILINK), lcp(3, 7, '110405dc'));
    assert.equal(answer('1202', MULTILINK), lcp(4, 7, '1202'));
  });

  for (const [verdict, classAndAddress] of [
    [2, '00'],
    [4, '00ff'],
    [2, '0141'],
    [4, '01'],
    [2, `01${'41'.repeat(20)}`],
    [4, `01${'41'.repeat(21)}`],
    [2, '020a330644'],
    [4, '020a3306'],
    [2, '03003094fe1bbf'],
    [4, '03003094fe1b'],
    [2, `04${'41'.repeat(20)}`],
    [2, `05${'31'.repeat(15)}`],
    [4, `05${'31'.repeat(16)}`],
    [4, '0641'],
    [4, ''],
  ] as const) {
    const verb = verdict === 2 ? 'takes' : 'rejects';
    it(`${verb} a discriminator of ${classAndAddress || 'no class'} [MP-5.1.3-04]`, () => {
      const option = `13${hexOf(Uint8Array.of(2 + classAndAddress.length / 2))}${classAndAddress}`;
      assert.equal(answer(option, MULTILINK), lcp(verdict, 7, option));
    });
  }

  it('keeps what it acknowledged last for the LNS, and the first request [PPP-L-03]', () => {
    const world = World.up({ authentication: [] });
    world.lcp(lcp(1, 1, '0304c023 05066ee4e865'));
    world.lcp(lcp(1, 2, '05066ee4e865'));
    world.ackOurs();
    const [told] = world.all('authenticated');
    assert.equal(
      hexOf(told?.lcp.initialReceivedConfreq ?? Uint8Array.of()),
      bare('0304c023 05066ee4e865'),
    );
    assert.equal(hexOf(told?.lcp.lastReceivedConfreq ?? Uint8Array.of()), '05066ee4e865');
    assert.equal(told?.auth, undefined);
  });
});
