/** L2TP in the seed's words, TRACE-01 to -09 and -16. Runs once per traced event. */
import type { L2tpTrace } from '../../base/event.ts';
import { messageName } from '../../wire/l2tp/names.ts';
import type { DebugName, TraceLine } from './debug-name.ts';
import { renderMessage } from './l2tp-message.ts';
import { l2tpPrefix } from './scope.ts';

export function renderL2tp(event: L2tpTrace): readonly TraceLine[] {
  if (event.kind === 'l2tp-message') return renderMessage(event);
  const debug: DebugName = event.kind === 'l2tp-error' ? 'vpdn l2x-errors' : 'vpdn l2x-events';
  return [{ debug, text: `${l2tpPrefix(event.scope)} ${describe(event)}` }];
}

function describe(event: Exclude<L2tpTrace, { kind: 'l2tp-message' }>): string {
  switch (event.kind) {
    case 'l2tp-from': {
      const { type, peerName, peerTunnelId, peerSessionId } = event;
      const tunnel = peerTunnelId === 0 ? '' : ` tnl ${peerTunnelId}`;
      const session = peerSessionId === 0 ? '' : `, cl ${peerSessionId}`;
      return `I ${messageName(type)} from ${peerName}${tunnel}${session}`;
    }
    case 'l2tp-sm-state':
      return `SM State ${event.state}`;
    case 'l2tp-tunnel-state':
      return `Tunnel state change from ${event.from} to ${event.to}`;
    case 'l2tp-session-state':
      return `Session state change from ${event.from} to ${event.to}`;
    case 'l2tp-step':
      return event.step;
    case 'l2tp-challenge':
      return describeChallenge(event);
    case 'l2tp-created':
      return `New tunnel created for remote ${event.peerName}, address ${event.address}`;
    case 'l2tp-release': {
      const { scope, peerTunnelId, state } = event;
      const tunnels = `${scope.tunnelId}/${peerTunnelId}`;
      const session = `session ${scope.sessionId ?? 0} state ${state}`;
      return `VPDN: Releasing idb for LAC/LNS tunnel ${tunnels} ${session}`;
    }
    case 'l2tp-no-sessions':
      if (event.seconds === Number.POSITIVE_INFINITY) return 'No more sessions in tunnel';
      return `No more sessions in tunnel, shutdown (likely) in ${event.seconds} seconds`;
    case 'l2tp-error':
      return event.text;
  }
}

/** LS-108 and -109 of who opened the tunnel, NS-024 and -039 of who was asked. */
function describeChallenge({
  what,
  peerName,
  isResponder,
}: Extract<L2tpTrace, { kind: 'l2tp-challenge' }>): string {
  if (!isResponder) return `Got a ${what} from remote peer, ${peerName}`;
  if (what === 'challenge') return `Got a challenge in SCCRQ, ${peerName}`;
  return `Got a Challenge Response in SCCCN from ${peerName}`;
}
