import { strict as assert } from 'node:assert';
import { type Event, type State, step } from '../../../src/control/ppp/automaton.ts';

/** In the order of RFC 1661 §4.1's rows. */
const EVENTS: readonly Event[] = [
  ...(['Up', 'Down', 'Open', 'Close', 'TO+', 'TO-', 'RCR+', 'RCR-'] as const),
  ...(['RCA', 'RCN', 'RTR', 'RTA', 'RUC', 'RXJ+', 'RXJ-', 'RXR'] as const),
];

/**
 * Written down a second time, state by state, from RFC 1661's two tables: per state its number, and
 * for each event the actions and the number of the next state; `.` where nothing is done, `!` where
 * the event cannot be.
 */
const COLUMNS: Readonly<Record<State, readonly [number, string]>> = {
  Initial: [0, '. 2|!|tls 1|. 0|!|!|!|!|!|!|!|!|!|!|!|!'],
  Starting: [1, 'irc scr 6|!|. 1|tlf 0|!|!|!|!|!|!|!|!|!|!|!|!'],
  Closed: [2, '!|. 0|irc scr 6|. 2|!|!|sta 2|sta 2|sta 2|sta 2|sta 2|. 2|scj 2|. 2|tlf 2|. 2'],
  Stopped: [
    3,
    '!|tls 1|. 3|. 2|!|!|irc scr sca 8|irc scr scn 6|sta 3|sta 3|sta 3|. 3|scj 3|. 3|tlf 3|. 3',
  ],
  Closing: [4, '!|. 0|. 5|. 4|str 4|tlf 2|. 4|. 4|. 4|. 4|sta 4|tlf 2|scj 4|. 4|tlf 2|. 4'],
  Stopping: [5, '!|. 1|. 5|. 4|str 5|tlf 3|. 5|. 5|. 5|. 5|sta 5|tlf 3|scj 5|. 5|tlf 3|. 5'],
  'Req-Sent': [
    6,
    '!|. 1|. 6|irc str 4|scr 6|tlf 3|sca 8|scn 6|irc 7|irc scr 6|sta 6|. 6|scj 6|. 6|tlf 3|. 6',
  ],
  'Ack-Rcvd': [
    7,
    '!|. 1|. 7|irc str 4|scr 6|tlf 3|sca tlu 9|scn 7|scr 6|scr 6|sta 6|. 6|scj 7|. 6|tlf 3|. 7',
  ],
  'Ack-Sent': [
    8,
    '!|. 1|. 8|irc str 4|scr 8|tlf 3|sca 8|scn 6|irc tlu 9|irc scr 8|sta 6|. 8|scj 8|. 8|tlf 3|. 8',
  ],
  Opened: [
    9,
    '!|tld 1|. 9|tld irc str 4|!|!|tld scr sca 8|tld scr scn 6|tld scr 6|tld scr 6|' +
      'tld zrc sta 5|tld scr 6|scj 9|. 9|tld irc str 5|ser 9',
  ],
};
const NUMBERS = new Map(Object.entries(COLUMNS).map(([state, [number]]) => [state, number]));
const isState = (name: string): name is State => NUMBERS.has(name);

describe('control/ppp/automaton (RFC 1661 §4.1)', () => {
  for (const [state, [, column]] of Object.entries(COLUMNS)) {
    const cells = column.split('|');
    for (const [at, event] of EVENTS.entries()) {
      const cell = cells[at] ?? 'missing';
      it(`${event} in ${state}: ${cell} [LCP-4.1-01]`, () => {
        assert.ok(isState(state));
        const result = step(state, event);
        if (cell === '!') {
          assert.equal(result, undefined);
          return;
        }
        const [next, ...actions] = cell.split(' ').toReversed();
        assert.equal(NUMBERS.get(result?.next ?? ''), Number(next));
        assert.deepEqual(
          result?.actions,
          actions.toReversed().filter((word) => word !== '.'),
        );
      });
    }
  }

  it('has 160 cells', () => {
    const counts = Object.values(COLUMNS).map(([, column]) => column.split('|').length);
    assert.deepEqual(counts, Array(10).fill(16));
  });
});
