/** Which debugs show an event at all: most are shown by none that is on, and never rendered. */
import type { TraceEvent } from '../../base/event.ts';
import type { DebugName } from './debug-name.ts';

const NEGOTIATION = ['ppp negotiation'] as const;
const AUTHENTICATION = ['ppp authentication'] as const;
const VPDN = ['vpdn event'] as const;
const VTEMPLATE = ['vtemplate'] as const;
const L2TP = ['vpdn l2x-events'] as const;

export const SHOWN_BY: Readonly<Record<TraceEvent['kind'], readonly DebugName[]>> = {
  'ppp-callin': NEGOTIATION,
  'ppp-phase': NEGOTIATION,
  'ppp-direction': NEGOTIATION,
  'ppp-forced': NEGOTIATION,
  'ppp-state': NEGOTIATION,
  'ppp-packet': ['ppp negotiation', 'ppp packet'],
  'ppp-note': NEGOTIATION,
  'chap-hostname': AUTHENTICATION,
  'auth-packet': AUTHENTICATION,
  'auth-note': AUTHENTICATION,
  'vpdn-dnis': VPDN,
  'vpdn-looking': VPDN,
  'vpdn-info': VPDN,
  'vpdn-none': VPDN,
  'vpdn-candidate': VPDN,
  'vpdn-select': VPDN,
  'vpdn-step': VPDN,
  'vpdn-access': VPDN,
  'vpdn-clone': VPDN,
  'vpdn-forward': VPDN,
  'vpdn-failed': ['vpdn error'],
  'vtemplate-hardware': VTEMPLATE,
  'vtemplate-cloneblk': VTEMPLATE,
  'vtemplate-clone': VTEMPLATE,
  'l2tp-message': ['vpdn l2x-events', 'vpdn l2x-packets'],
  'l2tp-from': L2TP,
  'l2tp-sm-state': L2TP,
  'l2tp-tunnel-state': L2TP,
  'l2tp-session-state': L2TP,
  'l2tp-step': L2TP,
  'l2tp-challenge': L2TP,
  'l2tp-created': L2TP,
  'l2tp-release': L2TP,
  'l2tp-no-sessions': L2TP,
  'l2tp-error': ['vpdn l2x-errors'],
};
