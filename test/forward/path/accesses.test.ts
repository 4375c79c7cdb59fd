import { strict as assert } from 'node:assert';
import type { AccessForwarder } from '../../../src/forward/path/access-forwarder.ts';
import { Forwarder } from '../../../src/forward/path/forwarder.ts';
import { hex, octets } from '../../wire/hdlc/support.ts';
import { LNS, LNS_PORT, World } from '../world.ts';

const HEADER = '000277778800';
const DATA = '000200556600';
/** 192.0.2.1 and 192.0.2.2: above 31 bits. */
const CALLER = 0xc0000201;
const OTHER = 0xc0000202;
const LCP = 0xc021;

/** An IPv4 packet to `destination`, so long in all. */
function packet(destination = CALLER, count = 24): string {
  const length = count.toString(16).padStart(4, '0');
  const to = destination.toString(16).padStart(8, '0');
  return `4500${length}00000000${'00'.repeat(4)}0a000001${to}`.padEnd(2 * count, 'a5');
}

/** A world with one access, whose caller has an address. */
function openWorld(): { world: World; access: AccessForwarder } {
  const world = new World(2, 3);
  const access = world.access(0);
  assert.equal(world.forwarder.setIp(access, CALLER, 1500), true);
  return { world, access };
}

const ANY_BINDING = {
  tunnelId: 0x55,
  sessionId: 0x6600,
  peerTunnelId: 1,
  peerSessionId: 1,
  peer: 1,
  address: LNS,
  port: LNS_PORT,
  restoreHeader: true,
  sequencing: false,
};

function punted(world: World): [number, number, string][] {
  const taken: [number, number, string][] = [];
  for (let next = world.forwarder.punt.take(); next; next = world.forwarder.punt.take()) {
    assert.ok(next.kind === 'access-frame');
    taken.push([next.access.index, next.protocol, hex(next.information)]);
  }
  return taken;
}

describe('forward/path/accesses: session to packet device', () => {
  it('writes IP packets to the device, with FF 03 or without, PFC or not [L2TP-5.3-03]', () => {
    const { world, access } = openWorld();
    for (const header of ['ff030021', '0021', '21', 'ff0321']) {
      world.receive(DATA + header + packet(OTHER));
    }
    assert.deepEqual(world.packets.sent, Array(4).fill(packet(OTHER)));
    const { rxFrames, rxPackets, rxPacketOctets } = access.counters;
    assert.deepEqual([rxFrames, rxPackets, rxPacketOctets], [4, 4, 96]);
    assert.equal(access.packets(), 4);
    assert.deepEqual(punted(world), []);
  });

  it('takes all 16 data headers [L2TP-3.1-06, L2TP-3.1-07, L2TP-3.1-08]', () => {
    const { world, access } = openWorld();
    let ns = 0;
    for (let mix = 0; mix < 16; mix++) {
      const [l, s, o, p] = [mix & 8, mix & 4, mix & 2, mix & 1];
      const bits = 0x0002 | (l && 0x4000) | (s && 0x0800) | (o && 0x0200) | (p && 0x0100);
      const sequence = s ? `${(ns++).toString(16).padStart(4, '0')}1234` : '';
      const rest = `00556600${sequence}${o ? '0003aabbcc' : ''}ff030021${packet(OTHER, 20 + mix)}`;
      const length = (4 + rest.length / 2).toString(16).padStart(4, '0');
      world.receive(`${bits.toString(16).padStart(4, '0')}${l ? length : ''}${rest}`);
    }
    assert.deepEqual(
      world.packets.sent,
      Array.from({ length: 16 }, (_, mix) => packet(OTHER, 20 + mix)),
    );
    assert.equal(access.counters.rxPackets, 16);
  });

  it('leaves out padding behind the packet, and refuses what is no whole IPv4 packet', () => {
    const { world, access } = openWorld();
    world.receive(`${DATA}21${packet(OTHER, 20)}0000`);
    assert.deepEqual(world.packets.sent.splice(0), [packet(OTHER, 20)]);
    const whole = packet(OTHER, 24);
    for (const wrong of [
      '',
      whole.slice(0, 38),
      whole.slice(0, 46),
      `6${whole.slice(1)}`,
      `3${whole.slice(1)}`,
      whole.replace('0018', '0013'),
    ]) {
      world.receive(`${DATA}0021${wrong}`);
    }
    assert.deepEqual(world.packets.sent, []);
    assert.deepEqual([access.counters.rxNotIp, access.counters.rxFrames], [6, 7]);
  });

  it('drops IP before IPCP is open and after it is down, and tells control nothing of it', () => {
    const world = new World(0, 1);
    const access = world.access(0);
    world.receive(`${DATA}0021${packet()}`);
    world.forwarder.setIp(access, CALLER, 1500);
    world.receive(`${DATA}0021${packet()}`);
    world.forwarder.clearIp(access);
    world.forwarder.clearIp(access);
    world.receive(`${DATA}0021${packet()}`);
    assert.equal(world.packets.sent.length, 1);
    assert.deepEqual([access.counters.rxNotUp, access.packets()], [2, 1]);
    assert.deepEqual(punted(world), []);
  });

  it('counts what the device refuses', () => {
    const { world, access } = openWorld();
    world.packets.refuses = true;
    world.receive(`${DATA}0021${packet()}`);
    assert.deepEqual([access.counters.rxRefused, access.packets()], [1, 0]);
  });

  it('gives every other protocol to control, its header taken off', () => {
    const { world, access } = openWorld();
    for (const frame of ['5703', '00fd04', 'ff03c0210901', 'c0210902', 'ff0380210101', 'c02505']) {
      world.receive(DATA + frame);
    }
    assert.deepEqual(punted(world), [
      [0, 0x57, '03'],
      [0, 0xfd, '04'],
      [0, LCP, '0901'],
      [0, LCP, '0902'],
      [0, 0x8021, '0101'],
      [0, 0xc025, '05'],
    ]);
    assert.equal(access.counters.rxPunted, 6);
  });

  it('counts payloads that are no PPP frame', () => {
    const { world, access } = openWorld();
    for (const payload of ['', 'c0', 'ff', 'ff13c021', 'ff03', 'ff03c0']) {
      world.receive(DATA + payload);
    }
    assert.deepEqual([access.counters.rxMalformed, access.counters.rxFrames], [6, 6]);
    assert.deepEqual(punted(world), []);
  });

  it('takes data from the peer’s address and port only [L2TP-8.1-04]', () => {
    const { world, access } = openWorld();
    world.udp.arrive(octets(`${DATA}21${packet()}`), LNS + 1, LNS_PORT);
    world.udp.arrive(octets(`${DATA}21${packet()}`), LNS, LNS_PORT + 1);
    world.receive();
    assert.deepEqual([world.packets.sent, access.counters.rxFrames], [[], 0]);
    assert.equal(world.forwarder.counters.wrongSource, 2);
  });

  it('puts overtaken packets back in order, waits 100 ms and no longer [L2TP-5.4-04]', () => {
    const { world, access } = openWorld();
    const send = (ns: number) =>
      world.receive(`080200556600000${ns}0000ff030021${packet(OTHER, 20 + ns)}`);
    const sent = () => world.packets.sent.splice(0).map((of) => of.length / 2 - 20);
    for (const ns of [1, 0, 0, 3]) send(ns);
    assert.deepEqual(sent(), [0, 1]);
    assert.equal(world.forwarder.reorderDeadline(), 100);
    world.forwarder.expireReorder(99);
    assert.deepEqual(sent(), []);
    world.forwarder.expireReorder(100);
    assert.deepEqual(sent(), [3]);
    assert.deepEqual([access.counters.rxLate, access.counters.rxLost], [1, 1]);
    send(5);
    world.now = 200;
    world.receive('00');
    assert.deepEqual(sent(), [5], 'traffic moves time as well');
  });

  it('drops frames held for their turn when the access is closed', () => {
    const { world, access } = openWorld();
    world.receive(`08020055660000010000ff030021${packet()}`);
    assert.equal(world.forwarder.pool.inUse, 1);
    world.forwarder.closeAccess(access);
    assert.equal(world.forwarder.pool.inUse, 0);
    assert.equal(access.counters.rxUnbound, 1);
    world.forwarder.expireReorder(1_000);
    assert.deepEqual(world.packets.sent, []);
  });
});

describe('forward/path/accesses: packet device to session', () => {
  it('sends a packet into the session of whom it is for, in full', () => {
    const { world, access } = openWorld();
    const second = world.access(1);
    world.forwarder.setIp(second, OTHER, 576);
    world.readPackets(packet(OTHER, 576), packet(CALLER, 1500));
    assert.deepEqual(world.sent(), [
      `000277778801ff030021${packet(OTHER, 576)}`,
      `${HEADER}ff030021${packet(CALLER, 1500)}`,
    ]);
    assert.deepEqual([access.counters.txPackets, access.counters.txPacketOctets], [1, 1500]);
    assert.deepEqual([second.packets(), world.forwarder.packetCounters.forwarded], [1, 2]);
    assert.equal(world.forwarder.pool.inUse, 0);
  });

  it('counts what is for nobody, too long, of version 6 or of none', () => {
    const { world, access } = openWorld();
    world.forwarder.setIp(access, CALLER, 100);
    world.readPackets(packet(OTHER), packet(CALLER, 101), packet(CALLER, 100));
    world.readPackets(`6${packet().slice(1)}`, '60', `5${packet().slice(1)}`, '45', '4500');
    world.readPackets(packet(CALLER, 2033)); // the port cuts it off
    const { packets, noAccess, tooLong, forwarded, ipv6, malformed } =
      world.forwarder.packetCounters;
    assert.deepEqual([packets, noAccess, tooLong, forwarded], [9, 1, 1, 1]);
    assert.deepEqual([ipv6, malformed], [2, 4]);
    assert.equal(access.counters.txTooLong, 1);
    assert.equal(world.sent().length, 1);
    assert.equal(world.forwarder.pool.inUse, 0);
  });

  it('takes 32 packets at a call', () => {
    const { world } = openWorld();
    for (let n = 0; n < 40; n++) world.packets.arrived.push(packet(n % 4 === 0 ? OTHER : CALLER));
    assert.equal(world.forwarder.packetsReadable(), 32);
    assert.equal(world.forwarder.packetsReadable(), 8);
    assert.equal(world.forwarder.packetsReadable(), 0);
    assert.equal(world.sent().length, 30);
  });

  it('counts what the datagram port refuses', () => {
    const { world, access } = openWorld();
    world.udp.room = 0;
    world.readPackets(packet());
    assert.deepEqual([access.counters.txRefused, access.packets()], [1, 0]);
    assert.equal(world.forwarder.packetCounters.refused, 1);
    assert.equal(world.forwarder.pool.inUse, 0);
  });

  it('puts Ns into data when it is required, and never as the LAC does [L2TP-5.4-01]', () => {
    const world = new World(0, 2);
    const plain = world.access(0);
    const required = world.access(1, { sequencing: true });
    world.forwarder.setIp(plain, CALLER, 1500);
    world.forwarder.setIp(required, OTHER, 1500);
    world.receive('08020055660000000000c0210901', '000200556601c0210901');
    world.readPackets(packet(CALLER), packet(OTHER));
    assert.equal(world.forwarder.sendAccess(required, LCP, octets('0902')), true);
    assert.deepEqual(world.sent(), [
      `${HEADER}ff030021${packet(CALLER)}`,
      `08027777880100000000ff030021${packet(OTHER)}`,
      '08027777880100010000ff03c0210902',
    ]);
  });

  it('sends control’s frames with FF 03 and two octets of Protocol, whatever they are', () => {
    const { world, access } = openWorld();
    assert.equal(world.forwarder.sendAccess(access, LCP, octets('0901')), true);
    assert.equal(world.forwarder.sendAccess(access, 0x21, octets('45')), true);
    assert.equal(world.forwarder.sendAccess(access, LCP, new Uint8Array(2032)), true);
    assert.equal(world.forwarder.sendAccess(access, LCP, new Uint8Array(2033)), false);
    assert.deepEqual(world.sent().slice(0, 2), [`${HEADER}ff03c0210901`, `${HEADER}ff03002145`]);
    world.udp.room = 0;
    assert.equal(world.forwarder.sendAccess(access, LCP, octets('0901')), false);
    world.forwarder.closeAccess(access);
    world.udp.room = 32;
    assert.equal(world.forwarder.sendAccess(access, LCP, octets('0901')), false);
    assert.deepEqual([access.counters.txInjected, access.counters.txInjectedRefused], [3, 3]);
    assert.equal(world.forwarder.pool.inUse, 0);
  });

  it('reads nothing where there is no device', () => {
    const { udp } = new World(0);
    const forwarder = new Forwarder({ udp, slotsAt: udp.slotsAt, maxLines: 0, maxAccesses: 1 });
    assert.equal(forwarder.packetsReadable(), 0);
    const access = forwarder.openAccess(ANY_BINDING);
    assert.ok(access !== undefined);
    forwarder.setIp(access, CALLER, 1500);
    udp.arrive(octets(`${DATA}21${packet()}`));
    forwarder.datagramsReadable(0);
    assert.equal(access.counters.rxRefused, 1);
  });
});

describe('forward/path/accesses: whose it is', () => {
  it('lends each record to one session at a time, and refuses when all are lent', () => {
    const world = new World(2, 3);
    const all = [0, 1, 2].map((n) => world.access(n));
    assert.deepEqual(
      all.map(({ index }) => index),
      [0, 1, 2],
    );
    assert.equal(world.openAccess(3), undefined);
    assert.equal(world.forwarder.openAccesses, 3);
    const [, second] = all;
    assert.ok(second !== undefined);
    world.forwarder.closeAccess(second);
    world.forwarder.closeAccess(second);
    assert.equal(world.forwarder.openAccesses, 2);
    assert.equal(world.access(4), second);
    assert.equal(world.openAccess(5), undefined);
    assert.equal(world.forwarder.sessions.count, 3);
  });

  it('gives nothing of one session to the next that has the record', () => {
    const { world, access } = openWorld();
    world.receive(`${DATA}c0210901`, `${DATA}21${packet()}`);
    world.forwarder.closeAccess(access);
    world.receive(`${DATA}c0210902`, `${DATA}21${packet()}`);
    world.readPackets(packet());
    assert.equal(world.access(1), access);
    assert.deepEqual(punted(world), [], 'punted before');
    assert.equal(world.forwarder.packetCounters.stale, 1);
    world.receive(`${DATA}c0210903`, `000200556601c0210904`, `000200556601210000`);
    assert.deepEqual(punted(world), [[0, LCP, '0904']]);
    assert.deepEqual([access.counters.rxFrames, access.counters.rxNotUp], [2, 1]);
    assert.deepEqual([access.counters.rxPunted, access.packets(), access.punted], [1, 0, 0]);
    assert.equal(world.forwarder.counters.noSession, 3);
    assert.equal(world.forwarder.packetCounters.noAccess, 1);
    assert.equal(world.packets.sent.length, 1);
    assert.deepEqual(world.sent(), []);
  });

  it('drops what was punted of a session that is over, also while nobody has the record', () => {
    const { world, access } = openWorld();
    world.receive(`${DATA}c0210901`);
    world.forwarder.closeAccess(access);
    assert.deepEqual(punted(world), []);
    assert.equal(world.forwarder.packetCounters.stale, 1);
  });

  it('lets an address be one access’s only, and be another’s once it is given back', () => {
    const { world, access } = openWorld();
    const second = world.access(1);
    assert.equal(world.forwarder.setIp(second, CALLER, 1500), false);
    assert.equal(second.hasIp, false);
    world.readPackets(packet());
    assert.deepEqual([access.packets(), second.packets()], [1, 0]);
    assert.equal(world.forwarder.setIp(access, OTHER, 1500), true, 'instead of the first');
    assert.equal(world.forwarder.setIp(second, CALLER, 1500), true);
    world.readPackets(packet(OTHER), packet(CALLER), packet(CALLER));
    assert.deepEqual([access.packets(), second.packets()], [2, 2]);
    world.forwarder.closeAccess(access);
    assert.equal(world.forwarder.setIp(access, CALLER + 9, 1500), false, 'closed');
    world.readPackets(packet(OTHER));
    assert.equal(world.forwarder.packetCounters.noAccess, 1);
  });

  it('keeps lines and accesses apart, whatever their numbers', () => {
    const { world, access } = openWorld();
    const line = world.addLine().open().bind();
    world.receive(`${DATA}21${packet()}`, '000200112200ff03c0210901', `${DATA}c0210902`);
    assert.equal(line.written().length, 1);
    assert.equal(world.packets.sent.length, 1);
    assert.deepEqual(punted(world), [[0, LCP, '0902']]);
    assert.deepEqual([line.counters.downFrames, access.counters.rxFrames], [1, 2]);
    assert.equal(world.forwarder.packetCounters.frames, 2);
  });

  it('calls control as soon as a control datagram is there: the next may be its session’s', () => {
    const world = new World(0, 1);
    world.onPunted = () => {
      const next = world.forwarder.punt.take();
      assert.ok(next?.kind === 'datagram');
      world.access(0);
    };
    world.receive('c802000c0007000000030004', `${DATA}c0210901`);
    assert.deepEqual(punted(world), [[0, LCP, '0901']]);
    assert.equal(world.forwarder.counters.noSession, 0);
  });
});
