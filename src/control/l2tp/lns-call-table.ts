/**
 * An incoming call as the LNS sees it, RFC 2661 §7.4.2: the RFC's table is the program. Pure. Runs
 * once for each message of a session, and for each local event.
 */

export type LnsCallState = 'idle' | 'wait-connect' | 'established';

/** "ok" and "not ok" are the RFC's acceptable and not acceptable. */
export type LnsCallEvent =
  | 'ICRQ ok'
  | 'ICRQ not ok'
  | 'ICRP'
  | 'ICCN ok'
  | 'ICCN not ok'
  | 'CDN'
  | 'local close';

export type LnsCallAction = 'send ICRP' | 'prepare for data' | 'send CDN' | 'clean up';

export interface LnsCallStep {
  readonly actions: readonly LnsCallAction[];
  readonly next: LnsCallState;
}

type Row = readonly [
  states: readonly LnsCallState[],
  events: readonly LnsCallEvent[],
  actions: readonly LnsCallAction[],
  next: LnsCallState,
];

const ALL: readonly LnsCallState[] = ['idle', 'wait-connect', 'established'];
const ICRQ: readonly LnsCallEvent[] = ['ICRQ ok', 'ICRQ not ok'];
const ICCN: readonly LnsCallEvent[] = ['ICCN ok', 'ICCN not ok'];
const REFUSE: readonly LnsCallAction[] = ['send CDN', 'clean up'];

const ROWS: readonly Row[] = [
  [['idle'], ['ICRQ ok'], ['send ICRP'], 'wait-connect'],
  [['idle'], ['ICRQ not ok'], REFUSE, 'idle'],
  [['idle'], ['ICRP'], REFUSE, 'idle'],
  [['idle'], ICCN, ['clean up'], 'idle'],
  [['wait-connect'], ['ICCN ok'], ['prepare for data'], 'established'],
  [['wait-connect'], ['ICCN not ok'], REFUSE, 'idle'],
  [['wait-connect'], [...ICRQ, 'ICRP'], REFUSE, 'idle'],
  [ALL, ['CDN'], ['clean up'], 'idle'],
  [['wait-connect', 'established'], ['local close'], REFUSE, 'idle'],
  [['established'], [...ICRQ, 'ICRP', ...ICCN], REFUSE, 'idle'],
];

/** @returns undefined for what the RFC does not list: count it, change nothing. */
export function stepLnsCall(state: LnsCallState, event: LnsCallEvent): LnsCallStep | undefined {
  const row = ROWS.find(([states, events]) => states.includes(state) && events.includes(event));
  return row && { actions: row[2], next: row[3] };
}
