/** Every frame is accounted for: the sums that src/forward/path/counters.ts promises. */
import type { Router } from '../../../src/role/router/router.ts';

/** Seen on the wire since the LAC came up, to hold against its counters. */
export interface Seen {
  datagramsIn: number;
  dataOut: number;
  framesDown: number;
}

export function lookAtCounters({ lac, forwarder: plane }: Router, seen: Seen): string | undefined {
  const total = { downFrames: 0, up: 0, down: 0 };
  for (const { forwarder, config } of lac.lines) {
    const c = forwarder.counters;
    const up = c.badAddress + c.badControl + c.badProtocol + c.upPunted + c.upPuntFull;
    const upAll = up + c.upNotBound + c.upForwarded + c.upRefused;
    if (c.framesOk !== upAll)
      return `Async${config.number}: ${c.framesOk} frames up, ${upAll} told`;
    const waiting = c.downLate + c.downUnbound + forwarder.session.held;
    const down = c.downForwarded + c.downMalformed + c.downTooLong + c.downBacklog + waiting;
    if (c.downFrames !== down) return `Async${config.number}: ${c.downFrames} down, ${down} told`;
    total.downFrames += c.downFrames;
    total.up += c.upForwarded + c.upInjected;
    total.down += c.downForwarded + c.downInjected;
  }
  const c = plane.counters;
  const faults = c.empty + c.truncated + c.badVersion + c.badFlags + c.badLength;
  const control = c.controlPunted + c.controlPuntFull + c.controlTooLong + c.controlUnread;
  const told = faults + control + c.noSession + c.wrongSource + total.downFrames;
  if (c.datagrams !== told) return `${c.datagrams} datagrams in, ${told} told`;
  if (c.datagrams !== seen.datagramsIn)
    return `${seen.datagramsIn} datagrams in, ${c.datagrams} told`;
  if (seen.dataOut + c.unsent < total.up || seen.dataOut > total.up) {
    return `${seen.dataOut} data messages out, ${total.up} told`;
  }
  if (seen.framesDown > total.down) return `${seen.framesDown} frames down, ${total.down} told`;
  return undefined;
}

/** What must be left of a LAC without calls, when the full cycle behind the last tunnel is over. */
export function lookForLeaks(
  { lac, tunnels, forwarder }: Router,
  timers: { count(): number; running(): number },
): string[] {
  const { pool, sessions, punt } = forwarder;
  const lines = lac.lines.length;
  const leaks: [string, number, number][] = [
    ['frame slots in use', pool.inUse, lines],
    ['sessions bound', sessions.count, 0],
    ['timers running', timers.running(), 0],
    // One for each line, and that of frames that wait for an earlier one.
    ['timers made', timers.count(), lines + 1],
    ['tunnels known', tunnels.records.size, 0],
    ['lines with a call', lac.lines.filter(({ token }) => token !== undefined).length, 0],
    ['lines in a tunnel', lac.lines.filter(({ tunnel }) => tunnel !== undefined).length, 0],
    ['frames punted', punt.take() === undefined ? 0 : 1, 0],
  ];
  return leaks
    .filter(([, found, expected]) => found !== expected)
    .map(([what, found, expected]) => `${what}: ${found}, should be ${expected}`);
}
