/** A line of commands against a table of them: abbreviations, and IOS's three complaints. */

/** A pattern of words: lower case is a keyword, `<…>` takes any one word, `<…>…` takes the rest. */
export interface Command<Context> {
  readonly pattern: string;
  run(context: Context, parameters: readonly string[]): readonly string[];
}

interface Match<Context> {
  readonly command: Command<Context>;
  readonly parameters: readonly string[];
  /** How many words fitted, and whether all of both did. */
  readonly fitted: number;
  readonly whole: boolean;
  readonly exact: boolean;
}

/** @returns the answer's lines; a complaint begins with `%` */
export function execute<Context>(
  commands: readonly Command<Context>[],
  context: Context,
  line: string,
): readonly string[] {
  const words = line
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const matches = commands.map((command) => match(command, words));
  const whole = matches.filter((one) => one.whole);
  const chosen = whole.filter((one) => one.exact);
  const [only, second] = chosen.length > 0 ? chosen : whole;
  if (only !== undefined && second === undefined) return only.command.run(context, only.parameters);
  if (second !== undefined) return [`% Ambiguous command:  "${line.trim()}"`];
  const furthest = Math.max(...matches.map((one) => one.fitted));
  if (furthest === words.length) return ['% Incomplete command.'];
  return [caret(line, words, furthest), "% Invalid input detected at '^' marker."];
}

function match<Context>(command: Command<Context>, words: readonly string[]): Match<Context> {
  const pattern = command.pattern.split(' ');
  const parameters: string[] = [];
  let fitted = 0;
  let exact = true;
  for (const part of pattern) {
    const word = words[fitted];
    if (word === undefined) break;
    if (part.endsWith('>…')) {
      parameters.push(words.slice(fitted).join(' '));
      fitted = words.length;
    } else if (part.startsWith('<')) {
      parameters.push(word);
      fitted++;
    } else if (part.startsWith(word.toLowerCase())) {
      exact &&= part === word.toLowerCase();
      fitted++;
    } else {
      return { command, parameters, fitted, whole: false, exact: false };
    }
  }
  const needed = pattern.length;
  const whole =
    fitted === words.length && (fitted === needed || pattern.at(-1)?.endsWith('…') === true);
  return { command, parameters, fitted, whole: whole && fitted >= needed, exact };
}

function caret(line: string, words: readonly string[], index: number): string {
  let at = 0;
  for (let word = 0; word <= index; word++) {
    const text = words[word] ?? '';
    const found = line.indexOf(text, at);
    at = word === index ? found : found + text.length;
  }
  return `${' '.repeat(at)}^`;
}
