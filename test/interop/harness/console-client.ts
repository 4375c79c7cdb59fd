/** The product's console socket: a line in, for `show … | json` exactly one line out. */
import { connect } from 'node:net';

const ANSWER_LIMIT_MS = 5000;

export interface VpdnView {
  readonly tunnels: readonly {
    readonly localTunnelId: number;
    readonly peerTunnelId: number;
    readonly peerName: string;
    readonly state: string;
    readonly address: string;
    readonly port: number;
    readonly sessions: number;
  }[];
  readonly sessions: readonly {
    readonly localTunnelId: number;
    readonly localSessionId: number;
    readonly peerTunnelId: number;
    readonly peerSessionId: number;
    readonly interface: string;
    readonly user: string;
    readonly state: string;
  }[];
}

export type LineState =
  | 'closed'
  | 'idle'
  | 'negotiating'
  | 'pending'
  | 'forwarding'
  | 'terminating';

export interface LineView {
  readonly lines: readonly {
    readonly number: number;
    readonly device: string;
    readonly state: LineState;
    readonly calls: number;
    readonly counters: Readonly<Record<string, number>>;
  }[];
}

export interface MemoryView {
  readonly rssOctets: number;
  readonly heapUsedOctets: number;
  readonly timers: number;
  readonly frameSlots: number;
  readonly frameSlotsInUse: number;
  readonly calls: number;
  readonly tunnels: number;
  readonly sessions: number;
}

export interface CountersView {
  readonly scheduler?: { readonly turns: number };
}

/** What each `show X | json` answers. */
export interface Views {
  readonly vpdn: VpdnView;
  readonly line: LineView;
  readonly memory: MemoryView;
  readonly counters: CountersView;
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
