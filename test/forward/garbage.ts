/**
 * Run by garbage.test.ts in a process of its own: pumps frames both ways and prints how many octets
 * of new space that took, besides as many turns without a frame. Its ports make no garbage either.
 */
import type { DatagramPort, LinePort } from '../../src/base/port.ts';
import { OctetRing } from '../../src/base/ring.ts';
import { Forwarder } from '../../src/forward/path/forwarder.ts';
import { encode, octets } from '../wire/hdlc/support.ts';
import { measure } from './new-space.ts';

const ADDRESS = 0xc0a80002;
const BATCH = 32;
/** Each with a batch up and a batch down: a million frames. */
const TURNS = Math.ceil(1_000_000 / (2 * BATCH));

const information = Array.from({ length: 60 }, (_, n) => (n * 37) & 0xff);
const ip = Uint8Array.from([0xff, 0x03, 0x00, 0x21, ...information]);
const sequenced = Uint8Array.from([...octets('08020011002200000000'), ...ip]);
const plain = Uint8Array.from([...octets('000200110022'), ...ip]);
const onTheLine = encode(ip);

class Datagrams implements DatagramPort {
  readonly memory = new Uint8Array(BATCH * 2048 + Forwarder.memoryOctets(1));
  readonly rxAt = Int32Array.from({ length: BATCH }, (_, n) => n * 2048);
  readonly rxOctets = new Int32Array(BATCH);
  readonly rxAddress = new Uint32Array(BATCH).fill(ADDRESS);
  readonly rxPort = new Int32Array(BATCH).fill(1701);
  readonly rxLocal = new Uint32Array(BATCH);
  hasArrived = false;
  sent = 0;
  #queued = 0;
  #ns = 0;

  receive(): number {
    if (!this.hasArrived) return 0;
    this.hasArrived = false;
    for (let index = 0; index < BATCH; index++) {
      const datagram = index < BATCH / 2 ? sequenced : plain;
      const at = index * 2048;
      for (let n = 0; n < datagram.length; n++) this.memory[at + n] = datagram[n] ?? 0;
      if (index < BATCH / 2) {
        this.memory[at + 6] = this.#ns >> 8;
        this.memory[at + 7] = this.#ns;
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
    this.sent += this.#queued;
    this.#queued = 0;
    return 0;
  }
}

class Line implements LinePort {
  readonly rx = new OctetRing(new Uint8Array(8192), 0, 8192);
  readonly tx = new OctetRing(new Uint8Array(16384), 0, 16384);
  written = 0;

  queuedOctets(): number {
    return 0;
  }

  wantFlush(): void {}

  arrive(): void {
    for (let count = 0; count < BATCH; count++) this.rx.push(onTheLine);
  }

  write(): void {
    this.written += this.tx.count();
    this.tx.clear();
  }
}

const udp = new Datagrams();
const port = new Line();
const forwarder = new Forwarder({ udp, slotsAt: BATCH * 2048, maxLines: 1 });
const line = forwarder.addLine(port, { speedBps: 921600, mruOctets: 1500 });
forwarder.openLine(line);
forwarder.bind(line, {
  tunnelId: 0x11,
  sessionId: 0x22,
  peerTunnelId: 0x33,
  peerSessionId: 0x44,
  peer: 0,
  address: ADDRESS,
  port: 1701,
  restoreHeader: true,
  sequencing: false,
});

const { idleOctets, busyOctets, frames } = measure(
  TURNS,
  (turn, hasFrames) => {
    if (hasFrames) port.arrive();
    udp.hasArrived = hasFrames;
    forwarder.lineReadable(line);
    forwarder.datagramsReadable(turn);
    forwarder.flush();
    port.write();
  },
  () => line.counters.upForwarded + line.counters.downForwarded,
);
const { downBacklog, downLate, fcsErrors } = line.counters;
process.stdout.write(
  JSON.stringify({ frames, idleOctets, busyOctets, lost: downBacklog + downLate + fcsErrors }),
);
