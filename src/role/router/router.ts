/**
 * The box as a whole, without I/O: one UDP port and one forwarding plane for the access
 * concentrator, whose tunnels we open, and for the network server, whose tunnels peers open. A peer
 * may be both to us. RFC 2661 §2.
 */
import type { Millis } from '../../base/machine.ts';
import type { Timers } from '../../base/timers.ts';
import { Forwarder } from '../../forward/path/forwarder.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import { Lac } from '../lac/lac.ts';
import { Lns } from '../lns/lns.ts';
import type { RouterParts } from './parts.ts';
import type { TunnelRecord } from './tunnel-record.ts';
import { Tunnels } from './tunnels.ts';
import { WorkQueue } from './work-queue.ts';

const CLEAR_CONTROL_CONNECTION: ResultCode = { result: 1 };

export class Router {
  readonly forwarder: Forwarder;
  readonly tunnels: Tunnels;
  readonly lac: Lac;
  readonly lns: Lns;
  readonly #queue = new WorkQueue();
  readonly #timers: Timers;
  readonly #reorderTimer: number;

  constructor(parts: RouterParts) {
    const { udp, packets, slotsAt, maxLines, maxAccesses } = parts;
    this.forwarder = new Forwarder({
      udp,
      ...(packets && { packets }),
      slotsAt,
      maxLines,
      maxAccesses,
    });
    this.tunnels = new Tunnels(parts, this.forwarder, this.#queue);
    const takePunted = (): void => this.#takePunted(this.#queue.now);
    this.lac = new Lac(parts, this.forwarder, this.tunnels, this.#queue, takePunted);
    this.lns = new Lns(parts, this.forwarder, this.tunnels, this.#queue);
    this.tunnels.setAcceptor(this.lns);
    this.#timers = parts.timers;
    this.#reorderTimer = parts.timers.create((now) => {
      this.#queue.now = now;
      this.forwarder.expireReorder(now);
      this.#afterDatagrams(now);
    });
  }

  /** @returns how many datagrams were taken; a full batch means that more may wait */
  datagramsReadable(now: Millis): number {
    this.#queue.now = now;
    const count = this.forwarder.datagramsReadable(now);
    this.#afterDatagrams(now);
    return count;
  }

  /** The same of packets for the callers. */
  packetsReadable(now: Millis): number {
    this.#queue.now = now;
    return this.forwarder.packetsReadable();
  }

  clearTunnel(record: TunnelRecord, now: Millis): void {
    this.tunnels.close(record, CLEAR_CONTROL_CONNECTION, now);
  }

  /** Callers are told by LCP where that is ours, CDN to every session, StopCCN to every tunnel. */
  shutdown(now: Millis): void {
    this.lac.shutdown(now);
    this.lns.shutdown(now);
  }

  /** Every call is over and every tunnel closed, its StopCCN acknowledged. */
  isDown(): boolean {
    if (!this.lac.isDown()) return false;
    return [...this.tunnels.records.values()].every(({ tunnel }) => tunnel.isSettled());
  }

  /** Frames that wait for an earlier one do so for a while only. RFC 2661 §5.4 */
  #afterDatagrams(now: Millis): void {
    this.#takePunted(now);
    this.#timers.set(this.#reorderTimer, this.forwarder.reorderDeadline());
  }

  #takePunted(now: Millis): void {
    const { punt } = this.forwarder;
    for (let next = punt.take(); next !== undefined; next = punt.take()) {
      switch (next.kind) {
        case 'datagram': {
          const { octets, address, port, local } = next;
          this.tunnels.datagram(octets, { address, port }, local, now);
          break;
        }
        case 'frame':
          this.lac.frame(next.line, next.protocol, next.information, now);
          break;
        case 'access-frame':
          this.lns.frame(next.access, next.protocol, next.information, now);
          break;
      }
    }
  }
}
