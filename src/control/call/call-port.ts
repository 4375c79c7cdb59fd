/** What goes into and out of the machine of one line's calls (control/call/line-call.ts). */

import type { Millis } from '../../base/machine.ts';
import type { Endpoint } from '../../base/port.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import type { CallSetup, ClearCause } from '../l2tp/tunnel-port.ts';
import type { Framing, PppLinkOptions } from '../ppp/link-port.ts';
import type { VpdnProfile } from '../vpdn/vpdn-port.ts';

export interface LineCallOptions {
  readonly ppp: PppLinkOptions;
  readonly calledNumber?: string;
  readonly callingNumber?: string;
  readonly txConnectSpeed: number;
  readonly rxConnectSpeed?: number;
  /** AVP 18: 2 for a modem, 0 for a direct line. L2TP-4.4.4-06. */
  readonly bearerType: number;
  /** What the line's own software flow control may insert: 000A0000, or 0. HDLC-L-12. */
  readonly flowControlAccm: number;
}

export type CallIn =
  /** The port is open and nobody is on it. */
  | { readonly kind: 'line-open' }
  /** The carrier, cable or device is gone; `open` tells whether the port still is. */
  | { readonly kind: 'line-down'; readonly why: string }
  /** A good frame of the caller's, before the call is forwarded. */
  | { readonly kind: 'frame'; readonly protocol: number; readonly information: Uint8Array }
  /** A control-protocol frame that the forwarding plane has just passed on. */
  | {
      readonly kind: 'passed';
      readonly from: 'caller' | 'lns';
      readonly protocol: number;
      readonly information: Uint8Array;
    }
  | { readonly kind: 'timer' }
  /** The tunnel wanted is being opened. */
  | { readonly kind: 'tunnel-pending' }
  /** It stands: the call is placed. */
  | { readonly kind: 'tunnel-established' }
  /** ICCN has left: the call is forwarded from now on. */
  | { readonly kind: 'call-up' }
  /** No tunnel, no session, or the end of it. */
  | { readonly kind: 'call-down'; readonly cause: ClearCause }
  | { readonly kind: 'accm'; readonly send: number; readonly receive: number }
  /** The operator or the shutdown ends the call with this CDN. */
  | { readonly kind: 'clear'; readonly result: ResultCode; readonly why: string };

export type CallOut =
  /** To the caller. */
  | { readonly kind: 'send'; readonly protocol: number; readonly information: Uint8Array }
  | { readonly kind: 'framing'; readonly framing: Framing }
  /** A tunnel to `address`, opened when there is none. */
  | {
      readonly kind: 'tunnel-wanted';
      readonly profile: VpdnProfile;
      readonly address: Endpoint;
      readonly giveUpMs: Millis;
    }
  | { readonly kind: 'place-call'; readonly setup: CallSetup }
  /** Ends the session if there is one, else the wish for a tunnel. */
  | { readonly kind: 'clear-call'; readonly result: ResultCode }
  /** Forward from now on; these came from the caller meanwhile. */
  | { readonly kind: 'forward'; readonly held: readonly HeldFrame[] }
  /** Stop forwarding; frames come to us again. */
  | { readonly kind: 'unforward' }
  | { readonly kind: 'hang-up' };

export interface HeldFrame {
  readonly protocol: number;
  readonly information: Uint8Array;
}

export type CallState =
  | 'closed'
  | 'idle'
  | 'negotiating'
  | 'pending'
  | 'forwarding'
  | 'terminating';
