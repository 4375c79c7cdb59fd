/**
 * What goes into and out of the PPP link machine of one caller (control/ppp/link.ts), and out of
 * the watcher that looks on once the call is forwarded (control/ppp/watch.ts).
 */
import type { ProxyAuthenType } from '../../wire/l2tp/message.ts';
import type { AuthMethod } from './auth-port.ts';

/** Which octets the line may carry bare. RFC 1662 §7.1; bit n stands for octet n. */
export interface Framing {
  readonly sendAccm: number;
  readonly receiveAccm: number;
  /** The caller may leave out the protocol's first octet, or FF 03; we then take both forms. */
  readonly receivePfc: boolean;
  readonly receiveAcfc: boolean;
}

export interface PppLinkOptions {
  /** e.g. Async1; the trace shortens it. */
  readonly interfaceName: string;
  readonly chapHostname: string;
  readonly authentication: readonly AuthMethod[];
  readonly multilink: boolean;
  readonly mruOctets: number;
  /** What we ask for in our ACCM option: 0, or 000A0000 with software flow control. */
  readonly accm: number;
  /** A line without octet stuffing, as the seed's ISDN: no ACCM, PFC or ACFC in our request. */
  readonly isSynchronous?: boolean;
  /** Identifiers of our first LCP packet and first Challenge; 1. */
  readonly firstLcpId?: number;
  readonly firstChapId?: number;
}

/** What the LNS is told of the caller's LCP: option octets only. RFC 2661 §4.4.5, PPP-L-03. */
export interface ProxyLcp {
  readonly initialReceivedConfreq: Uint8Array;
  readonly lastSentConfreq: Uint8Array;
  readonly lastReceivedConfreq: Uint8Array;
}

export interface ProxyAuth {
  readonly type: ProxyAuthenType;
  readonly name: Uint8Array;
  /** Only of CHAP. */
  readonly challenge?: Uint8Array;
  readonly id: number;
  /** CHAP's response value, or the clear password of PAP. */
  readonly response: Uint8Array;
}

export type PppLinkIn =
  /** The line is up. `quietMs`: no frame of ours until then (400 behind a CONNECT, else 0). */
  | { readonly kind: 'up'; readonly quietMs: number }
  /** A good frame: its protocol and its Information. The octets are the machine's to keep. */
  | { readonly kind: 'frame'; readonly protocol: number; readonly information: Uint8Array }
  | { readonly kind: 'timer' }
  /** Ends the link by LCP Terminate; 'terminated' follows. */
  | { readonly kind: 'close' }
  /** The line is gone. Nothing is sent. */
  | { readonly kind: 'down' }
  /** ICCN left: be silent for ever, PPP-L-04. */
  | { readonly kind: 'forwarded' };

export type PppLinkOut =
  | { readonly kind: 'send'; readonly protocol: number; readonly information: Uint8Array }
  /** Use these maps from the next frame on: after the Ack that opens LCP, and at each fall-back. */
  | { readonly kind: 'framing'; readonly framing: Framing }
  /** LCP stands and the caller has answered, or need not: find it a tunnel. */
  | { readonly kind: 'authenticated'; readonly lcp: ProxyLcp; readonly auth: ProxyAuth | undefined }
  /**
   * The caller began LCP anew, or terminates it, after 'authenticated': what was told of it is
   * stale, PPP-L-05 and -06. The next 'authenticated' or 'terminated' says which.
   */
  | { readonly kind: 'restarted' }
  /** Neither LCP nor authentication, and after the response: keep it for the LNS, PPP-L-05. */
  | { readonly kind: 'held'; readonly protocol: number; readonly information: Uint8Array }
  /** LCP has ended: hang up. */
  | { readonly kind: 'terminated'; readonly why: PppEnd };

/** Why the link ended, for the log and the result code. */
export type PppEnd =
  | 'caller terminated'
  | 'closed by us'
  | 'no LCP' // Max-Configure without an answer
  | 'LCP did not converge'
  | 'authentication refused' // the caller takes none of our methods
  | 'authentication never answered'
  | 'line looped'
  | 'protocol refused'; // the caller rejected LCP itself

export type WatchOut =
  | { readonly kind: 'framing'; readonly framing: Framing }
  /** A Terminate-Request has passed from `by`; `acked` says that the other side's Ack has, too. */
  | { readonly kind: 'terminate'; readonly by: 'caller' | 'lns'; readonly acked: boolean }
  /** LCP was begun anew: an earlier 'terminate' counts no more. */
  | { readonly kind: 'restarted' }
  /** An NCP seen to open or close, for `show`. */
  | { readonly kind: 'ncp'; readonly protocol: number; readonly open: boolean };
