/** A line as the LAC sees it: its port, its forwarding state, its calls, its place in a tunnel. */
import type { LineConfig } from '../../config/schema/config.ts';
import type { LineCall } from '../../control/call/line-call.ts';
import type { LineForwarder } from '../../forward/path/line-forwarder.ts';
import type { TunnelRecord } from './tunnels.ts';

export interface LacLine {
  readonly config: LineConfig;
  readonly call: LineCall;
  readonly forwarder: LineForwarder;
  readonly timer: number;
  /** Asks the device to end the call on the wire; lineDown and lineOpened follow. */
  readonly hangUp: () => void;
  /** The tunnel that the call waits for or is in. */
  tunnel: TunnelRecord | undefined;
  /** Names the call to its tunnel from place-call on; a new one each time. */
  token: number | undefined;
  sessionId: number;
  peerSessionId: number;
  restoreHeader: boolean;
}
