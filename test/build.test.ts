import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../build.mjs';

/** Files that stand for native libraries, made up by the build itself. */
const NATIVE = /^native:/;

/** Folders of the packages that the firmware needs, as the lock has them. */
function productionPackages(): string[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  return Object.entries(packages as Record<string, { dev?: boolean }>)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path]) => `${path}/`);
}

/** @returns those that have no place in the firmware */
function strangers(inputs: readonly string[]): string[] {
  const allowed = ['src/', ...productionPackages()];
  return inputs.filter(
    (input) => !NATIVE.test(input) && !allowed.some((path) => input.startsWith(path)),
  );
}

describe('build.mjs', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pilac-build-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes a folder that runs alone: serial port, system calls, version', async () => {
    await bundle('test/fixtures/bundle-entry.ts', folder);
    assert.deepEqual(readdirSync(folder).sort(), ['koffi.node', 'pilac.cjs', 'serialport.node']);
    const said = execFileSync(process.execPath, ['pilac.cjs'], { cwd: folder, encoding: 'utf8' });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.deepEqual(JSON.parse(said), { version, samePid: true, opened: true });
  });

  it('puts src/ and packages of production into the firmware, nothing simulated', async () => {
    const inputs = await bundle('src/main.ts', folder);
    assert.ok(inputs.includes('src/main.ts') && inputs.includes('src/role/lns/lns.ts'));
    assert.deepEqual(strangers(inputs), []);
    // The bundle names each file in front of its text.
    const text = readFileSync(join(folder, 'pilac.cjs'), 'utf8');
    const named = [...text.matchAll(/^ *\/\/ ((?:src|test|node_modules)\/\S+)$/gm)].map(
      ([, path = '']) => path,
    );
    assert.ok(named.includes('src/main.ts'));
    assert.deepEqual(strangers(named), []);
    for (const simulated of ['pilac-demo', 'SimulatedHost', 'HdlcReader', 'calmCaller']) {
      assert.ok(!text.includes(simulated), simulated);
    }
  });

  it('would notice a simulated part', async () => {
    const inputs = await bundle('test/sim/demo/simulated-host.ts', folder);
    assert.ok(strangers(inputs).includes('test/sim/peers/icmp.ts'));
    assert.deepEqual(strangers(['node_modules/tsx/dist/cli.mjs']), [
      'node_modules/tsx/dist/cli.mjs',
    ]);
  });
});
