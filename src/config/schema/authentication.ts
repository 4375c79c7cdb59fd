/** `ppp authentication`, of an Async interface and of a Virtual-Template. */
import { type Arg, listOf } from '../grammar/parameter.ts';
import type { Context } from './command.ts';
import type { AuthMethod } from './config.ts';

/** For a list in a pattern. `callin` and `if-needed` say what we do anyway. */
export const METHODS = 'chap|pap|ms-chap|ms-chap-v2|callin|if-needed';

/** @returns undefined when no method is among the words, which is an error told */
export function methodsOf({ fail }: Context, arg: Arg | undefined): AuthMethod[] | undefined {
  const methods = listOf(arg).filter(isMethod);
  if (methods.length > 0) return methods;
  const expected = 'one or more of `chap`, `pap`, `ms-chap`, `ms-chap-v2`';
  fail('no method of authentication is named', expected);
  return undefined;
}

const isMethod = (word: string): word is AuthMethod =>
  word === 'chap' || word === 'pap' || word === 'ms-chap' || word === 'ms-chap-v2';
