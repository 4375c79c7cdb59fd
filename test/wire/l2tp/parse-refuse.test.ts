import { strict as assert } from 'node:assert';
import { Fault } from '../../../src/base/fault.ts';
import { MAX_AVPS_PER_MESSAGE } from '../../../src/wire/l2tp/parse.ts';
import { ICRP, judge, known, MESSAGES, refused, typeAvp } from './messages.ts';
import { avp, control, parseMessage, SECRET } from './support.ts';

describe('wire/l2tp/parse refuses (RFC 2661 §7.1)', () => {
  for (const [type, name, required] of MESSAGES) {
    const scope = type < 7 ? 'tunnel' : 'session';
    for (const absent of required) {
      it(`${name} without AVP ${absent} [L2TP-6-02] [L2TP-7.1-03]`, () => {
        const others = required.filter((number) => number !== absent);
        const datagram = control(typeAvp(type), ...others.map((number) => known(number)));
        const refusal = refused(parseMessage(datagram), Fault.MissingAvp, 3, scope);
        assert.deepEqual([refusal.type, refusal.missing], [type, [absent]]);
        assert.match(refusal.text, new RegExp(`^AVP ${absent} \\(.+\\) is missing in ${name}$`));
      });
    }

    it(`${name} with an unknown AVP with M, by its ${scope} [L2TP-4.1-03, L2TP-4.1-05]`, () => {
      const good = [typeAvp(type), ...required.map((number) => known(number))];
      const parsed = parseMessage(control(...good, avp(1, '00', 0x8000, 9999)));
      const refusal = refused(parsed, Fault.UnknownAvp, 8, scope);
      assert.deepEqual([refusal.type, refusal.missing], [type, []]);
      assert.equal(refusal.text, 'unknown AVP, vendor 9999, attribute 1');
    });
  }

  it('a required AVP that was malformed and ignored, as missing', () => {
    const parsed = parseMessage(control(typeAvp(11), avp(14, '00', 0)));
    const refusal = refused(parsed, Fault.MissingAvp, 3, 'session');
    assert.deepEqual(refusal.missing, [14]);
    assert.equal(refusal.notes.length, 1);
  });

  it('an AVP with a reserved bit set, with M [L2TP-4.1-01]', () => {
    for (const bit of [0x2000, 0x1000, 0x0800, 0x0400]) {
      const parsed = parseMessage(control(typeAvp(3), known(13, 0x8000 | bit)));
      refused(parsed, Fault.UnknownAvp, 8, 'tunnel');
    }
  });

  it('tunnel recovery, which we do not do [FO-3-01]', () => {
    const sccrq = [typeAvp(1), ...[2, 7, 3, 9].map((type) => known(type)), avp(77, '0000 0000')];
    refused(parseMessage(control(...sccrq)), Fault.UnknownAvp, 8, 'tunnel');
  });

  it('an unknown message type with M [L2TP-7.1-03]', () => {
    for (const type of [0, 5, 13, 17, 255, 0xffff]) {
      const parsed = parseMessage(control(typeAvp(type), known(9), known(14)));
      const refusal = refused(parsed, Fault.UnknownMessage, 8, 'tunnel');
      assert.deepEqual([refusal.type, refusal.assignedTunnelId], [type, 0x4518]);
      assert.equal(refusal.assignedSessionId, 45);
      assert.match(refusal.text, new RegExp(`message type ${type} \\(vendor 0, attribute 0\\)`));
    }
  });

  for (const [what, avps] of [
    ['that comes second', [known(14), typeAvp(11)]],
    ['of another vendor', [avp(0, '000b', 0x8000, 9), known(14)]],
    ['that is hidden', [avp(0, '000b', 0xc000), known(14)]],
    ['with a reserved bit set', [avp(0, '000b', 0x8400), known(14)]],
    ['of one octet', [avp(0, '0b'), known(14)]],
    ['of three octets', [avp(0, '000b00'), known(14)]],
    ['that is not there', [known(14)]],
  ] as const) {
    it(`a Message Type AVP ${what} [L2TP-4.4.1-01]`, () => {
      const parsed = parseMessage(control(...avps), SECRET);
      const refusal = refused(parsed, Fault.NotMessageType, 2, 'tunnel');
      assert.equal(refusal.type, undefined);
      assert.deepEqual(refusal.missing, []);
    });
  }

  it('a message without any AVP', () => {
    refused(parseMessage(control()), Fault.NotMessageType, 2, 'tunnel');
  });

  it('an AVP shorter than its header [L2TP-4.1-02]', () => {
    for (const length of ['8000', '8005', '0005']) {
      const parsed = parseMessage(control(...ICRP, `${length} 0000 000f 0000`));
      const refusal = refused(parsed, Fault.BadAvpLength, 2, 'session');
      assert.equal(refusal.text, 'an AVP of bad length in ICRP');
      assert.equal(refusal.assignedSessionId, 45);
    }
    refused(parseMessage(control('8005 0000 0000')), Fault.BadAvpLength, 2, 'tunnel');
  });

  it('an AVP beyond the end of the message [L2TP-4.1-02]', () => {
    for (const last of ['8009 0000 000f 0000', '8006 0000 00', '80']) {
      refused(parseMessage(control(...ICRP, last)), Fault.BadAvpLength, 2, 'session');
    }
  });

  it('every prefix that cuts an AVP, and finds the rest complete or not', () => {
    const whole = control(...ICRP);
    for (let end = 13; end < whole.length; end++) {
      const cut = whole.slice(0, end);
      cut[3] = end;
      const fault = end === 20 ? Fault.MissingAvp : Fault.BadAvpLength;
      const scope = end < 20 ? 'tunnel' : 'session';
      refused(parseMessage(cut), fault, end === 20 ? 3 : 2, scope);
    }
  });

  for (const [type, bad, name] of [
    [4, avp(1, '00'), 'Result Code of one octet'],
    [4, avp(1, '000100'), 'Result Code of three octets [L2TP-4.4.2-01]'],
    [1, avp(2, '01'), 'Protocol Version of one octet'],
    [1, avp(3, '0003'), 'Framing Capabilities of two octets'],
    [1, avp(4, '0000000003'), 'Bearer Capabilities of five octets'],
    [1, avp(5, '00'), 'Tie Breaker of one octet'],
    [1, avp(7, ''), 'empty Host Name'],
    [1, avp(9, '00004518'), 'Assigned Tunnel ID of four octets'],
    [1, avp(11, ''), 'empty Challenge'],
    [2, avp(13, '00112233445566778899aabbccddee'), 'Challenge Response of 15 octets'],
    [2, avp(13, '00112233445566778899aabbccddeeff00'), 'Challenge Response of 17 octets'],
    [14, avp(12, '0010'), 'Q.931 Cause Code without its message'],
    [14, avp(46, '00080000'), 'PPP Disconnect Cause of four octets'],
    [12, avp(39, '01'), 'Sequencing Required with a value'],
    [15, avp(34, '00'.repeat(25)), 'Call Errors of 25 octets'],
    [15, avp(34, '00'.repeat(27)), 'Call Errors of 27 octets'],
    [16, avp(35, '00'.repeat(9)), 'ACCM of nine octets'],
  ] as const) {
    it(`a mandatory ${name} as too short or long [L2TP-7.1-03]`, () => {
      const scope = type < 7 ? 'tunnel' : 'session';
      const refusal = refused(
        parseMessage(control(typeAvp(type), bad)),
        Fault.BadAvpLength,
        2,
        scope,
      );
      assert.match(refusal.text, /^AVP \d+ \(.+\) in \w+ has a bad length$/);
    });
  }

  for (const [type, number, name] of [
    [1, 9, 'Assigned Tunnel ID'],
    [1, 10, 'Receive Window Size'],
    [10, 14, 'Assigned Session ID'],
  ] as const) {
    it(`a mandatory ${name} of 0 [L2TP-7.1-03]`, () => {
      const parsed = parseMessage(control(typeAvp(type), avp(number, '0000')));
      const refusal = refused(parsed, Fault.BadAvpValue, 3, type < 7 ? 'tunnel' : 'session');
      assert.match(
        refusal.text,
        new RegExp(`^AVP ${number} \\(${name}\\) in \\w+ has a value out`),
      );
      const { assignedTunnelId, assignedSessionId } = refusal;
      assert.deepEqual([assignedTunnelId, assignedSessionId], [undefined, undefined]);
    });
  }

  it('more AVPs than a message may reasonably hold', () => {
    const padding = (count: number) => Array.from({ length: count }, () => avp(99, '', 0));
    const most = MAX_AVPS_PER_MESSAGE - ICRP.length;
    assert.equal(judge([...ICRP, ...padding(most)]).verdict, 'message');
    const parsed = parseMessage(control(...ICRP, ...padding(most + 1)));
    const refusal = refused(parsed, Fault.TooManyAvps, 4, 'session');
    assert.equal(refusal.avps.length, MAX_AVPS_PER_MESSAGE);
    assert.equal(refusal.text, 'too many AVPs in ICRP');
  });

  it('for the first reason of several, and still reads the ids', () => {
    const avps = [typeAvp(1), avp(99, ''), known(9), avp(10, '0000')];
    const refusal = refused(parseMessage(control(...avps)), Fault.UnknownAvp, 8, 'tunnel');
    assert.equal(refusal.assignedTunnelId, 0x4518);
    assert.deepEqual(refusal.missing, [2, 3, 7]);
  });
});
