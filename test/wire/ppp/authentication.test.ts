import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { md5 } from '../../../src/base/digest.ts';
import { Fault } from '../../../src/base/fault.ts';
import { fromText } from '../../../src/base/octets.ts';
import {
  ChapCode,
  ChapValue,
  parseChapValue,
  putChapReply,
  putChapValue,
} from '../../../src/wire/ppp/chap.ts';
import {
  PapCode,
  PapRequest,
  parsePapRequest,
  putPapReply,
  putPapRequest,
} from '../../../src/wire/ppp/pap.ts';
import { hexOf, octets, parse } from './support.ts';

const CHALLENGE = '5D0D008CB1677CF8BC354556321A7A74';
const RESPONSE = 'CA1CC2E4FA6899E8DF1B695C0A80883E';
const anyId = fc.integer({ min: 0, max: 255 });

const parseChap = (data: Uint8Array): [Fault, ChapValue] => {
  const out = new ChapValue();
  return [parseChapValue(data, out), out];
};
const parsePap = (data: Uint8Array): [Fault, PapRequest] => {
  const out = new PapRequest();
  return [parsePapRequest(data, out), out];
};

describe('wire/ppp/chap (RFC 1994 §4)', () => {
  it("writes the seed's Challenge: 27 = 4 + 1 + 16 + 6 [CHAP-4.1-06]", () => {
    const packet = putChapValue(ChapCode.Challenge, 6, octets(CHALLENGE), fromText('5300-1'));
    assert.equal(hexOf(packet), `0106001B10${CHALLENGE}353330302D31`);
  });

  it("reads the seed's Response, MD5 of Identifier, secret and Challenge [CHAP-3-01]", () => {
    const [, packet] = parse(octets(`0206001B10${RESPONSE}323530302D31`));
    const [fault, { value, name }] = parseChap(packet.data);
    assert.equal(fault, Fault.None);
    assert.deepEqual(name, fromText('2500-1'));
    const expected = md5(Uint8Array.of(packet.id), fromText('cisco'), octets(CHALLENGE));
    assert.deepEqual(value, expected);
  });

  it('refuses an empty value and an empty name [CHAP-4.1-06]', () => {
    assert.equal(parseChap(octets('00 41'))[0], Fault.BadLength);
    assert.equal(parseChap(octets('02 0102'))[0], Fault.Truncated);
    assert.equal(parseChap(octets('02 0102 41'))[0], Fault.None);
  });

  it('calls every prefix without a name truncated', () => {
    const data = octets(`10${RESPONSE}41`);
    for (let end = 0; end < data.length; end++) {
      assert.equal(parseChap(data.slice(0, end))[0], Fault.Truncated, `${end} octets`);
    }
  });

  it('never throws, and reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
        const [fault, { value, name }] = parseChap(data);
        return fault !== Fault.None || value.length + name.length + 1 === data.length;
      }),
    );
    const value = fc.uint8Array({ minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(anyId, value, fc.uint8Array({ minLength: 1 }), (id, bytes, name) => {
        const [, packet] = parse(putChapValue(ChapCode.Response, id, bytes, name));
        assert.deepEqual([packet.code, packet.id], [ChapCode.Response, id]);
        const [fault, read] = parseChap(packet.data);
        assert.equal(fault, Fault.None);
        assert.deepEqual([read.value, read.name], [bytes, name]);
      }),
    );
  });

  it("writes the seed's Success of 4 octets, and a Failure with its text", () => {
    assert.equal(hexOf(putChapReply(ChapCode.Success, 6, new Uint8Array(0))), '03060004');
    assert.equal(hexOf(putChapReply(ChapCode.Failure, 255, fromText('no'))), '04FF00066E6F');
  });

  it('asserts that there is a value, and that it fits', () => {
    const name = fromText('x');
    assert.throws(() => putChapValue(1, 1, new Uint8Array(0), name), /fits/);
    assert.throws(() => putChapValue(1, 1, new Uint8Array(256), name), /fits/);
  });
});

describe('wire/ppp/pap (RFC 1334 §2.2)', () => {
  const REQUEST = '0101 0010 05 636973636f 05 636973636f';

  it('reads and writes an Authenticate-Request', () => {
    const [, packet] = parse(octets(REQUEST));
    assert.equal(packet.code, PapCode.AuthenticateRequest);
    const [fault, { peerId, password }] = parsePap(packet.data);
    assert.equal(fault, Fault.None);
    assert.deepEqual([peerId, password], [fromText('cisco'), fromText('cisco')]);
    assert.equal(hexOf(putPapRequest(1, peerId, password)), hexOf(octets(REQUEST)));
  });

  it('refuses lengths that overrun, and ignores what follows [PAP-2.2-01]', () => {
    const data = octets('05 636973636f 05 636973636f');
    for (let end = 0; end < data.length; end++) {
      assert.equal(parsePap(data.slice(0, end))[0], Fault.Truncated, `${end} octets`);
    }
    const [fault, { password }] = parsePap(octets('01 61 02 6263 ffff'));
    assert.deepEqual([fault, hexOf(password)], [Fault.None, '6263']);
    assert.equal(parsePap(octets('0000'))[0], Fault.None, 'both may be empty');
  });

  it('never throws, and reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
        const [fault, { peerId, password }] = parsePap(data);
        return fault !== Fault.None || peerId.length + password.length + 2 <= data.length;
      }),
    );
    const field = fc.uint8Array({ maxLength: 255 });
    fc.assert(
      fc.property(anyId, field, field, (id, name, secret) => {
        const [, packet] = parse(putPapRequest(id, name, secret));
        const [fault, { peerId, password }] = parsePap(packet.data);
        assert.deepEqual([packet.id, fault], [id, Fault.None]);
        assert.deepEqual([peerId, password], [name, secret]);
      }),
    );
  });

  it('writes an Ack without a message, and a Nak with one of up to 255 octets', () => {
    assert.equal(hexOf(putPapReply(PapCode.AuthenticateAck, 9, new Uint8Array(0))), '0209000500');
    assert.equal(hexOf(putPapReply(PapCode.AuthenticateNak, 9, fromText('no'))), '03090007026E6F');
    const long = putPapReply(PapCode.AuthenticateNak, 9, new Uint8Array(255));
    assert.deepEqual([long.length, hexOf(long.subarray(0, 5))], [260, '03090104FF']);
  });

  it('asserts that the fields fit', () => {
    const long = new Uint8Array(256);
    assert.throws(() => putPapReply(PapCode.AuthenticateNak, 1, long), /fits/);
    assert.throws(() => putPapRequest(1, long, new Uint8Array(0)), /fits/);
    assert.throws(() => putPapRequest(1, new Uint8Array(0), long), /fits/);
  });
});
