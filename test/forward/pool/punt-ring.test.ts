import { strict as assert } from 'node:assert';
import { FramePool, SLOT_OCTETS } from '../../../src/forward/pool/frame-pool.ts';
import { PuntRing } from '../../../src/forward/pool/punt-ring.ts';

describe('forward/pool', () => {
  it('gives records back in order, with their numbers, round after round', () => {
    const ring = new PuntRing(3);
    for (let round = 0; round < 5; round++) {
      const memory = Uint8Array.of(9, round, round + 1, 9);
      assert.ok(ring.push(memory, 1, 3, 0xffffffff - round, round, 0xfffffff0 + round));
      assert.ok(ring.push(memory, 2, 2, 1, 2, 3));
      assert.deepEqual([ring.count, ring.first, ring.second], [2, 0xffffffff - round, round]);
      assert.equal(ring.third, 0xfffffff0 + round);
      const taken = ring.take();
      memory.fill(7);
      assert.deepEqual([...taken], [round, round + 1], 'a copy');
      assert.deepEqual([...ring.take()], []);
      assert.equal(ring.count, 0);
    }
  });

  it('refuses one record too many, and keeps those it has', () => {
    const ring = new PuntRing(2);
    const memory = new Uint8Array(2048).fill(5);
    assert.deepEqual(
      [1, 2, 3].map((n) => ring.push(memory, 0, 2048, n, 0, 0)),
      [true, true, false],
    );
    assert.deepEqual([ring.first, ring.take().length], [1, 2048]);
    assert.deepEqual([ring.first, ring.take().length], [2, 2048]);
    assert.equal(PuntRing.fits(2048), true);
    assert.equal(PuntRing.fits(2049), false);
  });

  it('lends each slot once, and asserts that none comes back twice', () => {
    const pool = new FramePool(100, 3);
    const slots = [pool.take(), pool.take(), pool.take()];
    assert.equal(pool.take(), -1);
    assert.deepEqual([pool.inUse, pool.capacity], [3, 3]);
    assert.deepEqual(
      slots.toSorted((a, b) => a - b),
      [100, 100 + SLOT_OCTETS, 100 + 2 * SLOT_OCTETS],
    );
    for (const slot of slots) pool.give(slot);
    assert.equal(pool.inUse, 0);
    assert.throws(() => pool.give(100), /twice/);
  });
});
