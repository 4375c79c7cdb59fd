/**
 * The LAC's half of authentication: asks, and takes the caller's answer unjudged for the LNS.
 * RFC 1994 §4.1, RFC 1334 §2.2.1; CHAP-L-01, PAP-L-01. Runs once per CHAP or PAP packet.
 */
import type { EventSink } from '../../base/event.ts';
import { Fault, faultName } from '../../base/fault.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { fromText } from '../../base/octets.ts';
import { ProxyAuthenType } from '../../wire/l2tp/message.ts';
import { ChapCode, ChapValue, parseChapValue, putChapValue } from '../../wire/ppp/chap.ts';
import { ControlPacket, parseControlPacket } from '../../wire/ppp/packet.ts';
import { PapCode, PapRequest, parsePapRequest } from '../../wire/ppp/pap.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import type { AuthMethod } from './lcp-own.ts';
import type { PppLinkOptions, PppLinkOut, ProxyAuth } from './link-port.ts';

const RETRY_MS: Millis = 3_000;
const MAX_CHALLENGES = 10;
/** PAP is the caller's to begin: it gets as long as our Challenges take. */
const PAP_PATIENCE_MS: Millis = MAX_CHALLENGES * RETRY_MS;
/** Of MD5, both ways. RFC 1994 §2.3 wants a challenge as long as the hash. */
const CHALLENGE_OCTETS = 16;
const RESPONSE_OCTETS = 16;
/** A response may cross our next challenges on a slow line: so many are remembered. */
const CHALLENGES_KEPT = 4;
const NEVER = Number.POSITIVE_INFINITY;

interface Challenge {
  readonly id: number;
  readonly value: Uint8Array;
}

export class Authenticator {
  readonly #options: PppLinkOptions;
  readonly #random: Random;
  readonly #sink: EventSink;
  readonly #name: Uint8Array;
  #nextId: number;
  #method: AuthMethod | undefined;
  #challenges: readonly Challenge[] = [];
  #challengesLeft = 0;
  #timerAt: Millis = NEVER;

  constructor(options: PppLinkOptions, random: Random, sink: EventSink) {
    this.#options = options;
    this.#random = random;
    this.#sink = sink;
    this.#name = fromText(options.chapHostname);
    this.#nextId = options.firstChapId ?? 1;
  }

  deadline(): Millis {
    return this.#timerAt;
  }

  start(method: AuthMethod, now: Millis, out: PppLinkOut[]): void {
    this.stop();
    this.#method = method;
    if (method === 'pap') {
      this.#timerAt = now + PAP_PATIENCE_MS;
      return;
    }
    const { interfaceName, chapHostname } = this.#options;
    this.#sink({ kind: 'chap-hostname', interfaceName, name: chapHostname });
    this.#challengesLeft = MAX_CHALLENGES;
    this.#challenge(now, out);
  }

  stop(): void {
    this.#method = undefined;
    this.#challenges = [];
    this.#challengesLeft = 0;
    this.#timerAt = NEVER;
  }

  /** @returns false when the caller has had its chances */
  timer(now: Millis, out: PppLinkOut[]): boolean {
    if (now < this.#timerAt) return true;
    if (this.#challengesLeft === 0) {
      this.stop();
      return false;
    }
    this.#challenge(now, out);
    return true;
  }

  /** @returns the caller's answer; undefined while there is none */
  receive(protocol: number, information: Uint8Array): ProxyAuth | undefined {
    const packet = new ControlPacket();
    const fault = parseControlPacket(information, packet);
    if (fault !== Fault.None) return this.#drop(protocol, faultName(fault));
    this.#trace(protocol, 'I', packet.whole);
    if (protocol === PppProtocol.CHAP && this.#method === 'chap') return this.#response(packet);
    if (protocol === PppProtocol.PAP && this.#method === 'pap') return this.#request(packet);
    return undefined;
  }

  /** §4.1: each Challenge has a new Identifier and a new value. */
  #challenge(now: Millis, out: PppLinkOut[]): void {
    this.#challengesLeft--;
    this.#timerAt = now + RETRY_MS;
    const challenge = { id: this.#nextId, value: this.#random.octets(CHALLENGE_OCTETS) };
    this.#nextId = (challenge.id + 1) & 0xff;
    this.#challenges = [challenge, ...this.#challenges].slice(0, CHALLENGES_KEPT);
    const protocol = PppProtocol.CHAP;
    const information = putChapValue(ChapCode.Challenge, challenge.id, challenge.value, this.#name);
    this.#trace(protocol, 'O', information);
    out.push({ kind: 'send', protocol, information });
  }

  #response(packet: ControlPacket): ProxyAuth | undefined {
    if (packet.code !== ChapCode.Response) return this.#drop(PppProtocol.CHAP, 'not a Response');
    const { value, name } = this.#chapValue(packet);
    if (value.length !== RESPONSE_OCTETS) return this.#drop(PppProtocol.CHAP, 'BadLength');
    const challenge = this.#challenges.find(({ id }) => id === packet.id);
    if (challenge === undefined) return this.#drop(PppProtocol.CHAP, 'unknown Identifier');
    this.stop();
    const type = ProxyAuthenType.CHAP;
    return { type, name, challenge: challenge.value, id: challenge.id, response: value };
  }

  #chapValue(packet: ControlPacket): ChapValue {
    const value = new ChapValue();
    return parseChapValue(packet.data, value) === Fault.None ? value : new ChapValue();
  }

  /** PAP-L-01: whatever it says is for the LNS to judge. */
  #request(packet: ControlPacket): ProxyAuth | undefined {
    const protocol = PppProtocol.PAP;
    if (packet.code !== PapCode.AuthenticateRequest) return this.#drop(protocol, 'not a request');
    const request = new PapRequest();
    const fault = parsePapRequest(packet.data, request);
    if (fault !== Fault.None) return this.#drop(protocol, faultName(fault));
    this.stop();
    const { peerId: name, password: response } = request;
    return { type: ProxyAuthenType.PAP, name, id: packet.id, response };
  }

  #drop(protocol: number, why: string): undefined {
    const { interfaceName } = this.#options;
    this.#sink({ kind: 'auth-note', interfaceName, protocol, text: `packet dropped, ${why}` });
    return undefined;
  }

  #trace(protocol: number, direction: 'I' | 'O', packet: Uint8Array): void {
    const { interfaceName } = this.#options;
    this.#sink({ kind: 'auth-packet', interfaceName, protocol, direction, packet });
  }
}
