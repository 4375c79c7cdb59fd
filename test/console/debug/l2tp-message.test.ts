import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { AvpTrace, L2tpTrace } from '../../../src/base/event.ts';
import { concatOctets, fromText, toHex } from '../../../src/base/octets.ts';
import { renderTrace } from '../../../src/console/debug/render.ts';
import { putAvp } from '../../../src/wire/l2tp/avp.ts';
import { putL2tpControlHeader } from '../../../src/wire/l2tp/header.ts';

type Part = readonly [type: number, value: Uint8Array, more?: Partial<AvpTrace>];

const u16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value & 255);
const avp = ([type, value, more = {}]: Part): AvpTrace => ({
  vendorId: 0,
  type,
  mandatory: true,
  hidden: false,
  length: 6 + value.length,
  value,
  ...more,
});

function event(direction: 'I' | 'O', parts: readonly Part[]): L2tpTrace {
  const avps = parts.map(avp);
  const body = concatOctets(...avps.map((one) => putAvp(one, one.value)));
  const datagram = new Uint8Array(12 + body.length);
  putL2tpControlHeader(datagram, datagram.length, 5, 6, 7, 8);
  datagram.set(body, 12);
  return {
    kind: 'l2tp-message',
    scope: { tunnelId: 1 },
    direction,
    datagram,
    avps,
    missing: [],
    peerName: 'lns',
    peerTunnelId: 5,
    peerSessionId: 6,
    isResponder: false,
  };
}

const textOf = (trace: L2tpTrace): readonly string[] => renderTrace(trace).map(({ text }) => text);
const valuesOf = (...parts: readonly Part[]): readonly string[] =>
  textOf(event('I', parts))
    .map((line) => line.replace('Tnl 1 L2TP: ', ''))
    .filter((line) => !/^Parse (?:vendor \d+ )?AVP|^No missing|flg TLS/.test(line));

const ICCN: Part = [0, u16(12)];
const PASSWORD = fromText('SECRET');

describe('console/debug/l2tp-message (TRACE-02 to -08)', () => {
  for (const [what, type, hides] of [
    ['text (1)', 1, true],
    ['CHAP (2)', 2, false],
    ['PAP (3)', 3, true],
    ['nothing (4)', 4, false],
    ['MS-CHAP (5)', 5, false],
    ['an unstated kind', undefined, true],
  ] as const) {
    const verb = hides ? 'hides' : 'shows';
    it(`${verb} a proxy response to ${what}, in the dump, too [TRACE-05] [L2TP-9.2-01]`, () => {
      const stated: readonly Part[] = type === undefined ? [] : [[29, u16(type)]];
      for (const direction of ['I', 'O'] as const) {
        const lines = textOf(event(direction, [ICCN, [33, PASSWORD], ...stated])).join('\n');
        const octets = hides ? 'xx xx xx xx xx xx' : '53 45 43 52 45 54';
        assert.ok(lines.includes(`00 21 ${octets}`), lines);
        assert.equal(lines.includes(toHex(PASSWORD)), !hides && direction === 'I');
        assert.equal(/Proxy Auth Resp xxxxxx$/m.test(lines), hides && direction === 'I');
        assert.equal(lines.includes('SECRET'), false);
      }
    });
  }

  it('masks the password wherever the dump cuts it, and nothing behind it', () => {
    for (let before = 1; before < 40; before++) {
      const filler: Part = [30, new Uint8Array(before).fill(0x41)];
      const parts: Part[] = [ICCN, filler, [33, PASSWORD], [29, u16(3)]];
      const dump = textOf(event('O', parts))[1] ?? '';
      assert.doesNotMatch(dump, /53 45|45 43|43 52|45 54|53 \.\.\./, `${before} octets before`);
      assert.equal(
        dump
          .split(/nr \d+ /)[1]
          ?.replace(' ...', '')
          .split(' ').length,
        47,
      );
    }
    const short =
      textOf(
        event('O', [
          [33, fromText('S')],
          [29, u16(3)],
        ]),
      )[1] ?? '';
    assert.match(short, /00 21 xx 80 08 00 00 00 1D 00 03$/);
  });

  it('leaves the ciphertext of a hidden response in the dump, and masks its clear value', () => {
    const lines = textOf(event('I', [ICCN, [33, PASSWORD, { hidden: true }], [29, u16(3)]])).join(
      '\n',
    );
    assert.match(lines, /Parse AVP 33, len 12, flag 0xC000 \(MH\)\n.*Proxy Auth Resp xxxxxx\n/);
    assert.match(lines, /53 45 43 52 45 54/);
  });

  it('masks AVP 33 of the IETF only', () => {
    const cisco: Part = [33, fromText('AB'), { vendorId: 9 }];
    assert.match(textOf(event('O', [ICCN, cisco]))[1] ?? '', /00 21 41 42$/);
  });

  it('ends a dump of 47 octets without dots [TRACE-03]', () => {
    const dump = (value: number) =>
      textOf(event('O', [ICCN, [8, new Uint8Array(value)]]))[1]?.split('nr 8 ')[1] ?? '';
    assert.equal(dump(21).split(' ').length, 47);
    assert.equal(dump(21).endsWith('...'), false);
    assert.equal(dump(22).endsWith(' ...'), true);
    assert.equal(dump(22).split(' ').length, 48);
  });

  it('has the octets of an output on a line of its own where the peer opened [TRACE-03]', () => {
    const trace = (direction: 'I' | 'O', parts: readonly Part[]): L2tpTrace =>
      ({ ...event(direction, parts), isResponder: true }) as L2tpTrace;
    const parts: readonly Part[] = [ICCN, [33, PASSWORD], [29, u16(3)]];
    const octets =
      '80 08 00 00 00 00 00 0C 80 0C 00 00 00 21 xx xx xx xx xx xx 80 08 00 00 00 1D 00 03';
    const header = 'flg TLS, ver 2, len 40, tnl 5, cl 6, ns 7, nr 8';
    const size = `size 40 C8 02 00 28 00 05 00 06 00 07 00 08 ${octets}`;
    assert.deepEqual(
      [...textOf(trace('O', parts)), ...textOf(trace('I', parts)).slice(-1)],
      [
        'Tnl 1 L2TP: O ICCN to lns tnlid 5',
        `Tnl 1 L2TP: O ICCN, ${header}`,
        `contiguous buffer, ${size}`,
        `Tnl 1 L2TP: I ICCN, ${header} contiguous pak, ${size}`,
      ],
    );
    const ack = 'ZLB ctrl ack, flg TLS, ver 2, len 12, tnl 5, cl 6, ns 7, nr 8';
    assert.deepEqual(
      [...textOf(trace('O', [])), ...textOf(trace('I', []))],
      [
        `Tnl 1 L2TP: O ${ack}`,
        'contiguous buffer, size 12 C8 02 00 0C 00 05 00 06 00 07 00 08',
        `Tnl 1 L2TP: I ${ack}`,
      ],
    );
  });

  it('names each missing AVP in front of the message line [TRACE-06]', () => {
    const lines = textOf({ ...event('I', [ICCN]), missing: [24, 19] } as L2tpTrace);
    assert.deepEqual(
      lines.map((line) => line.split(', ')[0]),
      [
        'Tnl 1 L2TP: Parse AVP 0',
        'Tnl 1 L2TP: Parse ICCN',
        'Tnl 1 L2TP: Missing AVP 24 in ICCN',
        'Tnl 1 L2TP: Missing AVP 19 in ICCN',
        'Tnl 1 L2TP: I ICCN',
      ],
    );
  });

  it('tells vendors and flags of AVPs apart [TRACE-04]', () => {
    const heads = textOf(
      event('I', [
        [100, fromText('a'), { vendorId: 9, mandatory: false }],
        [7, fromText('b'), { vendorId: 311 }],
        [7, fromText('c'), { mandatory: false, hidden: true }],
      ]),
    ).filter((line) => line.includes('len 7'));
    assert.deepEqual(heads, [
      'Tnl 1 L2TP: Parse Cisco AVP 100, len 7, flag 0x0',
      'Tnl 1 L2TP: Parse vendor 311 AVP 7, len 7, flag 0x8000 (M)',
      'Tnl 1 L2TP: Parse AVP 7, len 7, flag 0x4000 (H)',
    ]);
  });

  it('shows what the seed has no words for by the RFC’s name, and nothing of the unknown', () => {
    assert.deepEqual(
      valuesOf(
        [5, Uint8Array.of(1, 2)],
        [199, u16(1)],
        [39, new Uint8Array(0)],
        [9, fromText('abc')],
      ),
      ['Tie Breaker 0102', 'Sequencing Required', 'Assigned Tunnel ID 616263'],
    );
    assert.deepEqual(valuesOf([199, u16(1), { vendorId: 311 }], [1, Uint8Array.of(1)]), []);
  });

  it('reads a result by its message, with the error and its words [TRACE-05]', () => {
    const result = concatOctets(u16(2), u16(6), fromText('why\n'));
    assert.deepEqual(valuesOf([0, u16(14)], [1, result]).slice(1), [
      'Result code(1): 2: Call disconnected, refer to error code',
      'Error code(6): Vendor specific, "why?"',
    ]);
    assert.deepEqual(valuesOf([0, u16(4)], [1, result]).slice(1), [
      'L2X: Result code(1): 2: General error, refer to error code',
      'Error code(6): Vendor specific, "why?"',
    ]);
  });

  it('takes control characters out of text of the peer', () => {
    assert.deepEqual(valuesOf([7, fromText('a\x1b[2Jb')]), ['Hostname a?[2Jb']);
  });

  it('never throws, whatever the octets and AVPs', () => {
    const part = fc.record({
      vendorId: fc.constantFrom(0, 9, 311),
      type: fc.nat(120),
      mandatory: fc.boolean(),
      hidden: fc.boolean(),
      length: fc.nat(1023),
      value: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.array(part),
        fc.constantFrom('I', 'O'),
        (octets, avps, io) => {
          const control = Uint8Array.from(octets);
          control.set([0xc8, 0x02, 0, octets.length].slice(0, octets.length));
          for (const datagram of [octets, control]) {
            const trace = { ...event(io, []), datagram, avps } as L2tpTrace;
            assert.notEqual(renderTrace(trace).length, 0);
          }
        },
      ),
    );
  });

  for (const [what, trace, text] of [
    [
      'of a session',
      { kind: 'l2tp-from', type: 14, peerTunnelId: 3, peerSessionId: 4 },
      'I CDN from lns tnl 3, cl 4',
    ],
    [
      'without a time',
      { kind: 'l2tp-no-sessions', seconds: Infinity },
      'No more sessions in tunnel',
    ],
    [
      'of a tunnel that a peer opened',
      { kind: 'l2tp-created', address: '1.2.3.4' },
      'New tunnel created for remote lns, address 1.2.3.4',
    ],
    ['of an error', { kind: 'l2tp-error', text: 'O Resend ICRQ' }, 'O Resend ICRQ'],
    [
      'of a tunnel released',
      { kind: 'l2tp-release', peerTunnelId: 3, state: 'idle' },
      'VPDN: Releasing idb for LAC/LNS tunnel 1/3 session 0 state idle',
    ],
  ] as const) {
    it(`prints a line ${what}`, () => {
      const base = { scope: { tunnelId: 1 }, peerName: 'lns' };
      const [line] = renderTrace({ ...base, ...trace });
      const debug = trace.kind === 'l2tp-error' ? 'vpdn l2x-errors' : 'vpdn l2x-events';
      assert.deepEqual(line, { debug, text: `Tnl 1 L2TP: ${text}` });
    });
  }
});
