/**
 * Commands of one mode as a tree of words, made from patterns in the notation of IOS's `?`, so that
 * abbreviations, help and errors need no code of their own:
 *
 *     initiate-to ip A.B.C.D [port <1-65535>] [priority <1-32767>]
 *     flowcontrol (none|hardware|software)
 *
 * Lower case: a keyword. [..]: may be left out. (a|b): one of these keywords, handed on as an
 * argument. The rest: see parameter.ts.
 */
import { assert } from '../../base/assert.ts';
import { type Arg, type Parameter, parseParameter } from './parameter.ts';
import type { Word } from './words.ts';

const MAX_EXPECTED = 12; // alternatives named in one error

interface Node<Leaf> {
  readonly keywords: Map<string, Keyword<Leaf>>;
  parameter?: { readonly parameter: Parameter; readonly node: Node<Leaf> };
  /** The command may end here. */
  leaf?: Leaf;
  /** Whatever follows belongs to the command and is not read. */
  rest?: Leaf;
}

interface Keyword<Leaf> {
  readonly node: Node<Leaf>;
  readonly isArgument: boolean;
}

export interface Match<Leaf> {
  readonly kind: 'match';
  readonly leaf: Leaf;
  readonly args: readonly Arg[];
  /** No keyword was abbreviated. */
  readonly isExact: boolean;
  /** Index of the first word that was not read: there is one only behind a prefix. */
  readonly end: number;
}

export interface Mismatch {
  readonly kind: 'ambiguous' | 'mismatch';
  /** Index of the word that is wrong: the further, the more of the command was understood. */
  readonly at: number;
  readonly column: number;
  readonly problem: string;
  readonly expected: string;
}

/**
 * `whole`: the command ends where the pattern does. `prefix`: anything may follow. `reset`: as
 * `whole`, but everything behind the last keyword may be left out, as in `no l2tp tunnel hello`.
 */
export type Form = 'whole' | 'prefix' | 'reset';

type Element =
  | { readonly keyword: string; readonly isArgument: boolean }
  | { readonly parameter: Parameter };

export class CommandTree<Leaf> {
  readonly #root: Node<Leaf> = { keywords: new Map() };

  add(pattern: string, leaf: Leaf, form: Form): void {
    for (const words of expand(pattern)) this.#addWords(words, leaf, form);
  }

  match(words: readonly Word[], from: number): Match<Leaf> | Mismatch {
    const args: Arg[] = [];
    let node = this.#root;
    let isSecret = false;
    let isExact = true;
    let at = from;
    while (at < words.length) {
      const text = words[at]?.text ?? '';
      const found = findKeyword(node, text);
      if (found.length === 1 && found[0] !== undefined) {
        const [name, keyword] = found[0];
        if (keyword.isArgument) args.push(name);
        isExact &&= name === text.toLowerCase();
        node = keyword.node;
        at++;
        continue;
      }
      if (node.parameter !== undefined) {
        isSecret ||= node.parameter.parameter.isSecret;
        const reading = node.parameter.parameter.read(words, at);
        if ('problem' in reading) {
          const expected = describeExpected(node);
          return mismatch('mismatch', words, reading.at, reading.problem, expected);
        }
        args.push(reading.value);
        node = node.parameter.node;
        at += reading.count;
        continue;
      }
      if (node.rest !== undefined)
        return { kind: 'match', leaf: node.rest, args, isExact, end: at };
      if (found.length > 1) {
        const names = found.map(([name]) => `\`${name}\``).join(', ');
        return mismatch('ambiguous', words, at, `\`${text}\` is ambiguous`, `one of ${names}`);
      }
      const isEnd = node.keywords.size === 0;
      const problem = isEnd
        ? isSecret
          ? 'there are words behind the secret'
          : `\`${text}\` is one word too many`
        : isSecret
          ? 'this word is not known here'
          : `\`${text}\` is not known here`;
      return mismatch('mismatch', words, at, problem, describeExpected(node));
    }
    const leaf = node.leaf ?? node.rest;
    if (leaf !== undefined) return { kind: 'match', leaf, args, isExact, end: at };
    const problem = 'the command is incomplete';
    return mismatch('mismatch', words, at, problem, describeExpected(node));
  }

  #addWords(words: readonly string[], leaf: Leaf, form: Form): void {
    let nodes = [this.#root];
    const lastKeyword = words.findLastIndex((word) => /^[a-z]/.test(word));
    for (const [index, word] of words.entries()) {
      nodes = nodes.flatMap((node) => parseElement(word).map((element) => grow(node, element)));
      if (form === 'reset' && index >= lastKeyword) for (const node of nodes) node.leaf ??= leaf;
    }
    for (const node of nodes) {
      const slot = form === 'prefix' ? 'rest' : 'leaf';
      assert(node[slot] === undefined || form === 'reset', `two commands: ${words.join(' ')}`);
      node[slot] ??= leaf;
    }
  }
}

/** All readings of a pattern with each [..] there or not. */
function expand(pattern: string): readonly (readonly string[])[] {
  const [, before = '', inner, after = ''] = /^([^[]*)\[([^\]]*)\](.*)$/.exec(pattern) ?? [];
  if (inner === undefined) return [pattern.split(' ').filter((word) => word !== '')];
  return [...expand(`${before} ${after}`), ...expand(`${before} ${inner} ${after}`)];
}

function parseElement(word: string): readonly Element[] {
  const parameter = parseParameter(word);
  if (parameter !== undefined) return [{ parameter }];
  const [, choice] = /^\((.+)\)$/.exec(word) ?? [];
  if (choice === undefined) return [{ keyword: word, isArgument: false }];
  return choice.split('|').map((keyword) => ({ keyword, isArgument: true }));
}

function grow<Leaf>(node: Node<Leaf>, element: Element): Node<Leaf> {
  if ('parameter' in element) {
    node.parameter ??= { parameter: element.parameter, node: { keywords: new Map() } };
    const { notation } = node.parameter.parameter;
    assert(notation === element.parameter.notation, `two parameters in one place: ${notation}`);
    return node.parameter.node;
  }
  const { keyword, isArgument } = element;
  assert(keyword === keyword.toLowerCase(), `a keyword is written in lower case: ${keyword}`);
  const known = node.keywords.get(keyword) ?? { node: { keywords: new Map() }, isArgument };
  assert(known.isArgument === isArgument, `a keyword in two roles: ${keyword}`);
  node.keywords.set(keyword, known);
  return known.node;
}

/** An exact word beats those that it abbreviates. */
function findKeyword<Leaf>(node: Node<Leaf>, text: string): [string, Keyword<Leaf>][] {
  const wanted = text.toLowerCase();
  const exact = node.keywords.get(wanted);
  if (exact !== undefined) return [[wanted, exact]];
  return [...node.keywords].filter(([name]) => name.startsWith(wanted));
}

function describeExpected<Leaf>(node: Node<Leaf>): string {
  const alternatives = [...node.keywords.keys()].map((name) => `\`${name}\``);
  if (alternatives.length > MAX_EXPECTED) alternatives.splice(MAX_EXPECTED, Infinity, '…');
  if (node.parameter !== undefined) alternatives.push(node.parameter.parameter.expected);
  if (node.leaf !== undefined) alternatives.push('the end of the line');
  return alternatives.join(', ');
}

function mismatch(
  kind: Mismatch['kind'],
  words: readonly Word[],
  at: number,
  problem: string,
  expected: string,
): Mismatch {
  const last = words.at(-1);
  const end = last === undefined ? 1 : last.column + last.text.length;
  return { kind, at, column: words[at]?.column ?? end, problem, expected };
}
