/** The datagrams of the seed, and what the machine tells of itself, one short line an event. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import type { Event, L2tpTrace } from '../../../src/base/event.ts';
import { octetsOf, type Read, read } from './rig.ts';

const fixture: {
  readonly l2tp: readonly { readonly hex: string; readonly order: number }[];
} = JSON.parse(readFileSync(new URL('../../fixtures/seed-messages.json', import.meta.url), 'utf8'));

/** @param order of trace.md §2 */
export function seedOctets(order: number): Uint8Array {
  const found = fixture.l2tp.find((message) => message.order === order);
  assert.ok(found);
  return octetsOf(found.hex);
}

export const described = ({ name, ns, nr }: Read): string => `${name} ${ns} ${nr}`;

/** Only what the tunnel and its sessions tell, whose it is and what is said. */
export const linesOf = (events: readonly Event[]): string[] =>
  events.flatMap((event) => {
    if (event.kind === 'vpdn-step') return [`${event.interfaceName} ${event.step}`];
    return event.kind.startsWith('l2tp-') ? [line(event as L2tpTrace)] : [];
  });

function line(event: L2tpTrace): string {
  const { tunnelId, sessionId, interfaceName } = event.scope;
  const ids = sessionId ? `${tunnelId}/${sessionId}` : `${tunnelId}`;
  const who = interfaceName ? `${interfaceName} ${ids}` : ids;
  switch (event.kind) {
    case 'l2tp-message': {
      const { name, ns, nr } = read(event.datagram);
      return `${who} ${event.direction} ${name} ${ns} ${nr} ${event.peerName}`.trimEnd();
    }
    case 'l2tp-from': {
      const { type, peerName, peerTunnelId, peerSessionId } = event;
      return `${who} from ${type} ${peerName} ${peerTunnelId}/${peerSessionId}`;
    }
    case 'l2tp-sm-state':
      return `${who} SM ${event.state}`;
    case 'l2tp-tunnel-state':
    case 'l2tp-session-state':
      return `${who} ${event.from} to ${event.to}`;
    case 'l2tp-step':
      return `${who} ${event.step}`;
    case 'l2tp-challenge':
      return `${who} got a ${event.what} from ${event.peerName}`;
    case 'l2tp-created':
      return `${who} created for ${event.peerName} ${event.address}`;
    case 'l2tp-release':
      return `${who} release ${event.peerTunnelId} ${event.state}`;
    case 'l2tp-no-sessions':
      return `${who} shutdown in ${event.seconds}`;
    case 'l2tp-error':
      return `${who} error ${event.text}`;
  }
}
