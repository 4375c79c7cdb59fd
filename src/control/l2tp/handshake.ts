/**
 * Who the peer is and which protocol it speaks: the challenges and their answers, and what is
 * thought of its SCCRQ, SCCRP and SCCCN. RFC 2661 §5.1.1, §7.2.1. Runs a few times for each tunnel.
 */
import { assert } from '../../base/assert.ts';
import type { EventSink } from '../../base/event.ts';
import { log } from '../../base/event.ts';
import type { Random } from '../../base/machine.ts';
import { formatIpv4 } from '../../base/port.ts';
import type { L2tpMessage, ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { resultCodeText } from '../../wire/l2tp/names.ts';
import { challengeResponse, findAuthenticationFault, newChallenge } from './authentication.ts';
import { makeSccrp, makeSccrq, PROTOCOL_VERSION, supportsVersion } from './requests.ts';
import type { ClearCause, TunnelOptions } from './tunnel-port.ts';
import type { TunnelTrace } from './tunnel-trace.ts';

/** Of StopCCN, §4.4.2. */
const NOT_AUTHORIZED: ResultCode = { result: 4 };
const WRONG_VERSION: ResultCode = { result: 5, error: PROTOCOL_VERSION };
/** General error, vendor specific: what xl2tpd says of a wrong response. */
const VENDOR_SPECIFIC = 6;
/** AVP 5, §4.4.3. */
const TIE_BREAKER_OCTETS = 8;

/** Why the tunnel ends; `result` goes into our StopCCN, where one is sent. */
export interface TunnelEnd {
  readonly cause: ClearCause;
  readonly result?: ResultCode;
}

/** Whether an SCCRQ would be refused for its version, or for a challenge that nobody can answer. */
export function findSccrqFault(
  sccrq: L2tpMessage,
  secret: Uint8Array | undefined,
): TunnelEnd | undefined {
  const wrongVersion = findVersionFault(sccrq);
  if (wrongVersion !== undefined) return wrongVersion;
  const fault = findAuthenticationFault(sccrq, secret, undefined);
  return fault === undefined ? undefined : notAuthorized(fault);
}

export class Handshake {
  readonly #options: TunnelOptions;
  readonly #random: Random;
  readonly #sink: EventSink;
  readonly #trace: TunnelTrace;
  /** Those that we have sent. */
  #tieBreaker: Uint8Array | undefined;
  #challenge: Uint8Array | undefined;
  /** Its SCCRQ or SCCRP, once that was acceptable. */
  #peer: L2tpMessage | undefined;
  /** Our answer to its challenge has gone, and only a refusal would tell what it thinks of it. */
  #isOnTrial = false;

  constructor(options: TunnelOptions, random: Random, sink: EventSink, trace: TunnelTrace) {
    this.#options = options;
    this.#random = random;
    this.#sink = sink;
    this.#trace = trace;
  }

  get tieBreaker(): Uint8Array | undefined {
    return this.#tieBreaker;
  }

  /** AVP 3 of the peer. */
  get framingCapabilities(): number {
    return this.#peer?.framingCapabilities ?? 0;
  }

  makeSccrq(): L2tpMessage {
    const { tieBreaker } = this.#options;
    if (tieBreaker === true) this.#tieBreaker = this.#random.octets(TIE_BREAKER_OCTETS);
    this.#challengePeer(undefined);
    return makeSccrq(this.#options, this.#trace.scope.tunnelId, this.#challenge, this.#tieBreaker);
  }

  makeSccrp(): L2tpMessage {
    const response = this.#answer(MessageType.SCCRP);
    this.#challengePeer(this.#peer?.challenge);
    return makeSccrp(this.#options, this.#trace.scope.tunnelId, this.#challenge, response);
  }

  makeScccn(): L2tpMessage {
    const type = MessageType.SCCCN;
    const response = this.#answer(type);
    return response === undefined ? { type } : { type, challengeResponse: response };
  }

  /** @returns why it is not acceptable, §7.2.1 */
  judgeSccrq(sccrq: L2tpMessage): TunnelEnd | undefined {
    if (sccrq.challenge) this.#trace.challenge('challenge');
    const end = findSccrqFault(sccrq, this.#options.secret);
    if (end === undefined) this.#peer = sccrq;
    else if (end.result?.result === NOT_AUTHORIZED.result) this.#authenticationFailed(end);
    return end;
  }

  judgeSccrp(sccrp: L2tpMessage): TunnelEnd | undefined {
    if (sccrp.challenge) this.#trace.challenge('challenge');
    if (sccrp.challengeResponse) this.#trace.challenge('response');
    const end = findVersionFault(sccrp) ?? this.#authenticate(sccrp);
    if (end === undefined) this.#peer = sccrp;
    return end;
  }

  judgeScccn(scccn: L2tpMessage): TunnelEnd | undefined {
    if (scccn.challengeResponse) this.#trace.challenge('response');
    return this.#authenticate(scccn);
  }

  /** Anything but StopCCN: it has no fault to find with our response. */
  heard(): void {
    this.#isOnTrial = false;
  }

  /** @returns what the peer's StopCCN says */
  stopped({ resultCode }: L2tpMessage): ClearCause {
    const said = resultCode ? resultCodeText(MessageType.StopCCN, resultCode) : 'no result code';
    const isRefusal =
      resultCode?.result === NOT_AUTHORIZED.result || resultCode?.error === VENDOR_SPECIFIC;
    let text = said;
    if (this.#isOnTrial && isRefusal) {
      text = `it refused our response to its challenge (${said}): is the secret the same there?`;
      this.#logFault(text);
    }
    return { by: 'peer', text, ...(resultCode && { result: resultCode }) };
  }

  #authenticate(reply: L2tpMessage): TunnelEnd | undefined {
    const fault = findAuthenticationFault(reply, this.#options.secret, this.#challenge);
    if (fault !== undefined) {
      const end = notAuthorized(fault);
      this.#authenticationFailed(end);
      return end;
    }
    const challenged = this.#challenge ?? reply.challenge ?? this.#peer?.challenge;
    if (challenged !== undefined) this.#trace.step('Tunnel Authentication success');
    return undefined;
  }

  #authenticationFailed({ cause }: TunnelEnd): void {
    this.#trace.step('Tunnel Authentication fails');
    this.#logFault(cause.text);
  }

  #challengePeer(received: Uint8Array | undefined): void {
    const { authenticate, secret } = this.#options;
    if (!authenticate || secret === undefined) return;
    this.#challenge = newChallenge(this.#random, received);
  }

  #answer(carrier: MessageType): Uint8Array | undefined {
    const challenge = this.#peer?.challenge;
    if (challenge === undefined) return undefined;
    const { secret } = this.#options;
    assert(secret !== undefined, 'a challenge without a secret for it was refused');
    this.#isOnTrial = true;
    return challengeResponse(carrier, secret, challenge);
  }

  #logFault(text: string): void {
    const { peerName } = this.#trace;
    const name = peerName === '' ? '' : ` (${peerName})`;
    const role = this.#trace.isResponder ? 'LAC' : 'LNS';
    const peer = `L2TP ${role} ${formatIpv4(this.#options.peer.address)}${name}`;
    this.#sink(log('VPDN', 3, 'AUTHENFAIL', `${peer}: ${text}`));
  }
}

function findVersionFault({ protocolVersion = 0 }: L2tpMessage): TunnelEnd | undefined {
  if (supportsVersion(protocolVersion)) return undefined;
  const text = `protocol version ${protocolVersion >>> 8} is not supported`;
  return { cause: { by: 'us', result: WRONG_VERSION, text }, result: WRONG_VERSION };
}

const notAuthorized = (text: string): TunnelEnd => ({
  cause: { by: 'us', result: NOT_AUTHORIZED, text },
  result: NOT_AUTHORIZED,
});
