/**
 * The tunnels of a LAC by id, and what it answers to control messages that are for none of them.
 * RFC 2661 §7.1, §7.2.1, §9.1. Runs once for each control datagram.
 */
import { assert } from '../../base/assert.ts';
import type { EventSink } from '../../base/event.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { randomId } from '../../base/machine.ts';
import type { Endpoint } from '../../base/port.ts';
import { formatIpv4 } from '../../base/port.ts';
import { buildControlMessage } from '../../wire/l2tp/build.ts';
import type { L2tpHeader } from '../../wire/l2tp/header.ts';
import { isZlb, putL2tpControlHeader } from '../../wire/l2tp/header.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { messageName } from '../../wire/l2tp/names.ts';
import { parseControlMessage } from '../../wire/l2tp/parse.ts';
import type { ControlEvent } from './control-table.ts';
import { stepControl } from './control-table.ts';
import { makeStopCcn } from './requests.ts';
import { Tunnel } from './tunnel.ts';
import type { TunnelOptions, TunnelOut } from './tunnel-port.ts';

/** More LNSes than a board has lines; tunnels that have ended count until they are forgotten. */
const TUNNELS_LIMIT = 256;
/** Answers to strangers: as many at once, then one each interval. L2TP-L-09 */
const STRAY_ANSWERS_LIMIT = 10;
const STRAY_ANSWER_INTERVAL_MS = 100;

/** StopCCN, §4.4.2: see the error code; not authorised; no control connection exists yet. */
const GENERAL_ERROR = 2;
const NOT_AUTHORIZED: ResultCode = { result: 4 };
const NO_CONNECTION: ResultCode = { result: 2, error: 1 };

export class TunnelTable {
  readonly counters = { strayMessages: 0, strayAnswers: 0, strayUnanswered: 0 };
  readonly #byId = new Map<number, Tunnel>();
  readonly #random: Random;
  readonly #sink: EventSink;
  #answersLeft = STRAY_ANSWERS_LIMIT;
  #answersAt: Millis = -Infinity;

  constructor(random: Random, sink: EventSink) {
    this.#random = random;
    this.#sink = sink;
  }

  /** @returns undefined when there are too many already. Still to be handed its 'open'. */
  open(options: TunnelOptions): Tunnel | undefined {
    if (this.#byId.size >= TUNNELS_LIMIT) return undefined;
    const tunnel = new Tunnel(options, this.#freeId(), this.#random, this.#sink);
    this.#byId.set(tunnel.localTunnelId, tunnel);
    return tunnel;
  }

  /** Once the tunnel is released. */
  remove(tunnel: Tunnel): void {
    const isKnown = this.#byId.delete(tunnel.localTunnelId);
    assert(isKnown, 'a tunnel is removed once');
  }

  /** Whose control datagram it is; the tunnel itself looks at where it came from. */
  route(datagram: Uint8Array, header: L2tpHeader, from: Endpoint): Tunnel | undefined {
    if (header.tunnelId !== 0 || isZlb(header)) return this.#byId.get(header.tunnelId);
    // §4.4.3: a StopCCN from a peer that has not learnt our id names its own.
    const parsed = parseControlMessage(datagram, header, undefined);
    if (parsed.verdict !== 'message' || parsed.message.type !== MessageType.StopCCN) {
      return undefined;
    }
    const { assignedTunnelId } = parsed.message;
    return [...this.#byId.values()].find(
      ({ peer, peerTunnelId }) =>
        peerTunnelId === assignedTunnelId &&
        peer.address === from.address &&
        peer.port === from.port,
    );
  }

  /**
   * A control datagram that route() found no tunnel for: §7.2.1, state idle. No state is kept, so
   * the peer's repetition is answered like the first.
   */
  stray(
    datagram: Uint8Array,
    header: L2tpHeader,
    from: Endpoint,
    now: Millis,
    out: TunnelOut[],
  ): void {
    this.counters.strayMessages++;
    if (isZlb(header)) return;
    const parsed = parseControlMessage(datagram, header, undefined);
    if (parsed.verdict === 'ignore') return;
    const isRefused = parsed.verdict === 'refuse';
    const { type = 0, assignedTunnelId } = isRefused ? parsed : parsed.message;
    const event = STRAY_EVENTS.get(type);
    const step = event && stepControl('idle', event);
    if (step?.actions.includes('send StopCCN') !== true) return;
    // An SCCRQ's sender knows no id of ours, so 0 will do for it; an SCCRP's needs its own.
    if (type === MessageType.SCCRP && assignedTunnelId === undefined) return;
    if (!this.#mayAnswer(now)) {
      this.counters.strayUnanswered++;
      return;
    }
    const usual = type === MessageType.SCCRQ ? NOT_AUTHORIZED : NO_CONNECTION;
    const result = isRefused
      ? { result: GENERAL_ERROR, error: parsed.error, text: parsed.text }
      : usual;
    // §4.4.3: an id of ours goes into it even though no tunnel will have it.
    const octets = buildControlMessage(makeStopCcn(this.#freeId(), result));
    const nr = (header.ns + 1) & 0xffff;
    putL2tpControlHeader(octets, octets.length, assignedTunnelId ?? 0, 0, header.nr, nr);
    this.counters.strayAnswers++;
    const scope = { tunnelId: header.tunnelId };
    const text = `${messageName(type)} from ${formatIpv4(from.address)} refused`;
    this.#sink({ kind: 'l2tp-error', scope, text });
    out.push({ kind: 'send', octets, to: from });
  }

  #mayAnswer(now: Millis): boolean {
    const earned = Math.floor((now - this.#answersAt) / STRAY_ANSWER_INTERVAL_MS);
    if (earned > 0) {
      this.#answersLeft = Math.min(STRAY_ANSWERS_LIMIT, this.#answersLeft + earned);
      this.#answersAt = now;
    }
    if (this.#answersLeft === 0) return false;
    this.#answersLeft--;
    return true;
  }

  /** L2TP-L-06, §9.1: unpredictable, unique in the box. */
  #freeId(): number {
    for (;;) {
      const id = randomId(this.#random);
      if (!this.#byId.has(id)) return id;
    }
  }
}

/** We take no SCCRQ: no configuration of this firmware accepts a tunnel yet. */
const STRAY_EVENTS: ReadonlyMap<number, ControlEvent> = new Map<number, ControlEvent>([
  [MessageType.SCCRQ, 'SCCRQ not ok'],
  [MessageType.SCCRP, 'SCCRP ok'],
  [MessageType.SCCCN, 'SCCCN ok'],
  [MessageType.StopCCN, 'StopCCN'],
]);
