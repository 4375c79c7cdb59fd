/**
 * Looks at every control message between the LAC and the LNSes, at the LAC's own port, and says
 * what is against RFC 2661 §5.8 or the order of calls.
 */
import type { Endpoint } from '../../../src/base/port.ts';
import { isZlb, L2tpHeader, parseL2tpHeader } from '../../../src/wire/l2tp/header.ts';
import { type L2tpMessage, MessageType } from '../../../src/wire/l2tp/message.ts';
import { messageName } from '../../../src/wire/l2tp/names.ts';
import { parseControlMessage } from '../../../src/wire/l2tp/parse.ts';
import { identityOf, textOf } from '../peers/authentication.ts';

const DEFAULT_WINDOW = 4;
const GENERAL_ERROR = 2;
/** With LNSes that make no mistake nothing else ends a tunnel or a call. */
const STOPCCN_RESULTS: readonly number[] = [1, 6];
const CDN_RESULTS: readonly number[] = [1, 3, 10];

export interface WatchedSession {
  readonly id: number;
  readonly line: number;
  peerId: number;
  state: 'asked' | 'up' | 'over';
  /** Its ICCN has left. */
  wasUp: boolean;
  /** Whose CDN ended it; without one it may be over because the line is. */
  clearedBy: 'nobody' | 'LAC' | 'LNS';
  /** Which of the line's calls, as the proxied name tells. */
  dial: number | undefined;
}

interface Sent {
  readonly type: number;
  readonly body: string;
}

export class WatchedTunnel {
  readonly id: number;
  readonly endpoint: Endpoint;
  peerId = 0;
  isOver = false;
  readonly sessions: WatchedSession[] = [];
  readonly sent: Sent[] = [];
  acknowledged = 0;
  window = DEFAULT_WINDOW;
  /** What came, by Ns, until its turn. */
  readonly arrived = new Map<number, Uint8Array>();
  /** How many came in order: by now, and when the turn began. */
  taken = 0;
  takenBefore = 0;

  constructor(id: number, endpoint: Endpoint) {
    this.id = id;
    this.endpoint = endpoint;
  }
}

export interface ControlEvents {
  complain(text: string): void;
  callUp(session: WatchedSession): void;
  callOver(session: WatchedSession): void;
  /** Whether the LAC says that its line is in this session. */
  isForwarding(session: WatchedSession): boolean;
  /** A message of the LAC's that had not left before. */
  sent?(tunnel: WatchedTunnel, message: L2tpMessage): void;
}

export class ControlWatch {
  readonly #events: ControlEvents;
  #tunnels: WatchedTunnel[] = [];
  /** Sessions whose ICCN has left in this turn. */
  readonly #new: WatchedSession[] = [];
  readonly #header = new L2tpHeader();

  constructor(events: ControlEvents) {
    this.#events = events;
  }

  /** The LAC was restarted. */
  forget(): void {
    this.#tunnels = [];
    this.#new.length = 0;
  }

  endTurn(): void {
    for (const tunnel of this.#tunnels) tunnel.takenBefore = tunnel.taken;
    // An ICCN may have waited for the window while its call was ended: its CDN follows.
    for (const session of this.#new.splice(0)) {
      if (!this.#events.isForwarding(session)) this.#over(session);
    }
  }

  /** @returns whose data it is: by what the LNS assigned, or by what the LAC did */
  sessionOfPeer(to: Endpoint, tunnelId: number, sessionId: number): WatchedSession | undefined {
    const tunnel = this.#tunnels.find(
      ({ endpoint, peerId }) => peerId === tunnelId && isSame(endpoint, to),
    );
    return tunnel?.sessions.findLast(({ peerId }) => peerId === sessionId);
  }

  sessionOfLac(from: Endpoint, tunnelId: number, sessionId: number): WatchedSession | undefined {
    const tunnel = this.#tunnelOfLac(from, tunnelId);
    return tunnel?.sessions.findLast(({ id }) => id === sessionId);
  }

  /** A control datagram leaves the LAC. */
  sends(octets: Uint8Array, to: Endpoint): void {
    const header = this.#header;
    parseL2tpHeader(octets, octets.length, header);
    const { tunnelId, ns, nr } = header;
    if (isZlb(header)) {
      const tunnel = this.#tunnelOfPeer(to, tunnelId);
      if (tunnel === undefined) this.#complain(`a ZLB to tunnel ${tunnelId}, which is nobody's`);
      else {
        this.#lookAtNr(tunnel, nr);
        const next = tunnel.sent.length & 0xffff;
        if (ns !== next) this.#complain(`a ZLB has Ns ${ns}, the next one is ${next}`);
      }
      return;
    }
    const { sessionId } = header;
    const parsed = parseControlMessage(octets, header, HELLO_SECRET);
    if (parsed.verdict !== 'message') {
      this.#complain(`the LAC sends a message that is ${parsed.verdict}`);
      return;
    }
    const { message } = parsed;
    const tunnel =
      message.type === MessageType.SCCRQ
        ? this.#tunnelOfSccrq(message, to)
        : this.#tunnelOfPeer(to, tunnelId);
    const isStray = message.type === MessageType.StopCCN && message.assignedTunnelId !== tunnel?.id;
    if (isStray) return; // an answer to somebody whose tunnel is no more
    if (tunnel === undefined) {
      this.#complain(`${messageName(message.type)} to tunnel ${tunnelId}, which is nobody's`);
      return;
    }
    this.#lookAtNr(tunnel, nr);
    const body = Buffer.from(octets.subarray(6, 8)).toString('hex') + hexOf(octets.subarray(12));
    this.#lookAtNs(tunnel, ns, message, sessionId, body);
  }

  /** A control datagram reaches the LAC. */
  receives(octets: Uint8Array, from: Endpoint): void {
    const header = this.#header;
    parseL2tpHeader(octets, octets.length, header);
    const { tunnelId, ns, nr } = header;
    const tunnel = this.#tunnelOfLac(from, tunnelId);
    if (tunnel === undefined) return;
    const count = (nr - tunnel.acknowledged) & 0xffff;
    if (count < 0x8000 && tunnel.acknowledged + count <= tunnel.sent.length) {
      tunnel.acknowledged += count;
    }
    if (isZlb(header) || ((ns - tunnel.taken) & 0xffff) >= 0x8000) return;
    tunnel.arrived.set(ns, octets);
    for (;;) {
      const next = tunnel.arrived.get(tunnel.taken & 0xffff);
      if (next === undefined) return;
      tunnel.arrived.delete(tunnel.taken & 0xffff);
      tunnel.taken++;
      this.#takes(tunnel, next);
    }
  }

  #tunnelOfLac(from: Endpoint, tunnelId: number): WatchedTunnel | undefined {
    return this.#tunnels.find(({ id, endpoint }) => id === tunnelId && isSame(endpoint, from));
  }

  #tunnelOfPeer(to: Endpoint, tunnelId: number): WatchedTunnel | undefined {
    return this.#tunnels.find(
      ({ endpoint, peerId }) => peerId === tunnelId && isSame(endpoint, to),
    );
  }

  #tunnelOfSccrq({ assignedTunnelId = 0 }: L2tpMessage, to: Endpoint): WatchedTunnel {
    const known = this.#tunnelOfLac(to, assignedTunnelId);
    if (known !== undefined) return known;
    if (assignedTunnelId === 0) this.#complain('SCCRQ assigns tunnel id 0');
    if (this.#tunnels.some(({ id }) => id === assignedTunnelId)) {
      this.#complain(`SCCRQ assigns tunnel id ${assignedTunnelId} a second time`);
    }
    const tunnel = new WatchedTunnel(assignedTunnelId, to);
    this.#tunnels.push(tunnel);
    return tunnel;
  }

  /** §5.8: what came in order, no more and no less; within a turn either number will do. */
  #lookAtNr(tunnel: WatchedTunnel, nr: number): void {
    const { taken, takenBefore } = tunnel;
    if (((nr - takenBefore) & 0xffff) <= taken - takenBefore) return;
    this.#complain(`Nr is ${nr} where ${takenBefore} to ${taken} came in order`);
  }

  #lookAtNs(
    tunnel: WatchedTunnel,
    ns: number,
    message: L2tpMessage,
    sessionId: number,
    body: string,
  ): void {
    const name = messageName(message.type);
    const behind = (tunnel.sent.length - ns) & 0xffff;
    if (behind === 0) {
      tunnel.sent.push({ type: message.type, body });
      const inFlight = tunnel.sent.length - tunnel.acknowledged;
      if (inFlight > tunnel.window) {
        this.#complain(`${inFlight} messages are under way, the window is ${tunnel.window}`);
      }
      this.#means(tunnel, message, sessionId);
      this.#events.sent?.(tunnel, message);
      return;
    }
    const before = tunnel.sent.at(-behind);
    if (behind > tunnel.sent.length || before === undefined) {
      this.#complain(`${name} has Ns ${ns}, the next one is ${tunnel.sent.length}`);
    } else if (before.body !== body) {
      this.#complain(`${name} has Ns ${ns}, which ${messageName(before.type)} had`);
    } else if (tunnel.sent.length - behind < tunnel.acknowledged) {
      this.#complain(`${name} is sent again though it was acknowledged`);
    }
  }

  #means(tunnel: WatchedTunnel, message: L2tpMessage, sessionId: number): void {
    const { type, assignedSessionId = 0, clientNasPort } = message;
    if (type === MessageType.ICRQ) {
      const line = Number(/\d+$/.exec(clientNasPort ?? '')?.[0] ?? 0);
      if (assignedSessionId === 0) this.#complain('ICRQ assigns session id 0');
      if (tunnel.sessions.some(({ id }) => id === assignedSessionId)) {
        this.#complain(`ICRQ assigns session id ${assignedSessionId} a second time`);
      }
      const id = assignedSessionId;
      tunnel.sessions.push({
        id,
        line,
        peerId: 0,
        state: 'asked',
        wasUp: false,
        clearedBy: 'nobody',
        dial: undefined,
      });
    } else if (type === MessageType.ICCN) {
      const session = tunnel.sessions.findLast(({ peerId }) => peerId === sessionId);
      if (session === undefined || session.wasUp) {
        this.#complain(`ICCN in ${session?.state ?? 'no session'}`);
      } else this.#up(session, message);
    } else if (type === MessageType.CDN) {
      const session = tunnel.sessions.find(({ id }) => id === assignedSessionId);
      const { result = 0 } = message.resultCode ?? {};
      const isAnswer = result === GENERAL_ERROR && session?.state !== 'up'; // to an ICRP too late
      if (!isAnswer && !CDN_RESULTS.includes(result)) this.#complain(`a CDN ${result}`);
      if (session === undefined || isAnswer) return;
      if (session.clearedBy === 'LAC') this.#complain('a second CDN for a session');
      if (session.clearedBy === 'LNS') this.#complain('a CDN answers a CDN');
      session.clearedBy = 'LAC';
      this.#over(session);
    } else if (type === MessageType.StopCCN) {
      const { result = 0 } = message.resultCode ?? {};
      if (!STOPCCN_RESULTS.includes(result)) this.#complain(`a StopCCN ${result}`);
      this.#tunnelOver(tunnel);
    } else if (type === MessageType.SCCCN && tunnel.sent.length !== 2) {
      this.#complain('SCCCN is not the second message');
    }
  }

  #up(session: WatchedSession, iccn: L2tpMessage): void {
    session.wasUp = true;
    if (session.state !== 'asked') return;
    session.state = 'up';
    const name = iccn.proxyAuthenName && textOf(iccn.proxyAuthenName);
    session.dial = name === undefined ? undefined : identityOf(name)?.dial;
    this.#new.push(session);
    this.#events.callUp(session);
  }

  #takes(tunnel: WatchedTunnel, octets: Uint8Array): void {
    const header = new L2tpHeader();
    parseL2tpHeader(octets, octets.length, header);
    const parsed = parseControlMessage(octets, header, HELLO_SECRET);
    if (parsed.verdict !== 'message') return;
    const { type, assignedTunnelId, assignedSessionId = 0, receiveWindowSize } = parsed.message;
    const session = tunnel.sessions.findLast(({ id }) => id === header.sessionId);
    if (type === MessageType.SCCRP) {
      tunnel.peerId = assignedTunnelId ?? 0;
      tunnel.window = receiveWindowSize ?? DEFAULT_WINDOW;
    } else if (type === MessageType.ICRP && session?.state === 'asked') {
      session.peerId = assignedSessionId;
    } else if (type === MessageType.CDN && session !== undefined) {
      // Where the LAC has ended the call already its own CDN may be waiting for the window.
      if (session.state === 'up') session.clearedBy = 'LNS';
      this.#over(session);
    } else if (type === MessageType.StopCCN) this.#tunnelOver(tunnel);
  }

  #over(session: WatchedSession): void {
    if (session.state === 'over') return;
    session.state = 'over';
    this.#events.callOver(session);
  }

  #tunnelOver(tunnel: WatchedTunnel): void {
    tunnel.isOver = true;
    for (const session of tunnel.sessions) this.#over(session);
  }

  #complain(text: string): void {
    this.#events.complain(text);
  }
}

/** All tunnels of the simulation share it. */
const HELLO_SECRET = Uint8Array.from(Buffer.from('hello'));

const hexOf = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1');

const isSame = (a: Endpoint, b: Endpoint): boolean => a.address === b.address && a.port === b.port;
