/** Commands of the global configuration, and those that open a sub-mode. */
import type { InterfaceName } from '../grammar/interface-name.ts';
import { interfaceOf, listOf, numberOf, textOf } from '../grammar/parameter.ts';
import { MAX_TEMPLATE } from './accept-commands.ts';
import { type Command, type Context, flagCommand, numberCommand, textCommand } from './command.ts';
import { newAsync, newGroup, newLine, newTemplate } from './draft.ts';
import { parentOf } from './modes.ts';

const MAX_GROUPS = 256;
/** Numbers of lines; IOS counts its line 0 as the console. */
const MAX_LINE = 2000;

const MAX_SESSIONS = 4096;
/** Linux: IFNAMSIZ less its NUL, and nothing that the kernel would read as a pattern or a path. */
const TUN_NAME = /^[a-z\d_][a-z\d_.-]{0,14}$/i;
/** What `ip unnumbered` may name. */
const LENDERS: ReadonlySet<string> = new Set<InterfaceName['type']>([
  'BVI',
  'Ethernet',
  'FastEthernet',
  'GigabitEthernet',
  'Loopback',
  'Vlan',
]);

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
  numberCommand('global', `vpdn session-limit <1-${MAX_SESSIONS}>`, ({ draft }, sessions) => {
    draft.sessionLimit = sessions;
  }),
  textCommand('global', 'vpdn tun WORD', ({ draft, fail }, name) => {
    if (name === undefined || TUN_NAME.test(name)) draft.tunName = name;
    else fail('no interface can be named so', '15 letters, digits, `_`, `.` or `-` at most');
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

function openInterface(context: Context, type: InterfaceName['type'], unit: string): void {
  if (type === 'Async' || type === 'Group-Async') openAsync(context, type, unit);
  else if (type === 'Virtual-Template') openTemplate(context, unit);
  else openOther(context, type, unit);
}

function openAsync(
  { draft, at, fail }: Context,
  type: 'Async' | 'Group-Async',
  unit: string,
): void {
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

function openTemplate({ draft, at, fail }: Context, unit: string): void {
  const number = Number(unit);
  if (!Number.isInteger(number) || number < 1 || number > MAX_TEMPLATE) {
    fail(`\`${unit}\` numbers no Virtual-Template`, `a number from 1 to ${MAX_TEMPLATE}`);
    return;
  }
  draft.template = draft.templates.get(number) ?? newTemplate(number, at);
  draft.templates.set(number, draft.template);
  draft.mode = 'virtual-template';
}

function openOther({ draft, at, note }: Context, type: string, unit: string): void {
  draft.mode = 'other-interface';
  draft.lender = undefined;
  if (!LENDERS.has(type)) {
    note(`interface ${type}`, `\`interface ${type}\` has no meaning here`);
    return;
  }
  const name = `${type}${unit}`;
  const isLoopback = type === 'Loopback';
  draft.lender = draft.lenders.get(name) ?? { name, at, isLoopback, address: undefined };
  draft.lenders.set(name, draft.lender);
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
