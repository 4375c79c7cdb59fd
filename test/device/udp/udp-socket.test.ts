import { strict as assert } from 'node:assert';
import koffi from 'koffi';
import { Ready } from '../../../src/base/event-loop.ts';
import { formatIpv4 } from '../../../src/base/port.ts';
import { RouterError } from '../../../src/base/router-error.ts';
import { Arena } from '../../../src/device/arena.ts';
import { Epoll } from '../../../src/device/epoll.ts';
import { UdpSocket } from '../../../src/device/udp/udp-socket.ts';

const LOOPBACK = 0x7f000001;
const libc = koffi.load(null);
const SOL_SOCKET = 1;

/** One integer option of a socket, by the system's own word. */
function option(fd: number, level: number, name: number): number {
  const getsockopt = libc.func(
    'int getsockopt(int, int, int, _Out_ int *value, _Inout_ uint *octets)',
  );
  const value = [0];
  assert.equal(getsockopt(fd, level, name, value, [4]), 0);
  return value[0] ?? -1;
}

describe('device/udp/udp-socket (RFC 2661 §8.1)', () => {
  let arena: Arena;
  let epoll: Epoll;
  let sockets: UdpSocket[];

  beforeEach(() => {
    arena = new Arena(2_097_152);
    epoll = new Epoll(arena);
    sockets = [];
  });

  afterEach(() => {
    for (const socket of sockets) socket.close();
    epoll.close();
  });

  function open(address = LOOPBACK, port = 0): UdpSocket {
    const socket = new UdpSocket(arena, { address, port });
    sockets.push(socket);
    epoll.add(socket.fd, Ready.In, sockets.length);
    return socket;
  }

  /** Octets in the arena that say what they are. */
  function datagram(octets: number, fill: number): number {
    const at = arena.take(octets);
    arena.memory.fill(fill, at, at + octets);
    return at;
  }

  /** Everything that arrives until `count` have; each as its octets. */
  function receive(socket: UdpSocket, count: number): Uint8Array[] {
    const taken: Uint8Array[] = [];
    while (taken.length < count) {
      assert(epoll.wait(5_000) > 0, `${taken.length} of ${count} datagrams came`);
      const batch = socket.receive();
      for (let index = 0; index < batch; index++) {
        const at = socket.rxAt[index] ?? 0;
        taken.push(socket.memory.slice(at, at + (socket.rxOctets[index] ?? 0)));
      }
    }
    return taken;
  }

  it('carries a datagram and tells whence it came', () => {
    const [near, far] = [open(), open()];
    const peer = near.addPeer(far.local.address, far.local.port, 0);
    assert.equal(near.queue(datagram(5, 0xab), 5, peer), true);
    assert.equal(near.flush(), 0);
    assert.deepEqual(receive(far, 1), [new Uint8Array(5).fill(0xab)]);
    assert.deepEqual([far.rxAddress[0], far.rxPort[0]], [near.local.address, near.local.port]);
    assert.equal(formatIpv4(near.local.address), '127.0.0.1');
    assert.equal(far.receive(), 0, 'nothing more');
    assert.deepEqual([near.counters.txDatagrams, far.counters.rxDatagrams], [1, 1]);
  });

  it('queues 32 and then says that it is full; a batch arrives in order', () => {
    const [near, far] = [open(), open()];
    const peer = near.addPeer(LOOPBACK, far.local.port, 0);
    for (let index = 0; index < 32; index++) {
      assert.equal(near.queue(datagram(1 + index, index), 1 + index, peer), true);
    }
    const after = datagram(3, 99);
    assert.equal(near.queue(after, 3, peer), false);
    near.flush();
    assert.equal(near.queue(after, 3, peer), true);
    near.flush();
    const taken = receive(far, 33);
    assert.deepEqual(
      taken.map((octets) => [octets.length, octets[0]]),
      [...Array.from({ length: 32 }, (_, index) => [1 + index, index]), [3, 99]],
    );
  });

  it('takes the longest datagram of a slot, an empty one, and drops one beyond', () => {
    const [near, far] = [open(), open()];
    const peer = near.addPeer(LOOPBACK, far.local.port, 0);
    for (const octets of [2_048, 2_049, 0]) near.queue(datagram(2_049, 1), octets, peer);
    near.flush();
    assert.deepEqual(
      receive(far, 2).map((octets) => octets.length),
      [2_048, 0],
    );
    assert.equal(far.counters.rxTooLong, 1);
  });

  it('tells at which of our addresses it came, and answers from it [L2TP-8.1-07]', () => {
    const everywhere = open(0);
    const far = open();
    const { port } = everywhere.local;
    for (const ours of [LOOPBACK, LOOPBACK + 1, LOOPBACK + 0x010203]) {
      far.queue(datagram(1, 1), 1, far.addPeer(ours, port, 0));
      far.flush();
      receive(everywhere, 1);
      assert.equal(everywhere.rxLocal[0], ours);
      const peer = everywhere.addPeer(LOOPBACK, far.local.port, ours);
      everywhere.queue(datagram(1, 2), 1, peer);
      assert.equal(everywhere.flush(), 0);
      receive(far, 1);
      assert.deepEqual([far.rxAddress[0], far.rxPort[0]], [ours, port]);
    }
  });

  it('keeps apart in one batch whoever contacted which address, and who did not say', () => {
    const everywhere = open(0);
    const far = open();
    const { port } = everywhere.local;
    const locals = Array.from({ length: 32 }, (_, n) => (n % 3 === 0 ? 0 : LOOPBACK + n));
    for (const [n, ours] of locals.entries()) {
      far.queue(datagram(1, n), 1, far.addPeer(LOOPBACK + n, port, 0));
      const peer = everywhere.addPeer(LOOPBACK, far.local.port, ours);
      assert.equal(everywhere.queue(datagram(1, n), 1, peer), true);
    }
    assert.equal(far.flush() + everywhere.flush(), 0);
    assert.equal(receive(everywhere, 32).length, 32);
    assert.deepEqual(
      [...everywhere.rxLocal],
      locals.map((_, n) => LOOPBACK + n),
    );
    receive(far, 32);
    assert.deepEqual(
      [...far.rxAddress],
      locals.map((ours) => (ours === 0 ? LOOPBACK : ours)),
    );
  });

  it('counts what it may not send from an address that is not ours', () => {
    const everywhere = open(0);
    const far = open();
    everywhere.queue(datagram(1, 1), 1, everywhere.addPeer(LOOPBACK, far.local.port, 0xc0000201));
    everywhere.queue(datagram(1, 2), 1, everywhere.addPeer(LOOPBACK, far.local.port, 0));
    assert.equal(everywhere.flush(), 1);
    assert.deepEqual(receive(far, 1), [Uint8Array.of(2)]);
    const { txOther, txUnreachable } = everywhere.counters;
    assert.equal(txOther + txUnreachable, 1);
  });

  it('reads the whole address again after a batch', () => {
    const far = open();
    for (let round = 0; round < 3; round++) {
      const near = open();
      near.queue(datagram(1, round), 1, near.addPeer(LOOPBACK, far.local.port, 0));
      near.flush();
      receive(far, 1);
      assert.deepEqual([far.rxAddress[0], far.rxPort[0]], [LOOPBACK, near.local.port]);
    }
  });

  it('still sends to a peer forgotten after queue(), and then knows it no more', () => {
    const [near, far] = [open(), open()];
    const peer = near.addPeer(LOOPBACK, far.local.port, 0);
    near.queue(datagram(1, 1), 1, peer);
    near.forgetPeer(peer);
    assert.equal(near.addPeer(LOOPBACK, 9, 0), peer, 'its number is free');
    near.flush();
    assert.equal(receive(far, 1).length, 1);
    near.forgetPeer(peer);
    assert.throws(() => near.queue(0, 1, peer), /no such UDP peer/);
    assert.throws(() => near.forgetPeer(peer), /no such UDP peer/);
  });

  it('knows 2,048 peers and no more', () => {
    const near = open();
    for (let count = 0; count < 2_048; count++) near.addPeer(LOOPBACK, 1_701, 0);
    assert.throws(() => near.addPeer(LOOPBACK, 1_701, 0), /too many UDP peers/);
  });

  it('names address and port when the port is in use', () => {
    const { local } = open();
    assert.throws(
      () => new UdpSocket(arena, local),
      (error: unknown) =>
        error instanceof RouterError &&
        error.code === 'PORT_IN_USE' &&
        error.message.includes(`127.0.0.1:${local.port}`),
    );
  });

  it('says that an address is not this machine’s', () => {
    assert.throws(
      () => new UdpSocket(arena, { address: 0xc0000201, port: 0 }), // 192.0.2.1
      (error: unknown) => error instanceof RouterError && error.code === 'ADDRESS_NOT_OURS',
    );
  });

  it('is not disturbed by a port that nobody listens on', () => {
    const [near, far] = [open(), open()];
    const closed = open();
    const dead = near.addPeer(LOOPBACK, closed.local.port, 0);
    const alive = near.addPeer(LOOPBACK, far.local.port, 0);
    sockets.splice(sockets.indexOf(closed), 1);
    closed.close();
    for (let round = 0; round < 3; round++) {
      near.queue(datagram(1, round), 1, dead);
      near.queue(datagram(1, round), 1, alive);
      assert.equal(near.flush(), 0);
    }
    assert.equal(receive(far, 3).length, 3);
    assert.equal(near.receive(), 0);
    assert.equal(near.counters.rxErrors, 0);
  });

  it('loses only the datagrams that the kernel refuses, and counts each kind', () => {
    const [near, far] = [open(), open()];
    const alive = near.addPeer(LOOPBACK, far.local.port, 0);
    const broadcast = near.addPeer(0xffffffff, 1_701, 0); // EACCES without SO_BROADCAST
    const elsewhere = near.addPeer(0xc0000201, 1_701, 0); // EINVAL from a loopback address
    const at = datagram(70_000, 7);
    near.queue(at, 1, alive);
    near.queue(at, 2, broadcast);
    near.queue(at, 70_000, alive); // EMSGSIZE
    near.queue(at, 3, elsewhere);
    near.queue(at, 4, alive);
    assert.equal(near.flush(), 3);
    assert.deepEqual(
      receive(far, 2).map((octets) => octets.length),
      [1, 4],
    );
    const { txDatagrams, txDenied, txTooLong, txOther, txUnreachable } = near.counters;
    assert.deepEqual([txDatagrams, txDenied, txTooLong], [2, 1, 1]);
    assert.equal(txOther + txUnreachable, 1);
  });

  it('sends with the ECN bits clear, whatever the frame inside says [ECN-6.1.1.1-01]', () => {
    const [near, far] = [open(), open()];
    const setsockopt = libc.func('int setsockopt(int, int, int, const int *value, uint octets)');
    const IP_RECVTOS = 13;
    assert.equal(setsockopt(far.fd, 0, IP_RECVTOS, [1], 4), 0);
    // An IPv4 header marked CE, behind an L2TP data header.
    const at = datagram(28, 0);
    arena.memory.set([0x00, 0x02, 0, 1, 0, 1, 0xff, 0x03, 0x00, 0x21, 0x45, 0x03], at);
    near.queue(at, 28, near.addPeer(LOOPBACK, far.local.port, 0));
    near.flush();
    assert.equal(receivedTos(far.fd) & 3, 0);
  });

  it('leaves UDP checksums on, for control and data [L2TP-8.1-05]', () => {
    const SO_NO_CHECK = 11;
    assert.equal(option(open().fd, SOL_SOCKET, SO_NO_CHECK), 0);
  });

  /** The TOS octet of the next datagram, by recvmsg and its control data. */
  function receivedTos(fd: number): number {
    const memory = new Arena(65_536);
    const [header, iovec, octets, control] = [64, 16, 2_048, 64].map((size) => memory.take(size));
    assert(header !== undefined && iovec !== undefined);
    assert(octets !== undefined && control !== undefined);
    memory.putIovec(iovec, octets, 2_048);
    memory.putAddress(header + 16, iovec);
    memory.words[(header + 24) >> 2] = 1;
    memory.putAddress(header + 32, control);
    memory.words[(header + 40) >> 2] = 64;
    assert(epoll.wait(5_000) > 0);
    const recvmsg = libc.func('intptr_t recvmsg(int, uintptr_t, int)');
    assert.equal(recvmsg(fd, memory.address(header), 0), 28);
    const IP_TOS = 1;
    const behindPktinfo = control + 32;
    assert.equal(memory.words[(behindPktinfo + 12) >> 2], IP_TOS, 'the control message is there');
    return memory.memory[behindPktinfo + 16] ?? -1;
  }
});
