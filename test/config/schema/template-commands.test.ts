import { strict as assert } from 'node:assert';
import type { VirtualTemplate } from '../../../src/config/schema/config.ts';
import { accept, LNS, onlyTemplate } from './reading.ts';

describe('config/schema/template-commands', () => {
  it('reads a template that says nothing but its address', () => {
    const { commands, ...rest } = onlyTemplate('');
    assert.deepEqual(commands, ['ip address 10.0.0.1 255.255.255.255']);
    assert.deepEqual(rest, {
      number: 1,
      localAddress: 0x0a000001,
      ownsLocalAddress: true,
      authentication: [],
      authenticationList: 'default',
      authorizationList: 'default',
      dns: [],
      nbns: [],
      mruOctets: 1500,
      keepaliveMs: 10_000,
      keepaliveRetries: 5,
      idleMs: 0,
      absoluteMs: 0,
    });
  });

  describe('knows each command', () => {
    for (const [command, read, said, byDefault] of [
      ['ppp authorization vpdn', (t) => t.authorizationList, 'vpdn', 'default'],
      ['ppp authorization', (t) => t.authorizationList, 'default', 'default'],
      ['ppp chap hostname 1600-3', (t) => t.chapHostname, '1600-3', undefined],
      ['ppp ipcp dns 10.0.0.5', (t) => t.dns.join(), '167772165', ''],
      ['ppp ipcp dns 10.0.0.5 10.0.0.6', (t) => t.dns.join(), '167772165,167772166', ''],
      ['ppp ipcp wins 10.0.0.5 10.0.0.6', (t) => t.nbns.join(), '167772165,167772166', ''],
      ['mtu 1400', (t) => t.mruOctets, 1400, 1500],
      ['ppp timeout idle 30', (t) => t.idleMs, 30_000, 0],
      ['timeout absolute 2', (t) => t.absoluteMs, 120_000, 0],
      ['timeout absolute 2 30', (t) => t.absoluteMs, 150_000, 0],
      ['peer default ip address pool', (t) => t.pool, 'default', undefined],
      ['peer default ip address pool Dialin', (t) => t.pool, 'dialin', undefined],
    ] as [string, (template: VirtualTemplate) => unknown, unknown, unknown][]) {
      it(`${command}, and back to its default by no and by default`, () => {
        const pools = '\nip local pool default 10.1.0.1\nip local pool dialin 10.1.0.2';
        const bare = command.replace(/ (?:\d[\d.-]*|vpdn|Dialin)(?: [\d.]+)?$/, '');
        assert.equal(read(onlyTemplate(`${command}${pools}`)), said);
        assert.equal(read(onlyTemplate('')), byDefault);
        assert.equal(read(onlyTemplate(`${command}\nno ${bare}${pools}`)), byDefault);
        assert.equal(read(onlyTemplate(`${command}\ndefault ${bare}${pools}`)), byDefault);
      });
    }

    for (const [command, seconds, retries] of [
      ['keepalive', 10, 5],
      ['keepalive 30', 30, 5],
      ['keepalive 30 2', 30, 2],
      ['keepalive 0', 0, 5],
      ['no keepalive', 0, 5],
      ['keepalive 30 2\nno keepalive\nkeepalive', 10, 5],
      ['keepalive 30 2\nkeepalive 20', 20, 5],
      ['keepalive 30 2\ndefault keepalive', 10, 5],
      ['keepalive 30 2\nno keepalive 30 2', 0, 5],
    ] as const) {
      it(command.replaceAll('\n', ', '), () => {
        const { keepaliveMs, keepaliveRetries } = onlyTemplate(command);
        assert.deepEqual([keepaliveMs, keepaliveRetries], [1000 * seconds, retries]);
      });
    }

    for (const [words, methods, list] of [
      ['chap', ['chap'], 'default'],
      ['chap vpdn', ['chap'], 'vpdn'],
      ['pap chap callin', ['pap', 'chap'], 'default'],
      ['ms-chap-v2 ms-chap pap callin Dialin', ['ms-chap-v2', 'ms-chap', 'pap'], 'Dialin'],
      ['ms-chap chap default', ['ms-chap', 'chap'], 'default'],
      ['chap vpdn callin', ['chap'], 'vpdn'],
      ['CHAP if-needed pa', ['chap', 'pap'], 'default'],
      ['ms-chap-v pap', ['ms-chap-v2', 'pap'], 'default'],
      ['chap papa', ['chap'], 'papa'],
    ] as const) {
      it(`ppp authentication ${words}`, () => {
        const { authentication, authenticationList } = onlyTemplate(`ppp authentication ${words}`);
        assert.deepEqual([authentication, authenticationList], [methods, list]);
      });
    }

    it('no ppp authentication, with what it was or without', () => {
      for (const undo of ['no ppp authentication', 'no ppp authentication chap vpdn callin']) {
        const template = onlyTemplate(`ppp authentication chap vpdn\n${undo}`);
        assert.deepEqual(
          [template.authentication, template.authenticationList],
          [[], 'default'],
          undo,
        );
      }
      const again = onlyTemplate('ppp authentication chap vpdn\nppp authentication pap');
      assert.deepEqual([again.authentication, again.authenticationList], [['pap'], 'default']);
    });

    it('no peer default ip address, whatever was said before, until it is said again', () => {
      const pool = '\nip local pool default 10.1.0.1';
      const given = 'peer default ip address pool default';
      assert.equal('pool' in onlyTemplate(`${given}\nno peer default ip address${pool}`), false);
      assert.equal(onlyTemplate(`no peer default ip address\n${given}${pool}`).pool, 'default');
    });

    it('encapsulation ppp, which needs no saying, and no other', () => {
      assert.equal(onlyTemplate('encapsulation ppp').number, 1);
      assert.equal(onlyTemplate('encap ppp').number, 1);
    });
  });

  it('has one address, of its own or of another interface, as was said last', () => {
    const lender = '\ninterface Loopback3\nip address 10.0.0.9 255.255.255.255';
    const addressOf = (more: string) => onlyTemplate(`${more}${lender}`).localAddress;
    assert.equal(addressOf('ip unnumbered Loopback3'), 0x0a000009);
    assert.equal(
      addressOf('ip unnumbered Loopback3\nip address 10.0.0.8 255.255.255.0'),
      0x0a000008,
    );
    assert.equal(addressOf('no ip address\nip unnumbered lo3'), 0x0a000009);
    assert.equal(
      addressOf('ip unnumbered Lo3\nno ip unnumbered\nip address 10.0.0.7 255.0.0.0'),
      0x0a000007,
    );
  });

  it('has no address when the last one is taken back', () => {
    const text =
      'interface Loopback3\nip address 10.0.0.9 255.255.255.255\n' +
      'interface Virtual-Template1\nip unnumbered Loopback3\nip address 10.0.0.8 255.0.0.0\n';
    assert.throws(() => accept(`${LNS}${text}no ip address`), /Virtual-Template1 has no address/);
  });

  it('keeps the commands as they were written, in their order', () => {
    const { commands } = onlyTemplate(
      '  no   peer default\tip address \n! comment\nmtu 1300\ndescription To the  world\n' +
        'exit\nhostname x\nint virtual-template 1\nENCAP ppp\nmtu 1400\nno ip redirects\n' +
        'default keepalive\nppp multilink\nend\nvpdn enable',
    );
    assert.deepEqual(commands, [
      'ip address 10.0.0.1 255.255.255.255',
      'no peer default ip address',
      'mtu 1300',
      'description To the world',
      'ENCAP ppp',
      'mtu 1400',
      'no ip redirects',
      'default keepalive',
      'ppp multilink',
    ]);
  });

  it('notes what has no meaning in it, once each', () => {
    const text =
      'interface Virtual-Template1\nip address 10.0.0.1 255.0.0.0\nppp multilink\n' +
      'no ppp multilink\nip mtu 1450\nppp accounting default\nip mtu 1400\nppp timeout ncp 5\n' +
      'peer default ip address pool a b\nip local pool a 10.1.0.1';
    assert.deepEqual(accept(text).notes, [
      'cfg:3: `ppp multilink`: the LNS negotiates no MRRU, a bundle has one link',
      'cfg:5: `ip mtu` has no meaning here',
      'cfg:6: `ppp accounting` waits for a later firmware',
      'cfg:8: `ppp timeout` waits for a later firmware',
      'cfg:9: of several pools the first is used: `a`',
    ]);
    assert.equal(accept(text.replace('\nppp multilink', '')).notes.length, 4);
  });

  it('orders templates by their numbers', () => {
    const text = [7, 4095, 1].map(
      (n) => `interface Virtual-Template${n}\nip address 10.0.0.1 255.0.0.0`,
    );
    assert.deepEqual(
      accept(text.join('\n')).virtualTemplates.map(({ number }) => number),
      [1, 7, 4095],
    );
  });
});
