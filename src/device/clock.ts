/** The two clocks: one that never jumps, for every machine and timer, and the wall's, for people. */
import type { Millis } from '../base/machine.ts';

/** Whole milliseconds since the program began. */
export const monotonicMs = (): Millis => Math.floor(performance.now());

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** As IOS stamps its log lines, in local time: `Nov 23 09:05:07.042`. */
export function wallClockText(time: Date = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${MONTHS[time.getMonth()]} ${String(time.getDate()).padStart(2)}`;
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${day} ${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
