/**
 * npm run interop [-- PATTERN | SUITE]: the product against peers that nobody here wrote. Needs
 * root on a Debian with /dev/net/tun; anywhere else it says why it skips, and fails in CI.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suites } from './cases/suites.ts';
import { killAllChildren } from './harness/child.ts';
import { Lns } from './harness/lns.ts';
import { Namespace, removeAllNamespaces } from './harness/namespace.ts';
import { BUNDLE, LAB } from './harness/paths.ts';
import { within } from './harness/until.ts';
import { type Case, type Station, type Suite, World } from './harness/world.ts';

/** As many suites at once as the smallest machine has cores. */
const WORKERS = 2;
/** How long a case may take to clean up behind itself. */
const CLOSE_LIMIT_MS = 30_000;

const pattern = process.argv[2] ?? '';
const artefacts = mkdtempSync(join(tmpdir(), 'pilac-interop-'));
let passed = 0;
let failed = 0;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function whyNot(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it needs root on Linux';
  if (!existsSync('/dev/net/tun')) return 'no /dev/net/tun';
  const check = spawnSync(`${LAB}/install-peers`, ['--check'], { encoding: 'utf8' });
  if (check.status === 0) return undefined;
  if (!existsSync('/usr/bin/apt-get')) return `no apt-get to install the peers: ${check.stdout}`;
  say(`installing peers: ${check.stdout.trim()}`);
  const install = spawnSync(`${LAB}/install-peers`, { encoding: 'utf8' });
  return install.status === 0 ? undefined : `install-peers: ${install.stdout}${install.stderr}`;
}

async function runCase(suite: Suite, test: Case, station: Station | undefined): Promise<void> {
  const dir = `${artefacts}/${suite.name}-${test.name}`;
  const startedAt = performance.now();
  const world = new World(dir, station);
  let error: unknown;
  try {
    await within(test.name, test.limitS * 1000, test.run(world));
  } catch (thrown) {
    error = thrown;
  }
  await within(`clean-up of ${test.name}`, CLOSE_LIMIT_MS, world.close()).catch((thrown) => {
    error ??= thrown;
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const name = `${suite.name}/${test.name}`;
  for (const note of world.notes) say(`     ${name}: ${note}`);
  if (error === undefined) {
    passed++;
    say(`ok   ${name}  ${seconds} s`);
    return;
  }
  failed++;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say(`FAIL ${name}  ${seconds} s  ${dir}\n${text.replaceAll(/^/gm, '     ')}`);
}

async function runSuite(suite: Suite): Promise<void> {
  const startedAt = performance.now();
  const { lns: kind } = suite;
  let namespace: Namespace | undefined;
  let lns: Lns | undefined;
  try {
    if (kind !== undefined) {
      namespace = new Namespace(`pilac${process.pid}${suite.name}`);
      lns = await Lns.boot(namespace, `${artefacts}/lns-${suite.name}`, kind);
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (kind !== undefined) say(`     ${suite.name}: LNS up in ${seconds} s`);
    const station = namespace && lns ? { namespace, lns } : undefined;
    for (const test of suite.cases) await runCase(suite, test, station);
    await lns?.stop();
  } catch (error) {
    failed++;
    say(`FAIL ${suite.name}: ${String(error)}`);
  } finally {
    namespace?.down();
  }
}

/** A suite by its name, or the cases whose name holds the pattern. */
function choose(text: string): Suite[] {
  const named = suites.filter(({ name }) => name === text);
  if (named.length > 0) return named;
  return suites
    .map((suite) => ({
      ...suite,
      cases: suite.cases.filter((test) => `${suite.name}/${test.name}`.includes(text)),
    }))
    .filter(({ cases }) => cases.length > 0);
}

/** Takes suites from the front until there is none. */
async function runAll(queue: Suite[]): Promise<void> {
  for (let suite = queue.shift(); suite !== undefined; suite = queue.shift()) {
    await runSuite(suite);
  }
}

function cleanUp(): void {
  killAllChildren();
  removeAllNamespaces();
}

async function main(): Promise<number> {
  if (!existsSync(BUNDLE)) {
    say(`${BUNDLE} is missing: npm run build`);
    return 1;
  }
  const reason = whyNot();
  if (reason !== undefined) {
    say(`interop is SKIPPED: ${reason}`);
    say('0 passed, 0 failed');
    return process.env.CI === 'true' ? 1 : 0;
  }
  const chosen = choose(pattern);
  const together = chosen.filter(({ isAlone }) => isAlone !== true);
  await Promise.all(Array.from({ length: WORKERS }, () => runAll(together)));
  await runAll(chosen.filter(({ isAlone }) => isAlone === true));
  if (failed > 0) say(`artefacts are in ${artefacts}`);
  say(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    cleanUp();
    process.exit(130);
  });
}
process.on('uncaughtException', (error) => {
  say(`FAIL ${error.stack ?? error.message}`);
  cleanUp();
  process.exit(1);
});
const status = await main();
cleanUp();
if (status === 0) rmSync(artefacts, { recursive: true, force: true });
process.exit(status);
