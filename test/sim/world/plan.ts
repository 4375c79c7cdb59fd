/** What a seed stands for: configuration, the peers' styles, how bad the world is, what happens. */
import type { Millis } from '../../../src/base/machine.ts';
import type { CallerOptions } from '../peers/caller.ts';
import { Lcp } from '../peers/lcp.ts';
import type { LnsStyle } from '../peers/lns.ts';
import type { LineFaults } from './line.ts';
import type { Prng } from './prng.ts';

export const LNS_PORT = 1701;
export const LNS_ADDRESS = 0x0a330652; // 10.51.6.82
export const TUNNEL_SECRET = 'hello';
const CALLER_SECRET = 'cisco';
/** XON and XOFF. */
const FLOW_CONTROL = 0x000a0000;

export interface UdpFaults {
  loss: number;
  duplication: number;
  delayMs: Millis;
  /** Up to so much more, each datagram for itself: they overtake one another. */
  jitterMs: Millis;
}

export const INCIDENTS = [
  'caller hangs up',
  'caller terminates',
  'caller begins LCP anew',
  'line is lost',
  'LNS clears',
  'LNS stops its tunnels',
  'LNS terminates PPP',
  'LNS restarts',
  'LNS is mute',
  'LNS refuses calls',
  'LNS says hello',
  'LNS sends a burst',
  'LNS sets link info',
  'LAC restarts',
  'LAC clears a line',
  'LAC clears its tunnels',
] as const;
export type Incident = (typeof INCIDENTS)[number];

export interface Plan {
  readonly configText: string;
  readonly lines: readonly CallerOptions[];
  readonly lnses: readonly LnsStyle[];
  readonly bps: number;
  readonly udp: UdpFaults;
  readonly line: LineFaults;
  readonly incidents: readonly { readonly at: Millis; readonly what: Incident }[];
  readonly faultsEndAt: Millis;
  /** How it ends: the callers go, or the LAC is shut down. */
  readonly end: 'callers' | 'shutdown';
}

export const CALM_UDP: UdpFaults = { loss: 0, duplication: 0, delayMs: 2, jitterMs: 0 };
export const CALM_LINE: LineFaults = {
  loss: 0,
  flip: 0,
  flowControl: 0,
  pieceOctets: 300,
  jitterMs: 0,
};

export interface Wishes {
  readonly lines: number;
  readonly lnses: number;
  readonly authentication?: string;
  readonly flowControl?: 'none' | 'software';
  readonly byDomain?: boolean;
  readonly groupCommands?: readonly string[];
  readonly bps?: number;
}

/** IOS's words, as an operator would write them. */
export function configText(wishes: Wishes): string {
  const { lines, lnses, authentication = 'chap pap', flowControl = 'none' } = wishes;
  const addresses = Array.from(
    { length: lnses },
    (_, at) => ` initiate-to ip 10.51.6.${82 + at} priority ${at + 1}`,
  );
  const ports = Array.from({ length: lines }, (_, at) => [
    `interface Async${at + 1}`,
    ' encapsulation ppp',
    ...(authentication === '' ? [] : [` ppp authentication ${authentication}`]),
    ' ppp chap hostname 5300-1',
    `line ${at + 1}`,
    ` device /dev/line${at + 1}`,
    ' modem type direct',
    ...(wishes.byDomain === true ? [] : [' called-number 614629']),
    ` calling-number 208573059${at + 1}`,
    ` speed ${wishes.bps ?? 115200}`,
    ` flowcontrol ${flowControl}`,
  ]);
  return [
    'hostname hgw',
    'vpdn enable',
    'vpdn search-order dnis domain',
    'vpdn-group 1',
    ' request-dialin',
    '  protocol l2tp',
    wishes.byDomain === true ? '  domain example.net' : '  dnis 614629',
    ...addresses,
    ' local name hgw',
    ` l2tp tunnel password 0 ${TUNNEL_SECRET}`,
    ...(wishes.groupCommands ?? []),
    ...ports.flat(),
    '',
  ].join('\n');
}

export const calmCaller = (line: number): CallerOptions => ({
  line,
  secret: CALLER_SECRET,
  takes: 'both',
  accm: 0,
  needsEscaped: 0,
  compress: true,
  isHasty: false,
  hangsUp: true,
  isMute: false,
  setupMs: 20_000,
  stallMs: 10_000,
  dataEveryMs: 1_000,
  fillOctets: 24,
});

export const calmLns = (index: number): LnsStyle => ({
  name: `lns${index}`,
  secret: TUNNEL_SECRET,
  challenges: true,
  window: 4,
  ackDelayMs: 0,
  header: 'plain',
  addressControl: 'always',
  clearsAfterTerminateMs: 5,
  helloMs: 60_000,
  noSessionMs: Number.POSITIVE_INFINITY,
  firstTunnelId: 1000 * (index + 1),
  firstSessionId: 5000 * (index + 1),
  ppp: {
    name: `lns${index}`,
    secret: CALLER_SECRET,
    authentication: 'chap',
    rejects: [],
    asksMrru: false,
    compress: false,
    startMs: 20,
  },
});

export function drawPlan(random: Prng): Plan {
  const lines = random.int(1, 3);
  const lnses = random.chance(0.3) ? 2 : 1;
  const flowControl = random.chance(0.3) ? 'software' : 'none';
  const authentication = random.pick(['chap pap', 'pap', 'chap', 'pap chap', '']);
  const byDomain = authentication !== '' && random.chance(0.3);
  const groupCommands = random.chance(0.4) ? [' l2tp tunnel hello 10'] : [];
  const lnsAuthentication = random.pick(['chap', 'pap'] as const);
  const bps = random.pick([9_600, 33_600, 115_200]);
  const faultsEndAt = random.int(8_000, 45_000);
  return {
    configText: configText({
      lines,
      lnses,
      authentication,
      flowControl,
      byDomain,
      groupCommands,
      bps,
    }),
    lines: Array.from({ length: lines }, (_, at) =>
      drawCaller(at + 1, authentication, lnsAuthentication, flowControl === 'software', random),
    ),
    lnses: Array.from({ length: lnses }, (_, at) => drawLns(at, lnsAuthentication, random)),
    bps,
    udp: drawUdp(random),
    line: drawLine(flowControl === 'software', random),
    incidents: drawIncidents(faultsEndAt, random),
    faultsEndAt,
    end: random.chance(0.7) ? 'callers' : 'shutdown',
  };
}

function drawCaller(
  line: number,
  authentication: string,
  lnsAuthentication: 'chap' | 'pap',
  isSoftware: boolean,
  random: Prng,
): CallerOptions {
  const isEnough = authentication === '' || authentication.includes(lnsAuthentication);
  const accms = isSoftware ? [FLOW_CONTROL] : [0, 0, 0x000a0000, undefined];
  return {
    ...calmCaller(line),
    // One that knows a single method has an LNS that asks for it.
    takes: isEnough && random.chance(0.5) ? lnsAuthentication : 'both',
    accm: random.pick(accms),
    needsEscaped: isSoftware ? FLOW_CONTROL : 0,
    compress: random.chance(0.7),
    isHasty: random.chance(0.3),
    hangsUp: random.chance(0.7),
    dataEveryMs: random.int(400, 1_500),
    fillOctets: random.pick([0, 10, 40, 300]),
  };
}

function drawLns(index: number, authentication: 'chap' | 'pap', random: Prng): LnsStyle {
  const calm = calmLns(index);
  return {
    ...calm,
    challenges: random.chance(0.7),
    window: random.pick([undefined, 1, 2, 4, 8]),
    ackDelayMs: random.pick([0, 0, 50, 300]),
    header: random.pick(['plain', 'length', 'priority', 'sequenced', 'offset'] as const),
    addressControl: random.pick(['always', 'lcp'] as const),
    clearsAfterTerminateMs: random.pick([5, 3_000, Number.POSITIVE_INFINITY]),
    helloMs: random.pick([60_000, 7_000]),
    noSessionMs: random.pick([Number.POSITIVE_INFINITY, 10_000]),
    firstTunnelId: random.int(1, 60_000),
    firstSessionId: random.int(1, 60_000),
    ppp: {
      ...calm.ppp,
      authentication,
      rejects: random.chance(0.3) ? [Lcp.ACCM, Lcp.PFC, Lcp.ACFC] : [],
      asksMrru: random.chance(0.3),
      compress: random.chance(0.5),
      startMs: random.pick([0, 5, 250]),
    },
  };
}

function drawUdp(random: Prng): UdpFaults {
  if (random.chance(0.2)) return CALM_UDP;
  return {
    loss: random.pick([0, 0.02, 0.1, 0.2]),
    duplication: random.pick([0, 0.05, 0.2]),
    delayMs: random.pick([0, 2, 40]),
    jitterMs: random.pick([0, 5, 100, 1_500]),
  };
}

function drawLine(isSoftware: boolean, random: Prng): LineFaults {
  return {
    loss: random.pick([0, 0, 0.0005, 0.003]),
    flip: random.pick([0, 0, 0.0005, 0.003]),
    flowControl: isSoftware ? 0.01 : 0,
    pieceOctets: random.pick([1, 16, 300, 2_000]),
    jitterMs: random.pick([0, 3, 50]),
  };
}

function drawIncidents(end: Millis, random: Prng): Plan['incidents'] {
  const count = random.int(0, 8);
  return Array.from({ length: count }, () => ({
    at: random.int(500, end),
    what: random.pick(INCIDENTS),
  }));
}
