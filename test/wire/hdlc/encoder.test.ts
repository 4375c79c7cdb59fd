import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { OctetRing } from '../../../src/base/ring.ts';
import { encodedOctetsMax, encodeFrame } from '../../../src/wire/hdlc/encoder.ts';
import { DEFAULT_ACCM } from '../../../src/wire/hdlc/octet-class.ts';
import { naiveEncode } from './naive.ts';
import { encode, hex, octets } from './support.ts';

const SEED = new URL('../../fixtures/seed-messages.json', import.meta.url);
const seed: { ppp: { name: string; hex: string; asyncHexDefaultAccm: string }[] } = JSON.parse(
  readFileSync(SEED, 'utf8'),
);
const CONFREQ_11 = 'ff03c021010b001c0305c2230505' + '06109d08f2110405f4130901353330302d31';

describe('wire/hdlc/encoder (RFC 1662 §3.1, §4)', () => {
  for (const { name, hex: frame, asyncHexDefaultAccm } of seed.ppp) {
    if (frame === undefined || asyncHexDefaultAccm === undefined) continue;
    it(`frames ${name} [HDLC-3.1-01, HDLC-3.1-08, HDLC-3.1-09, HDLC-4.2-02]`, () => {
      assert.equal(hex(encode(octets(frame))), asyncHexDefaultAccm.toLowerCase());
    });
  }

  it('sends the FCS of 123456789 as 6E 90 [HDLC-C-01]', () => {
    const digits = new TextEncoder().encode('123456789');
    assert.equal(hex(encode(digits, 0)), `7e${hex(digits)}6e907e`);
  });

  it('stuffs the FCS octets, too [HDLC-4.2-04]', () => {
    assert.match(hex(encode(octets(CONFREQ_11))), /7d227d307e$/);
  });

  it('escapes 7E, 7D and what the map names [HDLC-4.2-01, HDLC-4.2-03]', () => {
    const information = '45001113037e7d20';
    assert.equal(
      hex(encode(octets(`ff030021${information}`), 0x000a0000)),
      '7eff03002145007d317d33037d5e7d5d2022a27e',
    );
  });

  it('computes the FCS over the compressed form, where that is sent [HDLC-1661.6.5-06]', () => {
    const sent = hex(encode(octets('2145001113037e7d20'), 0x000a0000));
    assert.equal(sent, '7e2145007d317d33037d5e7d5d2014c27e');
  });

  it('escapes octets above 31 that the configuration names [HDLC-4.2-05]', () => {
    const sent = hex(encode(octets('ff0300219193ff'), 0, [0x91, 0xff]));
    assert.match(sent, /^7e7ddf0300217db1937ddf/);
  });

  it('does as a naive encoder for any frame and map, across the ring’s end', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: DEFAULT_ACCM }),
        (frame, accm) => {
          const inMap = (octet: number) => octet < 0x20 && ((accm >>> octet) & 1) === 1;
          const sent = encode(frame, accm);
          assert.deepEqual([...sent], naiveEncode([...frame], inMap));
          assert.ok(sent.length <= encodedOctetsMax(frame.length));
        },
      ),
    );
  });

  it('reaches its own upper bound when everything is escaped', () => {
    const frame = octets('7d'.repeat(64));
    let worst = 0;
    for (let first = 0; first < 256; first++) {
      frame[0] = first;
      worst = Math.max(worst, encode(frame).length);
    }
    assert.ok(worst <= encodedOctetsMax(64));
    assert.ok(worst >= encodedOctetsMax(64) - 4, 'only FCS octets may have stayed bare');
  });

  it('sends nothing between frames: the line idles [HDLC-4.4.2-01]', () => {
    const frame = octets('ff0300214500');
    const once = encode(frame);
    const tx = new OctetRing(new Uint8Array(64), 0, 64);
    const map = new Uint8Array(256).fill(1, 0, 32);
    encodeFrame(frame, 0, frame.length, map, tx);
    encodeFrame(frame, 0, frame.length, map, tx);
    assert.equal(hex(tx.takeAll()), hex(once).repeat(2));
  });

  it('asserts that the ring has room', () => {
    const tx = new OctetRing(new Uint8Array(16), 0, 16);
    assert.throws(() => encodeFrame(new Uint8Array(6), 0, 6, new Uint8Array(256), tx), /full ring/);
    assert.equal(tx.count(), 0);
  });
});
