/** The places in a command where the operator writes a value, named as IOS's `?` names them. */
import { assert } from '../../base/assert.ts';
import { parseIpv4 } from '../../base/port.ts';
import { type InterfaceName, parseInterfaceName } from './interface-name.ts';
import { decodeType7 } from './secret.ts';
import type { Word } from './words.ts';

/** Longest value of one word: it must fit into a CHAP name, an AVP, a path. */
const MAX_VALUE_CHARS = 255;

export type Arg = string | number | InterfaceName | readonly string[];

/** What was read, and how many words it took; or what is wrong, and at which word. */
export type Reading =
  | { readonly value: Arg; readonly count: number }
  | { readonly problem: string; readonly at: number };

export interface Parameter {
  /** `WORD`, `WORDS`, `<1-300>`, `A.B.C.D`, `SECRET`, `USER`, `INTERFACE`, `{chap|pap}`, … */
  readonly notation: string;
  /** For the second half of an error: "expected …". */
  readonly expected: string;
  /** Its words are never quoted in an error, nor are those behind it. */
  readonly isSecret: boolean;
  read(words: readonly Word[], at: number): Reading;
}

/** @returns undefined when `notation` is not that of a parameter */
export function parseParameter(notation: string): Parameter | undefined {
  if (notation === 'WORD') {
    return { notation, expected: 'a word', isSecret: false, read: readWord };
  }
  if (notation === 'A.B.C.D') {
    return { notation, expected: 'an IPv4 address', isSecret: false, read: readAddress };
  }
  if (notation === 'SECRET') {
    const expected = 'the secret, or `0` and the secret, or `7` and its type 7 form';
    return { notation, expected, isSecret: true, read: readSecret };
  }
  if (notation === 'PASSWORD') {
    const expected = 'the password, or `0` and the password, or `7` and its type 7 form';
    return { notation, expected, isSecret: true, read: readPassword };
  }
  // Who forgets the word `password` must not find the password itself in the error.
  if (notation === 'USER') return { notation, expected: 'a name', isSecret: true, read: readWord };
  if (notation === 'WORDS') {
    return { notation, expected: 'one word or more', isSecret: false, read: readWords };
  }
  if (notation === 'INTERFACE') {
    const expected = 'an interface such as Async1';
    return { notation, expected, isSecret: false, read: readInterface };
  }
  return parseRange(notation) ?? parseWordList(notation);
}

function readWord(words: readonly Word[], at: number): Reading {
  const value = words[at]?.text ?? '';
  if (value.length > MAX_VALUE_CHARS) {
    return { problem: `the value is longer than ${MAX_VALUE_CHARS} characters`, at };
  }
  return { value, count: 1 };
}

/** All that is left of the line. */
function readWords(words: readonly Word[], at: number): Reading {
  const value: string[] = [];
  for (let index = at; index < words.length; index++) {
    const reading = readWord(words, index);
    if ('problem' in reading) return reading;
    value.push(textOf(reading.value));
  }
  return { value, count: value.length };
}

function readAddress(words: readonly Word[], at: number): Reading {
  const text = words[at]?.text ?? '';
  const value = parseIpv4(text);
  if (value === undefined) return { problem: `\`${text}\` is not an IPv4 address`, at };
  return { value, count: 1 };
}

function readSecret(words: readonly Word[], at: number): Reading {
  const type = words[at]?.text ?? '';
  const second = words[at + 1]?.text;
  if (second === undefined) {
    return type === '0' || type === '7'
      ? { problem: 'the secret is missing', at }
      : readWord(words, at);
  }
  if (type === '0') return addCount(readWord(words, at + 1));
  if (type !== '7') {
    return { problem: 'the secret is more than one word, or of a type that we cannot decode', at };
  }
  const value = decodeType7(second);
  if (value === undefined) return { problem: 'the secret is not type 7', at: at + 1 };
  return { value, count: 2 };
}

/**
 * As a secret, but all that is left of the line is the password, spaces within it too. One digit
 * in front is always a type, so that a hash is not taken for a password.
 */
function readPassword(words: readonly Word[], at: number): Reading {
  const type = words[at]?.text ?? '';
  const isTyped = /^\d$/.test(type) && at + 1 < words.length;
  if (!isTyped) {
    if (type === '0' || type === '7') return { problem: 'the password is missing', at };
    return restOfLine(words, at, words.length - at);
  }
  if (type === '0') return restOfLine(words, at + 1, words.length - at);
  const encoded = words[at + 1]?.text ?? '';
  const value = at + 2 === words.length ? decodeType7(encoded) : undefined;
  if (type !== '7') return { problem: 'the password is of a type that we cannot decode', at };
  if (value === undefined) return { problem: 'the password is not type 7', at: at + 1 };
  return { value, count: 2 };
}

/** The words from `at` on, and between them as many spaces as there were columns. */
function restOfLine(words: readonly Word[], at: number, count: number): Reading {
  const start = words[at]?.column ?? 1;
  const value = words
    .slice(at)
    .reduce((text, { column, text: word }) => text.padEnd(column - start) + word, '');
  if (value.length > MAX_VALUE_CHARS) {
    return { problem: `the value is longer than ${MAX_VALUE_CHARS} characters`, at };
  }
  return { value, count };
}

const addCount = (reading: Reading): Reading =>
  'value' in reading ? { value: reading.value, count: reading.count + 1 } : reading;

function readInterface(words: readonly Word[], at: number): Reading {
  const read = parseInterfaceName(words, at);
  return typeof read === 'string' ? { problem: read, at } : { value: read.name, count: read.count };
}

/** `<1-300>`: a decimal number. */
function parseRange(notation: string): Parameter | undefined {
  const [, low, high] = /^<(\d+)-(\d+)>$/.exec(notation) ?? [];
  if (low === undefined || high === undefined) return undefined;
  const expected = `a number from ${low} to ${high}`;
  const read = (words: readonly Word[], at: number): Reading => {
    const text = words[at]?.text ?? '';
    if (!/^\d{1,10}$/.test(text)) return { problem: `\`${text}\` is not a number`, at };
    const value = Number(text);
    if (value < Number(low) || value > Number(high)) {
      return { problem: `\`${text}\` is out of range`, at };
    }
    return { value, count: 1 };
  };
  return { notation, expected, isSecret: false, read };
}

/**
 * `{chap|pap}`: one or more of these, each once, in the operator's order. `{chap|pap}…` ends
 * in front of the first word that is none of them.
 */
function parseWordList(notation: string): Parameter | undefined {
  const [, inner, open] = /^\{(.+)\}(…?)$/.exec(notation) ?? [];
  if (inner === undefined) return undefined;
  const known = inner.split('|');
  const expected = `one or more of ${known.map((word) => `\`${word}\``).join(', ')}`;
  const read = (words: readonly Word[], at: number): Reading => {
    const value: string[] = [];
    for (const [index, word] of words.slice(at).entries()) {
      const found = findWord(known, word.text.toLowerCase());
      if (found === undefined) {
        if (open !== '' && index > 0) break;
        return { problem: `\`${word.text}\` is not one of them`, at: at + index };
      }
      if (value.includes(found)) {
        return { problem: `\`${found}\` stands there twice`, at: at + index };
      }
      value.push(found);
    }
    return { value, count: value.length };
  };
  return { notation, expected, isSecret: false, read };
}

/** An exact word beats those that it abbreviates; `ms-chap` is one and begins another. */
function findWord(known: readonly string[], wanted: string): string | undefined {
  if (known.includes(wanted)) return wanted;
  const [found, another] = known.filter((name) => name.startsWith(wanted));
  return another === undefined ? found : undefined;
}

/** What a handler may rely on: the tree has read the argument by its notation. */
export function textOf(arg: Arg | undefined): string {
  assert(typeof arg === 'string', 'the command has a text here');
  return arg;
}

export function numberOf(arg: Arg | undefined): number {
  assert(typeof arg === 'number', 'the command has a number here');
  return arg;
}

export function interfaceOf(arg: Arg | undefined): InterfaceName {
  assert(typeof arg === 'object' && 'unit' in arg, 'the command has an interface here');
  return arg;
}

export function listOf(arg: Arg | undefined): readonly string[] {
  assert(typeof arg === 'object' && !('unit' in arg), 'the command has a list here');
  return arg;
}
