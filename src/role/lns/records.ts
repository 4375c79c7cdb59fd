/** What the LNS keeps of its groups, of the tunnels that peers opened, and of their sessions. */
import type { Millis } from '../../base/machine.ts';
import type { AcceptDialin, VirtualTemplate, VpdnGroup } from '../../config/schema/config.ts';
import type { OfferedCall } from '../../control/l2tp/tunnel-port.ts';
import type { AccessEnd } from '../../control/ppp/access-port.ts';
import type { AccessForwarder } from '../../forward/path/access-forwarder.ts';
import type { TunnelRecord } from '../router/tunnel-record.ts';

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
  access: SessionAccess | undefined;
}

/** Its virtual access interface, as its session knows it. */
export interface SessionAccess {
  readonly interfaceName: string;
  /** Which the caller has proved, or claims; '' while there is none. */
  readonly user: string;
  /** Of the caller; 0 while IPCP is not open. */
  readonly address: number;
  readonly forwarder: AccessForwarder;
  close(why: AccessEnd, now: Millis): void;
  down(now: Millis): void;
}
