/** Which cases run against which LNS, in this order. Costs in seconds on two quiet cores. */
import type { Suite } from '../harness/world.ts';
import { alloc } from './alloc.ts';
import { eightLines, firstCall } from './calls.ts';
import * as endings from './endings.ts';
import * as hgw from './hgw-calls.ts';
import * as load from './hgw-load.ts';
import * as peers from './hgw-peers.ts';
import * as scripted from './hgw-scripted.ts';
import * as trouble from './trouble.ts';

export const suites: readonly Suite[] = [
  {
    name: 'kernel',
    lns: 'kernel',
    cases: [
      firstCall,
      endings.carrierLoss,
      endings.callerTerminates,
      endings.clearLine,
      endings.shutdown,
      endings.setupTimer,
      endings.lnsTerminates,
      endings.lnsStops,
      endings.helloLimit,
      eightLines,
      trouble.lossy,
    ],
  },
  {
    name: 'user',
    lns: 'user',
    cases: [
      firstCall,
      endings.carrierLoss,
      trouble.wrongSecretHere,
      trouble.wrongSecretThere,
      trouble.lnsLate,
      trouble.failoverChap,
      trouble.failoverPap,
      trouble.lnsFull,
    ],
  },
  {
    name: 'l2tpns',
    lns: 'l2tpns',
    cases: [
      firstCall,
      endings.carrierLoss,
      endings.terminateAcked,
      endings.terminateUnanswered,
      endings.noTunnel,
    ],
  },
  {
    name: 'lns',
    lns: undefined,
    cases: [
      hgw.model,
      hgw.renegotiationAlways,
      hgw.onMismatch,
      hgw.mismatchRefused,
      hgw.forceLocalChap,
      hgw.wrongPassword,
    ],
  },
  {
    name: 'lns',
    lns: undefined,
    cases: [...peers.clients, peers.switched, scripted.proxyBit, scripted.proxyNone],
  },
  { name: 'lns', lns: undefined, isAlone: true, cases: [load.flood, load.thousand] },
  { name: 'local', lns: undefined, cases: [endings.authSilent, alloc] },
];
