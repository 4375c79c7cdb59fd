/** What stands in front of a line of trace: whose it is. TRACE-01. */
import type { L2tpScope } from '../../base/event.ts';

/** `Async1` → `As1`, `Serial0:0` → `Se0:0`, `Virtual-Access4` → `Vi4`, as IOS shortens them. */
export function shortInterfaceName(name: string): string {
  const [, type = '', unit = ''] = /^([A-Za-z-]+)(.*)$/.exec(name) ?? [];
  return type === '' ? name : `${type.slice(0, 2)}${unit}`;
}

/** `Tnl 7 L2TP:`, `As1 Tnl/Cl 7/9 L2TP:`; before the tunnel has an id just `untunnelled`. */
export function l2tpPrefix(scope: L2tpScope, untunnelled: 'L2X:' | 'L2TP:' = 'L2TP:'): string {
  const { tunnelId, sessionId, interfaceName } = scope;
  if (tunnelId === 0) return untunnelled;
  const port = interfaceName === undefined ? '' : `${shortInterfaceName(interfaceName)} `;
  if (sessionId === undefined) return `${port}Tnl ${tunnelId} L2TP:`;
  return `${port}Tnl/Cl ${tunnelId}/${sessionId} L2TP:`;
}
