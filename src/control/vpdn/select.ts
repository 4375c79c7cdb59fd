/** Tunnel selection by called number and domain, in IOS's order and the seed's words (TRACE-13). */
import type { EventSink } from '../../base/event.ts';
import { toText } from '../../base/octets.ts';
import { formatIpv4 } from '../../base/port.ts';
import type { VpdnDirectory, VpdnProfile } from './vpdn-port.ts';

export interface Caller {
  readonly interfaceName: string;
  readonly calledNumber: string | undefined;
  /** As the caller gave it in CHAP or PAP; undefined when it was not asked. */
  readonly name: Uint8Array | undefined;
}

/** @returns undefined when no key of the caller's leads to a tunnel */
export function selectProfile(
  directory: VpdnDirectory,
  caller: Caller,
  sink: EventSink,
): VpdnProfile | undefined {
  const { interfaceName, calledNumber } = caller;
  for (const by of directory.searchOrder) {
    let key: string;
    let profile: VpdnProfile | undefined;
    if (by === 'dnis') {
      if (calledNumber === undefined) continue;
      sink({ kind: 'vpdn-dnis', interfaceName, number: calledNumber });
      key = `dnis:${calledNumber}`;
      profile = directory.byDnis.get(calledNumber);
    } else {
      const domain = domainOf(caller.name);
      if (domain === undefined) continue;
      key = domain;
      profile = directory.byDomain.get(domain.toLowerCase());
    }
    sink({ kind: 'vpdn-looking', interfaceName, key });
    if (profile === undefined) {
      sink({ kind: 'vpdn-none', interfaceName, key });
      continue;
    }
    sink({
      kind: 'vpdn-info',
      interfaceName,
      key,
      localName: profile.tunnel.localName,
      busyDisconnect: true,
      hasPassword: profile.tunnel.secret !== undefined,
      addresses: profile.addresses.map(({ address }) => formatIpv4(address)),
    });
    return profile;
  }
  return undefined;
}

/** What stands behind the last `@`. */
function domainOf(name: Uint8Array | undefined): string | undefined {
  if (name === undefined) return undefined;
  const text = toText(name);
  const at = text.lastIndexOf('@');
  return at >= 0 && at + 1 < text.length ? text.slice(at + 1) : undefined;
}
