import { strict as assert } from 'node:assert';
import { type Event, log } from '../../../src/base/event.ts';
import { DEBUG_NAMES, parseDebugList } from '../../../src/console/debug/debug-name.ts';
import { DebugFlags } from '../../../src/console/debug/flags.ts';
import { shortInterfaceName } from '../../../src/console/debug/scope.ts';

const interfaceName = 'Async12';
const CALLIN: Event = { kind: 'ppp-callin', interfaceName };
const DNIS: Event = { kind: 'vpdn-dnis', interfaceName, number: '1' };
const FAILED: Event = { kind: 'vpdn-failed', interfaceName, text: 'no tunnel' };

describe('console/debug/flags', () => {
  it('reads a list of names, without case and however spaced', () => {
    assert.deepEqual(parseDebugList('all'), new Set(DEBUG_NAMES));
    assert.deepEqual(
      parseDebugList(' PPP  negotiation,vpdn l2x-events '),
      new Set(['ppp negotiation', 'vpdn l2x-events']),
    );
    for (const list of ['', 'ppp', 'vpdn event,', 'all,all']) {
      assert.match(
        String(parseDebugList(list)),
        /^there is no debug `.*`, expected `all`, ppp/,
        list,
      );
    }
  });

  it('shows a line of trace only while its debug is on', () => {
    const flags = new DebugFlags();
    assert.deepEqual(flags.linesOf(CALLIN), []);
    assert.equal(flags.set('ppp negotiation', true), undefined);
    assert.deepEqual(flags.linesOf(CALLIN), ['As12 PPP: Treating connection as a callin']);
    assert.deepEqual(flags.linesOf(DNIS), []);
    assert.equal(flags.set('all', true), undefined);
    assert.deepEqual(flags.linesOf(DNIS), ['As12 VPDN: Got DNIS string 1']);
    assert.equal(flags.set('vpdn event', false), undefined);
    assert.deepEqual(flags.linesOf(DNIS), []);
    assert.deepEqual(flags.linesOf(FAILED), ['As12 VPDN: no tunnel']);
    assert.equal(flags.set('all', false), undefined);
    assert.deepEqual(flags.linesOf(FAILED), []);
  });

  it('changes nothing when one name of the list is wrong', () => {
    const flags = new DebugFlags();
    assert.match(flags.set('ppp negotiation,nothing', true) ?? '', /`nothing`/);
    assert.deepEqual(flags.linesOf(CALLIN), []);
  });

  it('prints logs whatever is on', () => {
    assert.deepEqual(new DebugFlags().linesOf(log('VPDN', 4, 'REFUSED', 'why')), [
      '%VPDN-4-REFUSED: why',
    ]);
  });

  it('prints the choice of a tunnel, with a secret or none [TRACE-13]', () => {
    const flags = new DebugFlags();
    flags.set('vpdn event', true);
    const info = { kind: 'vpdn-info', interfaceName, key: 'a.b', localName: 'n' } as const;
    assert.deepEqual(
      [
        ...flags.linesOf({ kind: 'vpdn-none', interfaceName, key: 'dnis:1' }),
        ...flags.linesOf({ ...info, busyDisconnect: false, hasPassword: false, addresses: [] }),
      ],
      [
        'As12 VPDN: No tunnel info for dnis:1',
        'As12 VPDN/RPMS/: Got tunnel info for a.b',
        'As12 VPDN/RPMS/: LAC n',
        'As12 VPDN/RPMS/: l2tp-busy-disconnect no',
      ],
    );
  });

  it('shows how a virtual interface is made, without secrets and as far as IOS does', () => {
    const flags = new DebugFlags();
    flags.set('vtemplate', true);
    const access = { interfaceName: 'Virtual-Access12', template: 7 };
    const cloned = (...commands: readonly string[]) =>
      flags
        .linesOf({ kind: 'vtemplate-clone', ...access, commands })
        .map((line) => line.replace('Vi12 VTEMPLATE: ', ''));
    const begin =
      'Clone from Virtual-Template7 interface Virtual-Access12 default ip address ' +
      'no ip address encap ppp';
    assert.deepEqual(cloned(), ['************* CLONE VACCESS12 *****************', `${begin} end`]);
    assert.equal(cloned('a'.repeat(146))[1], `${begin} ${'a'.repeat(146)} end`);
    assert.equal(cloned('a'.repeat(140), 'bcdef', 'g')[1], `${begin} ${'a'.repeat(140)} bcdef end`);
    assert.equal(
      cloned('ppp chap password 7 0A1B', 'no shutdown', 'Password x')[1],
      `${begin} ppp chap password xxxxxx no shutdown Password xxxxxx end`,
    );
    assert.deepEqual(
      [
        { kind: 'vtemplate-hardware', ...access, address: Uint8Array.of(0, 1, 2, 253, 254, 255) },
        { kind: 'vtemplate-cloneblk', ...access },
        { kind: 'vpdn-clone', ...access },
      ].flatMap((event) => flags.linesOf(event as Event)),
      [
        'Vi12 VTEMPLATE: Hardware address 0001.02fd.feff',
        'Vi12 VTEMPLATE: Has a new cloneblk vtemplate, now it has vtemplate',
      ],
    );
  });

  it('shortens names of interfaces as IOS does [TRACE-01]', () => {
    const names = ['Async1', 'Serial0:0', 'Virtual-Access4', '7', ''];
    assert.deepEqual(names.map(shortInterfaceName), ['As1', 'Se0:0', 'Vi4', '7', '']);
  });
});
