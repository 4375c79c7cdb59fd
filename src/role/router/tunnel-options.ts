/** What a vpdn-group says of its tunnels, whoever opens them. */
import { fromText } from '../../base/octets.ts';
import type { VpdnGroup } from '../../config/schema/config.ts';
import type { TunnelOptions } from '../../control/l2tp/tunnel-port.ts';

/** AVPs 6 and 8 of our own, and those of the seed's LAC and LNS. */
const FIRMWARE_REVISION = 0x0100;
const VENDOR_NAME = 'pilac';
const CISCO_FIRMWARE = { lac: 0x1130, lns: 0x1120 } as const;
const CISCO_VENDOR_NAME = 'Cisco Systems, Inc.';

export function tunnelOptions(group: VpdnGroup, as: 'lac' | 'lns'): Omit<TunnelOptions, 'peer'> {
  const { cisco } = group.compat;
  const secret = group.tunnelPassword;
  return {
    localName: group.localName,
    ...(secret === undefined ? {} : { secret: fromText(secret) }),
    authenticate: group.tunnelAuthentication,
    hide: group.hidden ? 'all' : cisco ? 'nothing' : 'password',
    receiveWindow: group.receiveWindow,
    firmwareRevision: cisco ? CISCO_FIRMWARE[as] : FIRMWARE_REVISION,
    vendorName: cisco ? CISCO_VENDOR_NAME : VENDOR_NAME,
    cisco,
    tieBreaker: group.tieBreaker,
    ...group.timers,
  };
}
