import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import * as tidy from './tools/tidy-rules.ts';

const LAYERS = new Map<string, tidy.Layer>([
  ['base', { imports: [], folders: [] }],
  ['wire', { imports: ['base'], folders: ['hdlc', 'ppp', 'l2tp', 'radius', 'inet', 'modem'] }],
  [
    'control',
    {
      imports: ['base', 'wire'],
      folders: ['modem', 'ppp', 'vpdn', 'l2tp', 'radius', 'call'],
    },
  ],
  ['forward', { imports: ['base', 'wire'], folders: ['pool', 'path'] }],
  ['sched', { imports: ['base'], folders: [] }],
  ['config', { imports: ['base'], folders: ['grammar', 'schema'] }],
  ['console', { imports: ['base', 'wire', 'config'], folders: ['parser', 'show', 'debug'] }],
  [
    'role',
    {
      imports: ['base', 'wire', 'control', 'forward', 'config'],
      folders: ['router', 'lac', 'lns'],
    },
  ],
  ['device', { imports: ['base'], folders: ['serial', 'udp', 'tun', 'flash'], outside: true }],
  ['image', { imports: ['base'], folders: ['board', 'rootfs'], outside: true }],
  [
    'main.ts',
    {
      imports: 'base wire control forward sched config console role device'.split(' '),
      folders: [],
      outside: true,
    },
  ],
]);
/** A hash is pure, so its implementation may be Node's. */
const MAY_IMPORT = new Map([['src/base/digest.ts', ['node:crypto']]]);

function readTree(top: string, wanted: RegExp): tidy.Files {
  const paths = readdirSync(top, { recursive: true, encoding: 'utf8' })
    .map((path) => `${top}/${path}`)
    .filter((path) => wanted.test(path));
  return new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
}

const layering = (files: tidy.Files): string[] => tidy.layering(files, LAYERS, MAY_IMPORT);
/** As text, so that all of them are seen. */
const none = (wrong: readonly string[]): void => assert.equal(wrong.join('\n'), '');
const plant = (files: Readonly<Record<string, string>>): tidy.Files =>
  new Map(Object.entries(files));

describe('src: the house of STYLE §1', () => {
  const source = readTree('src', /\.ts$/);
  const all = new Map([...source, ...readTree('test', /^test\/(?!fixtures\/).*\.(ts|mjs|cjs)$/)]);

  it('imports only what the table allows', () => none(layering(source)));
  it('has no cycle', () => none(tidy.cycles(source)));
  it('has no barrel and no default export', () => none(tidy.exportStyle(source)));
  it('keeps to 400 lines, 100 columns, nothing left open', () => {
    none(tidy.shape(all));
  });
});

describe('test/tools/tidy-rules: planted violations', () => {
  const EMPTY = { 'src/base/a.ts': '', 'src/control/ppp/a.ts': '', 'src/forward/path/a.ts': '' };
  for (const [path, text, complaint] of [
    [
      'src/base/b.ts',
      "import { x } from '../control/ppp/a.ts';",
      /base may not import src\/control/,
    ],
    [
      'src/forward/path/b.ts',
      "import type { X } from '../../control/ppp/a.ts';",
      /forward may not/,
    ],
    [
      'src/control/ppp/b.ts',
      "import {\n  x,\n} from '../../forward/path/a.ts';",
      /control may not/,
    ],
    ['src/sched/b.ts', "import '../control/ppp/a.ts';", /sched may not import src\/control/],
    ['src/device/b.ts', "const x = await import('../control/ppp/a.ts');", /device may not/],
    ['src/role/lac/b.ts', "import { open } from 'node:fs';", /role may not import node:fs/],
    ['src/wire/hdlc/b.ts', "import koffi from 'koffi';", /wire may not import koffi/],
    ['src/base/digest.ts', "import { open } from 'node:fs';", /base may not import node:fs/],
    ['src/main.ts', "import { x } from './image/a.ts';", /main\.ts may not import src\/image/],
    ['src/base/b.ts', "import { x } from '../role/lac/a.ts';", /base may not import src\/role/],
    ['src/base/b.ts', "import { x } from './gone.ts';", /there is no \.\/gone\.ts/],
    ['src/util/b.ts', '', /util is no layer/],
    ['src/wire/misc/b.ts', '', /wire\/ has no folder misc/],
  ] as const) {
    it(`rejects ${path}: ${text.replaceAll('\n', ' ')}`, () => {
      const files = { ...EMPTY, 'src/image/a.ts': '', 'src/role/lac/a.ts': '', [path]: text };
      const [first = '', ...others] = layering(plant(files));
      assert.match(first, complaint);
      assert.deepEqual(others, []);
    });
  }

  it('accepts what the table allows', () => {
    const files = {
      ...EMPTY,
      'src/base/digest.ts': "import { createHash } from 'node:crypto';",
      'src/control/ppp/b.ts': "import { x } from './a.ts';\nimport { y } from '../../base/a.ts';",
      'src/device/b.ts': "import { open } from 'node:fs';\nimport koffi from 'koffi';",
      'src/main.ts': "import { open } from './device/b.ts';",
    };
    assert.deepEqual(layering(plant(files)), []);
  });

  it('finds a cycle of three, and one that is only of types', () => {
    const files = plant({
      'src/base/a.ts': "import { b } from './b.ts';",
      'src/base/b.ts': "import type { C } from './c.ts';",
      'src/base/c.ts': "import { a } from './a.ts';",
    });
    assert.deepEqual(tidy.cycles(files), [
      'src/base/a.ts → src/base/b.ts → src/base/c.ts → src/base/a.ts',
    ]);
  });

  for (const [what, path, text] of [
    ['a barrel', 'src/base/index.ts', ''],
    ['passes on what another file exports', 'src/base/a.ts', "export {\n  b,\n} from './b.ts';"],
    ['passes on what another file exports', 'src/base/a.ts', "export * from './b.ts';"],
    ['passes on what another file exports', 'src/base/a.ts', "export type { B } from './b.ts';"],
    ['a default export', 'src/base/a.ts', 'export default 1;'],
    ['a default export', 'src/base/a.ts', 'const a = 1;\nexport { a as default };'],
  ] as const) {
    it(`rejects ${path}: ${text.replaceAll('\n', ' ')}`, () => {
      assert.deepEqual(tidy.exportStyle(plant({ [path]: text })), [`${path}: ${what}`]);
    });
  }

  it('counts lines and columns', () => {
    const longest = { 'src/a.ts': '\n'.repeat(400), 'src/b.ts': `${'x'.repeat(100)}\n` };
    assert.deepEqual(tidy.shape(plant(longest)), []);
    const tooLong = { 'src/a.ts': '\n'.repeat(401), 'src/b.ts': `\n${'é'.repeat(101)}\n` };
    assert.deepEqual(tidy.shape(plant(tooLong)), [
      'src/a.ts: 401 lines',
      'src/b.ts:2: 101 columns',
    ]);
  });

  // Put together here, so that the rule does not find them in this file.
  for (const words of [
    'TO DO',
    'FIX ME',
    'XX X',
    '@ts- ignore',
    '@ts- expect-error',
    '@ts- nocheck',
  ]
    .concat(['biome- ignore', 'c8  ignore', 'eslint- disable', 'oxlint- disable'])
    .concat(['it .skip', 'it .only', 'describe .skip', 'describe .only'])
    .map((words) => words.replace(' ', ''))) {
    it(`rejects ${words}`, () => {
      const text = `const a = 1; // ${words} that\n`;
      assert.deepEqual(tidy.shape(plant({ 'src/a.ts': text })), [
        'src/a.ts:1: left open or switched off',
      ]);
    });
  }
});
