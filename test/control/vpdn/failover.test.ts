import { strict as assert } from 'node:assert';
import type { ClearCause } from '../../../src/control/l2tp/tunnel-port.ts';
import { Failover, mayTryNext } from '../../../src/control/vpdn/failover.ts';
import { anyProfile } from '../../support/profile.ts';

const cause = (by: ClearCause['by'], result?: number, error?: number): ClearCause => ({
  by,
  text: 'as the test says',
  ...(result === undefined ? {} : { result: error === undefined ? { result } : { result, error } }),
});

describe('control/vpdn/failover (RFC 2661 §4.4.2)', () => {
  it('takes the addresses in order of priority, equal ones as they are written', () => {
    const failover = new Failover(
      anyProfile([
        [1, 20],
        [2, 10],
        [3, 20],
        [4, 10],
      ]),
    );
    const taken = [1, 2, 3, 4, 5].map(() => failover.next()?.address);
    assert.deepEqual(taken, [2, 4, 1, 3, undefined]);
  });

  it('gives an SCCRQ 7 s while another address is left, the last one the full cycle', () => {
    const failover = new Failover(
      anyProfile([
        [1, 1],
        [2, 2],
      ]),
    );
    failover.next();
    assert.equal(failover.patienceMs(), 7_000);
    failover.next();
    assert.equal(failover.patienceMs(), Number.POSITIVE_INFINITY);
  });

  it('tries the next LNS on the codes that invite it, and on time-out [L2TP-4.4.2-02]', () => {
    const inviting: ClearCause[] = [
      cause('peer', 4),
      cause('peer', 5),
      ...[4, 7, 9, 10, 11, 12].map((error) => cause('peer', 2, error)),
      ...[0, 1, 8].map((error) => cause('tunnel', 2, error)),
      cause('tunnel', 4),
      cause('tunnel', 6),
      cause('silence'),
      cause('setup-timer'),
    ];
    for (const one of inviting) assert.equal(mayTryNext(one), true, JSON.stringify(one));
  });

  it('takes every other refusal for an answer [L2TP-4.4.2-02]', () => {
    const final: ClearCause[] = [
      ...[1, 3, 6, 7, 8, 9, 10, 11, 99].map((result) => cause('peer', result)),
      cause('peer', 2),
      ...[0, 1, 2, 3, 5, 6, 8].map((error) => cause('peer', 2, error)),
      ...[1, 3, 5, 7].map((result) => cause('tunnel', result)),
    ];
    for (const one of final) assert.equal(mayTryNext(one), false, JSON.stringify(one));
  });
});
