/** The operator's prompt, beside traces that go on. */
import { createInterface } from 'node:readline';
import type { Screen } from './screen.ts';
import { Missed, type Stage } from './stage.ts';

const PROMPT = 'pilac> ';
const PINGS = 5;
const HELP = [
  'call               the caller dials',
  'drop               the line loses its carrier',
  'ping [ADDRESS]     the caller pings through the tunnel',
  'lac COMMAND        for example: lac show vpdn, lac show line, lac clear line 1',
  'lns COMMAND        for example: lns show caller, lns show counters, lns undebug all',
  'help, quit',
];

/** Resolves when the operator has had enough. */
export function runPrompt(stage: Stage, screen: Screen): Promise<void> {
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: PROMPT,
    completer,
  });
  return new Promise((resolve) => {
    /** Commands that wait for the one before, it included. */
    let waiting = 0;
    let last = Promise.resolve();
    let isClosed = false;
    screen.flush();
    screen.aroundPrompt = {
      hide: () => process.stdout.write('\r\x1b[K'),
      restore: () => {
        if (waiting === 0) terminal.prompt(true);
      },
    };
    const run = async (line: string): Promise<void> => {
      const goesOn = await obey(line, stage, screen);
      screen.flush();
      waiting--;
      if (isClosed) return;
      if (!goesOn) terminal.close();
      else if (waiting === 0) terminal.prompt();
    };
    terminal.on('line', (line) => {
      waiting++;
      last = last.then(() => run(line));
    });
    terminal.on('SIGINT', () => terminal.close());
    terminal.on('close', () => {
      isClosed = true;
      screen.aroundPrompt = undefined;
      process.stdout.write('\n');
      resolve();
    });
    terminal.prompt();
  });
}

/** @returns false when that was the last */
async function obey(line: string, stage: Stage, screen: Screen): Promise<boolean> {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  try {
    switch (word) {
      case '':
        break;
      case 'call':
        if (stage.isUp) throw new Missed('the call is up; drop it first');
        await stage.call();
        break;
      case 'drop':
        if (!stage.isUp) throw new Missed('there is no call');
        await stage.drop();
        break;
      case 'ping':
        await stage.ping(PINGS, rest[0]);
        break;
      case 'lac':
        screen.say(await stage.lac.ask(rest.join(' ')));
        break;
      case 'lns':
        screen.say(await stage.lns.ask(rest.join(' ')));
        break;
      case 'quit':
      case 'exit':
        return false;
      case 'help':
      case '?':
        screen.say(HELP);
        break;
      default:
        screen.say([`% there is no ${word} here; help tells what there is`]);
    }
  } catch (error) {
    screen.say([`% ${error instanceof Error ? error.message : String(error)}`]);
  }
  return true;
}

function completer(line: string): [string[], string] {
  const words = ['call', 'drop', 'ping', 'lac ', 'lns ', 'help', 'quit'];
  return [words.filter((word) => word.startsWith(line)), line];
}
