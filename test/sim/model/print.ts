/**
 * `npm run trace`: the model call for a person, both devices side by side where the terminal is
 * wide enough, below each other where it is not. `npm run trace -- 7` shows variant 7 of it.
 */
import { type Cast, type Device, SEED_CAST } from './cast.ts';
import { castOf } from './casting.ts';
import { formatClock } from './clock.ts';
import { runModelCall } from './model-world.ts';
import type { SaidLine } from './story.ts';

const TIME_COLUMNS = 14;
const LEAST_COLUMNS = 50;
const DEFAULT_COLUMNS = 160;

/** By what a line is about. */
const COLOURS: readonly (readonly [RegExp, number])[] = [
  [/^%/, 33],
  [/(?:Parse|flg TLS|contiguous buffer|No missing AVPs|Error code|Result code)/, 90],
  [/(?:state change|SM State|State is|Phase is)/, 36],
  [/(?:L2TP|L2X):/, 32],
  [/CHAP:/, 35],
  [/VPDN|VTEMPLATE/, 34],
];

interface Row {
  readonly device: Device;
  /** By the LAC's clock, so that both are in one order. */
  readonly order: number;
  readonly line: SaidLine;
}

class Page {
  readonly #isColoured: boolean;
  readonly #columns: number;

  constructor(isColoured: boolean, columns: number) {
    this.#isColoured = isColoured;
    this.#columns = columns;
  }

  /** Columns of the text of one device; 0 when both do not fit beside each other. */
  get width(): number {
    const width = Math.floor((this.#columns - 3) / 2) - TIME_COLUMNS;
    return width < LEAST_COLUMNS ? 0 : width;
  }

  heading(left: string, right: string): readonly string[] {
    if (this.width === 0) return [`LAC ${left}, LNS ${right}`];
    const of = (title: string): string => title.padEnd(this.width + TIME_COLUMNS);
    const line = '-'.repeat(this.width + TIME_COLUMNS);
    return [`${of(`LAC ${left}`)} | ${of(`LNS ${right}`)}`.trimEnd(), `${line}-+-${line}`];
  }

  row({ device, line: { at, text } }: Row): readonly string[] {
    const clock = `${formatClock(at)}  `;
    if (this.width === 0) return [`${device.toUpperCase()} ${clock}${this.#paint(text, text)}`];
    return wrap(text, this.width).map((piece, index) => {
      const time = (index === 0 ? clock : '').padEnd(TIME_COLUMNS);
      const padding = ' '.repeat(this.width - piece.length);
      const cell = `${time}${this.#paint(text, piece)}`;
      const blank = ' '.repeat(this.width + TIME_COLUMNS);
      return device === 'lac' ? `${cell}${padding} |` : `${blank} | ${cell}`;
    });
  }

  #paint(text: string, piece: string): string {
    const colour = COLOURS.find(([pattern]) => pattern.test(text))?.[1];
    return this.#isColoured && colour !== undefined ? `\x1b[${colour}m${piece}\x1b[0m` : piece;
  }
}

/** At spaces where there are any. */
function wrap(text: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    pieces.push(rest.slice(0, end));
    rest = `  ${rest.slice(end).trimStart()}`;
  }
  return [...pieces, rest];
}

function rowsOf(cast: Cast): readonly Row[] {
  const { story, aheadMs } = runModelCall(cast);
  const of = (device: Device, ahead: number): readonly Row[] =>
    story[device].map((line) => ({ device, order: line.at - ahead, line }));
  // Stable: what one device says at one time stays together.
  return [...of('lac', 0), ...of('lns', aheadMs)].toSorted((a, b) => a.order - b.order);
}

function main(): void {
  const [variant] = process.argv.slice(2);
  const cast = variant === undefined ? SEED_CAST : castOf(Number(variant));
  const { isTTY, columns = DEFAULT_COLUMNS } = process.stdout;
  const page = new Page(isTTY === true, columns);
  const { lac, lns } = cast;
  const lines = [
    ...page.heading(`${lac.hostName}, ${lac.address}`, `${lns.hostName}, ${lns.address}`),
    ...rowsOf(cast).flatMap((row) => page.row(row)),
  ];
  // Whoever reads has seen enough.
  process.stdout.on('error', () => process.exit(0));
  process.stdout.write(`${lines.join('\n')}\n`);
}

main();
