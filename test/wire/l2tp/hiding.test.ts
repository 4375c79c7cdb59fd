import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { fromText } from '../../../src/base/octets.ts';
import { hideAvpValue, unhideAvpValue } from '../../../src/wire/l2tp/hiding.ts';
import { octets, SECRET } from './support.ts';

const VECTOR = octets('000102030405060708090A0B0C0D0E0F');

// Computed with Python's hashlib: see the specification, §4 of l2tp.md.
const EXAMPLES = [
  {
    what: 'one block',
    type: 30,
    value: fromText('2500-1'),
    padding: '',
    cipher: '0963F28C3958D7C3',
  },
  {
    what: 'two blocks and padding',
    type: 33,
    value: octets('CA1CC2E4FA6899E8DF1B695C0A80883E'),
    padding: 'AABB',
    cipher: 'E336AE185BE9F43FBBFC9A1444F16ABBF8544EAA',
  },
  {
    what: 'three blocks',
    type: 21,
    value: fromText('The quick brown fox jumps over the lazy dog'),
    padding: '',
    cipher:
      'FCCAC6D6614C70F2DA940ADF99FEE3117555A4AE61267534D54AA4F818B054D1' +
      '97DA04E9E69BE9B745C92B8A9F',
  },
] as const;

describe('wire/l2tp/hiding (RFC 2661 §4.3)', () => {
  for (const { what, type, value, padding, cipher } of EXAMPLES) {
    it(`hides and reads the worked example of ${what} [L2TP-4.3-03] [L2TP-4.3-04]`, () => {
      const hidden = hideAvpValue(type, value, SECRET, VECTOR, octets(padding));
      assert.deepEqual(hidden, octets(cipher));
      assert.deepEqual(unhideAvpValue(type, octets(cipher), SECRET, VECTOR), value);
    });
  }

  it('reads back any value under any secret and vector, however padded [L2TP-4.3-04]', () => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 40 });
    const type = fc.integer({ min: 0, max: 0xffff });
    const value = fc.uint8Array({ maxLength: 80 });
    fc.assert(
      fc.property(type, value, key, key, value, (number, plain, secret, vector, padding) => {
        const hidden = hideAvpValue(number, plain, secret, vector, padding);
        assert.equal(hidden.length, 2 + plain.length + padding.length);
        assert.deepEqual(unhideAvpValue(number, hidden, secret, vector), plain);
      }),
    );
  });

  it('hides an empty value as its length alone', () => {
    const hidden = hideAvpValue(30, octets(''), SECRET, VECTOR);
    assert.deepEqual(hidden, octets('0965')); // 0000 under the first pad of the example
    assert.deepEqual(unhideAvpValue(30, hidden, SECRET, VECTOR), octets(''));
  });

  it('leaves the octets it was given alone', () => {
    const value = fromText('a password of more than one block');
    const before = value.slice();
    const hidden = hideAvpValue(33, value, SECRET, VECTOR);
    const cipher = hidden.slice();
    unhideAvpValue(33, hidden, SECRET, VECTOR);
    assert.deepEqual([value, hidden], [before, cipher]);
  });

  it('refuses a length inside that is beyond the value [L2TP-4.3-05]', () => {
    // An inner length one too many: hide four octets as if they were a subformat of three.
    const plain = octets('0003 6162');
    const pads = hideAvpValue(30, new Uint8Array(2), SECRET, VECTOR);
    const zeros = octets('0002 0000');
    const cipher = pads.map((octet, at) => octet ^ (zeros[at] ?? 0) ^ (plain[at] ?? 0));
    assert.equal(unhideAvpValue(30, cipher, SECRET, VECTOR), undefined);
    cipher[1] = (cipher[1] ?? 0) ^ 1; // 3 becomes 2, and all is well
    assert.deepEqual(unhideAvpValue(30, cipher, SECRET, VECTOR), fromText('ab'));
  });

  it('refuses a value without room for the length inside', () => {
    for (const cipher of [octets(''), octets('00')]) {
      assert.equal(unhideAvpValue(30, cipher, SECRET, VECTOR), undefined);
    }
  });

  it('does not throw, whatever it reads', () => {
    const anything = fc.uint8Array({ maxLength: 64 });
    const fits = (cipher: Uint8Array): boolean =>
      (unhideAvpValue(30, cipher, SECRET, VECTOR)?.length ?? 0) <= Math.max(0, cipher.length - 2);
    fc.assert(fc.property(anything, fits));
  });
});
