import { strict as assert } from 'node:assert';
import { monotonicMs, wallClockText } from '../../src/device/clock.ts';
import { entropy } from '../../src/device/entropy.ts';

describe('device/clock and entropy', () => {
  it('counts whole milliseconds that never go back', () => {
    const first = monotonicMs();
    assert(Number.isInteger(first));
    assert(first >= 0 && monotonicMs() >= first);
    // The same clock as Node's, up to where each begins.
    const ahead = (): number => monotonicMs() - performance.now();
    assert(Math.abs(ahead() - ahead()) < 1_000);
  });

  it('writes the time of day as IOS does', () => {
    assert.equal(wallClockText(new Date(2026, 1, 3, 9, 5, 7, 42)), 'Feb  3 09:05:07.042');
    assert.equal(wallClockText(new Date(2026, 11, 23, 19, 55, 0, 7)), 'Dec 23 19:55:00.007');
  });

  it('gives as many octets as asked for, never the same', () => {
    const [one, two] = [entropy.octets(16), entropy.octets(16)];
    assert.deepEqual([one.length, two.length], [16, 16]);
    assert.notDeepEqual(one, two);
  });
});
