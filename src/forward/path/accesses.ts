/**
 * The LNS's end of the frame path: IP out of the sessions goes to the packet device, packets of the
 * device into the session of whom they are for, all else to control. Runs once per packet: no
 * allocation, no exception.
 */
import { Fault } from '../../base/fault.ts';
import { u8, u16 } from '../../base/octets.ts';
import type { PacketPort } from '../../base/port.ts';
import { PppHeader, parsePppHeader, putPppHeader } from '../../wire/hdlc/ppp-header.ts';
import { SLOT_FRAME_OCTETS, SLOT_HEADROOM_OCTETS } from '../pool/frame-pool.ts';
import type { AccessForwarder } from './access-forwarder.ts';
import { AddressTable } from './address-table.ts';
import { AccessCounters, type PacketCounters } from './counters.ts';
import type { OutQueue } from './out-queue.ts';
import type { Punt } from './punt.ts';
import type { SessionBinding } from './session.ts';

const IP = 0x0021;
/** RFC 791 §3.1: the header without options, and where the destination stands in it. */
const IPV4_HEADER_OCTETS = 20;
const TOTAL_LENGTH_AT = 2;
const DESTINATION_AT = 16;
/** Packets taken at a call: the others have theirs in the same turn. */
const PACKETS_MAX = 32;

export class Accesses {
  /** All there are, lent or not. */
  readonly all: readonly AccessForwarder[];
  readonly #counters: PacketCounters;
  readonly #packets: PacketPort | undefined;
  readonly #out: OutQueue;
  readonly #punt: Punt;
  readonly #byAddress: AddressTable;
  /** Indexes of those not lent: the first `#freeCount` entries of the stack. */
  readonly #free: Int32Array;
  #freeCount: number;
  readonly #ppp = new PppHeader();

  constructor(
    all: readonly AccessForwarder[],
    packets: PacketPort | undefined,
    out: OutQueue,
    punt: Punt,
    counters: PacketCounters,
  ) {
    this.all = all;
    this.#packets = packets;
    this.#out = out;
    this.#punt = punt;
    this.#counters = counters;
    this.#byAddress = new AddressTable(all.length);
    this.#free = Int32Array.from(all, ({ index }) => all.length - 1 - index);
    this.#freeCount = all.length;
  }

  get openCount(): number {
    return this.all.length - this.#freeCount;
  }

  /** @returns undefined when all are lent */
  open(binding: SessionBinding): AccessForwarder | undefined {
    if (this.#freeCount === 0) return undefined;
    this.#freeCount--;
    const access = this.all[this.#free[this.#freeCount] ?? 0];
    if (access === undefined) return undefined;
    access.opening = (access.opening + 1) & 0xffff;
    access.isOpen = true;
    Object.assign(access.counters, new AccessCounters());
    access.session.bind(binding);
    return access;
  }

  /** Its session has ended. */
  close(access: AccessForwarder): void {
    this.clearIp(access);
    access.isOpen = false;
    this.#free[this.#freeCount++] = access.index;
  }

  setIp(access: AccessForwarder, peerAddress: number, mtuOctets: number): boolean {
    this.clearIp(access);
    if (!this.#byAddress.add(peerAddress | 0, access.index)) return false;
    access.peerAddress = peerAddress | 0;
    access.mtuOctets = mtuOctets;
    access.hasIp = true;
    return true;
  }

  clearIp(access: AccessForwarder): void {
    if (!access.hasIp) return;
    this.#byAddress.delete(access.peerAddress);
    access.hasIp = false;
  }

  /** Control's frame to the caller, in full: whether ACFC and PFC were agreed is not asked. */
  send(access: AccessForwarder, protocol: number, information: Uint8Array): boolean {
    const out = this.#out;
    const slot = out.takeSlot();
    const end = out.fill(slot, information);
    if (access.isOpen && end >= 0) {
      const start = putPppHeader(out.memory, slot + SLOT_HEADROOM_OCTETS, protocol);
      if (out.queueData(access.session, slot, start, end)) {
        access.counters.txInjected++;
        return true;
      }
    }
    out.giveSlot(slot);
    access.counters.txInjectedRefused++;
    return false;
  }

  /** A data message of the access's session, in its turn: memory[start, end) is the PPP frame. */
  frameIn(access: AccessForwarder, start: number, end: number): void {
    const { counters } = access;
    const { memory } = this.#out;
    const ppp = this.#ppp;
    // Neither ACFC nor PFC is asked of the LAC, and both are taken: RFC 1661 §6.5, §6.6.
    if (parsePppHeader(memory, start, end, true, true, ppp) !== Fault.None) {
      counters.rxMalformed++;
    } else if (ppp.protocol !== IP) {
      this.#punt.pushAccessFrame(access, ppp.protocol, memory, ppp.informationStart, end);
    } else if (!access.hasIp) {
      counters.rxNotUp++;
    } else if (!isIpv4(memory, ppp.informationStart, end)) {
      counters.rxNotIp++;
    } else {
      this.#packetIn(access, ppp.informationStart);
    }
  }

  /** The packet device has some. @returns how many were taken; 32 means that more may wait */
  packetsReadable(): number {
    if (this.#packets === undefined) return 0;
    for (let count = 0; count < PACKETS_MAX; count++) {
      const slot = this.#out.takeSlot();
      const at = slot + SLOT_HEADROOM_OCTETS;
      const octets = this.#packets.receive(at, SLOT_FRAME_OCTETS);
      if (octets > 0 && this.#packetOut(slot, at, octets)) continue;
      this.#out.giveSlot(slot);
      if (octets === 0) return count;
    }
    return PACKETS_MAX;
  }

  /** Without the padding there may be behind it. */
  #packetIn(access: AccessForwarder, at: number): void {
    const octets = u16(this.#out.memory, at + TOTAL_LENGTH_AT);
    if (this.#packets?.send(at, octets)) {
      access.counters.rxPackets++;
      access.counters.rxPacketOctets += octets;
    } else {
      access.counters.rxRefused++;
    }
  }

  /** @returns whether the slot is on its way out */
  #packetOut(slot: number, at: number, octets: number): boolean {
    const counters = this.#counters;
    const { memory } = this.#out;
    counters.packets++;
    if (u8(memory, at) >>> 4 === 6) {
      counters.ipv6++;
      return false;
    }
    if (!isIpv4(memory, at, at + octets)) {
      counters.malformed++;
      return false;
    }
    const destinationAt = at + DESTINATION_AT;
    const destination = (u16(memory, destinationAt) << 16) | u16(memory, destinationAt + 2);
    const index = this.#byAddress.find(destination);
    const access = index < 0 ? undefined : this.all[index];
    if (access === undefined) {
      counters.noAccess++;
      return false;
    }
    if (octets > access.mtuOctets) {
      counters.tooLong++;
      access.counters.txTooLong++;
      return false;
    }
    if (!this.#out.queueData(access.session, slot, putPppHeader(memory, at, IP), at + octets)) {
      counters.refused++;
      access.counters.txRefused++;
      return false;
    }
    counters.forwarded++;
    access.counters.txPackets++;
    access.counters.txPacketOctets += octets;
    return true;
  }
}

/** A whole packet of version 4; octets behind it are padding, RFC 1661 §2. */
function isIpv4(memory: Uint8Array, start: number, end: number): boolean {
  if (start >= end || u8(memory, start) >>> 4 !== 4) return false;
  const octets = u16(memory, start + TOTAL_LENGTH_AT);
  return octets >= IPV4_HEADER_OCTETS && octets <= end - start;
}
