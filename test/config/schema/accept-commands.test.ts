import { strict as assert } from 'node:assert';
import type { Config } from '../../../src/config/schema/config.ts';
import { accept, group, LNS, onlyAccept, onlyGroup, refuse } from './reading.ts';

type Group = Config['groups'][number];

describe('config/schema/accept-commands', () => {
  describe('knows what a group says of the calls that it takes', () => {
    for (const [command, read, said, byDefault] of [
      ['terminate-from hostname Hgw', (g) => g.acceptDialin?.terminateFrom, 'Hgw', undefined],
      ['lcp renegotiation always', (g) => g.acceptDialin?.lcpRenegotiation, 'always', 'never'],
      [
        'lcp renegotiation on-mismatch',
        (g) => g.acceptDialin?.lcpRenegotiation,
        'on-mismatch',
        'never',
      ],
      ['force-local-chap', (g) => g.acceptDialin?.forceLocalChap, true, false],
      ['session-limit 7', (g) => g.acceptDialin?.sessionLimit, 7, 1024],
      ['local name n', (g) => g.localName, 'n', 'Router'],
      ['source-ip 10.0.0.2', (g) => g.sourceIp, 0x0a000002, undefined],
      ['l2tp sequencing', (g) => g.sequencing, true, false],
      ['l2tp tunnel tie-breaker', (g) => g.tieBreaker, true, false],
      ['l2tp tunnel timeout no-session 3', (g) => g.timers.noSessionMs, 3000, 10_000],
      ['l2tp tunnel timeout no-session never', (g) => g.timers.noSessionMs, Infinity, 10_000],
    ] as [string, (group: Group) => unknown, unknown, unknown][]) {
      it(`${command}, and back to its default by no and by default`, () => {
        assert.equal(read(onlyAccept(command)), said);
        assert.equal(read(onlyAccept('')), byDefault);
        const bare = command.replace(/ (?:[\d.]+|n|never|always|on-mismatch|Hgw)$/, '');
        assert.equal(read(onlyAccept(`${command}\nno ${bare}`)), byDefault);
        assert.equal(read(onlyAccept(`${command}\ndefault ${bare}`)), byDefault);
      });
    }

    it('the template of its interfaces, and hiding where there is a secret', () => {
      const { acceptDialin, tunnelAuthentication } = onlyAccept('');
      assert.deepEqual([acceptDialin?.virtualTemplate, tunnelAuthentication], [1, false]);
      const hiding = onlyAccept('l2tp tunnel password x\nl2tp hidden\nl2tp tunnel authentication');
      assert.deepEqual([hiding.hidden, hiding.tunnelAuthentication], [true, true]);
    });

    it('all of it abbreviated', () => {
      const { acceptDialin } = accept(
        `${LNS}vpdn-gr 1\nacc\nprot l\nvirt 1\nterm h x\nlcp r on\nforce\nsess 9`,
      ).groups[0] as Group;
      assert.deepEqual(acceptDialin, {
        virtualTemplate: 1,
        terminateFrom: 'x',
        lcpRenegotiation: 'on-mismatch',
        forceLocalChap: true,
        sessionLimit: 9,
      });
    });
  });

  it('gives a group without a limit that of the whole LNS', () => {
    const limits = (text: string) => {
      const { vpdn, groups } = accept(`${LNS}${text}`);
      return [vpdn.sessionLimit, groups[0]?.acceptDialin?.sessionLimit];
    };
    assert.deepEqual(limits('vpdn session-limit 4096'), [4096, 4096]);
    assert.deepEqual(limits('vpdn session-limit 5\nno vpdn session-limit'), [1024, 1024]);
  });

  it('takes it all back by no accept-dialin', () => {
    const before = 'terminate-from hostname a\nlcp renegotiation always\nforce-local-chap\n';
    const [none] = accept(`${LNS}vpdn-group 1\n${before}no accept-dialin`).groups;
    assert.equal(none !== undefined && 'acceptDialin' in none, false);
    const again = 'accept-dialin\nprotocol l2tp\nvirtual-template 1';
    const { acceptDialin } = onlyAccept(`${before}no accept-dialin\n${again}`);
    assert.deepEqual(acceptDialin, {
      virtualTemplate: 1,
      lcpRenegotiation: 'never',
      forceLocalChap: false,
      sessionLimit: 1024,
    });
  });

  it('asks for the protocol and the template again after no accept-dialin', () => {
    const errors = refuse(`${LNS}vpdn-group 1\nno accept-dialin\naccept-dialin\naccept-dialin`);
    assert.deepEqual(
      errors.map((error) => /^cfg:11:1: .* has no (\w+)/.exec(error)?.[1]),
      ['protocol', 'template'],
    );
  });

  it('tells once of a group of both roles that it has no secret', () => {
    const both = `${LNS}${group('no l2tp tunnel password\nl2tp tunnel authentication')}`;
    assert.deepEqual(
      refuse(both).map((error) => error.replace(/, expected.*/, '')),
      ['cfg:2:1: vpdn-group 1 authenticates its tunnel but has no secret'],
    );
  });

  it('takes back the protocol and the template alone', () => {
    const opened = `${LNS}vpdn-group 1\naccept-dialin\n`;
    assert.throws(() => accept(`${opened}no protocol`), /has no protocol for the calls/);
    assert.throws(() => accept(`${opened}no virtual-template`), /has no template for the calls/);
  });

  it('lets one group take calls and tunnel calls, and keeps the protocols apart', () => {
    const both = onlyGroup(
      'accept-dialin\nprotocol l2tp\nvirtual-template 1\n' +
        'interface Virtual-Template1\nip address 10.0.0.1 255.255.255.255',
    );
    assert.deepEqual([both.requestDialin, both.acceptDialin?.virtualTemplate], [true, 1]);
    assert.equal(both.timers.noSessionMs, 10_000);
    assert.throws(
      () => accept(`${LNS}${group('').replace('protocol l2tp\n', '')}`),
      /vpdn-group 1 has no protocol, expected/,
    );
  });

  it('knows names of LACs by every letter', () => {
    const other =
      'vpdn-group 2\naccept-dialin\nprotocol l2tp\nvirtual-template 1\n' +
      'no l2tp tunnel authentication\nterminate-from hostname HGW';
    const { groups } = accept(`${LNS}vpdn-group 1\nterminate-from hostname hgw\n${other}`);
    assert.deepEqual(
      groups.map(({ acceptDialin }) => acceptDialin?.terminateFrom),
      ['hgw', 'HGW'],
    );
  });

  it('takes the source of a group that is the one of all', () => {
    const { groups } = accept(`${LNS}vpdn-group 1\nsource-ip 1.2.3.4\nvpdn source-ip 1.2.3.4`);
    assert.equal(groups[0]?.sourceIp, 0x01020304);
  });
});
