import { strict as assert } from 'node:assert';
import { Box, sccrqOf } from './box.ts';

/** At once, and one more in each. */
const BURST = 32;
const INTERVAL_MS = 100;

describe('control/l2tp/tunnel-table, what is read of strangers (RFC 2661 §9.1)', () => {
  const readOf = (box: Box, tunnelId: number, now: number): number => {
    let read = 0;
    while (read < 1000 && box.table.mayRead(tunnelId, now)) read++;
    return read;
  };

  it('reads so many at once, then one in each interval [L2TP-L-09]', () => {
    const box = new Box();
    assert.equal(readOf(box, 0, 0), BURST);
    assert.equal(readOf(box, 0, INTERVAL_MS - 1), 0);
    assert.equal(readOf(box, 0, INTERVAL_MS), 1);
    assert.equal(readOf(box, 0, 6 * INTERVAL_MS), 5);
    assert.equal(readOf(box, 0, 1_000_000), BURST, 'no more is saved up');
  });

  it('counts what would open a tunnel apart from all else', () => {
    const box = new Box();
    assert.equal(readOf(box, 12_345, 0), BURST);
    assert.equal(readOf(box, 54_321, 0), 0);
    assert.equal(readOf(box, 0, 0), BURST);
  });

  it('reads whatever comes for a tunnel that there is', () => {
    const box = new Box();
    const { localTunnelId } = box.accepted(sccrqOf(1));
    assert.equal(readOf(box, localTunnelId, 0), 1000);
  });

  it('lets a LAC that came in count no more: they may all come back at once', () => {
    const box = new Box();
    assert.equal(readOf(box, 0, 0), BURST);
    const tunnel = box.accepted(sccrqOf(1));
    box.scccn(tunnel);
    box.table.established(tunnel);
    assert.equal(readOf(box, 0, 0), 1);
  });
});
