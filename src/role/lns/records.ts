/** What the LNS keeps of its groups, of the tunnels that peers opened, and of their sessions. */
import type { AcceptDialin, VirtualTemplate, VpdnGroup } from '../../config/schema/config.ts';
import type { OfferedCall } from '../../control/l2tp/tunnel-port.ts';
import type { TunnelRecord } from '../router/tunnel-record.ts';
import type { VirtualAccess } from './virtual-access.ts';

export interface LnsGroup {
  readonly config: VpdnGroup;
  readonly accept: AcceptDialin;
  readonly template: VirtualTemplate;
  /** Sessions of all its tunnels, from the ICRP on. */
  sessions: number;
}

export interface LnsTunnel {
  readonly record: TunnelRecord;
  readonly group: LnsGroup;
  readonly sessions: Map<number, LnsSession>;
}

export interface LnsSession {
  readonly tunnel: LnsTunnel;
  readonly id: number;
  readonly peerId: number;
  readonly offered: OfferedCall;
  /** From the ICCN on. */
  access: VirtualAccess | undefined;
}
