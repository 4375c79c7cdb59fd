/** Reads a configuration as IOS writes it. Runs at startup and for `--check`. */
import { splitWords, type Word } from '../grammar/words.ts';
import { buildConfig, type Note, type Report } from './build.ts';
import type { Command, Context } from './command.ts';
import { findCommand } from './commands.ts';
import type { Config } from './config.ts';
import { type Draft, newDraft, type Position } from './draft.ts';
import { templateOf } from './template-commands.ts';

const MAX_CONFIG_CHARS = 1 << 20;
const MAX_ERRORS = 100;

export interface ConfigError extends Position {
  readonly fileName: string;
  readonly problem: string;
  readonly expected: string;
}

export type ParsedConfig =
  | { readonly config: Config }
  | { readonly errors: readonly ConfigError[] };

/** Never throws. Errors come in the order of the text; beyond the limit they are left out. */
export function parseConfig(text: string, fileName: string): ParsedConfig {
  const errors: ConfigError[] = [];
  const report = ({ line, column }: Position, problem: string, expected: string): void => {
    errors.push({ fileName, line, column, problem, expected });
  };
  if (text.length > MAX_CONFIG_CHARS) {
    report(
      { line: 1, column: 1 },
      'the file is too long',
      `at most ${MAX_CONFIG_CHARS} characters`,
    );
    return { errors };
  }
  const draft = newDraft();
  const note = ({ line }: Position, key: string, said: string): void => {
    const text = `${fileName}:${line}: ${said}`;
    if (!draft.notes.has(key)) draft.notes.set(key, { line, text });
  };
  readCommands(text.split(/\r?\n/), draft, report, note);
  const config = buildConfig(draft, fileName, report, note);
  if (errors.length === 0) return { config };
  errors.sort((a, b) => a.line - b.line || a.column - b.column);
  return { errors: errors.slice(0, MAX_ERRORS) };
}

/** One line each: `FILE:LINE:COLUMN: what is wrong, expected what`. */
export const formatErrors = (errors: readonly ConfigError[]): readonly string[] =>
  errors.map(
    ({ fileName, line, column, problem, expected }) =>
      `${fileName}:${line}:${column}: ${problem}, expected ${expected}`,
  );

function readCommands(lines: readonly string[], draft: Draft, report: Report, note: Note): void {
  for (let index = 0; index < lines.length; index++) {
    const words = splitWords(lines[index] ?? '');
    const [first] = words;
    if (first === undefined || first.text.startsWith('!')) continue;
    const at = { line: index + 1, column: first.column };
    const found = findCommand(words, draft.mode);
    if (found.kind !== 'match') {
      report({ ...at, column: found.column }, found.problem, found.expected);
      continue;
    }
    const { leaf, args, form } = found;
    // A command of an enclosing mode leaves the inner one, as in IOS; `exit` must know which.
    if (leaf.pattern !== 'exit') draft.mode = leaf.mode;
    const context: Context = {
      draft,
      at,
      fail: (problem, expected) => report(at, problem, expected),
      note: (key, said) => note(at, key, said),
    };
    if (form === 'set') leaf.apply(context, args);
    else leaf.reset?.(context, args, form);
    if (leaf.mode === 'virtual-template') templateOf(context).commands.push(asWritten(words));
    noteIgnored(leaf, at, note);
    if (leaf.pattern !== 'banner' || form !== 'set') continue;
    const end = endOfBanner(lines, index, words);
    if (end === undefined) report(at, 'the banner does not end', 'its first character once more');
    else index = end;
  }
}

const asWritten = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ');

function noteIgnored({ mode, pattern, note: kind }: Command, at: Position, note: Note): void {
  if (kind === undefined || kind === 'silently') return;
  const why = kind === 'later' ? 'waits for a later firmware' : 'has no meaning here';
  note(at, `${mode} ${pattern}`, `\`${pattern}\` ${why}`);
}

/**
 * `banner [motd|login|exec|incoming] ^C text ^C`: any character may take the place of ^C, and the
 * text may run over lines. @returns index of the line where it ends, undefined when it does not
 */
function endOfBanner(
  lines: readonly string[],
  start: number,
  words: readonly Word[],
): number | undefined {
  const [, second, third] = words;
  const opening = /^(?:motd|login|exec|incoming)$/i.test(second?.text ?? '') ? third : second;
  const delimiter = /^(?:\^C|.)/u.exec(opening?.text ?? '')?.[0];
  if (opening === undefined || delimiter === undefined) return undefined;
  const textAt = opening.column - 1 + delimiter.length;
  if (lines[start]?.includes(delimiter, textAt)) return start;
  const behind = lines.slice(start + 1).findIndex((line) => line.includes(delimiter));
  return behind < 0 ? undefined : start + 1 + behind;
}
