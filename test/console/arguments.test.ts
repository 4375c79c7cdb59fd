import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { parseArguments } from '../../src/console/arguments.ts';

describe('console/arguments', () => {
  it('takes values behind a space or an equals sign', () => {
    const expected = {
      kind: 'run',
      arguments: { config: 'a', check: false, console: '/s', debug: 'all' },
    };
    assert.deepEqual(parseArguments(['--config', 'a', '--console=/s', '--debug', 'all']), expected);
    assert.deepEqual(parseArguments(['--debug=all', '--console', '/s', '--config=a']), expected);
  });

  it('asks for nothing but the configuration', () => {
    const parsed = parseArguments(['--config', 'a', '--check']);
    assert.deepEqual(parsed, { kind: 'run', arguments: { config: 'a', check: true } });
  });

  it('gives help and version wherever they stand', () => {
    assert.deepEqual(parseArguments(['--check', '--help']), { kind: 'help' });
    assert.deepEqual(parseArguments(['--version', '--nonsense']), { kind: 'version' });
  });

  for (const [words, why] of [
    [[], '--config FILE is needed'],
    [['--check'], '--config FILE is needed'],
    [['--config'], '--config needs a value'],
    [['--config='], '--config needs a value'],
    [['--config', 'a', '--config', 'b'], '--config is given twice'],
    [['--config', 'a', '--colour'], 'unknown option --colour'],
    [['stray'], 'unknown option stray'],
    [['--config', 'a', '--check=yes'], 'unknown option --check=yes'],
  ] as const) {
    it(`says what is wrong with "${words.join(' ')}"`, () => {
      assert.deepEqual(parseArguments(words), { kind: 'wrong', why });
    });
  }

  it('never throws', () => {
    fc.assert(fc.property(fc.array(fc.string()), (words) => parseArguments(words) !== undefined));
  });
});
