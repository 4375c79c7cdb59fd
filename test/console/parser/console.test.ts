import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { answer, type ConsoleActions } from '../../../src/console/parser/console.ts';

/** A box that writes down what is asked of it. */
function box() {
  const asked: string[] = [];
  const ask = (what: string): undefined => {
    asked.push(what);
    return undefined;
  };
  const memory = {
    rssOctets: 1,
    heapUsedOctets: 2,
    timers: 3,
    frameSlots: 4,
    frameSlotsInUse: 5,
    calls: 6,
    tunnels: 7,
    sessions: 8,
    addresses: 9,
  };
  const actions: ConsoleActions = {
    vpdn: () => ({ tunnels: [], sessions: [] }),
    lines: () => [],
    callers: () => [],
    pools: () => [
      { name: 'default', ranges: [{ low: '10.77.1.10', high: '10.77.1.12' }], free: 2, inUse: 1 },
    ],
    memory: () => memory,
    counters: () => ({ udp: { rxDatagrams: 9 } }),
    clearLine: (number) => (number === 9 ? 'there is no line 9' : ask(`line ${number}`)),
    clearTunnel: (tunnelId) => ask(`tunnel ${tunnelId}`),
    clearAccess: (number) =>
      number === 9 ? 'there is no Virtual-Access9' : ask(`access ${number}`),
    debug: (names, on) => ask(`${on ? 'debug' : 'undebug'} ${names}`),
    reload: () => ask('reload'),
  };
  return { asked, type: (line: string) => answer(actions, line) };
}

describe('console/parser/console', () => {
  it('answers each show as text, and under | json in exactly one line', () => {
    const { type } = box();
    assert.deepEqual(type('show vpdn'), ['% No active L2TP tunnels']);
    assert.deepEqual(type('show vpdn | json'), ['{"tunnels":[],"sessions":[]}']);
    assert.deepEqual(type('show line|json'), ['{"lines":[]}']);
    assert.deepEqual(type('show counters | json'), ['{"udp":{"rxDatagrams":9}}']);
    assert.equal(JSON.parse(type('show memory | json')[0] ?? '').timers, 3);
    assert.ok(type('show memory').some((line) => /^timers +3$/.test(line)));
    assert.ok(type('show counters').some((line) => /^udp +rxDatagrams +9$/.test(line)));
    assert.equal(type('show line').length, 1, 'the heading');
    assert.deepEqual(type('show caller | json'), ['{"callers":[]}']);
    assert.ok(type('show ip local pool').some((line) => /^default .* 2 +1$/.test(line)));
  });

  it('takes unique abbreviations, any case and any blanks', () => {
    const { type } = box();
    assert.deepEqual(type('  sh   V '), ['% No active L2TP tunnels']);
    assert.deepEqual(type('SHOW VPDN'), ['% No active L2TP tunnels']);
  });

  it('hands on what is to be cleared, debugged and reloaded', () => {
    const { asked, type } = box();
    assert.deepEqual(type('cl li 3'), ['Line 3 is cleared']);
    assert.deepEqual(type('clear int virtual-access 4'), ['Virtual-Access4 is cleared']);
    assert.deepEqual(type('clear interface virtual-access 9'), ['% there is no Virtual-Access9']);
    assert.deepEqual(type('clear vpdn tunnel l2tp all'), ['All tunnels are cleared']);
    assert.deepEqual(type('clear vpdn tunnel l2tp id 17688'), ['Tunnel 17688 is cleared']);
    assert.deepEqual(type('debug ppp negotiation'), ['ppp negotiation debugging is on']);
    assert.deepEqual(type('undebug  all '), ['all debugging is off']);
    assert.deepEqual(type('reload'), ['Reload requested']);
    const debugs = ['debug ppp negotiation', 'undebug all'];
    assert.deepEqual(asked, [
      'line 3',
      'access 4',
      'tunnel all',
      'tunnel 17688',
      ...debugs,
      'reload',
    ]);
  });

  it('says why something was refused', () => {
    assert.deepEqual(box().type('clear line 9'), ['% there is no line 9']);
  });

  it('complains as IOS does', () => {
    const { type, asked } = box();
    const marker = "% Invalid input detected at '^' marker.";
    assert.deepEqual(type('show lime'), ['     ^', marker]);
    assert.deepEqual(type('nonsense'), ['^', marker]);
    assert.deepEqual(type('show line 3'), ['          ^', marker]);
    assert.deepEqual(type('clear line x'), ['           ^', marker]);
    assert.deepEqual(type('clear vpdn tunnel l2tp id 65536'), [`${' '.repeat(26)}^`, marker]);
    assert.deepEqual(type('clear line'), ['% Incomplete command.']);
    assert.deepEqual(type('debug'), ['% Incomplete command.']);
    assert.deepEqual(type('show vpdn | grep'), ['% Unknown filter "grep", expected json']);
    assert.deepEqual(type('reload | json'), ['% There is nothing to show as json']);
    assert.deepEqual(asked, []);
  });

  it('says nothing to an empty line, and never throws', () => {
    const { type } = box();
    assert.deepEqual(type('   '), []);
    fc.assert(fc.property(fc.string(), (line) => Array.isArray(type(line))));
  });
});
