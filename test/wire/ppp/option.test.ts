import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { Fault } from '../../../src/base/fault.ts';
import {
  LcpOption,
  MAX_OPTIONS,
  type PppOption,
  parseOptions,
  putOption,
  putOptionU16,
  putOptionU32,
} from '../../../src/wire/ppp/option.ts';
import { hexOf, octets } from './support.ts';

const parse = (bytes: Uint8Array): [Fault, PppOption[]] => {
  const options: PppOption[] = [];
  return [parseOptions(bytes, options), options];
};
const SEED = '0305c22305 0506109d08f2 110405f4 1309013533 30302d31';

describe('wire/ppp/option (RFC 1661 §6)', () => {
  it('reads the options of the seed in their order', () => {
    const [fault, options] = parse(octets(SEED));
    assert.equal(fault, Fault.None);
    assert.deepEqual(
      options.map(({ type, value }) => [type, hexOf(value)]),
      [
        [LcpOption.Authentication, 'C22305'],
        [LcpOption.MagicNumber, '109D08F2'],
        [LcpOption.MRRU, '05F4'],
        [LcpOption.EndpointDiscriminator, '01353330302D31'],
      ],
    );
    assert.equal(options.map(({ whole }) => hexOf(whole)).join(''), hexOf(octets(SEED)));
  });

  it('takes no options, and options without a value', () => {
    assert.deepEqual(parse(octets('')), [Fault.None, []]);
    assert.equal(parse(octets('0702 0802'))[1].length, 2);
  });

  for (const [what, hex] of [
    ['a Length of 0', '0500'],
    ['a Length of 1', '0501'],
    ['a Length past the end', '0506 6ee4 e8'],
    ['a Type without a Length', '0702 05'],
  ] as const) {
    it(`refuses ${what} [LCP-6-05]`, () => assert.equal(parse(octets(hex))[0], Fault.BadOption));
  }

  it('takes a prefix only where an option ends [LCP-6-05]', () => {
    const whole = octets(SEED);
    const ends = [0, 5, 11, 15];
    for (let end = 0; end < whole.length; end++) {
      const expected = ends.includes(end) ? Fault.None : Fault.BadOption;
      assert.equal(parse(whole.slice(0, end))[0], expected, `${end} octets`);
    }
  });

  it('takes so many options and no more', () => {
    assert.equal(parse(octets('0702'.repeat(MAX_OPTIONS)))[0], Fault.None);
    assert.equal(parse(octets('0702'.repeat(MAX_OPTIONS + 1)))[0], Fault.BadOption);
  });

  it('never throws, and what it takes is the whole input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const [fault, options] = parse(bytes);
        const whole = options.map((option) => hexOf(option.whole)).join('');
        return fault !== Fault.None || whole === hexOf(bytes);
      }),
    );
  });

  it('reads back what it wrote', () => {
    const value = fc.uint8Array({ maxLength: 253 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), value, (type, bytes) => {
        const [fault, [option]] = parse(putOption(type, ...bytes));
        assert.deepEqual([fault, option?.type], [Fault.None, type]);
        assert.deepEqual(option?.value, bytes);
      }),
    );
    assert.equal(hexOf(putOptionU16(LcpOption.MRRU, 1524)), '110405F4');
    assert.equal(hexOf(putOptionU32(LcpOption.MagicNumber, 0xf09d08f2)), '0506F09D08F2');
  });

  it('asserts that a value fits', () => {
    assert.throws(() => putOption(1, ...new Uint8Array(254)), /fits its Length/);
  });
});
