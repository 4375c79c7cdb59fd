/** What the console shows of the router (console/show/views.ts): made when somebody looks. */
import type { Millis } from '../../base/machine.ts';
import { formatIpv4 } from '../../base/port.ts';
import type { Timers } from '../../base/timers.ts';
import { pppProtocolName } from '../../wire/ppp/protocol.ts';
import type { LacLine } from '../lac/records.ts';
import type { LnsSession } from '../lns/records.ts';
import type { Router } from './router.ts';

type Counters = { readonly [name: string]: number };

export function viewVpdn({ tunnels, lac, lns }: Router) {
  const tunnelViews = [...tunnels.records.values()].map((record) => ({
    localTunnelId: record.tunnel.localTunnelId,
    peerTunnelId: record.tunnel.peerTunnelId,
    peerName: record.tunnel.peerName,
    state: record.tunnel.state,
    address: formatIpv4(record.endpoint.address),
    port: record.endpoint.port,
    sessions: record.owner.sessionsIn(record),
  }));
  const sessions = [...lac.lines.flatMap(viewLineSession), ...lns.sessions.map(viewSession)];
  return { tunnels: tunnelViews, sessions };
}

function viewLineSession(line: LacLine) {
  const { tunnel, token } = line;
  if (tunnel === undefined || token === undefined) return [];
  return [
    {
      localTunnelId: tunnel.record.tunnel.localTunnelId,
      localSessionId: line.sessionId,
      peerTunnelId: tunnel.record.tunnel.peerTunnelId,
      peerSessionId: line.peerSessionId,
      interface: line.interfaceName,
      user: line.call.user ?? '',
      state: line.peerSessionId === 0 ? 'wait-reply' : 'established',
    },
  ];
}

const viewSession = ({ tunnel, id, peerId, access }: LnsSession) => ({
  localTunnelId: tunnel.record.tunnel.localTunnelId,
  localSessionId: id,
  peerTunnelId: tunnel.record.tunnel.peerTunnelId,
  peerSessionId: peerId,
  interface: access?.interfaceName ?? '',
  user: access?.user ?? '',
  state: access === undefined ? 'wait-connect' : 'established',
});

export function viewLines({ lac }: Router) {
  return lac.lines.map((line) => ({
    number: line.config.number,
    device: line.config.device ?? '',
    state: line.call.state,
    user: line.call.user ?? '',
    ncps: [...line.call.openNcps].map(pppProtocolName),
    calls: line.call.counters.calls,
    lastEnd: line.call.lastEnd ?? '',
    counters: lineCounters(line),
  }));
}

/** The callers of the LNS. */
export function viewCallers({ lns }: Router, now: Millis) {
  return lns.accesses.map((access) => ({
    interface: access.interfaceName,
    user: access.user,
    phase: access.link.phase,
    address: access.address === 0 ? '' : formatIpv4(access.address),
    activeSeconds: Math.floor((now - access.since) / 1000),
    lac: access.session.tunnel.record.tunnel.peerName,
    lacPort: access.session.offered.clientNasPort ?? '',
    calledNumber: access.session.offered.calledNumber ?? '',
    callingNumber: access.session.offered.callingNumber ?? '',
    counters: { ...access.forwarder.counters } as Counters,
  }));
}

export function viewPools({ lns }: Router) {
  return lns.addresses.pools().map(({ name, ranges, addresses, inUse }) => ({
    name,
    ranges: ranges.map(({ low, high }) => ({ low: formatIpv4(low), high: formatIpv4(high) })),
    free: addresses - inUse,
    inUse,
  }));
}

function lineCounters({ call, forwarder }: LacLine): Counters {
  return { ...call.counters, ...forwarder.counters };
}

/** Groups of counters by where they are kept. */
export function viewCounters(router: Router): { readonly [group: string]: Counters } {
  const groups: Record<string, Counters> = {
    datagrams: { ...router.forwarder.counters },
    tunnels: router.tunnels.counters,
    lns: { ...router.lns.counters },
  };
  for (const line of router.lac.lines) groups[line.interfaceName] = lineCounters(line);
  return groups;
}

export function viewMemory({ forwarder, lac, lns, tunnels }: Router, timers: Timers) {
  const { pool, lines } = forwarder;
  return {
    timers: timers.running(),
    frameSlots: pool.capacity,
    // Each line keeps one for the frame that it is reading.
    frameSlotsInUse: pool.inUse - lines.length,
    calls: lac.lines.filter(({ call }) => call.state !== 'idle' && call.state !== 'closed').length,
    tunnels: tunnels.records.size,
    sessions: lac.lines.filter(({ token }) => token !== undefined).length + lns.sessions.length,
    addresses: lns.addresses.size,
  };
}
