/** The commands of the console: one line in, its answer out. Runs only when somebody types. */
import { showCounters, showLine, showMemory, showVpdn } from '../show/show.ts';
import type { CountersView, LineView, MemoryView, VpdnView } from '../show/views.ts';
import { type Command, execute } from './words.ts';

/** What the console asks of the box. A refusal is the text of its reason. */
export interface ConsoleActions {
  vpdn(): VpdnView;
  lines(): readonly LineView[];
  memory(): MemoryView;
  counters(): CountersView;
  clearLine(number: number): string | undefined;
  clearTunnel(tunnelId: number | 'all'): string | undefined;
  /** `names` as typed, e.g. `ppp negotiation` or `all`. */
  debug(names: string, on: boolean): string | undefined;
  reload(): void;
}

type Row = Command<ConsoleActions>;

/** A `show`: as text, and under `| json` as its view in one line. */
interface Show {
  readonly name: string;
  view(actions: ConsoleActions): object;
  text(actions: ConsoleActions): readonly string[];
}

const SHOWS: readonly Show[] = [
  { name: 'vpdn', view: (of) => of.vpdn(), text: (of) => showVpdn(of.vpdn()) },
  { name: 'line', view: (of) => ({ lines: of.lines() }), text: (of) => showLine(of.lines()) },
  { name: 'memory', view: (of) => of.memory(), text: (of) => showMemory(of.memory()) },
  { name: 'counters', view: (of) => of.counters(), text: (of) => showCounters(of.counters()) },
];

const done = (refusal: string | undefined, said: string): readonly string[] =>
  refusal === undefined ? [said] : [`% ${refusal}`];

const number = (text: string): number | undefined =>
  /^\d{1,5}$/.test(text) ? Number(text) : undefined;

const OTHERS: readonly Row[] = [
  {
    pattern: 'clear line <number>',
    run(actions, [text = '']) {
      const line = number(text);
      if (line === undefined) return [`% "${text}" is not a line number`];
      return done(actions.clearLine(line), `Line ${line} is cleared`);
    },
  },
  {
    pattern: 'clear vpdn tunnel l2tp all',
    run: (actions) => done(actions.clearTunnel('all'), 'All tunnels are cleared'),
  },
  {
    pattern: 'clear vpdn tunnel l2tp id <number>',
    run(actions, [text = '']) {
      const tunnel = number(text);
      if (tunnel === undefined) return [`% "${text}" is not a tunnel id`];
      return done(actions.clearTunnel(tunnel), `Tunnel ${tunnel} is cleared`);
    },
  },
  {
    pattern: 'debug <name>…',
    run: (actions, [names = '']) => done(actions.debug(names, true), `${names} debugging is on`),
  },
  {
    pattern: 'undebug <name>…',
    run: (actions, [names = '']) => done(actions.debug(names, false), `${names} debugging is off`),
  },
  {
    pattern: 'reload',
    run(actions) {
      actions.reload();
      return ['Reload requested'];
    },
  },
];

const showRows = (json: boolean): Row[] =>
  SHOWS.map((show) => ({
    pattern: `show ${show.name}`,
    run: (actions) => (json ? [JSON.stringify(show.view(actions))] : show.text(actions)),
  }));

const PLAIN: readonly Row[] = [...showRows(false), ...OTHERS];
const JSON_ONLY: readonly Row[] = showRows(true);

/** @returns the answer's lines: exactly one for `show X | json` */
export function answer(actions: ConsoleActions, line: string): readonly string[] {
  const pipe = line.indexOf('|');
  if (pipe < 0) return execute(PLAIN, actions, line);
  const filter = line.slice(pipe + 1).trim();
  if (filter !== 'json') return [`% Unknown filter "${filter}", expected json`];
  return execute(JSON_ONLY, actions, line.slice(0, pipe));
}
