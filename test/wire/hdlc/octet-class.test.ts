import { strict as assert } from 'node:assert';
import {
  DEFAULT_ACCM,
  fillReceiveMap,
  fillSendMap,
  mayEscape,
  OctetClass,
} from '../../../src/wire/hdlc/octet-class.ts';

const sendMap = (accm: number, extra: readonly number[] = []): number[] => {
  const map = new Uint8Array(256).fill(9);
  fillSendMap(map, accm, extra);
  return [...map.keys()].filter((octet) => map[octet] === 1);
};

describe('wire/hdlc/octet-class (RFC 1662 §4.2, §7.1)', () => {
  it('escapes all control characters by default, besides flag and escape [HDLC-7.1-02]', () => {
    assert.deepEqual(sendMap(DEFAULT_ACCM), [...Array(32).keys(), 0x7d, 0x7e]);
  });

  it('lets bit n of the map stand for octet n [HDLC-4.2-02]', () => {
    for (let octet = 0; octet < 32; octet++) {
      assert.deepEqual(sendMap((1 << octet) >>> 0), [octet, 0x7d, 0x7e]);
    }
    assert.deepEqual(sendMap(0x000a0000), [0x11, 0x13, 0x7d, 0x7e]);
  });

  it('takes further octets of this line’s modem [HDLC-4.2-05]', () => {
    assert.deepEqual(sendMap(0, [0x91, 0x93, 0x03]), [0x03, 0x7d, 0x7e, 0x91, 0x93]);
  });

  it('refuses 5E, 5D and whatever would come out as a control character [HDLC-L-01]', () => {
    for (const octet of [0x5e, 0x5d, 0x20, 0x31, 0x3f, -1, 256]) {
      assert.equal(mayEscape(octet), false, `${octet}`);
      assert.throws(() => sendMap(0, [octet]), /cannot be escaped/);
    }
    for (const octet of [0, 0x1f, 0x40, 0x5c, 0x5f, 0x7f, 0xff]) {
      assert.equal(mayEscape(octet), true, `${octet}`);
    }
  });

  it('never makes an escape that reads as a flag or another escape [HDLC-L-01]', () => {
    for (let octet = 0; octet < 256; octet++) {
      const sent = octet ^ 0x20;
      if (mayEscape(octet)) assert.ok(sent !== 0x7e && sent !== 0x7d && sent >= 0x20);
    }
  });

  it('removes bare octets of the receive map only [HDLC-4.2-07]', () => {
    const map = new Uint8Array(256).fill(9);
    fillReceiveMap(map, 0x000a0000);
    const removed = [...map.keys()].filter((octet) => map[octet] === OctetClass.Removed);
    assert.deepEqual(removed, [0x11, 0x13]);
    assert.equal(map[0x7e], OctetClass.Flag);
    assert.equal(map[0x7d], OctetClass.Escape);
    assert.equal(map.filter((kind) => kind === OctetClass.Data).length, 252);
  });
});
