/**
 * The forwarding plane: frames of the lines go up into their sessions, data messages down to their
 * lines, what is for control into the punt rings. Runs once per frame: no allocation, no exception.
 */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import type { Millis } from '../../base/machine.ts';
import type { DatagramPort, LinePort, PacketPort } from '../../base/port.ts';
import { PppHeader, parsePppHeader, putPppHeader } from '../../wire/hdlc/ppp-header.ts';
import { FramePool, SLOT_HEADROOM_OCTETS, SLOT_OCTETS } from '../pool/frame-pool.ts';
import { AccessForwarder } from './access-forwarder.ts';
import { Accesses } from './accesses.ts';
import { DatagramCounters, PacketCounters } from './counters.ts';
import { type ControlGate, DatagramReader, Read } from './datagram-reader.ts';
import { LineForwarder, type LineOptions } from './line-forwarder.ts';
import { OUT_SLOTS, OutQueue } from './out-queue.ts';
import { Punt } from './punt.ts';
import { REORDER_SLOTS, Reorder } from './reorder.ts';
import type { Session, SessionBinding } from './session.ts';
import { SessionTable } from './session-table.ts';
import type { Watch } from './watch.ts';

const LCP = 0xc021;
/** With its FCS a shorter frame would be a runt, RFC 1662 §4.3. */
const FRAME_OCTETS_MIN = 2;
/** LCP, authentication and the NCPs: RFC 1661 §2. */
const CONTROL_PROTOCOLS = 0x8000;
const INDEX_MAX = 0xffff;

export interface ForwarderOptions {
  readonly udp: DatagramPort;
  /** Where in udp.memory the frame slots begin: Forwarder.memoryOctets(maxLines) are taken. */
  readonly slotsAt: number;
  readonly maxLines: number;
  /** Virtual access interfaces, each with a record made now; none by default. */
  readonly maxAccesses?: number;
  /** Where their IP packets go and come from; its memory is udp's. */
  readonly packets?: PacketPort;
}

export class Forwarder {
  readonly counters = new DatagramCounters();
  /** Of the packet device, and of the accesses together. */
  readonly packetCounters = new PacketCounters();
  readonly lines: LineForwarder[] = [];
  readonly pool: FramePool;
  /** A line's index, or behind all lines' an access's. */
  readonly sessions: SessionTable;
  /** What is for control, which empties it in each turn. */
  readonly punt: Punt;

  readonly #udp: DatagramPort;
  readonly #memory: Uint8Array;
  readonly #maxLines: number;
  readonly #accesses: Accesses;
  readonly #out: OutQueue;
  readonly #reader: DatagramReader;
  readonly #reorder: Reorder;
  readonly #ppp = new PppHeader();
  #batch = 0;
  #watch: Watch | undefined;

  constructor(options: ForwarderOptions) {
    const { udp, slotsAt, maxLines, maxAccesses = 0, packets } = options;
    assert(maxLines + maxAccesses <= INDEX_MAX, 'more lines and accesses than there are sessions');
    this.#udp = udp;
    this.#memory = udp.memory;
    this.#maxLines = maxLines;
    this.pool = new FramePool(slotsAt, slotCount(maxLines));
    this.sessions = new SessionTable(maxLines + maxAccesses);
    const accesses = Array.from(
      { length: maxAccesses },
      (_, index) => new AccessForwarder(index, maxLines + index, this.packetCounters),
    );
    this.punt = new Punt({
      lines: this.lines,
      accesses,
      datagramCounters: this.counters,
      packetCounters: this.packetCounters,
      sendUp: (line, protocol, information) => {
        this.sendUp(line, protocol, information);
      },
    });
    this.#out = new OutQueue(udp, this.pool, this.counters);
    this.#accesses = new Accesses(accesses, packets, this.#out, this.punt, this.packetCounters);
    this.#reader = new DatagramReader(udp, this.punt, this.counters);
    this.#reorder = new Reorder(this.pool, this.#memory, (session, start, end) => {
      this.#deliver(session, start, end);
    });
  }

  /** What the frame slots need of the datagram port's memory. Accesses need none of their own. */
  static memoryOctets(maxLines: number): number {
    return slotCount(maxLines) * SLOT_OCTETS;
  }

  setControlGate(gate: ControlGate): void {
    this.#reader.gate = gate;
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
      this.#out.takeSlot(),
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
    this.#endSession(line.session);
    line.mode = 'closed';
  }

  /**
   * A session of the LNS's carries data from now on. @returns the access lent to it, undefined when
   * all are taken
   */
  openAccess(binding: SessionBinding): AccessForwarder | undefined {
    const access = this.#accesses.open(binding);
    if (access === undefined) return undefined;
    this.sessions.add(binding.tunnelId, binding.sessionId, access.session.index);
    return access;
  }

  /** Its session is over: the access is somebody else's next. Does nothing to a closed one. */
  closeAccess(access: AccessForwarder): void {
    if (!access.isOpen) return;
    this.#endSession(access.session);
    this.#accesses.close(access);
  }

  /** IPCP is open: packets for this address go into the session. @returns false when it is taken */
  setIp(access: AccessForwarder, peerAddress: number, mtuOctets: number): boolean {
    return access.isOpen && this.#accesses.setIp(access, peerAddress, mtuOctets);
  }

  /** IPCP is down: no packet passes. */
  clearIp(access: AccessForwarder): void {
    this.#accesses.clearIp(access);
  }

  /** Control's frame to an access's caller. @returns false when it was refused */
  sendAccess(access: AccessForwarder, protocol: number, information: Uint8Array): boolean {
    return this.#accesses.send(access, protocol, information);
  }

  /** The way from the packet device, one batch. @returns how many came; 32: more may wait */
  packetsReadable(): number {
    return this.#accesses.packetsReadable();
  }

  /** Accesses that are lent. */
  get openAccesses(): number {
    return this.#accesses.openCount;
  }

  /** The up pump: decodes whatever is in the line's rx ring. */
  lineReadable(line: LineForwarder): void {
    while (line.decoder.next(line.port.rx)) this.#frameUp(line);
  }

  /** The down pump, one batch. @returns how many datagrams came; a full batch means maybe more */
  datagramsReadable(now: Millis): number {
    const count = this.#udp.receive();
    this.#nextBatch();
    for (let index = 0; index < count; index++) this.#datagramDown(index, now);
    this.expireReorder(now);
    return count;
  }

  /** When expireReorder() has something to do; Infinity while no frame is held for its turn. */
  reorderDeadline(): Millis {
    return this.#reorder.deadline();
  }

  /** Frames that were held for their turn long enough go on. §5.4 */
  expireReorder(now: Millis): void {
    if (this.#reorder.count === 0) return;
    this.#nextBatch();
    this.#reorder.expire(now);
  }

  /** Once a turn, after the pumps and control: sends what they queued. */
  flush(): void {
    this.#out.flush();
  }

  /** Control's frame to the caller. @returns false when refused: the line is bound, or full */
  sendPpp(line: LineForwarder, protocol: number, information: Uint8Array): boolean {
    const slot = this.#out.takeSlot();
    const end = this.#out.fill(slot, information);
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
    const slot = this.#out.takeSlot();
    const end = this.#out.fill(slot, information);
    const informationStart = slot + SLOT_HEADROOM_OCTETS;
    let taken = false;
    if (line.mode === 'forward' && end >= 0) {
      const start = putPppHeader(this.#memory, informationStart, protocol);
      taken = this.#out.queueData(line.session, slot, start, end);
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
    const slot = this.#out.takeSlot();
    const end = this.#out.fill(slot, octets);
    const at = slot + SLOT_HEADROOM_OCTETS;
    if (end < 0 || !this.#out.queue(slot, at, end - at, peer)) {
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
    const slot = this.#out.takeSlot();
    const start = session.restoreHeader
      ? putPppHeader(memory, informationStart, protocol)
      : frameStart;
    if (!this.#out.queueData(session, line.slot, start, frameEnd)) {
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

  #datagramDown(index: number, now: Millis): void {
    const reader = this.#reader;
    const read = reader.read(index, now);
    if (read === Read.Punted) this.#watch?.punted();
    if (read !== Read.Data) return;
    const { tunnelId, sessionId, isSequenced, ns } = reader.header;
    const session = this.#sessionOf(tunnelId, sessionId);
    const port = this.#udp.rxPort[index] ?? 0;
    if (session === undefined) this.counters.noSession++;
    else if (!session.isFrom((this.#udp.rxAddress[index] ?? 0) | 0, port)) {
      this.counters.wrongSource++;
    } else {
      session.owner.countFrame();
      session.follow(isSequenced);
      const { start, end } = reader;
      if (!isSequenced) this.#reorder.bypass(session, start, end);
      else this.#reorder.take(session, ns, start, end, now);
    }
  }

  #sessionOf(tunnelId: number, sessionId: number): Session | undefined {
    const index = this.sessions.find(tunnelId, sessionId);
    if (index < 0) return undefined;
    if (index < this.#maxLines) return this.lines[index]?.session;
    return this.#accesses.all[index - this.#maxLines]?.session;
  }

  /** A data message in its turn. */
  #deliver(session: Session, start: number, end: number): void {
    const line = session.index < this.#maxLines ? this.lines[session.index] : undefined;
    if (line !== undefined) this.#frameDown(line, start, end);
    else {
      const access = this.#accesses.all[session.index - this.#maxLines];
      if (access !== undefined) this.#accesses.frameIn(access, start, end);
    }
  }

  #frameDown(line: LineForwarder, start: number, end: number): void {
    const { counters } = line;
    const ppp = this.#ppp;
    const memory = this.#memory;
    if (!line.tx.fits(end - start)) {
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

  /** Nothing of it is left: neither in the table nor waiting for its turn. */
  #endSession(session: Session): void {
    this.sessions.delete(session.tunnelId, session.sessionId);
    session.unbind();
    this.#reorder.drop(session);
  }

  #nextBatch(): void {
    this.#batch = (this.#batch + 1) & 0x3fffffff;
  }
}

const slotCount = (maxLines: number): number => maxLines + OUT_SLOTS + REORDER_SLOTS;
