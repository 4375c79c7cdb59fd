import { strict as assert } from 'node:assert';
import { IdleWatch } from '../../../src/control/ppp/idle-watch.ts';
import { Keepalive } from '../../../src/control/ppp/keepalive.ts';

const NEVER = Number.POSITIVE_INFINITY;

describe('control/ppp/keepalive (RFC 1661 §5.8)', () => {
  it('asks after each interval of silence, as often as it may, then is done [LCP-5.8-03]', () => {
    const keepalive = new Keepalive(10, 2);
    assert.equal(keepalive.deadline(), NEVER);
    keepalive.start(100);
    const answers = [109, 110, 119, 120, 129, 130].map((now) => keepalive.timer(now));
    assert.deepEqual(answers, ['wait', 'ask', 'wait', 'ask', 'wait', 'dead']);
  });

  it('begins anew whenever something is heard', () => {
    const keepalive = new Keepalive(10, 1);
    keepalive.start(0);
    assert.equal(keepalive.timer(10), 'ask');
    keepalive.heard(15);
    assert.equal(keepalive.deadline(), 25);
    assert.deepEqual([keepalive.timer(25), keepalive.timer(35)], ['ask', 'dead']);
  });

  it('does nothing before it is started, after it is stopped, and without an interval', () => {
    const keepalive = new Keepalive(10, 1);
    keepalive.heard(5);
    assert.equal(keepalive.deadline(), NEVER);
    keepalive.start(5);
    keepalive.stop();
    keepalive.heard(6);
    assert.deepEqual([keepalive.deadline(), keepalive.timer(100)], [NEVER, 'wait']);
    const none = new Keepalive(0, 1);
    none.start(0);
    none.heard(1);
    assert.equal(none.deadline(), NEVER);
  });
});

describe('control/ppp/idle-watch', () => {
  /** @returns when it says so, and how often it had to look */
  const watch = (idleMs: number, packetsAt: (now: number) => number): [number, number] => {
    let now = 1_000;
    let looks = 0;
    const idle = new IdleWatch(idleMs, () => packetsAt(now));
    idle.start(now);
    for (; looks < 1_000; looks++) {
      if (idle.deadline() === NEVER) break;
      now = idle.deadline();
      if (idle.timer(now)) return [now, looks + 1];
    }
    return [NEVER, looks];
  };

  it('says so when none has passed for so long, looking ten times', () => {
    assert.deepEqual(
      watch(500, () => 7),
      [1_500, 10],
    );
  });

  it('counts from the look that saw the last one', () => {
    const [end] = watch(500, (now) => (now < 1_160 ? 7 : 8));
    assert.equal(end, 1_700);
  });

  it('never says so while packets pass, or where no time is given', () => {
    assert.equal(watch(500, (now) => now)[0], NEVER);
    assert.deepEqual(
      watch(0, () => 7),
      [NEVER, 0],
    );
  });

  it('looks no more once it is stopped', () => {
    const idle = new IdleWatch(500, () => 7);
    idle.start(0);
    assert.equal(idle.timer(49), false);
    idle.stop();
    assert.deepEqual([idle.deadline(), idle.timer(10_000)], [NEVER, false]);
  });
});
