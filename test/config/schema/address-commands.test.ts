import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { formatErrors, parseConfig } from '../../../src/config/schema/parse-config.ts';
import { accept, onlyTemplate, refuse } from './reading.ts';

const pools = (text: string) =>
  accept(text).pools.map(({ name, ranges }) => [name, ...ranges.flatMap((r) => [r.low, r.high])]);

describe('config/schema/address-commands', () => {
  describe('ip local pool', () => {
    it('has one range or several, of one address or more', () => {
      const text = 'ip local pool default 10.0.0.1 10.0.0.9\nip local pool Dialin 10.0.1.1\n';
      assert.deepEqual(pools(`${text}ip loc po dialin 10.0.0.10 10.0.0.11`), [
        ['default', 0x0a000001, 0x0a000009],
        ['dialin', 0x0a000101, 0x0a000101, 0x0a00000a, 0x0a00000b],
      ]);
    });

    it('may have 65536 addresses', () => {
      assert.deepEqual(pools('ip local pool a 10.1.0.0 10.1.255.255'), [
        ['a', 0x0a010000, 0x0a01ffff],
      ]);
    });

    it('is taken back range by range, or whole', () => {
      const text =
        'ip local pool a 10.0.0.1 10.0.0.2\nip local pool a 10.0.0.4\nip local pool b 10.0.1.1\n';
      assert.deepEqual(pools(`${text}no ip local pool A 10.0.0.1 10.0.0.2`), [
        ['a', 0x0a000004, 0x0a000004],
        ['b', 0x0a000101, 0x0a000101],
      ]);
      assert.deepEqual(pools(`${text}no ip local pool a 10.0.0.4\nno ip local pool b 10.0.1.1`), [
        ['a', 0x0a000001, 0x0a000002],
      ]);
      assert.equal(pools(`${text}no ip local pool a 10.0.0.1`)[0]?.length, 5);
      assert.equal(pools(`${text}no ip local pool a`).length, 1);
      assert.equal(pools(`${text}no ip local pool c 10.0.0.1\nno ip local pool`).length, 2);
    });

    it('tells of an address that is in two ranges, and only then', () => {
      const anyRange = fc.tuple(fc.nat(60), fc.nat(8), fc.constantFrom('a', 'b'));
      fc.assert(
        fc.property(fc.array(anyRange, { minLength: 1, maxLength: 8 }), (ranges) => {
          const text = ranges.map(
            ([low, more, name]) => `ip local pool ${name} 10.0.0.${low} 10.0.0.${low + more}`,
          );
          const given = ranges.flatMap(([low, more]) =>
            Array.from({ length: more + 1 }, (_, index) => low + index),
          );
          const isTwice = new Set(given).size < given.length;
          const parsed = parseConfig(text.join('\n'), 'cfg');
          const errors = 'errors' in parsed ? formatErrors(parsed.errors) : [];
          assert.equal(errors.length > 0, isTwice, errors.join('\n'));
          for (const error of errors) assert.match(error, /^cfg:\d:1: it overlaps .* in line \d,/);
        }),
      );
    });
  });

  it('tells of each range that overlaps the longest before it', () => {
    const text = ['10.0.0.1 10.0.0.9', '10.0.0.2 10.0.0.3', '10.0.0.5'].map(
      (range, index) => `ip local pool ${index} ${range}`,
    );
    const said = 'it overlaps 10.0.0.1 to 10.0.0.9 of ip local pool 0 in line 1';
    assert.deepEqual(
      refuse(text.join('\n')),
      [2, 3].map((line) => `cfg:${line}:1: ${said}, expected addresses of its own`),
    );
  });

  describe('username', () => {
    for (const [written, password] of [
      ['cisco', 'cisco'],
      ['0 cisco', 'cisco'],
      ['0 7', '7'],
      ['1', '1'],
      ['7 104D000A0618', 'cisco'],
      ['two  words', 'two  words'],
      ['0 5 words, a\tlist ', '5 words, a list'],
      ['privilege', 'privilege'],
      ['12 monkeys', '12 monkeys'],
    ] as const) {
      it(`has a password, written ${written}`, () => {
        assert.deepEqual(accept(`username u password ${written}`).users, [{ name: 'u', password }]);
      });
    }

    it('has the password of its last line, with a privilege or without', () => {
      const { users } = accept(
        'username u privilege 15\nusername u password a\nuser u priv 1 pass 0 b c\n',
      );
      assert.deepEqual(users, [{ name: 'u', password: 'b c' }]);
    });

    it('refuses a password that is too long', () => {
      assert.throws(
        () => accept(`username u password 0 ${'x'.repeat(256)}`),
        /cfg:1:23: the value is longer than 255 characters/,
      );
      assert.equal(accept(`username u password ${'x'.repeat(255)}`).users.length, 1);
    });

    it('has an address of its own, which may leave the choice to the caller', () => {
      const text = 'username u framed-ip-address 255.255.255.255\nusername u password p\n';
      assert.deepEqual(accept(text).users, [
        { name: 'u', password: 'p', framedIpAddress: 0xffffffff },
      ]);
      for (const form of ['no', 'default']) {
        assert.deepEqual(accept(`${text}${form} username u framed-ip-address`).users, [
          { name: 'u', password: 'p' },
        ]);
      }
    });

    it('is taken back, and so is what was said of nobody', () => {
      const text = 'username u password p\nusername U password q\n';
      assert.deepEqual(accept(`${text}no username u`).users, [{ name: 'U', password: 'q' }]);
      const nobody = 'no username v\nno username v password x y\nno username v framed-ip-address';
      assert.equal(accept(`${text}${nobody}\nno username`).users.length, 2);
    });

    it('is no caller when it has a hash or no password at all', () => {
      const { users, notes } = accept(
        'username a secret 5 SECRET\nusername b privilege 15 secret SECRET\nusername c nopassword',
      );
      assert.deepEqual(users, []);
      assert.deepEqual(notes, [
        'cfg:1: `username USER secret` has no meaning here',
        'cfg:2: `username USER privilege <0-15> secret` has no meaning here',
        'cfg:3: `username USER nopassword` has no meaning here',
      ]);
    });

    it('never shows a password, whatever is wrong about its line', () => {
      for (const line of [
        'username u HUNTER2',
        'username u pasword HUNTER2',
        'username u pasword 0 HUNTER2',
        'username u password 5 HUNTER2',
        'username u password 7 HUNTER2',
        'username u password 7 HUNTER2 HUNTER2',
        'username u privilege 16 password HUNTER2',
        'username u privilege 15 HUNTER2',
        'username u privilege 15 pasword HUNTER2',
        'no username u HUNTER2',
        'username u secret 5 HUNTER2',
        `username u password ${'HUNTER2'.repeat(50)}`,
        'line 1\nusername u HUNTER2',
        'username u framed-ip-address 10.0.0.1 HUNTER2',
      ]) {
        const parsed = parseConfig(line, 'cfg');
        const said = 'errors' in parsed ? formatErrors(parsed.errors) : parsed.config.notes;
        assert.notEqual(said.length, 0, line);
        assert.doesNotMatch(said.join('\n'), /HUNTER2/, line);
      }
    });
  });

  describe('ip address of an interface that lends it', () => {
    for (const name of [
      'Loopback0',
      'Ethernet0',
      'FastEthernet0/1',
      'GigabitEthernet0/0.7',
      'Vlan3',
      'BVI1',
    ]) {
      it(`${name}, whose address is ours to set only if it is a Loopback`, () => {
        const borrowed = onlyTemplate(
          `ip unnumbered ${name}\ninterface ${name}\nip address 10.0.0.2 255.255.255.0`,
        );
        assert.equal(borrowed.localAddress, 0x0a000002);
        assert.equal(borrowed.ownsLocalAddress, name === 'Loopback0');
      });
    }

    it('is its first, however the interface is written and wherever it stands', () => {
      const { localAddress } = onlyTemplate(
        'ip unnum e 0\ninterface eth0\nip address 10.0.0.3 255.0.0.0\n' +
          'ip address 10.0.0.4 255.0.0.0 secondary\n' +
          'no ip address 10.0.0.4 255.0.0.0 secondary\ninterface Ethernet0',
      );
      assert.equal(localAddress, 0x0a000003);
    });

    it('is not that of the interface before', () => {
      const { localAddress } = onlyTemplate(
        'ip unnumbered Ethernet0\ninterface Ethernet0\nip address 10.0.0.3 255.0.0.0\n' +
          'interface Serial0\nip address 10.0.0.4 255.0.0.0\nno ip address\ninterface Ethernet1\n' +
          'ip address dhcp',
      );
      assert.equal(localAddress, 0x0a000003);
    });
  });

  describe('vpdn tun', () => {
    it('names the TUN device, pilac0 unless said', () => {
      assert.equal(accept('').vpdn.tunName, 'pilac0');
      assert.equal(accept('vpdn tun a_b.c-d89012345').vpdn.tunName, 'a_b.c-d89012345');
      assert.equal(accept('vpdn tun x\nno vpdn tun').vpdn.tunName, 'pilac0');
    });
  });
});
