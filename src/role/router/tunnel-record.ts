/** What the router keeps of each tunnel, and who uses it. */
import type { Millis } from '../../base/machine.ts';
import type { Endpoint } from '../../base/port.ts';
import type { Tunnel } from '../../control/l2tp/tunnel.ts';
import type { TunnelOptions, TunnelOut } from '../../control/l2tp/tunnel-port.ts';

export interface TunnelRecord {
  readonly tunnel: Tunnel;
  readonly timer: number;
  readonly owner: TunnelOwner;
  /** Where it is sent from; 0: whatever the machine takes. RFC 2661 §8.1 */
  readonly local: number;
  /** Where it is sent to: moves with the responder's port, L2TP-8.1-03. */
  endpoint: Endpoint;
  /** The endpoint's index at the UDP port. */
  peer: number;
  state: 'opening' | 'established' | 'down';
}

/** The LAC of the tunnels that we open, the LNS of those that peers open. */
export interface TunnelOwner {
  /** Everything but what is sent, in the order in which the tunnel said it. */
  heed(record: TunnelRecord, output: TunnelOut, now: Millis): void;
  /** It is forgotten. */
  released(record: TunnelRecord): void;
  /** Sessions that it carries, for `show`. */
  sessionsIn(record: TunnelRecord): number;
}

/** Who takes tunnels that peers open. */
export interface Acceptor extends TunnelOwner {
  /** @returns undefined when no group of ours is for this peer */
  select(hostName: string, from: Endpoint, local: number): TunnelOptions | undefined;
  /** The tunnel of the options that were selected last. */
  adopt(record: TunnelRecord): void;
}
