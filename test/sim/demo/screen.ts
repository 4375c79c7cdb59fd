/** What is printed: the merged traces and the own words of the demonstration, above the prompt. */
import { wallClockText } from '../../../src/device/clock.ts';
import { LAC_NAME, LNS_NAME } from './cast.ts';
import { Merge, type TraceLine } from './merge.ts';

/** A line waits so long for an earlier one of the other router. */
const HOLD_MS = 25;
const NAME_COLUMNS = Math.max(LAC_NAME.length, LNS_NAME.length) + 2;
const RESET = '\x1b[0m';
const BOLD = '\x1b[1m';
const DIM = '\x1b[2m';
const COLOURS = new Map([
  [LAC_NAME, '\x1b[36m'],
  [LNS_NAME, '\x1b[33m'],
]);
/** The demonstration itself. */
const DEMO = '';

export class Screen {
  readonly #merge = new Merge();
  readonly #write: (text: string) => void;
  readonly #hasColours: boolean;
  readonly #timer: NodeJS.Timeout;
  /** Takes the prompt away, and puts it back. */
  aroundPrompt: { hide(): void; restore(): void } | undefined;

  constructor(write: (text: string) => void, hasColours: boolean) {
    this.#write = write;
    this.#hasColours = hasColours;
    this.#timer = setInterval(() => {
      this.#show(this.#merge.take(wallClockText(new Date(Date.now() - HOLD_MS))));
    }, HOLD_MS);
  }

  /** A line of a router's trace. */
  trace(from: string, line: string): void {
    this.#merge.add(from, line);
  }

  /** The demonstration's own word, in its place among the traces. */
  note(text: string): void {
    this.#merge.add(DEMO, `${wallClockText()}: ${text}`);
  }

  heading(text: string): void {
    this.note('');
    this.note(`--- ${text}`);
  }

  /** An answer to the operator: at once. */
  say(lines: readonly string[]): void {
    this.flush();
    this.#print(lines);
  }

  flush(): void {
    this.#show(this.#merge.take());
  }

  close(): void {
    clearInterval(this.#timer);
    this.flush();
  }

  #show(lines: readonly TraceLine[]): void {
    if (lines.length > 0) this.#print(lines.map((line) => this.#format(line)));
  }

  #print(lines: readonly string[]): void {
    this.aroundPrompt?.hide();
    this.#write(lines.map((line) => `${line}\n`).join(''));
    this.aroundPrompt?.restore();
  }

  #format({ from, stamp, text }: TraceLine): string {
    const [start, end, dim] = this.#hasColours
      ? [COLOURS.get(from) ?? BOLD, RESET, DIM]
      : ['', '', ''];
    if (from === DEMO) return `${start}${text}${end}`;
    const clock = stamp.slice(-12);
    return `${start}${from.padEnd(NAME_COLUMNS)}${end}${dim}${clock}${end}  ${start}${text}${end}`;
  }
}
