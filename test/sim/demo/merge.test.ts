import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { Merge } from './merge.ts';

const at = (ms: number): string => `Nov 23 09:05:07.${String(ms).padStart(3, '0')}`;

/** Lines as `FROM MS TEXT`. */
function merged(lines: readonly (readonly [string, number, string])[], before?: string): string[] {
  const merge = new Merge();
  for (const [from, ms, text] of lines) merge.add(from, `${at(ms)}: ${text}`);
  return merge.take(before).map(({ from, text }) => `${from}: ${text}`);
}

describe('sim/demo/merge', () => {
  it('goes by the stamps, whoever was heard first', () => {
    const lines = [
      ['lns', 2, 'b'],
      ['lns', 4, 'd'],
      ['lac', 1, 'a'],
      ['lac', 3, 'c'],
    ] as const;
    assert.deepEqual(merged(lines), ['lac: a', 'lns: b', 'lac: c', 'lns: d']);
  });

  it('gives a line without a stamp that of the line before', () => {
    const merge = new Merge();
    merge.add('lac', `${at(1)}: first`);
    merge.add('lac', '    at somewhere.ts:1');
    merge.add('lns', `${at(2)}: last`);
    assert.deepEqual(
      merge.take().map(({ stamp, text }) => [stamp, text]),
      [
        [at(1), 'first'],
        [at(1), '    at somewhere.ts:1'],
        [at(2), 'last'],
      ],
    );
  });

  it('shows what was sent before what was received in the same millisecond', () => {
    const sent = ['lac', 5, 'Tnl 7 L2TP: O SCCRQ, flg TLS, ver 2, ns 0, nr 0 C8 02'] as const;
    const parsed = ['lns', 5, 'L2X: Parse SCCRQ'] as const;
    const received = ['lns', 5, 'L2X: I SCCRQ, flg TLS, ver 2, ns 0, nr 0 C8 02'] as const;
    const expected = [sent, parsed, received].map(([from, , text]) => `${from}: ${text}`);
    assert.deepEqual(merged([sent, parsed, received]), expected);
    assert.deepEqual(merged([parsed, received, sent]), expected);
    const other = ['lac', 5, 'Tnl 7 L2TP: O SCCRQ, flg TLS, ver 2, ns 1, nr 0 C8 02'] as const;
    assert.equal(merged([parsed, received, other])[0], 'lns: L2X: Parse SCCRQ');
  });

  it('keeps back what is younger than asked for, and gives it once', () => {
    const merge = new Merge();
    for (const ms of [1, 2, 3]) merge.add('lac', `${at(ms)}: ${ms}`);
    const texts = (before?: string): string =>
      merge
        .take(before)
        .map(({ text }) => text)
        .join(' ');
    assert.equal(texts(at(3)), '1 2');
    assert.equal(texts(at(3)), '');
    assert.equal(texts(), '3');
  });

  it("loses none, and keeps each one's own order", () => {
    const line = fc.tuple(fc.constantFrom('lac', 'lns', 'demo'), fc.nat(3));
    fc.assert(
      fc.property(fc.array(line), (given) => {
        const clocks = new Map<string, number>();
        const lines = given.map(([from, step], index) => {
          const ms = (clocks.get(from) ?? 0) + step;
          clocks.set(from, ms);
          return [from, ms, String(index)] as const;
        });
        const all = merged(lines);
        assert.equal(all.length, lines.length);
        for (const name of clocks.keys()) {
          const own = lines
            .filter(([from]) => from === name)
            .map(([, , text]) => `${name}: ${text}`);
          assert.deepEqual(
            all.filter((one) => one.startsWith(`${name}:`)),
            own,
          );
        }
      }),
    );
  });
});
