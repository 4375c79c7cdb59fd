/**
 * One tunnel, opened by us or by the peer: the half that carries messages — channel, the peer's
 * address, keepalive, the life after the end. RFC 2661 §5.5, §5.7, §5.8, §8.1. Runs once for each
 * control datagram, timer and order.
 */
import { assert } from '../../base/assert.ts';
import type { EventSink, L2tpScope } from '../../base/event.ts';
import { Fault } from '../../base/fault.ts';
import type { Machine, Millis, Random } from '../../base/machine.ts';
import type { Endpoint } from '../../base/port.ts';
import { formatIpv4 } from '../../base/port.ts';
import { buildControlMessage } from '../../wire/l2tp/build.ts';
import { isZlb, L2tpHeader, parseL2tpHeader } from '../../wire/l2tp/header.ts';
import type { L2tpMessage } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import type { ParsedMessage } from '../../wire/l2tp/parse.ts';
import { parseControlMessage } from '../../wire/l2tp/parse.ts';
import type { RetransmitTiming } from './channel.ts';
import { Channel, DEFAULT_WINDOW, fullCycleMs } from './channel.ts';
import { ControlConnection } from './control-connection.ts';
import { typeOf } from './stray.ts';
import type { TunnelIn, TunnelOptions, TunnelOut } from './tunnel-port.ts';
import { TunnelTrace } from './tunnel-trace.ts';

/** §5.8 with L2TP-5.8-13: what the peer wants to know before we begin to act on it. */
const ACKNOWLEDGED_AT_ONCE: readonly number[] = [
  MessageType.SCCCN,
  MessageType.ICCN,
  MessageType.CDN,
  MessageType.StopCCN,
];

/** TRACE-01: whose an SCCRQ is is not known while it is read. */
const NO_TUNNEL: L2tpScope = { tunnelId: 0 };

export class Tunnel implements Machine<TunnelIn, TunnelOut> {
  readonly localTunnelId: number;
  /** What came and was not taken, by reason. */
  readonly counters = {
    foreignSource: 0,
    badHeaders: 0,
    duplicates: 0,
    held: 0,
    dropped: 0,
    ignored: 0,
    refused: 0,
    unlisted: 0,
    wanErrors: 0,
    retransmissions: 0,
  };
  readonly #options: TunnelOptions;
  readonly #random: Random;
  readonly #trace: TunnelTrace;
  readonly #channel: Channel;
  readonly #connection: ControlConnection;
  readonly #header = new L2tpHeader();

  #life: 'new' | 'open' | 'ended' | 'released' = 'new';
  #wasEstablished = false;
  /** Its port moves with the first message of a responder that answers from another, §8.1. */
  #peer: Endpoint;
  /** Whose the message is that a ZLB acknowledges at once, NS-090. */
  #zlbScope: L2tpScope;

  #heardAt: Millis = 0;
  #giveUpAt: Millis = Infinity;
  #releaseAt: Millis = Infinity;

  /** Those of the handle() that is running. */
  #now: Millis = 0;
  #out: TunnelOut[] = [];

  constructor(options: TunnelOptions, localTunnelId: number, random: Random, sink: EventSink) {
    this.localTunnelId = localTunnelId;
    this.#options = options;
    this.#random = random;
    this.#peer = options.peer;
    this.#trace = new TunnelTrace(localTunnelId, options.secret, this.isResponder, sink);
    this.#zlbScope = this.#trace.scope;
    this.#connection = this.#connect(random, sink);
    this.#channel = new Channel(timing(options, options.initialRetries), {
      transmit: (octets, scope, resent) => this.#transmit(octets, scope, resent),
      note: (text) => this.#trace.error(text),
    });
  }

  /** The peer opens it. */
  get isResponder(): boolean {
    return this.#options.accept !== undefined;
  }

  /** Of its peer no more is known than an SCCRQ, whose sender may be anyone. */
  get isHalfOpen(): boolean {
    return this.isResponder && !this.#wasEstablished;
  }

  /** Our SCCRQ is not answered yet. */
  get isOpening(): boolean {
    return this.#connection.state === 'wait-ctl-reply';
  }

  /** AVP 5 of our SCCRQ. */
  get tieBreaker(): Uint8Array | undefined {
    return this.#connection.tieBreaker;
  }

  get peerTunnelId(): number {
    return this.#channel.peerTunnelId;
  }

  /** AVP 7 of the peer; empty until it has told it. */
  get peerName(): string {
    return this.#trace.peerName;
  }

  /** Where it is sent to. */
  get peer(): Endpoint {
    return this.#peer;
  }

  /** Cisco's name of it, CIS-01. */
  get state(): string {
    return this.#trace.state;
  }

  /** Nothing is going on and nothing waits for the peer: the firmware may stop. */
  isSettled(): boolean {
    if (this.#connection.state !== 'idle') return false;
    return this.isHalfOpen || this.#channel.unacknowledged() === 0;
  }

  handle(input: TunnelIn, now: Millis, out: TunnelOut[]): void {
    if (this.#life === 'released') return;
    this.#now = now;
    this.#out = out;
    this.#take(input);
    if (this.#life === 'open' || this.#life === 'ended') this.#channel.flush(now);
  }

  deadline(): Millis {
    if (this.#life === 'released') return Infinity;
    return Math.min(
      this.#channel.deadline(),
      this.#connection.deadline(),
      this.#helloAt(),
      this.#giveUpAt,
      this.#releaseAt,
    );
  }

  #take(input: TunnelIn): void {
    switch (input.kind) {
      case 'open':
        this.#open(input.giveUpMs);
        return;
      case 'accept':
        this.#accept(input.octets, input.from);
        return;
      case 'datagram':
        this.#datagram(input.octets, input.from);
        return;
      case 'timer':
        this.#timer();
        return;
      case 'place-call':
        this.#connection.placeCall(input.call, input.setup);
        return;
      case 'clear-call':
        this.#connection.clearCall(input.call, input.result);
        return;
      case 'clear-session':
        this.#connection.clearSession(input.sessionId, input.result, input.disconnectCauses);
        return;
      case 'name-session':
        this.#connection.offered(input.sessionId)?.name(input.interfaceName);
        return;
      case 'send-accm':
        this.#connection.offered(input.sessionId)?.sendAccm(input.send, input.receive);
        return;
      case 'yield':
        this.#yield(input.why);
        return;
      case 'close':
        this.#connection.close(input.result);
    }
  }

  #open(giveUpMs: Millis): void {
    assert(this.#life === 'new' && !this.isResponder, 'a tunnel is opened once, by one side');
    this.#life = 'open';
    // A peer that acknowledges SCCRQ and says no more would stop the retransmissions for ever.
    this.#giveUpAt = this.#now + Math.min(giveUpMs, fullCycleMs(this.#channel.timing));
    this.#connection.open();
  }

  /** The tunnel table has read it once: it is an SCCRQ that we may answer. */
  #accept(octets: Uint8Array, from: Endpoint): void {
    assert(this.#life === 'new' && this.isResponder, 'a tunnel is opened once, by one side');
    const header = this.#header;
    const fault = parseL2tpHeader(octets, octets.length, header);
    assert(fault === Fault.None && header.isControl, 'an SCCRQ has a header');
    const message = octets.subarray(0, header.payloadEnd);
    const parsed = parseControlMessage(message, header, this.#options.secret);
    assert(
      parsed.verdict === 'message' && parsed.message.type === MessageType.SCCRQ,
      'a tunnel begins with an SCCRQ',
    );
    this.#life = 'open';
    this.#peer = from;
    this.#giveUpAt = this.#now + fullCycleMs(timing(this.#options, this.#options.retries));
    this.#channel.receive(header.ns, header.nr, false, message, this.#now);
    this.#trace.input(message, parsed, NO_TUNNEL);
    this.#introduced(parsed.message.assignedTunnelId ?? 0, parsed.message.hostName ?? '');
    this.#trace.from(MessageType.SCCRQ, NO_TUNNEL, this.peerTunnelId, 0);
    for (const note of parsed.notes) this.#trace.error(note, NO_TUNNEL);
    this.#connection.accept(parsed.message);
  }

  /** Nobody is told: the peer has dropped the tunnel as well, or was never there. */
  #yield(why: string): void {
    if (this.#life === 'ended') this.#release();
    else if (!this.#wasEstablished) this.#connection.yield(why);
  }

  #timer(): void {
    const now = this.#now;
    if (this.#giveUpAt <= now) {
      const text = this.isResponder ? 'no SCCCN followed our SCCRP' : 'no answer to SCCRQ';
      this.#connection.abandon({ by: 'silence', text });
      return;
    }
    this.#channel.handleTimer(now);
    if (this.#releaseAt <= now) this.#release();
    if (this.#connection.state === 'idle') return;
    if (this.#channel.isDead()) {
      this.#connection.abandon({ by: 'silence', text: 'it answers no more' });
      return;
    }
    this.#connection.handleTimer(now);
    if (this.#helloAt() <= now) this.#send({ type: MessageType.HELLO }, 0, this.#trace.scope);
  }

  /** §5.5. What is unacknowledged already asks whether the peer is there. */
  #helloAt(): Millis {
    const { helloMs } = this.#options;
    const isQuiet =
      this.#connection.state === 'established' && this.#channel.unacknowledged() === 0;
    return isQuiet && helloMs > 0 ? this.#heardAt + helloMs : Infinity;
  }

  #datagram(octets: Uint8Array, from: Endpoint): void {
    const header = this.#header;
    if (parseL2tpHeader(octets, octets.length, header) !== Fault.None || !header.isControl) {
      this.counters.badHeaders++;
      return;
    }
    if (this.#life === 'new' || !this.#isPeer(from)) {
      this.counters.foreignSource++;
      this.#trace.error(`from ${formatIpv4(from.address)}:${from.port}, who is not the peer`);
      return;
    }
    this.#heardAt = this.#now;
    // §3.1: what lies behind Length is not part of the message.
    const message = octets.subarray(0, header.payloadEnd);
    const { ns, nr } = header;
    switch (this.#channel.receive(ns, nr, isZlb(header), message, this.#now)) {
      case 'zlb':
        this.#trace.input(message, undefined);
        return;
      case 'duplicate':
        this.counters.duplicates++;
        this.#trace.error(`duplicate, ns ${ns}, nr ${nr}`);
        return;
      case 'held':
        this.counters.held++;
        return;
      case 'dropped':
        this.counters.dropped++;
        this.#trace.error(`too far ahead, ns ${ns}, nr ${nr}`);
        return;
      case 'in order':
        this.#peer = from;
        this.#takeMessages(message);
    }
  }

  /** §8.1: the address never changes, the port may until the responder has answered. */
  #isPeer({ address, port }: Endpoint): boolean {
    if (address !== this.#peer.address) return false;
    return port === this.#peer.port || this.#connection.state === 'wait-ctl-reply';
  }

  #takeMessages(first: Uint8Array): void {
    for (
      let message: Uint8Array | undefined = first;
      message !== undefined;
      message = this.#channel.takeHeld(this.#now)
    ) {
      parseL2tpHeader(message, message.length, this.#header);
      this.#takeMessage(message);
    }
  }

  #takeMessage(octets: Uint8Array): void {
    const { sessionId } = this.#header;
    const parsed = parseControlMessage(octets, this.#header, this.#options.secret);
    const type = typeOf(parsed);
    const session = this.#connection.session(sessionId);
    const scope = session?.scope ?? this.#trace.scope;
    this.#trace.input(octets, parsed, scope);
    const peerTunnelId = this.peerTunnelId;
    this.#learnPeer(parsed);
    if (ACKNOWLEDGED_AT_ONCE.includes(type)) {
      this.#zlbScope = scope;
      this.#channel.acknowledgeNow();
      this.#zlbScope = this.#trace.scope;
    }
    this.#trace.from(type, scope, peerTunnelId, session?.peerSessionId ?? 0);
    for (const note of parsed.notes) this.#trace.error(note, scope);
    if (this.#connection.state === 'idle') return;
    if (parsed.verdict === 'ignore') this.counters.ignored++;
    else if (parsed.verdict === 'refuse') this.#connection.refuse(parsed, sessionId);
    else this.#connection.receive(parsed.message, sessionId);
  }

  /** §4.4.3: its id goes into our headers from here on, whatever else we think of the message. */
  #learnPeer(parsed: ParsedMessage): void {
    if (this.#connection.state !== 'wait-ctl-reply' || parsed.verdict === 'ignore') return;
    const { assignedTunnelId } = parsed.verdict === 'message' ? parsed.message : parsed;
    if (assignedTunnelId === undefined) return;
    const isRead = parsed.verdict === 'message';
    this.#introduced(assignedTunnelId, isRead ? (parsed.message.hostName ?? '') : '');
  }

  #introduced(tunnelId: number, name: string): void {
    this.#channel.peerTunnelId = tunnelId;
    this.#trace.peerTunnelId = tunnelId;
    this.#trace.peerName = name;
  }

  #connect(random: Random, sink: EventSink): ControlConnection {
    return new ControlConnection(this.#options, random, sink, this.#trace, {
      now: () => this.#now,
      peerTunnelId: () => this.peerTunnelId,
      hasRoom: () => this.#channel.hasRoom(),
      send: (message, peerSessionId, scope, left) =>
        this.#send(message, peerSessionId, scope, left),
      emit: (output) => this.#out.push(output),
      count: (what) => this.counters[what]++,
      accepted: (message) => this.#accepted(message),
      established: () => this.#established(),
      ended: (how) => this.#ended(how),
    });
  }

  #accepted({ receiveWindowSize }: L2tpMessage): void {
    this.#channel.timing = timing(this.#options, this.#options.retries);
    this.#channel.setPeerWindow(receiveWindowSize ?? DEFAULT_WINDOW);
  }

  #established(): void {
    this.#giveUpAt = Infinity;
    this.#wasEstablished = true;
    this.#out.push({ kind: 'established' });
  }

  /** §5.7, §5.8: what the peer repeats is acknowledged for a full cycle. */
  #ended(how: 'stopping' | 'stopped' | 'silent'): void {
    this.#giveUpAt = Infinity;
    this.#life = 'ended';
    if (how !== 'stopping') this.#channel.stopSending();
    if (how === 'silent') this.#release();
    else this.#releaseAt = this.#now + fullCycleMs(timing(this.#options, this.#options.retries));
  }

  #release(): void {
    this.#life = 'released';
    this.#out.push({ kind: 'released' });
  }

  #send(message: L2tpMessage, peerSessionId: number, scope: L2tpScope, left?: () => void): void {
    const { secret, hide, cisco } = this.#options;
    const octets = buildControlMessage(message, { secret, hide, cisco, random: this.#random });
    this.#channel.send(octets, peerSessionId, scope, this.#now, left);
  }

  #transmit(octets: Uint8Array, scope: L2tpScope | undefined, resent: boolean): void {
    if (resent) this.counters.retransmissions++;
    this.#trace.output(octets, scope ?? this.#zlbScope, resent);
    this.#out.push({ kind: 'send', octets, to: this.#peer });
  }
}

const timing = (options: TunnelOptions, retries: number): RetransmitTiming => ({
  retries,
  minMs: options.retransmitMinMs,
  maxMs: options.retransmitMaxMs,
});
