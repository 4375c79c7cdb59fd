import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { LcpCode, putControlPacket } from '../../../src/wire/ppp/packet.ts';
import { hexOf, octets, parse } from './support.ts';

const CONFREQ = '0176 000a 0506 6ee4 e865';

describe('wire/ppp/packet (RFC 1661 §5)', () => {
  it('reads Code, Identifier and Data', () => {
    const [fault, { code, id, data, whole }] = parse(octets(CONFREQ));
    assert.equal(fault, 'None');
    assert.deepEqual([code, id], [LcpCode.ConfigureRequest, 118]);
    assert.equal(hexOf(data), '05066EE4E865');
    assert.equal(hexOf(whole), hexOf(octets(CONFREQ)));
  });

  it('ignores padding behind Length [LCP-2-03, LCP-5-03, CHAP-4-01]', () => {
    const [fault, { data, whole }] = parse(octets(`${CONFREQ} 0000 0000 0000 0000 0000`));
    assert.equal(fault, 'None');
    assert.equal(hexOf(data), '05066EE4E865');
    assert.equal(whole.length, 10);
  });

  it('refuses a Length below the header [LCP-5-03]', () => {
    for (const length of ['0000', '0003']) {
      assert.equal(parse(octets(`0176 ${length} 0506 6ee4 e865`))[0], 'BadLength');
    }
    assert.equal(parse(octets('0b01 0004'))[0], 'None', 'four octets are a whole packet');
  });

  it('calls every proper prefix truncated [LCP-5-03]', () => {
    const whole = octets(CONFREQ);
    for (let end = 0; end < whole.length; end++) {
      assert.equal(parse(whole.slice(0, end))[0], 'Truncated', `${end} octets`);
    }
  });

  it('never throws and never points outside the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (information) => {
        const [fault, { whole, data }] = parse(information);
        return (
          fault !== 'None' ||
          (whole.length <= information.length && data.length + 4 === whole.length)
        );
      }),
    );
  });

  it('reads back what it wrote, whatever follows', () => {
    const anyOctet = fc.integer({ min: 0, max: 255 });
    const property = fc.property(
      anyOctet,
      anyOctet,
      fc.uint8Array({ maxLength: 600 }),
      fc.uint8Array({ maxLength: 5 }),
      (code, id, data, padding) => {
        const packet = putControlPacket(code, id, data);
        const [fault, read] = parse(Uint8Array.from([...packet, ...padding]));
        assert.deepEqual([fault, read.code, read.id], ['None', code, id]);
        assert.deepEqual(read.data, data);
        assert.deepEqual(read.whole, packet);
      },
    );
    fc.assert(property);
  });

  it('asserts that the data fits the Length', () => {
    assert.throws(() => putControlPacket(1, 1, new Uint8Array(0xfffc)), /fits its Length/);
    assert.equal(putControlPacket(1, 1, new Uint8Array(0xfffb)).length, 0xffff);
  });
});
