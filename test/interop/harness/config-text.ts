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
    ' ppp authentication chap pap',
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
