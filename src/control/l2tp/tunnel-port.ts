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
  /** A control datagram whose header parsed and has our tunnel id. The octets are ours to keep. */
  | { readonly kind: 'datagram'; readonly octets: Uint8Array; readonly from: Endpoint }
  | { readonly kind: 'timer' }
  /** Only in established. `call` is the caller's token, handed back with every output about it. */
  | { readonly kind: 'place-call'; readonly call: number; readonly setup: CallSetup }
  | { readonly kind: 'clear-call'; readonly call: number; readonly result: ResultCode }
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
  /** Set-Link-Info, §6.14. */
  | {
      readonly kind: 'accm';
      readonly call: number;
      readonly send: number;
      readonly receive: number;
    }
  /** No call can be placed any more; a call-down for each session came before this. */
  | { readonly kind: 'down'; readonly cause: ClearCause }
  /** The full cycle after the end is over, §5.8: forget the tunnel, its id is free. */
  | { readonly kind: 'released' };
