import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { Fault } from '../../../src/base/fault.ts';
import { concatOctets, fromText, toText } from '../../../src/base/octets.ts';
import * as mschap from '../../../src/wire/ppp/mschap.ts';
import { hexOf, octets } from './support.ts';

const USER = fromText('User');
const PASSWORD = 'clientPass';
const CHALLENGE = octets('5B5D7C7D7B3F2F3E3C2C602132262628');
const PEER_CHALLENGE = octets('21402324255E262A28295F2B3A337C7E');
const NT_RESPONSE = '82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF';

const parseV1 = (value: Uint8Array): [Fault, mschap.MsChapValue] => {
  const out = new mschap.MsChapValue();
  return [mschap.parseMsChapValue(value, out), out];
};
const parseV2 = (value: Uint8Array): [Fault, mschap.MsChapV2Value] => {
  const out = new mschap.MsChapV2Value();
  return [mschap.parseMsChapV2Value(value, out), out];
};

describe('wire/ppp/mschap: Response Values (RFC 2433 §6, RFC 2759 §4)', () => {
  const lm = octets('11'.repeat(24));
  const nt = octets('22'.repeat(24));

  it('finds the NT response of version 1 and the flag that it is meant', () => {
    for (const [flag, uses] of [
      ['01', true],
      ['00', false],
    ] as const) {
      const [fault, value] = parseV1(concatOctets(lm, nt, octets(flag)));
      assert.deepEqual([fault, value.ntResponse, value.usesNtResponse], [Fault.None, nt, uses]);
    }
  });

  it('finds peer challenge and NT response of version 2, whatever is reserved', () => {
    for (const reserved of ['00', 'ff']) {
      const [fault, value] = parseV2(
        concatOctets(PEER_CHALLENGE, octets(reserved.repeat(8)), nt, octets(reserved)),
      );
      assert.deepEqual(
        [fault, value.peerChallenge, value.ntResponse],
        [Fault.None, PEER_CHALLENGE, nt],
      );
    }
  });

  it('refuses every other length than 49', () => {
    for (let count = 0; count < 256; count++) {
      const expected = count === 49 ? Fault.None : Fault.BadLength;
      assert.equal(parseV1(new Uint8Array(count))[0], expected, `${count} octets`);
      assert.equal(parseV2(new Uint8Array(count))[0], expected, `${count} octets`);
    }
  });

  it('reads back what was put together, and never throws', () => {
    const field = (count: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: count, maxLength: count });
    fc.assert(
      fc.property(field(16), field(8), field(24), field(1), (peer, reserved, response, flags) => {
        const [, value] = parseV2(concatOctets(peer, reserved, response, flags));
        assert.deepEqual([value.peerChallenge, value.ntResponse], [peer, response]);
        const [, first] = parseV1(concatOctets(peer, reserved, response, flags));
        assert.deepEqual(first.ntResponse, response);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (value) => [parseV1(value), parseV2(value)].length > 0));
  });
});

describe('wire/ppp/mschap: hashes (RFC 2433 §A and §B.2, RFC 2759 §8 and §9.2)', () => {
  it('answers the challenge of RFC 2433 §B.2', () => {
    const hash = mschap.ntPasswordHash('MyPw');
    assert.equal(hexOf(hash), 'FC156AF7EDCD6C0EDDE3337D427F4EAC');
    assert.equal(
      hexOf(mschap.challengeResponse(octets('102DB5DF085D3041'), hash)),
      '4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61',
    );
  });

  it('goes through the steps of RFC 2759 §9.2 [MSC2-8-01, MSC2-8.7-01]', () => {
    const hash = mschap.ntPasswordHash(PASSWORD);
    assert.equal(hexOf(hash), '44EBBA8D5312B8D611474411F56989AE');
    const answered = mschap.challengeHash(PEER_CHALLENGE, CHALLENGE, USER);
    assert.equal(hexOf(answered), 'D02E4386BCE91226');
    const response = mschap.challengeResponse(answered, hash);
    assert.equal(hexOf(response), NT_RESPONSE);
    assert.equal(
      mschap.authenticatorResponse(hash, response, answered),
      'S=407A5589115FD0D6209F510FE9C04566932CDA56',
    );
  });

  it('takes the user without the domain', () => {
    for (const name of ['DOMAIN\\User', '\\User', 'a\\b\\User']) {
      assert.equal(toText(mschap.withoutDomain(fromText(name))), 'User');
      const answered = mschap.challengeHash(PEER_CHALLENGE, CHALLENGE, fromText(name));
      assert.equal(hexOf(answered), 'D02E4386BCE91226');
    }
    assert.equal(toText(mschap.withoutDomain(fromText('User'))), 'User');
    assert.equal(mschap.withoutDomain(fromText('DOMAIN\\')).length, 0);
  });

  it('expands the keys of RFC 2433 §B.2, with odd parity', () => {
    for (const [seven, eight] of [
      ['FC156AF7EDCD6C', 'FD0B5B5E7F6E34D9'],
      ['0EDDE3337D427F', '0E6E796737EA08FE'],
      ['00000000000000', '0101010101010101'],
      ['FFFFFFFFFFFFFF', 'FEFEFEFEFEFEFEFE'],
    ] as const) {
      assert.equal(hexOf(mschap.expandDesKey(octets(seven))), eight);
    }
  });

  it('takes passwords in Unicode, low octets first, surrogates as they are', () => {
    // MD4 of E4 00, and of 3D D8 11 DD, by OpenSSL's legacy provider.
    assert.equal(hexOf(mschap.ntPasswordHash('ä')), '3104EAB484D59EFABCEA2C44B07F41D3');
    assert.equal(hexOf(mschap.ntPasswordHash('🔑')), '5F7B3FF474E4237AFD6A078F3C4D8632');
    assert.equal(hexOf(mschap.ntPasswordHash('')), '31D6CFE0D16AE931B73C59D7E0C089C0');
  });

  it('has a response of 24 octets to whatever is asked, under any password', () => {
    const challenge = fc.uint8Array({ minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(challenge, fc.string({ unit: 'binary' }), (octets8, password) => {
        const hash = mschap.ntPasswordHash(password);
        assert.equal(mschap.challengeResponse(octets8, hash).length, 24);
      }),
    );
  });
});

describe('wire/ppp/mschap: the text of Failure (RFC 2433 §8, RFC 2759 §6)', () => {
  it('names the error, allows no other try, and has a challenge in it [MSC2-6-01]', () => {
    const { AuthenticationFailure, AccountDisabled } = mschap.MsChapError;
    assert.equal(
      toText(mschap.failureMessage(AuthenticationFailure, CHALLENGE, 'no')),
      'E=691 R=0 C=5B5D7C7D7B3F2F3E3C2C602132262628 V=3 M=no',
    );
    assert.equal(
      toText(mschap.failureMessage(AccountDisabled, octets('102DB5DF085D3041'))),
      'E=647 R=0 C=102DB5DF085D3041 V=3',
    );
  });
});
