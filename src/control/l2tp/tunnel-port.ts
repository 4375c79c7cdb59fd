/** What goes into and out of the machine of one tunnel (control/l2tp/tunnel.ts). */
import type { Millis } from '../../base/machine.ts';
import type { Endpoint } from '../../base/port.ts';
import type { DisconnectCause, ResultCode } from '../../wire/l2tp/message.ts';

/** How a tunnel is opened and kept. From one vpdn-group, or later from RADIUS. */
export interface TunnelOptions {
  readonly peer: Endpoint;
  /** AVP 7. */
  readonly localName: string;
  /** Absent: nothing can be hidden or authenticated. */
  readonly secret?: Uint8Array;
  /** Send a Challenge, and insist on the answer. */
  readonly authenticate: boolean;
  /** `password`: hide AVP 33 of PAP only; `all`: whatever §4.3 lets. Both need a secret. */
  readonly hide: 'nothing' | 'password' | 'all';
  readonly receiveWindow: number;
  /** AVPs 6 and 8. */
  readonly firmwareRevision: number;
  readonly vendorName: string;
  /** Set the M bit of AVP 33, leave out AVP 26: `l2tp compat cisco`. */
  readonly cisco: boolean;
  readonly helloMs: Millis; // 0: none
  readonly noSessionMs: Millis; // Infinity: never
  readonly setupMs: Millis;
  readonly retries: number;
  readonly initialRetries: number;
  readonly retransmitMinMs: Millis;
  readonly retransmitMaxMs: Millis;
  /** Send a Tie Breaker in our SCCRQ: two that open a tunnel to each other end with one. §4.4.3 */
  readonly tieBreaker?: boolean;
  /** What the peer may do in a tunnel that it opened; absent where we open. */
  readonly accept?: AcceptOptions;
}

export interface AcceptOptions {
  /** Sessions that the tunnel may hold at once. */
  readonly sessionLimit: number;
  /** Looks at a call before it is answered. @returns the result of the CDN that refuses it */
  readonly admit: (call: OfferedCall) => ResultCode | undefined;
}

/** What an ICRQ says of a call. */
export interface OfferedCall {
  readonly callSerialNumber: number;
  readonly bearerType?: number;
  readonly calledNumber?: string;
  readonly callingNumber?: string;
  readonly subAddress?: string;
  readonly physicalChannelId?: number;
  /** AVP 100 of vendor 9: the LAC's port. */
  readonly clientNasPort?: string;
}

/** The same, and what the ICCN adds. Option octets and proxy fields are as they came. */
export interface ReceivedCall extends OfferedCall {
  readonly txConnectSpeed: number;
  readonly rxConnectSpeed?: number;
  readonly framingType: number;
  readonly privateGroupId?: Uint8Array;
  readonly sequencingRequired: boolean;
  /** AVPs 27 and 28; absent unless both came. AVP 26 may be. */
  readonly lcp?: {
    readonly initialReceivedConfreq?: Uint8Array;
    readonly lastSentConfreq: Uint8Array;
    readonly lastReceivedConfreq: Uint8Array;
  };
  /** AVP 29 as it came; absent: no proxy authentication is offered. */
  readonly proxyAuthenType?: number;
  /** Complete for its type (L2TP-4.4.5-04), else absent. */
  readonly auth?: {
    readonly type: number;
    readonly name: Uint8Array;
    readonly challenge?: Uint8Array;
    readonly id: number;
    readonly response: Uint8Array;
  };
}

/** All that ICRQ and ICCN say of a call. The LAC knows it before it asks for the session. */
export interface CallSetup {
  /** The port's full name, e.g. Async1: for the trace. */
  readonly interfaceName: string;
  /** AVP 100 of vendor 9; absent: not sent. */
  readonly clientNasPort?: string;
  readonly callSerialNumber: number;
  readonly bearerType: number;
  readonly framingType: number;
  readonly calledNumber?: string;
  readonly callingNumber?: string;
  readonly txConnectSpeed: number;
  readonly rxConnectSpeed?: number;
  /** AVP 39. */
  readonly sequencingRequired?: boolean;
  readonly lcp?: {
    readonly initialReceivedConfreq: Uint8Array;
    readonly lastSentConfreq: Uint8Array;
    readonly lastReceivedConfreq: Uint8Array;
  };
  readonly auth?: {
    readonly type: number;
    readonly name: Uint8Array;
    readonly challenge?: Uint8Array;
    readonly id: number;
    readonly response: Uint8Array;
  };
}

/** Why a session or a tunnel ended. */
export interface ClearCause {
  readonly by:
    | 'us' // clear-call, close, or our own refusal of what the peer sent
    | 'peer' // CDN or StopCCN received
    | 'silence' // retransmission or HELLO limit, or the SCCRQ was given up
    | 'setup-timer' // CDN 10 was sent
    | 'tunnel'; // the tunnel went away under the session; `result` is that of the StopCCN, if any
  readonly result?: ResultCode;
  readonly disconnectCauses?: readonly DisconnectCause[];
  /** One plain clause for the log, e.g. "our response to its challenge was wrong". */
  readonly text: string;
}

export type TunnelIn =
  /** Sends SCCRQ. Given up after `giveUpMs` when that comes before the retransmission limit. */
  | { readonly kind: 'open'; readonly giveUpMs: Millis }
  /** The peer's SCCRQ, the tunnel's first input where the peer opens it. */
  | { readonly kind: 'accept'; readonly octets: Uint8Array; readonly from: Endpoint }
  /** A control datagram whose header parsed and has our tunnel id. The octets are ours to keep. */
  | { readonly kind: 'datagram'; readonly octets: Uint8Array; readonly from: Endpoint }
  | { readonly kind: 'timer' }
  /** Only in established. `call` is the caller's token, handed back with every output about it. */
  | { readonly kind: 'place-call'; readonly call: number; readonly setup: CallSetup }
  | { readonly kind: 'clear-call'; readonly call: number; readonly result: ResultCode }
  /** A session that the peer opened: CDN with these, from `session-offered` on. */
  | {
      readonly kind: 'clear-session';
      readonly sessionId: number;
      readonly result: ResultCode;
      readonly disconnectCauses?: readonly DisconnectCause[];
    }
  /** From now on the session's lines are traced with its interface in front. */
  | { readonly kind: 'name-session'; readonly sessionId: number; readonly interfaceName: string }
  /** Sends Set-Link-Info, §6.14. */
  | {
      readonly kind: 'send-accm';
      readonly sessionId: number;
      readonly send: number;
      readonly receive: number;
    }
  /** The tunnel lost a tie, or is the oldest of too many half-open ones: it ends without a word. */
  | { readonly kind: 'yield'; readonly why: string }
  | { readonly kind: 'close'; readonly result: ResultCode };

export type TunnelOut =
  | { readonly kind: 'send'; readonly octets: Uint8Array; readonly to: Endpoint }
  | { readonly kind: 'established' }
  /** ICRQ is on its way; the session has its id. */
  | { readonly kind: 'call-placed'; readonly call: number; readonly sessionId: number }
  /** ICCN is on its way: forward from now on. */
  | {
      readonly kind: 'call-up';
      readonly call: number;
      readonly sessionId: number;
      readonly peerSessionId: number;
    }
  | {
      readonly kind: 'call-down';
      readonly call: number;
      readonly sessionId: number;
      readonly cause: ClearCause;
    }
  /** The peer's ICRQ is answered. */
  | {
      readonly kind: 'session-offered';
      readonly sessionId: number;
      readonly peerSessionId: number;
      readonly call: OfferedCall;
    }
  /** Its ICCN came: the session carries data. */
  | {
      readonly kind: 'session-up';
      readonly sessionId: number;
      readonly peerSessionId: number;
      readonly call: ReceivedCall;
    }
  /** Follows each session-offered, once. */
  | { readonly kind: 'session-down'; readonly sessionId: number; readonly cause: ClearCause }
  /** Set-Link-Info, §6.14. */
  | {
      readonly kind: 'accm';
      readonly call: number;
      readonly send: number;
      readonly receive: number;
    }
  /** No call can be placed any more; a call-down or session-down for each session came before. */
  | { readonly kind: 'down'; readonly cause: ClearCause }
  /** The full cycle after the end is over, §5.8: forget the tunnel, its id is free. */
  | { readonly kind: 'released' };
