/**
 * The tunnels of the box by id, and what becomes of control messages that are for none of them: an
 * SCCRQ may open another. RFC 2661 §4.4.3, §7.1, §7.2.1, §9.1. Runs once for each control datagram.
 */
import { assert } from '../../base/assert.ts';
import type { EventSink } from '../../base/event.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { randomId } from '../../base/machine.ts';
import { equalOctets } from '../../base/octets.ts';
import type { Endpoint } from '../../base/port.ts';
import { formatIpv4 } from '../../base/port.ts';
import type { L2tpHeader } from '../../wire/l2tp/header.ts';
import { isZlb } from '../../wire/l2tp/header.ts';
import type { L2tpMessage, ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { messageName, resultCodeText } from '../../wire/l2tp/names.ts';
import type { ParsedMessage } from '../../wire/l2tp/parse.ts';
import { parseControlMessage } from '../../wire/l2tp/parse.ts';
import { HalfOpenTunnels } from './half-open.ts';
import { findSccrqFault } from './handshake.ts';
import {
  hasHiddenAvp,
  hostNameOf,
  isAnswered,
  RateLimit,
  resultForStray,
  strayAnswer,
  tunnelIdOf,
  typeOf,
} from './stray.ts';
import { judgeTie } from './tie.ts';
import { Tunnel } from './tunnel.ts';
import type { TunnelOptions, TunnelOut } from './tunnel-port.ts';

/** Those that have ended count until they are forgotten; half-open ones have room of their own. */
const TUNNELS_LIMIT = 1024;

/** Strangers are answered as often at once, then once in each interval. */
const ANSWERS_BURST = 10;
const ANSWER_INTERVAL_MS: Millis = 100;
/**
 * As many of them are read at all, of those that would open a tunnel and of the rest each. Whoever
 * is in must not notice a flood; whoever is left out asks again, §5.8. A tunnel that is
 * established gives back what it took: LACs that come back all at once need not wait.
 */
const READS_BURST = 32;
const READ_INTERVAL_MS: Millis = 100;

/** StopCCN, §4.4.2: not authorised; no control connection exists yet; insufficient resources. */
const NOT_AUTHORIZED: ResultCode = { result: 4 };
const NO_CONNECTION: ResultCode = { result: 2, error: 1 };
const NO_RESOURCES: ResultCode = { result: 2, error: 4 };

/** @returns how a tunnel of this peer's is kept, undefined when it may open none */
export type Select = (hostName: string, from: Endpoint) => TunnelOptions | undefined;

export interface Yielding {
  readonly tunnel: Tunnel;
  readonly why: string;
}

/** What became of a datagram that was for no tunnel. */
export interface Offer {
  /** It opens this one, which is still to be handed its 'accept', with the datagram. */
  readonly tunnel?: Tunnel;
  /** To be handed their 'yield' before that. */
  readonly yielding: readonly Yielding[];
}

/** A control datagram that route() found no tunnel for. */
interface Stray {
  readonly octets: Uint8Array;
  readonly header: L2tpHeader;
  readonly from: Endpoint;
  readonly now: Millis;
  readonly out: TunnelOut[];
}

const NOTHING: Offer = { yielding: [] };

export class TunnelTable {
  readonly counters = {
    strayMessages: 0,
    strayAnswers: 0,
    strayUnanswered: 0,
    sccrqAccepted: 0,
    /** Of nobody that we know, or of somebody whom we cannot take. */
    sccrqRefused: 0,
    halfOpenEvicted: 0,
    tiesWon: 0,
    tiesLost: 0,
    tiesEven: 0,
  };
  readonly #byId = new Map<number, Tunnel>();
  /** A peer's address never changes, §8.1. */
  readonly #byAddress = new Map<number, Set<Tunnel>>();
  /** What stood behind the header of the SCCRQ that the peer opened the tunnel with. */
  readonly #sccrqs = new WeakMap<Tunnel, Uint8Array>();
  readonly #halfOpen = new HalfOpenTunnels();
  readonly #answers = new RateLimit(ANSWERS_BURST, ANSWER_INTERVAL_MS);
  readonly #openings = new RateLimit(READS_BURST, READ_INTERVAL_MS);
  readonly #others = new RateLimit(READS_BURST, READ_INTERVAL_MS);
  readonly #random: Random;
  readonly #sink: EventSink;

  constructor(random: Random, sink: EventSink) {
    this.#random = random;
    this.#sink = sink;
  }

  /** @returns undefined when there are too many already. Still to be handed its 'open'. */
  open(options: TunnelOptions): Tunnel | undefined {
    return this.#isFull() ? undefined : this.#add(options);
  }

  /** Once the tunnel is released. */
  remove(tunnel: Tunnel): void {
    const isKnown = this.#byId.delete(tunnel.localTunnelId);
    assert(isKnown, 'a tunnel is removed once');
    this.#halfOpen.delete(tunnel);
    const { address } = tunnel.peer;
    const ofAddress = this.#byAddress.get(address);
    ofAddress?.delete(tunnel);
    if (ofAddress?.size === 0) this.#byAddress.delete(address);
  }

  /**
   * Asked before anything else is done with a control datagram, for each of a flood: no garbage.
   * @returns false: drop it
   */
  mayRead(tunnelId: number, now: Millis): boolean {
    if (tunnelId !== 0 && this.#byId.has(tunnelId)) return true;
    const limit = tunnelId === 0 ? this.#openings : this.#others;
    return limit.take(now);
  }

  /** The peer has answered our SCCRP. */
  established({ isResponder }: Tunnel): void {
    if (isResponder) this.#openings.give();
  }

  /** Whose control datagram it is; the tunnel itself looks at where it came from. */
  route(datagram: Uint8Array, header: L2tpHeader, from: Endpoint): Tunnel | undefined {
    if (header.tunnelId !== 0 || isZlb(header)) return this.#byId.get(header.tunnelId);
    // Of an address that we have no tunnel with nothing need be read here: most of a flood.
    const ofAddress = this.#byAddress.get(from.address);
    if (ofAddress === undefined) return undefined;
    const parsed = parseControlMessage(datagram, header, undefined);
    const assignedTunnelId = tunnelIdOf(parsed);
    const isSameTunnel = ({ peer, peerTunnelId }: Tunnel): boolean =>
      peer.port === from.port && peerTunnelId === assignedTunnelId;
    const type = typeOf(parsed);
    // §4.4.3: a StopCCN from a peer that has not learnt our id names its own.
    if (type === MessageType.StopCCN && parsed.verdict === 'message') {
      return [...ofAddress].find(isSameTunnel);
    }
    if (type !== MessageType.SCCRQ || header.ns !== 0) return undefined;
    // L2TP-7.2.1-02: the same SCCRQ again is for the tunnel that it opened. A hidden id cannot be
    // read before it is known whose it is; but what is sent again is sent unchanged, §5.8.
    const body = datagram.subarray(header.payloadStart, header.payloadEnd);
    const isSame = (tunnel: Tunnel): boolean => {
      const sccrq = this.#sccrqs.get(tunnel);
      if (sccrq === undefined || tunnel.peer.port !== from.port) return false;
      return assignedTunnelId === undefined ? equalOctets(sccrq, body) : isSameTunnel(tunnel);
    };
    return [...ofAddress].find(isSame);
  }

  /**
   * A control datagram that route() found no tunnel for: §7.2.1, state idle. Of what is refused no
   * state is kept, so the peer's repetition is answered like the first.
   */
  offer(
    octets: Uint8Array,
    header: L2tpHeader,
    from: Endpoint,
    now: Millis,
    select: Select,
    out: TunnelOut[],
  ): Offer {
    this.counters.strayMessages++;
    const stray: Stray = { octets, header, from, now, out };
    const parsed = parseControlMessage(octets, header, undefined);
    const hostName = hostNameOf(parsed);
    // An SCCRQ is the first that its sender says, to one whose id it does not know.
    const isFirst = header.tunnelId === 0 && header.ns === 0;
    if (typeOf(parsed) !== MessageType.SCCRQ || hostName === undefined || !isFirst) {
      return this.#answer(stray, parsed, NO_CONNECTION);
    }
    const options = select(hostName, from);
    if (options === undefined) return this.#refuse(stray, parsed, NOT_AUTHORIZED);
    // Only now is the secret known that hidden AVPs are read with.
    const read = hasHiddenAvp(parsed)
      ? parseControlMessage(octets, header, options.secret)
      : parsed;
    if (read.verdict !== 'message') return this.#refuse(stray, read, NOT_AUTHORIZED);
    if (this.#isFull()) return this.#refuse(stray, read, NO_RESOURCES);
    return this.#accept(stray, read.message, { ...options, peer: from });
  }

  /** It is good to read, and from somebody whom we know by name. */
  #accept(stray: Stray, sccrq: L2tpMessage, options: TunnelOptions): Offer {
    const { octets, header, from, now } = stray;
    const { isIgnored, yielding } = this.#judgeTies(sccrq.tieBreaker, from);
    if (isIgnored) return { yielding };
    if (findSccrqFault(sccrq, options.secret) === undefined) {
      this.counters.sccrqAccepted++;
    } else {
      // The tunnel refuses it, and the log tells of it: not more often than strangers are answered.
      this.counters.sccrqRefused++;
      if (!this.#mayAnswer(now)) return { yielding };
    }
    const evicted = this.#halfOpen.makeRoom(from.address);
    if (evicted !== undefined) {
      this.counters.halfOpenEvicted++;
      yielding.push({ tunnel: evicted, why: 'too many tunnels wait for their SCCCN' });
    }
    const tunnel = this.#add(options);
    assert(tunnel.isResponder, 'whoever may open a tunnel has its options');
    this.#halfOpen.add(tunnel);
    this.#sccrqs.set(tunnel, octets.slice(header.payloadStart, header.payloadEnd));
    return { tunnel, yielding };
  }

  /**
   * §4.4.3: two that open a tunnel to each other at once. A peer is known by its address: it may
   * send its SCCRQ from another port than the one at which it takes ours, §8.1.
   */
  #judgeTies(
    theirs: Uint8Array | undefined,
    from: Endpoint,
  ): { readonly isIgnored: boolean; readonly yielding: Yielding[] } {
    const yielding: Yielding[] = [];
    let isIgnored = false;
    for (const tunnel of this.#byAddress.get(from.address) ?? []) {
      if (!tunnel.isOpening) continue;
      const tie = judgeTie(tunnel.tieBreaker, theirs);
      if (tie === 'won') this.counters.tiesWon++;
      if (tie === 'lost') this.counters.tiesLost++;
      if (tie === 'even') this.counters.tiesEven++;
      // Whoever has lost drops its tunnel without a word: its SCCRQ need not be acknowledged.
      if (tie === 'won' || tie === 'even') isIgnored = true;
      if (tie === 'lost' || tie === 'even') {
        yielding.push({
          tunnel,
          why: "the peer's SCCRQ crossed ours, and the tie breaker decides",
        });
      }
    }
    return { isIgnored, yielding };
  }

  #refuse(stray: Stray, parsed: ParsedMessage, usual: ResultCode): Offer {
    this.counters.sccrqRefused++;
    return this.#answer(stray, parsed, usual);
  }

  #answer(stray: Stray, parsed: ParsedMessage, usual: ResultCode): Offer {
    const { header, from, now, out } = stray;
    if (!isAnswered(parsed) || !this.#mayAnswer(now)) return NOTHING;
    this.counters.strayAnswers++;
    const result = resultForStray(parsed, usual);
    const why = resultCodeText(MessageType.StopCCN, result);
    const text = `${messageName(typeOf(parsed))} from ${formatIpv4(from.address)} refused, ${why}`;
    this.#sink({ kind: 'l2tp-error', scope: { tunnelId: header.tunnelId }, text });
    const octets = strayAnswer(header, parsed, result, this.#freeId());
    out.push({ kind: 'send', octets, to: from });
    return NOTHING;
  }

  #mayAnswer(now: Millis): boolean {
    const mayAnswer = this.#answers.take(now);
    if (!mayAnswer) this.counters.strayUnanswered++;
    return mayAnswer;
  }

  #isFull(): boolean {
    return this.#byId.size - this.#halfOpen.count() >= TUNNELS_LIMIT;
  }

  #add(options: TunnelOptions): Tunnel {
    const tunnel = new Tunnel(options, this.#freeId(), this.#random, this.#sink);
    this.#byId.set(tunnel.localTunnelId, tunnel);
    const { address } = options.peer;
    const ofAddress = this.#byAddress.get(address);
    if (ofAddress === undefined) this.#byAddress.set(address, new Set([tunnel]));
    else ofAddress.add(tunnel);
    return tunnel;
  }

  /** L2TP-L-06, §9.1: unpredictable, unique in the box. */
  #freeId(): number {
    for (;;) {
      const id = randomId(this.#random);
      if (!this.#byId.has(id)) return id;
    }
  }
}
