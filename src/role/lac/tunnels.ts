/** The tunnels that stand or are being opened, and which of them a call may join. */
import type { Millis } from '../../base/machine.ts';
import type { DatagramPort, Endpoint } from '../../base/port.ts';
import type { Tunnel } from '../../control/l2tp/tunnel.ts';
import type { LacLine } from './line.ts';

export interface TunnelRecord {
  readonly tunnel: Tunnel;
  /** Group and address: calls of the same key share the tunnel. */
  readonly key: string;
  readonly timer: number;
  readonly openedAt: Millis;
  readonly waiting: Set<LacLine>;
  /** Calls placed, by their token. */
  readonly calls: Map<number, LacLine>;
  /** Where it is sent to: moves with the responder's port, L2TP-8.1-03. */
  endpoint: Endpoint;
  /** The endpoint's index at the UDP port. */
  peer: number;
  state: 'opening' | 'established' | 'down';
}

export const tunnelKey = (profile: string, { address, port }: Endpoint): string =>
  `${profile}/${address}:${port}`;

/** The socket's index for where the tunnel sends now. */
export function peerOf(record: TunnelRecord, to: Endpoint, udp: DatagramPort): number {
  const same = record.endpoint.address === to.address && record.endpoint.port === to.port;
  if (!same) {
    udp.forgetPeer(record.peer);
    record.endpoint = to;
    record.peer = udp.addPeer(to.address, to.port);
  }
  return record.peer;
}
