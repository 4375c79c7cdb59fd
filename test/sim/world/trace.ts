/** What happened in a world, for a person: the LAC's own trace, and the world's doings between. */
import type { Event } from '../../../src/base/event.ts';
import type { Millis } from '../../../src/base/machine.ts';
import { DebugFlags } from '../../../src/console/debug/flags.ts';

const flags = new DebugFlags();
flags.set('all', true);

export function printTrace(event: Event | string, now: Millis): void {
  const at = (now / 1000).toFixed(3).padStart(9);
  const lines = typeof event === 'string' ? [event] : flags.linesOf(event);
  for (const line of lines) console.log(`${at} ${line}`);
}
