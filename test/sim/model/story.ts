/** What two devices said, and whether it is what was to be said. */
import type { Device } from './cast.ts';

export interface SaidLine {
  /** Since the day began, on the device's own clock. */
  readonly at: number;
  readonly text: string;
}

export interface ExpectedLine extends SaidLine {
  readonly id: string;
  /** How far from `at` it may be said; absent: whenever its turn comes. */
  readonly withinMs?: number;
}

export type Story = Readonly<Record<Device, readonly SaidLine[]>>;
export type ExpectedStory = Readonly<Record<Device, readonly ExpectedLine[]>>;

export interface Mismatch {
  readonly device: Device;
  /** Which line was the first to be wrong, by the actual order; and by the listing. */
  readonly index: number;
  readonly id: string;
  readonly what: string;
}

/**
 * TRACE-17: of `0x0x3` and `0x3` one is as good as the other; a shared secret may be masked.
 * NS-094 shows an address of the machine's own.
 */
const normalise = (text: string): string =>
  text
    .replaceAll('0x0x', '0x')
    .replace(/(Hardware address) [0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/, '$1 xxxx.xxxx.xxxx');

/** Order, words and clock of each device. @returns the first thing that is wrong */
export function compare(expected: ExpectedStory, actual: Story): Mismatch | undefined {
  return compareDevice('lac', expected, actual) ?? compareDevice('lns', expected, actual);
}

function compareDevice(
  device: Device,
  expected: ExpectedStory,
  actual: Story,
): Mismatch | undefined {
  const wanted = expected[device];
  const said = actual[device];
  let before = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < Math.max(wanted.length, said.length); index++) {
    const want = wanted[index];
    const got = said[index];
    const what = judge(want, got, before);
    if (what !== undefined) return { device, index, id: want?.id ?? 'behind the last', what };
    before = got?.at ?? before;
  }
  return undefined;
}

function judge(
  want: ExpectedLine | undefined,
  got: SaidLine | undefined,
  before: number,
): string | undefined {
  if (got === undefined) return `not said: ${want?.text}`;
  if (want === undefined) return `said beyond all that is expected: ${got.text}`;
  if (normalise(got.text) !== normalise(want.text)) {
    return `expected: ${want.text}\n  but said: ${got.text}`;
  }
  if (got.at < before) return `said at ${got.at}, before the line in front of it: ${got.text}`;
  const { withinMs } = want;
  if (withinMs !== undefined && Math.abs(got.at - want.at) > withinMs) {
    return `said at ${got.at} instead of ${want.at}, ${withinMs} ms are allowed: ${got.text}`;
  }
  return undefined;
}
