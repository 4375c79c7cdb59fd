import { strict as assert } from 'node:assert';
import type { Event } from '../../../src/base/event.ts';
import { DEBUG_NAMES } from '../../../src/console/debug/debug-name.ts';
import { renderLog, renderTrace } from '../../../src/console/debug/render.ts';
import { SET_UP, TEAR_DOWN } from './seed-events.ts';
import * as lns from './seed-lns-events.ts';
import { debugsOf, SEED_LINES } from './seed-trace.ts';

/** `debug: text` for each line of an event. */
const rendered = (event: Event): readonly string[] =>
  event.kind === 'log'
    ? [`log: ${renderLog(event)}`]
    : renderTrace(event).map(({ debug, text }) => `${debug}: ${text}`);

/** The lines of one listing that this firmware has: neither AAA nor RADIUS nor ISDN. */
const expected = (listing: string): readonly string[] =>
  SEED_LINES.filter(({ id }) => id.startsWith(listing))
    .map(({ text }) => [debugsOf(text)[0] ?? '', text] as const)
    .filter(([debug, text]) => !/^(?:aaa|radius)/.test(debug) && !text.startsWith('%ISDN'))
    .map(([debug, text]) => `${debug}: ${text.replaceAll('0x0x', '0x')}`);

describe('console/debug and the seed (trace.md §8 to §11)', () => {
  it('each of its 378 lines belongs to one debug', () => {
    const counts = new Map<string, number>();
    for (const { id, text } of SEED_LINES) {
      const [debug = 'none', ...others] = new Set(debugsOf(text));
      assert.deepEqual(others, [], `${id} belongs to several`);
      counts.set(debug, (counts.get(debug) ?? 0) + 1);
    }
    assert.equal(SEED_LINES.length, 378);
    assert.deepEqual(Object.fromEntries(counts), {
      'aaa authentication': 1,
      'aaa authorization': 49,
      'ppp authentication': 8,
      'ppp negotiation': 57,
      'vpdn event': 20,
      'vpdn l2x-events': 55,
      'vpdn l2x-packets': 137,
      log: 10,
      radius: 37,
      vtemplate: 4,
    });
  });

  it('none of them is of `debug ppp packet`, which shows keepalives', () => {
    assert.ok(SEED_LINES.every(({ text }) => !debugsOf(text).includes('ppp packet')));
  });

  it('only names that IOS has are in the table', () => {
    const later = ['log', 'aaa authorization', 'aaa authentication', 'radius'];
    const known: readonly string[] = [...DEBUG_NAMES, ...later];
    for (const { text } of SEED_LINES)
      for (const debug of debugsOf(text)) assert.ok(known.includes(debug));
  });

  const PROVED =
    '[TRACE-01] [TRACE-02] [TRACE-03] [TRACE-04] [TRACE-05] [TRACE-06] [TRACE-07] [TRACE-08] ' +
    '[TRACE-09] [TRACE-10] [TRACE-11] [TRACE-13]';
  it(`the LAC sets a call up in the words and order of the seed ${PROVED}`, () => {
    assert.deepEqual(SET_UP.flatMap(rendered), expected('LS'));
  });

  it('the LAC takes a call down in the words and order of the seed [TRACE-05] [TRACE-16]', () => {
    assert.deepEqual(TEAR_DOWN.flatMap(rendered), expected('LD'));
  });

  const LNS_PROVED =
    '[TRACE-01, TRACE-02, TRACE-03, TRACE-04, TRACE-05, TRACE-06, TRACE-07, TRACE-08, TRACE-09, ' +
    'TRACE-10, TRACE-11, TRACE-12, TRACE-15, TRACE-17]';
  it(`the LNS sets a call up in its own words, but for 0x0x ${LNS_PROVED}`, () => {
    assert.deepEqual(lns.SET_UP.flatMap(rendered), expected('NS'));
  });

  it('the LNS takes a call down [TRACE-01, TRACE-03, TRACE-05, TRACE-15, TRACE-16]', () => {
    assert.deepEqual(lns.TEAR_DOWN.flatMap(rendered), expected('ND'));
  });
});
