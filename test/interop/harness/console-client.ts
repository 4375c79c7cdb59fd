/** The product's console socket: a line in, for `show … | json` exactly one line out. */
import { connect } from 'node:net';
import type {
  CallerView,
  LineView,
  MemoryView,
  PoolView,
  VpdnView,
} from '../../../src/console/show/views.ts';
import type { CallState } from '../../../src/control/call/call-port.ts';

const ANSWER_LIMIT_MS = 5000;

export type LineState = CallState;

export interface LinesView {
  readonly lines: readonly (LineView & { readonly state: LineState })[];
}

export interface CountersView {
  readonly scheduler?: { readonly turns: number };
  readonly datagrams?: Counters;
  readonly tunnels?: Counters;
  readonly lns?: Counters;
}

type Counters = { readonly [name: string]: number };

/** What each `show X | json` answers. */
export interface Views {
  readonly vpdn: VpdnView;
  readonly line: LinesView;
  readonly memory: MemoryView;
  readonly counters: CountersView;
  readonly caller: { readonly callers: readonly CallerView[] };
  readonly 'ip local pool': { readonly pools: readonly PoolView[] };
}

/** Asks `show NAME | json`. `before` holds commands that must be done first. */
export async function show<Name extends keyof Views>(
  socketPath: string,
  name: Name,
  before: readonly string[] = [],
): Promise<Views[Name]> {
  const lines = [...before, `show ${name} | json`].map((line) => `${line}\n`).join('');
  const answer = await jsonLine(socketPath, lines);
  return JSON.parse(answer) as Views[Name];
}

/** Whether somebody listens: a socket has a name shortly before it does. */
export function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** @returns the first line of the answer that is a JSON object */
function jsonLine(socketPath: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    let received = '';
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`console, ${JSON.stringify(text)}: ${why}; received ${received}`));
    };
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_LIMIT_MS, () => fail('no answer'));
    socket.on('error', (error) => fail(error.message));
    socket.on('end', () => fail('closed'));
    socket.on('data', (chunk) => {
      received += String(chunk);
      const complete = received.split('\n').slice(0, -1);
      const found = complete.find((line) => line.startsWith('{'));
      if (found === undefined) return;
      resolve(found);
      socket.destroy();
    });
    socket.write(text);
  });
}
