import { strict as assert } from 'node:assert';
import {
  fields,
  ICRP,
  ICRP_READ,
  judge,
  known,
  MESSAGES,
  taken,
  typeAvp,
  value,
} from './messages.ts';
import { avp, control, octets, parseMessage } from './support.ts';

describe('wire/l2tp/parse takes (RFC 2661 §4.1, §6)', () => {
  for (const [type, name, required, optional] of MESSAGES) {
    it(`${name} with all it may hold, in any order, any M bit [L2TP-L-01, L2TP-L-03]`, () => {
      const types = [...required, ...optional];
      const expected = taken({ type, ...fields(types) });
      const orders = [types, types.toReversed(), [...optional, ...required]];
      for (const order of orders) {
        for (const bits of [0x8000, 0]) {
          const avps = [typeAvp(type, bits), ...order.map((number) => known(number, bits))];
          assert.deepEqual(judge(avps), expected);
        }
      }
    });

    it(`${name} with the least it must hold`, () => {
      const avps = [typeAvp(type), ...required.map((number) => known(number))];
      assert.deepEqual(judge(avps), taken({ type, ...fields(required) }));
    });
  }

  for (const [hex, resultCode] of [
    ['0001', { result: 1 }],
    ['00010000', { result: 1, error: 0 }],
    ['ffff fffe 6869', { result: 0xffff, error: 0xfffe, text: 'hi' }],
  ] as const) {
    it(`a Result Code of ${hex} [L2TP-4.4.2-01]`, () => {
      const stop = [typeAvp(4), known(9), avp(1, hex)];
      assert.deepEqual(judge(stop), taken({ type: 4, assignedTunnelId: 0x4518, resultCode }));
    });
  }

  it('the port name that Cisco sends, no AVP 100 of another [CIS-02, L2TP-4.1-06]', () => {
    const icrq = [typeAvp(10), known(14), known(15)];
    const message = { type: 10, ...fields([14, 15]) };
    const port = '53657269616c303a30';
    assert.deepEqual(
      judge([...icrq, avp(100, port, 0, 9)]),
      taken({ ...message, clientNasPort: 'Serial0:0' }),
    );
    assert.deepEqual(
      judge([...icrq, avp(100, port, 0, 0)]),
      taken(message, ['unknown AVP, vendor 0, attribute 100 ignored']),
    );
    assert.deepEqual(
      judge([...icrq, avp(22, port, 0, 9)]),
      taken(message, ['unknown AVP, vendor 9, attribute 22 ignored']),
    );
  });

  it('several disconnect causes, in order [DISC-2-01] [DISC-3-02]', () => {
    const causes = [avp(46, '0012 8021 00', 0), avp(46, '0013 8057 01 6869', 0)];
    assert.deepEqual(
      judge([typeAvp(14), known(1), known(14), ...causes]),
      taken({
        type: 14,
        ...fields([1, 14]),
        disconnectCauses: [
          { code: 18, protocol: 0x8021, direction: 0, text: '' },
          { code: 19, protocol: 0x8057, direction: 1, text: 'hi' },
        ],
      }),
    );
  });

  it('text that could disturb a terminal as question marks', () => {
    const sccrp = [2, 3, 9].map((type) => known(type));
    const parsed = judge([typeAvp(2), ...sccrp, avp(7, '1b5b 324a ff')]);
    assert.deepEqual(parsed, taken({ type: 2, ...fields([2, 3, 9]), hostName: '?[2J\ufffd' }));
  });

  it('copies, not views of the datagram', () => {
    const datagram = control(typeAvp(3), known(13));
    const parsed = parseMessage(datagram);
    datagram.fill(0);
    assert.equal(parsed.verdict, 'message');
    assert.deepEqual(parsed.avps[1]?.value, octets(value(13)));
  });
});

describe('wire/l2tp/parse lists the AVPs', () => {
  it('as they stand on the wire, values in clear', () => {
    const { avps } = parseMessage(control(typeAvp(11), known(14), avp(99, 'aabb', 0, 9999)));
    assert.deepEqual(avps, [
      { vendorId: 0, type: 0, mandatory: true, hidden: false, length: 8, value: octets('000b') },
      { vendorId: 0, type: 14, mandatory: true, hidden: false, length: 8, value: octets('002d') },
      {
        vendorId: 9999,
        type: 99,
        mandatory: false,
        hidden: false,
        length: 8,
        value: octets('aabb'),
      },
    ]);
  });

  it('also behind the one that was refused', () => {
    const { avps } = parseMessage(control(typeAvp(11), avp(99, ''), known(14)));
    assert.deepEqual(
      avps.map(({ type }) => type),
      [0, 99, 14],
    );
  });
});

describe('wire/l2tp/parse ignores (RFC 2661 §4.1, §4.2)', () => {
  it('an unrecognised AVP without M [L2TP-4.1-04]', () => {
    assert.deepEqual(
      judge([...ICRP, avp(1, '0001', 0, 9999)]),
      taken(ICRP_READ, ['unknown AVP, vendor 9999, attribute 1 ignored']),
    );
  });

  it('an AVP with a reserved bit set, without M [L2TP-4.1-01]', () => {
    for (const bit of [0x2000, 0x1000, 0x0800, 0x0400]) {
      assert.deepEqual(
        judge([typeAvp(3), known(13, bit)]),
        taken({ type: 3 }, ['unknown AVP, vendor 0, attribute 13 ignored']),
      );
    }
  });

  it('failover and ECN, which we do not do [FO-3-01]', () => {
    const required = [2, 7, 3, 9];
    const capabilities = [avp(76, '0001 00000000', 0), avp(103, '', 0)];
    const sccrq = [typeAvp(1), ...required.map((type) => known(type)), ...capabilities];
    assert.deepEqual(
      judge(sccrq),
      taken({ type: 1, ...fields(required) }, [
        'unknown AVP, vendor 0, attribute 76 ignored',
        'unknown AVP, vendor 0, attribute 103 ignored',
      ]),
    );
  });

  it('a known AVP in a message where it does not belong, even a bad one with M [L2TP-L-02]', () => {
    const note = 'AVP 24 ((Tx) Connect Speed) does not belong in ICRP, ignored';
    for (const foreign of [known(24), avp(24, '00'), avp(24, '00', 0xc000)]) {
      assert.deepEqual(judge([...ICRP, foreign]), taken(ICRP_READ, [note]));
    }
  });

  it('the second of two, good or bad [L2TP-L-04]', () => {
    const note = 'AVP 14 (Assigned Session ID) in ICRP a second time, ignored';
    for (const second of [avp(14, '0001'), avp(14, '0000'), avp(14, '')]) {
      assert.deepEqual(judge([...ICRP, second]), taken(ICRP_READ, [note]));
    }
    const again = 'AVP 0 (Message Type) in ICRP a second time, ignored';
    assert.deepEqual(judge([...ICRP, typeAvp(99)]), taken(ICRP_READ, [again]));
  });

  it('a malformed AVP without M [L2TP-7.1-03]', () => {
    const iccn = [typeAvp(12), known(24), known(19)];
    const message = { type: 12, ...fields([24, 19]) };
    for (const [bad, what] of [
      [avp(29, '02', 0), 'AVP 29 (Proxy Authen Type) in ICCN has a bad length'],
      [avp(29, '0000', 0), 'AVP 29 (Proxy Authen Type) in ICCN has a value out of range'],
      [avp(32, '0100', 0), 'AVP 32 (Proxy Authen ID) in ICCN has a value out of range'],
      [avp(31, '', 0), 'AVP 31 (Proxy Authen Challenge) in ICCN has a bad length'],
      [
        avp(33, 'aaaa', 0x4000),
        'AVP 33 (Proxy Authen Response) in ICCN is hidden and cannot be read',
      ],
    ] as const) {
      assert.deepEqual(judge([...iccn, bad]), taken(message, [`${what}, ignored`]));
    }
  });

  it('takes a good one behind a malformed one', () => {
    const iccn = [typeAvp(12), known(24), known(19), avp(29, '02', 0), known(29, 0)];
    const parsed = judge(iccn);
    assert.equal(parsed.verdict, 'message');
    assert.deepEqual(
      parsed,
      taken({ type: 12, ...fields([24, 19, 29]) }, [
        'AVP 29 (Proxy Authen Type) in ICCN has a bad length, ignored',
      ]),
    );
  });

  it('a malformed Rx Connect Speed whatever its M bit [L2TP-4.4.4-04]', () => {
    const iccn = [typeAvp(12), known(24), known(19)];
    for (const bits of [0, 0x8000]) {
      assert.deepEqual(
        judge([...iccn, avp(38, '7080', bits)]),
        taken({ type: 12, ...fields([24, 19]) }, [
          'AVP 38 (Rx Connect Speed) in ICCN has a bad length, ignored',
        ]),
      );
    }
  });

  it('an unknown message type without M, and all that is in it [L2TP-7.1-03] [FO-3-01]', () => {
    for (const [type, rest] of [
      [21, [avp(99, '')]],
      [22, []],
      [5, ['8003 0000']],
      [0, [known(9)]],
    ] as const) {
      const parsed = parseMessage(control(typeAvp(type, 0), ...rest));
      assert.equal(parsed.verdict, 'ignore');
      assert.equal(parsed.verdict === 'ignore' ? parsed.type : undefined, type);
      assert.deepEqual(parsed.missing, []);
    }
  });
});
