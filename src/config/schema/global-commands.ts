/** Commands of the global configuration, and those that open a sub-mode. */
import { interfaceOf, listOf, numberOf, textOf } from '../grammar/parameter.ts';
import { type Command, type Context, flagCommand, numberCommand, textCommand } from './command.ts';
import { newAsync, newGroup, newLine } from './draft.ts';
import { parentOf } from './modes.ts';

const MAX_GROUPS = 256;
/** Numbers of lines; IOS counts its line 0 as the console. */
const MAX_LINE = 2000;

const isSearchKey = (word: string): word is 'dnis' | 'domain' =>
  word === 'dnis' || word === 'domain';

export const GLOBAL_COMMANDS: readonly Command[] = [
  {
    mode: 'global',
    pattern: 'exit',
    apply: ({ draft }) => {
      draft.mode = parentOf(draft.mode) ?? 'global';
    },
  },
  {
    mode: 'global',
    pattern: 'end',
    apply: ({ draft }) => {
      draft.mode = 'global';
    },
  },
  textCommand('global', 'hostname WORD', ({ draft }, name) => {
    draft.hostname = name;
  }),
  flagCommand('global', 'vpdn enable', ({ draft }, on) => {
    draft.vpdnEnabled = on ?? false;
  }),
  {
    mode: 'global',
    pattern: 'vpdn search-order {dnis|domain}',
    apply: ({ draft }, args) => {
      draft.searchOrder = listOf(args[0]).filter(isSearchKey);
    },
    reset: ({ draft }) => {
      draft.searchOrder = undefined;
    },
  },
  numberCommand('global', 'vpdn source-ip A.B.C.D', ({ draft }, address) => {
    draft.sourceIp = address;
  }),
  numberCommand('global', 'vpdn source-port <1-65535>', ({ draft }, port) => {
    draft.sourcePort = port;
  }),
  {
    mode: 'global',
    pattern: 'vpdn-group WORD',
    apply: (context, args) => openGroup(context, textOf(args[0])),
    reset: ({ draft }, args) => {
      if (args[0] === undefined) return;
      draft.groups.delete(textOf(args[0]));
      draft.mode = 'global';
    },
  },
  {
    mode: 'global',
    pattern: 'interface INTERFACE',
    apply: (context, args) => {
      const { type, unit } = interfaceOf(args[0]);
      openInterface(context, type, unit);
    },
  },
  {
    mode: 'global',
    pattern: `line <1-${MAX_LINE}> [<1-${MAX_LINE}>]`,
    apply: (context, args) => {
      const first = numberOf(args[0]);
      openLines(context, first, args[1] === undefined ? first : numberOf(args[1]));
    },
  },
];

function openGroup({ draft, at, fail }: Context, name: string): void {
  if (!draft.groups.has(name) && draft.groups.size >= MAX_GROUPS) {
    fail('there are too many groups', `at most ${MAX_GROUPS}`);
    return;
  }
  draft.group = draft.groups.get(name) ?? newGroup(name, at);
  draft.groups.set(name, draft.group);
  draft.mode = 'vpdn-group';
}

function openInterface({ draft, at, fail, note }: Context, type: string, unit: string): void {
  if (type !== 'Async' && type !== 'Group-Async') {
    draft.mode = 'other-interface';
    note(`interface ${type}`, `\`interface ${type}\` has no meaning here`);
    return;
  }
  const number = Number(unit);
  if (!Number.isInteger(number) || number < 1 || number > MAX_LINE) {
    fail(`\`${type}${unit}\` has no line`, `a number from 1 to ${MAX_LINE}`);
    return;
  }
  const isGroup = type === 'Group-Async';
  const known = isGroup ? draft.groupAsyncs : draft.asyncs;
  draft.async = known.get(number) ?? newAsync(at, isGroup);
  known.set(number, draft.async);
  draft.mode = 'async';
}

function openLines({ draft, at, fail }: Context, first: number, last: number): void {
  if (last < first) {
    fail('the range of lines runs backwards', 'its lower number first');
    return;
  }
  const lines = Array.from({ length: last - first + 1 }, (_, index) => {
    const line = draft.lines.get(first + index) ?? newLine(first + index, at);
    line.at = at;
    draft.lines.set(line.number, line);
    return line;
  });
  draft.currentLines = lines;
  draft.mode = 'line';
}
