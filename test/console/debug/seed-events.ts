/**
 * What the seed's LAC did, as the events that its machines emit, in the listing's order; and how to
 * make such events of the seed's messages (seed-lns-events.ts: its LNS).
 */
import { readFileSync } from 'node:fs';
import type { Event, L2tpScope, PppPhase } from '../../../src/base/event.ts';
import { log } from '../../../src/base/event.ts';
import { L2tpHeader, parseL2tpHeader } from '../../../src/wire/l2tp/header.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { parseControlMessage } from '../../../src/wire/l2tp/parse.ts';
import { PppProtocol } from '../../../src/wire/ppp/protocol.ts';

interface SeedMessages {
  readonly l2tp: readonly { readonly name: string; readonly hex: string }[];
  readonly ppp: readonly { readonly name: string; readonly hex?: string }[];
}

const FIXTURE = new URL('../../fixtures/seed-messages.json', import.meta.url);
const MESSAGES: SeedMessages = JSON.parse(readFileSync(FIXTURE, 'utf8'));

const interfaceName = 'Serial0:0';
const tunnel: L2tpScope = { tunnelId: 17688 };
const unbound: L2tpScope = { ...tunnel, sessionId: 7 };
const session: L2tpScope = { ...unbound, interfaceName };
const LNS = '10.51.6.82';
const LNS_NAME = 'l2tp-gw';

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

function hexOf(list: SeedMessages['l2tp'] | SeedMessages['ppp'], name: string): string {
  const hex = list.find((message) => message.name === name)?.hex;
  if (hex === undefined) throw new Error(`the seed has no ${name}`);
  return hex;
}

export function message(
  direction: 'I' | 'O',
  name: string,
  scope: L2tpScope,
  [peerTunnelId, peerSessionId]: readonly [number, number],
  peerName = LNS_NAME,
): Event {
  const datagram = octets(hexOf(MESSAGES.l2tp, name));
  const header = new L2tpHeader();
  parseL2tpHeader(datagram, datagram.length, header);
  const isZlb = datagram.length === 12;
  const { avps, missing } = isZlb
    ? { avps: [], missing: [] }
    : parseControlMessage(datagram, header, undefined);
  const peer = { peerName, peerTunnelId, peerSessionId, isResponder: peerName !== LNS_NAME };
  return { kind: 'l2tp-message', scope, direction, datagram, avps, missing, ...peer };
}

const from = (type: number, peerTunnelId: number): Event => ({
  kind: 'l2tp-from',
  scope: tunnel,
  type,
  peerName: LNS_NAME,
  peerTunnelId,
  peerSessionId: 0,
});

/** Without FF 03 and the protocol. */
export const packetOf = (name: string): Uint8Array => octets(hexOf(MESSAGES.ppp, name)).slice(4);

const lcp = (direction: 'I' | 'O', state: string, name: string): Event => ({
  kind: 'ppp-packet',
  interfaceName,
  protocol: PppProtocol.LCP,
  direction,
  state,
  packet: packetOf(`LCP-${name}`),
});

const chap = (direction: 'I' | 'O', name: string): Event => ({
  kind: 'auth-packet',
  interfaceName,
  protocol: PppProtocol.CHAP,
  direction,
  packet: packetOf(`CHAP-${name}`),
});

const state = (name: string): Event => ({
  kind: 'ppp-state',
  interfaceName,
  protocol: PppProtocol.LCP,
  state: name,
});

const phase = (name: PppPhase, detail?: 'Passive Open' | 'by this end'): Event => ({
  kind: 'ppp-phase',
  interfaceName,
  phase: name,
  ...(detail === undefined ? {} : { detail }),
});

const hostname: Event = { kind: 'chap-hostname', interfaceName, name: '5300-1' };
const machine = (name: string): Event => ({ kind: 'l2tp-sm-state', scope: tunnel, state: name });
const tunnelState = (was: string, to: string): Event => ({
  kind: 'l2tp-tunnel-state',
  scope: tunnel,
  from: was,
  to,
});
const sessionState = (was: string, to: string, scope = session): Event => ({
  kind: 'l2tp-session-state',
  scope,
  from: was,
  to,
});
const upDown = (facility: string, severity: 3 | 5, what: string, to: string): Event =>
  log(facility, severity, 'UPDOWN', `${what}Interface Serial0:0, changed state to ${to}`);

type VpdnStep = 'Find LNS process created' | 'Pending' | 'Process created' | 'Cleanup' | 'Reset';
const vpdn = (step: VpdnStep): Event => ({ kind: 'vpdn-step', interfaceName, step });

const challenge = (what: 'challenge' | 'response'): Event => ({
  kind: 'l2tp-challenge',
  scope: tunnel,
  what,
  peerName: LNS_NAME,
  isResponder: false,
});

const key = 'dnis:614629';
const NOBODY = [0, 0] as const;

export const SET_UP: readonly Event[] = [
  upDown('LINK', 3, '', 'up'),
  { kind: 'ppp-callin', interfaceName },
  phase('ESTABLISHING', 'Passive Open'),
  hostname,
  state('Listen'),
  lcp('I', 'Listen', 'CONFREQ-118'),
  hostname,
  lcp('O', 'Listen', 'CONFREQ-11'),
  lcp('O', 'Listen', 'CONFACK-118'),
  lcp('I', 'ACKsent', 'CONFREJ-11'),
  lcp('O', 'ACKsent', 'CONFREQ-12'),
  lcp('I', 'ACKsent', 'CONFACK-12'),
  state('Open'),
  phase('AUTHENTICATING', 'by this end'),
  hostname,
  chap('O', 'CHALLENGE-6'),
  chap('I', 'RESPONSE-6'),
  phase('FORWARDING'),
  { kind: 'vpdn-dnis', interfaceName, number: '614629' },
  { kind: 'vpdn-looking', interfaceName, key },
  {
    kind: 'vpdn-info',
    interfaceName,
    key,
    localName: 'hgw',
    busyDisconnect: true,
    hasPassword: true,
    addresses: [LNS],
  },
  { kind: 'vpdn-candidate', interfaceName, level: 1, index: 0, address: LNS, priority: 1 },
  { kind: 'vpdn-select', interfaceName, how: 'non-active', address: LNS, priority: 1 },
  machine('idle'),
  message('O', 'SCCRQ', tunnel, NOBODY),
  tunnelState('idle', 'wait-ctl-reply'),
  machine('wait-ctl-reply'),
  vpdn('Find LNS process created'),
  { kind: 'vpdn-forward', interfaceName, address: LNS },
  vpdn('Pending'),
  vpdn('Process created'),
  message('I', 'SCCRP', tunnel, NOBODY),
  from(MessageType.SCCRP, 0),
  challenge('challenge'),
  challenge('response'),
  { kind: 'l2tp-step', scope: tunnel, step: 'Tunnel Authentication success' },
  tunnelState('wait-ctl-reply', 'established'),
  message('O', 'SCCCN', tunnel, [55270, 0]),
  machine('established'),
  { kind: 'l2tp-step', scope: unbound, step: 'Session FS enabled' },
  sessionState('idle', 'wait-for-tunnel', unbound),
  { kind: 'l2tp-step', scope: session, step: 'Create session' },
  machine('established'),
  message('O', 'ICRQ', session, [55270, 0]),
  sessionState('wait-for-tunnel', 'wait-reply'),
  message('I', 'ZLB-1', tunnel, [55270, 0]),
  message('I', 'ICRP', session, [55270, 45]),
  message('O', 'ICCN', session, [55270, 45]),
  sessionState('wait-reply', 'established'),
  message('I', 'ZLB-2', tunnel, [55270, 0]),
  upDown('LINEPROTO', 5, 'Line protocol on ', 'up'),
];

export const TEAR_DOWN: readonly Event[] = [
  upDown('LINK', 3, '', 'down'),
  phase('TERMINATING'),
  state('Closed'),
  phase('DOWN'),
  vpdn('Cleanup'),
  vpdn('Reset'),
  message('O', 'CDN', session, [55270, 45]),
  { kind: 'l2tp-step', scope: session, step: 'Destroying session' },
  sessionState('established', 'idle'),
  { kind: 'l2tp-release', scope: session, peerTunnelId: 55270, state: 'idle' },
  tunnelState('established', 'no-sessions-left'),
  { kind: 'l2tp-no-sessions', scope: tunnel, seconds: 15 },
  message('I', 'ZLB-3', tunnel, [55270, 0]),
  upDown('LINEPROTO', 5, 'Line protocol on ', 'down'),
  message('I', 'StopCCN', tunnel, [55270, 0]),
  message('O', 'ZLB-4', tunnel, [55270, 0]),
  from(MessageType.StopCCN, 55270),
  { kind: 'l2tp-step', scope: tunnel, step: 'Shutdown tunnel' },
  tunnelState('no-sessions-left', 'idle'),
];
