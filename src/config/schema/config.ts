/** The validated configuration: what a startup-config means, every default filled in, frozen. */

export interface Config {
  readonly hostname: string;
  readonly vpdn: VpdnConfig;
  readonly groups: readonly VpdnGroup[];
  readonly lines: readonly LineConfig[];
  /** Names of IOS commands accepted without meaning here, one note each. */
  readonly notes: readonly string[];
}

export interface VpdnConfig {
  readonly enabled: boolean;
  /** `vpdn search-order`; default dnis, then domain, as IOS. */
  readonly searchOrder: readonly ('dnis' | 'domain')[];
  /** `vpdn source-ip`: UDP 1701 is bound to it; absent: every address. */
  readonly sourceIp?: number;
  /** Local UDP port; 1701. Our own `vpdn source-port`, for labs and tests. */
  readonly sourcePort: number;
}

/** One `initiate-to ip A [priority P]`; a lower priority number is tried first. */
export interface InitiateTo {
  readonly address: number;
  /** UDP port of the LNS; 1701 unless `port N` (our own word, for labs) says so. */
  readonly port: number;
  readonly priority: number;
}

export interface TunnelTimers {
  /** `l2tp tunnel hello S`; 0 = none. */
  readonly helloMs: number;
  /** `l2tp tunnel timeout no-session S`; Infinity for never. */
  readonly noSessionMs: number;
  /** `l2tp tunnel timeout setup S`: how long a call may take to be established; CDN 10 after. */
  readonly setupMs: number;
  /** `l2tp tunnel retransmit retries N`, `… initial retries N` (the SCCRQ). */
  readonly retries: number;
  readonly initialRetries: number;
  /** `l2tp tunnel retransmit timeout min S` and `max S`: first interval and cap. */
  readonly retransmitMinMs: number;
  readonly retransmitMaxMs: number;
}

/** `l2tp compat …`, each a named departure from what xl2tpd and the RFC both take. */
export interface Compat {
  /** The seed's bytes: vendor, firmware, M on AVP 33, no AVP 26, nothing hidden by default. */
  readonly cisco: boolean;
  /** Off by `no l2tp compat restore-header`: frames go up as the line sent them. */
  readonly restoreHeader: boolean;
}

export interface VpdnGroup {
  readonly number: string;
  readonly requestDialin: boolean;
  readonly dnis: readonly string[];
  readonly domains: readonly string[];
  readonly initiateTo: readonly InitiateTo[];
  /** `local name`; the hostname by default. */
  readonly localName: string;
  /** `l2tp tunnel password`, decoded. */
  readonly tunnelPassword?: string;
  /** `[no] l2tp tunnel authentication`; on by default. Off: we do not challenge the peer. */
  readonly tunnelAuthentication: boolean;
  /** `l2tp hidden`: hide whatever may be hidden; else only AVP 33 of PAP when a secret is there. */
  readonly hidden: boolean;
  readonly receiveWindow: number;
  readonly timers: TunnelTimers;
  readonly compat: Compat;
}

export type AuthMethod = 'chap' | 'pap';

/** A line together with the Async interface of the same number. */
export interface LineConfig {
  readonly number: number;
  /** `device PATH`; a line without one is not opened. */
  readonly device?: string;
  /** `modem type direct` is the only one of this firmware so far. */
  readonly modemType: 'direct';
  readonly calledNumber?: string;
  readonly callingNumber?: string;
  readonly speedBps: number;
  readonly flowControl: 'none' | 'hardware' | 'software';
  readonly ppp: AsyncConfig;
  /** `FILE:LINE` of its `line` command, for errors that show only when it is opened. */
  readonly origin: string;
}

/** `interface AsyncN`. */
export interface AsyncConfig {
  /** `encapsulation ppp` was given and the interface is not `shutdown`. */
  readonly enabled: boolean;
  /** In the order of `ppp authentication`; empty: the caller is not authenticated here. */
  readonly authentication: readonly AuthMethod[];
  /** `ppp chap hostname`; the hostname by default. */
  readonly chapHostname: string;
  readonly multilink: boolean;
  readonly mruOctets: number;
}
