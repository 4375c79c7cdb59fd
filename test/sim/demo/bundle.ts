/** The firmware as it ships, built anew: a quarter of a second, and nobody runs yesterday's. */
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../../build.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ENTRY = join(ROOT, 'src/main.ts');
const NAME = 'pilac.cjs';

/**
 * Into `dist/`, file by file, so that one who builds or starts it at the same time never finds half
 * of it; into a folder made by `makeFolder` when this clone is not ours to write. @returns the
 * program
 */
export async function buildFirmware(makeFolder: () => string): Promise<string> {
  const dist = join(ROOT, 'dist');
  let fresh: string;
  try {
    mkdirSync(dist, { recursive: true });
    fresh = mkdtempSync(join(dist, '.new-'));
  } catch {
    const folder = join(makeFolder(), 'dist');
    await bundle(ENTRY, folder);
    return join(folder, NAME);
  }
  try {
    await bundle(ENTRY, fresh);
    for (const name of readdirSync(fresh)) renameSync(join(fresh, name), join(dist, name));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return join(dist, NAME);
}
