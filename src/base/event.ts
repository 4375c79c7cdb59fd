/**
 * What the machines tell of themselves: one structured event inside, text made at the edge
 * (console/debug renders it in the seed's words). Log events are for the operator; trace events
 * show only under `debug`.
 */

/** Towards us or from us. */
export type Direction = 'I' | 'O';

/**
 * An AVP as it is traced: the value is in clear, whatever H said. Same shape as wire/l2tp's Avp.
 */
export interface AvpTrace {
  readonly vendorId: number;
  readonly type: number;
  readonly mandatory: boolean;
  readonly hidden: boolean;
  /** Length as it stands on the wire. */
  readonly length: number;
  readonly value: Uint8Array;
}

/** Whose line it is: `Tnl 7`, `Tnl/Cl 7/9`, `As1 Tnl/Cl 7/9`. */
export interface L2tpScope {
  readonly tunnelId: number;
  /** Absent for the tunnel's own lines. */
  readonly sessionId?: number;
  /** The port's full name, e.g. Async1; absent until the session is bound to one. */
  readonly interfaceName?: string;
}

export type PppPhase =
  | 'ESTABLISHING'
  | 'AUTHENTICATING'
  | 'FORWARDING'
  | 'UP'
  | 'TERMINATING'
  | 'DOWN';

/** Operator's message, `%FACILITY-SEVERITY-MNEMONIC: text`. */
export interface LogEvent {
  readonly kind: 'log';
  readonly facility: string;
  readonly severity: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly mnemonic: string;
  readonly text: string;
}

type Ppp = { readonly interfaceName: string };
type L2tp = { readonly scope: L2tpScope };

export type PppTrace =
  | (Ppp & { readonly kind: 'ppp-callin' })
  | (Ppp & {
      readonly kind: 'ppp-phase';
      readonly phase: PppPhase;
      readonly detail?: 'Passive Open' | 'by this end' | 'Setup';
    })
  /** The LNS knows who called whom without looking at the line. */
  | (Ppp & { readonly kind: 'ppp-direction' })
  /** A Configure-Request of our own side that the LAC made for us: AVP 27, options only. */
  | (Ppp & { readonly kind: 'ppp-forced'; readonly options: Uint8Array })
  | (Ppp & { readonly kind: 'ppp-state'; readonly protocol: number; readonly state: string })
  /** An LCP or NCP packet from Code on, with the automaton's state before the event. */
  | (Ppp & {
      readonly kind: 'ppp-packet';
      readonly protocol: number;
      readonly direction: Direction;
      readonly state: string;
      readonly packet: Uint8Array;
    })
  /**
   * Anything else worth a line of `debug ppp negotiation`: a loop, a dropped packet, a time-out.
   */
  | (Ppp & { readonly kind: 'ppp-note'; readonly protocol: number; readonly text: string })
  | (Ppp & { readonly kind: 'chap-hostname'; readonly name: string })
  /** A CHAP or PAP packet from Code on. */
  | (Ppp & {
      readonly kind: 'auth-packet';
      readonly protocol: number;
      readonly direction: Direction;
      readonly packet: Uint8Array;
    })
  | (Ppp & { readonly kind: 'auth-note'; readonly protocol: number; readonly text: string });

export type VpdnTrace =
  | (Ppp & { readonly kind: 'vpdn-dnis'; readonly number: string })
  /** `key` as the seed prints it: dnis:614629, or a domain. */
  | (Ppp & { readonly kind: 'vpdn-looking'; readonly key: string })
  | (Ppp & {
      readonly kind: 'vpdn-info';
      readonly key: string;
      readonly localName: string;
      readonly busyDisconnect: boolean;
      readonly hasPassword: boolean;
      readonly addresses: readonly string[];
    })
  | (Ppp & { readonly kind: 'vpdn-none'; readonly key: string })
  | (Ppp & {
      readonly kind: 'vpdn-candidate';
      readonly level: number;
      readonly index: number;
      readonly address: string;
      readonly priority: number;
    })
  | (Ppp & {
      readonly kind: 'vpdn-select';
      /** `non-active`, `active` (its tunnel stands) or `pending` (its tunnel is being opened). */
      readonly how: 'non-active' | 'active' | 'pending';
      readonly address: string;
      readonly priority: number;
    })
  | (Ppp & {
      readonly kind: 'vpdn-step';
      readonly step:
        | 'Find LNS process created'
        | 'Pending'
        | 'Process created'
        | 'Cleanup'
        | 'Reset'
        | 'PPP LCP accepted rcv CONFACK'
        | 'PPP LCP accepted sent CONFACK';
    })
  /** A virtual access interface of the LNS, and whose call it is for. */
  | (Ppp & { readonly kind: 'vpdn-access'; readonly peerName: string })
  | (Ppp & { readonly kind: 'vpdn-clone'; readonly template: number })
  | (Ppp & { readonly kind: 'vpdn-forward'; readonly address: string })
  | (Ppp & { readonly kind: 'vpdn-failed'; readonly text: string });

/** How a virtual access interface is made: `debug vtemplate`. */
export type VtemplateTrace =
  | (Ppp & { readonly kind: 'vtemplate-hardware'; readonly address: Uint8Array })
  | (Ppp & { readonly kind: 'vtemplate-cloneblk' })
  /** `commands`: those of the template, as the operator wrote them. */
  | (Ppp & {
      readonly kind: 'vtemplate-clone';
      readonly template: number;
      readonly commands: readonly string[];
    });

export type L2tpTrace =
  /**
   * A control message as sent or taken; `avps` empty for a ZLB. Text masks what is secret in it.
   */
  | (L2tp & {
      readonly kind: 'l2tp-message';
      readonly direction: Direction;
      readonly datagram: Uint8Array;
      readonly avps: readonly AvpTrace[];
      /** AVP types that the message lacks; with their names made at the edge. */
      readonly missing: readonly number[];
      /** The peer's host name, tunnel and session ids where known (else '' and 0), for `O X to`. */
      readonly peerName: string;
      readonly peerTunnelId: number;
      readonly peerSessionId: number;
      /** The peer opened the tunnel: the LNS's form of these lines, TRACE-03. */
      readonly isResponder: boolean;
    })
  /**
   * `I X from`: its effects begin. Some messages are acknowledged between it and theirs, TRACE-33.
   */
  | (L2tp & {
      readonly kind: 'l2tp-from';
      /** A MessageType. */
      readonly type: number;
      readonly peerName: string;
      readonly peerTunnelId: number;
      readonly peerSessionId: number;
    })
  | (L2tp & { readonly kind: 'l2tp-sm-state'; readonly state: string })
  | (L2tp & { readonly kind: 'l2tp-tunnel-state'; readonly from: string; readonly to: string })
  | (L2tp & { readonly kind: 'l2tp-session-state'; readonly from: string; readonly to: string })
  | (L2tp & {
      readonly kind: 'l2tp-step';
      readonly step:
        | 'Session FS enabled'
        | 'Create session'
        | 'New session created'
        | 'Destroying session'
        | 'Shutdown tunnel'
        | 'Tunnel Authentication success'
        | 'Tunnel Authentication fails';
    })
  | (L2tp & {
      readonly kind: 'l2tp-challenge';
      readonly what: 'challenge' | 'response';
      readonly peerName: string;
      /** Who opened the tunnel words it otherwise than who was asked. */
      readonly isResponder: boolean;
    })
  /** `address` dotted. */
  | (L2tp & {
      readonly kind: 'l2tp-created';
      readonly peerName: string;
      readonly address: string;
    })
  | (L2tp & {
      readonly kind: 'l2tp-release';
      readonly peerTunnelId: number;
      readonly state: string;
    })
  | (L2tp & { readonly kind: 'l2tp-no-sessions'; readonly seconds: number })
  /** A fault of a packet, a retransmission, a time-out: `debug vpdn l2x-errors`. */
  | (L2tp & { readonly kind: 'l2tp-error'; readonly text: string });

export type TraceEvent = PppTrace | VpdnTrace | VtemplateTrace | L2tpTrace;
export type Event = LogEvent | TraceEvent;

/** Handed to every machine, as its clock and its randomness are. Must not throw. */
export type EventSink = (event: Event) => void;

export function log(
  facility: string,
  severity: LogEvent['severity'],
  mnemonic: string,
  text: string,
): LogEvent {
  return { kind: 'log', facility, severity, mnemonic, text };
}
