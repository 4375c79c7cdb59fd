/**
 * The protocol half of a tunnel, whoever opens it: drives §7.2.1's table with real messages, and
 * holds the sessions. RFC 2661 §5.1, §5.6, §5.7, §7.1. Runs once for each control message, and each
 * order.
 */
import { assert } from '../../base/assert.ts';
import type { EventSink, L2tpScope } from '../../base/event.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { formatIpv4 } from '../../base/port.ts';
import type { DisconnectCause, L2tpMessage, ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { messageName, resultCodeText } from '../../wire/l2tp/names.ts';
import type { ParsedMessage } from '../../wire/l2tp/parse.ts';
import type { ControlAction, ControlEvent, ControlState } from './control-table.ts';
import { stepControl } from './control-table.ts';
import type { TunnelEnd } from './handshake.ts';
import { Handshake } from './handshake.ts';
import type { LnsSession } from './lns-session.ts';
import { makeStopCcn } from './requests.ts';
import type { TunnelSession } from './session-host.ts';
import { SessionTable } from './session-table.ts';
import type { CallSetup, ClearCause, TunnelOptions, TunnelOut } from './tunnel-port.ts';
import type { TunnelTrace } from './tunnel-trace.ts';

/** Of StopCCN, §4.4.2. */
const CLEAR_CONNECTION: ResultCode = { result: 1 };
const GENERAL_ERROR = 2;
const FSM_ERROR: ResultCode = { result: 7 };

/** The other half: what carries the messages. */
export interface Transport {
  now(): Millis;
  peerTunnelId(): number;
  hasRoom(): boolean;
  /** `left` is called when the message has left, which the peer's window may put off. */
  send(message: L2tpMessage, peerSessionId: number, scope: L2tpScope, left?: () => void): void;
  emit(output: TunnelOut): void;
  count(what: 'refused' | 'unlisted' | 'wanErrors'): void;
  /** Its SCCRQ or SCCRP is acceptable: its window and the usual patience count from here on. */
  accepted(message: L2tpMessage): void;
  /** Nobody need be given up any more. */
  established(): void;
  /** The connection is idle again. `how`: we sent StopCCN, received it, or nothing more is said. */
  ended(how: 'stopping' | 'stopped' | 'silent'): void;
}

type Refused = Extract<ParsedMessage, { verdict: 'refuse' }>;

export class ControlConnection {
  readonly #options: TunnelOptions;
  readonly #trace: TunnelTrace;
  readonly #transport: Transport;
  readonly #sessions: SessionTable;
  readonly #handshake: Handshake;
  #state: ControlState = 'idle';
  #noSessionAt: Millis = Infinity;

  constructor(
    options: TunnelOptions,
    random: Random,
    sink: EventSink,
    trace: TunnelTrace,
    transport: Transport,
  ) {
    this.#options = options;
    this.#trace = trace;
    this.#transport = transport;
    this.#handshake = new Handshake(options, random, sink, trace);
    this.#sessions = new SessionTable(
      {
        scope: trace.scope,
        peerTunnelId: () => transport.peerTunnelId(),
        hasRoom: () => transport.hasRoom(),
        send: (message, peerSessionId, scope, left) =>
          transport.send(message, peerSessionId, scope, left),
        emit: (output) => transport.emit(output),
        trace: (event) => trace.emit(event),
        unlisted: (scope, text) => this.#unlisted(scope, text),
        occupied: () => {
          this.#noSessionAt = Infinity;
          trace.changeState('established');
        },
        countWanErrors: () => transport.count('wanErrors'),
        connected: (session) => this.#sessions.connected(session),
        ended: (session) => this.#sessionEnded(session),
      },
      random,
      options.accept,
    );
  }

  get state(): ControlState {
    return this.#state;
  }

  /** AVP 5 of the SCCRQ that we have sent. */
  get tieBreaker(): Uint8Array | undefined {
    return this.#handshake.tieBreaker;
  }

  open(): void {
    this.#trace.machineState('idle');
    this.#step('local open');
  }

  accept(sccrq: L2tpMessage): void {
    const end = this.#handshake.judgeSccrq(sccrq);
    if (end !== undefined) {
      this.#step('SCCRQ not ok', end);
      return;
    }
    this.#transport.accepted(sccrq);
    this.#trace.created(formatIpv4(this.#options.peer.address));
    this.#step('SCCRQ ok');
  }

  /** The peer's SCCRQ has won over ours, or there are too many of whom nothing more was heard. */
  yield(why: string): void {
    const cause: ClearCause = { by: 'us', text: why };
    if (this.#state === 'wait-ctl-reply') this.#step('SCCRQ, tie lost', { cause });
    else if (this.#state === 'wait-ctl-conn') this.abandon(cause);
  }

  close(result: ResultCode): void {
    const text = resultCodeText(MessageType.StopCCN, result);
    const cause: ClearCause = { by: 'us', result, text };
    if (this.#state === 'wait-ctl-reply') this.abandon(cause);
    else if (this.#state !== 'idle') this.#stop({ cause, result });
  }

  /** Ends without a word: nobody listens, or we do not know yet to whom to say it. L2TP-L-08 */
  abandon(cause: ClearCause): void {
    this.#state = 'idle';
    this.#cleanUp(cause, 'silent');
  }

  handleTimer(now: Millis): void {
    this.#sessions.handleTimer(now);
    if (this.#noSessionAt > now) return;
    const cause: ClearCause = { by: 'us', result: CLEAR_CONNECTION, text: 'no more sessions' };
    this.#step('admin close', { cause, result: CLEAR_CONNECTION });
  }

  deadline(): Millis {
    return Math.min(this.#sessions.setupDeadline(), this.#noSessionAt);
  }

  session(sessionId: number): TunnelSession | undefined {
    return this.#sessions.find(sessionId);
  }

  /** One that the peer opened. */
  offered(sessionId: number): LnsSession | undefined {
    return this.#sessions.findOffered(sessionId);
  }

  clearCall(call: number, result: ResultCode): void {
    this.#sessions.clear(call, result);
  }

  clearSession(
    sessionId: number,
    result: ResultCode,
    disconnectCauses: readonly DisconnectCause[] | undefined,
  ): void {
    this.#sessions.clearSession(sessionId, result, disconnectCauses);
  }

  /** §7.1: what came was malformed. */
  refuse(parsed: Refused, sessionId: number): void {
    const { type = 0 } = parsed;
    this.#transport.count('refused');
    const { scope, error, text, assignedSessionId = 0 } = parsed;
    this.#trace.error(`refused ${messageName(type)}: ${text}`);
    const result: ResultCode = { result: GENERAL_ERROR, error, text };
    const cause: ClearCause = {
      by: 'us',
      result,
      text: `refused its ${messageName(type)}: ${text}`,
    };
    if (type === MessageType.StopCCN) this.#step('StopCCN', { cause: { ...cause, by: 'peer' } });
    else if (scope === 'tunnel') this.#stop({ cause, result });
    else if (this.#state === 'established') {
      this.#sessions.refuse(type, sessionId, assignedSessionId, result);
    }
  }

  receive(message: L2tpMessage, sessionId: number): void {
    const { type } = message;
    if (type !== MessageType.StopCCN) this.#handshake.heard();
    switch (type) {
      case MessageType.SCCRQ:
        this.#step('SCCRQ ok', outOfSequence(type, this.#state));
        return;
      case MessageType.SCCRP:
        this.#receiveSccrp(message);
        return;
      case MessageType.SCCCN:
        this.#receiveScccn(message);
        return;
      case MessageType.StopCCN:
        this.#step('StopCCN', { cause: this.#handshake.stopped(message) });
        return;
      case MessageType.HELLO:
        return; // the acknowledgement is all it wants, §6.5
      default:
        // §5.2: no call before its control connection.
        if (this.#state === 'established') {
          const setupDeadline = this.#transport.now() + this.#options.setupMs;
          this.#sessions.receive(message, sessionId, setupDeadline);
        } else this.#unlisted(this.#trace.scope, `${messageName(type)} in ${this.#state}`);
    }
  }

  #receiveSccrp(sccrp: L2tpMessage): void {
    if (this.#state !== 'wait-ctl-reply') {
      this.#step('SCCRP ok', outOfSequence(sccrp.type, this.#state));
      return;
    }
    const end = this.#handshake.judgeSccrp(sccrp);
    if (end === undefined) this.#transport.accepted(sccrp);
    this.#step(end === undefined ? 'SCCRP ok' : 'SCCRP not ok', end);
  }

  #receiveScccn(scccn: L2tpMessage): void {
    if (this.#state !== 'wait-ctl-conn') {
      this.#step('SCCCN ok', outOfSequence(scccn.type, this.#state));
      return;
    }
    const end = this.#handshake.judgeScccn(scccn);
    this.#step(end === undefined ? 'SCCCN ok' : 'SCCCN not ok', end);
    if (end === undefined) this.#stand();
  }

  placeCall(call: number, setup: CallSetup): void {
    const refusal = this.#whyNoCall(setup);
    if (refusal !== undefined) {
      this.#transport.emit({ kind: 'call-down', call, sessionId: 0, cause: refusal });
      return;
    }
    const session = this.#sessions.add(call, setup, this.#transport.now() + this.#options.setupMs);
    session.begin();
    this.#trace.machineState('established');
    this.#step('local open');
  }

  #whyNoCall({ framingType }: CallSetup): ClearCause | undefined {
    if (this.#state !== 'established') return { by: 'tunnel', text: 'the tunnel is gone' };
    if (this.#options.accept !== undefined) {
      return { by: 'us', text: 'the peer opened the tunnel: it is for calls of its own' };
    }
    if (this.#sessions.isFull() || !this.#transport.hasRoom()) {
      return { by: 'us', text: 'the tunnel has no room for another call' };
    }
    // §4.4.3: a call must not be asked for with a framing that the peer does not have.
    const { framingCapabilities } = this.#handshake;
    if ((framingCapabilities & framingType) === framingType) return undefined;
    return { by: 'us', text: `the peer has no framing of type ${framingType}` };
  }

  /** The tunnel is cleared for what came in it, §7.1. */
  #stop(end: TunnelEnd): void {
    this.#step(this.#state === 'established' ? 'admin close' : 'SCCRP not ok', end);
  }

  #step(event: ControlEvent, end?: TunnelEnd): void {
    const from = this.#state;
    const step = stepControl(from, event);
    if (step === undefined) {
      this.#unlisted(this.#trace.scope, `${event} in ${from}`);
      return;
    }
    this.#state = step.next;
    // Cisco's order, TRACE-20, TRACE-21: this change shows before the message, the other after it.
    if (step.next === 'established') this.#trace.changeState(step.next);
    for (const action of step.actions) this.#perform(action, end);
    // CIS-01: wait-ctl-conn has the same name there, and the LNS says it once, NS-029.
    if (step.next === 'wait-ctl-conn') this.#trace.changeState('wait-ctl-reply');
    if (step.next === 'wait-ctl-reply') {
      this.#trace.changeState(step.next);
      this.#trace.machineState(step.next);
    }
  }

  #perform(action: ControlAction, end: TunnelEnd | undefined): void {
    switch (action) {
      case 'send SCCRQ':
        this.#send(this.#handshake.makeSccrq());
        return;
      case 'send SCCRP':
        this.#send(this.#handshake.makeSccrp());
        return;
      case 'send SCCCN':
        this.#send(this.#handshake.makeScccn());
        this.#stand();
        return;
      case 'tunnel-open to waiting sessions':
        this.#sessions.tunnelOpened();
        return;
      case 'send StopCCN':
        assert(end?.result !== undefined, 'a StopCCN has a result');
        this.#send(makeStopCcn(this.#trace.scope.tunnelId, end.result));
        this.#trace.changeState('shutting-down');
        return;
      case 'clean up':
        assert(end !== undefined, 'a tunnel ends for a cause');
        this.#cleanUp(end.cause, howItEnds(end));
        return;
      case 'requeue SCCRQ':
        // The tunnel table has judged the tie, and opens another tunnel for that SCCRQ. Calls that
        // waited for this one are told that it is down, and may ask for a tunnel again.
        return;
    }
  }

  #stand(): void {
    this.#trace.machineState('established');
    this.#awaitCalls();
    this.#transport.established();
  }

  #cleanUp(cause: ClearCause, how: Parameters<Transport['ended']>[0]): void {
    this.#noSessionAt = Infinity;
    this.#trace.step('Shutdown tunnel');
    const { result } = cause;
    // §6.4: the sessions end with their tunnel, without a CDN.
    const text = `the tunnel ended: ${cause.text}`;
    const isSilence = cause.by === 'silence';
    this.#sessions.drop({ by: isSilence ? 'silence' : 'tunnel', text, ...(result && { result }) });
    this.#trace.changeState('idle');
    this.#transport.emit({ kind: 'down', cause });
    this.#transport.ended(how);
  }

  #sessionEnded(session: TunnelSession): void {
    this.#sessions.delete(session);
    if (this.#state !== 'established' || this.#sessions.size > 0) return;
    this.#trace.changeState('no-sessions-left');
    this.#awaitCalls();
    const seconds = this.#options.noSessionMs / 1000;
    if (seconds === Infinity) return;
    this.#trace.emit({ kind: 'l2tp-no-sessions', scope: this.#trace.scope, seconds });
  }

  /** §5.6: a tunnel without a session is closed after a while. */
  #awaitCalls(): void {
    this.#noSessionAt = this.#transport.now() + this.#options.noSessionMs;
  }

  #send(message: L2tpMessage): void {
    this.#transport.send(message, 0, this.#trace.scope);
  }

  #unlisted(scope: L2tpScope, text: string): void {
    this.#transport.count('unlisted');
    this.#trace.error(`not expected: ${text}`, scope);
  }
}

/** What the peer waits for: our StopCCN, the acknowledgement of its own, or nothing. */
function howItEnds({ cause, result }: TunnelEnd): Parameters<Transport['ended']>[0] {
  if (cause.by === 'peer') return 'stopped';
  return result === undefined ? 'silent' : 'stopping';
}

/** StopCCN 7: CDN knows no such result, but the control connection's own messages do. §4.4.2 */
function outOfSequence(type: MessageType, state: ControlState): TunnelEnd {
  const text = `${messageName(type)} out of sequence, in ${state}`;
  return { result: FSM_ERROR, cause: { by: 'us', result: FSM_ERROR, text } };
}
