import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { Fault, faultName } from '../../../src/base/fault.ts';
import { PppHeader, parsePppHeader, putPppHeader } from '../../../src/wire/hdlc/ppp-header.ts';
import { hex, octets } from './support.ts';

const AT = 3; // so that an index which forgets where the frame starts is seen

function parse(frame: string, acfc: boolean, pfc: boolean): [string, number, string] {
  const memory = octets(`aaaaaa${frame}21bb`);
  const header = new PppHeader();
  const fault = parsePppHeader(memory, AT, AT + frame.length / 2, acfc, pfc, header);
  const information = hex(memory.subarray(header.informationStart, AT + frame.length / 2));
  return [faultName(fault), header.protocol, fault === Fault.None ? information : ''];
}

const fails = (fault: Fault): [string, number, string] => [faultName(fault), 0, ''];

describe('wire/hdlc/ppp-header (RFC 1662 §3.1, §3.2; RFC 1661 §6.5, §6.6)', () => {
  it('reads FF 03 and two octets of Protocol, whatever was agreed [HDLC-3.1-04]', () => {
    for (const acfc of [false, true]) {
      for (const pfc of [false, true]) {
        assert.deepEqual(parse('ff03c0210101', acfc, pfc), ['None', 0xc021, '0101']);
      }
    }
  });

  it('takes both forms once ACFC is agreed [HDLC-1661.6.6-02, HDLC-3.2-01, LCP-6.6-01]', () => {
    assert.deepEqual(parse('002145', true, false), ['None', 0x0021, '45']);
    assert.deepEqual(parse('ff03002145', true, false), ['None', 0x0021, '45']);
    assert.deepEqual(parse('002145', false, true), fails(Fault.BadAddress));
  });

  it('takes both Protocols after PFC [HDLC-1661.6.5-02, HDLC-1661.6.5-05, LCP-6.5-01]', () => {
    assert.deepEqual(parse('ff032145', false, true), ['None', 0x0021, '45']);
    assert.deepEqual(parse('ff03002145', false, true), ['None', 0x0021, '45']);
    assert.deepEqual(parse('ff032145', true, false), fails(Fault.BadProtocol));
    assert.deepEqual(parse('2145', true, true), ['None', 0x0021, '45']);
  });

  it('refuses FF without 03: 0x00FF is never compressed [HDLC-3.2-03]', () => {
    for (const frame of ['ff13c021', 'ff00c021', 'ff', 'fe03c021']) {
      const fault = frame.startsWith('ff') ? Fault.BadControl : Fault.BadAddress;
      assert.deepEqual(parse(frame, false, false), fails(fault), frame);
    }
    for (const frame of ['ff13c021', 'ff45', 'ff']) {
      assert.deepEqual(parse(frame, true, true), fails(Fault.BadControl), frame);
    }
  });

  it('refuses a frame that ends within its header', () => {
    for (const frame of ['', 'c0', 'ff03', 'ff03c0']) {
      assert.deepEqual(parse(frame, true, true), fails(Fault.BadProtocol), frame);
    }
    assert.deepEqual(parse('', false, true), fails(Fault.BadAddress));
  });

  it('gives out a Protocol with an even last octet [HDLC-1661.6.5-05]', () => {
    assert.deepEqual(parse('ff03002245', true, true), ['None', 0x0022, '45']);
  });

  it('reads back the header it wrote in front of any information', () => {
    const odd = fc
      .integer({ min: 0, max: 0x7f7f })
      .map((of) => (of & 0x7f00) * 2 + (of & 0x7f) * 2 + 1);
    fc.assert(
      fc.property(odd, fc.uint8Array({ maxLength: 20 }), (protocol, information) => {
        const memory = Uint8Array.from([9, 9, 9, 9, 9, ...information]);
        const start = putPppHeader(memory, 5, protocol);
        assert.equal(start, 1);
        assert.equal(memory[0], 9);
        const header = new PppHeader();
        assert.equal(
          parsePppHeader(memory, start, memory.length, false, false, header),
          Fault.None,
        );
        assert.deepEqual([header.protocol, header.informationStart], [protocol, 5]);
      }),
    );
  });

  it('asserts that there is headroom', () => {
    assert.throws(() => putPppHeader(new Uint8Array(9), 3, 0x21), /headroom/);
  });

  it('never throws and never points outside the frame', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 8 }),
        fc.boolean(),
        fc.boolean(),
        (frame, acfc, pfc) => {
          const header = new PppHeader();
          const fault = parsePppHeader(frame, 0, frame.length, acfc, pfc, header);
          return fault !== Fault.None || header.informationStart <= frame.length;
        },
      ),
    );
  });
});
