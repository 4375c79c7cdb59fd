import { strict as assert } from 'node:assert';
import koffi from 'koffi';
import { RouterError } from '../../../src/base/router-error.ts';
import { Arena } from '../../../src/device/arena.ts';
import { PacketFd } from '../../../src/device/tun/packet-fd.ts';
import { SOCK_DGRAM, SOCK_SEQPACKET, socketPair } from '../support/socket-pair.ts';

const F_GETFD = 1;
const libc = koffi.load(null);

describe('device/tun/packet-fd', () => {
  let arena: Arena;
  let open: PacketFd[];

  beforeEach(() => {
    arena = new Arena(1_048_576);
    open = [];
  });

  afterEach(() => {
    for (const one of open) one.close();
  });

  function pair(type = SOCK_SEQPACKET): [PacketFd, PacketFd] {
    const [near, far] = socketPair(arena, type);
    const both = [new PacketFd(arena, near), new PacketFd(arena, far)] as const;
    open.push(...both);
    return [...both];
  }

  /** Octets in the arena that say what they are. */
  function packet(count: number, fill: number): number {
    const at = arena.take(count);
    arena.memory.fill(fill, at, at + count);
    return at;
  }

  for (const [name, type] of [
    ['SEQPACKET', SOCK_SEQPACKET],
    ['DGRAM', SOCK_DGRAM],
  ] as const) {
    it(`carries whole packets over a ${name} socket, one a call, in order`, () => {
      const [near, far] = pair(type);
      const to = arena.take(2_048);
      assert.equal(far.receive(to, 2_048), 0, 'nothing yet, and no waiting');
      assert.equal(near.send(packet(1_500, 1), 1_500), true);
      assert.equal(near.send(packet(20, 2), 20), true);
      assert.equal(far.receive(to, 2_048), 1_500);
      assert.deepEqual([arena.memory[to], arena.memory[to + 1_499]], [1, 1]);
      assert.equal(far.receive(to + 5, 2_043), 20);
      assert.deepEqual([arena.memory[to + 4], arena.memory[to + 5]], [1, 2]);
      assert.equal(far.receive(to, 2_048), 0);
      assert.deepEqual([near.counters.txPackets, far.counters.rxPackets], [2, 2]);
      assert.deepEqual([near.counters.rxErrors, far.counters.rxErrors], [0, 0]);
    });
  }

  it('never writes beyond the room it was given', () => {
    const [near, far] = pair();
    const to = arena.take(100);
    near.send(packet(90, 7), 90);
    assert.equal(far.receive(to, 40), 40);
    assert.deepEqual([arena.memory[to + 39], arena.memory[to + 40]], [7, 0]);
  });

  it('counts packets for which the kernel has no room', () => {
    const [near, far] = pair();
    const at = packet(1_500, 3);
    let sent = 0;
    while (near.send(at, 1_500)) sent++;
    assert.ok(sent > 0);
    assert.deepEqual([near.counters.txPackets, near.counters.txNoBuffer], [sent, 1]);
    const to = arena.take(2_048);
    while (far.receive(to, 2_048) > 0);
    assert.equal(far.counters.rxPackets, sent);
    assert.equal(near.send(at, 1_500), true);
  });

  it('counts packets that nobody is there for, and one that is too long', () => {
    const [near, far] = pair();
    const at = packet(20, 4);
    open.splice(1);
    far.close();
    assert.equal(near.send(at, 20), false);
    assert.equal(near.receive(at, 20), 0);
    assert.deepEqual([near.counters.txDown, near.counters.rxErrors], [1, 0]);
    const [other] = pair(SOCK_DGRAM);
    assert.equal(other.send(0, arena.memory.length), false);
    assert.deepEqual([other.counters.txRefused, other.counters.txPackets], [1, 0]);
  });

  it('counts what is wrong with the descriptor itself', () => {
    const [near] = pair();
    open.shift();
    near.close();
    assert.equal(near.receive(packet(20, 0), 20), 0);
    assert.equal(near.send(0, 20), false);
    assert.deepEqual([near.counters.txRefused, near.counters.rxErrors], [1, 1]);
  });

  it('keeps the descriptor from our children', () => {
    const [near] = pair();
    const fcntl = libc.func('int fcntl(int, int)');
    assert.equal(fcntl(near.fd, F_GETFD), 1);
  });

  it('says when there is no such descriptor', () => {
    assert.throws(
      () => new PacketFd(arena, 9_999),
      (error: unknown) =>
        error instanceof RouterError &&
        error.code === 'PACKET_FD_UNUSABLE' &&
        error.message === 'descriptor 9999 cannot carry packets: EBADF',
    );
  });
});
