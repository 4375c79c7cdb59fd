/** Commands of `vpdn-group`, its `request-dialin` and what both roles say of their tunnels. */
import { assert } from '../../base/assert.ts';
import { type Arg, numberOf, textOf } from '../grammar/parameter.ts';
import { type Command, type Context, flagCommand, numberCommand, textCommand } from './command.ts';
import { DEFAULT_PRIORITY, L2TP_UDP_PORT } from './defaults.ts';
import type { GroupDraft } from './draft.ts';

const MAX_INITIATE_TO = 16; // addresses a group
const MAX_KEYS = 1024; // dnis, and as many domains, a group

export const GROUP_COMMANDS: readonly Command[] = [
  {
    mode: 'vpdn-group',
    pattern: 'request-dialin',
    apply: (context) => {
      groupOf(context).requestDialin ??= context.at;
      context.draft.mode = 'request-dialin';
    },
    reset: (context) => {
      const group = groupOf(context);
      group.requestDialin = undefined;
      group.protocol = undefined;
      group.dnis.clear();
      group.domains.clear();
    },
  },
  textCommand('request-dialin', 'protocol (l2tp)', (context, protocol) => {
    groupOf(context).protocol = protocol;
  }),
  keyCommand('dnis', (group) => group.dnis),
  keyCommand('domain', (group) => group.domains),
  {
    mode: 'vpdn-group',
    pattern: 'initiate-to ip A.B.C.D [(port) <1-65535>] [(priority) <1-32767>]',
    apply: initiateTo,
    reset: (context, args) => {
      const group = groupOf(context);
      group.initiateTo = group.initiateTo.filter(
        ({ address }) => args[0] !== undefined && address !== args[0],
      );
    },
  },
  textCommand('vpdn-group', 'local name WORD', (context, name) => {
    groupOf(context).localName = name;
  }),
  textCommand('vpdn-group', 'l2tp tunnel password SECRET', (context, password) => {
    groupOf(context).tunnelPassword = password;
  }),
  flagCommand('vpdn-group', 'l2tp tunnel authentication', (context, on) => {
    groupOf(context).tunnelAuthentication = on;
  }),
  flagCommand('vpdn-group', 'l2tp hidden', (context, on) => {
    groupOf(context).hidden = on === true ? context.at : undefined;
  }),
  flagCommand('vpdn-group', 'l2tp sequencing', (context, on) => {
    groupOf(context).sequencing = on;
  }),
  flagCommand('vpdn-group', 'l2tp tunnel tie-breaker', (context, on) => {
    groupOf(context).tieBreaker = on;
  }),
  numberCommand('vpdn-group', 'source-ip A.B.C.D', (context, value) => {
    groupOf(context).sourceIp = value === undefined ? undefined : { value, at: context.at };
  }),
  groupNumber('l2tp tunnel hello <0-1000>', (group, seconds) => {
    group.helloS = seconds;
  }),
  groupNumber('l2tp tunnel receive-window <1-5000>', (group, window) => {
    group.receiveWindow = window;
  }),
  groupNumber('l2tp tunnel timeout no-session <0-86400>', (group, seconds) => {
    group.noSessionS = seconds;
  }),
  {
    mode: 'vpdn-group',
    pattern: 'l2tp tunnel timeout no-session never',
    apply: (context) => {
      groupOf(context).noSessionS = Number.POSITIVE_INFINITY;
    },
  },
  // IOS begins at 60 s here; tests want less.
  groupNumber('l2tp tunnel timeout setup <1-6000>', (group, seconds) => {
    group.setupS = seconds;
  }),
  groupNumber('l2tp tunnel retransmit retries <1-1000>', (group, count) => {
    group.retries = count;
  }),
  groupNumber('l2tp tunnel retransmit initial retries <1-1000>', (group, count) => {
    group.initialRetries = count;
  }),
  groupNumber('l2tp tunnel retransmit timeout min <1-8>', (group, seconds) => {
    group.retransmitMinS = seconds;
  }),
  groupNumber('l2tp tunnel retransmit timeout max <1-8>', (group, seconds) => {
    group.retransmitMaxS = seconds;
  }),
  flagCommand('vpdn-group', 'l2tp compat cisco', (context, on) => {
    groupOf(context).cisco = on;
  }),
  flagCommand('vpdn-group', 'l2tp compat restore-header', (context, on) => {
    groupOf(context).restoreHeader = on;
  }),
];

export function groupOf({ draft }: Context): GroupDraft {
  assert(draft.group !== undefined, 'a command of vpdn-group has its group');
  return draft.group;
}

export function groupNumber(
  pattern: string,
  put: (group: GroupDraft, value: number | undefined) => void,
): Command {
  return numberCommand('vpdn-group', pattern, (context, value) => put(groupOf(context), value));
}

/** Domains know no case. */
function keyCommand(kind: string, keysOf: (group: GroupDraft) => GroupDraft['dnis']): Command {
  return {
    mode: 'request-dialin',
    pattern: `${kind} WORD`,
    apply: (context, args) => {
      const keys = keysOf(groupOf(context));
      if (keys.size < MAX_KEYS) keys.set(textOf(args[0]).toLowerCase(), context.at);
      else context.fail(`there are too many ${kind} lines`, `at most ${MAX_KEYS} in a group`);
    },
    reset: (context, args) => {
      const keys = keysOf(groupOf(context));
      if (args[0] === undefined) keys.clear();
      else keys.delete(textOf(args[0]).toLowerCase());
    },
  };
}

/** The same address and port again changes its priority. */
function initiateTo(context: Context, args: readonly Arg[]): void {
  const group = groupOf(context);
  const address = numberOf(args[0]);
  const port = numberBehind('port', args) ?? L2TP_UDP_PORT;
  const priority = numberBehind('priority', args) ?? DEFAULT_PRIORITY;
  const others = group.initiateTo.filter((one) => one.address !== address || one.port !== port);
  if (others.length >= MAX_INITIATE_TO) {
    context.fail('there are too many addresses', `at most ${MAX_INITIATE_TO} in a group`);
    return;
  }
  group.initiateTo = [...others, { address, port, priority }];
}

function numberBehind(word: string, args: readonly Arg[]): number | undefined {
  const at = args.indexOf(word);
  return at < 0 ? undefined : numberOf(args[at + 1]);
}
