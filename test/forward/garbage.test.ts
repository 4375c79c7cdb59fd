import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The smallest object there is takes 12 octets, so one in twelve frames would be seen. */
const OCTETS_PER_FRAME_MAX = 1;

describe('forward: no garbage', () => {
  it('takes less than an octet of heap a frame over a million frames', () => {
    const script = fileURLToPath(new URL('garbage.ts', import.meta.url));
    // A new space so large that it is not collected while it is measured.
    const space = ['--min-semi-space-size=64', '--max-semi-space-size=64'];
    const run = spawnSync(process.execPath, ['--import=tsx', '--expose-gc', ...space, script], {
      encoding: 'utf8',
    });
    assert.equal(run.status, 0, run.stderr);
    const { frames, idleOctets, busyOctets, lost } = JSON.parse(run.stdout);
    assert.ok(frames >= 1_000_000);
    assert.equal(lost, 0);
    const perFrame = (busyOctets - idleOctets) / frames;
    assert.ok(perFrame < OCTETS_PER_FRAME_MAX, `${perFrame} octets a frame`);
  });
});
