/**
 * The LAC's half of authentication: asks, and takes the caller's answer unjudged for the LNS.
 * RFC 1994 §4.1, RFC 1334 §2.2.1; CHAP-L-01, PAP-L-01. Runs once per CHAP or PAP packet.
 */
import type { EventSink } from '../../base/event.ts';
import { Fault, faultName } from '../../base/fault.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { ProxyAuthenType } from '../../wire/l2tp/message.ts';
import { ChapCode, ChapValue, parseChapValue } from '../../wire/ppp/chap.ts';
import { ControlPacket, parseControlPacket } from '../../wire/ppp/packet.ts';
import { PapCode, PapRequest, parsePapRequest } from '../../wire/ppp/pap.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import { AuthChallenger, type ChapMethod, protocolOf, RESPONSE_OCTETS } from './auth-challenger.ts';
import type { AuthMethod } from './auth-port.ts';
import type { PppLinkOptions, PppLinkOut, ProxyAuth } from './link-port.ts';

/** What the answer to each is called in AVP 29. */
const PROXY_TYPES: Readonly<Record<ChapMethod, ProxyAuthenType>> = {
  chap: ProxyAuthenType.CHAP,
  'ms-chap': ProxyAuthenType.MSCHAPv1,
  // RFC 2661 §4.4.5 has no type for it: the LNS has to ask anew. PPP-L-01
  'ms-chap-v2': ProxyAuthenType.None,
};

export class Authenticator {
  readonly #options: PppLinkOptions;
  readonly #challenger: AuthChallenger;
  readonly #sink: EventSink;
  #method: AuthMethod | undefined;

  constructor(options: PppLinkOptions, random: Random, sink: EventSink) {
    const { chapHostname, firstChapId = 1 } = options;
    this.#options = options;
    this.#challenger = new AuthChallenger(chapHostname, firstChapId, random);
    this.#sink = sink;
  }

  deadline(): Millis {
    return this.#challenger.deadline();
  }

  start(method: AuthMethod, now: Millis, out: PppLinkOut[]): void {
    this.stop();
    this.#method = method;
    this.#challenger.start(method, now);
    if (method === 'pap') return;
    const { interfaceName, chapHostname } = this.#options;
    this.#sink({ kind: 'chap-hostname', interfaceName, name: chapHostname });
    this.#challenge(now, out);
  }

  stop(): void {
    this.#method = undefined;
    this.#challenger.stop();
  }

  /** @returns false when the caller has had its chances */
  timer(now: Millis, out: PppLinkOut[]): boolean {
    if (now < this.#challenger.deadline()) return true;
    if (this.#challenger.isSpent) {
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
    const method = this.#method;
    if (method === undefined || protocol !== protocolOf(method)) return undefined;
    return method === 'pap' ? this.#request(packet) : this.#response(packet, method);
  }

  #challenge(now: Millis, out: PppLinkOut[]): void {
    const protocol = PppProtocol.CHAP;
    const information = this.#challenger.next(now);
    this.#trace(protocol, 'O', information);
    out.push({ kind: 'send', protocol, information });
  }

  #response(packet: ControlPacket, method: ChapMethod): ProxyAuth | undefined {
    if (packet.code !== ChapCode.Response) return this.#drop(PppProtocol.CHAP, 'not a Response');
    const { value, name } = this.#chapValue(packet);
    if (value.length !== RESPONSE_OCTETS[method]) return this.#drop(PppProtocol.CHAP, 'BadLength');
    const challenge = this.#challenger.find(packet.id);
    if (challenge === undefined) return this.#drop(PppProtocol.CHAP, 'unknown Identifier');
    this.stop();
    const type = PROXY_TYPES[method];
    if (type === ProxyAuthenType.None) return { type, name, id: 0, response: new Uint8Array(0) };
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
