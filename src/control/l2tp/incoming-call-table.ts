/**
 * An incoming call as the LAC sees it, RFC 2661 §7.4.1: the RFC's table is the program. Pure. Runs
 * once for each message of a session, and for each local event.
 */

/** `wait-tunnel` lasts one step: the call itself waits in control/vpdn until its tunnel stands. */
export type CallState = 'idle' | 'wait-tunnel' | 'wait-reply' | 'established';

export type CallEvent =
  | 'bearer ready'
  | 'bearer drop or local close'
  | 'tunnel-open'
  | 'ICRQ'
  | 'ICRP ok'
  | 'ICRP not ok'
  | 'ICCN'
  | 'CDN';

export type CallAction =
  | 'start local tunnel open'
  | 'send ICRQ'
  | 'send ICCN'
  | 'send CDN'
  | 'clean up';

export interface CallStep {
  readonly actions: readonly CallAction[];
  readonly next: CallState;
}

type Row = readonly [
  state: CallState,
  events: readonly CallEvent[],
  actions: readonly CallAction[],
  next: CallState,
];

const ICRP: readonly CallEvent[] = ['ICRP ok', 'ICRP not ok'];
const REFUSE: readonly CallAction[] = ['send CDN', 'clean up'];

const ROWS: readonly Row[] = [
  ['idle', ['bearer ready'], ['start local tunnel open'], 'wait-tunnel'],
  ['idle', ['ICCN', ...ICRP, 'CDN'], ['clean up'], 'idle'],
  ['wait-tunnel', ['bearer drop or local close'], ['clean up'], 'idle'],
  ['wait-tunnel', ['tunnel-open'], ['send ICRQ'], 'wait-reply'],
  ['wait-reply', ['ICRP ok'], ['send ICCN'], 'established'],
  ['wait-reply', ['ICRP not ok'], REFUSE, 'idle'],
  ['wait-reply', ['ICRQ'], REFUSE, 'idle'],
  ['wait-reply', ['CDN', 'ICCN'], ['clean up'], 'idle'],
  ['wait-reply', ['bearer drop or local close'], REFUSE, 'idle'],
  ['established', ['CDN'], ['clean up'], 'idle'],
  ['established', ['ICRQ', ...ICRP, 'ICCN'], REFUSE, 'idle'],
  ['established', ['bearer drop or local close'], REFUSE, 'idle'],
];

/** @returns undefined for what the RFC does not list: count it, change nothing. */
export function stepCall(state: CallState, event: CallEvent): CallStep | undefined {
  const row = ROWS.find(([from, events]) => from === state && events.includes(event));
  return row && { actions: row[2], next: row[3] };
}
