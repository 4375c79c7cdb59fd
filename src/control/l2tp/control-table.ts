/**
 * The control connection's states, RFC 2661 §7.2.1: the RFC's table is the program. Pure. Runs once
 * for each message of the tunnel itself, and for each local open or close.
 */

export type ControlState = 'idle' | 'wait-ctl-reply' | 'wait-ctl-conn' | 'established';

/** "ok" and "not ok" are the RFC's acceptable and not acceptable; the rest of a row's words too. */
export type ControlEvent =
  | 'local open'
  | 'admin close'
  | 'SCCRQ ok'
  | 'SCCRQ not ok'
  | 'SCCRQ, tie lost'
  | 'SCCRP ok'
  | 'SCCRP not ok'
  | 'SCCCN ok'
  | 'SCCCN not ok'
  | 'StopCCN';

export type ControlAction =
  | 'send SCCRQ'
  | 'send SCCRP'
  | 'send SCCCN'
  | 'send StopCCN'
  | 'tunnel-open to waiting sessions'
  | 'requeue SCCRQ'
  | 'clean up';

export interface ControlStep {
  readonly actions: readonly ControlAction[];
  readonly next: ControlState;
}

type Row = readonly [
  states: readonly ControlState[],
  events: readonly ControlEvent[],
  actions: readonly ControlAction[],
  next: ControlState,
];

const ALL: readonly ControlState[] = ['idle', 'wait-ctl-reply', 'wait-ctl-conn', 'established'];
const SCCRQ: readonly ControlEvent[] = ['SCCRQ ok', 'SCCRQ not ok'];
const SCCRP: readonly ControlEvent[] = ['SCCRP ok', 'SCCRP not ok'];
const SCCCN: readonly ControlEvent[] = ['SCCCN ok', 'SCCCN not ok'];
const STOP: readonly ControlAction[] = ['send StopCCN', 'clean up'];
const OPEN: readonly ControlAction[] = ['tunnel-open to waiting sessions'];

const ROWS: readonly Row[] = [
  [['idle'], ['local open'], ['send SCCRQ'], 'wait-ctl-reply'],
  [['idle'], ['SCCRQ ok'], ['send SCCRP'], 'wait-ctl-conn'],
  [['idle'], ['SCCRQ not ok'], STOP, 'idle'],
  [['idle'], SCCRP, STOP, 'idle'],
  [['idle'], SCCCN, ['clean up'], 'idle'],
  [['wait-ctl-reply'], ['SCCRP ok'], ['send SCCCN', ...OPEN], 'established'],
  [['wait-ctl-reply'], ['SCCRP not ok'], STOP, 'idle'],
  [['wait-ctl-reply'], ['SCCRQ, tie lost'], ['clean up', 'requeue SCCRQ'], 'idle'],
  [['wait-ctl-reply'], SCCCN, STOP, 'idle'],
  [['wait-ctl-conn'], ['SCCCN ok'], OPEN, 'established'],
  [['wait-ctl-conn'], ['SCCCN not ok'], STOP, 'idle'],
  [['wait-ctl-conn'], [...SCCRP, ...SCCRQ], STOP, 'idle'],
  [['established'], ['local open'], OPEN, 'established'],
  [['established'], ['admin close'], STOP, 'idle'],
  [['established'], [...SCCRQ, ...SCCRP, ...SCCCN], STOP, 'idle'],
  [ALL, ['StopCCN'], ['clean up'], 'idle'],
];

/** @returns undefined for what the RFC does not list: count it, change nothing. */
export function stepControl(state: ControlState, event: ControlEvent): ControlStep | undefined {
  const row = ROWS.find(([states, events]) => states.includes(state) && events.includes(event));
  return row && { actions: row[2], next: row[3] };
}
