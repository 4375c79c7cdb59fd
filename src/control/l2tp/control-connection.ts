/**
 * The protocol half of a tunnel that we opened: drives §7.2.1's table with real messages, and holds
 * the sessions. RFC 2661 §5.1, §5.6, §5.7, §7.1. Runs once for each control message and order.
 */
import { assert } from '../../base/assert.ts';
import type { EventSink, L2tpScope } from '../../base/event.ts';
import { log } from '../../base/event.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { formatIpv4 } from '../../base/port.ts';
import type { L2tpMessage, ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { messageName, resultCodeText } from '../../wire/l2tp/names.ts';
import type { ParsedMessage } from '../../wire/l2tp/parse.ts';
import { challengeResponse, findAuthenticationFault, newChallenge } from './authentication.ts';
import type { ControlAction, ControlEvent, ControlState } from './control-table.ts';
import { stepControl } from './control-table.ts';
import { makeSccrq, makeStopCcn, PROTOCOL_VERSION, supportsVersion } from './requests.ts';
import type { Session } from './session.ts';
import { SessionTable } from './session-table.ts';
import type { CallSetup, ClearCause, TunnelOptions, TunnelOut } from './tunnel-port.ts';
import type { TunnelTrace } from './tunnel-trace.ts';

/** Of StopCCN, §4.4.2. */
const CLEAR_CONNECTION: ResultCode = { result: 1 };
const GENERAL_ERROR = 2;
const NOT_AUTHORIZED: ResultCode = { result: 4 };
const WRONG_VERSION: ResultCode = { result: 5, error: PROTOCOL_VERSION };
const FSM_ERROR: ResultCode = { result: 7 };
/** General error, vendor specific: what xl2tpd says of a wrong response. */
const VENDOR_SPECIFIC = 6;

/** The other half: what carries the messages. */
export interface Transport {
  now(): Millis;
  peerTunnelId(): number;
  hasRoom(): boolean;
  /** `left` is called when the message has left, which the peer's window may put off. */
  send(message: L2tpMessage, peerSessionId: number, scope: L2tpScope, left?: () => void): void;
  emit(output: TunnelOut): void;
  count(what: 'refused' | 'unlisted'): void;
  /** The peer has accepted us, and we it: its window and the usual patience count from here on. */
  accepted(sccrp: L2tpMessage): void;
  /** The connection is idle again. `how`: we sent StopCCN, received it, or nothing more is said. */
  ended(how: 'stopping' | 'stopped' | 'silent'): void;
}

/** Why the tunnel ends; `result` goes into our StopCCN, where one is sent. */
interface TunnelEnd {
  readonly cause: ClearCause;
  readonly result?: ResultCode;
}

type Refused = Extract<ParsedMessage, { verdict: 'refuse' }>;

export class ControlConnection {
  readonly #options: TunnelOptions;
  readonly #localTunnelId: number;
  readonly #random: Random;
  readonly #sink: EventSink;
  readonly #trace: TunnelTrace;
  readonly #transport: Transport;
  readonly #sessions: SessionTable;
  #state: ControlState = 'idle';
  #challenge: Uint8Array | undefined;
  #sccrp: L2tpMessage | undefined;
  /** Our answer to its challenge has gone, and only a refusal would tell what it thinks of it. */
  #isOnTrial = false;
  #noSessionAt: Millis = Infinity;

  constructor(
    options: TunnelOptions,
    random: Random,
    sink: EventSink,
    trace: TunnelTrace,
    transport: Transport,
  ) {
    this.#options = options;
    this.#localTunnelId = trace.scope.tunnelId;
    this.#random = random;
    this.#sink = sink;
    this.#trace = trace;
    this.#transport = transport;
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
        ended: (session) => this.#sessionEnded(session),
      },
      random,
    );
  }

  get state(): ControlState {
    return this.#state;
  }

  open(): void {
    this.#trace.machineState('idle');
    this.#step('local open');
  }

  close(result: ResultCode): void {
    const text = resultCodeText(MessageType.StopCCN, result);
    const cause: ClearCause = { by: 'us', result, text };
    if (this.#state === 'established') this.#step('admin close', { cause, result });
    else if (this.#state !== 'idle') this.abandon(cause);
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

  session(sessionId: number): Session | undefined {
    return this.#sessions.find(sessionId);
  }

  clearCall(call: number, result: ResultCode): void {
    this.#sessions.clear(call, result);
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
    if (type !== MessageType.StopCCN) this.#isOnTrial = false;
    switch (type) {
      case MessageType.SCCRQ:
        this.#step('SCCRQ ok', outOfSequence(type, this.#state));
        return;
      case MessageType.SCCRP:
        if (this.#state === 'wait-ctl-reply') this.#judge(message);
        else this.#step('SCCRP ok', outOfSequence(type, this.#state));
        return;
      case MessageType.SCCCN:
        this.#step('SCCCN ok', outOfSequence(type, this.#state));
        return;
      case MessageType.StopCCN:
        this.#stopped(message);
        return;
      case MessageType.HELLO:
        return; // the acknowledgement is all it wants, §6.5
      default:
        // §5.2: no call before its control connection.
        if (this.#state === 'established') this.#sessions.receive(message, sessionId);
        else this.#unlisted(this.#trace.scope, `${messageName(type)} in ${this.#state}`);
    }
  }

  /** Whether the SCCRP is acceptable, §7.2.1: its version, and its answer to our challenge. */
  #judge(sccrp: L2tpMessage): void {
    const { secret } = this.#options;
    if (sccrp.challenge) this.#trace.challenge('challenge');
    if (sccrp.challengeResponse) this.#trace.challenge('response');
    const { protocolVersion = 0 } = sccrp;
    if (!supportsVersion(protocolVersion)) {
      const text = `protocol version ${protocolVersion >>> 8} is not supported`;
      const cause: ClearCause = { by: 'us', result: WRONG_VERSION, text };
      this.#step('SCCRP not ok', { cause, result: WRONG_VERSION });
      return;
    }
    const fault = findAuthenticationFault(sccrp, secret, this.#challenge);
    if (fault !== undefined) {
      this.#trace.step('Tunnel Authentication fails');
      this.#logAuthenticationFault(fault);
      const cause: ClearCause = { by: 'us', result: NOT_AUTHORIZED, text: fault };
      this.#step('SCCRP not ok', { cause, result: NOT_AUTHORIZED });
      return;
    }
    if (this.#challenge ?? sccrp.challenge) this.#trace.step('Tunnel Authentication success');
    this.#sccrp = sccrp;
    this.#transport.accepted(sccrp);
    this.#step('SCCRP ok');
  }

  #stopped({ resultCode }: L2tpMessage): void {
    const said = resultCode ? resultCodeText(MessageType.StopCCN, resultCode) : 'no result code';
    const isRefusal =
      resultCode?.result === NOT_AUTHORIZED.result || resultCode?.error === VENDOR_SPECIFIC;
    let text = said;
    if (this.#isOnTrial && isRefusal) {
      text = `it refused our response to its challenge (${said}): is the secret the same there?`;
      this.#logAuthenticationFault(text);
    }
    this.#step('StopCCN', {
      cause: { by: 'peer', text, ...(resultCode && { result: resultCode }) },
    });
  }

  #logAuthenticationFault(text: string): void {
    const { peerName } = this.#trace;
    const name = peerName === '' ? '' : ` (${peerName})`;
    const lns = `L2TP LNS ${formatIpv4(this.#options.peer.address)}${name}`;
    this.#sink(log('VPDN', 3, 'AUTHENFAIL', `${lns}: ${text}`));
  }

  placeCall(call: number, setup: CallSetup): void {
    const refusal = this.#whyNoCall(setup);
    if (refusal !== undefined) {
      this.#transport.emit({ kind: 'call-down', call, sessionId: 0, cause: refusal });
      return;
    }
    this.#noSessionAt = Infinity;
    this.#trace.changeState('established');
    const session = this.#sessions.add(call, setup, this.#transport.now() + this.#options.setupMs);
    session.begin();
    this.#trace.machineState('established');
    this.#step('local open');
  }

  #whyNoCall({ framingType }: CallSetup): ClearCause | undefined {
    if (this.#state !== 'established') return { by: 'tunnel', text: 'the tunnel is gone' };
    if (this.#sessions.isFull() || !this.#transport.hasRoom()) {
      return { by: 'us', text: 'the tunnel has no room for another call' };
    }
    // §4.4.3: a call must not be asked for with a framing that the peer does not have.
    const { framingCapabilities = 0 } = this.#sccrp ?? {};
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
    if (step.next === 'wait-ctl-reply') {
      this.#trace.changeState(step.next);
      this.#trace.machineState(step.next);
    }
  }

  #perform(action: ControlAction, end: TunnelEnd | undefined): void {
    switch (action) {
      case 'send SCCRQ':
        this.#sendSccrq();
        return;
      case 'send SCCCN':
        this.#sendScccn();
        return;
      case 'tunnel-open to waiting sessions':
        this.#sessions.tunnelOpened();
        return;
      case 'send StopCCN':
        assert(end?.result !== undefined, 'a StopCCN has a result');
        this.#send(makeStopCcn(this.#localTunnelId, end.result));
        this.#trace.changeState('shutting-down');
        return;
      case 'clean up':
        assert(end !== undefined, 'a tunnel ends for a cause');
        this.#cleanUp(end.cause, end.cause.by === 'peer' ? 'stopped' : 'stopping');
        return;
      case 'send SCCRP':
      case 'requeue SCCRQ':
        assert(false, 'a tunnel that we opened is never the responder');
    }
  }

  #sendSccrq(): void {
    const { authenticate, secret } = this.#options;
    if (authenticate && secret !== undefined) this.#challenge = newChallenge(this.#random);
    this.#send(makeSccrq(this.#options, this.#localTunnelId, this.#challenge));
  }

  #sendScccn(): void {
    const { secret } = this.#options;
    const challenge = this.#sccrp?.challenge;
    const type = MessageType.SCCCN;
    if (challenge && secret) {
      this.#isOnTrial = true;
      this.#send({ type, challengeResponse: challengeResponse(type, secret, challenge) });
    } else {
      this.#send({ type });
    }
    this.#trace.machineState('established');
    this.#awaitCalls();
    this.#transport.emit({ kind: 'established' });
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

  #sessionEnded(session: Session): void {
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

/** StopCCN 7: CDN knows no such result, but the control connection's own messages do. §4.4.2 */
function outOfSequence(type: MessageType, state: ControlState): TunnelEnd {
  const text = `${messageName(type)} out of sequence, in ${state}`;
  return { result: FSM_ERROR, cause: { by: 'us', result: FSM_ERROR, text } };
}
