import { strict as assert } from 'node:assert';
import type { AuthMethod } from '../../../src/control/ppp/auth-port.ts';
import { CountingValues } from './auth-rig.ts';
import { CALLER_REQUEST, hexOf, lcp, MAGIC, octets, RESPONSE_VALUE, World } from './world.ts';

const CHAP = 0xc223;
const PAP = 0xc023;
const NAME = '323530302d31';
const response = (id: number, value = RESPONSE_VALUE, name = NAME): string =>
  lcp(2, id, `${hexOf(Uint8Array.of(value.length / 2))}${value}${name}`);
const papRequest = lcp(1, 9, '0461407862 06736563726574');

describe('control/ppp/authenticator: CHAP (RFC 1994 §4, CHAP-L)', () => {
  it('sends a new Challenge every 3 s, ten in all, then ends [CHAP-4.1-01, LCP-3.5-05]', () => {
    const world = World.opened();
    world.advance(100_000);
    const sent = world.take().filter(({ protocol }) => protocol === CHAP);
    assert.deepEqual(
      sent.map(({ at }) => at),
      Array.from({ length: 10 }, (_, count) => 3_000 * count),
    );
    const ids = sent.map(({ hex }) => Number.parseInt(hex.slice(2, 4), 16));
    assert.deepEqual(ids, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.equal(new Set(sent.map(({ hex }) => hex.slice(10, 42))).size, 10);
    assert.equal(world.why(), 'authentication never answered');
  });

  it('terminates by LCP when it was never answered [LCP-3.5-03]', () => {
    const world = World.opened();
    world.advance(29_999);
    world.take();
    world.advance(1);
    assert.deepEqual(world.takeHex(), [lcp(5, 2)]);
  });

  it('takes the answer, judges nothing, replies nothing [CHAP-L-01]', () => {
    const world = World.opened();
    world.take();
    world.frame(CHAP, response(1, '00'.repeat(16)));
    assert.deepEqual(world.take(), []);
    assert.equal(world.all('authenticated').length, 1);
    world.advance(100_000);
    assert.deepEqual(world.take(), []);
  });

  it('tells of the Challenge that was answered, not of the last one [CHAP-L-02]', () => {
    const world = World.opened();
    const [first] = world.take().filter(({ protocol }) => protocol === CHAP);
    world.advance(7_000);
    const late = world.take();
    world.frame(CHAP, response(1));
    const auth = world.all('authenticated')[0]?.auth;
    assert.equal(auth?.id, 1);
    assert.equal(hexOf(auth?.challenge ?? octets('')), first?.hex.slice(10, 42));
    assert.ok(!late.some(({ hex }) => hex.includes(hexOf(auth?.challenge ?? octets('00')))));
  });

  it('remembers four of them [CHAP-L-02]', () => {
    for (const [id, taken] of [
      [2, 0],
      [3, 1],
    ] as const) {
      const world = World.opened();
      world.advance(15_000);
      world.frame(CHAP, response(id));
      assert.equal(world.all('authenticated').length, taken, `id ${id} of 6`);
    }
  });

  for (const [what, hex] of [
    ['under another Identifier', response(2)],
    ['of 15 octets', response(1, RESPONSE_VALUE.slice(2))],
    ['of 49 octets, which is MS-CHAP', response(1, '00'.repeat(49))],
    ['without a value', response(1, '')],
    ['without a name', response(1, RESPONSE_VALUE, '')],
    ['that is a Challenge', `01${response(1).slice(2)}`],
    ['that is a Success', lcp(3, 1)],
    ['cut short', response(1).slice(0, 30)],
  ] as const) {
    it(`drops a Response ${what} [CHAP-4.1-06, CHAP-4.1-04]`, () => {
      const world = World.opened();
      world.take();
      world.frame(CHAP, hex);
      assert.deepEqual([world.take(), world.all('authenticated')], [[], []]);
      assert.match(world.notes().at(-1) ?? '', /dropped/);
    });
  }

  it('traces no packet that is none', () => {
    const world = World.opened();
    world.frame(CHAP, response(1).slice(0, 30));
    assert.deepEqual(world.trace().at(-1), 'note packet dropped, Truncated');
    assert.ok(!world.trace().some((line) => line.startsWith('I auth')));
  });

  it('ignores padding behind the Response [CHAP-4-01]', () => {
    const world = World.opened();
    world.frame(CHAP, `${response(1)}0000`);
    assert.deepEqual(world.all('authenticated')[0]?.auth?.name, octets(NAME));
  });

  it('goes on counting Identifiers over a renegotiation, past 255 [CHAP-4.1-01]', () => {
    const world = World.up({ firstChapId: 255 });
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    world.ackOurs();
    world.lcp(lcp(1, 2, CALLER_REQUEST));
    world.ackOurs();
    const ids = world
      .take()
      .filter(({ protocol }) => protocol === CHAP)
      .map(({ hex }) => hex.slice(2, 4));
    assert.deepEqual(ids, ['ff', '00']);
  });

  it('drops PAP where CHAP was agreed [PAP-2.2.1-03]', () => {
    const world = World.opened();
    world.take();
    world.frame(PAP, papRequest);
    assert.deepEqual([world.take(), world.all('authenticated')], [[], []]);
  });
});

describe('control/ppp/authenticator: PAP (RFC 1334 §2.2, PAP-L)', () => {
  it('takes name, password and Identifier, and does not reply [PAP-L-01]', () => {
    const world = World.opened({ authentication: ['pap'] });
    world.take();
    world.frame(PAP, papRequest);
    assert.deepEqual(world.all('authenticated')[0]?.auth, {
      type: 3,
      name: octets('61407862'),
      id: 9,
      response: octets('736563726574'),
    });
    world.advance(100_000);
    assert.deepEqual(world.take(), []);
  });

  it('waits 30 s for it [LCP-3.5-05]', () => {
    const world = World.opened({ authentication: ['pap'] });
    world.advance(29_999);
    world.take();
    world.advance(1);
    assert.deepEqual(world.takeHex(), [lcp(5, 2)]);
    world.lcp(lcp(6, 2));
    assert.equal(world.why(), 'authentication never answered');
  });

  it('drops requests before and after its phase [PAP-2.2.1-03]', () => {
    const world = World.up({ authentication: ['pap'] });
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    world.frame(PAP, papRequest);
    world.ackOurs();
    assert.equal(world.all('authenticated').length, 0);
    world.frame(PAP, papRequest);
    world.frame(PAP, papRequest);
    assert.equal(world.all('authenticated').length, 1);
  });

  for (const [what, protocol, hex] of [
    ['an Ack', PAP, lcp(2, 1, '00')],
    ['lengths that overrun', PAP, lcp(1, 1, '04 6140 06')],
    ['a bad Length', PAP, '01010003'],
    ['a CHAP Response', CHAP, response(1)],
  ] as const) {
    it(`drops ${what} [PAP-2.2-01]`, () => {
      const world = World.opened({ authentication: ['pap'] });
      world.take();
      world.frame(protocol, hex);
      assert.deepEqual([world.take(), world.all('authenticated')], [[], []]);
    });
  }

  it('shows no password in a note', () => {
    const world = World.opened({ authentication: ['pap'] });
    world.frame(PAP, lcp(1, 1, '0461407862 ff736563726574'));
    assert.ok(!world.notes().some((note) => /secret/.test(note)));
  });
});

describe('control/ppp/authenticator: MS-CHAP (RFC 2433, RFC 2759)', () => {
  const LONG_VALUE = '5a'.repeat(49);
  const asked = (method: AuthMethod): World => {
    const world = new World({ authentication: [method] }, new CountingValues());
    world.handle({ kind: 'up', quietMs: 0 });
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    world.ackOurs();
    return world;
  };

  for (const [method, count, type] of [
    ['ms-chap', 8, 5],
    ['ms-chap-v2', 16, 4],
  ] as const) {
    it(`challenges by ${count} octets: ${method} [MSC1-5-01, MSC2-3-01]`, () => {
      const world = asked(method);
      const [challenge] = world.take().filter(({ protocol }) => protocol === CHAP);
      assert.equal(challenge?.hex.length, 2 * (4 + 1 + count + '5300-1'.length));
      assert.equal(challenge?.hex.slice(8, 10), hexOf(Uint8Array.of(count)));
      assert.ok(world.trace().includes('hostname 5300-1'));
    });

    it(`drops a response of 16 octets, takes one of 49: ${method} [MSC1-6-01]`, () => {
      const world = asked(method);
      world.frame(CHAP, response(1));
      assert.deepEqual(world.all('authenticated'), []);
      world.frame(CHAP, response(1, LONG_VALUE));
      const [{ auth } = { auth: undefined }] = world.all('authenticated');
      assert.deepEqual([auth?.type, auth?.name], [type, octets(NAME)]);
    });
  }

  it('tells the LNS all of version 1, type 5 [PPP-L-01]', () => {
    const world = asked('ms-chap');
    const [challenge] = world.take().filter(({ protocol }) => protocol === CHAP);
    world.frame(CHAP, response(1, LONG_VALUE));
    assert.deepEqual(world.all('authenticated')[0]?.auth, {
      type: 5,
      name: octets(NAME),
      challenge: octets(challenge?.hex.slice(10, 26) ?? ''),
      id: 1,
      response: octets(LONG_VALUE),
    });
  });

  it('tells it nothing of version 2, but keeps the name to choose by [PPP-L-01]', () => {
    const world = asked('ms-chap-v2');
    world.frame(CHAP, response(1, LONG_VALUE));
    assert.deepEqual(world.all('authenticated')[0]?.auth, {
      type: 4,
      name: octets(NAME),
      id: 0,
      response: octets(''),
    });
  });
});

describe('control/ppp: which of the two (RFC 1661 §6.2)', () => {
  /** Our request of these methods, after the caller's replies to it. */
  const asked = (
    methods: readonly ('chap' | 'pap')[],
    ...replies: [code: number, options: string][]
  ) => {
    const world = World.up({ authentication: methods });
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    for (const [at, [code, options]] of replies.entries()) world.lcp(lcp(code, at + 1, options));
    const request = world.take().findLast(({ hex }) => hex.startsWith('01'));
    return { world, request: request?.hex ?? '' };
  };
  const CHAP_OPTION = '0305c22305';
  const PAP_OPTION = '0304c023';

  it('offers the first of the configuration [LCP-6.2-02, PAP-2-01]', () => {
    assert.ok(asked(['chap', 'pap']).request.includes(`${CHAP_OPTION}0506${MAGIC}`));
    assert.ok(asked(['pap', 'chap']).request.includes(`${PAP_OPTION}0506`));
  });

  it('goes to the next after a Nak or a Reject [LCP-6.2-02, LCP-5.3-05]', () => {
    assert.ok(asked(['chap', 'pap'], [3, PAP_OPTION]).request.includes(PAP_OPTION));
    assert.ok(asked(['chap', 'pap'], [3, '0305c22381']).request.includes(PAP_OPTION));
    assert.ok(asked(['chap', 'pap'], [4, CHAP_OPTION]).request.includes(PAP_OPTION));
    assert.ok(
      asked(['pap', 'chap'], [3, `0305c22381 ${CHAP_OPTION}`]).request.includes(CHAP_OPTION),
    );
  });

  it('authenticates by what was agreed on', () => {
    const { world } = asked(['chap', 'pap'], [3, PAP_OPTION]);
    world.ackOurs();
    world.frame(PAP, papRequest);
    assert.equal(world.all('authenticated')[0]?.auth?.type, 3);
  });

  it('terminates when none is left [LCP-6.2-04]', () => {
    for (const replies of [
      [
        [3, PAP_OPTION],
        [3, CHAP_OPTION],
      ],
      [
        [4, CHAP_OPTION],
        [4, PAP_OPTION],
      ],
    ] as [number, string][][]) {
      const { world, request } = asked(['chap', 'pap'], ...replies);
      assert.ok(request.includes(PAP_OPTION));
      world.lcp(lcp(6, 3));
      assert.equal(world.why(), 'authentication refused');
    }
  });

  it('keeps to it that none was asked, whatever a Nak wishes', () => {
    const { world, request } = asked([], [3, '0304c023']);
    assert.ok(!request.includes(PAP_OPTION));
    assert.equal(world.why(), undefined);
  });
});
