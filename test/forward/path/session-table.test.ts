import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { SessionTable } from '../../../src/forward/path/session-table.ts';

describe('forward/path/session-table', () => {
  it('tells sessions of the same number in two tunnels apart', () => {
    const table = new SessionTable(4);
    table.add(1, 2, 10);
    table.add(2, 1, 11);
    table.add(2, 2, 12);
    assert.deepEqual([table.find(1, 2), table.find(2, 1), table.find(2, 2)], [10, 11, 12]);
    assert.deepEqual(
      [table.find(1, 1), table.find(0, 0), table.find(0xffff, 0xffff)],
      [-1, -1, -1],
    );
  });

  it('asserts its limit, and that a session is bound once', () => {
    const table = new SessionTable(2);
    table.add(1, 1, 0);
    assert.throws(() => table.add(1, 1, 1), /twice/);
    assert.throws(() => table.delete(1, 2), /never bound/);
    table.add(1, 2, 1);
    assert.throws(() => table.add(1, 3, 2), /full/);
    table.delete(1, 1);
    table.add(1, 3, 2);
    assert.equal(table.count, 2);
  });

  it('does as a Map, also when the places collide', () => {
    const id = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom(32, 64, 0xfffe, 0xffff));
    const step = fc.tuple(id, id, fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const table = new SessionTable(16);
        const model = new Map<string, number>();
        for (const [value, [tunnelId, sessionId, isAdding]] of steps.entries()) {
          const key = `${tunnelId}/${sessionId}`;
          if (isAdding && !model.has(key) && model.size < 16) {
            table.add(tunnelId, sessionId, value);
            model.set(key, value);
          } else if (!isAdding && model.delete(key)) {
            table.delete(tunnelId, sessionId);
          }
          for (const [t, s] of steps) assert.equal(table.find(t, s), model.get(`${t}/${s}`) ?? -1);
          assert.equal(table.count, model.size);
        }
      }),
      { numRuns: 60 },
    );
  });
});
