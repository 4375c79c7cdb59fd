import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../build.mjs';

describe('build.mjs', () => {
  it('makes a folder that runs alone: serial port, system calls, version', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pilac-build-'));
    try {
      await bundle('test/fixtures/bundle-entry.ts', folder);
      assert.deepEqual(readdirSync(folder).sort(), ['koffi.node', 'pilac.cjs', 'serialport.node']);
      const said = execFileSync(process.execPath, ['pilac.cjs'], { cwd: folder, encoding: 'utf8' });
      const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
      assert.deepEqual(JSON.parse(said), { version, samePid: true, opened: true });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
