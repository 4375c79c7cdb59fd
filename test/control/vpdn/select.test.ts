import { strict as assert } from 'node:assert';
import type { Event } from '../../../src/base/event.ts';
import { selectProfile } from '../../../src/control/vpdn/select.ts';
import type { VpdnDirectory } from '../../../src/control/vpdn/vpdn-port.ts';
import { anyProfile } from '../../support/profile.ts';

const byNumber = anyProfile([[0x0a330652, 1]], 'by number');
const byName = anyProfile([[2, 1]], 'by name');
const directory = (searchOrder: VpdnDirectory['searchOrder']): VpdnDirectory => ({
  searchOrder,
  byDnis: new Map([['614629', byNumber]]),
  byDomain: new Map([['example.net', byName]]),
});

function select(order: VpdnDirectory['searchOrder'], called: string | undefined, name?: string) {
  const events: Event[] = [];
  const caller = {
    interfaceName: 'Async1',
    calledNumber: called,
    name: name === undefined ? undefined : new TextEncoder().encode(name),
  };
  const profile = selectProfile(directory(order), caller, (event) => events.push(event));
  return { name: profile?.name, kinds: events.map(({ kind }) => kind), events };
}

describe('control/vpdn/select (the seed, LS-031 to LS-071)', () => {
  it('finds a tunnel by called number, with the events of the seed in order', () => {
    const { name, kinds, events } = select(['dnis', 'domain'], '614629', 'a@example.net');
    assert.equal(name, 'by number');
    assert.deepEqual(kinds, ['vpdn-dnis', 'vpdn-looking', 'vpdn-info']);
    assert.deepEqual(events.at(-1), {
      kind: 'vpdn-info',
      interfaceName: 'Async1',
      key: 'dnis:614629',
      localName: 'hgw',
      busyDisconnect: true,
      hasPassword: true,
      addresses: ['10.51.6.82'],
    });
  });

  it('keeps to the search order', () => {
    assert.equal(select(['domain', 'dnis'], '614629', 'a@example.net').name, 'by name');
    assert.equal(select(['domain'], '614629', 'a@example.org').name, undefined);
    assert.equal(select(['dnis'], '614630', 'a@example.net').name, undefined);
  });

  it('goes on to the domain when the number leads nowhere', () => {
    const { name, kinds } = select(['dnis', 'domain'], '1', 'a@example.net');
    assert.equal(name, 'by name');
    assert.deepEqual(kinds, [
      'vpdn-dnis',
      'vpdn-looking',
      'vpdn-none',
      'vpdn-looking',
      'vpdn-info',
    ]);
  });

  it('takes the domain behind the last @, whatever its case', () => {
    assert.equal(select(['domain'], undefined, 'a@b@EXAMPLE.net').name, 'by name');
  });

  it('finds nothing for a caller of whom nothing is known', () => {
    for (const name of [undefined, 'plain', 'ends@', '']) {
      const { name: found, kinds } = select(['dnis', 'domain'], undefined, name);
      assert.equal(found, undefined);
      assert.deepEqual(kinds, []);
    }
  });
});
