/**
 * Reads the L2TP header of each received datagram: control goes into the punt ring, data is the
 * caller's. RFC 2661 §3.1. Runs once per datagram: no allocation, no exception.
 */
import { Fault } from '../../base/fault.ts';
import type { Millis } from '../../base/machine.ts';
import type { DatagramPort } from '../../base/port.ts';
import { L2tpHeader, parseL2tpHeader } from '../../wire/l2tp/header.ts';
import type { DatagramCounters } from './counters.ts';
import type { Punt } from './punt.ts';

/** What read() came to. */
export const Read = Object.freeze({ Dropped: 0, Punted: 1, Data: 2 } as const);
export type Read = (typeof Read)[keyof typeof Read];

/**
 * Asked of each control datagram. @returns false: more of its kind came than control has time for
 */
export type ControlGate = (tunnelId: number, now: Millis) => boolean;

export class DatagramReader {
  gate: ControlGate | undefined;
  /** Of the last that was Data, and where its payload is in the port's memory. */
  readonly header = new L2tpHeader();
  start = 0;
  end = 0;
  readonly #udp: DatagramPort;
  readonly #punt: Punt;
  readonly #counters: DatagramCounters;
  /** Datagram i of a batch as an array of its own; the port's places do not change. */
  readonly #views: Uint8Array[] = [];

  constructor(udp: DatagramPort, punt: Punt, counters: DatagramCounters) {
    this.#udp = udp;
    this.#punt = punt;
    this.#counters = counters;
  }

  /** @param index of the datagram in the port's last batch */
  read(index: number, now: Millis): Read {
    const udp = this.#udp;
    const { header } = this;
    const at = udp.rxAt[index] ?? 0;
    const octets = udp.rxOctets[index] ?? 0;
    this.#counters.datagrams++;
    if (octets === 0) {
      this.#counters.empty++;
      return Read.Dropped;
    }
    const fault = parseL2tpHeader(this.#view(index, at), octets, header);
    if (fault !== Fault.None) {
      this.#countFault(fault);
      return Read.Dropped;
    }
    if (header.isControl) {
      if (this.gate?.(header.tunnelId, now) === false) {
        this.#counters.controlUnread++;
        return Read.Dropped;
      }
      this.#punt.pushDatagram(
        udp.memory,
        at,
        at + octets,
        udp.rxAddress[index] ?? 0,
        udp.rxPort[index] ?? 0,
        udp.rxLocal[index] ?? 0,
      );
      return Read.Punted;
    }
    this.start = at + header.payloadStart;
    this.end = at + header.payloadEnd;
    return Read.Data;
  }

  #view(index: number, at: number): Uint8Array {
    const { memory } = this.#udp;
    let view = this.#views[index];
    if (view === undefined || view.byteOffset !== memory.byteOffset + at) {
      view = memory.subarray(at);
      this.#views[index] = view;
    }
    return view;
  }

  #countFault(fault: Fault): void {
    if (fault === Fault.Truncated) this.#counters.truncated++;
    else if (fault === Fault.BadVersion) this.#counters.badVersion++;
    else if (fault === Fault.BadFlags) this.#counters.badFlags++;
    else this.#counters.badLength++;
  }
}
