/**
 * Run by garbage.test.ts in a process of its own: as garbage.ts, with packets between a packet
 * device and sessions of the LNS. Prints also how large an access's record is.
 */
import type { DatagramPort, PacketPort } from '../../src/base/port.ts';
import { Forwarder } from '../../src/forward/path/forwarder.ts';
import { octets } from '../wire/hdlc/support.ts';
import { measure } from './new-space.ts';

const ADDRESS = 0xc0a80002;
const BATCH = 32;
const ACCESSES = 1_000;
/** Each with a batch in and a batch out: a million packets. */
const TURNS = Math.ceil(1_000_000 / (2 * BATCH));
const MEMORY_OCTETS = BATCH * 2048 + Forwarder.memoryOctets(0);

/** From 10.0.0.1 to 192.0.2.`to`, 60 octets. */
const packetTo = (to: number): Uint8Array =>
  Uint8Array.of(
    ...octets('4500003c00000000000000000a000001c00002'),
    to,
    ...Array.from({ length: 40 }, (_, n) => n * 37),
  );

class Datagrams implements DatagramPort {
  readonly memory = new Uint8Array(MEMORY_OCTETS);
  readonly rxAt = Int32Array.from({ length: BATCH }, (_, n) => n * 2048);
  readonly rxOctets = new Int32Array(BATCH);
  readonly rxAddress = new Uint32Array(BATCH).fill(ADDRESS);
  readonly rxPort = new Int32Array(BATCH).fill(1701);
  readonly rxLocal = new Uint32Array(BATCH);
  hasArrived = false;
  readonly #plain = Uint8Array.of(...octets('000200110000'), 0x21, ...packetTo(9));
  readonly #sequenced = Uint8Array.of(...octets('08020011000100000000'), 0x21, ...packetTo(9));
  #queued = 0;
  #ns = 0;

  /** Half of them sequenced, each two of those the wrong way round. */
  receive(): number {
    if (!this.hasArrived) return 0;
    this.hasArrived = false;
    for (let index = 0; index < BATCH; index++) {
      const datagram = index < BATCH / 2 ? this.#sequenced : this.#plain;
      const at = index * 2048;
      for (let n = 0; n < datagram.length; n++) this.memory[at + n] = datagram[n] ?? 0;
      if (index < BATCH / 2) {
        const ns = this.#ns ^ 1;
        this.memory[at + 6] = ns >> 8;
        this.memory[at + 7] = ns;
        this.#ns = (this.#ns + 1) & 0xffff;
      }
      this.rxOctets[index] = datagram.length;
    }
    return BATCH;
  }

  addPeer(): number {
    return 0;
  }

  forgetPeer(): void {}

  queue(): boolean {
    if (this.#queued === BATCH) return false;
    this.#queued++;
    return true;
  }

  flush(): number {
    this.#queued = 0;
    return 0;
  }
}

class Packets implements PacketPort {
  readonly memory: Uint8Array;
  left = 0;
  readonly #packets = [packetTo(0), packetTo(1)];

  constructor(memory: Uint8Array) {
    this.memory = memory;
  }

  receive(at: number): number {
    if (this.left === 0) return 0;
    this.left--;
    const packet = this.#packets[this.left & 1];
    if (packet === undefined) return 0;
    for (let n = 0; n < packet.length; n++) this.memory[at + n] = packet[n] ?? 0;
    return packet.length;
  }

  send(): boolean {
    return true;
  }
}

const udp = new Datagrams();
const packets = new Packets(udp.memory);
globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
const forwarder = new Forwarder({
  udp,
  slotsAt: BATCH * 2048,
  maxLines: 0,
  maxAccesses: ACCESSES,
  packets,
});
const accesses = Array.from({ length: 2 }, (_, n) => {
  const access = forwarder.openAccess({
    tunnelId: 0x11,
    sessionId: n,
    peerTunnelId: 0x33,
    peerSessionId: n,
    peer: 0,
    address: ADDRESS,
    port: 1701,
    restoreHeader: true,
    sequencing: n === 1,
  });
  if (access === undefined) throw new Error('all accesses are lent');
  forwarder.setIp(access, 0xc0000200 + n, 1500);
  return access;
});
globalThis.gc?.();
const octetsAnAccess = (process.memoryUsage().heapUsed - heapBefore) / ACCESSES;

const { idleOctets, busyOctets, frames } = measure(
  TURNS,
  (turn, hasFrames) => {
    packets.left = hasFrames ? BATCH : 0;
    udp.hasArrived = hasFrames;
    forwarder.datagramsReadable(turn);
    forwarder.packetsReadable();
    forwarder.flush();
  },
  () => accesses.reduce((sum, access) => sum + access.packets(), 0),
);
const lost = accesses.reduce((sum, { counters: c }) => sum + c.rxLost + c.rxLate + c.rxFrames, 0);
const passed = accesses.reduce((sum, { counters: c }) => sum + c.rxPackets, 0);
process.stdout.write(
  JSON.stringify({ frames, idleOctets, busyOctets, lost: lost - passed, octetsAnAccess }),
);
