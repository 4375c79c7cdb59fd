/** What is to happen and when; what is due at the same time happens in the order given. */
import type { Millis } from '../../../src/base/machine.ts';

interface Entry {
  readonly at: Millis;
  readonly order: number;
  readonly run: () => void;
}

export class Agenda {
  /** A binary heap: the earliest first. */
  readonly #heap: Entry[] = [];
  #order = 0;

  add(at: Millis, run: () => void): void {
    const entry = { at, order: this.#order++, run };
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  nextAt(): Millis {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  runNext(): void {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return;
    if (heap.length > 0) this.#sink(last);
    first.run();
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const a = heap[left];
      const b = heap[left + 1];
      if (a === undefined) break;
      const child = b !== undefined && isBefore(b, a) ? b : a;
      if (isBefore(entry, child)) break;
      heap[index] = child;
      index = child === a ? left : left + 1;
    }
    heap[index] = entry;
  }
}

const isBefore = (a: Entry, b: Entry): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);
