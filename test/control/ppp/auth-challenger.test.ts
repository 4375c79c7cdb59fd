import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { AuthChallenger } from '../../../src/control/ppp/auth-challenger.ts';
import { CountingValues } from './auth-rig.ts';
import { hexOf } from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;
const idsOf = (challenger: AuthChallenger, count: number): number[] =>
  Array.from({ length: count }, () => challenger.next(0)[1] ?? -1);

describe('control/ppp/auth-challenger (RFC 1994 §4.1)', () => {
  it('waits for nothing until it is started, and after it is stopped', () => {
    const challenger = new AuthChallenger('a', 1, new CountingValues());
    assert.equal(challenger.deadline(), NEVER);
    challenger.start('chap', 5);
    assert.deepEqual([challenger.deadline(), challenger.isSpent], [5, false]);
    challenger.stop();
    assert.deepEqual([challenger.deadline(), challenger.isSpent], [NEVER, true]);
  });

  it('forgets what it asked when it is started again', () => {
    const challenger = new AuthChallenger('a', 1, new CountingValues());
    challenger.start('chap', 0);
    challenger.next(0);
    assert.equal(challenger.find(1)?.value.length, 16);
    challenger.start('ms-chap', 0);
    assert.equal(challenger.find(1), undefined);
    challenger.next(0);
    assert.equal(challenger.find(2)?.value.length, 8);
    challenger.start('pap', 0);
    assert.deepEqual([challenger.find(2), challenger.isSpent], [undefined, true]);
  });

  it('leaves out the Identifier to be avoided, also at the end of the numbers', () => {
    for (const [avoided, expected] of [
      [undefined, [254, 255, 0, 1]],
      [254, [255, 0, 1, 2]],
      [255, [254, 0, 1, 2]],
      [0, [254, 255, 1, 2]],
    ] as const) {
      const challenger = new AuthChallenger('a', 254, new CountingValues());
      if (avoided !== undefined) challenger.avoid(avoided);
      challenger.start('chap', 0);
      assert.deepEqual(idsOf(challenger, 4), expected);
    }
  });

  it('makes ten thousand values without a repeat [CHAP-2.3-02]', () => {
    const random = { octets: (count: number) => Uint8Array.from(randomBytes(count)) };
    const challenger = new AuthChallenger('a', 1, random);
    const values = new Set<string>();
    for (let count = 0; count < 10_000; count++) {
      values.add(hexOf(challenger.unsent('ms-chap').subarray(5, 13)));
    }
    assert.equal(values.size, 10_000);
  });
});
