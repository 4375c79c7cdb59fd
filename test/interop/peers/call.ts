/**
 * A caller whose LAC is scripted: its PPP over one session. Answers what it is asked, wants any
 * address, and pings. What it was sent is kept, so that a case can look.
 */
import { randomBytes } from 'node:crypto';
import { avp, split } from './l2tp.ts';
import {
  CHAP,
  CONF_ACK,
  CONF_NAK,
  CONF_REQ,
  chapResponse,
  ECHO_REP,
  ECHO_REQ,
  echoReply,
  IP,
  IPCP,
  ipv4,
  LCP,
  type Packet,
  packet,
  parsePacket,
  ping,
  protocolOf,
  TERM_ACK,
  TERM_REQ,
} from './ppp.ts';

/** The id of the Challenge that the LAC is said to have made. */
export const PROXY_ID = 0x4d;
const CALLER_MAGIC = [0x11, 0x22, 0x33, 0x44];
const LAC_MAGIC = [0x55, 0x66, 0x77, 0x88];
const ASK_AGAIN_MS = 1000;
/** Proxy Authen Type, RFC 2661 §4.4.5. */
const TYPE_CHAP = 2;
const TYPE_NONE = 4;

const NAMES = new Map([
  [LCP, 'LCP'],
  [CHAP, 'CHAP'],
  [IPCP, 'IPCP'],
]);

export interface CallOptions {
  readonly name: string;
  readonly secret: string;
  /** What the ICCN tells of authentication; 'changed': the response with one bit changed. */
  readonly proxy: 'chap' | 'changed' | 'none' | 'absent';
}

export interface CallEnd {
  readonly result: number;
  readonly error: number;
  readonly text: string;
}

export class ScriptedCall {
  readonly options: CallOptions;
  /** LCP, CHAP and IPCP packets that came: `CHAP 3 77` is protocol, code and identifier. */
  readonly seen: string[] = [];
  /** Of the caller; empty while IPCP is not open. */
  address = '';
  /** How the CDN or StopCCN of the peer said it. */
  ended: CallEnd | undefined;
  onUp: () => void = () => undefined;
  onEnded: () => void = () => undefined;
  onEcho: (sequence: number) => void = () => undefined;
  readonly #send: (frame: Uint8Array) => void;
  #wanted = '0.0.0.0';
  #isTheirsAcked = false;
  #isOursAcked = false;
  #requestId = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: CallOptions, send: (frame: Uint8Array) => void) {
    this.options = options;
    this.#send = send;
  }

  /** AVPs 26 to 33: what the LAC and the caller are said to have told each other. */
  proxyAvps(): number[][] {
    const { name, secret, proxy } = this.options;
    const fromCaller = [5, 6, ...CALLER_MAGIC];
    const fromLac = [...(proxy === 'none' ? [] : [3, 5, ...split(CHAP), 5]), 5, 6, ...LAC_MAGIC];
    const lcp = [avp(26, fromCaller, false), avp(27, fromLac, false), avp(28, fromCaller, false)];
    if (proxy === 'absent') return lcp;
    if (proxy === 'none') return [...lcp, avp(29, split(TYPE_NONE), false)];
    const challenge = randomBytes(16);
    const response = chapResponse(PROXY_ID, secret, challenge);
    if (proxy === 'changed') response[7] = (response[7] ?? 0) ^ 0x10;
    return [
      ...lcp,
      avp(29, split(TYPE_CHAP), false),
      avp(30, [...Buffer.from(name)], false),
      avp(31, [...challenge], false),
      avp(32, [0, PROXY_ID], false),
      avp(33, [...response], false),
    ];
  }

  /** @param to our end of the link, or anybody behind it */
  ping(to: string, sequence: number, octets = 56): void {
    this.#send(ping(this.address, to, sequence, octets));
  }

  frame(frame: Uint8Array): void {
    if (protocolOf(frame) === IP) {
      const sequence = echoReply(frame);
      if (sequence !== undefined) this.onEcho(sequence);
      return;
    }
    const received = parsePacket(frame);
    if (received === undefined) return;
    const { protocol, code, id } = received;
    this.seen.push(`${NAMES.get(protocol) ?? protocol.toString(16)} ${code} ${id}`);
    if (protocol === LCP) this.#lcp(received);
    else if (protocol === CHAP) this.#chap(received);
    else if (protocol === IPCP) this.#ipcp(received);
  }

  /** By CDN or StopCCN. */
  end(end: CallEnd): void {
    clearInterval(this.#timer);
    this.ended ??= end;
    this.onEnded();
  }

  #lcp({ code, id, data }: Packet): void {
    if (code === CONF_REQ) {
      this.#put(LCP, CONF_REQ, 1, [5, 6, ...CALLER_MAGIC]);
      this.#put(LCP, CONF_ACK, id, data);
    } else if (code === ECHO_REQ) {
      this.#put(LCP, ECHO_REP, id, [...CALLER_MAGIC, ...data.subarray(4)]);
    } else if (code === TERM_REQ) {
      this.#put(LCP, TERM_ACK, id, []);
    }
  }

  #chap({ code, id, data }: Packet): void {
    if (code !== 1) return;
    const challenge = data.subarray(1, 1 + (data[0] ?? 0));
    const { name, secret } = this.options;
    const value = chapResponse(id, secret, challenge);
    this.#put(CHAP, 2, id, [value.length, ...value, ...Buffer.from(name)]);
  }

  #ipcp({ code, id, data }: Packet): void {
    if (code === CONF_REQ) {
      this.#put(IPCP, CONF_ACK, id, data);
      this.#isTheirsAcked = true;
      if (this.#timer === undefined) {
        this.#timer = setInterval(() => this.#ask(), ASK_AGAIN_MS);
        this.#ask();
      }
    } else if (code === CONF_NAK && id === this.#requestId) {
      this.#wanted = data.subarray(2, 6).join('.');
      this.#ask();
    } else if (code === CONF_ACK && id === this.#requestId) {
      this.#isOursAcked = true;
    }
    if (!this.#isTheirsAcked || !this.#isOursAcked || this.address !== '') return;
    clearInterval(this.#timer);
    this.address = this.#wanted;
    this.onUp();
  }

  #ask(): void {
    this.#requestId = (this.#requestId + 1) & 255;
    this.#put(IPCP, CONF_REQ, this.#requestId, [3, 6, ...ipv4(this.#wanted)]);
  }

  #put(protocol: number, code: number, id: number, data: Iterable<number>): void {
    this.#send(packet(protocol, code, id, data));
  }
}
