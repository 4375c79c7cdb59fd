/** A scripted LNS: tunnels, sessions, and the ways in which real ones behave and misbehave. */
import { Fault } from '../../../src/base/fault.ts';
import type { Millis } from '../../../src/base/machine.ts';
import type { Endpoint } from '../../../src/base/port.ts';
import { isZlb, L2tpHeader, parseL2tpHeader } from '../../../src/wire/l2tp/header.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { parseControlMessage } from '../../../src/wire/l2tp/parse.ts';
import type { Prng } from '../world/prng.ts';
import type { LnsPppOptions } from './lns-ppp.ts';
import { LnsTunnel } from './lns-tunnel.ts';

export interface LnsStyle {
  readonly name: string;
  /** Of the tunnel; undefined: none is configured. */
  readonly secret: string | undefined;
  readonly challenges: boolean;
  /** AVP 10; undefined: left out, so 4. */
  readonly window: number | undefined;
  readonly ackDelayMs: Millis;
  readonly header: 'plain' | 'length' | 'priority' | 'sequenced' | 'offset';
  /** FF 03 in front of everything, or of LCP only; and then protocols of one octet. */
  readonly addressControl: 'always' | 'lcp';
  /** xl2tpd sends a CDN behind the caller's Terminate, l2tpns never says anything. */
  readonly clearsAfterTerminateMs: Millis;
  readonly helloMs: Millis;
  /** Closes a tunnel without a session after so long. */
  readonly noSessionMs: Millis;
  /** First ids of tunnels and sessions. */
  readonly firstTunnelId: number;
  readonly firstSessionId: number;
  readonly ppp: LnsPppOptions;
}

export interface LnsIo {
  send(octets: Uint8Array, to: Endpoint): void;
  complain(text: string): void;
  /** Everything that was told of a call, once its ICCN is there. */
  accepted?(call: LnsCall): void;
}

export interface LnsCall {
  readonly name: string | undefined;
  readonly calledNumber: string | undefined;
  readonly callingNumber: string | undefined;
  readonly port: string | undefined;
}

export class Lns {
  readonly style: LnsStyle;
  readonly random: Prng;
  readonly io: LnsIo;
  tunnels: LnsTunnel[] = [];
  /** Control messages taken, by type; ends seen, as `CDN 1`. */
  readonly taken = new Map<string, number>();
  /** While set it neither hears nor speaks. */
  isMute = false;
  /** ICRQs are acknowledged, and nothing more. */
  isIdle = false;
  /** ICRQs are refused with this result. */
  refusal: { readonly result: number; readonly error?: number } | undefined;
  readonly #header = new L2tpHeader();
  #nextTunnelId: number;
  #nextSessionId: number;

  constructor(style: LnsStyle, random: Prng, io: LnsIo) {
    this.style = style;
    this.random = random;
    this.io = io;
    this.#nextTunnelId = style.firstTunnelId;
    this.#nextSessionId = style.firstSessionId;
  }

  /** No id comes twice, also across a restart: what is late can be told. */
  takeTunnelId(): number {
    const id = this.#nextTunnelId;
    this.#nextTunnelId = (id % 0xffff) + 1;
    return id;
  }

  takeSessionId(): number {
    const id = this.#nextSessionId;
    this.#nextSessionId = (id % 0xffff) + 1;
    return id;
  }

  count(what: string): void {
    this.taken.set(what, (this.taken.get(what) ?? 0) + 1);
  }

  get sessions() {
    return this.tunnels.flatMap(({ sessions }) => sessions);
  }

  deadline(): Millis {
    return this.tunnels.reduce((at, tunnel) => Math.min(at, tunnel.deadline()), Infinity);
  }

  timer(now: Millis): void {
    for (const tunnel of [...this.tunnels]) if (now >= tunnel.deadline()) tunnel.timer(now);
    this.#sweep();
  }

  /** Forgets everything. */
  crash(): void {
    this.tunnels = [];
  }

  receive(octets: Uint8Array, from: Endpoint, now: Millis): void {
    if (this.isMute) return;
    const header = this.#header;
    if (parseL2tpHeader(octets, octets.length, header) !== Fault.None) {
      this.io.complain('a datagram with a bad header');
      return;
    }
    if (header.tunnelId === 0 && header.isControl && !isZlb(header)) {
      this.#open(octets, from, now);
      return;
    }
    const tunnel = this.tunnels.find(({ id }) => id === header.tunnelId);
    if (tunnel === undefined) return; // as xl2tpd: not a word
    if (header.isControl) tunnel.control(octets, { ...header }, now);
    else
      tunnel.data(octets.subarray(header.payloadStart, header.payloadEnd), header.sessionId, now);
    this.#sweep();
  }

  send(octets: Uint8Array, to: Endpoint): void {
    if (!this.isMute) this.io.send(octets, to);
  }

  /** @returns the call with this line's number */
  sessionOfLine(line: number) {
    return this.sessions.find((session) => session.line === line && session.isUp);
  }

  #open(octets: Uint8Array, from: Endpoint, now: Millis): void {
    const header = { ...this.#header };
    const parsed = parseControlMessage(octets, this.#header, undefined);
    if (parsed.verdict !== 'message' || parsed.message.type !== MessageType.SCCRQ) return;
    const peerId = parsed.message.assignedTunnelId ?? 0;
    const known = this.tunnels.find((one) => one.isOf(peerId, from));
    const tunnel = known ?? new LnsTunnel(this, peerId, from, now);
    if (known === undefined) this.tunnels.push(tunnel);
    tunnel.control(octets, header, now);
  }

  #sweep(): void {
    if (this.tunnels.some(({ isGone }) => isGone)) {
      this.tunnels = this.tunnels.filter(({ isGone }) => !isGone);
    }
  }
}
