/** Configurations for the product, in its own words: those of an operator. */
import { LAC_ADDRESS } from './lns.ts';

export interface GroupOptions {
  readonly dnis: string;
  readonly domains?: readonly string[];
  /** In order of priority. */
  readonly addresses: readonly string[];
  readonly secret?: string;
  /** More lines of the group; a timer given here wins. */
  readonly extra?: readonly string[];
}

export interface LineOptions {
  readonly number: number;
  readonly device: string;
  readonly calledNumber: string;
  /** 115200 unless said. */
  readonly speedBps?: number;
  /** What the caller is asked for; `chap pap` unless said. */
  readonly authentication?: string;
}

export interface ConfigOptions {
  readonly sourceAddress?: string;
  readonly lines: readonly LineOptions[];
  readonly groups: readonly GroupOptions[];
}

export const DNIS = '614629';

/** Retransmission short enough for a test: 1 + 2 + 2 + 2 s, and the peer is dead. */
export const SHORT_RETRANSMIT = [
  'l2tp tunnel retransmit retries 3',
  'l2tp tunnel retransmit timeout min 1',
  'l2tp tunnel retransmit timeout max 2',
] as const;

/** Where nothing is lost: a tunnel that has ended is forgotten after 1 + 1 + 1 s. RFC 2661 §5.7 */
export const QUICK_RETRANSMIT = [
  'l2tp tunnel retransmit retries 2',
  'l2tp tunnel retransmit timeout min 1',
  'l2tp tunnel retransmit timeout max 1',
] as const;

export function configText(options: ConfigOptions): string {
  return [
    'hostname hgw',
    'vpdn enable',
    `vpdn source-ip ${options.sourceAddress ?? LAC_ADDRESS}`,
    'vpdn search-order dnis domain',
    '!',
    ...options.groups.flatMap(groupLines),
    ...options.lines.flatMap(lineLines),
    '',
  ].join('\n');
}

function groupLines(group: GroupOptions, index: number): string[] {
  return [
    `vpdn-group ${index + 1}`,
    ' request-dialin',
    '  protocol l2tp',
    `  dnis ${group.dnis}`,
    ...(group.domains ?? []).map((domain) => `  domain ${domain}`),
    ...group.addresses.map((address, at) => ` initiate-to ip ${address} priority ${at + 1}`),
    ' local name hgw',
    ` l2tp tunnel password 0 ${group.secret ?? 'hello'}`,
    ' l2tp tunnel hello 60',
    ' l2tp tunnel receive-window 800',
    ' l2tp tunnel timeout no-session 15',
    ...(group.extra ?? []).map((line) => ` ${line}`),
    '!',
  ];
}

function lineLines(line: LineOptions): string[] {
  return [
    `interface Async${line.number}`,
    ' encapsulation ppp',
    ` ppp authentication ${line.authentication ?? 'chap pap'}`,
    ' ppp chap hostname 5300-1',
    '!',
    `line ${line.number}`,
    ` device ${line.device}`,
    ' modem type direct',
    ` called-number ${line.calledNumber}`,
    ` speed ${line.speedBps ?? 115_200}`,
    ' flowcontrol none',
    '!',
  ];
}

/** The product as an LNS. */
export interface LnsOptions {
  /** Of the group: `force-local-chap`, timers ... */
  readonly group?: readonly string[];
  /** Of the Virtual-Template: `no keepalive` ... */
  readonly template?: readonly string[];
  /** `ppp authentication` of the Virtual-Template; `chap` unless said. */
  readonly authentication?: string;
  readonly sessionLimit?: number;
  /** Of the pool; 10.77.1.10 to 10.77.1.250 unless said. */
  readonly addresses?: readonly [low: string, high: string];
}

/** Our end of each caller's link. */
export const LNS_PPP_ADDRESS = '10.77.0.1';
export const LNS_TUN = 'pilac0';
export const LNS_NO_SESSION_S = 2;
/** What the LNS calls itself in CHAP; the LAC says 5300-1. */
export const LNS_NAME = 'lns-1';
export const CALLER = { name: 'router@example.net', secret: 'routerpw' } as const;

export function lnsText(address: string, options: LnsOptions): string {
  const [low, high] = options.addresses ?? ['10.77.1.10', '10.77.1.250'];
  const limit = options.sessionLimit;
  return [
    `hostname ${LNS_NAME}`,
    'vpdn enable',
    `vpdn source-ip ${address}`,
    `vpdn tun ${LNS_TUN}`,
    ...(limit === undefined ? [] : [`vpdn session-limit ${limit}`]),
    `username ${CALLER.name} password 0 ${CALLER.secret}`,
    `ip local pool default ${low} ${high}`,
    '!',
    'vpdn-group 1',
    ' accept-dialin',
    '  protocol l2tp',
    '  virtual-template 1',
    ` local name ${LNS_NAME}`,
    ' l2tp tunnel password 0 hello',
    ` l2tp tunnel timeout no-session ${LNS_NO_SESSION_S}`,
    ...QUICK_RETRANSMIT.map((line) => ` ${line}`),
    ...(options.group ?? []).map((line) => ` ${line}`),
    '!',
    'interface Loopback0',
    ` ip address ${LNS_PPP_ADDRESS} 255.255.255.255`,
    '!',
    'interface Virtual-Template1',
    ' ip unnumbered Loopback0',
    ' peer default ip address pool default',
    ` ppp authentication ${options.authentication ?? 'chap'}`,
    ' ppp ipcp dns 192.0.2.53',
    ' keepalive 10',
    ...(options.template ?? []).map((line) => ` ${line}`),
    '!',
    '',
  ].join('\n');
}
