/** The seed's four debug listings with their clocks: trace.md §8 to §11. */
import { readFileSync } from 'node:fs';
import type { Device } from './cast.ts';

export interface ListedLine {
  readonly id: string;
  readonly device: Device;
  /** Since the day began. */
  readonly at: number;
  readonly text: string;
}

const FIXTURE = new URL('../../fixtures/spec/trace.md', import.meta.url);
/** The listings leave out `Jan 1 00:04:`. */
const MINUTES_MS = 4 * 60_000;

export const LISTING: readonly ListedLine[] = readFileSync(FIXTURE, 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, id = '', seconds = '', text = ''] = /^([LN][SD]-\d{3}) (\S+): (.*)$/.exec(line) ?? [];
    if (id === '') return [];
    const device = id.startsWith('L') ? 'lac' : 'lns';
    return [{ id, device, at: MINUTES_MS + Math.round(Number(seconds) * 1000), text }];
  });

/** RADIUS and AAA, which come with the RADIUS client. */
const LEFT_OUT: readonly (readonly [list: string, first: number, last: number])[] = [
  ['LS', 33, 66],
  ['NS', 114, 137],
  ['NS', 140, 149],
  ['NS', 155, 168],
  ['NS', 175, 179],
];

export function isLeftOut({ id }: ListedLine): boolean {
  const number = Number(id.slice(3));
  return LEFT_OUT.some(
    ([list, first, last]) => id.startsWith(list) && first <= number && number <= last,
  );
}

/** On the seed's clock of its device. */
export function listedAt(id: string): number {
  const line = LISTING.find((one) => one.id === id);
  if (line === undefined) throw new Error(`the listings have no ${id}`);
  return line.at;
}
