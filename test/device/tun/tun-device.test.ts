import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Ready } from '../../../src/base/event-loop.ts';
import { RouterError } from '../../../src/base/router-error.ts';
import { Arena } from '../../../src/device/arena.ts';
import { Epoll } from '../../../src/device/epoll.ts';
import { TunDevice } from '../../../src/device/tun/tun-device.ts';
import { UdpSocket } from '../../../src/device/udp/udp-socket.ts';
import { OwnNetwork } from '../support/own-network.ts';

const OURS = 0x0a090001;
const CALLER = 0xc0000201;
const NOBODY = 65_534;

/** Runs `ip`, which must do it. */
function ip(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** The checksum of an IPv4 header, RFC 791 §3.1. */
function putChecksum(header: Uint8Array): void {
  const words = Array.from(
    { length: 10 },
    (_, n) => ((header[2 * n] ?? 0) << 8) | (header[2 * n + 1] ?? 0),
  );
  let sum = words.reduce((whole, word) => whole + word) - (words[5] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  header.set([(~sum >> 8) & 0xff, ~sum & 0xff], 10);
}

const refuses = (code: string, make: () => TunDevice): void => {
  assert.throws(
    make,
    (error: unknown) => error instanceof RouterError && error.code === code,
    code,
  );
};

describe('device/tun/tun-device', () => {
  let arena: Arena;

  beforeEach(() => {
    arena = new Arena(262_144);
  });

  it('says what is wrong with its name before it touches the system', () => {
    for (const name of ['', '0tun', 'sixteen-letters-', 'tun 0', 'tun;0', 'tün0', '-x']) {
      refuses('TUN_NAME', () => new TunDevice(arena, name, '/nonexistent'));
    }
  });

  it('says when the kernel has no TUN, and when the file is something else', () => {
    refuses('TUN_MISSING', () => new TunDevice(arena, 'tun0', '/nonexistent'));
    refuses('TUN_FAILED', () => new TunDevice(arena, 'tun0', '/dev'));
    refuses('TUN_FAILED', () => new TunDevice(arena, 'tun0', '/dev/null'));
  });

  describe('in a network namespace of its own', () => {
    let network: OwnNetwork | undefined;

    before(function () {
      const entered = existsSync('/dev/net/tun') ? OwnNetwork.enter() : 'there is no /dev/net/tun';
      if (typeof entered === 'string') {
        console.log(`      TUN is not tested: ${entered}`);
        this.skip();
      } else network = entered;
    });

    after(() => network?.leave());

    it('is an interface that carries IP packets both ways', () => {
      const tun = new TunDevice(arena, 'vpdn-tun0');
      ip('link', 'set', 'dev', 'vpdn-tun0', 'up', 'mtu', '1500');
      ip('address', 'add', '10.9.0.1/32', 'dev', 'vpdn-tun0');
      ip('route', 'add', '192.0.2.1/32', 'dev', 'vpdn-tun0', 'mtu', '1400');
      const socket = new UdpSocket(arena, { address: OURS, port: 0 });
      const epoll = new Epoll(arena);
      epoll.add(tun.fd, Ready.In, 1);
      epoll.add(socket.fd, Ready.In, 2);
      socket.queue(arena.take(50), 50, socket.addPeer(CALLER, 9, 0));
      assert.equal(socket.flush(), 0);
      const at = arena.take(2_048);
      let octets = 0;
      // The kernel also asks for routers of IPv6.
      while (octets === 0 || (arena.memory[at] ?? 0) >> 4 !== 4) {
        assert.ok(epoll.wait(5_000) > 0, 'a packet came');
        octets = tun.receive(at, 2_032);
      }
      assert.equal(octets, 20 + 8 + 50);
      const packet = arena.memory.subarray(at, at + octets);
      assert.deepEqual([...packet.subarray(12, 20)], [10, 9, 0, 1, 192, 0, 2, 1]);

      const [from, to] = [packet.slice(12, 16), packet.slice(16, 20)];
      packet.set([...to, ...from], 12);
      packet.set([...packet.slice(22, 24), ...packet.slice(20, 22)], 20);
      packet.set([0, 0], 26); // no UDP checksum
      putChecksum(packet);
      assert.equal(tun.send(at, octets), true);
      assert.ok(epoll.wait(5_000) > 0);
      assert.equal(socket.receive(), 1);
      assert.deepEqual([socket.rxOctets[0], socket.rxAddress[0]], [50, CALLER]);
      assert.equal(socket.rxLocal[0], OURS);
      assert.equal(tun.counters.txPackets, 1);
      epoll.close();
      socket.close();
      tun.close();
      assert.equal(ip('link').includes('vpdn-tun0'), false, 'gone with its descriptor');
    });

    it('counts packets while the interface is down, and what is no packet', () => {
      const tun = new TunDevice(arena, 'vpdn-tun0');
      const at = arena.take(64);
      arena.memory[at] = 0x45;
      assert.equal(tun.send(at, 20), false);
      assert.equal(tun.counters.txDown, 1);
      ip('link', 'set', 'dev', 'vpdn-tun0', 'up');
      arena.memory[at] = 0x55;
      assert.equal(tun.send(at, 20), false);
      assert.equal(tun.counters.txRefused, 1);
      tun.close();
    });

    it('says when its name is taken, by a TUN or by another interface', () => {
      const tun = new TunDevice(arena, 'vpdn-tun0');
      assert.equal(tun.name, 'vpdn-tun0');
      refuses('TUN_IN_USE', () => new TunDevice(arena, 'vpdn-tun0'));
      refuses('TUN_IN_USE', () => new TunDevice(arena, 'lo'));
      tun.close();
    });

    it('says when we have no right to it', () => {
      process.seteuid?.(NOBODY);
      try {
        refuses('TUN_DENIED', () => new TunDevice(arena, 'vpdn-tun0'));
      } finally {
        process.seteuid?.(0);
      }
    });
  });
});
