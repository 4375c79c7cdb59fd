/** One tunnel of the scripted LNS, and its sessions. RFC 2661 as the peers in the lab live it. */
import type { Millis } from '../../../src/base/machine.ts';
import { fromText } from '../../../src/base/octets.ts';
import type { Endpoint } from '../../../src/base/port.ts';
import { buildControlMessage } from '../../../src/wire/l2tp/build.ts';
import type { L2tpHeader } from '../../../src/wire/l2tp/header.ts';
import { isZlb } from '../../../src/wire/l2tp/header.ts';
import { type L2tpMessage, MessageType, type ResultCode } from '../../../src/wire/l2tp/message.ts';
import { messageName } from '../../../src/wire/l2tp/names.ts';
import { parseControlMessage } from '../../../src/wire/l2tp/parse.ts';
import { chapHash } from './authentication.ts';
import { readPpp } from './frame.ts';
import type { Lns } from './lns.ts';
import { LnsChannel } from './lns-channel.ts';
import { LnsSession } from './lns-session.ts';

const NEVER = Number.POSITIVE_INFINITY;
const FULL_CYCLE_MS = 31_000;
const DEFAULT_WINDOW = 4;
const CHALLENGE_OCTETS = 16;
const FIRMWARE = 0x0690;

export class LnsTunnel {
  readonly id: number;
  readonly peerId: number;
  readonly lns: Lns;
  sessions: LnsSession[] = [];
  isGone = false;
  isEstablished = false;
  readonly #peer: Endpoint;
  readonly #channel: LnsChannel;
  #challenge: Uint8Array | undefined;
  #heardAt: Millis;
  #noSessionAt: Millis = NEVER;
  #goneAt: Millis = NEVER;

  constructor(lns: Lns, peerId: number, peer: Endpoint, now: Millis) {
    this.lns = lns;
    this.id = lns.takeTunnelId();
    this.peerId = peerId;
    this.#peer = peer;
    this.#heardAt = now;
    this.#channel = new LnsChannel(DEFAULT_WINDOW, lns.style.ackDelayMs, {
      transmit: (octets) => lns.send(octets, peer),
      complain: (text) => lns.io.complain(text),
    });
    this.#channel.peerTunnelId = peerId;
  }

  get hasEnded(): boolean {
    return this.#goneAt !== NEVER;
  }

  /** Everything that it said was acknowledged. */
  get isAnswered(): boolean {
    return this.#channel.unacknowledged === 0;
  }

  isOf(peerId: number, from: Endpoint): boolean {
    const isSame = from.address === this.#peer.address && from.port === this.#peer.port;
    return isSame && peerId === this.peerId;
  }

  deadline(): Millis {
    const own = Math.min(
      this.#channel.deadline(),
      this.#helloAt(),
      this.#noSessionAt,
      this.#goneAt,
    );
    return this.sessions.reduce((at, session) => Math.min(at, session.deadline()), own);
  }

  timer(now: Millis): void {
    this.#channel.timer(now);
    if (this.#channel.isDead || now >= this.#goneAt) {
      this.isGone = true;
      this.sessions = [];
      return;
    }
    for (const session of [...this.sessions]) session.timer(now);
    if (now >= this.#noSessionAt) this.stop({ result: 1 }, now);
    if (now >= this.#helloAt()) this.hello(now);
  }

  hello(now: Millis): void {
    if (this.isEstablished) this.send({ type: MessageType.HELLO }, 0, now);
  }

  send(message: L2tpMessage, session: number, now: Millis): void {
    this.#channel.send(buildControlMessage(message), session, now);
  }

  sendData(octets: readonly number[]): void {
    this.lns.send(Uint8Array.from(octets), this.#peer);
  }

  stop(resultCode: ResultCode, now: Millis): void {
    if (this.hasEnded) return;
    this.send({ type: MessageType.StopCCN, assignedTunnelId: this.id, resultCode }, 0, now);
    this.#end(now);
  }

  forget(session: LnsSession, now: Millis): void {
    this.sessions = this.sessions.filter((one) => one !== session);
    if (this.sessions.length === 0 && this.isEstablished) {
      this.#noSessionAt = now + this.lns.style.noSessionMs;
    }
  }

  control(octets: Uint8Array, header: L2tpHeader, now: Millis): void {
    this.#heardAt = now;
    const { ns, nr, sessionId } = header;
    const peerSession = this.sessions.find(({ id }) => id === sessionId)?.peerId ?? 0;
    if (!this.#channel.receive(ns, nr, isZlb(header), peerSession, now)) return;
    const { secret } = this.lns.style;
    const parsed = parseControlMessage(
      octets,
      header,
      secret === undefined ? undefined : fromText(secret),
    );
    if (parsed.verdict !== 'message') {
      this.lns.io.complain(`a bad message, ${parsed.verdict}`);
      return;
    }
    if (this.hasEnded) return;
    const { message } = parsed;
    this.lns.count(endName(message));
    this.#take(message, sessionId, now);
  }

  data(payload: Uint8Array, sessionId: number, now: Millis): void {
    const session = this.sessions.find(({ id }) => id === sessionId);
    const frame = readPpp(payload);
    if (frame === undefined) this.lns.io.complain('data that is no PPP frame');
    else if (session !== undefined) session.data(frame, now);
  }

  #take(message: L2tpMessage, sessionId: number, now: Millis): void {
    const session = this.sessions.find(({ id }) => id === sessionId);
    switch (message.type) {
      case MessageType.SCCRQ:
        this.#answer(message, now);
        return;
      case MessageType.SCCCN:
        this.#connected(message, now);
        return;
      case MessageType.StopCCN:
        this.#channel.stopSending();
        this.#end(now);
        return;
      case MessageType.ICRQ:
        this.#called(message, now);
        return;
      case MessageType.ICCN:
        // As with CDN: it may have crossed ours.
        session?.connected(message, now);
        return;
      case MessageType.CDN:
        session?.cleared(now);
        return;
      case MessageType.HELLO:
        return;
      default:
        this.lns.io.complain(`an LAC sent ${messageName(message.type)}`);
    }
  }

  #answer(sccrq: L2tpMessage, now: Millis): void {
    const { style, random } = this.lns;
    this.#channel.window = sccrq.receiveWindowSize ?? DEFAULT_WINDOW;
    const response = this.#respond(MessageType.SCCRP, sccrq.challenge);
    if (style.challenges && style.secret !== undefined) {
      this.#challenge = random.octets(CHALLENGE_OCTETS);
    }
    const reply: L2tpMessage = {
      type: MessageType.SCCRP,
      protocolVersion: 0x0100,
      framingCapabilities: 3,
      bearerCapabilities: 0,
      firmwareRevision: FIRMWARE,
      hostName: style.name,
      assignedTunnelId: this.id,
      ...(style.window !== undefined && { receiveWindowSize: style.window }),
      ...(response && { challengeResponse: response }),
      ...(this.#challenge && { challenge: this.#challenge }),
    };
    this.send(reply, 0, now);
  }

  #respond(type: number, challenge: Uint8Array | undefined): Uint8Array | undefined {
    const { secret } = this.lns.style;
    if (challenge === undefined || secret === undefined) return undefined;
    return Uint8Array.from(chapHash(type, secret, challenge));
  }

  #connected(scccn: L2tpMessage, now: Millis): void {
    if (this.isEstablished) {
      this.lns.io.complain('SCCCN was taken twice');
      return;
    }
    const expected = this.#respond(MessageType.SCCCN, this.#challenge);
    const given = scccn.challengeResponse;
    if (expected !== undefined && !(given && Buffer.from(expected).equals(given))) {
      this.stop({ result: 2, error: 6, text: 'Invalid challenge authentication' }, now);
      return;
    }
    this.isEstablished = true;
    this.#noSessionAt = now + this.lns.style.noSessionMs;
  }

  #called(icrq: L2tpMessage, now: Millis): void {
    const { lns } = this;
    const peerId = icrq.assignedSessionId ?? 0;
    if (!this.isEstablished) lns.io.complain('ICRQ before SCCCN');
    if (peerId === 0) lns.io.complain('ICRQ assigns session id 0');
    if (this.sessions.some((session) => session.peerId === peerId)) {
      lns.io.complain(`ICRQ assigns session id ${peerId} a second time`);
    }
    if (lns.isIdle) return;
    const id = lns.takeSessionId();
    if (lns.refusal !== undefined) {
      const resultCode = lns.refusal;
      this.send({ type: MessageType.CDN, assignedSessionId: id, resultCode }, peerId, now);
      return;
    }
    this.#noSessionAt = NEVER;
    this.sessions.push(new LnsSession(this, id, peerId, icrq));
    this.send({ type: MessageType.ICRP, assignedSessionId: id }, peerId, now);
  }

  #helloAt(): Millis {
    const { helloMs } = this.lns.style;
    const isQuiet = this.isEstablished && !this.hasEnded && this.#channel.unacknowledged === 0;
    return isQuiet ? this.#heardAt + helloMs : NEVER;
  }

  #end(now: Millis): void {
    this.sessions = [];
    this.#noSessionAt = NEVER;
    this.#goneAt = now + FULL_CYCLE_MS;
  }
}

/** `ICRQ`; `CDN 1`; `StopCCN 2/6`. */
export function endName({ type, resultCode }: L2tpMessage): string {
  if (resultCode === undefined) return messageName(type);
  const { result, error = 0 } = resultCode;
  return `${messageName(type)} ${result}${error === 0 ? '' : `/${error}`}`;
}
