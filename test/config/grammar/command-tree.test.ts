import { strict as assert } from 'node:assert';
import { CommandTree, type Form } from '../../../src/config/grammar/command-tree.ts';
import { interfaceOf, listOf, numberOf, textOf } from '../../../src/config/grammar/parameter.ts';
import { splitWords } from '../../../src/config/grammar/words.ts';

const treeOf = (...rows: readonly (readonly [string, Form])[]): CommandTree<string> => {
  const tree = new CommandTree<string>();
  for (const [pattern, form] of rows) tree.add(pattern, pattern, form);
  return tree;
};

const found = (tree: CommandTree<string>, line: string) => {
  const result = tree.match(splitWords(line), 0);
  return result.kind === 'match'
    ? [result.leaf, result.args]
    : `${result.column}: ${result.problem}`;
};

describe('config/grammar/command-tree', () => {
  const optional = 'to A.B.C.D [(port) <1-9>] [(priority) <1-9>]';

  it('takes what stands in brackets or leaves it', () => {
    const tree = treeOf([optional, 'whole']);
    assert.deepEqual(found(tree, 'to 0.0.0.1'), [optional, [1]]);
    assert.deepEqual(found(tree, 'to 0.0.0.1 port 2'), [optional, [1, 'port', 2]]);
    assert.deepEqual(found(tree, 't 0.0.0.1 pr 3'), [optional, [1, 'priority', 3]]);
    assert.deepEqual(found(tree, 'to 0.0.0.1 po 2 pr 3'), [
      optional,
      [1, 'port', 2, 'priority', 3],
    ]);
    assert.equal(found(tree, 'to 0.0.0.1 pr 3 po 2'), '17: `po` is one word too many');
    assert.equal(found(tree, 'to'), '3: the command is incomplete');
    assert.equal(found(tree, ''), '1: the command is incomplete');
  });

  it('lets a reset leave out all behind the last keyword', () => {
    const tree = treeOf(['a b (x|y) <1-9>', 'reset'], ['a', 'whole']);
    assert.deepEqual(found(tree, 'a b'), ['a b (x|y) <1-9>', []]);
    assert.deepEqual(found(tree, 'a b x 3'), ['a b (x|y) <1-9>', ['x', 3]]);
    assert.deepEqual(found(tree, 'a'), ['a', []]);
  });

  it('takes anything behind a prefix, unless a longer command has it', () => {
    const tree = treeOf(['a', 'prefix'], ['a bc', 'prefix'], ['a bd <1-2>', 'whole']);
    assert.deepEqual(found(tree, 'a'), ['a', []]);
    assert.deepEqual(found(tree, 'a b'), ['a', []]);
    assert.deepEqual(found(tree, 'a x y'), ['a', []]);
    assert.deepEqual(found(tree, 'a bc y'), ['a bc', []]);
    assert.equal(found(tree, 'a bd 3'), '6: `3` is out of range');
  });

  it('says whether a keyword was abbreviated', () => {
    const tree = treeOf(['alpha beta', 'whole']);
    const isExact = (line: string) => {
      const result = tree.match(splitWords(line), 0);
      return result.kind === 'match' && result.isExact;
    };
    assert.deepEqual(['alpha beta', 'ALPHA beta', 'alpha be'].map(isExact), [true, true, false]);
  });

  it('prefers a whole keyword to those that begin with it', () => {
    const tree = treeOf(['ip', 'whole'], ['ipx', 'whole']);
    assert.deepEqual(found(tree, 'ip'), ['ip', []]);
    assert.equal(found(tree, 'i'), '1: `i` is ambiguous');
  });

  it('names at most twelve alternatives', () => {
    const rows = Array.from({ length: 14 }, (_, n) => [`k${n}`, 'whole'] as const);
    const result = treeOf(...rows).match(splitWords('x'), 0);
    assert.equal(result.kind === 'match' ? '' : result.expected.split(', ').length, 13);
    assert.match(result.kind === 'match' ? '' : result.expected, /`k11`, …$/);
  });

  it('asserts that its table is sound', () => {
    assert.throws(() => treeOf(['a', 'whole'], ['a', 'whole']), /two commands/);
    assert.throws(() => treeOf(['a WORD', 'whole'], ['a <1-2>', 'whole']), /two parameters/);
    assert.throws(() => treeOf(['a b', 'whole'], ['a (b|c)', 'whole']), /two roles/);
    assert.throws(() => treeOf(['aB', 'whole']), /lower case/);
    for (const read of [textOf, numberOf, interfaceOf, listOf]) {
      assert.throws(() => read(undefined), /the command has/);
    }
  });
});
