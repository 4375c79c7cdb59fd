import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Half of a boxed number, which is the least that can be made. */
const GARBAGE_FREE_OCTETS = 8;

describe('device (PERFORMANCE.md: no garbage a frame)', () => {
  it('makes none in the scheduler, the sockets, the serial line, the wheel', () => {
    const script = fileURLToPath(new URL('support/garbage-run.ts', import.meta.url));
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--import=tsx', '--max-semi-space-size=64', script],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    const { udpOctets, packetOctets, serialOctets } = JSON.parse(stdout);
    assert(udpOctets < GARBAGE_FREE_OCTETS, `UDP: ${udpOctets} octets a frame`);
    assert(packetOctets < GARBAGE_FREE_OCTETS, `packets: ${packetOctets} octets a packet`);
    assert(serialOctets < GARBAGE_FREE_OCTETS, `serial: ${serialOctets} octets a frame`);
  });
});
