import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { concatOctets, fromText, toText } from '../../../src/base/octets.ts';
import type { AuthRequest, Verdict } from '../../../src/control/ppp/auth-port.ts';
import { verifyLocally } from '../../../src/control/ppp/local-users.ts';
import { challengeHash, challengeResponse, ntPasswordHash } from '../../../src/wire/ppp/mschap.ts';
import { chapHash } from './auth-rig.ts';
import { octets } from './world.ts';

const OUR_NAME = '1600-3';
const USERS = new Map([
  ['2500-1', { password: 'cisco' }],
  ['User', { password: 'clientPass' }],
  ['bär', { password: 'Bärenhöhle' }],
  ['HOME\\User', { password: 'other' }],
  ['nobody', { password: '' }],
  [OUR_NAME, { password: 'mirror' }],
  ['a?', { password: 'p' }],
]);
const FAILED = 'Authentication failed';
const CHALLENGE = octets('5d0d008cb1677cf8bc354556321a7a74');

const verify = (request: AuthRequest): Verdict => verifyLocally(USERS, request, OUR_NAME);
const why = (verdict: Verdict): string => (verdict.accepted ? 'accepted' : verdict.why);

const pap = (name: string, password: string): AuthRequest => ({
  method: 'pap',
  name: fromText(name),
  password: fromText(password),
});
const chap = (name: string, password: string, id = 6): AuthRequest => ({
  method: 'chap',
  name: fromText(name),
  id,
  challenge: CHALLENGE,
  response: chapHash(id, password, CHALLENGE),
});
const EIGHT = octets('102db5df085d3041');
const msChap = (name: string, password: string, flag = 1): AuthRequest => ({
  method: 'ms-chap',
  name: fromText(name),
  id: 1,
  challenge: EIGHT,
  response: concatOctets(
    new Uint8Array(24),
    challengeResponse(EIGHT, ntPasswordHash(password)),
    Uint8Array.of(flag),
  ),
});
const V2_CHALLENGE = octets('5b5d7c7d7b3f2f3e3c2c602132262628');
const PEER_CHALLENGE = octets('21402324255e262a28295f2b3a337c7e');
const msChapV2 = (name: string, password: string, reserved = 0): AuthRequest => {
  const answered = challengeHash(PEER_CHALLENGE, V2_CHALLENGE, fromText(name));
  const response = concatOctets(
    PEER_CHALLENGE,
    new Uint8Array(8).fill(reserved),
    challengeResponse(answered, ntPasswordHash(password)),
    Uint8Array.of(reserved),
  );
  return { method: 'ms-chap-v2', name: fromText(name), id: 1, challenge: V2_CHALLENGE, response };
};
const ALL = [pap, chap, msChap, msChapV2] as const;

describe('control/ppp/local-users (RFC 1334, 1994, 2433, 2759)', () => {
  for (const by of ALL) {
    const { method } = by('x', 'y');

    it(`lets in who knows the password: ${method}`, () => {
      assert.equal(why(verify(by('2500-1', 'cisco'))), 'accepted');
      assert.equal(why(verify(by('bär', 'Bärenhöhle'))), 'accepted');
    });

    it(`refuses all others, alike but for the log: ${method}`, () => {
      const refusals = [
        verify(by('2500-1', 'Cisco')),
        verify(by('2500-1', 'cisco ')),
        verify(by('2500-1', '')),
        verify(by('2500-2', 'cisco')),
        verify(by('2500-2', '')),
        verify(by('nobody', '')),
        verify(by('2500-', 'cisco')),
      ];
      assert.deepEqual(refusals.map(why), [
        ...Array<string>(3).fill('the password of user 2500-1 is wrong'),
        ...Array<string>(2).fill('user 2500-2 is not known'),
        'user nobody has no password',
        'user 2500- is not known',
      ]);
      const [first] = refusals;
      for (const refusal of refusals) {
        assert.equal(refusal.accepted, false);
        assert.deepEqual(refusal.message, first?.message);
      }
    });

    it(`tells no secret: ${method}`, () => {
      for (const verdict of [verify(by('2500-1', 'wrongone')), verify(by('2500-1', 'cisco'))]) {
        const told = `${toText(verdict.message)} ${why(verdict)}`;
        assert.ok(!/cisco|wrongone/.test(told), told);
      }
    });
  }

  it('says what the seed’s LNS says: nothing in Success, one text in Failure [CHAP-4.2-01]', () => {
    for (const by of [pap, chap]) {
      assert.equal(verify(by('2500-1', 'cisco')).message.length, 0);
      assert.equal(toText(verify(by('2500-1', 'x')).message), FAILED);
    }
  });

  it('hashes Identifier, secret and Challenge, the seed’s as any [CHAP-3-01]', () => {
    const request: AuthRequest = {
      method: 'chap',
      name: fromText('2500-1'),
      id: 6,
      challenge: CHALLENGE,
      response: octets('ca1cc2e4fa6899e8df1b695c0a80883e'),
    };
    assert.equal(verify(request).accepted, true);
    assert.equal(verify({ ...request, id: 7 }).accepted, false);
    const challenge = CHALLENGE.map((octet) => octet ^ 1);
    assert.equal(verify({ ...request, challenge }).accepted, false);
    assert.equal(verify({ ...request, response: request.response.slice(1) }).accepted, false);
  });

  it('answers a user of MS-CHAPv2 by the proof of RFC 2759 §9.2 [MSC2-5-01]', () => {
    const verdict = verify(msChapV2('User', 'clientPass'));
    assert.equal(
      toText(verdict.message),
      'S=407A5589115FD0D6209F510FE9C04566932CDA56 M=Access granted',
    );
    assert.deepEqual(verify(msChap('User', 'clientPass')).message, new Uint8Array(0));
  });

  it('says 691 to a Microsoft caller, with the challenge and no other try [MSC2-6-01]', () => {
    assert.equal(toText(verify(msChap('User', 'x')).message), 'E=691 R=0 C=102DB5DF085D3041 V=3');
    assert.equal(
      toText(verify(msChapV2('User', 'x')).message),
      `E=691 R=0 C=5B5D7C7D7B3F2F3E3C2C602132262628 V=3 M=${FAILED}`,
    );
  });

  it('hashes and looks for the user without the domain, reserved octets aside [MSC2-4-01]', () => {
    for (const reserved of [0, 0xff]) {
      const verdict = verify(msChapV2('WORK\\User', 'clientPass', reserved));
      assert.equal(
        toText(verdict.message).slice(0, 42),
        'S=407A5589115FD0D6209F510FE9C04566932CDA56',
      );
    }
    assert.equal(why(verify(msChap('WORK\\User', 'clientPass'))), 'accepted');
  });

  it('prefers the user who has the whole name, domain and all', () => {
    for (const by of ALL) {
      assert.equal(why(verify(by('HOME\\User', 'other'))), 'accepted');
      assert.equal(verify(by('HOME\\User', 'clientPass')).accepted, false);
    }
    for (const by of [pap, chap]) {
      assert.equal(why(verify(by('WORK\\User', 'clientPass'))), 'user WORK\\User is not known');
    }
  });

  it('does not take LAN Manager’s response for the other one', () => {
    assert.equal(
      why(verify(msChap('User', 'clientPass', 0))),
      'the password of user User is wrong',
    );
  });

  it('lets nobody in who has our own name: it may hear us speak [CHAP-SEC-01]', () => {
    for (const by of [chap, msChap, msChapV2]) {
      assert.equal(why(verify(by(OUR_NAME, 'mirror'))), 'user 1600-3 has our own name');
      assert.equal(why(verifyLocally(USERS, by(OUR_NAME, 'mirror'), 'other')), 'accepted');
    }
    assert.equal(why(verify(pap(OUR_NAME, 'mirror'))), 'accepted', 'no hash of ours to reflect');
  });

  it('knows nobody by octets that only look like the name', () => {
    for (const name of [octets('6101'), octets('61ff'), octets('610a')]) {
      const verdict = verify({ method: 'pap', name, password: fromText('p') });
      assert.match(why(verdict), /^user a[?\uFFFD] is not known$/);
    }
    assert.equal(why(verify(pap('a?', 'p'))), 'accepted');
    assert.equal(why(verify(pap('', ''))), 'user  is not known');
  });

  it('refuses values of the wrong size without a word', () => {
    for (const request of [msChap('User', 'clientPass'), msChapV2('User', 'clientPass')]) {
      if (request.method === 'pap') continue;
      assert.equal(verify(request).accepted, true);
      for (const wrong of [
        { ...request, challenge: request.challenge.slice(1) },
        { ...request, challenge: new Uint8Array(0) },
        { ...request, response: request.response.slice(0, 48) },
        { ...request, response: concatOctets(request.response, Uint8Array.of(0)) },
      ]) {
        assert.equal(why(verify(wrong)), 'the password of user User is wrong');
      }
    }
  });

  it('grants the address of RFC 2865 §5.8', () => {
    for (const [framedIpAddress, address] of [
      [undefined, 'pool'],
      [0xffffffff, 'negotiated'],
      [0xfffffffe, 'pool'],
      [0x0a0a3502, 0x0a0a3502],
    ] as const) {
      const user = { password: 'p', ...(framedIpAddress !== undefined && { framedIpAddress }) };
      const verdict = verifyLocally(new Map([['u', user]]), pap('u', 'p'), OUR_NAME);
      assert.deepEqual(verdict.accepted && verdict.grant, { address });
    }
  });

  it('never throws, and lets nobody in by chance', () => {
    const field = fc.uint8Array({ maxLength: 60 });
    const name = fc.oneof(field, fc.constantFrom('User', '2500-1', 'nobody', '').map(fromText));
    const request: fc.Arbitrary<AuthRequest> = fc.oneof(
      fc.record({ method: fc.constant('pap' as const), name, password: field }),
      fc.record({
        method: fc.constantFrom('chap' as const),
        name,
        id: fc.nat(255),
        challenge: field,
        response: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      }),
      fc.record({
        method: fc.constantFrom('ms-chap' as const, 'ms-chap-v2' as const),
        name,
        id: fc.nat(255),
        challenge: fc.oneof(field, fc.constantFrom(EIGHT, V2_CHALLENGE)),
        response: fc.oneof(field, fc.uint8Array({ minLength: 49, maxLength: 49 })),
      }),
    );
    fc.assert(fc.property(request, (one) => !verify(one).accepted));
  });
});
