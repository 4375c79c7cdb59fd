/** Unix signals, told in a turn of the scheduler's instead of in the middle of anything. */
import type { EventLoop } from '../base/event-loop.ts';

/** `received` is told how often the signal has come, from 1 on. */
export function onSignal(
  signal: NodeJS.Signals,
  loop: EventLoop,
  received: (times: number) => void,
): void {
  let times = 0;
  process.on(signal, () => {
    times++;
    const seen = times;
    loop.post(() => received(seen));
  });
}
