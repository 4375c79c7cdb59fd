/**
 * The forwarding plane: frames of the lines go up into their sessions, data messages down to their
 * lines, what is for control into the punt rings. Runs once per frame: no allocation, no exception.
 */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { u8 } from '../../base/octets.ts';
import type { DatagramPort, LinePort } from '../../base/port.ts';
import { PppHeader, parsePppHeader, putPppHeader } from '../../wire/hdlc/ppp-header.ts';
import {
  L2tpHeader,
  parseL2tpHeader,
  putL2tpDataHeader,
  putL2tpSequencedHeader,
} from '../../wire/l2tp/header.ts';
import {
  FramePool,
  SLOT_FRAME_OCTETS,
  SLOT_HEADROOM_OCTETS,
  SLOT_OCTETS,
} from '../pool/frame-pool.ts';
import { DatagramCounters } from './counters.ts';
import { LineForwarder, type LineOptions } from './line-forwarder.ts';
import { Punt } from './punt.ts';
import type { Session, SessionBinding } from './session.ts';
import { SessionTable } from './session-table.ts';
import type { Watch } from './watch.ts';

/** Frames and control datagrams that may be on their way out at once; then the port is flushed. */
const OUT_SLOTS = 32;
const LCP = 0xc021;
/** With its FCS a shorter frame would be a runt, RFC 1662 §4.3. */
const FRAME_OCTETS_MIN = 2;
/** LCP, authentication and the NCPs: RFC 1661 §2. */
const CONTROL_PROTOCOLS = 0x8000;

export interface ForwarderOptions {
  readonly udp: DatagramPort;
  /** Where in udp.memory the frame slots begin: Forwarder.memoryOctets(maxLines) are taken. */
  readonly slotsAt: number;
  readonly maxLines: number;
}

export class Forwarder {
  readonly counters = new DatagramCounters();
  readonly lines: LineForwarder[] = [];
  readonly pool: FramePool;
  readonly sessions: SessionTable;
  /** What is for control, which empties it in each turn. */
  readonly punt: Punt;

  readonly #udp: DatagramPort;
  readonly #memory: Uint8Array;
  readonly #maxLines: number;
  /** Slots of datagrams that wait for the flush. */
  readonly #queued: Int32Array;
  #queuedCount = 0;
  /** Datagram i of a batch as an array of its own; the port's places do not change. */
  readonly #views: Uint8Array[] = [];
  readonly #l2tp = new L2tpHeader();
  readonly #ppp = new PppHeader();
  #batch = 0;
  #watch: Watch | undefined;

  constructor(options: ForwarderOptions) {
    this.#udp = options.udp;
    this.#memory = options.udp.memory;
    this.#maxLines = options.maxLines;
    this.pool = new FramePool(options.slotsAt, options.maxLines + OUT_SLOTS);
    this.#queued = new Int32Array(this.pool.capacity);
    this.sessions = new SessionTable(options.maxLines);
    this.punt = new Punt(this.lines, this.counters, (line, protocol, information) => {
      this.sendUp(line, protocol, information);
    });
  }

  /** What the frame slots need of the datagram port's memory. */
  static memoryOctets(maxLines: number): number {
    return (maxLines + OUT_SLOTS) * SLOT_OCTETS;
  }

  setWatch(watch: Watch): void {
    this.#watch = watch;
  }

  addLine(port: LinePort, options: LineOptions): LineForwarder {
    assert(this.lines.length < this.#maxLines, 'more lines than the forwarder was made for');
    const line = new LineForwarder(
      this.lines.length,
      port,
      options,
      this.#memory,
      this.#takeSlot(),
    );
    this.lines.push(line);
    return line;
  }

  /** A call may begin: default framing, empty rings, good frames go to control. */
  openLine(line: LineForwarder): void {
    this.closeLine(line);
    line.opening = (line.opening + 1) & 0xffff;
    line.mode = 'punt';
  }

  closeLine(line: LineForwarder): void {
    this.unbind(line);
    line.reset();
    line.mode = 'closed';
  }

  /** The ICCN is out: the line's frames go into the session from now on, with the maps it has. */
  bind(line: LineForwarder, binding: SessionBinding): void {
    assert(line.mode === 'punt', 'only an open line is bound to a session');
    this.sessions.add(binding.tunnelId, binding.sessionId, line.index);
    line.session.bind(binding);
    line.mode = 'forward';
  }

  /** The session is over: nothing passes any more. Does nothing where none was bound. */
  unbind(line: LineForwarder): void {
    if (line.mode !== 'forward') return;
    this.sessions.delete(line.session.tunnelId, line.session.sessionId);
    line.mode = 'closed';
  }

  /** The up pump: decodes whatever is in the line's rx ring. */
  lineReadable(line: LineForwarder): void {
    while (line.decoder.next(line.port.rx)) this.#frameUp(line);
  }

  /** The down pump, one batch. @returns how many datagrams came; a full batch means maybe more */
  datagramsReadable(): number {
    const udp = this.#udp;
    const count = udp.receive();
    this.#nextBatch();
    for (let index = 0; index < count; index++) this.#datagramDown(index);
    return count;
  }

  /** Once a turn, after the pumps and control: sends what they queued. */
  flush(): void {
    if (this.#queuedCount === 0) return;
    this.counters.unsent += this.#udp.flush();
    for (let index = 0; index < this.#queuedCount; index++) {
      this.pool.give(this.#queued[index] ?? 0);
    }
    this.#queuedCount = 0;
  }

  /** Control's frame to the caller. @returns false when refused: the line is bound, or full */
  sendPpp(line: LineForwarder, protocol: number, information: Uint8Array): boolean {
    const slot = this.#takeSlot();
    const end = this.#fill(slot, information);
    let taken = false;
    if (line.mode === 'punt' && end >= 0) {
      const start = putPppHeader(this.#memory, slot + SLOT_HEADROOM_OCTETS, protocol);
      this.#nextBatch();
      taken = this.#encode(line, protocol, start, end);
    }
    this.pool.give(slot);
    if (taken) line.counters.downInjected++;
    else line.counters.downInjectedRefused++;
    return taken;
  }

  /** A frame that control held until the line was bound. @returns false when it was refused */
  sendUp(line: LineForwarder, protocol: number, information: Uint8Array): boolean {
    const slot = this.#takeSlot();
    const end = this.#fill(slot, information);
    const informationStart = slot + SLOT_HEADROOM_OCTETS;
    let taken = false;
    if (line.mode === 'forward' && end >= 0) {
      const start = putPppHeader(this.#memory, informationStart, protocol);
      taken = this.#queueData(line.session, slot, start, end);
    }
    if (!taken) {
      this.pool.give(slot);
      line.counters.upInjectedRefused++;
      return false;
    }
    line.counters.upInjected++;
    if (protocol >= CONTROL_PROTOCOLS) {
      this.#watch?.up(line, protocol, this.#memory, informationStart, end);
    }
    return true;
  }

  /** Control's datagram, to a peer of the port. @returns false when it was refused */
  sendDatagram(octets: Uint8Array, peer: number): boolean {
    const slot = this.#takeSlot();
    const end = this.#fill(slot, octets);
    const at = slot + SLOT_HEADROOM_OCTETS;
    if (end < 0 || !this.#queue(slot, at, end - at, peer)) {
      this.pool.give(slot);
      this.counters.controlRefused++;
      return false;
    }
    this.counters.controlSent++;
    return true;
  }

  #frameUp(line: LineForwarder): void {
    const { decoder, counters } = line;
    const { frameStart, frameEnd } = decoder;
    const ppp = this.#ppp;
    const memory = this.#memory;
    const { receiveAcfc, receivePfc } = line;
    const fault = parsePppHeader(memory, frameStart, frameEnd, receiveAcfc, receivePfc, ppp);
    if (fault === Fault.BadAddress) counters.badAddress++;
    else if (fault === Fault.BadControl) counters.badControl++;
    else if (fault !== Fault.None) counters.badProtocol++;
    else if (line.mode === 'closed') counters.upNotBound++;
    else if (line.mode === 'punt') {
      this.punt.pushFrame(line, ppp.protocol, memory, ppp.informationStart, frameEnd);
      this.#watch?.punted?.();
    } else this.#forwardUp(line, ppp.protocol, ppp.informationStart);
  }

  #forwardUp(line: LineForwarder, protocol: number, informationStart: number): void {
    const { decoder, counters, session } = line;
    const { frameStart, frameEnd } = decoder;
    const memory = this.#memory;
    const slot = this.#takeSlot();
    const start = session.restoreHeader
      ? putPppHeader(memory, informationStart, protocol)
      : frameStart;
    if (!this.#queueData(session, line.slot, start, frameEnd)) {
      this.pool.give(slot);
      counters.upRefused++;
      return;
    }
    line.setSlot(slot);
    counters.upForwarded++;
    counters.upForwardedOctets += frameEnd - start;
    if (protocol >= CONTROL_PROTOCOLS) {
      this.#watch?.up(line, protocol, memory, informationStart, frameEnd);
    }
  }

  #datagramDown(index: number): void {
    const { counters } = this;
    const l2tp = this.#l2tp;
    const udp = this.#udp;
    const at = udp.rxAt[index] ?? 0;
    const octets = udp.rxOctets[index] ?? 0;
    counters.datagrams++;
    if (octets === 0) {
      counters.empty++;
      return;
    }
    const fault = parseL2tpHeader(this.#view(index, at), octets, l2tp);
    if (fault !== Fault.None) {
      this.#countHeaderFault(fault);
      return;
    }
    const port = udp.rxPort[index] ?? 0;
    if (l2tp.isControl) {
      this.punt.pushDatagram(this.#memory, at, at + octets, udp.rxAddress[index] ?? 0, port);
      return;
    }
    const line = this.lines[this.sessions.find(l2tp.tunnelId, l2tp.sessionId)];
    if (line === undefined) counters.noSession++;
    else if (!line.session.isFrom((udp.rxAddress[index] ?? 0) | 0, port)) counters.wrongSource++;
    else this.#frameDown(line, at + l2tp.payloadStart, at + l2tp.payloadEnd);
  }

  #frameDown(line: LineForwarder, start: number, end: number): void {
    const { counters } = line;
    const ppp = this.#ppp;
    const memory = this.#memory;
    counters.downFrames++;
    if (!line.session.accepts(this.#l2tp.isSequenced, this.#l2tp.ns)) {
      counters.downLate++;
    } else if (!line.tx.fits(end - start)) {
      counters.downTooLong++;
    } else if (
      end - start < FRAME_OCTETS_MIN ||
      parsePppHeader(memory, start, end, true, true, ppp) !== Fault.None
    ) {
      counters.downMalformed++;
    } else {
      const { protocol, informationStart } = ppp;
      // LCP must have its whole header, RFC 1661 §6.5, §6.6; the L2TP header makes room for it.
      const frameAt = protocol === LCP ? putPppHeader(memory, informationStart, protocol) : start;
      if (!this.#encode(line, protocol, frameAt, end)) {
        counters.downBacklog++;
        return;
      }
      counters.downForwarded++;
      counters.downForwardedOctets += end - start;
      if (protocol >= CONTROL_PROTOCOLS) {
        this.#watch?.down(line, protocol, memory, informationStart, end);
      }
    }
  }

  #encode(line: LineForwarder, protocol: number, start: number, end: number): boolean {
    if (protocol < CONTROL_PROTOCOLS) {
      return line.tx.putData(this.#memory, start, end, line.sendMap, this.#batch);
    }
    // The caller may have begun LCP anew, so LCP is sent as if nothing were agreed. RFC 1662 §7.1
    const map = protocol === LCP ? line.defaultSendMap : line.sendMap;
    return line.tx.putControl(this.#memory, start, end, map, this.#batch);
  }

  #queueData(session: Session, slot: number, frameAt: number, end: number): boolean {
    const { peerTunnelId, peerSessionId, peer } = session;
    const start = session.isSequencing
      ? putL2tpSequencedHeader(this.#memory, frameAt, peerTunnelId, peerSessionId, session.takeNs())
      : putL2tpDataHeader(this.#memory, frameAt, peerTunnelId, peerSessionId);
    return this.#queue(slot, start, end - start, peer);
  }

  /** The slot comes back at the flush. @returns false when it was not queued: it was not taken */
  #queue(slot: number, at: number, octets: number, peer: number): boolean {
    if (!this.#udp.queue(at, octets, peer)) {
      this.flush();
      if (!this.#udp.queue(at, octets, peer)) return false;
    }
    this.#queued[this.#queuedCount++] = slot;
    return true;
  }

  /** As many slots are out as can be queued, so after a flush there is one. */
  #takeSlot(): number {
    const slot = this.pool.take();
    if (slot >= 0) return slot;
    this.flush();
    return this.pool.take();
  }

  /** Copies `octets` behind the slot's headroom. @returns their end, -1 when they do not fit */
  #fill(slot: number, octets: Uint8Array): number {
    const at = slot + SLOT_HEADROOM_OCTETS;
    if (octets.length > SLOT_FRAME_OCTETS) return -1;
    for (let index = 0; index < octets.length; index++) {
      this.#memory[at + index] = u8(octets, index);
    }
    return at + octets.length;
  }

  #view(index: number, at: number): Uint8Array {
    let view = this.#views[index];
    if (view === undefined || view.byteOffset !== this.#memory.byteOffset + at) {
      view = this.#memory.subarray(at);
      this.#views[index] = view;
    }
    return view;
  }

  #countHeaderFault(fault: Fault): void {
    if (fault === Fault.Truncated) this.counters.truncated++;
    else if (fault === Fault.BadVersion) this.counters.badVersion++;
    else if (fault === Fault.BadFlags) this.counters.badFlags++;
    else this.counters.badLength++;
  }

  #nextBatch(): void {
    this.#batch = (this.#batch + 1) & 0x3fffffff;
  }
}
