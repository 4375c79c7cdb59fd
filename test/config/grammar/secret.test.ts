import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { decodeType7 } from '../../../src/config/grammar/secret.ts';

describe('config/grammar/secret', () => {
  for (const encoded of ['104D000A0618', '060506324F41', '060506324f41', '070C285F4D06']) {
    it(`decodes ${encoded}`, () => assert.equal(decodeType7(encoded), 'cisco'));
  }

  it('goes on at the beginning where its fixed text ends', () => {
    // 52 is the last place of the text, `7`; the next octet meets its first, `d`.
    const octets = [0x61 ^ '7'.charCodeAt(0), 0x62 ^ 'd'.charCodeAt(0)];
    const hex = octets.map((octet) => octet.toString(16).padStart(2, '0')).join('');
    assert.equal(decodeType7(`52${hex}`), 'ab');
  });

  for (const [what, encoded] of [
    ['nothing', ''],
    ['no octets', '10'],
    ['half an octet', '104D0'],
    ['what is not hexadecimal', '104G'],
    ['a beginning that is no number', 'A04D'],
    ['a beginning behind the end', '534D'],
    ['what decodes to control characters', '102E'],
  ] as const) {
    it(`refuses ${what}`, () => assert.equal(decodeType7(encoded), undefined));
  }

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const secret = decodeType7(text);
        return secret === undefined || secret.length > 0;
      }),
    );
  });
});
