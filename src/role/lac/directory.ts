/** vpdn-groups of the configuration as the profiles that calls are tunnelled by. */
import { fromText } from '../../base/octets.ts';
import type { Config, VpdnGroup } from '../../config/schema/config.ts';
import type { VpdnDirectory, VpdnProfile } from '../../control/vpdn/vpdn-port.ts';

/** AVPs 6 and 8 of our own, and those of the seed's LAC. */
const FIRMWARE_REVISION = 0x0100;
const VENDOR_NAME = 'pilac';
const CISCO_FIRMWARE_REVISION = 0x1130;
const CISCO_VENDOR_NAME = 'Cisco Systems, Inc.';

export function makeDirectory(config: Config): VpdnDirectory {
  const byDnis = new Map<string, VpdnProfile>();
  const byDomain = new Map<string, VpdnProfile>();
  for (const group of config.vpdn.enabled ? config.groups : []) {
    if (!group.requestDialin) continue;
    const profile = makeProfile(group);
    for (const number of group.dnis) byDnis.set(number, profile);
    for (const domain of group.domains) byDomain.set(domain.toLowerCase(), profile);
  }
  return { searchOrder: config.vpdn.searchOrder, byDnis, byDomain };
}

function makeProfile(group: VpdnGroup): VpdnProfile {
  const { cisco } = group.compat;
  const secret = group.tunnelPassword;
  return {
    name: group.number,
    addresses: group.initiateTo,
    restoreHeader: group.compat.restoreHeader,
    tunnel: {
      localName: group.localName,
      ...(secret === undefined ? {} : { secret: fromText(secret) }),
      authenticate: group.tunnelAuthentication,
      hide: group.hidden ? 'all' : cisco ? 'nothing' : 'password',
      receiveWindow: group.receiveWindow,
      firmwareRevision: cisco ? CISCO_FIRMWARE_REVISION : FIRMWARE_REVISION,
      vendorName: cisco ? CISCO_VENDOR_NAME : VENDOR_NAME,
      cisco,
      ...group.timers,
    },
  };
}
