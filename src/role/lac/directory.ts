/** vpdn-groups of the configuration as the profiles that calls are tunnelled by. */
import type { Config, VpdnGroup } from '../../config/schema/config.ts';
import type { VpdnDirectory, VpdnProfile } from '../../control/vpdn/vpdn-port.ts';
import { tunnelOptions } from '../router/tunnel-options.ts';

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

const makeProfile = (group: VpdnGroup): VpdnProfile => ({
  name: group.number,
  addresses: group.initiateTo,
  sourceIp: group.sourceIp ?? 0,
  restoreHeader: group.compat.restoreHeader,
  sequencing: group.sequencing,
  tunnel: tunnelOptions(group, 'lac'),
});
