/**
 * One incoming call in its tunnel, seen by the LAC: drives §7.4.1's table with real messages.
 * RFC 2661 §5.2, §6.6 to §6.14. Runs a few times for each call.
 */
import { assert } from '../../base/assert.ts';
import type { L2tpScope, L2tpTrace } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';
import type { L2tpMessage, ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { messageName, resultCodeText } from '../../wire/l2tp/names.ts';
import type { CallAction, CallEvent, CallState } from './incoming-call-table.ts';
import { stepCall } from './incoming-call-table.ts';
import { makeCdn, makeIccn, makeIcrq } from './requests.ts';
import type { CallSetup, ClearCause, TunnelOut } from './tunnel-port.ts';

/** General error "vendor specific", §4.4.2: the text says what it is. */
const VENDOR_SPECIFIC = 6;

/** The tunnel, as its sessions see it. */
export interface SessionHost {
  /** Of the tunnel's own lines in the trace. */
  readonly scope: L2tpScope;
  peerTunnelId(): number;
  /** Whether a message that may be left out would still find room. */
  hasRoom(): boolean;
  send(message: L2tpMessage, peerSessionId: number, scope: L2tpScope, left?: () => void): void;
  emit(output: TunnelOut): void;
  trace(event: L2tpTrace): void;
  /** Counts and traces what no row of a table is for. */
  unlisted(scope: L2tpScope, text: string): void;
  /** The session is idle: forget it. */
  ended(session: Session): void;
}

/** Why a call ends; `result` goes into our CDN, where one is sent. */
export interface CallEnd {
  readonly cause: ClearCause;
  readonly result?: ResultCode;
}

/** CIS-01: what the seed prints. */
const shownState = (state: CallState): string =>
  state === 'wait-tunnel' ? 'wait-for-tunnel' : state;

export class Session {
  readonly call: number;
  /** AVP 14: the peer writes it into the headers of what is for this call. */
  readonly id: number;
  peerSessionId = 0;
  /** When the call has taken too long; Infinity once it is up. */
  setupDeadline: Millis;
  readonly scope: L2tpScope;
  readonly #setup: CallSetup;
  readonly #host: SessionHost;
  #state: CallState = 'idle';

  constructor(
    call: number,
    id: number,
    setup: CallSetup,
    setupDeadline: Millis,
    host: SessionHost,
  ) {
    this.call = call;
    this.id = id;
    this.setupDeadline = setupDeadline;
    this.#setup = setup;
    this.#host = host;
    this.scope = {
      tunnelId: host.scope.tunnelId,
      sessionId: id,
      interfaceName: setup.interfaceName,
    };
  }

  get state(): CallState {
    return this.#state;
  }

  /** The bearer is ready: the caller has been answered already, §6.6. */
  begin(): void {
    const { tunnelId } = this.scope;
    const unbound = { tunnelId, sessionId: this.id };
    this.#host.trace({ kind: 'l2tp-step', scope: unbound, step: 'Session FS enabled' });
    this.#step('bearer ready', unbound);
    this.#host.trace({ kind: 'l2tp-step', scope: this.scope, step: 'Create session' });
  }

  tunnelOpened(): void {
    this.#step('tunnel-open');
  }

  /** Carrier lost, cleared by the operator, set up for too long: whatever this end has decided. */
  clear(end: CallEnd): void {
    this.#step('bearer drop or local close', this.scope, end);
  }

  /** §6.4: a StopCCN, or the peer's silence, ends every session without a CDN. */
  drop(cause: ClearCause): void {
    this.#cleanUp(cause);
  }

  receive(message: L2tpMessage): void {
    const { type } = message;
    switch (type) {
      case MessageType.ICRP:
        if (this.#state === 'wait-reply') this.peerSessionId = message.assignedSessionId ?? 0;
        this.#step('ICRP ok', this.scope, this.#outOfSequence(type));
        return;
      case MessageType.ICRQ:
        this.#step('ICRQ', this.scope, this.#outOfSequence(type));
        return;
      case MessageType.ICCN:
        this.#step('ICCN', this.scope, this.#outOfSequence(type));
        return;
      case MessageType.CDN:
        this.#step('CDN', this.scope, { cause: clearedByPeer(message) });
        return;
      case MessageType.SLI:
        this.#setLinkInfo(message);
        return;
      default:
        // WEN is from a LAC to an LNS; what belongs to outgoing calls is for no call of ours.
        this.#host.unlisted(this.scope, `${messageName(type)} in ${this.#state}`);
    }
  }

  /** §7.1: what came for this call was malformed. */
  refuse(type: number, result: ResultCode): void {
    const text = `refused ${messageName(type)}: ${result.text ?? ''}`;
    const end: CallEnd = { result, cause: { by: 'us', result, text } };
    switch (type) {
      case MessageType.CDN:
        // §6.12: no CDN answers a CDN, however bad it was.
        this.#step('CDN', this.scope, { cause: { by: 'peer', text } });
        return;
      case MessageType.ICRP:
        this.#step('ICRP not ok', this.scope, end);
        return;
      default:
        this.clear(end);
    }
  }

  #step(event: CallEvent, shownAs = this.scope, end?: CallEnd): void {
    const from = this.#state;
    const step = stepCall(from, event);
    // What the peer can cause has a row in every state that it can cause it in.
    assert(step !== undefined, `${event} in ${from} has no row`);
    for (const action of step.actions) this.#perform(action, end);
    if (step.next === 'idle') return;
    this.#state = step.next;
    this.#showChange(shownAs, from);
  }

  #perform(action: CallAction, end: CallEnd | undefined): void {
    switch (action) {
      case 'start local tunnel open':
        return; // it stands: only then is a session made
      case 'send ICRQ':
        this.#host.send(makeIcrq(this.#setup, this.id), 0, this.scope);
        this.#host.emit({ kind: 'call-placed', call: this.call, sessionId: this.id });
        return;
      case 'send ICCN':
        this.#sendIccn();
        return;
      case 'send CDN':
        assert(end?.result !== undefined, 'a CDN has a result');
        this.#host.send(makeCdn(this.id, end.result), this.peerSessionId, this.scope);
        return;
      case 'clean up':
        assert(end !== undefined, 'a call ends for a cause');
        this.#cleanUp(end.cause);
    }
  }

  #sendIccn(): void {
    this.setupDeadline = Infinity;
    // §5.2: no data before the message that lets the peer expect it. The call may end meanwhile.
    this.#host.send(makeIccn(this.#setup), this.peerSessionId, this.scope, () => {
      if (this.#state !== 'idle') this.#emitUp();
    });
  }

  #emitUp(): void {
    const { call, id: sessionId, peerSessionId } = this;
    this.#host.emit({ kind: 'call-up', call, sessionId, peerSessionId });
  }

  #setLinkInfo({ accm }: L2tpMessage): void {
    if (this.#state !== 'established' || accm === undefined) {
      this.#host.unlisted(this.scope, `SLI in ${this.#state}`);
      return;
    }
    this.#host.emit({ kind: 'accm', call: this.call, ...accm });
  }

  #cleanUp(cause: ClearCause): void {
    const from = this.#state;
    this.#state = 'idle';
    this.#host.trace({ kind: 'l2tp-step', scope: this.scope, step: 'Destroying session' });
    this.#showChange(this.scope, from);
    const peerTunnelId = this.#host.peerTunnelId();
    this.#host.trace({ kind: 'l2tp-release', scope: this.scope, peerTunnelId, state: 'idle' });
    this.#host.emit({ kind: 'call-down', call: this.call, sessionId: this.id, cause });
    this.#host.ended(this);
  }

  #showChange(scope: L2tpScope, from: CallState): void {
    const to = shownState(this.#state);
    this.#host.trace({ kind: 'l2tp-session-state', scope, from: shownState(from), to });
  }

  /** §7.1: CDN knows no "finite state machine error". */
  #outOfSequence(type: MessageType): CallEnd {
    const text = `${messageName(type)} out of sequence, in ${this.#state}`;
    const result: ResultCode = { result: 2, error: VENDOR_SPECIFIC, text };
    return { result, cause: { by: 'us', result, text } };
  }
}

function clearedByPeer({ type, resultCode, disconnectCauses }: L2tpMessage): ClearCause {
  return {
    by: 'peer',
    text: resultCode ? resultCodeText(type, resultCode) : 'no result code',
    ...(resultCode && { result: resultCode }),
    ...(disconnectCauses && { disconnectCauses }),
  };
}
