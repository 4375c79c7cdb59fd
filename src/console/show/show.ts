/** `show` as text: IOS's layout where IOS has the command. */
import { shortInterfaceName } from '../debug/scope.ts';
import { formatTable } from './table.ts';
import type {
  CallerView,
  CountersView,
  LineView,
  MemoryView,
  PoolView,
  VpdnView,
} from './views.ts';

export function showVpdn({ tunnels, sessions }: VpdnView): string[] {
  if (tunnels.length === 0) return ['% No active L2TP tunnels'];
  const total = `Total tunnels ${tunnels.length} sessions ${sessions.length}`;
  const out = [`L2TP Tunnel and Session Information ${total}`, ''];
  const tunnelHeading = [
    'LocID',
    'RemID',
    'Remote Name',
    'State',
    'Remote Address',
    'Port',
    'Sessions',
  ];
  out.push(
    ...formatTable(
      tunnelHeading,
      tunnels.map((tunnel) => [
        tunnel.localTunnelId,
        tunnel.peerTunnelId,
        tunnel.peerName,
        tunnel.state,
        tunnel.address,
        tunnel.port,
        tunnel.sessions,
      ]),
    ),
  );
  if (sessions.length === 0) return out;
  out.push('');
  out.push(
    ...formatTable(
      ['LocID', 'RemID', 'TunID', 'Intf', 'Username', 'State'],
      sessions.map((session) => [
        session.localSessionId,
        session.peerSessionId,
        session.localTunnelId,
        shortInterfaceName(session.interface),
        session.user,
        session.state,
      ]),
    ),
  );
  return out;
}

export function showLine(lines: readonly LineView[]): string[] {
  return formatTable(
    ['Line', 'Device', 'State', 'User', 'NCPs', 'Calls', 'Last call ended'],
    lines.map(({ number, device, state, user, ncps, calls, lastEnd }) => [
      number,
      device,
      state,
      user,
      ncps.join(' '),
      calls,
      lastEnd,
    ]),
  );
}

export function showCallers(callers: readonly CallerView[]): string[] {
  return formatTable(
    ['Interface', 'User', 'Phase', 'IP address', 'Active', 'LAC', 'LAC port', 'Called', 'Calling'],
    callers.map((caller) => [
      caller.interface,
      caller.user,
      caller.phase,
      caller.address,
      clockText(caller.activeSeconds),
      caller.lac,
      caller.lacPort,
      caller.calledNumber,
      caller.callingNumber,
    ]),
  );
}

/** IOS's form: 00:00:17. */
function clockText(seconds: number): string {
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  return parts.map((part) => `${Math.floor(part)}`.padStart(2, '0')).join(':');
}

export function showPools(pools: readonly PoolView[]): string[] {
  return formatTable(
    ['Pool', 'Begin', 'End', 'Free', 'In use'],
    pools.flatMap(({ name, ranges, free, inUse }) =>
      ranges.map(({ low, high }, at) =>
        at === 0 ? [name, low, high, free, inUse] : ['', low, high, '', ''],
      ),
    ),
  );
}

export function showMemory(memory: MemoryView): string[] {
  return formatTable(['What', 'Count'], Object.entries(memory));
}

export function showCounters(view: CountersView): string[] {
  const rows = Object.entries(view).flatMap(([group, counters]) =>
    Object.entries(counters).map(([name, count]) => [group, name, count]),
  );
  return formatTable(['Where', 'Counter', 'Count'], rows);
}
