import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { fromText, toText } from '../../../src/base/octets.ts';
import type { AuthMethod } from '../../../src/control/ppp/auth-port.ts';
import { verifyLocally } from '../../../src/control/ppp/local-users.ts';
import { ACCEPTED, AuthRig, CHAP, chapPacket, PAP, papPacket, REFUSED } from './auth-rig.ts';
import { hexOf, lcp, octets } from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** AVPs 29 to 33 of the seed. */
const SEED = {
  type: 2,
  name: fromText('2500-1'),
  challenge: octets('5d0d008cb1677cf8bc354556321a7a74'),
  id: 6,
  response: octets('ca1cc2e4fa6899e8df1b695c0a80883e'),
};
const BY_PAP = { type: 3, name: fromText('x'), id: 9, response: fromText('secret') };
const BY_MS_CHAP = {
  type: 5,
  name: fromText('x'),
  challenge: octets('102db5df085d3041'),
  id: 4,
  response: new Uint8Array(49).fill(7),
};
const USERS = new Map([['2500-1', { password: 'cisco', framedIpAddress: 0xffffffff }]]);

const replayed = (auth: Parameters<AuthRig['replay']>[0], method: AuthMethod): AuthRig => {
  const rig = new AuthRig({ firstChapId: 3 });
  assert.equal(rig.replay(auth, method), true);
  return rig;
};

describe('control/ppp/access-authenticator: the LAC’s answer (RFC 2661 §4.4.5)', () => {
  it('lets the seed’s caller in with its lines, under the LAC’s id [CHAP-L-03, TRACE-42]', () => {
    const rig = replayed(SEED, 'chap');
    assert.deepEqual([rig.take(), rig.auth.deadline()], [[], NEVER], 'our Challenge is not sent');
    const [request] = rig.requests;
    assert.ok(request !== undefined);
    const verdict = verifyLocally(USERS, request, '1600-3');
    assert.equal(rig.verdict(verdict), 'accepted');
    assert.deepEqual(verdict.accepted && verdict.grant, { address: 'negotiated' });
    assert.deepEqual(
      rig.take().map(({ protocol, hex }) => [protocol, hex]),
      [[CHAP, lcp(3, 6)]],
    );
    assert.deepEqual(rig.lines(), [
      'Vi4 CHAP: O CHALLENGE id 3 len 27 from "1600-3"',
      'Vi4 CHAP: I RESPONSE id 6 len 27 from "2500-1"',
      'Vi4 CHAP: O SUCCESS id 6 len 4',
    ]);
    assert.equal(toText(rig.auth.name), '2500-1');
  });

  it('refuses it after any one bit of the response was changed [CHAP-L-03]', () => {
    for (let bit = 0; bit < 128; bit++) {
      const response = Uint8Array.from(SEED.response);
      response[bit >>> 3] = (response[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      const rig = replayed({ ...SEED, response }, 'chap');
      const [request] = rig.requests;
      assert.ok(request !== undefined);
      assert.equal(rig.verdict(verifyLocally(USERS, request, '1600-3')), 'failed');
      assert.deepEqual(rig.takeHex(), [lcp(4, 6, hexOf(fromText('Authentication failed')))]);
    }
  });

  it('hands on the password of PAP, and answers under its id', () => {
    for (const [verdict, reply] of [
      [ACCEPTED, lcp(2, 9, '00')],
      [REFUSED, lcp(3, 9, '026e6f')],
    ] as const) {
      const rig = replayed(BY_PAP, 'pap');
      const password = fromText('secret');
      assert.deepEqual(rig.requests, [{ method: 'pap', name: fromText('x'), password }]);
      rig.verdict(verdict);
      assert.deepEqual(rig.takeHex(), [reply]);
      assert.equal(rig.lines()[0], 'Vi4 PAP: I AUTH-REQ id 9 len 13 from "x"');
    }
  });

  it('hands on MS-CHAP', () => {
    const rig = replayed(BY_MS_CHAP, 'ms-chap');
    const { name, id, challenge, response } = BY_MS_CHAP;
    assert.deepEqual(rig.requests, [{ method: 'ms-chap', name, id, challenge, response }]);
    rig.verdict(ACCEPTED);
    assert.deepEqual(rig.takeHex(), [lcp(3, 4)]);
    assert.equal(rig.lines()[0], 'Vi4 CHAP: O CHALLENGE id 3 len 19 from "1600-3"');
  });

  it('answers repeats through the tunnel by the same code [PAP-L-02, CHAP-4.1-03]', () => {
    const pap = replayed(BY_PAP, 'pap');
    pap.receive(PAP, papPacket(10, 'x', 'secret'));
    pap.verdict(ACCEPTED);
    pap.receive(PAP, papPacket(11, 'x', 'secret'));
    assert.deepEqual(pap.takeHex(), [lcp(2, 10, '00'), lcp(2, 11, '00')]);

    const chap = replayed(SEED, 'chap');
    chap.receive(CHAP, chapPacket(2, 6, hexOf(SEED.response), '2500-1'));
    assert.deepEqual(chap.takeHex(), []);
    chap.verdict(ACCEPTED);
    chap.receive(CHAP, chapPacket(2, 6, hexOf(SEED.response), '2500-1'));
    assert.deepEqual(chap.takeHex(), [lcp(3, 6), lcp(3, 6)]);
  });

  it('takes no response to the Challenge that it made and did not send [CHAP-L-04]', () => {
    const rig = replayed(SEED, 'chap');
    rig.receive(CHAP, chapPacket(2, 3, '5a'.repeat(16), 'x'));
    rig.verdict(ACCEPTED);
    rig.receive(CHAP, chapPacket(2, 3, '5a'.repeat(16), 'x'));
    assert.deepEqual([rig.requests.length, rig.takeHex()], [1, [lcp(3, 6)]]);
  });

  it('asks by a new Challenge, and ignores the proxied response, when told to [CHAP-L-04]', () => {
    const rig = new AuthRig({ firstChapId: 5 });
    rig.replay(SEED, 'chap');
    rig.do((out) => rig.auth.start('chap', 0, out));
    assert.deepEqual(
      rig.takeHex().map((hex) => hex.slice(0, 4)),
      ['0107'],
      'not 5, which was traced, nor 6, which is the LAC’s',
    );
    assert.equal(rig.verdict(ACCEPTED), 'retry');
    rig.receive(CHAP, chapPacket(2, 6, hexOf(SEED.response), '2500-1'));
    assert.deepEqual([rig.take(), rig.requests.length], [[], 1]);
  });

  it('forgets an attempt of its own for it', () => {
    const rig = AuthRig.started('chap');
    rig.take();
    rig.replay(BY_PAP, 'pap');
    assert.equal(rig.auth.deadline(), NEVER);
    rig.receive(CHAP, chapPacket(2, 1, '5a'.repeat(16), 'x'));
    rig.verdict(ACCEPTED);
    assert.deepEqual([rig.requests.length, rig.takeHex()], [1, [lcp(2, 9, '00')]]);
  });

  const { challenge: _challenge, ...without } = SEED;
  for (const [what, auth, method] of [
    ['PAP for CHAP', BY_PAP, 'chap'],
    ['CHAP for PAP', SEED, 'pap'],
    ['CHAP for MS-CHAP', SEED, 'ms-chap'],
    ['MS-CHAP for CHAP', BY_MS_CHAP, 'chap'],
    ['MS-CHAP for MS-CHAPv2', BY_MS_CHAP, 'ms-chap-v2'],
    ['textual exchange', { ...BY_PAP, type: 1 }, 'pap'],
    ['none', { ...SEED, type: 4 }, 'chap'],
    ['an unknown type', { ...SEED, type: 6 }, 'chap'],
    ['CHAP without a challenge', without, 'chap'],
    ['CHAP with an empty challenge', { ...SEED, challenge: octets('') }, 'chap'],
    ['CHAP with a challenge of 256', { ...SEED, challenge: new Uint8Array(256) }, 'chap'],
    ['CHAP with a response of 15', { ...SEED, response: octets('00'.repeat(15)) }, 'chap'],
    ['CHAP without a name', { ...SEED, name: octets('') }, 'chap'],
    ['CHAP with a name of 256', { ...SEED, name: new Uint8Array(256) }, 'chap'],
    ['an id of two octets', { ...SEED, id: 256 }, 'chap'],
    ['MS-CHAP with a challenge of 16', { ...BY_MS_CHAP, challenge: new Uint8Array(16) }, 'ms-chap'],
    ['MS-CHAP with a response of 48', { ...BY_MS_CHAP, response: new Uint8Array(48) }, 'ms-chap'],
    ['PAP with a password of 256', { ...BY_PAP, response: new Uint8Array(256) }, 'pap'],
    ['PAP with a name of 256', { ...BY_PAP, name: new Uint8Array(256) }, 'pap'],
  ] as const) {
    it(`does not take ${what}, and leaves all as it was`, () => {
      const rig = new AuthRig();
      assert.equal(rig.replay(auth, method), false);
      assert.deepEqual([rig.requests, rig.take(), rig.events], [[], [], []]);
      rig.do((out) => rig.auth.start('chap', 0, out));
      assert.equal(rig.takeHex()[0]?.slice(0, 4), '0101');
    });
  }

  it('takes what PAP may leave empty', () => {
    const empty = octets('');
    const rig = replayed({ type: 3, name: empty, id: 0, response: empty }, 'pap');
    assert.deepEqual(rig.requests, [{ method: 'pap', name: empty, password: empty }]);
  });

  it('never throws on whatever the LAC says', () => {
    const field = fc.uint8Array({ maxLength: 260, size: 'max' });
    const auth = fc.record(
      {
        type: fc.integer({ min: 0, max: 6 }),
        name: field,
        challenge: field,
        id: fc.integer({ min: 0, max: 0xffff }),
        response: fc.oneof(field, fc.constant(SEED.response), fc.constant(BY_MS_CHAP.response)),
      },
      { requiredKeys: ['type', 'name', 'id', 'response'] },
    );
    const method = fc.constantFrom<AuthMethod[]>('pap', 'chap', 'ms-chap', 'ms-chap-v2');
    fc.assert(
      fc.property(auth, method, ({ challenge, ...rest }, by) => {
        const rig = new AuthRig();
        const isTaken = rig.replay(challenge === undefined ? rest : { ...rest, challenge }, by);
        assert.equal(rig.requests.length, isTaken ? 1 : 0);
        for (const request of rig.requests) verifyLocally(USERS, request, '1600-3');
        assert.equal(rig.verdict(ACCEPTED), isTaken ? 'accepted' : 'retry');
        assert.equal(rig.take().length, isTaken ? 1 : 0);
      }),
    );
  });
});

describe('control/ppp/access-authenticator: what it tells of itself', () => {
  it('shows neither passwords nor hashes', () => {
    const rig = AuthRig.started('pap');
    rig.receive(PAP, papPacket(1, 'x', 'geheim'));
    rig.receive(PAP, papPacket(2, 'x', 'geheim2'));
    rig.receive(PAP, `${papPacket(3, 'x', 'geheim').slice(0, 10)}ff${hexOf(fromText('geheim'))}`);
    rig.verdict(ACCEPTED);
    rig.replay({ ...BY_PAP, response: fromText('geheim') }, 'pap');
    rig.replay(SEED, 'chap');
    rig.replay(BY_MS_CHAP, 'ms-chap');
    const text = rig.lines().join('\n').toLowerCase();
    assert.ok(text.includes('auth-req id 2'));
    for (const secret of ['geheim', hexOf(fromText('geheim')), 'ca1cc2e4', '0707', '5d0d008c']) {
      assert.ok(!text.includes(secret), secret);
    }
  });
});
