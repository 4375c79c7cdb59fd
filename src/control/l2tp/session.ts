/**
 * One incoming call in its tunnel, seen by the LAC: drives §7.4.1's table with real messages.
 * RFC 2661 §5.2, §6.6 to §6.14. Runs a few times for each call.
 */
import { assert } from '../../base/assert.ts';
import type { L2tpScope } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';
import type { L2tpMessage, ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { messageName } from '../../wire/l2tp/names.ts';
import type { CallAction, CallEvent, CallState } from './incoming-call-table.ts';
import { stepCall } from './incoming-call-table.ts';
import { makeCdn, makeIccn, makeIcrq } from './requests.ts';
import type { CallEnd, SessionHost, TunnelSession } from './session-host.ts';
import { clearedByPeer, outOfSequence, refusalOf } from './session-host.ts';
import type { CallSetup, ClearCause } from './tunnel-port.ts';

/** CIS-01: what the seed prints. */
const shownState = (state: CallState): string =>
  state === 'wait-tunnel' ? 'wait-for-tunnel' : state;

export class Session implements TunnelSession {
  readonly call: number;
  readonly id: number;
  peerSessionId = 0;
  readonly setupDeadline: Millis;
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

  clear(end: CallEnd): void {
    this.#step('bearer drop or local close', this.scope, end);
  }

  drop(cause: ClearCause): void {
    this.#cleanUp(cause);
  }

  receive(message: L2tpMessage): void {
    const { type } = message;
    switch (type) {
      case MessageType.ICRP:
        if (this.#state === 'wait-reply') this.peerSessionId = message.assignedSessionId ?? 0;
        this.#step('ICRP ok', this.scope, outOfSequence(type, this.#state));
        return;
      case MessageType.ICRQ:
        this.#step('ICRQ', this.scope, outOfSequence(type, this.#state));
        return;
      case MessageType.ICCN:
        this.#step('ICCN', this.scope, outOfSequence(type, this.#state));
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

  refuse(type: number, result: ResultCode): void {
    const end = refusalOf(type, result);
    switch (type) {
      case MessageType.CDN:
        // §6.12: no CDN answers a CDN, however bad it was.
        this.#step('CDN', this.scope, { cause: { by: 'peer', text: end.cause.text } });
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
    this.#host.connected(this);
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
}
