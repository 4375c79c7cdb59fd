/** A VPDN profile for tests of what needs one but does not look inside. */
import type { VpdnProfile } from '../../src/control/vpdn/vpdn-port.ts';

export function anyProfile(
  addresses: readonly (readonly [address: number, priority: number])[],
  name = '1',
): VpdnProfile {
  return {
    name,
    addresses: addresses.map(([address, priority]) => ({ address, port: 1701, priority })),
    sourceIp: 0,
    restoreHeader: true,
    sequencing: false,
    tunnel: {
      localName: 'hgw',
      secret: new TextEncoder().encode('hello'),
      authenticate: true,
      hide: 'password',
      receiveWindow: 16,
      firmwareRevision: 0x0100,
      vendorName: 'pilac',
      cisco: false,
      helloMs: 60_000,
      noSessionMs: 15_000,
      setupMs: 60_000,
      retries: 5,
      initialRetries: 5,
      retransmitMinMs: 1_000,
      retransmitMaxMs: 8_000,
    },
  };
}
