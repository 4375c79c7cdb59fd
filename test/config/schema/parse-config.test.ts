import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Config } from '../../../src/config/schema/config.ts';
import { formatErrors, parseConfig } from '../../../src/config/schema/parse-config.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/config/${name}`, import.meta.url), 'utf8');

const FIRST_CALL = fixture('first-call.cfg');
const IOS12 = fixture('ios12-lac.cfg');

function accept(text: string): Config {
  const parsed = parseConfig(text, 'cfg');
  if ('errors' in parsed) assert.fail(formatErrors(parsed.errors).join('\n'));
  return parsed.config;
}

function refuse(text: string): readonly string[] {
  const parsed = parseConfig(text, 'cfg');
  return 'errors' in parsed ? formatErrors(parsed.errors) : [];
}

/** A group that lacks nothing, and what stands in addition to it. */
const group = (more: string): string =>
  `vpdn enable\nvpdn-group 1\nrequest-dialin\nprotocol l2tp\ndnis 1\n` +
  `initiate-to ip 10.0.0.1\nl2tp tunnel password x\n${more}`;

const onlyGroup = (more: string): Config['groups'][number] => {
  const [first] = accept(group(more)).groups;
  assert.ok(first);
  return first;
};

const LINE = 'interface Async1\nencapsulation ppp\nline 1\ndevice /dev/x\n';
const onlyLine = (more: string): Config['lines'][number] => {
  const [first] = accept(`${LINE}${more}`).lines;
  assert.ok(first);
  return first;
};

describe('config/schema/parse-config', () => {
  it('reads the configuration of the first call, defaults filled in', () => {
    assert.deepEqual(accept(FIRST_CALL), {
      hostname: 'hgw',
      vpdn: { enabled: true, searchOrder: ['dnis', 'domain'], sourcePort: 1701 },
      groups: [
        {
          number: '1',
          requestDialin: true,
          dnis: ['614629'],
          domains: ['example.net'],
          initiateTo: [{ address: 0x0a630002, port: 1701, priority: 1 }],
          localName: 'hgw',
          tunnelPassword: 'hello',
          tunnelAuthentication: true,
          hidden: false,
          receiveWindow: 800,
          timers: {
            helloMs: 60_000,
            noSessionMs: 15_000,
            setupMs: 60_000,
            retries: 5,
            initialRetries: 5,
            retransmitMinMs: 1000,
            retransmitMaxMs: 8000,
          },
          compat: { cisco: false, restoreHeader: true },
        },
      ],
      lines: [
        {
          number: 1,
          device: '/dev/ttyUSB0',
          modemType: 'direct',
          calledNumber: '614629',
          speedBps: 115_200,
          flowControl: 'none',
          ppp: {
            enabled: true,
            authentication: ['chap', 'pap'],
            chapHostname: '5300-1',
            multilink: false,
            mruOctets: 1500,
          },
          origin: 'cfg:22',
        },
      ],
      notes: [],
    });
  });

  it('freezes the whole configuration', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    assert.ok(frozen(accept(FIRST_CALL)));
  });

  it('takes an empty configuration: a router without a name, groups or lines', () => {
    const { hostname, groups, lines, vpdn } = accept('');
    assert.deepEqual([hostname, groups, lines, vpdn.enabled], ['Router', [], [], false]);
  });

  describe('an IOS 12 LAC as its router would write it out', () => {
    it('is taken, with its meaning', () => {
      const { hostname, vpdn, groups, lines } = accept(IOS12);
      assert.equal(hostname, 'hgw');
      assert.equal(vpdn.sourceIp, 0x0a330644);
      assert.deepEqual(
        groups.map(({ number, requestDialin }) => [number, requestDialin]),
        [
          ['1', true],
          ['2', false],
        ],
      );
      assert.equal(groups[0]?.tunnelPassword, 'cisco');
      assert.deepEqual(groups[0]?.domains, ['example.net']);
      assert.deepEqual(groups[0]?.timers, {
        helloMs: 30_000,
        noSessionMs: 15_000,
        setupMs: 60_000,
        retries: 7,
        initialRetries: 5,
        retransmitMinMs: 2000,
        retransmitMaxMs: 4000,
      });
      assert.deepEqual(
        lines.map(({ device, flowControl, calledNumber, ppp }) => [
          device,
          flowControl,
          calledNumber,
          ppp.enabled,
          ppp.chapHostname,
          ...ppp.authentication,
        ]),
        [
          ['/dev/ttyUSB0', 'hardware', '614629', true, '5300-1', 'chap', 'pap'],
          ['/dev/ttyUSB1', 'hardware', undefined, true, '5300-1', 'pap'],
        ],
      );
    });

    it('draws one note for each command without meaning', () => {
      const expected = fixture('ios12-lac.notes').trimEnd().split('\n');
      assert.deepEqual(accept(IOS12).notes, expected);
    });
  });

  describe('reads commands as IOS does', () => {
    it('tries an unknown command in the enclosing modes, and goes there', () => {
      const { hostname, groups } = accept(group('request-dialin\ndomain a\nlocal name n\nhostn h'));
      assert.deepEqual([hostname, groups[0]?.localName, groups[0]?.domains], ['h', 'n', ['a']]);
      assert.match(refuse(group('domain a')).join(), /^cfg:8:1: `domain` is misplaced in/);
    });

    it('prefers a whole word outside to an abbreviation inside', () => {
      const { notes } = accept('interface Async1\nip route 1.0.0.0 255.0.0.0 Null0\nhostname h');
      assert.equal(notes[0], 'cfg:2: `ip route` has no meaning here');
    });

    it('leaves a mode by exit, all of them by end', () => {
      const opened = group('request-dialin\n');
      assert.equal(accept(`${group('request-dialin\nexit\nlocal name b')}`).groups.length, 1);
      assert.match(
        refuse(`${opened}exit\nexit\nlocal name b`).join('\n'),
        /^cfg:11:1: `local name` is misplaced/,
      );
      assert.match(
        refuse(`${opened}end\nlocal name b`).join('\n'),
        /^cfg:10:1: `local name` is misplaced/,
      );
      assert.equal(accept('exit\nhostname h').hostname, 'h');
    });

    it('takes unique abbreviations in any case, and refuses ambiguous ones', () => {
      const { lines } = accept('int As1\nENC PPP\nppp authen pap\nline 1\ndev /dev/x\nflow soft');
      assert.equal(lines[0]?.flowControl, 'software');
      assert.deepEqual(lines[0]?.ppp.authentication, ['pap']);
      assert.deepEqual(refuse('line 1\nmodem a'), [
        'cfg:2:7: `a` is ambiguous, expected one of `autoconfigure`, `answer-timeout`',
      ]);
    });

    it('takes a name of an interface in one word or two', () => {
      for (const name of ['Async1', 'async 1', 'as1', 'ASYNC1']) {
        assert.equal(accept(LINE.replace('Async1', name)).lines[0]?.ppp.enabled, true, name);
      }
    });

    it('skips comments, blank lines and the ends of lines of other systems', () => {
      assert.equal(accept('! hostname a\r\n\r\n  !\r\n\thostname\tb\r\n').hostname, 'b');
    });

    it('takes the last word on a subject', () => {
      assert.equal(accept('hostname a\nhostname b').hostname, 'b');
    });

    it('skips a banner, on one line or several, between any characters', () => {
      assert.equal(accept('banner motd #no command#\nhostname a').hostname, 'a');
      assert.equal(accept('banner ^Cno\nhostname b\n^C\nhostname a').hostname, 'a');
      assert.equal(accept('no banner motd\nhostname a').hostname, 'a');
      assert.deepEqual(refuse('banner login #no end\nhostname a\n'), [
        'cfg:1:1: the banner does not end, expected its first character once more',
      ]);
      assert.equal(refuse('banner').length, 1);
    });

    it('means the same however the lines are indented', () => {
      const indent = fc.array(fc.constantFrom('', ' ', '   ', '\t'), { minLength: 30 });
      fc.assert(
        fc.property(indent, (indents) => {
          const lines = FIRST_CALL.split('\n').map(
            (line, index) => `${indents[index % indents.length]}${line.trimStart()}  `,
          );
          assert.deepEqual(accept(lines.join('\n')), accept(FIRST_CALL));
        }),
      );
    });
  });

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

    it('eight data bits, no parity and one stop bit, and nothing else [HDLC-2-01]', () => {
      assert.equal(onlyLine('databits 8\nparity none\nstopbits 1').number, 1);
      assert.deepEqual(refuse(`${LINE}databits 7\nparity even\nstopbits 2`), [
        'cfg:5:10: `7` is out of range, expected a number from 8 to 8',
        'cfg:6:8: `even` is not known here, expected `none`',
        'cfg:7:10: `2` is out of range, expected a number from 1 to 1',
      ]);
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

  describe('notes what will not work though it is no error', () => {
    for (const [what, text, note] of [
      ['a line without a device', 'line 3', 'cfg:1: line 3 has no `device`: it is not opened'],
      [
        'a line whose interface does not run PPP',
        'line 3\ndevice /dev/x',
        'cfg:1: line 3 takes no calls: no `encapsulation ppp` on interface Async3',
      ],
      ['an interface without its line', 'int As7', 'cfg:1: interface Async7 has no `line 7`'],
      [
        'groups while VPDN is off',
        group('no vpdn enable'),
        'cfg:2: without `vpdn enable` no call is forwarded',
      ],
    ] as const) {
      it(what, () => assert.deepEqual(accept(text).notes, [note]));
    }
  });

  describe('refuses with the place, what is wrong and what was expected', () => {
    const addressed = 'initiate-to ip 10.0.0.1';
    for (const [what, text, error] of [
      [
        'an unknown command',
        '\n  frobnicate x',
        '2:3: `frobnicate` is not known here, expected a command of the global configuration',
      ],
      [
        'an unknown word inside',
        'vpdn foo',
        '1:6: `foo` is not known here, expected `enable`, `search-order`, `source-ip`, `source-port`, `aaa`, `logging`',
      ],
      [
        'a misplaced command',
        'line 1\ndnis 7',
        '2:1: `dnis` is misplaced in `line`, expected it in `request-dialin`',
      ],
      [
        'a misplaced no',
        'no device',
        '1:4: `device` is misplaced in the global configuration, expected it in `line`',
      ],
      [
        'an incomplete command',
        'vpdn',
        '1:5: the command is incomplete, expected `enable`, `search-order`, `source-ip`, `source-port`, `aaa`, `logging`',
      ],
      ['a missing value', 'hostname', '1:9: the command is incomplete, expected a word'],
      [
        'one word too many',
        'hostname a b',
        '1:12: `b` is one word too many, expected the end of the line',
      ],
      [
        'no alone',
        'no',
        '1:3: the command is incomplete, expected a command of the global configuration',
      ],
      [
        'a no where there is none',
        'no line 1',
        '1:9: `1` is not known here, expected `console`, `aux`, `vty`',
      ],
      [
        'a bad address',
        'vpdn source-ip 1.2.3.256',
        '1:16: `1.2.3.256` is not an IPv4 address, expected an IPv4 address',
      ],
      [
        'a number that is none',
        'vpdn source-port x',
        '1:18: `x` is not a number, expected a number from 1 to 65535',
      ],
      [
        'a number out of range',
        'vpdn source-port 0',
        '1:18: `0` is out of range, expected a number from 1 to 65535',
      ],
      [
        'another protocol',
        group('request-dialin\nprotocol l2f'),
        '9:10: `l2f` is not known here, expected `l2tp`',
      ],
      [
        'another search key',
        'vpdn search-order dnis multihop-hostname',
        '1:24: `multihop-hostname` is not one of them, expected one or more of `dnis`, `domain`',
      ],
      [
        'a key twice',
        'vpdn search-order dnis dnis',
        '1:24: `dnis` stands there twice, expected one or more of `dnis`, `domain`',
      ],
      [
        'a value too long',
        `hostname ${'x'.repeat(256)}`,
        '1:10: the value is longer than 255 characters, expected a word',
      ],
      [
        'an interface of no kind',
        'interface Foo1',
        '1:11: `Foo1` names no interface, or more than one, expected an interface such as Async1',
      ],
      [
        'an interface of two kinds',
        'interface A1',
        '1:11: `A1` names no interface, or more than one, expected an interface such as Async1',
      ],
      [
        'an interface without a number',
        'interface Async',
        '1:11: the interface has no number, expected an interface such as Async1',
      ],
      [
        'an interface with a bad number',
        'interface Async x',
        '1:11: `x` numbers no interface, expected an interface such as Async1',
      ],
      [
        'an interface without a line',
        'interface Async0',
        '1:1: `Async0` has no line, expected a number from 1 to 2000',
      ],
      [
        'an interface with slots',
        'interface Async1/3',
        '1:1: `Async1/3` has no line, expected a number from 1 to 2000',
      ],
      [
        'a range of lines backwards',
        'line 4 2',
        '1:1: the range of lines runs backwards, expected its lower number first',
      ],
      [
        'members of a single interface',
        'int As1\ngroup-range 1 2',
        '2:1: this interface has no members, expected it below `interface Group-Async`',
      ],
      [
        'members backwards',
        'int group-a1\ngroup-range 1 2\ngroup-range 3 2',
        '3:1: the range runs backwards, expected its lower number first',
      ],
      [
        'members of two groups',
        'int gr1\ngroup-range 1 4\nint gr2\ngroup-range 4 5',
        '4:1: Async4 is in another group already, expected ranges that do not overlap',
      ],
      [
        'authentication by no method',
        'int As1\nppp authentication callin',
        '2:1: no method of authentication is named, expected `chap`, `pap` or both',
      ],
      [
        'another framing',
        'int As1\nencapsulation slip',
        '2:15: `slip` is not known here, expected `ppp`',
      ],
      [
        'another kind of modem',
        'line 1\nmodem type courier',
        '2:12: `courier` is not known here, expected `direct`',
      ],
      [
        'a device that is no path',
        'line 1\ndevice ttyS0',
        '2:1: the device is not a path, expected a path that begins with `/`',
      ],
      [
        'one device for several lines',
        'line 1 2\ndevice /dev/x',
        '2:1: one device cannot be several lines, expected `device` below a `line` with one number',
      ],
      [
        'one device on two lines',
        'line 1\ndevice /dev/x\nline 2\n device /dev/x',
        '4:2: `/dev/x` is line 1 already, expected a device of its own',
      ],
      [
        'a secret that is missing',
        group('l2tp tunnel password 7'),
        '8:22: the secret is missing, expected the secret, or `0` and the secret, or `7` and its type 7 form',
      ],
      [
        'a group without protocol',
        `vpdn-group 1\n request-dialin\ndnis 1\n${addressed}\nno l2tp tunnel authen`,
        '2:2: vpdn-group 1 has no protocol, expected `protocol l2tp`',
      ],
      [
        'a group without address',
        'vpdn-group 1\nrequest-dialin\nprotocol l2tp\ndnis 1\nno l2tp tunnel authen',
        '1:1: vpdn-group 1 leads nowhere, expected `initiate-to ip A.B.C.D`',
      ],
      [
        'a group without key',
        `vpdn-group 1\nrequest-dialin\nprotocol l2tp\n${addressed}\nno l2tp tunnel authen`,
        '2:1: no call leads to vpdn-group 1, expected `dnis` or `domain`',
      ],
      [
        'authentication without a secret',
        group('no l2tp tunnel password'),
        '2:1: vpdn-group 1 authenticates its tunnel but has no secret, expected `l2tp tunnel password` or `no l2tp tunnel authentication`',
      ],
      [
        'hiding without a secret',
        group('l2tp hidden\nno l2tp tunnel password\nno l2tp tunnel authentication'),
        '8:1: nothing can be hidden without a secret, expected `l2tp tunnel password`',
      ],
      [
        'time-outs crossed over',
        group('l2tp tunnel retransmit timeout min 5\nl2tp tunnel retransmit timeout max 4'),
        '2:1: vpdn-group 1: the shortest time-out is longer than the longest, expected `l2tp tunnel retransmit timeout min` not above `max`',
      ],
      [
        'a number in two groups',
        group(group('').replaceAll('vpdn-group 1', 'vpdn-group 2')),
        '12:1: `dnis 1` leads to vpdn-group 1 already, expected it in one group only',
      ],
      [
        'a domain in two groups',
        group(
          'request-dialin\ndomain a\nvpdn-group 2\nrequest-dialin\ndomain A\nprotocol l2tp\ninitiate-to ip 1.1.1.1\nl2tp tunnel password x',
        ),
        '12:1: `domain a` leads to vpdn-group 1 already, expected it in one group only',
      ],
    ] as const) {
      it(what, () => assert.deepEqual(refuse(text), [`cfg:${error}`]));
    }

    it('too many groups', () => {
      const text = Array.from({ length: 257 }, (_, n) => `vpdn-group ${n}\n`).join('');
      assert.deepEqual(refuse(text), [
        'cfg:257:1: there are too many groups, expected at most 256',
      ]);
    });

    it('all that is wrong, in the order of the text, a hundred at most', () => {
      const errors = refuse('vpdn-group 1\nrequest-dialin\nfoo\nbar\n');
      assert.deepEqual(
        errors.map((error) => error.split(':')[1]),
        ['1', '1', '2', '2', '3', '4'],
      );
      assert.equal(refuse('foo\n'.repeat(300)).length, 100);
    });

    it('a file of more than a mebibyte', () => {
      assert.match(refuse(`!${' '.repeat(1 << 20)}`).join(), /^cfg:1:1: the file is too long/);
    });
  });

  it('never prints a secret, whatever is wrong about its line', () => {
    for (const line of [
      'l2tp tunnel password 0 SECRET SECRET',
      'l2tp tunnel password SECRET SECRET',
      'l2tp tunnel password 5 SECRET',
      'l2tp tunnel password 7 SECRET',
      'l2tp tunnel pasword 0 SECRET',
      'no l2tp tunnel password 7 SECRET',
      'exit\nl2tp tunnel password 0 SECRET',
      'exit\nenable password SECRET',
      'exit\nusername u password 0 SECRET',
    ]) {
      const parsed = parseConfig(`vpdn-group 1\n${line}`, 'cfg');
      const said = 'errors' in parsed ? formatErrors(parsed.errors) : parsed.config.notes;
      assert.notEqual(said.length, 0, line);
      assert.doesNotMatch(said.join('\n'), /SECRET/);
    }
  });

  it('never throws, whatever the text', () => {
    const words = [...new Set(IOS12.split(/\s+/)), 'no', 'default', '0', '7', '^C', '-1', '1/2'];
    const line = fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 6 });
    const text = fc.array(line.map((parts) => parts.join(' '))).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, (any) => {
        const parsed = parseConfig(any, 'cfg');
        return 'config' in parsed || parsed.errors.length > 0;
      }),
      { numRuns: 500 },
    );
  });
});
