import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { type Command, execute } from '../../../src/console/parser/words.ts';

const say =
  (what: string): Command<undefined>['run'] =>
  (_, parameters) => [[what, ...parameters].join(' ')];
const COMMANDS: readonly Command<undefined>[] = [
  { pattern: 'show vpdn', run: say('vpdn') },
  { pattern: 'show version', run: say('version') },
  { pattern: 'show line', run: say('line') },
  { pattern: 'clear line <number>', run: say('clear') },
  { pattern: 'debug <name>…', run: say('debug') },
  { pattern: 'show', run: say('bare') },
];
const type = (line: string) => execute(COMMANDS, undefined, line);

describe('console/parser/words', () => {
  it('takes whole words and unique abbreviations', () => {
    assert.deepEqual(type('show vpdn'), ['vpdn']);
    assert.deepEqual(type('  sh   vp '), ['vpdn']);
    assert.deepEqual(type('SHOW LINE'), ['line']);
    assert.deepEqual(type('cl li 3'), ['clear 3']);
    assert.deepEqual(type('debug ppp negotiation'), ['debug ppp negotiation']);
  });

  it('says what is ambiguous', () => {
    assert.deepEqual(type('show v'), ['% Ambiguous command:  "show v"']);
  });

  it('says that a word is missing', () => {
    assert.deepEqual(type('clear line'), ['% Incomplete command.']);
    assert.deepEqual(type('debug'), ['% Incomplete command.']);
  });

  it('points at the word that does not fit', () => {
    const marker = "% Invalid input detected at '^' marker.";
    assert.deepEqual(type('show lime'), ['     ^', marker]);
    assert.deepEqual(type('nonsense'), ['^', marker]);
    assert.deepEqual(type('show line 3'), ['          ^', marker]);
  });

  it('says nothing to an empty line, and never throws', () => {
    assert.deepEqual(type('   '), []);
    fc.assert(fc.property(fc.string(), (line) => Array.isArray(type(line))));
  });
});
