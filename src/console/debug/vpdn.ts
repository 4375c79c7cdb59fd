/** Tunnel selection in the seed's words, TRACE-13. Runs once per traced event. */
import type { VpdnTrace } from '../../base/event.ts';
import type { TraceLine } from './debug-name.ts';
import { shortInterfaceName } from './scope.ts';

export function renderVpdn(event: VpdnTrace): readonly TraceLine[] {
  const debug = event.kind === 'vpdn-failed' ? 'vpdn error' : 'vpdn event';
  const port = shortInterfaceName(event.interfaceName);
  return describe(event).map((text) => ({ debug, text: `${port} ${text}` }));
}

function describe(event: VpdnTrace): readonly string[] {
  switch (event.kind) {
    case 'vpdn-dnis':
      return [`VPDN: Got DNIS string ${event.number}`];
    case 'vpdn-looking':
      return [`VPDN: Looking for tunnel -- ${event.key} --`];
    case 'vpdn-info':
      return [
        `Got tunnel info for ${event.key}`,
        `LAC ${event.localName}`,
        `l2tp-busy-disconnect ${event.busyDisconnect ? 'yes' : 'no'}`,
        ...(event.hasPassword ? ['l2tp-tunnel-password xxxxxx'] : []),
        ...event.addresses.map((address) => `IP ${address}`),
      ].map((text) => `VPDN/RPMS/: ${text}`);
    case 'vpdn-none':
      return [`VPDN: No tunnel info for ${event.key}`];
    case 'vpdn-candidate': {
      const { level, index, address, priority } = event;
      return [`VPDN/: curlvl ${level} Address ${index}: ${address}, priority ${priority}`];
    }
    case 'vpdn-select':
      return [`VPDN/: Select ${event.how} address ${event.address}, priority ${event.priority}`];
    case 'vpdn-step':
      return [`VPDN: ${event.step}`];
    case 'vpdn-access':
      return [`VPDN: Virtual interface created for ${event.peerName}`];
    case 'vpdn-clone':
      return [`VPDN: Clone from Vtemplate ${event.template} filterPPP=0 blocking`];
    case 'vpdn-forward':
      return [`VPDN: Forward to address ${event.address}`];
    case 'vpdn-failed':
      return [`VPDN: ${event.text}`];
  }
}
