/**
 * `npm run mutate [-- FILES]`: which conditions of wire/ and control/ could be wrong unnoticed. Not
 * part of the test: it takes an hour or more, and its tool is fetched when it is asked for.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const STRYKER = '@stryker-mutator/core@10.1.1';
const STRYKER_NODE = 22;

const files = process.argv.slice(2);
if (Number.parseInt(process.versions.node, 10) < STRYKER_NODE) {
  console.log(`mutate: skipped, ${STRYKER} needs Node ${STRYKER_NODE}, this is ${process.version}`);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'pilac-mutate-'));
  const config = join(folder, 'stryker.json');
  writeFileSync(
    config,
    JSON.stringify({
      mutate: files.length > 0 ? files : ['src/wire/**/*.ts', 'src/control/**/*.ts'],
      // Its mocha runner cannot load this mocha, its look at tsconfig.json cannot load this tsc.
      testRunner: 'command',
      commandRunner: { command: "mocha --bail 'test/{wire,control}/**/*.test.ts'" },
      tsconfigFile: 'none',
      reporters: ['clear-text', 'progress'],
      tempDirName: join(folder, 'sandboxes'),
    }),
  );
  const { status } = spawnSync('npx', ['--yes', '-p', STRYKER, 'stryker', 'run', config], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
