/** Commands of `line`, `interface Async` and `interface Group-Async`. */
import { assert } from '../../base/assert.ts';
import { type Arg, numberOf, textOf } from '../grammar/parameter.ts';
import { METHODS, methodsOf } from './authentication.ts';
import { type Command, type Context, flagCommand, numberCommand, textCommand } from './command.ts';
import type { AsyncDraft, LineDraft } from './draft.ts';

export const LINE_COMMANDS: readonly Command[] = [
  {
    mode: 'line',
    pattern: 'device WORD',
    apply: setDevice,
    reset: ({ draft }) => {
      for (const line of draft.currentLines) line.device = undefined;
    },
  },
  // Every line is direct so far; the word is there so that a configuration can say it.
  textCommand('line', 'modem type (direct)', () => {}),
  textCommand('line', 'called-number WORD', ({ draft }, number) => {
    for (const line of draft.currentLines) line.calledNumber = number;
  }),
  textCommand('line', 'calling-number WORD', ({ draft }, number) => {
    for (const line of draft.currentLines) line.callingNumber = number;
  }),
  numberCommand('line', 'speed <50-4000000>', ({ draft }, speedBps) => {
    for (const line of draft.currentLines) line.speedBps = speedBps;
  }),
  textCommand('line', 'flowcontrol (none|hardware|software)', ({ draft }, word) => {
    for (const line of draft.currentLines) line.flowControl = flowControlOf(word);
  }),
  // PPP's framing needs whole octets (RFC 1662 §2): the words are known, other values refused.
  numberCommand('line', 'databits <8-8>', () => {}),
  textCommand('line', 'parity (none)', () => {}),
  numberCommand('line', 'stopbits <1-1>', () => {}),
];

export const ASYNC_COMMANDS: readonly Command[] = [
  textCommand('async', 'encapsulation (ppp)', (context, word) => {
    asyncOf(context).encapsulated = word !== undefined;
  }),
  flagCommand('async', 'shutdown', (context, on) => {
    asyncOf(context).shutdown = on;
  }),
  {
    mode: 'async',
    // The list of methods can be no other than this one.
    pattern: `ppp authentication {${METHODS}|default}`,
    apply: (context, args) => {
      asyncOf(context).authentication = methodsOf(context, args[0]);
    },
    reset: (context) => {
      asyncOf(context).authentication = undefined;
    },
  },
  textCommand('async', 'ppp chap hostname WORD', (context, name) => {
    asyncOf(context).chapHostname = name;
  }),
  flagCommand('async', 'ppp multilink', (context, on) => {
    asyncOf(context).multilink = on;
  }),
  numberCommand('async', 'mtu <128-1500>', (context, octets) => {
    asyncOf(context).mruOctets = octets;
  }),
  {
    mode: 'async',
    pattern: 'group-range <1-2000> <1-2000>',
    apply: (context, args) => {
      const [first, last] = [numberOf(args[0]), numberOf(args[1])];
      const { isGroup } = asyncOf(context);
      if (!isGroup)
        context.fail('this interface has no members', 'it below `interface Group-Async`');
      else if (last < first) context.fail('the range runs backwards', 'its lower number first');
      else asyncOf(context).range = { first, last, at: context.at };
    },
    reset: (context) => {
      asyncOf(context).range = undefined;
    },
  },
];

function asyncOf({ draft }: Context): AsyncDraft {
  assert(draft.async !== undefined, 'a command of an interface has its interface');
  return draft.async;
}

function flowControlOf(word: string | undefined): LineDraft['flowControl'] {
  return word === 'hardware' || word === 'software' || word === 'none' ? word : undefined;
}

function setDevice({ draft, at, fail }: Context, args: readonly Arg[]): void {
  const path = textOf(args[0]);
  const [line, another] = draft.currentLines;
  if (!path.startsWith('/')) fail('the device is not a path', 'a path that begins with `/`');
  else if (another !== undefined) {
    fail('one device cannot be several lines', '`device` below a `line` with one number');
  } else if (line !== undefined) line.device = { path, at };
}
