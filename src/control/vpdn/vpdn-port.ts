/** What a call is tunnelled by: made by the role from a vpdn-group, later also from RADIUS. */
import type { Endpoint } from '../../base/port.ts';
import type { TunnelOptions } from '../l2tp/tunnel-port.ts';

/** One LNS. A lower priority number is tried first; equal ones in the order they are written. */
export interface LnsAddress extends Endpoint {
  readonly priority: number;
}

export interface VpdnProfile {
  /** Calls of equal names to the same address share a tunnel. */
  readonly name: string;
  readonly addresses: readonly LnsAddress[];
  /** Where its tunnels are sent from; 0: whatever the machine takes. */
  readonly sourceIp: number;
  readonly tunnel: Omit<TunnelOptions, 'peer'>;
  /** Sequencing Required goes into the ICCN. RFC 2661 §5.4 */
  readonly sequencing: boolean;
  /** Frames go up with FF 03 and a two-octet protocol, whatever the line left out. HDLC-L-09. */
  readonly restoreHeader: boolean;
}

/** `vpdn search-order` and what it searches. */
export interface VpdnDirectory {
  readonly searchOrder: readonly ('dnis' | 'domain')[];
  readonly byDnis: ReadonlyMap<string, VpdnProfile>;
  /** Keys in lower case. */
  readonly byDomain: ReadonlyMap<string, VpdnProfile>;
}
