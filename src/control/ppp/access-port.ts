/**
 * What goes into and out of the PPP machine of one virtual access interface (access-link.ts): the
 * LNS's end of a call that a LAC answered. RFC 2661 §4.4.5, ppp.md §11 and §13.
 */
import type { Millis } from '../../base/machine.ts';
import type { DisconnectCause } from '../../wire/l2tp/message.ts';
import type { AuthMethod, AuthRequest, Grant, Verdict } from './auth-port.ts';

export interface AccessLinkOptions {
  /** Virtual-Access4; the trace shortens it. */
  readonly interfaceName: string;
  /** Our name in CHAP. */
  readonly chapHostname: string;
  /** In the order of `ppp authentication`; empty: whoever comes may in. */
  readonly authentication: readonly AuthMethod[];
  readonly mruOctets: number;
  /** What the LAC has negotiated is taken when it fits. When it does not, or always: LCP anew. */
  readonly renegotiation: 'never' | 'on-mismatch' | 'always';
  /** `force-local-chap`: the proxied answer counts for nothing, the caller is asked again. */
  readonly forceLocalAuthentication: boolean;
  /** Echo-Request after so much silence of the caller, 0 for none; dead after `echoRetries`. */
  readonly echoMs: Millis;
  readonly echoRetries: number;
  /** No IP packet either way for so long ends the call; 0: never. `ppp timeout idle`. */
  readonly idleMs: Millis;
  /** The call ends after so long, whatever happens in it; 0: never. `timeout absolute`. */
  readonly absoluteMs: Millis;
  /** Addresses of name servers, in order; what is not configured is rejected. RFC 1877 */
  readonly dns: readonly number[];
  readonly nbns: readonly number[];
  /** Identifiers of our first LCP packet, Challenge and IPCP packet; 1. */
  readonly firstLcpId?: number;
  readonly firstChapId?: number;
  readonly firstIpcpId?: number;
}

/** What the LAC has told, as it came: control/l2tp's ReceivedCall has this shape. */
export interface Proxy {
  readonly lcp?: {
    readonly initialReceivedConfreq?: Uint8Array;
    readonly lastSentConfreq: Uint8Array;
    readonly lastReceivedConfreq: Uint8Array;
  };
  readonly proxyAuthenType?: number;
  readonly auth?: {
    readonly type: number;
    readonly name: Uint8Array;
    readonly challenge?: Uint8Array;
    readonly id: number;
    readonly response: Uint8Array;
  };
}

/** Which addresses the link may have. Handed over when IPCP may begin. */
export interface IpOffer {
  /** Ours. */
  readonly localAddress: number;
  /** The caller's; absent: it has to name one of its own. */
  readonly peerAddress?: number;
  /**
   * Asked before an address is acknowledged. @returns whether the caller may have it: then it is
   * this session's until the session ends or another is claimed.
   */
  readonly claim: (address: number) => boolean;
}

export type AccessLinkIn =
  /** The session carries data. */
  | { readonly kind: 'up'; readonly proxy: Proxy }
  /** A frame of the caller's: its protocol and its Information. The machine may keep the octets. */
  | { readonly kind: 'frame'; readonly protocol: number; readonly information: Uint8Array }
  | { readonly kind: 'timer' }
  /** To the last `verify`. */
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  /** To `authorize`. */
  | { readonly kind: 'ip'; readonly offer: IpOffer }
  /** To `authorize`: no address is left, or none is configured. */
  | { readonly kind: 'no-ip'; readonly why: string }
  /** Ends the link by LCP Terminate; `terminated` follows. */
  | { readonly kind: 'close'; readonly why: AccessEnd }
  /** The session is gone. Nothing is sent. */
  | { readonly kind: 'down' };

export type AccessLinkOut =
  | { readonly kind: 'send'; readonly protocol: number; readonly information: Uint8Array }
  /** Who is it? `verdict` answers. */
  | { readonly kind: 'verify'; readonly request: AuthRequest }
  /** The caller is in: which addresses? `ip` or `no-ip` answers. `name` as it was proved, or ''. */
  | { readonly kind: 'authorize'; readonly name: string; readonly grant: Grant }
  /** IPCP is open: packets may pass. `mtuOctets`: what the caller takes. */
  | {
      readonly kind: 'ip-up';
      readonly localAddress: number;
      readonly peerAddress: number;
      readonly mtuOctets: number;
    }
  | { readonly kind: 'ip-down' }
  /** LCP was negotiated anew: what the LAC should escape, RFC 2661 §6.14, PPP-L-11. */
  | { readonly kind: 'accm'; readonly send: number; readonly receive: number }
  /** LCP has ended: clear the session. Once, and not after `down`. */
  | {
      readonly kind: 'terminated';
      readonly why: AccessEnd;
      /** One clause for the log and the CDN. */
      readonly text: string;
      /** RFC 3145, for the CDN. */
      readonly disconnectCauses: readonly DisconnectCause[];
    };

export type AccessEnd =
  | 'caller terminated'
  | 'cleared by the operator'
  | 'shutdown'
  | 'proxy LCP refused' // it does not fit, and `lcp renegotiation` is not allowed
  | 'no LCP'
  | 'LCP did not converge'
  | 'line looped'
  | 'protocol refused'
  | 'authentication refused' // the caller takes none of our methods
  | 'authentication failed'
  | 'authentication never answered'
  | 'no address'
  | 'IPCP failed'
  | 'caller silent' // echoes unanswered
  | 'idle'
  | 'time is up';

/** For `show`: the seed's words. */
export type AccessPhase = 'DOWN' | 'ESTABLISHING' | 'AUTHENTICATING' | 'UP' | 'TERMINATING';
