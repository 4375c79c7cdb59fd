/** A forwarder between ports made of plain memory, and everything a test asks of them. */
import { strict as assert } from 'node:assert';
import type { DatagramPort, LinePort, PacketPort } from '../../src/base/port.ts';
import { OctetRing } from '../../src/base/ring.ts';
import type { AccessForwarder } from '../../src/forward/path/access-forwarder.ts';
import { Forwarder } from '../../src/forward/path/forwarder.ts';
import type { LineForwarder, LineOptions } from '../../src/forward/path/line-forwarder.ts';
import type { SessionBinding } from '../../src/forward/path/session.ts';
import { HdlcCounters } from '../../src/wire/hdlc/counters.ts';
import { HdlcDecoder } from '../../src/wire/hdlc/decoder.ts';
import { encode, hex, octets } from '../wire/hdlc/support.ts';

const RX_SLOT_OCTETS = 2048;
const RX_SLOTS = 32;
export const LNS = 0xc0a80002; // above 31 bits, as most addresses are
export const LNS_PORT = 1701;
export const PEER = 5;
/** Ours, to which all comes. */
export const LOCAL = 0xc0a80001;

export interface Sent {
  readonly datagram: string;
  readonly peer: number;
}

export class MemoryDatagramPort implements DatagramPort {
  readonly memory: Uint8Array;
  readonly rxAt = new Int32Array(RX_SLOTS);
  readonly rxOctets = new Int32Array(RX_SLOTS);
  readonly rxAddress = new Uint32Array(RX_SLOTS);
  readonly rxPort = new Int32Array(RX_SLOTS);
  readonly rxLocal = new Uint32Array(RX_SLOTS).fill(LOCAL);
  readonly sent: Sent[] = [];
  /** How many datagrams the queue holds, and how many of each flush the kernel refuses. */
  room = 32;
  refuse = 0;
  readonly #waiting: { at: number; octets: number; peer: number }[] = [];
  readonly #arrived: { octets: Uint8Array; address: number; port: number }[] = [];

  constructor(slotsOctets: number) {
    // Behind some octets of somebody else's: the memory is a window of a larger one.
    this.memory = new Uint8Array(64 + RX_SLOTS * RX_SLOT_OCTETS + slotsOctets).subarray(64);
    for (let slot = 0; slot < RX_SLOTS; slot++) this.rxAt[slot] = slot * RX_SLOT_OCTETS;
  }

  get slotsAt(): number {
    return RX_SLOTS * RX_SLOT_OCTETS;
  }

  arrive(datagram: Uint8Array, address = LNS, port = LNS_PORT): void {
    this.#arrived.push({ octets: datagram, address, port });
  }

  receive(): number {
    const batch = this.#arrived.splice(0, RX_SLOTS);
    for (const [index, { octets: datagram, address, port }] of batch.entries()) {
      this.memory.set(datagram, this.rxAt[index]);
      this.rxOctets[index] = datagram.length;
      this.rxAddress[index] = address;
      this.rxPort[index] = port;
    }
    return batch.length;
  }

  addPeer(): number {
    return PEER;
  }

  forgetPeer(): void {}

  queue(at: number, count: number, peer: number): boolean {
    if (this.#waiting.length >= this.room) return false;
    this.#waiting.push({ at, octets: count, peer });
    return true;
  }

  /** What was queued is read only now, so a slot that was used again too early shows. */
  flush(): number {
    const waiting = this.#waiting.splice(0);
    const refused = Math.min(this.refuse, waiting.length);
    for (const { at, octets: count, peer } of waiting.slice(refused)) {
      this.sent.push({ datagram: hex(this.memory.subarray(at, at + count)), peer });
    }
    return refused;
  }
}

export class MemoryLinePort implements LinePort {
  readonly rx: OctetRing;
  readonly tx: OctetRing;
  kernelOctets = 0;
  flushesWanted = 0;

  constructor(txOctets = 8192) {
    this.rx = new OctetRing(new Uint8Array(4096), 0, 4096);
    this.tx = new OctetRing(new Uint8Array(txOctets), 0, txOctets);
  }

  queuedOctets(): number {
    return this.kernelOctets;
  }

  wantFlush(): void {
    this.flushesWanted++;
  }

  /** The device writes so many octets. */
  write(count = this.tx.count()): Uint8Array {
    const { memory, base, mask, head } = this.tx;
    const written = Uint8Array.from(
      { length: count },
      (_, n) => memory[base + ((head + n) & mask)] ?? 0,
    );
    this.tx.drained(count);
    return written;
  }
}

/** A packet device; the packets of either way as hex. */
export class MemoryPacketPort implements PacketPort {
  readonly memory: Uint8Array;
  readonly arrived: string[] = [];
  readonly sent: string[] = [];
  refuses = false;

  constructor(memory: Uint8Array) {
    this.memory = memory;
  }

  receive(at: number, count: number): number {
    const packet = this.arrived.shift();
    if (packet === undefined) return 0;
    const taken = octets(packet).subarray(0, count);
    this.memory.set(taken, at);
    return taken.length;
  }

  send(at: number, count: number): boolean {
    if (this.refuses) return false;
    this.sent.push(hex(this.memory.subarray(at, at + count)));
    return true;
  }
}

/** The frames in octets off a line, as a caller reads them who agreed to `receiveAccm`. */
export function framesOf(stream: Uint8Array, receiveAccm = 0): string[] {
  const memory = new Uint8Array(8192);
  const counters = new HdlcCounters();
  const decoder = new HdlcDecoder(memory, counters);
  decoder.setSlot(0, memory.length);
  decoder.setReceiveAccm(receiveAccm);
  const rx = new OctetRing(new Uint8Array(1 << 16), 0, 1 << 16);
  assert.ok(rx.push(stream));
  const frames: string[] = [];
  while (decoder.next(rx)) frames.push(hex(memory.subarray(0, decoder.frameEnd)));
  const { fcsErrors, runts, aborts, giants } = counters;
  assert.equal(fcsErrors + runts + aborts + giants, 0, 'every frame on the line is whole');
  return frames;
}

export interface Seen {
  readonly way: 'up' | 'down';
  readonly line: number;
  readonly protocol: number;
  readonly information: string;
}

const OPTIONS: LineOptions = { speedBps: 115200, mruOctets: 1500 };

export class World {
  readonly udp: MemoryDatagramPort;
  readonly forwarder: Forwarder;
  readonly packets: MemoryPacketPort;
  readonly seen: Seen[] = [];
  /** What the watch does besides looking on. */
  onSeen: (seen: Seen, line: LineForwarder) => void = () => {};

  onPunted: () => void = () => {};

  now = 0;

  constructor(maxLines = 4, maxAccesses = 0) {
    const udp = new MemoryDatagramPort(Forwarder.memoryOctets(maxLines));
    const packets = new MemoryPacketPort(udp.memory);
    this.udp = udp;
    this.packets = packets;
    const { slotsAt } = udp;
    this.forwarder = new Forwarder({ udp, slotsAt, maxLines, maxAccesses, packets });
    const look =
      (way: Seen['way']) =>
      (line: LineForwarder, protocol: number, memory: Uint8Array, start: number, end: number) => {
        const information = hex(memory.subarray(start, end));
        const seen = { way, line: line.index, protocol, information };
        this.seen.push(seen);
        this.onSeen(seen, line);
      };
    this.forwarder.setWatch({ up: look('up'), down: look('down'), punted: () => this.onPunted() });
  }

  addLine(options: Partial<LineOptions> = {}, port = new MemoryLinePort()): TestLine {
    return new TestLine(this, port, { ...OPTIONS, ...options });
  }

  /** Session 0x0055/0x6600 + n, the peer's 0x7777/0x8800 + n; undefined when none is free. */
  openAccess(n: number, binding: Partial<SessionBinding> = {}): AccessForwarder | undefined {
    return this.forwarder.openAccess({
      tunnelId: 0x55,
      sessionId: 0x6600 + n,
      peerTunnelId: 0x7777,
      peerSessionId: 0x8800 + n,
      peer: PEER,
      address: LNS,
      port: LNS_PORT,
      restoreHeader: true,
      sequencing: false,
      ...binding,
    });
  }

  /** The same where there must be one. */
  access(n: number, binding: Partial<SessionBinding> = {}): AccessForwarder {
    const access = this.openAccess(n, binding);
    assert.ok(access !== undefined);
    return access;
  }

  /** Packets come from the device, given as hex. */
  readPackets(...packets: readonly string[]): void {
    this.packets.arrived.push(...packets);
    while (this.forwarder.packetsReadable() > 0);
  }

  /** Datagrams arrive and go through the down pump. */
  receive(...datagrams: readonly string[]): void {
    for (const datagram of datagrams) this.udp.arrive(octets(datagram));
    while (this.forwarder.datagramsReadable(this.now) > 0);
  }

  /** What has been sent since the last time. */
  sent(): string[] {
    this.forwarder.flush();
    return this.udp.sent.splice(0).map(({ datagram }) => datagram);
  }
}

export class TestLine {
  readonly port: MemoryLinePort;
  readonly line: LineForwarder;
  readonly #forwarder: Forwarder;

  constructor(world: World, port: MemoryLinePort, options: LineOptions) {
    this.port = port;
    this.#forwarder = world.forwarder;
    this.line = world.forwarder.addLine(port, options);
  }

  get counters() {
    return this.line.counters;
  }

  open(): this {
    this.#forwarder.openLine(this.line);
    return this;
  }

  /** Session 0x0011/0x2200 + line, the peer's 0x3333/0x4400 + line. */
  bind(binding: Partial<SessionBinding> = {}): this {
    this.#forwarder.bind(this.line, {
      tunnelId: 0x11,
      sessionId: 0x2200 + this.line.index,
      peerTunnelId: 0x3333,
      peerSessionId: 0x4400 + this.line.index,
      peer: PEER,
      address: LNS,
      port: LNS_PORT,
      restoreHeader: true,
      sequencing: false,
      ...binding,
    });
    return this;
  }

  /** The caller's octets arrive, in pieces that fit. */
  readOctets(stream: Uint8Array): void {
    for (let at = 0; at < stream.length; at += 4096) {
      assert.ok(this.port.rx.push(stream.subarray(at, at + 4096)));
      this.#forwarder.lineReadable(this.line);
    }
  }

  /** The caller sends frames, given as hex from Address or Protocol on. */
  read(...frames: readonly string[]): void {
    for (const frame of frames) this.readOctets(encode(octets(frame)));
  }

  /** Frames that wait for the line; they are written now. */
  written(): string[] {
    return framesOf(this.port.write());
  }
}
