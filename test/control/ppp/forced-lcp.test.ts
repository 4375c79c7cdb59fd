import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { judgeForcedLcp } from '../../../src/control/ppp/forced-lcp.ts';
import type { LcpOptions } from '../../../src/control/ppp/lcp-own.ts';
import { ACCESS_OPTIONS } from './access-world.ts';
import { octets } from './world.ts';

const SENT = '0305c22305 0506109d08f2';
const RECEIVED = '05066ee4e865';
const judge = (
  { sent = SENT, received = RECEIVED, initial }: Record<string, string> = {},
  options: Partial<LcpOptions> = {},
): ReturnType<typeof judgeForcedLcp> =>
  judgeForcedLcp(
    {
      lastSentConfreq: octets(sent),
      lastReceivedConfreq: octets(received),
      ...(initial === undefined ? {} : { initialReceivedConfreq: octets(initial) }),
    },
    { ...ACCESS_OPTIONS, ...options },
  );

describe('control/ppp/forced-lcp (RFC 2661 §4.4.5, ppp.md §13)', () => {
  it("takes the seed's [PPP-L-07, PPP-L-12]", () => {
    assert.deepEqual(judge(), {
      own: { method: 'chap', magicNumber: 0x109d08f2, accm: 0xffffffff },
      peer: { mru: 1500, accm: 0xffffffff, magicNumber: 0x6ee4e865 },
    });
  });

  it('takes all that an asynchronous line has: ACCM, PFC, ACFC, a smaller MRU [PPP-L-07]', () => {
    const sent = `01040400 0206000a0000 ${SENT} 0702 0802`;
    const received = `01040080 020600000000 ${RECEIVED} 0702 0802`;
    assert.deepEqual(judge({ sent, received, initial: received }), {
      own: { method: 'chap', magicNumber: 0x109d08f2, accm: 0x000a0000 },
      peer: { mru: 128, accm: 0, magicNumber: 0x6ee4e865 },
    });
  });

  it('takes sides without magic numbers, and a caller whose MRU is large', () => {
    const agreed = judge({ sent: '0305c22305', received: '0104ffff' });
    assert.ok(typeof agreed !== 'string');
    assert.deepEqual([agreed.own.magicNumber, agreed.peer.mru], [0, 0xffff]);
  });

  for (const [method, option] of [
    ['chap', '0305c22305'],
    ['ms-chap', '0305c22380'],
    ['ms-chap-v2', '0305c22381'],
    ['pap', '0304c023'],
  ] as const) {
    it(`takes ${method} when it is one of ours, whichever, and not else [PPP-L-08]`, () => {
      const agreed = judge({ sent: option }, { authentication: ['ms-chap-v2', method] });
      assert.ok(typeof agreed !== 'string');
      assert.equal(agreed.own.method, method);
      const others = (['chap', 'ms-chap', 'ms-chap-v2', 'pap'] as const).filter(
        (other) => other !== method,
      );
      assert.match(String(judge({ sent: option }, { authentication: others })), /authentication/);
    });
  }

  it('takes no caller that was not asked where it must be, nor the other way [PPP-L-08]', () => {
    assert.match(String(judge({ sent: '0506109d08f2' })), /authentication/);
    assert.match(String(judge({}, { authentication: [] })), /authentication/);
    const agreed = judge({ sent: '0506109d08f2' }, { authentication: [] });
    assert.ok(typeof agreed !== 'string');
    assert.equal(agreed.own.method, undefined);
  });

  for (const [what, proxied, complaint] of [
    ['an MRU below what is usable, of ours', { sent: `0104007f ${SENT}` }, /option 1 /],
    ["an MRU below what is usable, of the caller's", { received: '0104007f' }, /option 1 /],
    ['an MRU of ours above 1500', { sent: `010405dd ${SENT}` }, /option 1 /],
    ['an MRU of a wrong length', { sent: `0103ff ${SENT}` }, /option 1 /],
    ['an ACCM of a wrong length', { received: '0205000a00' }, /option 2 /],
    ['a magic number of zero, of ours', { sent: '0305c22305 050600000000' }, /option 5 /],
    ["a magic number of zero, of the caller's", { received: '050600000000' }, /option 5 /],
    ['PFC with a value', { received: '070301' }, /option 7 /],
    ['two magic numbers', { received: `${RECEIVED} ${RECEIVED}` }, /option 5 /],
    ['two methods', { sent: `${SENT} 0304c023` }, /option 3 /],
    ['a method that we should prove ourselves by', { received: '0305c22305' }, /option 3 /],
    ['link quality', { received: '0408c02500000064' }, /option 4 /],
    ['callback', { received: '0d0306' }, /option 13 /],
    ['an endpoint', { sent: `${SENT} 130901353330302d31` }, /option 19 /],
    ['what nobody knows', { sent: `${SENT} c80400ff` }, /option 200 /],
    ['MRRU in AVP 26', { initial: `${RECEIVED} 110405f4` }, /multilink/],
    ['MRRU in AVP 27', { sent: `${SENT} 110405f4` }, /multilink/],
    ['MRRU in AVP 28', { received: `${RECEIVED} 110405f4` }, /multilink/],
    ['octets that are no options, in AVP 26', { initial: '0501' }, /malformed/],
    ['octets that are no options, in AVP 27', { sent: '0501' }, /malformed/],
    ['octets that are no options, in AVP 28', { received: '05066e' }, /malformed/],
    ['the same magic number twice', { received: '0506109d08f2' }, /looped/],
  ] as const) {
    it(`does not take ${what} [PPP-L-08]`, () => {
      assert.match(String(judge(proxied)), complaint);
    });
  }

  it('does not mind what the caller gave up of what it first asked for', () => {
    assert.ok(typeof judge({ initial: `${RECEIVED} 0d0306` }) !== 'string');
  });

  it('never throws', () => {
    const any = fc.uint8Array({ maxLength: 40 });
    const property = fc.property(any, any, any, (first, sent, received) => {
      const avps = {
        initialReceivedConfreq: first,
        lastSentConfreq: sent,
        lastReceivedConfreq: received,
      };
      judgeForcedLcp(avps, ACCESS_OPTIONS);
    });
    fc.assert(property, { numRuns: 500 });
  });
});
