/**
 * The two clocks: one that never jumps, for every machine and timer, and the wall's, for people.
 */
import type { Millis } from '../base/machine.ts';
import { addressOf, clockGettime } from './ffi.ts';

const CLOCK_MONOTONIC = 1;

/**
 * A struct timespec of a 64-bit Linux; the words are the lower halves of seconds and nanoseconds.
 */
const timespec = new Int32Array(new ArrayBuffer(16));
const timespecAddress = Number(addressOf(timespec.buffer));
const SECONDS = 0;
const NANOSECONDS = 2;

clockGettime(CLOCK_MONOTONIC, timespecAddress);
const startedAt = timespec[SECONDS] ?? 0;

/**
 * Whole milliseconds since about when the program began. performance.now() would do, but it makes a
 * number on the heap each time, and the scheduler asks twice a turn.
 */
export function monotonicMs(): Millis {
  clockGettime(CLOCK_MONOTONIC, timespecAddress);
  const seconds = (timespec[SECONDS] ?? 0) - startedAt;
  return seconds * 1_000 + Math.trunc((timespec[NANOSECONDS] ?? 0) / 1_000_000);
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** As IOS stamps its log lines, in local time: `Nov 23 09:05:07.042`. */
export function wallClockText(time: Date = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${MONTHS[time.getMonth()]} ${String(time.getDate()).padStart(2)}`;
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${day} ${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
