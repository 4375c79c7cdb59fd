/**
 * The LNS's authentication of the caller: asks it, or takes the answer that the LAC got, and tells
 * the caller the verdict of whoever knows the users. RFC 1994 §4, RFC 1334 §2.2, RFC 2433, RFC
 * 2759, RFC 2661 §4.4.5. Runs once per CHAP or PAP packet.
 *
 * | state   | start     | replay    | an answer | a repeat of it | verdict      | last time-out |
 * | Idle    | Asking    | Judging   | drop      | drop           | -            | -             |
 * | Asking  | Asking    | Judging   | Judging   | -              | -            | Idle          |
 * | Judging | Asking    | Judging   | drop      | drop; PAP: its id  | reply/Judged | -         |
 * | Judged  | Asking    | Judging   | drop; PAP: reply | reply   | -            | -             |
 */
import type { EventSink } from '../../base/event.ts';
import { Fault, faultName } from '../../base/fault.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { equalOctets } from '../../base/octets.ts';
import { ProxyAuthenType } from '../../wire/l2tp/message.ts';
import {
  ChapCode,
  ChapValue,
  parseChapValue,
  putChapReply,
  putChapValue,
} from '../../wire/ppp/chap.ts';
import { ControlPacket, parseControlPacket } from '../../wire/ppp/packet.ts';
import {
  PapCode,
  PapRequest,
  parsePapRequest,
  putPapReply,
  putPapRequest,
} from '../../wire/ppp/pap.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import type { Proxy as ProxyFacts } from './access-port.ts';
import {
  AuthChallenger,
  CHALLENGE_OCTETS,
  type ChapMethod,
  protocolOf,
  RESPONSE_OCTETS,
} from './auth-challenger.ts';
import type { AuthMethod, AuthRequest, Verdict } from './auth-port.ts';

/** Of AVP 30 and of RADIUS, and more than anybody's. */
const MAX_NAME_OCTETS = 255;
/** Of Success, Failure, Ack and Nak: what PAP's length can say. */
const MAX_MESSAGE_OCTETS = 255;

const BUSY = 'the one before is being judged';

export interface AccessAuthOptions {
  readonly interfaceName: string;
  /** Our name in CHAP. */
  readonly chapHostname: string;
  /** Identifier of our first Challenge; 1. */
  readonly firstChapId?: number;
}

export type AccessAuthOut =
  | { readonly kind: 'send'; readonly protocol: number; readonly information: Uint8Array }
  /** `verdict` answers, always; meanwhile nothing else is asked. */
  | { readonly kind: 'verify'; readonly request: AuthRequest };

type ProxiedAuth = NonNullable<ProxyFacts['auth']>;

/** `retry`: no verdict was awaited, nothing has changed. */
export type AuthOutcome = 'accepted' | 'failed' | 'retry';

/** What the caller said, and under which Identifier it is answered. */
interface Attempt {
  readonly request: AuthRequest;
  readonly id: number;
}

export class AccessAuthenticator {
  readonly #interfaceName: string;
  readonly #challenger: AuthChallenger;
  readonly #sink: EventSink;
  /** Undefined in Idle. */
  #method: AuthMethod | undefined;
  /** In Judging and Judged. */
  #attempt: Attempt | undefined;
  /** In Judged. */
  #verdict: Verdict | undefined;

  constructor(options: AccessAuthOptions, random: Random, sink: EventSink) {
    const { interfaceName, chapHostname, firstChapId = 1 } = options;
    this.#interfaceName = interfaceName;
    this.#challenger = new AuthChallenger(chapHostname, firstChapId, random);
    this.#sink = sink;
  }

  deadline(): Millis {
    return this.#challenger.deadline();
  }

  /** Of the last attempt, proved or not; empty before one. */
  get name(): Uint8Array {
    return this.#attempt?.request.name ?? new Uint8Array(0);
  }

  /**
   * The caller may still answer a Challenge that the LAC made: ours get other Identifiers, or that
   * answer would be judged as one to ours. CHAP-L-04. To be called with AVP 32 before start().
   */
  avoid(proxiedId: number): void {
    this.#challenger.avoid(proxiedId);
  }

  start(method: AuthMethod, now: Millis, out: AccessAuthOut[]): void {
    this.stop();
    this.#method = method;
    this.#challenger.start(method, now);
    if (method !== 'pap') this.#challenge(now, out);
  }

  stop(): void {
    this.#method = undefined;
    this.#attempt = undefined;
    this.#verdict = undefined;
    this.#challenger.stop();
  }

  /**
   * Takes the LAC's answer in place of one to us. A Challenge of ours is made all the same, and
   * seen in the trace as the seed's, but not sent. The verdict goes out under the proxied id.
   * @returns false when it cannot serve: incomplete, or not by `method`. Nothing has changed then.
   */
  replay(auth: ProxiedAuth, method: AuthMethod, out: AccessAuthOut[]): boolean {
    this.avoid(auth.id);
    const request = proxiedRequest(auth, method);
    if (request === undefined) return false;
    this.stop();
    this.#method = method;
    if (method !== 'pap') this.#trace(PppProtocol.CHAP, 'O', this.#challenger.unsent(method));
    const { id, name, response } = auth;
    this.#trace(
      protocolOf(method),
      'I',
      method === 'pap'
        ? putPapRequest(id, name, response)
        : putChapValue(ChapCode.Response, id, response, name),
    );
    this.#verify({ request, id }, out);
    return true;
  }

  receive(protocol: number, information: Uint8Array, _now: Millis, out: AccessAuthOut[]): void {
    const packet = new ControlPacket();
    const fault = parseControlPacket(information, packet);
    if (fault !== Fault.None) {
      this.#drop(protocol, faultName(fault));
      return;
    }
    this.#trace(protocol, 'I', packet.whole);
    const whyNot = this.#take(protocol, packet, out);
    if (whyNot !== undefined) this.#drop(protocol, whyNot);
  }

  verdict(verdict: Verdict, _now: Millis, out: AccessAuthOut[]): AuthOutcome {
    if (this.#attempt === undefined || this.#verdict !== undefined) return 'retry';
    this.#verdict = verdict;
    this.#reply(this.#attempt.id, verdict, out);
    return verdict.accepted ? 'accepted' : 'failed';
  }

  /** @returns false when the caller has had its chances */
  timer(now: Millis, out: AccessAuthOut[]): boolean {
    if (now < this.#challenger.deadline()) return true;
    if (this.#challenger.isSpent) {
      this.stop();
      return false;
    }
    this.#challenge(now, out);
    return true;
  }

  #challenge(now: Millis, out: AccessAuthOut[]): void {
    this.#send(PppProtocol.CHAP, this.#challenger.next(now), out);
  }

  /** @returns why the packet counts for nothing, as the two below */
  #take(protocol: number, packet: ControlPacket, out: AccessAuthOut[]): string | undefined {
    const method = this.#method;
    if (method === undefined || protocol !== protocolOf(method)) return 'not asked for';
    return method === 'pap' ? this.#request(packet, out) : this.#response(packet, method, out);
  }

  /** RFC 1994 §4.1. */
  #response(packet: ControlPacket, method: ChapMethod, out: AccessAuthOut[]): string | undefined {
    const { code, id, data } = packet;
    if (code !== ChapCode.Response) return 'not a Response';
    if (this.#attempt !== undefined) return this.#repeated(id, this.#attempt, out);
    const fields = new ChapValue();
    const fault = parseChapValue(data, fields);
    if (fault !== Fault.None) return faultName(fault);
    const { value: response, name } = fields;
    if (response.length !== RESPONSE_OCTETS[method]) return 'BadLength';
    if (name.length > MAX_NAME_OCTETS) return 'the name is too long';
    const challenge = this.#challenger.find(id)?.value;
    if (challenge === undefined) return 'unknown Identifier';
    this.#verify({ request: { method, name, id, challenge, response }, id }, out);
    return undefined;
  }

  /** §4.1: the same Code for the same Challenge, whatever name or hash is tried under it now. */
  #repeated(id: number, attempt: Attempt, out: AccessAuthOut[]): string | undefined {
    if (this.#verdict === undefined) return BUSY;
    if (id !== attempt.id) return 'unknown Identifier';
    this.#reply(id, this.#verdict, out);
    return undefined;
  }

  /** RFC 1334 §2.2.1: each repeat may have an Identifier of its own, and is answered under it. */
  #request({ code, id, data }: ControlPacket, out: AccessAuthOut[]): string | undefined {
    if (code !== PapCode.AuthenticateRequest) return 'not a request';
    const fields = new PapRequest();
    const fault = parsePapRequest(data, fields);
    if (fault !== Fault.None) return faultName(fault);
    const { peerId: name, password } = fields;
    const attempt = this.#attempt;
    if (attempt === undefined) {
      this.#verify({ request: { method: 'pap', name, password }, id }, out);
    } else if (this.#verdict !== undefined) {
      this.#reply(id, this.#verdict, out);
    } else if (isSameRequest(attempt.request, name, password)) {
      this.#attempt = { request: attempt.request, id };
    } else {
      return BUSY;
    }
    return undefined;
  }

  #verify(attempt: Attempt, out: AccessAuthOut[]): void {
    this.#challenger.stop();
    this.#attempt = attempt;
    out.push({ kind: 'verify', request: attempt.request });
  }

  #reply(id: number, verdict: Verdict, out: AccessAuthOut[]): void {
    const message = verdict.message.subarray(0, MAX_MESSAGE_OCTETS);
    if (this.#method === 'pap') {
      const code = verdict.accepted ? PapCode.AuthenticateAck : PapCode.AuthenticateNak;
      this.#send(PppProtocol.PAP, putPapReply(code, id, message), out);
    } else {
      const code = verdict.accepted ? ChapCode.Success : ChapCode.Failure;
      this.#send(PppProtocol.CHAP, putChapReply(code, id, message), out);
    }
  }

  #send(protocol: number, information: Uint8Array, out: AccessAuthOut[]): void {
    this.#trace(protocol, 'O', information);
    out.push({ kind: 'send', protocol, information });
  }

  #drop(protocol: number, why: string): void {
    const text = `packet dropped, ${why}`;
    this.#sink({ kind: 'auth-note', interfaceName: this.#interfaceName, protocol, text });
  }

  #trace(protocol: number, direction: 'I' | 'O', packet: Uint8Array): void {
    const interfaceName = this.#interfaceName;
    this.#sink({ kind: 'auth-packet', interfaceName, protocol, direction, packet });
  }
}

const isSameRequest = (request: AuthRequest, name: Uint8Array, password: Uint8Array): boolean =>
  request.method === 'pap' &&
  equalOctets(request.name, name) &&
  equalOctets(request.password, password);

/** There is none for MS-CHAPv2: RFC 2661 §4.4.5 knows no such type. PPP-L-01 */
const PROXIED_AS: Readonly<Partial<Record<AuthMethod, number>>> = {
  pap: ProxyAuthenType.PAP,
  chap: ProxyAuthenType.CHAP,
  'ms-chap': ProxyAuthenType.MSCHAPv1,
};

/** @returns undefined when it is no whole answer by `method` */
function proxiedRequest(auth: ProxiedAuth, method: AuthMethod): AuthRequest | undefined {
  const { type, name, id, challenge, response } = auth;
  if (type !== PROXIED_AS[method] || id > 0xff || name.length > MAX_NAME_OCTETS) return undefined;
  if (method === 'pap') {
    return response.length > 0xff ? undefined : { method, name, password: response };
  }
  if (challenge === undefined || name.length === 0) return undefined;
  if (response.length !== RESPONSE_OCTETS[method]) return undefined;
  const isChallenge =
    method === 'chap'
      ? challenge.length > 0 && challenge.length <= 0xff
      : challenge.length === CHALLENGE_OCTETS[method];
  return isChallenge ? { method, name, id, challenge, response } : undefined;
}
