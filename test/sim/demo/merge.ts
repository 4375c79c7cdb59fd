/**
 * Several traces made one, by the clock that all stamp their lines with. Each one's own lines keep
 * their order; within a millisecond, what was sent stands before what was received.
 */

/** A line as it was written: `Nov 23 09:05:07.042: text`. */
export interface TraceLine {
  readonly from: string;
  /** Of a line without one: that of the line before. */
  readonly stamp: string;
  readonly text: string;
}

const STAMPED = /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\.\d{3}): (.*)$/;
/** A message on its way: the same words at both ends but for the first letter. */
const MESSAGE = /\b([IO]) ([A-Za-z]+)[^,]*, flg .*?(ns \d+, nr \d+)/;
const LAST = '\uffff';

export class Merge {
  /** By whose they are, in their order. */
  readonly #waiting = new Map<string, TraceLine[]>();
  readonly #stamps = new Map<string, string>();

  add(from: string, line: string): void {
    const [, stamp = this.#stamps.get(from) ?? '', text = line] = STAMPED.exec(line) ?? [];
    this.#stamps.set(from, stamp);
    const lines = this.#waiting.get(from) ?? [];
    lines.push({ from, stamp, text });
    this.#waiting.set(from, lines);
  }

  /** @returns what is older than the stamp, in order */
  take(before: string = LAST): readonly TraceLine[] {
    const taken: TraceLine[] = [];
    for (;;) {
      let first: readonly TraceLine[] = [];
      for (const queue of this.#waiting.values()) {
        const run = runOf(queue);
        if (stampOf(run) < before && isBefore(run, first)) first = run;
      }
      const [line] = first;
      if (line === undefined) return taken;
      taken.push(...first);
      this.#waiting.get(line.from)?.splice(0, first.length);
    }
  }
}

/** The lines at its head that bear one stamp. */
function runOf(queue: readonly TraceLine[]): readonly TraceLine[] {
  const end = queue.findIndex(({ stamp }) => stamp !== stampOf(queue));
  return end < 0 ? [...queue] : queue.slice(0, end);
}

const stampOf = ([first]: readonly TraceLine[]): string => first?.stamp ?? LAST;

/** None at all comes after everything. */
function isBefore(run: readonly TraceLine[], other: readonly TraceLine[]): boolean {
  if (stampOf(run) !== stampOf(other)) return stampOf(run) < stampOf(other);
  const received = messages(other, 'I');
  return messages(run, 'O').some((message) => received.includes(message));
}

const messages = (lines: readonly TraceLine[], way: 'I' | 'O'): string[] =>
  lines.flatMap(({ text }) => {
    const [, found, name, numbers] = MESSAGE.exec(text) ?? [];
    return found === way ? [`${name} ${numbers}`] : [];
  });
