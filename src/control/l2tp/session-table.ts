/**
 * The sessions of one tunnel: finds whose a call message is, and answers for those of nobody.
 * RFC 2661 §7.1, §7.4, §9.1. Runs once for each call message, at a cost that the number of sessions
 * does not raise.
 */
import type { Millis, Random } from '../../base/machine.ts';
import { randomId } from '../../base/machine.ts';
import type { DisconnectCause, L2tpMessage, ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { messageName, resultCodeText } from '../../wire/l2tp/names.ts';
import { LnsSession } from './lns-session.ts';
import { offeredCall } from './received-call.ts';
import { makeCdn } from './requests.ts';
import { Session } from './session.ts';
import type { SessionHost, TunnelSession } from './session-host.ts';
import type { AcceptOptions, CallSetup, ClearCause } from './tunnel-port.ts';
import { resultForUnknownSession } from './unknown-session.ts';

/** A quarter of the ids there are: keeps the search for a free one short. */
const SESSIONS_PER_TUNNEL_LIMIT = 16_384;
/** CDN, §4.4.2: lack of facilities, temporary; not established within the time allotted. */
const LIMIT_REACHED: ResultCode = { result: 4 };
const TIMED_OUT: ResultCode = { result: 10 };

export class SessionTable {
  readonly #byId = new Map<number, TunnelSession>();
  readonly #byCall = new Map<number, Session>();
  /** By the id that the peer gave them, as far as that is known. */
  readonly #byPeerId = new Map<number, TunnelSession>();
  /** Not set up yet. All are given the same time: who was added first is due first. */
  readonly #pending = new Set<TunnelSession>();
  #waiting: Session[] = [];
  readonly #host: SessionHost;
  readonly #random: Random;
  readonly #accept: AcceptOptions | undefined;

  /** @param accept absent in a tunnel that we opened */
  constructor(host: SessionHost, random: Random, accept: AcceptOptions | undefined) {
    this.#host = host;
    this.#random = random;
    this.#accept = accept;
  }

  get size(): number {
    return this.#byId.size;
  }

  isFull(): boolean {
    return this.size >= SESSIONS_PER_TUNNEL_LIMIT;
  }

  find(id: number): TunnelSession | undefined {
    return this.#byId.get(id);
  }

  /** L2TP-7.4.1: it waits for the tunnel, if only for one step. */
  add(call: number, setup: CallSetup, setupDeadline: Millis): Session {
    const session = new Session(call, this.#freeId(), setup, setupDeadline, this.#host);
    this.#keep(session);
    this.#byCall.set(call, session);
    this.#waiting.push(session);
    return session;
  }

  connected(session: TunnelSession): void {
    this.#pending.delete(session);
    this.#byPeerId.set(session.peerSessionId, session);
  }

  delete(session: TunnelSession): void {
    this.#byId.delete(session.id);
    this.#pending.delete(session);
    if (session instanceof Session) this.#byCall.delete(session.call);
    // Another one may have been given the same id by a peer that counts badly.
    const { peerSessionId } = session;
    if (this.#byPeerId.get(peerSessionId) === session) this.#byPeerId.delete(peerSessionId);
  }

  tunnelOpened(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const session of waiting) session.tunnelOpened();
  }

  /** A call that we placed. */
  clear(call: number, result: ResultCode): void {
    const cause: ClearCause = { by: 'us', result, text: 'cleared by us' };
    this.#byCall.get(call)?.clear({ cause, result });
  }

  /** A session that the peer opened. */
  clearSession(
    sessionId: number,
    result: ResultCode,
    disconnectCauses: readonly DisconnectCause[] | undefined,
  ): void {
    const cause: ClearCause = {
      by: 'us',
      result,
      text: 'cleared by us',
      ...(disconnectCauses && { disconnectCauses }),
    };
    this.findOffered(sessionId)?.clear({ cause, result });
  }

  /** A session that the peer opened. */
  findOffered(sessionId: number): LnsSession | undefined {
    const session = this.#byId.get(sessionId);
    return session instanceof LnsSession ? session : undefined;
  }

  drop(cause: ClearCause): void {
    for (const session of [...this.#byId.values()]) session.drop(cause);
  }

  setupDeadline(): Millis {
    for (const { setupDeadline } of this.#pending) return setupDeadline;
    return Infinity;
  }

  handleTimer(now: Millis): void {
    for (const session of this.#pending) {
      if (session.setupDeadline > now) return;
      const text = 'not established in the time allotted';
      const cause: ClearCause = { by: 'setup-timer', result: TIMED_OUT, text };
      session.clear({ cause, result: TIMED_OUT });
    }
  }

  /**
   * @param sessionId of the header
   * @param setupDeadline of a call that the message may offer
   */
  receive(message: L2tpMessage, sessionId: number, setupDeadline: Millis): void {
    const { type, assignedSessionId = 0 } = message;
    const session = this.#find(type, sessionId, assignedSessionId);
    if (session !== undefined) session.receive(message);
    else if (type === MessageType.ICRQ && this.#accept !== undefined) {
      this.#offer(message, this.#accept, setupDeadline);
    } else this.#answerUnknown(type, sessionId, assignedSessionId, undefined);
  }

  /** What came was malformed; `result` says how. */
  refuse(type: number, sessionId: number, assignedSessionId: number, result: ResultCode): void {
    const session = this.#find(type, sessionId, assignedSessionId);
    if (session !== undefined) session.refuse(type, result);
    else this.#answerUnknown(type, sessionId, assignedSessionId, result);
  }

  /**
   * §4.4.4: a CDN from a peer that does not know our id has 0 in its header, and names its own. An
   * ICRQ always has 0 there: it is for a session that stands when that has its Assigned Session ID.
   */
  #find(type: number, sessionId: number, peerSessionId: number): TunnelSession | undefined {
    if (sessionId !== 0) return this.#byId.get(sessionId);
    const namesItsOwn =
      type === MessageType.CDN || (type === MessageType.ICRQ && this.#accept !== undefined);
    return namesItsOwn ? this.#byPeerId.get(peerSessionId) : undefined;
  }

  /** §7.4.2, state idle, ICRQ. */
  #offer(icrq: L2tpMessage, accept: AcceptOptions, setupDeadline: Millis): void {
    const { scope } = this.#host;
    if (!this.#host.hasRoom()) {
      // The peer acknowledges nothing: it would not hear our answer either.
      this.#host.unlisted(scope, 'ICRQ while nothing is acknowledged');
      return;
    }
    const { assignedSessionId = 0 } = icrq;
    const call = offeredCall(icrq);
    const isLimitReached = this.isFull() || this.size >= accept.sessionLimit;
    const refusal = isLimitReached ? LIMIT_REACHED : accept.admit(call);
    const id = this.#freeId();
    const session = new LnsSession(id, assignedSessionId, call, setupDeadline, this.#host);
    if (refusal === undefined) {
      this.#keep(session);
      this.#byPeerId.set(assignedSessionId, session);
      session.begin();
      return;
    }
    const text = `refused ICRQ: ${resultCodeText(MessageType.CDN, refusal)}`;
    this.#host.trace({ kind: 'l2tp-error', scope, text });
    session.reject({ result: refusal, cause: { by: 'us', result: refusal, text } });
  }

  #keep(session: TunnelSession): void {
    this.#host.occupied();
    this.#byId.set(session.id, session);
    this.#pending.add(session);
  }

  #answerUnknown(
    type: number,
    sessionId: number,
    peerSessionId: number,
    refusal: ResultCode | undefined,
  ): void {
    const { scope } = this.#host;
    this.#host.unlisted(scope, `${messageName(type)} for session ${sessionId}, which is not known`);
    const result = resultForUnknownSession(type, refusal);
    if (result === undefined || !this.#host.hasRoom()) return;
    // The AVP must not be 0: what the peer takes for our id, else one that nothing is known by.
    const cdn = makeCdn(sessionId === 0 ? this.#freeId() : sessionId, result);
    this.#host.send(cdn, peerSessionId, scope);
  }

  /** L2TP-L-06, §9.1: unpredictable, unique in the tunnel. */
  #freeId(): number {
    for (;;) {
      const id = randomId(this.#random);
      if (!this.#byId.has(id)) return id;
    }
  }
}
