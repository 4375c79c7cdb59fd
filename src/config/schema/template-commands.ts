/** Commands of `interface Virtual-Template`. */
import { assert } from '../../base/assert.ts';
import { type Arg, interfaceOf, listOf, numberOf, textOf } from '../grammar/parameter.ts';
import { hostAddress } from './address-commands.ts';
import { METHODS, methodsOf } from './authentication.ts';
import { type Command, type Context, numberCommand, textCommand } from './command.ts';
import { DEFAULT_KEEPALIVE_S, DEFAULT_LIST, DEFAULT_POOL } from './defaults.ts';
import type { TemplateDraft } from './draft.ts';

const MODE = 'virtual-template';
/** IOS's own limits: about 25 days, and 136 years. */
const MAX_IDLE_S = 2_147_483;
const MAX_ABSOLUTE_MINUTES = 71_582_787;

export const TEMPLATE_COMMANDS: readonly Command[] = [
  {
    mode: MODE,
    pattern: 'ip unnumbered INTERFACE',
    apply: (context, args) => {
      const { type, unit } = interfaceOf(args[0]);
      const template = templateOf(context);
      template.unnumbered = { value: `${type}${unit}`, at: context.at };
      template.address = undefined;
    },
    reset: (context) => {
      templateOf(context).unnumbered = undefined;
    },
  },
  {
    mode: MODE,
    pattern: 'ip address A.B.C.D A.B.C.D',
    apply: (context, args) => {
      const template = templateOf(context);
      template.address = hostAddress(context, args);
      template.unnumbered = undefined;
    },
    reset: (context) => {
      templateOf(context).address = undefined;
    },
  },
  {
    mode: MODE,
    pattern: 'peer default ip address pool [WORDS]',
    apply: setPool,
    reset: (context) => {
      templateOf(context).pool = undefined;
    },
  },
  {
    mode: MODE,
    pattern: 'peer default ip address A.B.C.D',
    apply: ({ fail }) =>
      fail(
        'callers cannot all have one address',
        '`peer default ip address pool`, or `framed-ip-address` of a user',
      ),
    reset: (context) => {
      templateOf(context).pool = undefined;
    },
  },
  // The list of AAA may stand before `callin`, as IOS writes it out, or be the last word.
  ...[`{${METHODS}}…`, `{${METHODS}}… WORD [(callin)]`].map(authenticationCommand),
  {
    mode: MODE,
    pattern: 'ppp authorization [WORD]',
    apply: (context, args) => {
      templateOf(context).authorizationList = textOf(args[0] ?? DEFAULT_LIST);
    },
    reset: (context) => {
      templateOf(context).authorizationList = undefined;
    },
  },
  textCommand(MODE, 'ppp chap hostname WORD', (context, name) => {
    templateOf(context).chapHostname = name;
  }),
  serverCommand('dns', (template, addresses) => {
    template.dns = addresses;
  }),
  serverCommand('wins', (template, addresses) => {
    template.nbns = addresses;
  }),
  { mode: MODE, pattern: 'keepalive', apply: setKeepalive },
  {
    mode: MODE,
    pattern: 'keepalive <0-32767> [<1-255>]',
    apply: setKeepalive,
    reset: (context, _args, form) => {
      const template = templateOf(context);
      template.keepaliveS = form === 'no' ? 0 : undefined;
      template.keepaliveRetries = undefined;
    },
  },
  numberCommand(MODE, `ppp timeout idle <0-${MAX_IDLE_S}>`, (context, seconds) => {
    templateOf(context).idleS = seconds;
  }),
  {
    mode: MODE,
    pattern: `timeout absolute <0-${MAX_ABSOLUTE_MINUTES}> [<0-59>]`,
    apply: (context, args) => {
      const seconds = args[1] === undefined ? 0 : numberOf(args[1]);
      templateOf(context).absoluteS = 60 * numberOf(args[0]) + seconds;
    },
    reset: (context) => {
      templateOf(context).absoluteS = undefined;
    },
  },
  numberCommand(MODE, 'mtu <128-1500>', (context, octets) => {
    templateOf(context).mruOctets = octets;
  }),
  // A virtual access interface runs PPP whether that is said or not.
  { mode: MODE, pattern: 'encapsulation (ppp)', apply: () => {} },
  {
    mode: MODE,
    pattern: 'ppp multilink',
    apply: ({ note }) => {
      const said = '`ppp multilink`: the LNS negotiates no MRRU, a bundle has one link';
      note(`${MODE} ppp multilink`, said);
    },
    reset: () => {},
  },
];

function authenticationCommand(words: string): Command {
  return {
    mode: MODE,
    pattern: `ppp authentication ${words}`,
    apply: (context, args) => {
      const template = templateOf(context);
      template.authentication = methodsOf(context, args[0]);
      template.authenticationList = args[1] === undefined ? undefined : textOf(args[1]);
    },
    reset: (context) => {
      const template = templateOf(context);
      template.authentication = undefined;
      template.authenticationList = undefined;
    },
  };
}

function serverCommand(
  word: 'dns' | 'wins',
  put: (template: TemplateDraft, addresses: readonly number[] | undefined) => void,
): Command {
  return {
    mode: MODE,
    pattern: `ppp ipcp ${word} A.B.C.D [A.B.C.D]`,
    apply: (context, args) => put(templateOf(context), args.map(numberOf)),
    reset: (context) => put(templateOf(context), undefined),
  };
}

export function templateOf({ draft }: Pick<Context, 'draft'>): TemplateDraft {
  assert(draft.template !== undefined, 'a command of a template has its template');
  return draft.template;
}

function setPool(context: Context, args: readonly Arg[]): void {
  const { at, note } = context;
  const [first = DEFAULT_POOL, another] = args[0] === undefined ? [] : listOf(args[0]);
  templateOf(context).pool = { value: first.toLowerCase(), at };
  if (another === undefined) return;
  note(`${MODE} pools ${at.line}`, `of several pools the first is used: \`${first}\``);
}

/** Without a number: those of IOS, also after `no keepalive`. */
function setKeepalive(context: Context, args: readonly Arg[]): void {
  const template = templateOf(context);
  template.keepaliveS = args[0] === undefined ? DEFAULT_KEEPALIVE_S : numberOf(args[0]);
  template.keepaliveRetries = args[1] === undefined ? undefined : numberOf(args[1]);
}
