/** What the seed's LNS did, as the events that its machines emit, in the listing's order. */
import { type Event, type L2tpScope, log, type PppPhase } from '../../../src/base/event.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { PppProtocol } from '../../../src/wire/ppp/protocol.ts';
import { message, packetOf } from './seed-events.ts';

const interfaceName = 'Virtual-Access4';
const peerName = 'hgw';
const CLIENT = '2500-1';
/** The value of the LNS's own Challenge is not printed, nor was it sent. */
const CHALLENGE_3 = Uint8Array.from([
  1,
  3,
  0,
  27,
  16,
  ...new Uint8Array(16),
  ...Buffer.from('1600-3'),
]);

/** NS-100 from its first command on; the last one is cut in the seed. */
const TEMPLATE_COMMANDS = [
  'ip unnumbered Ethernet0',
  'no peer default ip address',
  'ppp authentication chap vpdn',
  'ppp authorization vpdn',
  'peer default ip address pool default',
  'ppp multilink',
];

const untunnelled: L2tpScope = { tunnelId: 0 };
const tunnel: L2tpScope = { tunnelId: 55270 };
const unbound: L2tpScope = { ...tunnel, sessionId: 45 };
const session: L2tpScope = { ...unbound, interfaceName };

const l2tp = (direction: 'I' | 'O', name: string, scope: L2tpScope): Event =>
  message(direction, name, scope, [17688, scope.sessionId === undefined ? 0 : 7], peerName);

const from = (type: number, scope: L2tpScope): Event => ({
  kind: 'l2tp-from',
  scope,
  type,
  peerName,
  peerTunnelId: 17688,
  peerSessionId: scope.sessionId === undefined ? 0 : 7,
});

const challenge = (what: 'challenge' | 'response'): Event => ({
  kind: 'l2tp-challenge',
  scope: tunnel,
  what,
  peerName,
  isResponder: true,
});

const tunnelState = (was: string, to: string): Event => ({
  kind: 'l2tp-tunnel-state',
  scope: tunnel,
  from: was,
  to,
});

const sessionState = (was: string, to: string, scope: L2tpScope): Event => ({
  kind: 'l2tp-session-state',
  scope,
  from: was,
  to,
});

type Detail = 'Passive Open' | 'by this end' | 'Setup';
const phase = (name: PppPhase, detail?: Detail): Event => ({
  kind: 'ppp-phase',
  interfaceName,
  phase: name,
  ...(detail === undefined ? {} : { detail }),
});

const state = (protocol: number, name: string): Event => ({
  kind: 'ppp-state',
  interfaceName,
  protocol,
  state: name,
});

const ipcp = (direction: 'I' | 'O', was: string, name: string): Event => ({
  kind: 'ppp-packet',
  interfaceName,
  protocol: PppProtocol.IPCP,
  direction,
  state: was,
  packet: packetOf(`IPCP-${name}`),
});

const chap = (direction: 'I' | 'O', packet: Uint8Array): Event => ({
  kind: 'auth-packet',
  interfaceName,
  protocol: PppProtocol.CHAP,
  direction,
  packet,
});

const route = (what: string): Event => ({
  kind: 'ppp-note',
  interfaceName,
  protocol: PppProtocol.IPCP,
  text: `${what} route to 10.10.53.2`,
});

const upDown = (facility: string, severity: 3 | 5, what: string, to: string): Event =>
  log(facility, severity, 'UPDOWN', `${what}Interface ${interfaceName}, changed state to ${to}`);

export const SET_UP: readonly Event[] = [
  l2tp('I', 'SCCRQ', untunnelled),
  from(MessageType.SCCRQ, untunnelled),
  challenge('challenge'),
  { kind: 'l2tp-created', scope: tunnel, peerName, address: '10.51.6.68' },
  l2tp('O', 'SCCRP', tunnel),
  tunnelState('idle', 'wait-ctl-reply'),
  l2tp('I', 'SCCCN', tunnel),
  l2tp('O', 'ZLB-1', tunnel),
  from(MessageType.SCCCN, tunnel),
  challenge('response'),
  { kind: 'l2tp-step', scope: tunnel, step: 'Tunnel Authentication success' },
  tunnelState('wait-ctl-reply', 'established'),
  { kind: 'l2tp-sm-state', scope: tunnel, state: 'established' },
  l2tp('I', 'ICRQ', tunnel),
  from(MessageType.ICRQ, tunnel),
  { kind: 'l2tp-step', scope: unbound, step: 'Session FS enabled' },
  sessionState('idle', 'wait-connect', unbound),
  { kind: 'l2tp-step', scope: unbound, step: 'New session created' },
  l2tp('O', 'ICRP', unbound),
  l2tp('I', 'ICCN', unbound),
  l2tp('O', 'ZLB-2', unbound),
  from(MessageType.ICCN, unbound),
  sessionState('wait-connect', 'established', unbound),
  {
    kind: 'vtemplate-hardware',
    interfaceName,
    address: Uint8Array.of(0x00, 0x30, 0x94, 0xfe, 0x1b, 0xbf),
  },
  { kind: 'vpdn-access', interfaceName, peerName: CLIENT },
  phase('DOWN', 'Setup'),
  { kind: 'vpdn-clone', interfaceName, template: 1 },
  { kind: 'vtemplate-cloneblk', interfaceName },
  { kind: 'vtemplate-clone', interfaceName, template: 1, commands: TEMPLATE_COMMANDS },
  upDown('LINK', 3, '', 'up'),
  { kind: 'ppp-direction', interfaceName },
  { kind: 'ppp-callin', interfaceName },
  phase('ESTABLISHING', 'Passive Open'),
  state(PppProtocol.LCP, 'Listen'),
  { kind: 'ppp-forced', interfaceName, options: packetOf('LCP-CONFREQ-12').slice(4) },
  { kind: 'vpdn-step', interfaceName, step: 'PPP LCP accepted rcv CONFACK' },
  { kind: 'vpdn-step', interfaceName, step: 'PPP LCP accepted sent CONFACK' },
  phase('AUTHENTICATING', 'by this end'),
  chap('O', CHALLENGE_3),
  chap('I', packetOf('CHAP-RESPONSE-6')),
  chap('O', packetOf('CHAP-SUCCESS-6')),
  phase('UP'),
  ipcp('O', 'Closed', 'CONFREQ-1'),
  ipcp('I', 'REQsent', 'CONFREQ-187'),
  ipcp('O', 'REQsent', 'CONFREJ-187'),
  ipcp('I', 'REQsent', 'CONFACK-1'),
  ipcp('I', 'ACKrcvd', 'CONFREQ-188'),
  ipcp('O', 'ACKrcvd', 'CONFACK-188'),
  state(PppProtocol.IPCP, 'Open'),
  route('Install'),
  upDown('LINEPROTO', 5, 'Line protocol on ', 'up'),
];

export const TEAR_DOWN: readonly Event[] = [
  l2tp('I', 'CDN', session),
  l2tp('O', 'ZLB-3', session),
  from(MessageType.CDN, session),
  { kind: 'l2tp-step', scope: session, step: 'Destroying session' },
  sessionState('established', 'idle', session),
  { kind: 'l2tp-release', scope: session, peerTunnelId: 17688, state: 'idle' },
  { kind: 'vpdn-step', interfaceName, step: 'Reset' },
  tunnelState('established', 'no-sessions-left'),
  { kind: 'l2tp-no-sessions', scope: tunnel, seconds: 10 },
  upDown('LINK', 3, '', 'down'),
  state(PppProtocol.IPCP, 'Closed'),
  phase('TERMINATING'),
  state(PppProtocol.LCP, 'Closed'),
  phase('DOWN'),
  route('Remove'),
  upDown('LINEPROTO', 5, 'Line protocol on ', 'down'),
  l2tp('O', 'StopCCN', tunnel),
  tunnelState('no-sessions-left', 'shutting-down'),
  { kind: 'l2tp-step', scope: tunnel, step: 'Shutdown tunnel' },
  tunnelState('shutting-down', 'idle'),
];
