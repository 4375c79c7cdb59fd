import { strict as assert } from 'node:assert';
import { LATER, RECORDED_COUNT } from './fixtures/spec/later.ts';
import { idsIn, NOT_SAID, parseRules, readRules, readTitles } from './tools/spec-ids.ts';

/** Every way in which rules, titles and table may disagree. */
function disagreements(
  rules: readonly { readonly id: string; readonly isMust: boolean }[],
  titles: readonly string[],
  later: Readonly<Record<string, string>>,
): string[] {
  const known = new Set(rules.map(({ id }) => id));
  const named = new Set(titles.flatMap(idsIn));
  const wrong: string[] = [];
  for (const { id, isMust } of rules) {
    if (isMust && !named.has(id) && !(id in later)) wrong.push(`${id}: neither a test nor later`);
  }
  for (const [id, what] of Object.entries(later)) {
    if (!known.has(id)) wrong.push(`${id}: later, but no such rule`);
    if (named.has(id)) wrong.push(`${id}: later, but a test names it`);
    if (what === NOT_SAID) wrong.push(`${id}: later, but not what will prove it`);
  }
  for (const id of named)
    if (!known.has(id)) wrong.push(`${id}: a test names it, but no such rule`);
  return wrong;
}

describe('test/fixtures/spec: every MUST has a test, or a place in later.ts', () => {
  it('agrees with the titles of the tests (npm run spec-ids)', () => {
    assert.equal(disagreements(readRules(), readTitles(), LATER).join('\n'), '');
  });

  it('has a table that only shrinks: less than recorded is to be recorded, more is refused', () => {
    assert.equal(Object.keys(LATER).length, RECORDED_COUNT);
  });

  it('has each id once, and rules of all areas', () => {
    const rules = readRules();
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
    assert.deepEqual([...new Set(rules.map(({ area }) => area))].sort(), [
      'hdlc',
      'l2tp',
      'modem',
      'ppp',
      'radius',
      'trace',
    ]);
  });

  it('reads several rules off one line', () => {
    const markdown = `
- **A-1-01** / **A-1-02** MUST do both. *Test:* both.
- **A-1-03** SHOULD do it; **A-1-04** MUST NOT do that.
- **A-1-05** MAY do it; the receiver MUST accept it.
- **A-1-06** SHOULD do it. *Test:* it MUST be seen.
no rule MUST be here, nor **bold** MUST`;
    const read = parseRules('a', markdown).map(({ id, isMust }) => [id, isMust]);
    assert.deepEqual(read, [
      ['A-1-01', true],
      ['A-1-02', true],
      ['A-1-03', false],
      ['A-1-04', true],
      ['A-1-05', true],
      ['A-1-06', false],
    ]);
  });

  it('finds ids in titles', () => {
    assert.deepEqual(idsIn('does it [A-1-01] and [B-C-02, D-1.2-03], not [27] or [x]'), [
      'A-1-01',
      'B-C-02',
      'D-1.2-03',
    ]);
  });

  it('rejects planted disagreements', () => {
    const rules = ['A-01', 'A-02', 'A-03'].map((id) => ({ id, isMust: id !== 'A-03' }));
    assert.deepEqual(disagreements(rules, ['does [A-01]'], { 'A-02': 'an issue' }), []);
    const titles = ['does [A-01]', 'and [A-03, A-04]'];
    assert.deepEqual(disagreements(rules, titles, { 'A-01': 'x', 'A-05': NOT_SAID }), [
      'A-02: neither a test nor later',
      'A-01: later, but a test names it',
      'A-05: later, but no such rule',
      'A-05: later, but not what will prove it',
      'A-04: a test names it, but no such rule',
    ]);
  });
});
