/** What the LAC keeps of each line and of each tunnel. */
import type { Endpoint } from '../../base/port.ts';
import type { LineConfig } from '../../config/schema/config.ts';
import type { CallIn } from '../../control/call/call-port.ts';
import type { LineCall } from '../../control/call/line-call.ts';
import type { Tunnel } from '../../control/l2tp/tunnel.ts';
import type { TunnelIn } from '../../control/l2tp/tunnel-port.ts';
import type { LineForwarder } from '../../forward/path/line-forwarder.ts';

export interface LacLine {
  readonly config: LineConfig;
  readonly call: LineCall;
  readonly forwarder: LineForwarder;
  readonly timer: number;
  /** Asks the device to end the call on the wire; lineOpened() follows. */
  readonly hangUp: () => void;
  /** The tunnel that the call waits for or is in. */
  tunnel: TunnelRecord | undefined;
  /** Names the call to its tunnel from place-call on; a new one each time. */
  token: number | undefined;
  sessionId: number;
  /** 0 until the ICRP. */
  peerSessionId: number;
  restoreHeader: boolean;
}

export interface TunnelRecord {
  readonly tunnel: Tunnel;
  /** Group and address: calls of the same key share the tunnel. */
  readonly key: string;
  readonly timer: number;
  readonly waiting: Set<LacLine>;
  /** Calls placed, by their token. */
  readonly calls: Map<number, LacLine>;
  /** Where it is sent to: moves with the responder's port, L2TP-8.1-03. */
  endpoint: Endpoint;
  /** The endpoint's index at the UDP port. */
  peer: number;
  state: 'opening' | 'established' | 'down';
}

/** One input for one machine. */
export type Work =
  | { readonly line: LacLine; readonly input: CallIn }
  | { readonly tunnel: TunnelRecord; readonly input: TunnelIn };
