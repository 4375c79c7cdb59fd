import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { judgeTie } from '../../../src/control/l2tp/tie.ts';
import { octetsOf } from './rig.ts';

const value = fc.uint8Array({ minLength: 8, maxLength: 8 });
const numberOf = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString('hex')}`);

describe('control/l2tp/tie (RFC 2661 §4.4.3)', () => {
  it('lets the lower value win, and nobody of two equals [L2TP-4.4.3-07]', () => {
    const low = octetsOf('0000000000000001');
    const high = octetsOf('0000000000000100');
    assert.equal(judgeTie(low, high), 'won');
    assert.equal(judgeTie(high, low), 'lost');
    assert.equal(judgeTie(high, high.slice()), 'even');
  });

  it('lets the side win that has one, and leaves two that have none [L2TP-4.4.3-07]', () => {
    const any = octetsOf('ffffffffffffffff');
    assert.equal(judgeTie(any, undefined), 'won');
    assert.equal(judgeTie(undefined, any), 'lost');
    assert.equal(judgeTie(undefined, undefined), 'none');
  });

  it('compares as one number of 64 bits, and both sides come to the same end', () => {
    fc.assert(
      fc.property(value, value, (ours, theirs) => {
        const [a, b] = [numberOf(ours), numberOf(theirs)];
        const expected = a === b ? 'even' : a < b ? 'won' : 'lost';
        assert.equal(judgeTie(ours, theirs), expected);
        const opposite = { won: 'lost', lost: 'won', even: 'even', none: 'none' } as const;
        assert.equal(judgeTie(theirs, ours), opposite[expected]);
      }),
    );
  });
});
