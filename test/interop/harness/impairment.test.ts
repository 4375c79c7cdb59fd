import { strict as assert } from 'node:assert';
import { Impairment } from './impairment.ts';

const BAD = { loss: 0.2, duplicate: 0.1, minMs: 5, maxMs: 40 };
const COUNT = 20_000;
const fates = (seed: number, options = BAD): number[][] => {
  const impairment = new Impairment(seed, options);
  return Array.from({ length: COUNT }, () => impairment.next());
};

describe('interop/harness/impairment', () => {
  it('gives the same fates for the same seed, and others for another', () => {
    assert.deepEqual(fates(7), fates(7));
    assert.notDeepEqual(fates(7), fates(8));
  });

  it('loses, duplicates and delays as much as it was asked to', () => {
    const all = fates(1);
    const share = (copies: number) => all.filter((fate) => fate.length === copies).length / COUNT;
    assert.ok(Math.abs(share(0) - 0.2) < 0.02, `lost ${share(0)}`);
    assert.ok(Math.abs(share(2) - 0.08) < 0.02, `duplicated ${share(2)}`);
    assert.ok(all.flat().every((ms) => ms >= 5 && ms < 40));
  });

  it('does nothing when nothing was asked for', () => {
    const none = { loss: 0, duplicate: 0, minMs: 0, maxMs: 0 };
    assert.ok(fates(1, none).every((fate) => fate.length === 1 && fate[0] === 0));
  });
});
