import { strict as assert } from 'node:assert';
import { fromText } from '../../../src/base/octets.ts';
import { offeredCall, receivedCall } from '../../../src/control/l2tp/received-call.ts';
import type { ReceivedCall } from '../../../src/control/l2tp/tunnel-port.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { ProxyAuthenType } from '../../../src/wire/l2tp/message.ts';
import { ICCN, ICRQ } from './lns-rig.ts';
import { octetsOf } from './rig.ts';

const ALL_AUTH: Partial<L2tpMessage> = {
  proxyAuthenName: fromText('2500-1'),
  proxyAuthenChallenge: fromText('challenge'),
  proxyAuthenId: 6,
  proxyAuthenResponse: fromText('response'),
};
const FIELDS = [
  'proxyAuthenName',
  'proxyAuthenChallenge',
  'proxyAuthenId',
  'proxyAuthenResponse',
] as const;
const AVP_26 = octetsOf('0104');
const AVP_27 = octetsOf('0506aaaaaaaa');
const AVP_28 = octetsOf('0506bbbbbbbb');

function received(iccn: Partial<L2tpMessage>): { call: ReceivedCall; notes: string[] } {
  const notes: string[] = [];
  const call = receivedCall(offeredCall(ICRQ), { ...ICCN, ...iccn }, (text) => notes.push(text));
  return { call, notes };
}

describe('control/l2tp/received-call (RFC 2661 §6.6, §6.8, §4.4.5)', () => {
  it('has what an ICCN must hold, and no more than it holds', () => {
    assert.deepEqual(received({}), {
      call: {
        callSerialNumber: 1,
        txConnectSpeed: 33_600,
        framingType: 2,
        sequencingRequired: false,
      },
      notes: [],
    });
  });

  it('hands on speed, group and sequencing', () => {
    const { call } = received({
      rxConnectSpeed: 28_800,
      privateGroupId: fromText('red'),
      sequencingRequired: true,
    });
    assert.equal(call.rxConnectSpeed, 28_800);
    assert.deepEqual(call.privateGroupId, fromText('red'));
    assert.equal(call.sequencingRequired, true);
  });

  it('hands on what was negotiated as it came, with AVP 26 or without [L2TP-4.4.5-02]', () => {
    const both = { lastSentConfreq: AVP_27, lastReceivedConfreq: AVP_28 };
    assert.deepEqual(received(both), { call: { ...received({}).call, lcp: both }, notes: [] });
    const three = { ...both, initialReceivedConfreq: AVP_26 };
    assert.deepEqual(received(three).call.lcp, three);
  });

  it('notes that half of what was negotiated is of no use', () => {
    for (const half of [{ lastSentConfreq: AVP_27 }, { lastReceivedConfreq: AVP_28 }]) {
      const { call, notes } = received({ ...half, initialReceivedConfreq: AVP_26 });
      assert.equal(call.lcp, undefined);
      assert.equal(notes.length, 1);
    }
    assert.deepEqual(received({ initialReceivedConfreq: AVP_26 }).notes, []);
  });

  for (const [name, type, needed] of [
    ['text', ProxyAuthenType.Text, ['proxyAuthenName', 'proxyAuthenResponse']],
    ['CHAP', ProxyAuthenType.CHAP, FIELDS],
    ['PAP', ProxyAuthenType.PAP, ['proxyAuthenName', 'proxyAuthenId', 'proxyAuthenResponse']],
    ['MS-CHAP', ProxyAuthenType.MSCHAPv1, FIELDS],
  ] as const) {
    it(`takes ${name} when all is there that belongs to it [L2TP-4.4.5-04, L2TP-4.4.5-07]`, () => {
      const { call, notes } = received({ ...ALL_AUTH, proxyAuthenType: type });
      const { proxyAuthenName, proxyAuthenChallenge, proxyAuthenResponse } = ALL_AUTH;
      const hasChallenge = needed.length === FIELDS.length;
      assert.deepEqual([call.proxyAuthenType, notes], [type, []]);
      assert.deepEqual(call.auth, {
        type,
        name: proxyAuthenName,
        ...(hasChallenge && { challenge: proxyAuthenChallenge }),
        id: type === ProxyAuthenType.Text ? 0 : 6,
        response: proxyAuthenResponse,
      });
      for (const field of FIELDS) {
        const { [field]: _left, ...rest } = ALL_AUTH;
        const less = received({ ...rest, proxyAuthenType: type });
        const isNeeded = (needed as readonly string[]).includes(field);
        assert.equal(less.call.auth === undefined, isNeeded, `${name} without ${field}`);
        assert.equal(less.notes.length, isNeeded ? 1 : 0);
        assert.equal(less.call.proxyAuthenType, type);
      }
    });
  }

  it('has no authentication of type none, of no type, or of one that nobody knows', () => {
    const none = received({ ...ALL_AUTH, proxyAuthenType: ProxyAuthenType.None });
    assert.deepEqual([none.call.auth, none.call.proxyAuthenType, none.notes], [undefined, 4, []]);
    const untyped = received(ALL_AUTH);
    assert.deepEqual([untyped.call.auth, untyped.call.proxyAuthenType], [undefined, undefined]);
    const unknown = received({ ...ALL_AUTH, proxyAuthenType: 77 });
    assert.deepEqual([unknown.call.auth, unknown.call.proxyAuthenType], [undefined, 77]);
    assert.match(unknown.notes[0] ?? '', /77 is not known/);
  });
});
