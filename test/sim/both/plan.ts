/** What a seed stands for: the two routers' configurations, the callers, what happens to them. */
import type { Millis } from '../../../src/base/machine.ts';
import type { CallerOptions } from '../peers/caller.ts';
import type { LineFaults } from '../world/line.ts';
import {
  CALM_LINE,
  CALM_UDP,
  calmCaller,
  configText,
  TUNNEL_SECRET,
  type UdpFaults,
} from '../world/plan.ts';
import type { Prng } from '../world/prng.ts';

const SERVER = [192, 0, 2, 1] as const;
/** Of every caller; one may have it wrong. */
const PASSWORD = 'cisco';
const METHODS = ['chap', 'pap', 'chap pap'] as const;

export const INCIDENTS = [
  'caller hangs up',
  'caller terminates',
  'caller begins LCP anew',
  'line is lost',
  'LAC restarts',
  'LNS restarts',
  'LAC clears a line',
  'LNS clears a caller',
  'LAC clears its tunnels',
  'LNS clears its tunnels',
  'the network is cut',
  'a packet for nobody',
] as const;
export type Incident = (typeof INCIDENTS)[number];

export interface Plan {
  readonly lacText: string;
  readonly lnsText: string;
  readonly lines: readonly CallerOptions[];
  /** Lines whose caller has a wrong password: it must never get in. */
  readonly liars: ReadonlySet<number>;
  readonly bps: number;
  readonly udp: UdpFaults;
  readonly line: LineFaults;
  readonly incidents: readonly { readonly at: Millis; readonly what: Incident }[];
  readonly faultsEndAt: Millis;
  readonly end: 'callers' | 'LAC' | 'LNS';
}

export interface LnsWishes {
  readonly authentication: string;
  /** A line of the group, or nothing. */
  readonly renegotiation: string;
  readonly users: number;
  readonly addresses: number;
  /** More lines of the group, of the template, of the whole. */
  readonly extra?: readonly string[];
  readonly template?: readonly string[];
  readonly global?: readonly string[];
  readonly lac?: string;
}

export function lnsText(wishes: LnsWishes): string {
  const { authentication, renegotiation, users, addresses } = wishes;
  const { extra = [], template = [], global = [], lac = 'hgw' } = wishes;
  return [
    'hostname l2tp-gw',
    'vpdn enable',
    'vpdn-group 1',
    ' accept-dialin',
    '  protocol l2tp',
    '  virtual-template 1',
    ` terminate-from hostname ${lac}`,
    ' local name l2tp-gw',
    ` l2tp tunnel password 0 ${TUNNEL_SECRET}`,
    ...(renegotiation === '' ? [] : [` ${renegotiation}`]),
    ...extra,
    'interface Loopback0',
    ' ip address 10.51.6.82 255.255.255.255',
    'interface Virtual-Template1',
    ' ip unnumbered Loopback0',
    ' peer default ip address pool default',
    ` ppp authentication ${authentication}`,
    ...template.map((line) => ` ${line}`),
    `ip local pool default 10.77.1.1 10.77.1.${addresses}`,
    ...Array.from({ length: users }, (_, at) => `username user${at + 1} password 0 ${PASSWORD}`),
    ...global,
    '',
  ].join('\n');
}

/** A user of the LNS's, with real packets for the host behind it. */
export const calmUser = (line: number): CallerOptions => ({
  ...calmCaller(line),
  name: `user${line}`,
  secret: PASSWORD,
  server: SERVER,
});

export function drawPlan(random: Prng): Plan {
  const lines = random.int(1, 4);
  const flowControl = random.chance(0.3) ? 'software' : 'none';
  const bps = random.pick([9_600, 33_600, 115_200]);
  const authentication = random.pick(METHODS);
  // What both ends want is always among what the LAC asks for, first or behind.
  const lnsAuthentication = random.pick(METHODS);
  const fits = lnsAuthentication.includes(authentication.split(' ')[0] ?? '');
  const renegotiation = random.pick([
    'lcp renegotiation always',
    'lcp renegotiation on-mismatch',
    ...(fits ? ['', 'force-local-chap'] : []),
  ]);
  const faultsEndAt = random.int(8_000, 45_000);
  const liars = new Set<number>();
  if (lines > 1 && random.chance(0.3)) liars.add(random.int(1, lines));
  return {
    lacText: configText({
      lines,
      lnses: 1,
      authentication: authentication,
      flowControl,
      bps,
      groupCommands: [
        ...(random.chance(0.4) ? [' l2tp tunnel hello 10'] : []),
        ...(random.chance(0.3) ? [' l2tp sequencing'] : []),
      ],
    }),
    lnsText: lnsText({
      authentication: lnsAuthentication,
      renegotiation,
      users: lines,
      // Just enough for those who call: an address lost is missed soon.
      addresses: lines,
      extra: [
        ...(random.chance(0.4) ? [' l2tp tunnel hello 10'] : []),
        ...(random.chance(0.3) ? [' l2tp sequencing'] : []),
      ],
    }),
    lines: Array.from({ length: lines }, (_, at) => ({
      ...calmUser(at + 1),
      secret: liars.has(at + 1) ? 'wrong' : PASSWORD,
      accm: random.pick(flowControl === 'software' ? [0x000a0000] : [0, 0x000a0000, undefined]),
      needsEscaped: flowControl === 'software' ? 0x000a0000 : 0,
      compress: random.chance(0.7),
      isHasty: random.chance(0.3),
      hangsUp: random.chance(0.7),
      dataEveryMs: random.int(400, 1_500),
      fillOctets: random.pick([0, 10, 40, 300]),
    })),
    liars,
    bps,
    udp: drawUdp(random),
    line: drawLine(flowControl === 'software', random),
    incidents: Array.from({ length: random.int(0, 8) }, () => ({
      at: random.int(500, faultsEndAt),
      what: random.pick(INCIDENTS),
    })),
    faultsEndAt,
    end: random.pick(['callers', 'LAC', 'LNS'] as const),
  };
}

function drawUdp(random: Prng): UdpFaults {
  if (random.chance(0.3)) return CALM_UDP;
  return {
    loss: random.pick([0, 0.02, 0.1, 0.2]),
    duplication: random.pick([0, 0.05, 0.2]),
    delayMs: random.pick([0, 2, 40]),
    jitterMs: random.pick([0, 5, 100, 700]),
  };
}

function drawLine(isSoftware: boolean, random: Prng): LineFaults {
  return {
    ...CALM_LINE,
    loss: random.pick([0, 0, 0.0005]),
    flip: random.pick([0, 0, 0.0005]),
    flowControl: isSoftware ? 0.01 : 0,
    pieceOctets: random.pick([16, 300, 2_000]),
    jitterMs: random.pick([0, 3, 50]),
  };
}
