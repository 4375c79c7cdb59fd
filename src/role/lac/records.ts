/** What the LAC keeps of each line and of each of its tunnels. */
import type { LineConfig } from '../../config/schema/config.ts';
import type { LineCall } from '../../control/call/line-call.ts';
import type { LineForwarder } from '../../forward/path/line-forwarder.ts';
import type { TunnelRecord } from '../router/tunnel-record.ts';

export interface LacLine {
  readonly config: LineConfig;
  /** e.g. Async1. */
  readonly interfaceName: string;
  readonly call: LineCall;
  readonly forwarder: LineForwarder;
  readonly timer: number;
  /** Asks the device to end the call on the wire; lineOpened() follows. */
  readonly hangUp: () => void;
  /** The tunnel that the call waits for or is in. */
  tunnel: LacTunnel | undefined;
  /** Names the call to its tunnel from place-call on; a new one each time. */
  token: number | undefined;
  sessionId: number;
  /** 0 until the ICRP. */
  peerSessionId: number;
  restoreHeader: boolean;
  sequencing: boolean;
}

export interface LacTunnel {
  readonly record: TunnelRecord;
  /** Group and address: calls of the same key share the tunnel. */
  readonly key: string;
  readonly waiting: Set<LacLine>;
  /** Calls placed, by their token. */
  readonly calls: Map<number, LacLine>;
}
