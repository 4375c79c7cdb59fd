import { strict as assert } from 'node:assert';
import { Fault } from '../../../src/base/fault.ts';
import { fromText } from '../../../src/base/octets.ts';
import { hideAvpValue } from '../../../src/wire/l2tp/hiding.ts';
import { fields, judge, known, MESSAGES, refused, taken, typeAvp, value } from './messages.ts';
import { avp, control, octets, parseMessage, SECRET } from './support.ts';

describe('wire/l2tp/parse reads hidden AVPs (RFC 2661 §4.3)', () => {
  const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
  const hidden = (type: number, plain: Uint8Array, vector: string, bits = 0xc000): string =>
    avp(type, hex(hideAvpValue(type, plain, SECRET, octets(vector))), bits);
  const [FIRST, SECOND] = ['00010203', '0a0b0c0d0e0f'];
  const icrq = [typeAvp(10), known(14), known(15)];
  const message = { type: 10, ...fields([14, 15]) };

  it('with the last Random Vector before each [L2TP-4.3-02]', () => {
    const avps = [
      avp(36, FIRST),
      hidden(21, fromText('614629'), FIRST),
      avp(36, SECOND),
      hidden(22, fromText('2085730592'), SECOND),
    ];
    const expected = taken({ ...message, calledNumber: '614629', callingNumber: '2085730592' });
    assert.deepEqual(judge([...icrq, ...avps], SECRET), expected);
  });

  it('and lists their values in clear with the length on the wire', () => {
    const avps = [avp(36, FIRST), hidden(21, fromText('614629'), FIRST)];
    const [, , , , last] = parseMessage(control(...icrq, ...avps), SECRET).avps;
    assert.deepEqual(last, {
      vendorId: 0,
      type: 21,
      mandatory: true,
      hidden: true,
      length: 14,
      value: fromText('614629'),
    });
  });

  it('of any message, where the Random Vector alone is nothing special', () => {
    assert.deepEqual(judge([typeAvp(6), avp(36, FIRST), avp(36, '')]), taken({ type: 6 }));
  });

  const called = hidden(21, fromText('614629'), FIRST);
  for (const [what, avps, secret] of [
    ['without a secret [L2TP-4.3-06]', [avp(36, FIRST), called], undefined],
    ['without a Random Vector [L2TP-4.3-06]', [called], SECRET],
    ['with a Random Vector only behind it [L2TP-4.3-02]', [called, avp(36, FIRST)], SECRET],
    ['under another secret [L2TP-4.3-05]', [avp(36, FIRST), called], fromText('secret')],
    ['of too few octets', [avp(36, FIRST), avp(21, '00', 0xc000)], SECRET],
  ] as const) {
    it(`but refuses one ${what}`, () => {
      const parsed = parseMessage(control(...icrq, ...avps), secret);
      refused(parsed, Fault.BadHiddenAvp, 3, 'session');
    });
  }

  it('but refuses one of a kind that must not be hidden [L2TP-4.3-08]', () => {
    for (const type of [1, 2, 5, 7, 10, 12, 39]) {
      const [message = 0] =
        MESSAGES.find(([, , r, o]) => [...r, ...o].some((n) => n === type)) ?? [];
      const avps = [typeAvp(message), avp(36, FIRST), hidden(type, octets(value(type)), FIRST)];
      const parsed = parseMessage(control(...avps), SECRET);
      refused(parsed, Fault.BadHiddenAvp, 3, message < 7 ? 'tunnel' : 'session');
    }
  });

  it('but not a hidden Random Vector', () => {
    const avps = [
      avp(36, FIRST),
      hidden(36, octets(SECOND), FIRST),
      hidden(21, fromText('6'), FIRST),
    ];
    refused(parseMessage(control(...icrq, ...avps), SECRET), Fault.BadHiddenAvp, 3, 'session');
  });

  it('and judges the length and the value inside', () => {
    const short = [avp(36, FIRST), hidden(18, octets('0001'), FIRST)];
    refused(parseMessage(control(...icrq, ...short), SECRET), Fault.BadAvpLength, 2, 'session');
    const zero = [typeAvp(4), avp(36, FIRST), hidden(9, octets('0000'), FIRST), known(1)];
    refused(parseMessage(control(...zero), SECRET), Fault.BadAvpValue, 3, 'tunnel');
  });

  it('and shows an unreadable value as empty', () => {
    const { avps } = parseMessage(control(...icrq, avp(21, 'aabbcc', 0x4000)), SECRET);
    assert.deepEqual(avps[3]?.value, octets(''));
  });
});
