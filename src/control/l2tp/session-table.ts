/**
 * The sessions of one tunnel: finds whose a call message is, and answers for those of nobody.
 * RFC 2661 §7.1, §7.4, §9.1. Runs once for each call message.
 */
import type { Millis, Random } from '../../base/machine.ts';
import { randomId } from '../../base/machine.ts';
import type { L2tpMessage, ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { messageName } from '../../wire/l2tp/names.ts';
import { makeCdn } from './requests.ts';
import type { SessionHost } from './session.ts';
import { Session } from './session.ts';
import type { CallSetup, ClearCause } from './tunnel-port.ts';
import { resultForUnknownSession } from './unknown-session.ts';

/** More than a board has lines. Keeps the search for a free id short. */
const SESSIONS_PER_TUNNEL_LIMIT = 1024;
/** CDN: not established within the time allotted by the LAC, §4.4.2. */
const TIMED_OUT: ResultCode = { result: 10 };

export class SessionTable {
  readonly #byId = new Map<number, Session>();
  readonly #byCall = new Map<number, Session>();
  readonly #host: SessionHost;
  readonly #random: Random;

  constructor(host: SessionHost, random: Random) {
    this.#host = host;
    this.#random = random;
  }

  get size(): number {
    return this.#byId.size;
  }

  isFull(): boolean {
    return this.size >= SESSIONS_PER_TUNNEL_LIMIT;
  }

  find(id: number): Session | undefined {
    return this.#byId.get(id);
  }

  /** L2TP-7.4.1: it waits for the tunnel, if only for one step. */
  add(call: number, setup: CallSetup, setupDeadline: Millis): Session {
    const session = new Session(call, this.#freeId(), setup, setupDeadline, this.#host);
    this.#byId.set(session.id, session);
    this.#byCall.set(call, session);
    return session;
  }

  delete(session: Session): void {
    this.#byId.delete(session.id);
    this.#byCall.delete(session.call);
  }

  tunnelOpened(): void {
    for (const session of this.#byId.values()) {
      if (session.state === 'wait-tunnel') session.tunnelOpened();
    }
  }

  clear(call: number, result: ResultCode): void {
    const cause: ClearCause = { by: 'us', result, text: 'cleared by us' };
    this.#byCall.get(call)?.clear({ cause, result });
  }

  drop(cause: ClearCause): void {
    for (const session of [...this.#byId.values()]) session.drop(cause);
  }

  setupDeadline(): Millis {
    let deadline = Infinity;
    for (const session of this.#byId.values()) deadline = Math.min(deadline, session.setupDeadline);
    return deadline;
  }

  handleTimer(now: Millis): void {
    for (const session of [...this.#byId.values()]) {
      if (session.setupDeadline > now) continue;
      const text = 'not established in the time allotted';
      const cause: ClearCause = { by: 'setup-timer', result: TIMED_OUT, text };
      session.clear({ cause, result: TIMED_OUT });
    }
  }

  /** @param sessionId of the header */
  receive(message: L2tpMessage, sessionId: number): void {
    const { type, assignedSessionId = 0 } = message;
    const session = this.#byId.get(sessionId) ?? this.#ofCdn(type, sessionId, assignedSessionId);
    if (session !== undefined) session.receive(message);
    else this.#answerUnknown(type, sessionId, assignedSessionId, undefined);
  }

  /** What came was malformed; `result` says how. */
  refuse(type: number, sessionId: number, assignedSessionId: number, result: ResultCode): void {
    const session = this.#byId.get(sessionId);
    if (session !== undefined) session.refuse(type, result);
    else this.#answerUnknown(type, sessionId, assignedSessionId, result);
  }

  /** §4.4.4: a CDN from a peer that does not know our id has 0 in its header, and names its own. */
  #ofCdn(type: MessageType, sessionId: number, peerSessionId: number): Session | undefined {
    if (type !== MessageType.CDN || sessionId !== 0) return undefined;
    const known = [...this.#byId.values()];
    return known.find((session) => session.peerSessionId === peerSessionId);
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
