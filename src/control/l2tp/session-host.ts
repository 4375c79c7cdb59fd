/**
 * What a session asks of its tunnel, and what the sessions of LAC and LNS have in common.
 * RFC 2661 §6.12, §7.1, §7.4.
 */
import type { L2tpScope, L2tpTrace, VpdnTrace } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';
import type { L2tpMessage, MessageType, ResultCode } from '../../wire/l2tp/message.ts';
import { messageName, resultCodeText } from '../../wire/l2tp/names.ts';
import type { ClearCause, TunnelOut } from './tunnel-port.ts';

/** General error "vendor specific", §4.4.2: the text says what it is. */
const VENDOR_SPECIFIC = 6;

/** The tunnel, as its sessions see it. */
export interface SessionHost {
  /** Of the tunnel's own lines in the trace. */
  readonly scope: L2tpScope;
  peerTunnelId(): number;
  /** Whether a message that may be left out would still find room. */
  hasRoom(): boolean;
  send(message: L2tpMessage, peerSessionId: number, scope: L2tpScope, left?: () => void): void;
  emit(output: TunnelOut): void;
  trace(event: L2tpTrace | VpdnTrace): void;
  /** Counts and traces what no row of a table is for. */
  unlisted(scope: L2tpScope, text: string): void;
  /** It has a session, and no reason to close. §5.6 */
  occupied(): void;
  /** A WEN came. */
  countWanErrors(): void;
  /** It is set up: its peer's id is known, and no timer runs for it any more. */
  connected(session: TunnelSession): void;
  /** The session is idle: forget it. */
  ended(session: TunnelSession): void;
}

/** A session, whichever of the two ends we are. */
export interface TunnelSession {
  /** AVP 14: the peer writes it into the headers of what is for this call. */
  readonly id: number;
  /** 0 until it is known. */
  readonly peerSessionId: number;
  readonly scope: L2tpScope;
  /** When the call has taken too long; it counts until the session is connected. */
  readonly setupDeadline: Millis;
  receive(message: L2tpMessage): void;
  /** §7.1: what came for this call was malformed. */
  refuse(type: number, result: ResultCode): void;
  /** Carrier lost, cleared by the operator, set up for too long: whatever this end has decided. */
  clear(end: CallEnd): void;
  /** §6.4: a StopCCN, or the peer's silence, ends every session without a CDN. */
  drop(cause: ClearCause): void;
}

/** Why a call ends; `result` goes into our CDN, where one is sent. */
export interface CallEnd {
  readonly cause: ClearCause;
  readonly result?: ResultCode;
}

/** What our CDN says of a message that was malformed, §7.1. */
export function refusalOf(type: number, result: ResultCode): CallEnd {
  const text = `refused ${messageName(type)}: ${result.text ?? ''}`;
  return { result, cause: { by: 'us', result, text } };
}

/** §7.1: CDN knows no "finite state machine error". */
export function outOfSequence(type: MessageType, state: string): CallEnd {
  const text = `${messageName(type)} out of sequence, in ${state}`;
  const result: ResultCode = { result: 2, error: VENDOR_SPECIFIC, text };
  return { result, cause: { by: 'us', result, text } };
}

/** What the peer's CDN says. */
export function clearedByPeer({ type, resultCode, disconnectCauses }: L2tpMessage): ClearCause {
  return {
    by: 'peer',
    text: resultCode ? resultCodeText(type, resultCode) : 'no result code',
    ...(resultCode && { result: resultCode }),
    ...(disconnectCauses && { disconnectCauses }),
  };
}
