import { strict as assert } from 'node:assert';
import { fromText, toText } from '../../../src/base/octets.ts';
import type { AuthMethod } from '../../../src/control/ppp/auth-port.ts';
import {
  ACCEPTED,
  AuthRig,
  CHAP,
  chapHash,
  chapPacket,
  PAP,
  papPacket,
  REFUSED,
} from './auth-rig.ts';
import { hexOf, lcp, octets } from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;
const VALUE = '5a'.repeat(16);
const LONG_VALUE = '5a'.repeat(49);
const METHODS: readonly AuthMethod[] = ['chap', 'pap', 'ms-chap', 'ms-chap-v2'];
const responseTo = (id: number, name = 'x'): string => chapPacket(2, id, VALUE, name);

describe('control/ppp/access-authenticator: CHAP (RFC 1994 §4)', () => {
  it('challenges every 3 s by a new id and value, ten times [CHAP-4.1-01, LCP-3.5-05]', () => {
    const rig = AuthRig.started('chap');
    rig.advance(29_999);
    const sent = rig.take();
    assert.deepEqual(
      sent.map(({ at }) => at),
      Array.from({ length: 10 }, (_, count) => 3_000 * count),
    );
    assert.deepEqual(
      sent.map(({ protocol, hex }) => [protocol, hex]),
      Array.from({ length: 10 }, (_, count) => {
        const value = hexOf(new Uint8Array(16).fill(count + 1));
        return [CHAP, chapPacket(1, count + 1, value, '1600-3')];
      }),
    );
    assert.equal(rig.isOver, false);
    rig.advance(1);
    assert.deepEqual([rig.isOver, rig.auth.deadline(), rig.take()], [true, NEVER, []]);
  });

  it('has the response judged against the Challenge of its Identifier [CHAP-3-01]', () => {
    const rig = AuthRig.started('chap', { firstChapId: 7 });
    rig.advance(3_000);
    rig.receive(CHAP, chapPacket(2, 7, hexOf(chapHash(7, 's', new Uint8Array(16).fill(1))), 'Z'));
    assert.deepEqual(rig.requests, [
      {
        method: 'chap',
        name: fromText('Z'),
        id: 7,
        challenge: new Uint8Array(16).fill(1),
        response: chapHash(7, 's', new Uint8Array(16).fill(1)),
      },
    ]);
    assert.equal(toText(rig.auth.name), 'Z');
  });

  it('asks no more once it is answered', () => {
    const rig = AuthRig.started('chap');
    rig.take();
    rig.receive(CHAP, responseTo(1));
    assert.equal(rig.auth.deadline(), NEVER);
    assert.equal(
      rig.do((out) => rig.auth.timer(1_000_000, out)),
      true,
    );
    assert.deepEqual(rig.take(), []);
  });

  it('says Success or Failure under the Identifier of the Response [CHAP-4.2-01]', () => {
    for (const [verdict, outcome, reply] of [
      [ACCEPTED, 'accepted', lcp(3, 2)],
      [REFUSED, 'failed', lcp(4, 2, '6e6f')],
    ] as const) {
      const rig = AuthRig.started('chap');
      rig.advance(4_000);
      rig.receive(CHAP, responseTo(2));
      rig.take();
      assert.equal(rig.verdict(verdict), outcome);
      assert.deepEqual(
        rig.take().map(({ protocol, hex }) => [protocol, hex]),
        [[CHAP, reply]],
      );
    }
  });

  it('answers repeats by the same Code, whatever else they say by then [CHAP-4.1-03]', () => {
    for (const [verdict, reply] of [
      [ACCEPTED, lcp(3, 1)],
      [REFUSED, lcp(4, 1, '6e6f')],
    ] as const) {
      const rig = AuthRig.started('chap');
      rig.receive(CHAP, responseTo(1));
      rig.verdict(verdict);
      rig.take();
      rig.receive(CHAP, responseTo(1));
      rig.receive(CHAP, chapPacket(2, 1, '00'.repeat(16), 'other'));
      assert.deepEqual(rig.takeHex(), [reply, reply]);
      assert.equal(rig.requests.length, 1);
      rig.receive(CHAP, responseTo(2));
      assert.deepEqual(rig.take(), [], 'to an Identifier that is none');
      assert.equal(rig.notes().at(-1), 'packet dropped, unknown Identifier');
    }
  });

  it('has one answer judged at a time, and drops others meanwhile', () => {
    const rig = AuthRig.started('chap');
    rig.advance(3_000);
    rig.receive(CHAP, responseTo(1, 'first'));
    rig.take();
    rig.receive(CHAP, responseTo(1, 'second'));
    rig.receive(CHAP, responseTo(2, 'third'));
    assert.deepEqual([rig.requests.length, rig.take()], [1, []]);
    assert.equal(toText(rig.auth.name), 'first');
    assert.deepEqual(rig.notes(), Array(2).fill('packet dropped, the one before is being judged'));
  });

  it('remembers four Challenges', () => {
    for (const [id, count] of [
      [2, 0],
      [3, 1],
      [6, 1],
      [7, 0],
    ] as const) {
      const rig = AuthRig.started('chap');
      rig.advance(15_000);
      rig.receive(CHAP, responseTo(id));
      assert.equal(rig.requests.length, count, `id ${id} of 6`);
    }
  });

  for (const [what, hex, why] of [
    ['under another Identifier', responseTo(2), 'unknown Identifier'],
    ['of 15 octets', chapPacket(2, 1, VALUE.slice(2), 'x'), 'BadLength'],
    ['of 17 octets', chapPacket(2, 1, `${VALUE}00`, 'x'), 'BadLength'],
    ['of 49 octets, which is MS-CHAP', chapPacket(2, 1, LONG_VALUE, 'x'), 'BadLength'],
    ['without a value', chapPacket(2, 1, '', 'x'), 'BadLength'],
    ['without a name', chapPacket(2, 1, VALUE, ''), 'Truncated'],
    ['with a name of 256 octets', responseTo(1, 'x'.repeat(256)), 'the name is too long'],
    ['that is a Success', lcp(3, 1), 'not a Response'],
    ['that is a Failure', lcp(4, 1), 'not a Response'],
    ['cut short', responseTo(1).slice(0, -2), 'Truncated'],
    ['whose Length is none', '02010003', 'BadLength'],
  ] as const) {
    it(`drops a Response ${what} [CHAP-4.1-06]`, () => {
      const rig = AuthRig.started('chap');
      rig.take();
      rig.receive(CHAP, hex);
      assert.deepEqual([rig.take(), rig.requests], [[], []]);
      assert.equal(rig.notes().at(-1), `packet dropped, ${why}`);
      assert.equal(rig.auth.deadline(), 3_000, 'and goes on');
    });
  }

  it('takes a name of 255 octets, and ignores padding [CHAP-4.1-06, CHAP-4-01]', () => {
    const rig = AuthRig.started('chap');
    rig.receive(CHAP, `${responseTo(1, 'x'.repeat(255))}0000`);
    assert.deepEqual(rig.requests[0]?.name, fromText('x'.repeat(255)));
  });

  it('answers no Challenge, least of all one of its own [CHAP-SEC-01]', () => {
    const rig = AuthRig.started('chap');
    const [ours = ''] = rig.takeHex();
    rig.receive(CHAP, ours);
    assert.deepEqual([rig.take(), rig.requests], [[], []]);
    assert.equal(rig.notes().at(-1), 'packet dropped, not a Response');
  });

  it('drops what comes before and after its phase [CHAP-4.1-04, PAP-2.2.1-03]', () => {
    const rig = new AuthRig();
    const drops = (): void => {
      rig.take();
      rig.receive(CHAP, responseTo(1));
      rig.receive(PAP, papPacket(1, 'x', 'y'));
      assert.deepEqual([rig.take(), rig.requests.length, rig.auth.name.length], [[], 0, 0]);
    };
    drops();
    rig.do((out) => rig.auth.start('chap', 0, out));
    rig.auth.stop();
    assert.equal(rig.auth.deadline(), NEVER);
    drops();
    rig.advance(100_000);
    rig.isOver = false;
    assert.equal(rig.verdict(ACCEPTED), 'retry');
    assert.deepEqual(rig.notes(), Array(4).fill('packet dropped, not asked for'));
  });

  it('drops PAP where CHAP was agreed, and the other way [PAP-2.2.1-03]', () => {
    for (const method of METHODS) {
      const rig = AuthRig.started(method);
      const value = method === 'chap' ? VALUE : LONG_VALUE;
      rig.take();
      // What would be understood, under the other protocol's number.
      if (method === 'pap') rig.receive(CHAP, papPacket(1, 'x', 'y'));
      else rig.receive(PAP, chapPacket(2, 1, value, 'x'));
      assert.deepEqual([rig.take(), rig.requests], [[], []]);
      assert.deepEqual(rig.notes(), ['packet dropped, not asked for']);
    }
  });

  it('judges anew after a verdict, when the link was negotiated anew', () => {
    const rig = AuthRig.started('chap');
    rig.receive(CHAP, responseTo(1));
    rig.verdict(ACCEPTED);
    rig.do((out) => rig.auth.start('chap', rig.now, out));
    rig.take();
    assert.equal(rig.auth.name.length, 0);
    rig.receive(CHAP, responseTo(1));
    assert.deepEqual([rig.take(), rig.requests.length], [[], 1], 'the old one counts no more');
    rig.receive(CHAP, responseTo(2));
    assert.deepEqual([rig.take(), rig.requests.length], [[], 2]);
    assert.equal(rig.verdict(REFUSED), 'failed');
    assert.deepEqual(rig.takeHex(), [lcp(4, 2, '6e6f')]);
  });

  it('counts Identifiers on over a new start, past 255, and forgets what was', () => {
    const rig = AuthRig.started('chap', { firstChapId: 255 });
    rig.receive(CHAP, responseTo(255));
    rig.do((out) => rig.auth.start('chap', rig.now, out));
    assert.deepEqual(
      rig.takeHex().map((hex) => hex.slice(2, 4)),
      ['ff', '00'],
    );
    assert.equal(rig.verdict(ACCEPTED), 'retry', 'that answer was to a link that is no more');
    rig.receive(CHAP, responseTo(255));
    assert.deepEqual([rig.take(), rig.requests.length], [[], 1]);
    rig.receive(CHAP, responseTo(0));
    assert.equal(rig.requests.length, 2);
    assert.equal(rig.verdict(ACCEPTED), 'accepted');
    assert.equal(rig.verdict(REFUSED), 'retry', 'once is enough');
    assert.deepEqual(rig.takeHex(), [lcp(3, 0)]);
  });

  it('gives no Challenge the Identifier of the LAC’s [CHAP-L-04]', () => {
    const rig = new AuthRig({ firstChapId: 5 });
    rig.auth.avoid(6);
    rig.do((out) => rig.auth.start('chap', 0, out));
    rig.advance(4_000);
    assert.deepEqual(
      rig.takeHex().map((hex) => hex.slice(2, 4)),
      ['05', '07'],
    );
    rig.receive(CHAP, responseTo(6));
    assert.equal(rig.requests.length, 0, 'the answer to it is not for us');
  });
});

describe('control/ppp/access-authenticator: MS-CHAP (RFC 2433, RFC 2759)', () => {
  for (const [method, count] of [
    ['ms-chap', 8],
    ['ms-chap-v2', 16],
  ] as const) {
    it(`challenges by ${count} octets, is answered by 49: ${method} [MSC1-5-01, MSC2-3-01]`, () => {
      const rig = AuthRig.started(method);
      const challenge = new Uint8Array(count).fill(1);
      assert.deepEqual(rig.takeHex(), [chapPacket(1, 1, hexOf(challenge), '1600-3')]);
      rig.receive(CHAP, responseTo(1));
      rig.receive(CHAP, chapPacket(2, 1, LONG_VALUE.slice(2), 'x'));
      assert.deepEqual(rig.requests, [], 'other lengths');
      rig.receive(CHAP, chapPacket(2, 1, LONG_VALUE, 'x'));
      const response = octets(LONG_VALUE);
      assert.deepEqual(rig.requests, [{ method, name: fromText('x'), id: 1, challenge, response }]);
      assert.equal(rig.verdict({ ...ACCEPTED, message: fromText('S=1') }), 'accepted');
      assert.deepEqual(rig.takeHex(), [lcp(3, 1, hexOf(fromText('S=1')))]);
    });
  }
});

describe('control/ppp/access-authenticator: PAP (RFC 1334 §2.2)', () => {
  it('lets the caller begin, and waits 30 s for it', () => {
    const rig = AuthRig.started('pap');
    rig.advance(29_999);
    assert.deepEqual([rig.isOver, rig.take()], [false, []]);
    rig.advance(1);
    assert.deepEqual([rig.isOver, rig.take()], [true, []]);
  });

  it('says Ack or Nak under the Identifier of the request [PAP-2.2.2-01]', () => {
    for (const [verdict, outcome, reply] of [
      [ACCEPTED, 'accepted', lcp(2, 9, '00')],
      [REFUSED, 'failed', lcp(3, 9, '026e6f')],
    ] as const) {
      const rig = AuthRig.started('pap');
      rig.receive(PAP, papPacket(9, 'x', 'secret'));
      assert.deepEqual(rig.requests, [
        { method: 'pap', name: fromText('x'), password: fromText('secret') },
      ]);
      assert.equal(rig.auth.deadline(), NEVER);
      assert.equal(rig.verdict(verdict), outcome);
      assert.deepEqual(
        rig.take().map(({ protocol, hex }) => [protocol, hex]),
        [[PAP, reply]],
      );
    }
  });

  it('answers every later request by the same code, under its own id [PAP-2.2.1-02]', () => {
    const rig = AuthRig.started('pap');
    rig.receive(PAP, papPacket(9, 'x', 'secret'));
    rig.verdict(ACCEPTED);
    rig.take();
    rig.receive(PAP, papPacket(10, 'x', 'secret'));
    rig.receive(PAP, papPacket(11, 'y', 'other'));
    assert.deepEqual(rig.takeHex(), [lcp(2, 10, '00'), lcp(2, 11, '00')]);
    assert.equal(rig.requests.length, 1);
  });

  it('answers the last of the repeats that came while it was judged', () => {
    const rig = AuthRig.started('pap');
    rig.receive(PAP, papPacket(9, 'x', 'secret'));
    rig.receive(PAP, papPacket(10, 'x', 'secret'));
    rig.receive(PAP, papPacket(11, 'x', 'Secret'));
    rig.receive(PAP, papPacket(12, 'y', 'secret'));
    assert.deepEqual([rig.requests.length, rig.take()], [1, []]);
    assert.deepEqual(rig.notes(), Array(2).fill('packet dropped, the one before is being judged'));
    rig.verdict(ACCEPTED);
    assert.deepEqual(rig.takeHex(), [lcp(2, 10, '00')]);
  });

  for (const [what, hex, why] of [
    ['an Ack', lcp(2, 1, '00'), 'not a request'],
    ['lengths that overrun', lcp(1, 1, '04 6140 06'), 'Truncated'],
    ['a bad Length', '01010003', 'BadLength'],
  ] as const) {
    it(`drops ${what} [PAP-2.2-01]`, () => {
      const rig = AuthRig.started('pap');
      rig.receive(PAP, hex);
      assert.deepEqual([rig.take(), rig.requests], [[], []]);
      assert.equal(rig.notes().at(-1), `packet dropped, ${why}`);
    });
  }

  it('cuts a message to what the packet can say', () => {
    for (const method of ['pap', 'chap'] as const) {
      const rig = AuthRig.started(method);
      rig.receive(PAP, papPacket(1, 'x', 'secret'));
      rig.receive(CHAP, responseTo(1));
      rig.take();
      rig.verdict({ ...REFUSED, message: new Uint8Array(300).fill(0x41) });
      const text = '41'.repeat(255);
      assert.deepEqual(rig.takeHex(), [
        method === 'pap' ? lcp(3, 1, `ff${text}`) : lcp(4, 1, text),
      ]);
    }
  });
});
