import { strict as assert } from 'node:assert';
import type { Config } from '../../../src/config/schema/config.ts';
import { accept, group, onlyGroup, onlyLine, refuse } from './reading.ts';

describe('config/schema/commands', () => {
  describe('knows each command of a group', () => {
    for (const [command, read, said, byDefault] of [
      ['local name n', (g) => g.localName, 'n', 'Router'],
      ['l2tp tunnel hello 0', (g) => g.timers.helloMs, 0, 60_000],
      ['l2tp tunnel receive-window 5', (g) => g.receiveWindow, 5, 16],
      ['l2tp tunnel timeout no-session 3', (g) => g.timers.noSessionMs, 3000, 15_000],
      ['l2tp tunnel timeout no-session never', (g) => g.timers.noSessionMs, Infinity, 15_000],
      ['l2tp tunnel timeout setup 7', (g) => g.timers.setupMs, 7000, 60_000],
      ['l2tp tunnel retransmit retries 9', (g) => g.timers.retries, 9, 5],
      ['l2tp tunnel retransmit initial retries 2', (g) => g.timers.initialRetries, 2, 5],
      ['l2tp tunnel retransmit timeout min 3', (g) => g.timers.retransmitMinMs, 3000, 1000],
      ['l2tp tunnel retransmit timeout max 4', (g) => g.timers.retransmitMaxMs, 4000, 8000],
      ['l2tp hidden', (g) => g.hidden, true, false],
      ['l2tp compat cisco', (g) => g.compat.cisco, true, false],
      ['no l2tp compat restore-header', (g) => g.compat.restoreHeader, false, true],
      ['no l2tp tunnel authentication', (g) => g.tunnelAuthentication, false, true],
    ] as [string, (g: Config['groups'][number]) => unknown, unknown, unknown][]) {
      it(`${command}, and back to its default`, () => {
        assert.equal(read(onlyGroup(command)), said);
        assert.equal(read(onlyGroup('')), byDefault);
        const bare = command.replace(/^no /, '').replace(/ (?:\d+|never|n)$/, '');
        assert.equal(read(onlyGroup(`${command}\ndefault ${bare}`)), byDefault);
      });
    }

    it('initiate-to: several, in the order of their priorities, taken back one by one', () => {
      const addresses = (more: string) =>
        onlyGroup(more).initiateTo.map(({ address, port, priority }) => [address, port, priority]);
      const more = 'initiate-to ip 10.0.0.3 priority 3\ninitiate-to ip 10.0.0.2 port 1702 prio 2\n';
      assert.deepEqual(addresses(more), [
        [0x0a000001, 1701, 1],
        [0x0a000002, 1702, 2],
        [0x0a000003, 1701, 3],
      ]);
      assert.deepEqual(addresses(`${more}no initiate-to ip 10.0.0.2`).length, 2);
      assert.deepEqual(
        addresses(`${more}initiate-to ip 10.0.0.1 priority 9`)[2],
        [0x0a000001, 1701, 9],
      );
      assert.match(refuse(group('no initiate-to ip')).join(), /^cfg:2:1: .* leads nowhere/);
      const many = Array.from({ length: 16 }, (_, n) => `initiate-to ip 10.1.0.${n}`).join('\n');
      assert.match(refuse(group(many)).join(), /^cfg:23:1: .*at most 16/);
    });

    it('dnis and domain: several, without case, taken back one by one or all', () => {
      const keys = (more: string) => {
        const { dnis, domains } = onlyGroup(`request-dialin\n${more}`);
        return [...dnis, ...domains];
      };
      assert.deepEqual(keys('dnis 2\ndomain A.b'), ['1', '2', 'a.b']);
      assert.deepEqual(keys('dnis 2\ndomain A.b\nno dnis 1\nno domain a.B'), ['2']);
      assert.deepEqual(keys('domain a\nno dnis'), ['a']);
      const many = Array.from({ length: 1024 }, (_, n) => `dnis 9${n}`).join('\n');
      assert.match(refuse(group(`request-dialin\n${many}`)).join(), /at most 1024 in a group/);
    });

    it('no request-dialin and no vpdn-group take back what stood below', () => {
      const { requestDialin, dnis } = onlyGroup('no request-dialin');
      assert.deepEqual([requestDialin, dnis], [false, []]);
      assert.deepEqual(accept(group('no vpdn-group 1')).groups, []);
      assert.equal(accept(group('no vpdn-group 2')).groups.length, 1);
    });

    it('the tunnel password bare, as type 0 and as type 7, which is decoded', () => {
      for (const secret of ['cisco', '0 cisco', '7 104D000A0618', '7 060506324f41']) {
        assert.equal(onlyGroup(`l2tp tunnel password ${secret}`).tunnelPassword, 'cisco', secret);
      }
      const without = onlyGroup('no l2tp tunnel password\nno l2tp tunnel authentication');
      assert.equal('tunnelPassword' in without, false);
    });
  });

  describe('knows each command of the router, a line and its interface', () => {
    it('vpdn search-order, source-ip and source-port', () => {
      const { vpdn } = accept(
        'vpdn search domain dnis\nvpdn source-ip 1.2.3.4\nvpdn source-port 9',
      );
      assert.deepEqual(vpdn, {
        enabled: false,
        searchOrder: ['domain', 'dnis'],
        sourceIp: 0x01020304,
        sessionLimit: 1024,
        tunName: 'pilac0',
        sourcePort: 9,
      });
      assert.deepEqual(accept('vpdn search domain\nno vpdn search-order').vpdn.searchOrder, [
        'dnis',
        'domain',
      ]);
      assert.equal(accept('vpdn enable\nno vpdn enable').vpdn.enabled, false);
    });

    it('numbers, speed and flow control of a line', () => {
      const line = onlyLine('called-number 1\ncalling-number 2\nspeed 9600\nflowcontrol hardware');
      assert.deepEqual(
        [line.calledNumber, line.callingNumber, line.speedBps, line.flowControl],
        ['1', '2', 9600, 'hardware'],
      );
      const plain = onlyLine('speed 9600\nno speed\nflowcontrol hardware\nno flowcontrol');
      assert.deepEqual([plain.speedBps, plain.flowControl], [115_200, 'none']);
      assert.equal(onlyLine('modem type direct').modemType, 'direct');
      assert.equal('device' in onlyLine('no device'), false);
    });

    it('eight data bits, no parity and one stop bit, which is all there is', () => {
      assert.equal(onlyLine('databits 8\nparity none\nstopbits 1').number, 1);
    });

    it('authentication, name, multilink and MTU of an interface', () => {
      const { ppp } = onlyLine(
        'int As1\nppp authentication pap chap callin\nppp chap hostname n\nppp multilink\nmtu 576',
      );
      assert.deepEqual(ppp, {
        enabled: true,
        authentication: ['pap', 'chap'],
        chapHostname: 'n',
        multilink: true,
        mruOctets: 576,
      });
      const without = onlyLine('int As1\nppp authen chap\nno ppp authen\nshutdown').ppp;
      assert.deepEqual([without.authentication, without.enabled], [[], false]);
      assert.equal(onlyLine('int As1\nshutdown\nno shutdown').ppp.enabled, true);
      assert.equal(onlyLine('int As1\nno encapsulation').ppp.enabled, false);
    });

    it('ms-chap and ms-chap-v2 as methods of an interface', () => {
      const { ppp } = onlyLine('int As1\nppp authentication ms-chap-v2 ms-chap chap default');
      assert.deepEqual(ppp.authentication, ['ms-chap-v2', 'ms-chap', 'chap']);
    });

    it('a range of lines, and one of them again', () => {
      const { lines } = accept('line 1 3\nspeed 9600\nline 2\nspeed 300\ndevice /dev/b');
      assert.deepEqual(
        lines.map(({ number, speedBps, device }) => [number, speedBps, device]),
        [
          [1, 9600, undefined],
          [2, 300, '/dev/b'],
          [3, 9600, undefined],
        ],
      );
    });

    it('a Group-Async, whose members may say otherwise', () => {
      const { lines } = accept(
        'interface Group-Async 1\nencapsulation ppp\nmtu 1400\nno shutdown\ngroup-range 1 2\n' +
          'interface Async2\nmtu 1300\nshutdown\nline 1 3',
      );
      assert.deepEqual(
        lines.map(({ ppp }) => [ppp.enabled, ppp.mruOctets]),
        [
          [true, 1400],
          [false, 1300],
          [false, 1500],
        ],
      );
      assert.match(
        refuse('interface Group-Async1\ngroup-range 1 2\nno group-range').join(),
        /^cfg:1:1: the interface has no members/,
      );
    });
  });
});
