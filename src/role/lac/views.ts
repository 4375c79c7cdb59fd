/** What the console shows of the LAC (console/show/views.ts): made when somebody looks. */
import { formatIpv4 } from '../../base/port.ts';
import type { Timers } from '../../base/timers.ts';
import { pppProtocolName } from '../../wire/ppp/protocol.ts';
import type { Lac } from './lac.ts';
import type { LacLine } from './records.ts';

type Counters = { readonly [name: string]: number };

export function viewVpdn(lac: Lac) {
  const tunnels = [...lac.tunnels.records.values()].map(({ tunnel, endpoint, calls }) => ({
    localTunnelId: tunnel.localTunnelId,
    peerTunnelId: tunnel.peerTunnelId,
    peerName: tunnel.peerName,
    state: tunnel.state,
    address: formatIpv4(endpoint.address),
    port: endpoint.port,
    sessions: calls.size,
  }));
  return { tunnels, sessions: lac.lines.flatMap(viewSession) };
}

function viewSession(line: LacLine) {
  const { tunnel, token } = line;
  if (tunnel === undefined || token === undefined) return [];
  return [
    {
      localTunnelId: tunnel.tunnel.localTunnelId,
      localSessionId: line.sessionId,
      peerTunnelId: tunnel.tunnel.peerTunnelId,
      peerSessionId: line.peerSessionId,
      interface: `Async${line.config.number}`,
      user: line.call.user ?? '',
      state: line.peerSessionId === 0 ? 'wait-reply' : 'established',
    },
  ];
}

export function viewLines(lac: Lac) {
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

function lineCounters({ call, forwarder }: LacLine): Counters {
  return { ...call.counters, ...forwarder.counters };
}

/** Groups of counters by where they are kept. */
export function viewCounters(lac: Lac): { readonly [group: string]: Counters } {
  const groups: Record<string, Counters> = {
    datagrams: { ...lac.forwarder.counters },
    tunnels: lac.tunnels.counters,
  };
  for (const line of lac.lines) groups[`Async${line.config.number}`] = lineCounters(line);
  return groups;
}

export function viewMemory(lac: Lac, timers: Timers) {
  const { pool, lines } = lac.forwarder;
  return {
    timers: timers.running(),
    frameSlots: pool.capacity,
    // Each line keeps one for the frame that it is reading.
    frameSlotsInUse: pool.inUse - lines.length,
    calls: lac.lines.filter(({ call }) => call.state !== 'idle' && call.state !== 'closed').length,
    tunnels: lac.tunnels.records.size,
    sessions: lac.lines.filter(({ token }) => token !== undefined).length,
  };
}
