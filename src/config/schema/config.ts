/** The validated configuration: what a startup-config means, every default filled in, frozen. */

export interface Config {
  readonly hostname: string;
  readonly vpdn: VpdnConfig;
  readonly groups: readonly VpdnGroup[];
  readonly lines: readonly LineConfig[];
  readonly virtualTemplates: readonly VirtualTemplate[];
  /** `ip local pool`, by name in lower case; `default` is one of them. */
  readonly pools: readonly IpPool[];
  readonly users: readonly UserConfig[];
  /** Names of IOS commands accepted without meaning here, one note each. */
  readonly notes: readonly string[];
}

export interface VpdnConfig {
  readonly enabled: boolean;
  /** `vpdn search-order`; default dnis, then domain, as IOS. */
  readonly searchOrder: readonly ('dnis' | 'domain')[];
  /** `vpdn source-ip`: UDP 1701 is bound to it; absent: every address. */
  readonly sourceIp?: number;
  /** `vpdn session-limit N`: sessions of the whole LNS. */
  readonly sessionLimit: number;
  /** Name of the TUN device; `vpdn tun NAME`, our own word. Its MTU is 1500. */
  readonly tunName: string;
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

/** `accept-dialin` with `protocol l2tp`: calls that LACs bring. */
export interface AcceptDialin {
  readonly virtualTemplate: number;
  /** `terminate-from hostname NAME`; absent: the default group, for every LAC that has no other. */
  readonly terminateFrom?: string;
  readonly lcpRenegotiation: 'never' | 'on-mismatch' | 'always';
  readonly forceLocalChap: boolean;
  /** Sessions of the whole group; `session-limit N`. */
  readonly sessionLimit: number;
}

export interface VpdnGroup {
  readonly number: string;
  readonly requestDialin: boolean;
  readonly acceptDialin?: AcceptDialin;
  /** `source-ip A`: where the group's tunnels are sent from. */
  readonly sourceIp?: number;
  /** `l2tp sequencing`: AVP 39 in our ICCN, Ns in our data. */
  readonly sequencing: boolean;
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
  /** `l2tp tunnel tie-breaker`, our own word. */
  readonly tieBreaker: boolean;
}

export type AuthMethod = 'chap' | 'pap' | 'ms-chap' | 'ms-chap-v2';

/** `interface Virtual-TemplateN`: what the virtual access interfaces of the LNS are cloned from. */
export interface VirtualTemplate {
  readonly number: number;
  /** Our end of every link: `ip address`, or that of the interface that `ip unnumbered` names. */
  readonly localAddress: number;
  /** Of a Loopback or the template itself: we set it. An Ethernet's is the machine's already. */
  readonly ownsLocalAddress: boolean;
  /** `peer default ip address pool [NAME]`, lower case; absent: callers bring their own. */
  readonly pool?: string;
  /** `ppp authentication METHOD… [callin] [LIST]`; empty: none. */
  readonly authentication: readonly AuthMethod[];
  /** Their lists, for AAA; `default` without a name. */
  readonly authenticationList: string;
  readonly authorizationList: string;
  /** `ppp chap hostname`; the hostname without it. */
  readonly chapHostname?: string;
  /** `ppp ipcp dns A [B]`, `ppp ipcp wins A [B]`. */
  readonly dns: readonly number[];
  readonly nbns: readonly number[];
  readonly mruOctets: number;
  /** `keepalive [S [RETRIES]]`; 0 seconds: `no keepalive`. */
  readonly keepaliveMs: number;
  readonly keepaliveRetries: number;
  /** `ppp timeout idle S`, `timeout absolute M [S]`; 0: never. */
  readonly idleMs: number;
  readonly absoluteMs: number;
  /** Its commands as they were written, not indented, in their order: the trace shows them. */
  readonly commands: readonly string[];
}

/** `ip local pool NAME LOW [HIGH]`, once or more for a name. */
export interface IpPool {
  readonly name: string;
  readonly ranges: readonly { readonly low: number; readonly high: number }[];
}

/** `username NAME password 0|7 SECRET`, and our own `username NAME framed-ip-address A`. */
export interface UserConfig {
  readonly name: string;
  /** Decoded. */
  readonly password: string;
  /** RFC 2865 §5.8: 255.255.255.255 lets the caller choose, 255.255.255.254 is the pool. */
  readonly framedIpAddress?: number;
}

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
