/** Splits a line of configuration or of the console into words. IOS knows no quoting. */

export interface Word {
  readonly text: string;
  /** Counted from 1, in UTF-16 units; a tab is one. */
  readonly column: number;
}

export function splitWords(line: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of line.matchAll(/\S+/g)) {
    words.push({ text: match[0], column: match.index + 1 });
  }
  return words;
}
