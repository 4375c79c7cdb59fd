/** The Unix socket of `--console PATH`: mode 0600, several sessions, one answer for each line. */
import { lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { EventLoop } from '../base/event-loop.ts';
import { RouterError } from '../base/router-error.ts';
import { type ConsoleEvents, StreamSession } from './console.ts';

const MAX_SESSIONS = 8;
const OWNER_ONLY = 0o177;

export class ConsoleSocket {
  readonly #server: Server;
  readonly #sessions = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * A socket that a dead program left behind is replaced; a live one, or anything else, is not.
   * Rejects with a RouterError: CONSOLE_IN_USE or CONSOLE_FAILED.
   */
  static async open(path: string, loop: EventLoop, events: ConsoleEvents): Promise<ConsoleSocket> {
    const server = createServer();
    const console = new ConsoleSocket(server);
    server.on('connection', (socket) => console.#accept(socket, loop, events));
    loop.startedNodeWork();
    try {
      await listen(server, path);
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw failure(path, error);
      if (!(await isDead(path))) {
        throw new RouterError('CONSOLE_IN_USE', `console ${path} is in use by another program`);
      }
      unlinkSync(path);
      await listen(server, path).catch((again: unknown) => {
        throw failure(path, again);
      });
    }
    loop.startedNodeWork();
    return console;
  }

  /** Ends every session and takes the socket away. */
  close(): void {
    for (const socket of this.#sessions) socket.destroy();
    this.#server.close();
  }

  #accept(socket: Socket, loop: EventLoop, events: ConsoleEvents): void {
    if (this.#sessions.size >= MAX_SESSIONS) {
      socket.destroy();
      return;
    }
    this.#sessions.add(socket);
    socket.on('close', () => this.#sessions.delete(socket));
    new StreamSession(loop, socket, socket, events, () => socket.destroySoon());
  }
}

/** The mask makes the socket its owner's from the first moment: chmod would leave a gap. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const mask = process.umask(OWNER_ONLY);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
    process.umask(mask); // a Unix socket is bound within listen()
  });
}

/** A file that is no socket refuses a connection as well, and is not ours to take away. */
function isDead(path: string): Promise<boolean> {
  if (!lstatSync(path).isSocket()) return Promise.resolve(false);
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error) => resolve(codeOf(error) === 'ECONNREFUSED'));
  });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const failure = (path: string, error: unknown): RouterError =>
  new RouterError('CONSOLE_FAILED', `console ${path}: ${codeOf(error) || String(error)}`);
