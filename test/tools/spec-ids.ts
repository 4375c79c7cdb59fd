/**
 * The rules of test/fixtures/spec/ and the titles of the tests that prove them.
 * `npm run spec-ids` prints each MUST that no title names; `-- --write` makes later.ts of them.
 */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LATER, RECORDED_COUNT } from '../fixtures/spec/later.ts';

export interface Rule {
  readonly id: string;
  readonly isMust: boolean;
  /** The file of the spec it stands in: l2tp, ppp … */
  readonly area: string;
  readonly text: string;
}

const SPEC = 'test/fixtures/spec';
const ID = '[A-Z][A-Z0-9]*(?:-[A-Za-z0-9.]+)*-\\d+[a-z]?';
const RULE_ID = new RegExp(`\\*\\*(${ID})\\*\\*`);
const NAMED = new RegExp(`\\[(${ID}(?:, ?${ID})*)\\]`, 'g');

/** One line may hold several rules: `**A** / **B** MUST …`, `**A** SHOULD …; **B** MUST …`. */
export function parseRules(area: string, markdown: string): Rule[] {
  return markdown.split('\n').flatMap((line) => {
    const [, ...parts] = line.split(RULE_ID); // id, text, id, text …
    const rules: Rule[] = [];
    for (let at = parts.length - 2; at >= 0; at -= 2) {
      const own = (parts[at + 1] ?? '').replace(/\*Test:.*/, '').trim();
      const text = own === '/' ? (rules[0]?.text ?? '') : own; // it shares the next one's
      rules.unshift({ id: parts[at] ?? '', isMust: /\bMUST\b/.test(text), area, text });
    }
    return rules;
  });
}

export function readRules(): Rule[] {
  const names = readdirSync(SPEC).filter((name) => name.endsWith('.md'));
  return names.flatMap((name) =>
    parseRules(name.replace('.md', ''), readFileSync(join(SPEC, name), 'utf8')),
  );
}

export const idsIn = (title: string): string[] =>
  [...title.matchAll(NAMED)].flatMap(([, list = '']) => list.split(/, ?/));

/** What mocha would run, by its own word; and the titles of the runs with real peers. */
export function readTitles(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'pilac-titles-'));
  const output = join(folder, 'titles.json');
  try {
    const args = ['--dry-run', '--reporter', 'json', '--reporter-option', `output=${output}`];
    const mocha = ['node_modules/mocha/bin/mocha.js', ...args, 'test/**/*.test.ts'];
    execFileSync(process.execPath, mocha, { stdio: ['ignore', 'ignore', 'inherit'] });
    const { tests }: { tests: { fullTitle: string }[] } = JSON.parse(readFileSync(output, 'utf8'));
    return [...tests.map(({ fullTitle }) => fullTitle), ...readInteropTitles()];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readInteropTitles(): string[] {
  const top = 'test/interop';
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => readFileSync(join(top, path), 'utf8').match(/(['"`]).*?\1/g) ?? []);
}

/** What will prove a rule, by its id's first word or else its area, unless the table says it. */
const WHEN: Readonly<Record<string, string>> = {
  radius: 'RADIUS',
  modem: 'modem lines',
  CTUN: 'RADIUS',
  EAP: 'RADIUS',
  IP6: 'the LNS role',
  IPCP: 'the LNS role',
  IPCPX: 'the LNS role',
  LQM: 'the LNS role',
  MP: 'the LNS role',
  MSC1: 'RADIUS',
  MSC2: 'RADIUS',
};
/** Not accepted by the test: someone has to say it. */
export const NOT_SAID = 'not yet said';

function writeTable(missing: readonly Rule[]): void {
  const lines = missing.map(({ id, area }) => {
    const said = LATER[id] === NOT_SAID ? undefined : LATER[id];
    return `  '${id}': '${said ?? WHEN[id.replace(/-.*/, '')] ?? WHEN[area] ?? NOT_SAID}',\n`;
  });
  writeFileSync(
    join(SPEC, 'later.ts'),
    `/** Each MUST that no test title names yet, and what will prove it. Only ever shrinks. */
export const RECORDED_COUNT = ${missing.length};
export const LATER: Readonly<Record<string, string>> = {
${lines.join('')}};
`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = new Set(readTitles().flatMap(idsIn));
  const missing = readRules().filter(({ id, isMust }) => isMust && !named.has(id));
  for (const { area, id, text } of missing)
    console.log(`${area.padEnd(6)} ${id.padEnd(20)} ${text}`);
  console.log(`${missing.length} without a test`);
  if (process.argv.includes('--write')) {
    assert(missing.length <= RECORDED_COUNT, `the table only shrinks, it had ${RECORDED_COUNT}`);
    writeTable(missing);
  }
}
