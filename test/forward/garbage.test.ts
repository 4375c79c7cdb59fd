import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The smallest object there is takes 12 octets, so one in twelve frames would be seen. */
const OCTETS_PER_FRAME_MAX = 1;
const OCTETS_PER_ACCESS_MAX = 600;

/** Runs a script, and looks at what each frame of its million took. */
function measure(url: URL): { readonly octetsAnAccess?: number } {
  const script = fileURLToPath(url);
  // A new space so large that it is not collected while it is measured.
  const space = ['--min-semi-space-size=64', '--max-semi-space-size=64'];
  const run = spawnSync(process.execPath, ['--import=tsx', '--expose-gc', ...space, script], {
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stderr);
  const measured = JSON.parse(run.stdout);
  const { frames, idleOctets, busyOctets, lost } = measured;
  assert.ok(frames >= 1_000_000);
  assert.equal(lost, 0);
  const perFrame = (busyOctets - idleOctets) / frames;
  assert.ok(perFrame < OCTETS_PER_FRAME_MAX, `${perFrame} octets a frame`);
  return measured;
}

describe('forward: no garbage', () => {
  it('takes less than an octet of heap a frame over a million frames of a line', () => {
    measure(new URL('garbage.ts', import.meta.url));
  });

  it('takes as little for a million packets of the LNS, and 600 octets an access', () => {
    const { octetsAnAccess = Number.POSITIVE_INFINITY } = measure(
      new URL('garbage-access.ts', import.meta.url),
    );
    assert.ok(octetsAnAccess <= OCTETS_PER_ACCESS_MAX, `${octetsAnAccess} octets an access`);
  });
});
