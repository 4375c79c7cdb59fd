import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { AddressTable } from '../../../src/forward/path/address-table.ts';

const SIZE = 8;
/** Few enough that they meet: of a pool, far apart, and 0. */
const anyAddress = fc.oneof(
  fc.integer({ min: 0x0a000001, max: 0x0a00000c }),
  fc.constantFrom(0, -1, 0x7fffffff, -0x80000000, 0x40000001, 0x0a010001, 0x0a020001, 0x0a030001),
);
const anyStep = fc.record({ verb: fc.constantFrom('add', 'delete'), address: anyAddress });

describe('forward/path/address-table', () => {
  it('finds what was added and not deleted, as a map does', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 80 }), (steps) => {
        const table = new AddressTable(SIZE);
        const map = new Map<number, number>();
        for (const [value, { verb, address }] of steps.entries()) {
          if (verb === 'delete' && map.delete(address)) table.delete(address);
          else if (verb === 'add' && (map.has(address) || map.size < SIZE)) {
            assert.equal(table.add(address, value), !map.has(address));
            if (!map.has(address)) map.set(address, value);
          }
          for (const one of [...map.keys(), address]) {
            assert.equal(table.find(one), map.get(one) ?? -1);
          }
          assert.equal(table.count, map.size);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('holds as many as it was made for, and no more', () => {
    for (const size of [1, 2, 3, 4, 8, 1_000]) {
      const table = new AddressTable(size);
      for (let n = 0; n < size; n++) assert.equal(table.add(0x0a000000 + n, n), true);
      assert.throws(() => table.add(-1, 0), /address table is full/);
      for (let n = 0; n < size; n++) assert.equal(table.find(0x0a000000 + n), n);
      assert.equal(table.find(-1), -1);
    }
  });

  it('has nobody when it was made for nobody', () => {
    assert.equal(new AddressTable(0).find(0x0a000001), -1);
    assert.throws(() => new AddressTable(0).add(1, 1), /address table is full/);
    assert.throws(() => new AddressTable(1).delete(1), /nobody has/);
  });
});
