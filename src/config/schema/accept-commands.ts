/** Commands of `vpdn-group` and its `accept-dialin` that say which calls the LNS takes, and how. */
import { numberOf } from '../grammar/parameter.ts';
import { type Command, flagCommand, textCommand } from './command.ts';
import type { AcceptDialin } from './config.ts';
import { groupNumber, groupOf } from './group-commands.ts';

/** IOS has as many; interfaces are numbered by them. */
export const MAX_TEMPLATE = 4095;

export const ACCEPT_COMMANDS: readonly Command[] = [
  {
    mode: 'vpdn-group',
    pattern: 'accept-dialin',
    apply: (context) => {
      groupOf(context).acceptDialin ??= context.at;
      context.draft.mode = 'accept-dialin';
    },
    // As in IOS, whatever has no meaning without it goes with it.
    reset: (context) => {
      const group = groupOf(context);
      group.acceptDialin = undefined;
      group.acceptProtocol = undefined;
      group.virtualTemplate = undefined;
      group.terminateFrom = undefined;
      group.lcpRenegotiation = undefined;
      group.forceLocalChap = undefined;
    },
  },
  textCommand('accept-dialin', 'protocol (l2tp)', (context, protocol) => {
    groupOf(context).acceptProtocol = protocol;
  }),
  {
    mode: 'accept-dialin',
    pattern: `virtual-template <1-${MAX_TEMPLATE}>`,
    apply: (context, args) => {
      groupOf(context).virtualTemplate = { value: numberOf(args[0]), at: context.at };
    },
    reset: (context) => {
      groupOf(context).virtualTemplate = undefined;
    },
  },
  textCommand('vpdn-group', 'terminate-from hostname WORD', (context, value) => {
    groupOf(context).terminateFrom = value === undefined ? undefined : { value, at: context.at };
  }),
  textCommand('vpdn-group', 'lcp renegotiation (always|on-mismatch)', (context, when) => {
    groupOf(context).lcpRenegotiation = renegotiationOf(when);
  }),
  flagCommand('vpdn-group', 'force-local-chap', (context, on) => {
    groupOf(context).forceLocalChap = on;
  }),
  groupNumber('session-limit <1-32767>', (group, sessions) => {
    group.sessionLimit = sessions;
  }),
];

const renegotiationOf = (word: string | undefined): AcceptDialin['lcpRenegotiation'] =>
  word === 'always' || word === 'on-mismatch' ? word : 'never';
