/**
 * The option negotiation automaton of RFC 1661 §4.1, shared by LCP and the NCPs. The RFC's table is
 * the program: to change behaviour, change a cell and say why. Footnotes r, p and x are not taken.
 * Pure: events in, actions out. The caller owns the packets, the Restart counter and the clock.
 */
import { assert } from '../../base/assert.ts';

const STATES = [
  'Initial',
  'Starting',
  'Closed',
  'Stopped',
  'Closing',
  'Stopping',
  'Req-Sent',
  'Ack-Rcvd',
  'Ack-Sent',
  'Opened',
] as const;
const ACTIONS = [
  'tlu',
  'tld',
  'tls',
  'tlf',
  'irc',
  'zrc',
  'scr',
  'sca',
  'scn',
  'str',
  'sta',
  'scj',
  'ser',
] as const;
export type State = (typeof STATES)[number];
export type Action = (typeof ACTIONS)[number];
/** An event's name is the first word of its row. */
export type Event =
  | 'Up'
  | 'Down'
  | 'Open'
  | 'Close'
  | 'TO+'
  | 'TO-'
  | 'RCR+'
  | 'RCR-'
  | 'RCA'
  | 'RCN'
  | 'RTR'
  | 'RTA'
  | 'RUC'
  | 'RXJ+'
  | 'RXJ-'
  | 'RXR';
export type Step = { readonly next: State; readonly actions: readonly Action[] };

const TABLE = `
Up   2     irc,scr/6 -         -             -     -     -         -         -         -
Down -     -         0         tls/1         0     1     1         1         1         tld/1
Open tls/1 1         irc,scr/6 3             5     5     6         7         8         9
Close 0    tlf/0     2         2             4     4     irc,str/4 irc,str/4 irc,str/4 tld,irc,str/4
TO+  -     -         -         -             str/4 str/5 scr/6     scr/6     scr/8     -
TO-  -     -         -         -             tlf/2 tlf/3 tlf/3     tlf/3     tlf/3     -
RCR+ -     -         sta/2     irc,scr,sca/8 4     5     sca/8     sca,tlu/9 sca/8     tld,scr,sca/8
RCR- -     -         sta/2     irc,scr,scn/6 4     5     scn/6     scn/7     scn/6     tld,scr,scn/6
RCA  -     -         sta/2     sta/3         4     5     irc/7     scr/6     irc,tlu/9 tld,scr/6
RCN  -     -         sta/2     sta/3         4     5     irc,scr/6 scr/6     irc,scr/8 tld,scr/6
RTR  -     -         sta/2     sta/3         sta/4 sta/5 sta/6     sta/6     sta/6     tld,zrc,sta/5
RTA  -     -         2         3             tlf/2 tlf/3 6         6         8         tld,scr/6
RUC  -     -         scj/2     scj/3         scj/4 scj/5 scj/6     scj/7     scj/8     scj/9
RXJ+ -     -         2         3             4     5     6         6         8         9
RXJ- -     -         tlf/2     tlf/3         tlf/2 tlf/3 tlf/3     tlf/3     tlf/3     tld,irc,str/5
RXR  -     -         2         3             4     5     6         7         8         ser/9`;

const isAction = (word: string): word is Action => ACTIONS.some((action) => action === word);
const STEPS = new Map<string, readonly (Step | undefined)[]>();
for (const row of TABLE.trim().split('\n')) {
  const [event = '', ...cells] = row.split(/\s+/);
  STEPS.set(event, cells.map(parseCell));
}

/** @returns undefined where the RFC has `-`: it cannot happen, the caller counts it as our bug. */
export function step(state: State, event: Event): Step | undefined {
  return STEPS.get(event)?.[STATES.indexOf(state)];
}

function parseCell(cell: string): Step | undefined {
  if (cell === '-') return undefined;
  const [number, list] = cell.split('/').toReversed();
  const next = STATES[Number(number)];
  const actions = list === undefined ? [] : list.split(',');
  assert(next !== undefined && actions.every(isAction), `RFC 1661 table: bad cell ${cell}`);
  return { next, actions };
}
