import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** What the linters' configuration must reject, one violation a line. */
const PLANTED = [
  ['no-restricted-globals', 'export const a = Date.now();'],
  ['no-restricted-globals', 'export const b = setTimeout(Number, 1);'],
  ['no-restricted-globals', 'export const c = setInterval(Number, 1);'],
  ['no-restricted-globals', 'export const d = setImmediate(Number);'],
  ['no-restricted-globals', 'export const e = process.pid;'],
  ['no-restricted-globals', "console.log('f');"],
  ['no-restricted-globals', 'export const g = Buffer.alloc(1);'],
  ['no-restricted-globals', 'export const h = performance.now();'],
  ['no-restricted-globals', 'export const i = globalThis;'],
  ['no-restricted-properties', 'export const j = Math.random();'],
  ['no-null', 'export const k = null;'],
  ['no-floating-promises', 'Promise.resolve(1);'],
  [
    'switch-exhaustiveness-check',
    "export const n = (a: 'b' | 'c'): void => { switch (a) { case 'b': } };",
  ],
  ['no-unsafe-assignment', "export const l = JSON.parse('1');"],
  ['only-throw-error', "export const m = (): never => { throw 'm'; };"],
] as const;

describe('the linters (.oxlintrc.json, biome.json): planted violations', () => {
  let folder = '';
  const write = (path: string, text: string): string => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return path;
  };
  const run = (tool: string, ...args: readonly string[]): string => {
    const file = resolve('node_modules/.bin', tool);
    const { stdout, stderr } = spawnSync(file, args, { cwd: folder, encoding: 'utf8' });
    return stdout + stderr;
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pilac-lint-'));
    for (const file of ['.oxlintrc.json', 'biome.json', 'tsconfig.json']) {
      copyFileSync(file, join(folder, file));
    }
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('oxlint rejects each in wire/', () => {
    const path = write('src/wire/a.ts', PLANTED.map(([, line]) => `${line}\n`).join(''));
    const found = [
      ...run('oxlint', '--type-aware', '--format=unix', 'src').matchAll(/a\.ts:(\d+):.*\((\S+)\)/g),
    ];
    const rejected = found.map(([, line, rule]) => `${line} ${rule}`);
    for (const [at, [rule, line]] of PLANTED.entries()) {
      assert.ok(
        rejected.includes(`${at + 1} ${rule}`),
        `${line} in ${path}: ${rejected.join(', ')}`,
      );
    }
  });

  it('oxlint lets device/, image/ and main.ts use what Node has', () => {
    rmSync(join(folder, 'src'), { recursive: true, force: true });
    const allowed = PLANTED.slice(0, 10)
      .map(([, line]) => `${line}\n`)
      .join('');
    for (const path of ['src/device/a.ts', 'src/image/a.ts', 'src/main.ts']) write(path, allowed);
    assert.match(run('oxlint', '--type-aware', 'src'), /Found 0 warnings and 0 errors/);
  });

  const body = '  a++;\n'.repeat(69);
  const long = `export function long(a: number): number {\n${body}  return a;\n}\n`;
  for (const [rule, path, text] of [
    ['noExcessiveLinesPerFunction', 'src/wire/b.ts', long],
    ['noNonNullAssertion', 'src/wire/b.ts', 'export const a = [1][0]!;\n'],
    ['noExplicitAny', 'src/wire/b.ts', 'export const a = (b: any): string => String(b);\n'],
    ['noEnum', 'src/wire/b.ts', 'export enum A {\n  B,\n}\n'],
    ['noDefaultExport', 'src/wire/b.ts', 'export default 1;\n'],
    ['useImportType', 'src/wire/b.ts', "import { A } from './c.ts';\n\nexport type B = A;\n"],
    ['useImportExtensions', 'src/wire/b.ts', "import { a } from './c';\n\nexport const b = a;\n"],
  ] as const) {
    it(`biome rejects ${rule}`, () => {
      rmSync(join(folder, 'src'), { recursive: true, force: true });
      write('src/wire/c.ts', 'export const a = 1;\nexport type A = typeof a;\n');
      write(path, text);
      assert.match(run('biome', 'check', '--vcs-enabled=false'), new RegExp(`/${rule}\\b`));
    });
  }

  it('biome lets base/octets.ts alone assert that there is an octet', () => {
    rmSync(join(folder, 'src'), { recursive: true, force: true });
    write('src/base/octets.ts', 'export const a = [1][0]!;\n');
    assert.doesNotMatch(run('biome', 'check', '--vcs-enabled=false', 'src'), /noNonNullAssertion/);
  });
});
