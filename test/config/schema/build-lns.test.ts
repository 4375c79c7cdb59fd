import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { formatErrors, parseConfig } from '../../../src/config/schema/parse-config.ts';
import { accept, fixture, LNS } from './reading.ts';

const MODEL = fixture('model-lns.cfg');

describe('config/schema/build-lns', () => {
  it('reads the LNS of the model call', () => {
    const { hostname, vpdn, groups, virtualTemplates, pools, users, lines } = accept(MODEL);
    assert.deepEqual([hostname, vpdn.enabled, lines], ['l2tp-gw', true, []]);
    assert.deepEqual(groups[0]?.acceptDialin, {
      virtualTemplate: 1,
      terminateFrom: 'hgw',
      lcpRenegotiation: 'never',
      forceLocalChap: false,
      sessionLimit: 1024,
    });
    const [group] = groups;
    assert.deepEqual(
      [group?.requestDialin, group?.localName, group?.tunnelPassword, group?.timers.noSessionMs],
      [false, 'l2tp-gw', 'hello', 10_000],
    );
    assert.deepEqual(users, [{ name: '2500-1', password: 'cisco', framedIpAddress: 0xffffffff }]);
    assert.deepEqual(pools, [{ name: 'default', ranges: [{ low: 0x0a0a350a, high: 0x0a0a35fa }] }]);
    assert.equal(virtualTemplates.length, 1);
    const [template] = virtualTemplates;
    assert.deepEqual(
      [template?.localAddress, template?.ownsLocalAddress, template?.pool, template?.chapHostname],
      [0x0a330652, false, 'default', '1600-3'],
    );
    assert.deepEqual(
      [template?.authentication, template?.authenticationList, template?.authorizationList],
      [['chap'], 'vpdn', 'vpdn'],
    );
    // So much as NS-100 shows of them, and the name that stands in the challenge of NS-112.
    assert.deepEqual(template?.commands, [
      'ip unnumbered Ethernet0',
      'no peer default ip address',
      'ppp authentication chap vpdn',
      'ppp authorization vpdn',
      'peer default ip address pool default',
      'ppp multilink',
      'ppp chap hostname 1600-3',
    ]);
  });

  it('leaves out a template without an address that no group names', () => {
    const { virtualTemplates } = accept(`${LNS}interface Virtual-Template2\nmtu 1400`);
    assert.deepEqual(
      virtualTemplates.map(({ number }) => number),
      [1],
    );
    assert.throws(
      () => accept(`${LNS}interface Virtual-Template2\nvpdn-group 1\naccept\nvirtual-template 2`),
      /cfg:9:1: Virtual-Template2 has no address/,
    );
  });

  it('notes interfaces of which nobody borrows an address, in the order of the text', () => {
    const text =
      'interface Ethernet1\nip address 10.1.0.1 255.0.0.0\nip cef\ninterface Loopback0\n' +
      'ip address 10.0.0.2 255.0.0.0\ninterface Loopback1\ninterface Virtual-Template3\n' +
      'ip unnumbered Loopback0\nip http server';
    assert.deepEqual(accept(text).notes, [
      'cfg:1: `interface Ethernet1` has no meaning here',
      'cfg:3: `ip cef` has no meaning here',
      'cfg:6: `interface Loopback1` has no meaning here',
      'cfg:9: `ip http` has no meaning here',
    ]);
  });

  it('tells of all groups for one LAC, each with the first', () => {
    const another = (name: string): string =>
      `vpdn-group ${name}\naccept-dialin\nprotocol l2tp\nvirtual-template 1\n` +
      'no l2tp tunnel authentication\nterminate-from hostname a\n';
    const parsed = parseConfig(`${LNS}${another('2')}${another('3')}${another('4')}`, 'cfg');
    assert.ok('errors' in parsed);
    assert.deepEqual(
      formatErrors(parsed.errors).map((error) => error.replace(/ already.*/, '')),
      [20, 26].map(
        (line) => `cfg:${line}:1: \`terminate-from hostname a\` leads to vpdn-group 2 in line 14`,
      ),
    );
  });

  it('never throws, whatever is said of an LNS', () => {
    const words = [
      ...new Set(MODEL.split(/\s+/)),
      ...'no default never keepalive idle absolute timeout mtu dns wins ipcp 0 7 1500'.split(' '),
      ...'renegotiation lcp always on-mismatch session-limit tun source-ip secret'.split(' '),
      ...'privilege framed-ip-address 255.255.255.254 0.0.0.0 callin ms-chap-v2'.split(' '),
    ];
    const anyLine = fc.oneof(
      fc.constantFrom(...MODEL.split('\n'), ...LNS.split('\n')),
      fc
        .array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 7 })
        .map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 40 }), (lines) => {
        const parsed = parseConfig(lines.join('\n'), 'cfg');
        if ('errors' in parsed) {
          for (const { line, problem, expected } of parsed.errors) {
            assert.ok(line >= 1 && line <= lines.length && problem !== '' && expected !== '');
          }
          return;
        }
        const { groups, virtualTemplates, pools } = parsed.config;
        for (const { acceptDialin } of groups) {
          if (acceptDialin === undefined) continue;
          const { virtualTemplate } = acceptDialin;
          assert.ok(virtualTemplates.some(({ number }) => number === virtualTemplate));
        }
        for (const { pool } of virtualTemplates) {
          assert.ok(pool === undefined || pools.some(({ name }) => name === pool));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
