import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { parseConfig } from '../../../src/config/schema/parse-config.ts';
import { accept, fixture, group, LINE, refuse } from './reading.ts';

const FIRST_CALL = fixture('first-call.cfg');
const IOS12 = fixture('ios12-lac.cfg');

describe('config/schema/parse-config', () => {
  it('reads the configuration of the first call, defaults filled in', () => {
    assert.deepEqual(accept(FIRST_CALL), {
      hostname: 'hgw',
      vpdn: {
        enabled: true,
        searchOrder: ['dnis', 'domain'],
        sessionLimit: 1024,
        tunName: 'pilac0',
        sourcePort: 1701,
      },
      groups: [
        {
          number: '1',
          requestDialin: true,
          sequencing: false,
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
          tieBreaker: false,
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
      virtualTemplates: [],
      pools: [],
      users: [],
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
        groups.map(({ number, requestDialin, acceptDialin }) => [
          number,
          requestDialin,
          acceptDialin?.terminateFrom,
        ]),
        [
          ['1', true, undefined],
          ['2', false, 'other'],
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
      assert.equal(notes[1], 'cfg:2: `ip route` has no meaning here');
    });

    it('prefers an abbreviation inside to an outer command that leaves more words unread', () => {
      const { notes } = accept('interface Async1\nip direct\nip unnum lo0\nmtu 1400\nline 1');
      assert.doesNotMatch(notes.join(), /`ip` has no meaning/);
      assert.match(notes.join(), /cfg:3: `ip unnumbered` has no meaning here/);
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
