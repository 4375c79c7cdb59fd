/** One command of the configuration as data; tables: the files named *-commands.ts. */
import { type Arg, numberOf, textOf } from '../grammar/parameter.ts';
import type { Draft, Position } from './draft.ts';
import type { Mode } from './modes.ts';

export interface Context {
  readonly draft: Draft;
  readonly at: Position;
  /** Reports an error at the command. Never with a secret in it. */
  fail(problem: string, expected: string): void;
  /** Tells the operator once for each key, at the command. */
  note(key: string, said: string): void;
}

export interface Command {
  readonly mode: Mode;
  /** In the notation of command-tree.ts. */
  readonly pattern: string;
  apply(context: Context, args: readonly Arg[]): void;
  /** `no …` and `default …`, whose arguments may be missing; absent: there is no such form. */
  reset?(context: Context, args: readonly Arg[], form: 'no' | 'default'): void;
  /** Taken without meaning here, with a note or in a block that has one. Anything may follow it. */
  readonly note?: 'ignored' | 'later' | 'silently';
}

type Put<T> = (context: Context, value: T | undefined) => void;

/** A command with one number; both reset forms give the default. */
export const numberCommand = (mode: Mode, pattern: string, put: Put<number>): Command => ({
  mode,
  pattern,
  apply: (context, args) => put(context, numberOf(args[0])),
  reset: (context) => put(context, undefined),
});

/** The same with one word, secret or choice. */
export const textCommand = (mode: Mode, pattern: string, put: Put<string>): Command => ({
  mode,
  pattern,
  apply: (context, args) => put(context, textOf(args[0])),
  reset: (context) => put(context, undefined),
});

/** On, off by `no`, and as ever by `default`. */
export const flagCommand = (mode: Mode, pattern: string, put: Put<boolean>): Command => ({
  mode,
  pattern,
  apply: (context) => put(context, true),
  reset: (context, _args, form) => put(context, form === 'no' ? false : undefined),
});
