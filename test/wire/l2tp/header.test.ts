import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { Fault } from '../../../src/base/fault.ts';
import * as l2tp from '../../../src/wire/l2tp/header.ts';
import { octets, parseHeader, seedMessages } from './support.ts';

const ZLB = 'c802 000c 0007 0000 0003 0004'; // T, L, S; tunnel 7, session 0, Ns 3, Nr 4
const anyId = fc.integer({ min: 0, max: 0xffff });

/**
 * A data message with the flags given, padding of 3 behind Offset Size, and an `end`-octet frame.
 */
function dataMessage(bits: number, frame: string): string {
  const word = (number: number): string => number.toString(16).padStart(4, '0');
  const sequence = bits & 0x0800 ? '0005 0006' : '';
  const offset = bits & 0x0200 ? '0003 aabbcc' : '';
  const rest = `0007 0009${sequence}${offset}${frame}`;
  const octetsBehind = octets(rest).length;
  return word(bits) + (bits & 0x4000 ? word(4 + octetsBehind) : '') + rest;
}

describe('wire/l2tp/header (RFC 2661 §3.1)', () => {
  it('reads a ZLB acknowledgement', () => {
    const [fault, header] = parseHeader(octets(ZLB));
    assert.equal(fault, Fault.None);
    const { isControl, isSequenced, tunnelId, ns, nr, payloadStart, payloadEnd } = header;
    assert.deepEqual([isControl, isSequenced, tunnelId, ns, nr], [true, true, 7, 3, 4]);
    assert.deepEqual([payloadStart, payloadEnd], [12, 12]);
    assert.equal(l2tp.isZlb(header), true);
  });

  it('tells a ZLB from a message and from an empty data message', () => {
    const hexes = ['c802 0014 0007 0000 0003 0004 8008 0000 0000 0006', '0002 0007 0009'];
    for (const hex of hexes) assert.equal(l2tp.isZlb(parseHeader(octets(hex))[1]), false);
  });

  it('reads every header of the seed [L2TP-3.1-01]', () => {
    for (const { name, hex, header } of seedMessages()) {
      const [fault, read] = parseHeader(octets(hex));
      assert.equal(fault, Fault.None, name);
      assert.equal(hex.slice(0, 4), 'C802');
      const { tunnelId, sessionId, ns, nr, payloadEnd: length } = read;
      assert.deepEqual(
        { tunnelId, sessionId, ns, nr, length },
        {
          tunnelId: header.tunnelId,
          sessionId: header.sessionId,
          ns: header.ns,
          nr: header.nr,
          length: header.length,
        },
      );
    }
  });

  for (const [what, hex, fault] of [
    ['L2F [L2TP-3.1-03]', 'c801 000c 0007 0000 0003 0004', Fault.BadVersion],
    ['L2TPv3 [L2TP-3.1-03]', 'c803 000c 0007 0000 0003 0004', Fault.BadVersion],
    ['a control message without Ns and Nr [L2TP-3.1-01]', 'c002 0008 0007 0000', Fault.BadFlags],
    ['a control message without Length [L2TP-3.1-01]', '8802 0007 0000 0003 0004', Fault.BadFlags],
    [
      'a control message with Offset Size [L2TP-3.1-01]',
      'ca02 000e 0007 0000 0003 0004 0000',
      Fault.BadFlags,
    ],
    [
      'a Length beyond the datagram [L2TP-3.1-04]',
      'c802 000d 0007 0000 0003 0004',
      Fault.BadLength,
    ],
    ['a Length within the header [L2TP-3.1-04]', 'c802 000b 0007 0000 0003 0004', Fault.BadLength],
    ['an Offset Size beyond the datagram [L2TP-3.1-08]', '0202 0007 0001 0001', Fault.BadLength],
    [
      'an Offset Size beyond the Length [L2TP-3.1-08]',
      '4202 000b 0007 0001 0002 aabb',
      Fault.BadLength,
    ],
  ] as const) {
    it(`refuses ${what}`, () => assert.equal(parseHeader(octets(hex))[0], fault));
  }

  it('calls every proper prefix truncated', () => {
    for (const whole of [octets(ZLB), octets('0a02 0007 0001 0003 0004 0000')]) {
      for (let end = 0; end < whole.length; end++) {
        assert.equal(parseHeader(whole, end)[0], Fault.Truncated, `${end} octets`);
        assert.equal(parseHeader(whole.slice(0, end))[0], Fault.Truncated, `${end} octets`);
      }
    }
  });

  it('reads all 16 forms of a data header [L2TP-3.1-06] [L2TP-3.1-08]', () => {
    for (let form = 0; form < 16; form++) {
      const bits =
        2 |
        (form & 1 ? 0x4000 : 0) |
        (form & 2 ? 0x0800 : 0) |
        (form & 4 ? 0x0200 : 0) |
        (form & 8 ? 0x0100 : 0);
      const datagram = octets(dataMessage(bits, 'ff03c021'));
      const [fault, header] = parseHeader(datagram);
      assert.equal(fault, Fault.None, `form ${form}`);
      assert.deepEqual([header.isControl, header.tunnelId, header.sessionId], [false, 7, 9]);
      assert.deepEqual([header.isSequenced, header.ns], form & 2 ? [true, 5] : [false, 0]);
      const payload = datagram.subarray(header.payloadStart, header.payloadEnd);
      assert.deepEqual(payload, octets('ff03c021'), `form ${form}`);
    }
  });

  it('forgets Ns and Nr of the message before [L2TP-3.1-06]', () => {
    const header = new l2tp.L2tpHeader();
    for (const hex of [ZLB, dataMessage(2, 'ff03c021deadbeef')]) {
      const datagram = octets(hex);
      assert.equal(l2tp.parseL2tpHeader(datagram, datagram.length, header), Fault.None);
    }
    assert.deepEqual(
      [header.isControl, header.isSequenced, header.ns, header.nr],
      [false, false, 0, 0],
    );
  });

  it('ignores the reserved bits [L2TP-3.1-02]', () => {
    const reserved = 0x34f0;
    for (const hex of [ZLB, dataMessage(0x0802, 'ff03')]) {
      const marked = octets(hex);
      marked[0] = (marked[0] ?? 0) | (reserved >> 8);
      marked[1] = (marked[1] ?? 0) | (reserved & 0xff);
      assert.deepEqual(parseHeader(marked), parseHeader(octets(hex)));
    }
  });

  it('ignores what stands behind Length [L2TP-3.1-04]', () => {
    const [fault, header] = parseHeader(octets(`${ZLB} dead beef`));
    assert.deepEqual([fault, header.payloadEnd, l2tp.isZlb(header)], [Fault.None, 12, true]);
  });

  it('never throws and never points outside the datagram [L2TP-7.1-05]', () => {
    const staysInside = (datagram: Uint8Array): boolean => {
      const [fault, { payloadStart, payloadEnd }] = parseHeader(datagram);
      return fault !== Fault.None || (payloadStart <= payloadEnd && payloadEnd <= datagram.length);
    };
    const anything = fc.uint8Array({ maxLength: 64 });
    const versionTwo = anything.map((tail) => Uint8Array.of(tail[0] ?? 0, 2, ...tail));
    fc.assert(fc.property(fc.oneof(anything, versionTwo), staysInside), { numRuns: 5000 });
  });

  it('asserts that the slot has headroom', () => {
    const slot = new Uint8Array(64);
    assert.throws(() => l2tp.putL2tpDataHeader(slot, 5, 7, 9), /headroom/);
    assert.throws(() => l2tp.putL2tpSequencedHeader(slot, 9, 7, 9, 0), /headroom/);
  });

  it('reads back the data header it wrote, around any frame [L2TP-3.1-05]', () => {
    fc.assert(
      fc.property(anyId, anyId, fc.uint8Array(), (tunnelId, sessionId, frame) => {
        const headroom = l2tp.L2TP_HEADROOM_OCTETS;
        const slot = Uint8Array.from({ length: headroom + frame.length });
        slot.set(frame, headroom);
        assert.equal(l2tp.putL2tpDataHeader(slot, headroom, tunnelId, sessionId), 0);
        const [fault, read] = parseHeader(slot);
        assert.deepEqual([fault, read.tunnelId, read.sessionId], [Fault.None, tunnelId, sessionId]);
        assert.equal(read.isSequenced, false);
        assert.deepEqual(slot.subarray(read.payloadStart, read.payloadEnd), frame);
      }),
    );
  });

  it('writes no flag into a data header, and S alone into a sequenced one [L2TP-3.1-02]', () => {
    const slot = new Uint8Array(16).fill(0xff);
    assert.equal(l2tp.putL2tpDataHeader(slot, 12, 0x0107, 0x0209), 6);
    assert.deepEqual(slot.slice(6, 12), octets('0002 0107 0209'));
    assert.equal(l2tp.putL2tpSequencedHeader(slot, 12, 0x0107, 0x0209, 0xfffe), 2);
    assert.deepEqual(slot.slice(0, 12), octets('ffff 0802 0107 0209 fffe 0000'));
  });

  it('reads back the sequenced data header it wrote', () => {
    fc.assert(
      fc.property(anyId, anyId, anyId, fc.uint8Array(), (tunnelId, sessionId, ns, frame) => {
        const headroom = l2tp.L2TP_SEQUENCED_HEADROOM_OCTETS;
        const slot = Uint8Array.from({ length: headroom + frame.length });
        slot.set(frame, headroom);
        l2tp.putL2tpSequencedHeader(slot, headroom, tunnelId, sessionId, ns);
        const [fault, read] = parseHeader(slot);
        assert.equal(fault, Fault.None);
        assert.deepEqual([read.isControl, read.isSequenced, read.nr], [false, true, 0]);
        assert.deepEqual([read.tunnelId, read.sessionId, read.ns], [tunnelId, sessionId, ns]);
        assert.deepEqual(slot.subarray(read.payloadStart, read.payloadEnd), frame);
      }),
    );
  });

  it('reads back the control header it wrote, in place of an older one [L2TP-3.1-01]', () => {
    fc.assert(
      fc.property(anyId, anyId, anyId, anyId, fc.nat(80), (tunnelId, sessionId, ns, nr, tail) => {
        const datagram = new Uint8Array(l2tp.CONTROL_HEADER_OCTETS + tail).fill(0xff);
        l2tp.putL2tpControlHeader(datagram, datagram.length, tunnelId, sessionId, ns, nr);
        assert.deepEqual(datagram.slice(0, 2), octets('c802'));
        const [fault, read] = parseHeader(datagram);
        assert.equal(fault, Fault.None);
        assert.deepEqual([read.tunnelId, read.sessionId], [tunnelId, sessionId]);
        assert.deepEqual([read.ns, read.nr], [ns, nr]);
        assert.deepEqual([read.payloadStart, read.payloadEnd], [12, datagram.length]);
      }),
    );
  });

  it('asserts that Length is true', () => {
    const put = (size: number, length: number) => () =>
      l2tp.putL2tpControlHeader(new Uint8Array(size), length, 1, 1, 0, 0);
    for (const [size, length] of [
      [12, 11],
      [12, 13],
      [0x10001, 0x10000],
    ] as const) {
      assert.throws(put(size, length), /Length/);
    }
    assert.doesNotThrow(put(0x10001, 0xffff));
  });
});
