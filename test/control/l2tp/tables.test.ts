import { strict as assert } from 'node:assert';
import type { ControlEvent, ControlState } from '../../../src/control/l2tp/control-table.ts';
import { stepControl } from '../../../src/control/l2tp/control-table.ts';
import type { CallEvent, CallState } from '../../../src/control/l2tp/incoming-call-table.ts';
import { stepCall } from '../../../src/control/l2tp/incoming-call-table.ts';
import type { LnsCallEvent, LnsCallState } from '../../../src/control/l2tp/lns-call-table.ts';
import { stepLnsCall } from '../../../src/control/l2tp/lns-call-table.ts';

/** RFC 2661 §7.2.1 written down a second time, one cell a line: state; event; actions; next. */
const CONTROL_CELLS = `
idle; local open; send SCCRQ; wait-ctl-reply
idle; SCCRQ ok; send SCCRP; wait-ctl-conn
idle; SCCRQ not ok; send StopCCN, clean up; idle
idle; SCCRP ok; send StopCCN, clean up; idle
idle; SCCRP not ok; send StopCCN, clean up; idle
idle; SCCCN ok; clean up; idle
idle; SCCCN not ok; clean up; idle
idle; StopCCN; clean up; idle
wait-ctl-reply; SCCRP ok; send SCCCN, tunnel-open to waiting sessions; established
wait-ctl-reply; SCCRP not ok; send StopCCN, clean up; idle
wait-ctl-reply; SCCRQ, tie lost; clean up, requeue SCCRQ; idle
wait-ctl-reply; SCCCN ok; send StopCCN, clean up; idle
wait-ctl-reply; SCCCN not ok; send StopCCN, clean up; idle
wait-ctl-reply; StopCCN; clean up; idle
wait-ctl-conn; SCCCN ok; tunnel-open to waiting sessions; established
wait-ctl-conn; SCCCN not ok; send StopCCN, clean up; idle
wait-ctl-conn; SCCRP ok; send StopCCN, clean up; idle
wait-ctl-conn; SCCRP not ok; send StopCCN, clean up; idle
wait-ctl-conn; SCCRQ ok; send StopCCN, clean up; idle
wait-ctl-conn; SCCRQ not ok; send StopCCN, clean up; idle
wait-ctl-conn; StopCCN; clean up; idle
established; local open; tunnel-open to waiting sessions; established
established; admin close; send StopCCN, clean up; idle
established; SCCRQ ok; send StopCCN, clean up; idle
established; SCCRQ not ok; send StopCCN, clean up; idle
established; SCCRP ok; send StopCCN, clean up; idle
established; SCCRP not ok; send StopCCN, clean up; idle
established; SCCCN ok; send StopCCN, clean up; idle
established; SCCCN not ok; send StopCCN, clean up; idle
established; StopCCN; clean up; idle`;

const CONTROL_STATES: readonly ControlState[] = [
  'idle',
  'wait-ctl-reply',
  'wait-ctl-conn',
  'established',
];
const CONTROL_EVENTS: readonly ControlEvent[] = [
  'local open',
  'admin close',
  'SCCRQ ok',
  'SCCRQ not ok',
  'SCCRQ, tie lost',
  'SCCRP ok',
  'SCCRP not ok',
  'SCCCN ok',
  'SCCCN not ok',
  'StopCCN',
];

/** The same of §7.4.1, the LAC's incoming call. */
const CALL_CELLS = `
idle; bearer ready; start local tunnel open; wait-tunnel
idle; ICCN; clean up; idle
idle; ICRP ok; clean up; idle
idle; ICRP not ok; clean up; idle
idle; CDN; clean up; idle
wait-tunnel; bearer drop or local close; clean up; idle
wait-tunnel; tunnel-open; send ICRQ; wait-reply
wait-reply; ICRP ok; send ICCN; established
wait-reply; ICRP not ok; send CDN, clean up; idle
wait-reply; ICRQ; send CDN, clean up; idle
wait-reply; CDN; clean up; idle
wait-reply; ICCN; clean up; idle
wait-reply; bearer drop or local close; send CDN, clean up; idle
established; CDN; clean up; idle
established; ICRQ; send CDN, clean up; idle
established; ICRP ok; send CDN, clean up; idle
established; ICRP not ok; send CDN, clean up; idle
established; ICCN; send CDN, clean up; idle
established; bearer drop or local close; send CDN, clean up; idle`;

const CALL_STATES: readonly CallState[] = ['idle', 'wait-tunnel', 'wait-reply', 'established'];
const CALL_EVENTS: readonly CallEvent[] = [
  'bearer ready',
  'bearer drop or local close',
  'tunnel-open',
  'ICRQ',
  'ICRP ok',
  'ICRP not ok',
  'ICCN',
  'CDN',
];

/** The same of §7.4.2, the LNS's incoming call. */
const LNS_CALL_CELLS = `
idle; ICRQ ok; send ICRP; wait-connect
idle; ICRQ not ok; send CDN, clean up; idle
idle; ICRP; send CDN, clean up; idle
idle; ICCN ok; clean up; idle
idle; ICCN not ok; clean up; idle
idle; CDN; clean up; idle
wait-connect; ICCN ok; prepare for data; established
wait-connect; ICCN not ok; send CDN, clean up; idle
wait-connect; ICRQ ok; send CDN, clean up; idle
wait-connect; ICRQ not ok; send CDN, clean up; idle
wait-connect; ICRP; send CDN, clean up; idle
wait-connect; CDN; clean up; idle
wait-connect; local close; send CDN, clean up; idle
established; ICRQ ok; send CDN, clean up; idle
established; ICRQ not ok; send CDN, clean up; idle
established; ICRP; send CDN, clean up; idle
established; ICCN ok; send CDN, clean up; idle
established; ICCN not ok; send CDN, clean up; idle
established; CDN; clean up; idle
established; local close; send CDN, clean up; idle`;

const LNS_CALL_STATES: readonly LnsCallState[] = ['idle', 'wait-connect', 'established'];
const LNS_CALL_EVENTS: readonly LnsCallEvent[] = [
  'ICRQ ok',
  'ICRQ not ok',
  'ICRP',
  'ICCN ok',
  'ICCN not ok',
  'CDN',
  'local close',
];

interface Step {
  readonly actions: readonly string[];
  readonly next: string;
}

/** Every cell of a table as the product has it, in the words of the transcription. */
function cellsOf<State extends string, Event extends string>(
  states: readonly State[],
  events: readonly Event[],
  step: (state: State, event: Event) => Step | undefined,
): string[] {
  return states.flatMap((state) =>
    events.flatMap((event) => {
      const found = step(state, event);
      return found ? [`${state}; ${event}; ${found.actions.join(', ')}; ${found.next}`] : [];
    }),
  );
}

describe('control/l2tp/control-table (RFC 2661 §7.2.1)', () => {
  it('has the cells of the RFC, and no other [L2TP-7.2.1-01]', () => {
    const cells = cellsOf(CONTROL_STATES, CONTROL_EVENTS, stepControl);
    assert.deepEqual(cells.toSorted(), CONTROL_CELLS.trim().split('\n').toSorted());
  });
});

describe('control/l2tp/incoming-call-table (RFC 2661 §7.4.1)', () => {
  it('has the cells of the RFC, and no other [L2TP-7.4.1-01]', () => {
    const cells = cellsOf(CALL_STATES, CALL_EVENTS, stepCall);
    assert.deepEqual(cells.toSorted(), CALL_CELLS.trim().split('\n').toSorted());
  });
});

describe('control/l2tp/lns-call-table (RFC 2661 §7.4.2)', () => {
  it('has the cells of the RFC, and no other [L2TP-7.4.2-01]', () => {
    const cells = cellsOf(LNS_CALL_STATES, LNS_CALL_EVENTS, stepLnsCall);
    assert.deepEqual(cells.toSorted(), LNS_CALL_CELLS.trim().split('\n').toSorted());
  });
});
