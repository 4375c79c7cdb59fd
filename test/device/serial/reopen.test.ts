import { strict as assert } from 'node:assert';
import { Reopen } from '../../../src/device/serial/reopen.ts';
import { TimingWheel } from '../../../src/sched/wheel.ts';

describe('device/serial/reopen', () => {
  let wheel: TimingWheel;
  let reopen: Reopen;
  let attempts: number[];
  let now: number;

  beforeEach(() => {
    now = 1_000;
    wheel = new TimingWheel(now);
    attempts = [];
    reopen = new Reopen(wheel, () => attempts.push(now));
  });

  /** Goes on to the next attempt. @returns how long that took */
  function wait(): number {
    const from = now;
    now = wheel.nextExpiry();
    wheel.advance(now);
    return now - from;
  }

  it('opens at once, then after 1, 2, 4, 8, 16, 30, 30 s', () => {
    reopen.start();
    reopen.start();
    assert.deepEqual(attempts, [1_000]);
    const delays = Array.from({ length: 7 }, () => {
      const said = reopen.failed(now);
      assert.equal(wait(), said);
      return said / 1_000;
    });
    assert.deepEqual(delays, [1, 2, 4, 8, 16, 30, 30]);
    assert.equal(attempts.length, 8);
  });

  it('does not take a device for a good one that goes as soon as it comes', () => {
    reopen.start();
    const delays = [1, 2, 3].map(() => {
      reopen.opened(now);
      reopen.failed(now + 9_999);
      return wait() - 9_999;
    });
    assert.deepEqual(delays, [1_000, 2_000, 4_000]);
  });

  it('begins anew with 1 s when octets came, or the device stayed for 10 s', () => {
    reopen.start();
    for (let failures = 0; failures < 4; failures++) {
      reopen.failed(now);
      wait();
    }
    reopen.opened(now);
    reopen.proven();
    assert.equal(reopen.failed(now), 1_000);
    wait();
    reopen.opened(now);
    now += 10_000;
    assert.equal(reopen.failed(now), 1_000);
  });

  it('counts no time as open in which it only tried', () => {
    reopen.start();
    reopen.failed(now);
    wait();
    now += 60_000; // an open that takes its time
    assert.equal(reopen.failed(now), 2_000);
  });

  it('makes no attempt once it is stopped, and leaves no timer', () => {
    reopen.start();
    reopen.failed(now);
    reopen.stop();
    reopen.stop();
    reopen.start();
    assert.equal(wheel.nextExpiry(), Number.POSITIVE_INFINITY);
    assert.deepEqual([attempts.length, wheel.count()], [1, 0]);
  });
});
