/**
 * Makes a fresh clone ready: runs `npm ci` when node_modules is missing or older than the lock.
 * Runs before everything else, so it uses Node alone.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** @param {string} path */
const changedAt = (path) => statSync(root + path, { throwIfNoEntry: false })?.mtimeMs;

const installedAt = changedAt('node_modules/.package-lock.json');
if (installedAt === undefined || installedAt < (changedAt('package-lock.json') ?? 0)) {
  const why = installedAt === undefined ? 'missing' : 'older than package-lock.json';
  console.log(`node_modules is ${why}: npm ci`);
  const { status } = spawnSync('npm', ['ci'], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
