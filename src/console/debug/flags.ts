/** Which debugs are on, and what they show of an event. */
import type { Event } from '../../base/event.ts';
import { type DebugName, parseDebugList } from './debug-name.ts';
import { renderLog, renderTrace } from './render.ts';
import { SHOWN_BY } from './shown-by.ts';

export class DebugFlags {
  readonly #on = new Set<DebugName>();

  /** @param list for parseDebugList() @returns what is wrong with it; then nothing changes */
  set(list: string, on: boolean): string | undefined {
    const names = parseDebugList(list);
    if (typeof names === 'string') return names;
    for (const name of names) {
      if (on) this.#on.add(name);
      else this.#on.delete(name);
    }
    return undefined;
  }

  /** The lines to print; of a log event always one. */
  linesOf(event: Event): readonly string[] {
    if (event.kind === 'log') return [renderLog(event)];
    if (!SHOWN_BY[event.kind].some((debug) => this.#on.has(debug))) return [];
    return renderTrace(event)
      .filter(({ debug }) => this.#on.has(debug))
      .map(({ text }) => text);
  }
}
