/**
 * One incoming call in its tunnel, seen by the LNS: drives §7.4.2's table with real messages.
 * RFC 2661 §5.2, §6.6 to §6.14. Runs a few times for each call.
 */
import { assert } from '../../base/assert.ts';
import type { L2tpScope } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';
import type { L2tpMessage, ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { messageName } from '../../wire/l2tp/names.ts';
import type { LnsCallAction, LnsCallEvent, LnsCallState } from './lns-call-table.ts';
import { stepLnsCall } from './lns-call-table.ts';
import { receivedCall } from './received-call.ts';
import { makeCdn, makeIcrp, makeSli } from './requests.ts';
import type { CallEnd, SessionHost, TunnelSession } from './session-host.ts';
import { clearedByPeer, outOfSequence, refusalOf } from './session-host.ts';
import type { ClearCause, OfferedCall } from './tunnel-port.ts';

export class LnsSession implements TunnelSession {
  readonly id: number;
  readonly peerSessionId: number;
  readonly setupDeadline: Millis;
  readonly #call: OfferedCall;
  readonly #host: SessionHost;
  #scope: L2tpScope;
  #state: LnsCallState = 'idle';

  /** @param peerSessionId AVP 14 of the ICRQ */
  constructor(
    id: number,
    peerSessionId: number,
    call: OfferedCall,
    setupDeadline: Millis,
    host: SessionHost,
  ) {
    this.id = id;
    this.peerSessionId = peerSessionId;
    this.setupDeadline = setupDeadline;
    this.#call = call;
    this.#host = host;
    this.#scope = { tunnelId: host.scope.tunnelId, sessionId: id };
  }

  get scope(): L2tpScope {
    return this.#scope;
  }

  /** Its virtual interface is made: from here on it stands in front of the session's lines. */
  name(interfaceName: string): void {
    this.#scope = { ...this.#scope, interfaceName };
  }

  /** Nothing speaks against the call. */
  begin(): void {
    this.#host.trace({ kind: 'l2tp-step', scope: this.scope, step: 'Session FS enabled' });
    this.#step('ICRQ ok');
  }

  /** The call is not for us: no more is heard of the session. */
  reject(end: CallEnd): void {
    this.#step('ICRQ not ok', end);
  }

  clear(end: CallEnd): void {
    this.#step('local close', end);
  }

  drop(cause: ClearCause): void {
    this.#cleanUp(cause);
  }

  sendAccm(send: number, receive: number): void {
    if (this.#state !== 'established' || !this.#host.hasRoom()) return;
    this.#host.send(makeSli(send, receive), this.peerSessionId, this.scope);
  }

  receive(message: L2tpMessage): void {
    const { type } = message;
    switch (type) {
      case MessageType.ICCN:
        this.#connect(message);
        return;
      case MessageType.ICRQ:
        this.#step('ICRQ ok', outOfSequence(type, this.#state));
        return;
      case MessageType.ICRP:
        this.#step('ICRP', outOfSequence(type, this.#state));
        return;
      case MessageType.CDN:
        this.#step('CDN', { cause: clearedByPeer(message) });
        return;
      case MessageType.WEN:
        // §6.13: the LAC's own counters. It is told to tell; nothing here depends on them.
        if (this.#state === 'established') this.#host.countWanErrors();
        else this.#host.unlisted(this.scope, `WEN in ${this.#state}`);
        return;
      default:
        // SLI is from an LNS to a LAC; what belongs to outgoing calls is for no call of ours.
        this.#host.unlisted(this.scope, `${messageName(type)} in ${this.#state}`);
    }
  }

  refuse(type: number, result: ResultCode): void {
    const end = refusalOf(type, result);
    // §6.12: no CDN answers a CDN, however bad it was.
    if (type === MessageType.CDN)
      this.#step('CDN', { cause: { by: 'peer', text: end.cause.text } });
    else if (type === MessageType.ICCN) this.#step('ICCN not ok', end);
    else this.clear(end);
  }

  #connect(iccn: L2tpMessage): void {
    const { id: sessionId, peerSessionId, scope } = this;
    const isExpected = this.#state === 'wait-connect';
    this.#step('ICCN ok', outOfSequence(iccn.type, this.#state));
    if (!isExpected) return;
    const call = receivedCall(this.#call, iccn, (text) => {
      this.#host.trace({ kind: 'l2tp-error', scope, text });
    });
    this.#host.emit({ kind: 'session-up', sessionId, peerSessionId, call });
  }

  #step(event: LnsCallEvent, end?: CallEnd): void {
    const from = this.#state;
    const step = stepLnsCall(from, event);
    // What the peer can cause has a row in every state that it can cause it in.
    assert(step !== undefined, `${event} in ${from} has no row`);
    if (step.next !== 'idle') {
      // Cisco's order, TRACE-26: this change shows before the message.
      this.#state = step.next;
      this.#showChange(from);
    }
    for (const action of step.actions) this.#perform(action, end);
  }

  #perform(action: LnsCallAction, end: CallEnd | undefined): void {
    const { id: sessionId, peerSessionId, scope } = this;
    switch (action) {
      case 'send ICRP':
        this.#host.trace({ kind: 'l2tp-step', scope, step: 'New session created' });
        this.#host.send(makeIcrp(sessionId), peerSessionId, scope);
        this.#host.emit({ kind: 'session-offered', sessionId, peerSessionId, call: this.#call });
        return;
      case 'prepare for data':
        this.#host.connected(this);
        return;
      case 'send CDN': {
        assert(end?.result !== undefined, 'a CDN has a result');
        const cdn = makeCdn(sessionId, end.result, end.cause.disconnectCauses);
        this.#host.send(cdn, peerSessionId, scope);
        return;
      }
      case 'clean up':
        assert(end !== undefined, 'a call ends for a cause');
        this.#cleanUp(end.cause);
    }
  }

  #cleanUp(cause: ClearCause): void {
    const from = this.#state;
    // A call that was not taken has left nothing to clean up.
    if (from === 'idle') return;
    this.#state = 'idle';
    const { scope } = this;
    const { interfaceName } = scope;
    this.#host.trace({ kind: 'l2tp-step', scope, step: 'Destroying session' });
    this.#showChange(from);
    const peerTunnelId = this.#host.peerTunnelId();
    this.#host.trace({ kind: 'l2tp-release', scope, peerTunnelId, state: 'idle' });
    if (interfaceName !== undefined) {
      this.#host.trace({ kind: 'vpdn-step', interfaceName, step: 'Reset' });
    }
    this.#host.emit({ kind: 'session-down', sessionId: this.id, cause });
    this.#host.ended(this);
  }

  #showChange(from: LnsCallState): void {
    this.#host.trace({ kind: 'l2tp-session-state', scope: this.scope, from, to: this.#state });
  }
}
