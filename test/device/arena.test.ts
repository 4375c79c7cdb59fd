import { strict as assert } from 'node:assert';
import { Arena } from '../../src/device/arena.ts';

describe('device/arena', () => {
  it('deals out zeroed, aligned pieces that do not overlap, until it is used up', () => {
    const arena = new Arena(65_536);
    const [one, two, three] = [arena.take(3), arena.take(5, 64), arena.take(16)];
    assert.deepEqual([one, two, three], [0, 64, 80]);
    assert.deepEqual(arena.memory.subarray(0, 96), new Uint8Array(96));
    assert.throws(() => arena.take(65_536), /too small/);
    assert.throws(() => new Arena(0), /an arena has/);
  });

  it('writes into its tables the addresses that it tells', () => {
    const arena = new Arena(1_048_576);
    const table = arena.take(16);
    const view = new DataView(arena.memory.buffer);
    for (const target of [0, 4_095, 65_536, 1_048_575]) {
      arena.putIovec(table, target, 7);
      assert.equal(view.getBigUint64(table, true), BigInt(arena.address(target)));
      assert.equal(view.getBigUint64(table + 8, true), 7n);
    }
  });
});
