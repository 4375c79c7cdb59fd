import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { type Arg, parseParameter } from '../../../src/config/grammar/parameter.ts';
import { splitWords } from '../../../src/config/grammar/words.ts';

/** What a place in a command reads, and how many words it took; or what is wrong, and where. */
function read(notation: string, line: string): readonly [Arg, number] | string {
  const parameter = parseParameter(notation);
  assert.ok(parameter);
  const reading = parameter.read(splitWords(line), 0);
  return 'value' in reading ? [reading.value, reading.count] : `${reading.at}: ${reading.problem}`;
}

describe('config/grammar/parameter', () => {
  it('knows its notations and no other', () => {
    for (const notation of ['word', '<1>', '{}', 'A.B.C', 'PASS', '{a|b}...']) {
      assert.equal(parseParameter(notation), undefined, notation);
    }
  });

  it('keeps quiet about secrets, and about what follows a user', () => {
    const quiet = ['SECRET', 'PASSWORD', 'USER', 'WORD', 'WORDS', '{a|b}', '<1-2>', 'INTERFACE'];
    assert.deepEqual(
      quiet.filter((notation) => parseParameter(notation)?.isSecret),
      ['SECRET', 'PASSWORD', 'USER'],
    );
  });

  describe('WORDS', () => {
    it('takes all that is left', () => {
      assert.deepEqual(read('WORDS', 'a B  c'), [['a', 'B', 'c'], 3]);
      const parameter = parseParameter('WORDS');
      assert.deepEqual(parameter?.read(splitWords('a b c'), 2), { value: ['c'], count: 1 });
    });

    it('refuses a word that is too long, at its place', () => {
      assert.match(`${read('WORDS', `a ${'x'.repeat(256)}`)}`, /^1: the value is longer than 255/);
    });
  });

  describe('{a|b}', () => {
    it('reads the words in their order and refuses any other', () => {
      assert.deepEqual(read('{one|two}', 'two one'), [['two', 'one'], 2]);
      assert.equal(read('{one|two}', 'one three'), '1: `three` is not one of them');
      assert.equal(read('{one|two}', 'one one'), '1: `one` stands there twice');
    });

    it('prefers a whole word to those that begin with it', () => {
      assert.deepEqual(read('{ab|abc}', 'ab'), [['ab'], 1]);
      assert.deepEqual(read('{abc|ab}', 'AB abc'), [['ab', 'abc'], 2]);
      assert.equal(read('{ab|abc}', 'a'), '0: `a` is not one of them');
    });

    it('ends before another word where that may follow, but never at once', () => {
      assert.deepEqual(read('{one|two}…', 'one three two'), [['one'], 1]);
      assert.equal(read('{one|two}…', 'three'), '0: `three` is not one of them');
      assert.equal(read('{one|two}…', 'one on'), '1: `one` stands there twice');
    });
  });

  describe('PASSWORD', () => {
    it('reads back every password that is written after a 0', () => {
      const anyWord = fc.stringMatching(/^[!-~]{1,12}$/);
      const anyGap = fc.nat(3).map((more) => ' '.repeat(1 + more));
      fc.assert(
        fc.property(fc.array(fc.tuple(anyWord, anyGap), { minLength: 1 }), (parts) => {
          const password = parts.flat().join('').trimEnd().slice(0, 255).trimEnd();
          const count = splitWords(password).length + 1;
          assert.deepEqual(read('PASSWORD', `0 ${password}`), [password, count]);
        }),
      );
    });

    for (const type of ['0', '7']) {
      it(`refuses a ${type} with nothing behind it`, () => {
        assert.equal(read('PASSWORD', type), '0: the password is missing');
      });
    }

    it('refuses every type that cannot be decoded, but no longer number', () => {
      for (const type of '12345689') {
        const problem = '0: the password is of a type that we cannot decode';
        assert.equal(read('PASSWORD', `${type} x`), problem);
      }
      assert.deepEqual(read('PASSWORD', '10 x'), ['10 x', 2]);
    });
  });
});
