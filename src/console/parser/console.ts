/** The commands of the console: one line in, its answer out. Runs only when somebody types. */
import { CommandTree, type Mismatch } from '../../config/grammar/command-tree.ts';
import { type Arg, numberOf } from '../../config/grammar/parameter.ts';
import { splitWords } from '../../config/grammar/words.ts';
import {
  showCallers,
  showCounters,
  showLine,
  showMemory,
  showPools,
  showVpdn,
} from '../show/show.ts';
import type {
  CallerView,
  CountersView,
  LineView,
  MemoryView,
  PoolView,
  VpdnView,
} from '../show/views.ts';

/** What the console asks of the box. A refusal is the text of its reason. */
export interface ConsoleActions {
  vpdn(): VpdnView;
  lines(): readonly LineView[];
  callers(): readonly CallerView[];
  pools(): readonly PoolView[];
  memory(): MemoryView;
  counters(): CountersView;
  clearLine(number: number): string | undefined;
  clearTunnel(tunnelId: number | 'all'): string | undefined;
  /** Of the LNS. */
  clearAccess(number: number): string | undefined;
  /** `names` as typed, e.g. `ppp negotiation` or `all`. */
  debug(names: string, on: boolean): string | undefined;
  reload(): void;
}

interface Command {
  /** @param rest what stands behind the words of the pattern */
  run(actions: ConsoleActions, args: readonly Arg[], rest: string): readonly string[];
  /** Under `| json`: in one line. Absent where there is nothing to show. */
  view?(actions: ConsoleActions): object;
}

const TREE = new CommandTree<Command>();

const show = (
  name: string,
  view: (actions: ConsoleActions) => object,
  text: (actions: ConsoleActions) => readonly string[],
): void => TREE.add(`show ${name}`, { view, run: text }, 'whole');

show(
  'vpdn',
  (of) => of.vpdn(),
  (of) => showVpdn(of.vpdn()),
);
show(
  'line',
  (of) => ({ lines: of.lines() }),
  (of) => showLine(of.lines()),
);
show(
  'caller',
  (of) => ({ callers: of.callers() }),
  (of) => showCallers(of.callers()),
);
show(
  'ip local pool',
  (of) => ({ pools: of.pools() }),
  (of) => showPools(of.pools()),
);
show(
  'memory',
  (of) => of.memory(),
  (of) => showMemory(of.memory()),
);
show(
  'counters',
  (of) => of.counters(),
  (of) => showCounters(of.counters()),
);

const command = (pattern: string, run: Command['run']): void => TREE.add(pattern, { run }, 'whole');

command('clear line <0-65535>', (actions, [line]) => {
  const number = numberOf(line);
  return done(actions.clearLine(number), `Line ${number} is cleared`);
});
command('clear interface virtual-access <1-65535>', (actions, [access]) => {
  const number = numberOf(access);
  return done(actions.clearAccess(number), `Virtual-Access${number} is cleared`);
});
command('clear vpdn tunnel l2tp all', (actions) =>
  done(actions.clearTunnel('all'), 'All tunnels are cleared'),
);
command('clear vpdn tunnel l2tp id <1-65535>', (actions, [id]) => {
  const tunnelId = numberOf(id);
  return done(actions.clearTunnel(tunnelId), `Tunnel ${tunnelId} is cleared`);
});
command('reload', (actions) => {
  actions.reload();
  return ['Reload requested'];
});
for (const word of ['debug', 'undebug']) {
  const isOn = word === 'debug';
  const run: Command['run'] = (actions, _, names) => {
    if (names === '') return ['% Incomplete command.'];
    return done(actions.debug(names, isOn), `${names} debugging is ${isOn ? 'on' : 'off'}`);
  };
  TREE.add(word, { run }, 'prefix');
}

const done = (refusal: string | undefined, said: string): readonly string[] =>
  refusal === undefined ? [said] : [`% ${refusal}`];

/** @returns the answer's lines: exactly one for `show X | json` */
export function answer(actions: ConsoleActions, line: string): readonly string[] {
  const pipe = line.indexOf('|');
  const typed = pipe < 0 ? line : line.slice(0, pipe);
  const filter = pipe < 0 ? undefined : line.slice(pipe + 1).trim();
  if (filter !== undefined && filter !== 'json') {
    return [`% Unknown filter "${filter}", expected json`];
  }
  const words = splitWords(typed);
  const [, second] = words;
  if (words.length === 0) return [];
  const found = TREE.match(words, 0);
  if (found.kind !== 'match') return complain(found, typed, words.length);
  const { run, view } = found.leaf;
  if (filter === undefined) {
    return run(
      actions,
      found.args,
      second === undefined ? '' : typed.slice(second.column - 1).trim(),
    );
  }
  if (view === undefined) return ['% There is nothing to show as json'];
  return [JSON.stringify(view(actions))];
}

/** IOS's three complaints. */
function complain(found: Mismatch, typed: string, wordCount: number): readonly string[] {
  if (found.kind === 'ambiguous') return [`% Ambiguous command:  "${typed.trim()}"`];
  if (found.at >= wordCount) return ['% Incomplete command.'];
  return [`${' '.repeat(found.column - 1)}^`, "% Invalid input detected at '^' marker."];
}
