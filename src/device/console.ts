/**
 * The operator's console, as lines in and lines out: a Unix socket for programs, and stdio for a
 * person. Node's own streams: nothing here is on the path of frames. Runs for every line typed.
 */
import type { Readable, Writable } from 'node:stream';
import type { EventLoop } from '../base/event-loop.ts';

/** Longer ones end the session: no command comes near. */
const MAX_LINE_CHARACTERS = 4_096;
/** A session that does not read its answers is ended before they fill the memory. */
const MAX_UNREAD_OCTETS = 1_048_576;

/** One who types. */
export interface ConsoleSession {
  /** Text as it is; lines end in '\n'. Nothing happens once the session is closed. */
  write(text: string): void;
  close(): void;
}

/** All are told within a turn of the scheduler's. */
export interface ConsoleEvents {
  opened(session: ConsoleSession): void;
  /** A line without its end. */
  line(session: ConsoleSession, text: string): void;
  closed(session: ConsoleSession): void;
}

/** A session over a pair of streams; `end` releases them. */
export class StreamSession implements ConsoleSession {
  readonly #loop: EventLoop;
  readonly #output: Writable;
  readonly #events: ConsoleEvents;
  readonly #end: () => void;
  #partial = '';
  #isClosed = false;

  constructor(
    loop: EventLoop,
    input: Readable,
    output: Writable,
    events: ConsoleEvents,
    end: () => void,
  ) {
    this.#loop = loop;
    this.#output = output;
    this.#events = events;
    this.#end = end;
    input.setEncoding('utf8');
    input.on('data', (text: string) => loop.post(() => this.#take(text)));
    const over = (): void => loop.post(() => this.close());
    input.on('end', over).on('close', over).on('error', over);
    output.on('error', over);
    loop.post(() => events.opened(this));
  }

  write(text: string): void {
    if (this.#isClosed) return;
    this.#output.write(text);
    this.#loop.startedNodeWork();
    if (this.#output.writableLength <= MAX_UNREAD_OCTETS) return;
    this.#output.destroy(); // not in peace: it would wait for a reader
    this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#end();
    this.#loop.startedNodeWork();
    this.#events.closed(this);
  }

  #take(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) {
      if (this.#isClosed) return;
      this.#events.line(this, line.replace(/\r$/, ''));
    }
    if (this.#partial.length > MAX_LINE_CHARACTERS) this.close();
  }
}

/** The terminal, or whatever else stdin and stdout are. They stay open when the session ends. */
export function openStdioConsole(loop: EventLoop, events: ConsoleEvents): ConsoleSession {
  const { stdin, stdout } = process;
  return new StreamSession(loop, stdin, stdout, events, () => stdin.pause());
}
