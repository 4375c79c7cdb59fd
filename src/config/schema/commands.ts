/** All commands of the configuration as trees, one a mode and form; a console can use them, too. */
import { assert } from '../../base/assert.ts';
import { CommandTree, type Match, type Mismatch } from '../grammar/command-tree.ts';
import type { Word } from '../grammar/words.ts';
import { ACCEPT_COMMANDS } from './accept-commands.ts';
import { ADDRESS_COMMANDS } from './address-commands.ts';
import type { Command } from './command.ts';
import { GLOBAL_COMMANDS } from './global-commands.ts';
import { GROUP_COMMANDS } from './group-commands.ts';
import { IGNORED_COMMANDS } from './ignored-commands.ts';
import { ASYNC_COMMANDS, LINE_COMMANDS } from './line-commands.ts';
import { MODES, type Mode, parentOf, titleOf } from './modes.ts';
import { TEMPLATE_COMMANDS } from './template-commands.ts';

type Trees = { readonly set: CommandTree<Command>; readonly reset: CommandTree<Command> };

const TREES = new Map<Mode, Trees>(
  MODES.map((mode) => [mode, { set: new CommandTree(), reset: new CommandTree() }]),
);

for (const command of [
  ...GLOBAL_COMMANDS,
  ...ADDRESS_COMMANDS,
  ...GROUP_COMMANDS,
  ...ACCEPT_COMMANDS,
  ...TEMPLATE_COMMANDS,
  ...LINE_COMMANDS,
  ...ASYNC_COMMANDS,
  ...IGNORED_COMMANDS,
]) {
  const trees = TREES.get(command.mode);
  const isPrefix = command.note !== undefined;
  trees?.set.add(command.pattern, command, isPrefix ? 'prefix' : 'whole');
  if (command.reset) trees?.reset.add(command.pattern, command, isPrefix ? 'prefix' : 'reset');
}

export type Found = Match<Command> & { readonly form: 'set' | 'no' | 'default' };

/**
 * Finds the command that `words` spell in `mode`, or failing that in the modes that enclose it. An
 * ambiguous word ends the search: its meaning must not hang on what an outer mode happens to know.
 */
export function findCommand(words: readonly Word[], mode: Mode): Found | Mismatch {
  const form = formOf(words);
  const from = form === 'set' ? 0 : 1;
  const tried = new Set<Mode>();
  let abbreviated: Match<Command> | undefined;
  let furthest: Mismatch | undefined;
  for (let at: Mode | undefined = mode; at !== undefined; at = parentOf(at)) {
    tried.add(at);
    const result = matchIn(at, words, form);
    if (result.kind === 'match') {
      // `ip route` is a whole command out there, though it abbreviates `ip route-cache` in here;
      // `ip unn` is one in here, though any `ip` is taken out there.
      const isBetter = abbreviated === undefined || result.end >= abbreviated.end;
      if (result.isExact && isBetter) return { ...result, form };
      abbreviated ??= result;
    } else if (furthest === undefined || result.at > furthest.at) furthest = result;
    if (result.kind === 'ambiguous') break;
  }
  if (abbreviated !== undefined) return { ...abbreviated, form };
  assert(furthest !== undefined, 'every mode has commands');
  if (furthest.kind === 'ambiguous') return furthest;
  if (furthest.at > from) return furthest;
  const home = MODES.filter((other) => !tried.has(other))
    .map((other) => matchIn(other, words, form))
    .find((result) => result.kind === 'match' && result.leaf.note === undefined);
  if (home?.kind !== 'match') return { ...furthest, expected: `a command of ${titleOf(mode)}` };
  const problem = `\`${keywordsOf(home.leaf.pattern)}\` is misplaced in ${titleOf(mode)}`;
  return { ...furthest, problem, expected: `it in ${titleOf(home.leaf.mode)}` };
}

function formOf(words: readonly Word[]): Found['form'] {
  const first = words[0]?.text.toLowerCase();
  return first === 'no' || first === 'default' ? first : 'set';
}

function matchIn(
  mode: Mode,
  words: readonly Word[],
  form: Found['form'],
): Match<Command> | Mismatch {
  const trees = TREES.get(mode);
  assert(trees !== undefined, 'every mode has its trees');
  return form === 'set' ? trees.set.match(words, 0) : trees.reset.match(words, 1);
}

/** What a pattern begins with, up to its first parameter. */
const keywordsOf = (pattern: string): string => /^[a-z0-9 -]+/.exec(pattern)?.[0].trim() ?? pattern;
