import { strict as assert } from 'node:assert';
import { des, md4, md5, sha1 } from '../../src/base/digest.ts';
import { fromText } from '../../src/base/octets.ts';

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const DIGITS = '1234567890'.repeat(8);
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

describe('base/digest: MD4 (RFC 1320) without OpenSSL', () => {
  for (const [text, digest] of [
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    [LETTERS, 'd79e1c308aa5bbcdeea8ed63df412da9'],
    [`${LETTERS.toUpperCase()}${LETTERS}0123456789`, '043f8582f241db351ce627e153e7f0e4'],
    [DIGITS, 'e33b4ddc9c38f2199c3e7b164fcc0536'],
  ] as const) {
    it(`has the digest of §A.5 for ${text.length} octets [PPP-L-02]`, () => {
      assert.equal(hexOf(md4(fromText(text))), digest);
    });
  }

  // By OpenSSL's legacy provider, as everything around the end of a block.
  for (const [count, digest] of [
    [55, 'c889c81dd86c4d2e025778944ea02881'],
    [56, 'd5f9a9e9257077a5f08b0b92f348b0ad'],
    [63, '7ea3da77432d44c323671097d1348fc8'],
    [64, '52f5076fabd22680234a3fa9f9dc5732'],
    [65, '330e377bf231f3cacfecc2c182fe7e5b'],
    [119, 'e65dd227ccef97fa1d34d70189120f76'],
    [120, 'b03ddbd470b47c013e0c7ab2ddd763db'],
    [1000, '5f1bf26a8067c9159b91f1440f7c9e8a'],
  ] as const) {
    it(`pads ${count} octets`, () => assert.equal(hexOf(md4(fromText('a'.repeat(count)))), digest));
  }

  it('leaves the message as it was', () => {
    const message = fromText('abc');
    md4(message);
    assert.deepEqual(message, fromText('abc'));
  });
});

describe('base/digest: single DES without OpenSSL’s legacy provider', () => {
  for (const [key, plain, cipher] of [
    ['133457799bbcdff1', '0123456789abcdef', '85e813540f0ab405'],
    // FIPS 81 and NBS 500-20; the key is one of the weak ones.
    ['0123456789abcdef', '4e6f772069732074', '3fa40e8a984d4815'],
    ['0101010101010101', '95f8a5e5dd31d900', '8000000000000000'],
  ] as const) {
    it(`encrypts one block under ${key} [PPP-L-02]`, () => {
      assert.equal(hexOf(des(octets(key), octets(plain))), cipher);
    });
  }

  it('does not look at the parity bits of the key', () => {
    const block = octets('0123456789abcdef');
    const other = octets('123556789abddef0');
    assert.deepEqual(des(other, block), des(octets('133457799bbcdff1'), block));
  });
});

describe('base/digest: MD5 and SHA-1', () => {
  it('hashes parts as their whole (RFC 1321 §A.5, RFC 3174 §7.3)', () => {
    const parts = [fromText('a'), fromText(''), fromText('bc')];
    assert.equal(hexOf(md5(...parts)), '900150983cd24fb0d6963f7d28e17f72');
    assert.equal(hexOf(sha1(...parts)), 'a9993e364706816aba3e25717850c26c9cd0d89d');
  });
});
