/** What `show` is handed to print. Keys are stable: `| json` prints them as they are. */

export interface TunnelView {
  readonly localTunnelId: number;
  /** 0 until the LNS has told it. */
  readonly peerTunnelId: number;
  readonly peerName: string;
  readonly state: string;
  readonly address: string;
  readonly port: number;
  readonly sessions: number;
}

export interface SessionView {
  readonly localTunnelId: number;
  readonly localSessionId: number;
  readonly peerTunnelId: number;
  readonly peerSessionId: number;
  readonly interface: string;
  readonly user: string;
  readonly state: string;
}

export interface VpdnView {
  readonly tunnels: readonly TunnelView[];
  readonly sessions: readonly SessionView[];
}

export interface LineView {
  readonly number: number;
  readonly device: string;
  readonly state: string;
  readonly user: string;
  /** Network protocols seen to be open, e.g. IPCP. */
  readonly ncps: readonly string[];
  readonly calls: number;
  /** Why the last call ended; empty when none has. */
  readonly lastEnd: string;
  readonly counters: Counters;
}

/** One caller of the LNS. */
export interface CallerView {
  readonly interface: string;
  readonly user: string;
  readonly phase: string;
  /** Empty while IPCP is not open. */
  readonly address: string;
  readonly activeSeconds: number;
  /** Who brought the call, and from which port. */
  readonly lac: string;
  readonly lacPort: string;
  readonly calledNumber: string;
  readonly callingNumber: string;
  readonly counters: Counters;
}

export interface PoolView {
  readonly name: string;
  readonly ranges: readonly { readonly low: string; readonly high: string }[];
  readonly free: number;
  readonly inUse: number;
}

export interface MemoryView {
  readonly rssOctets: number;
  readonly heapUsedOctets: number;
  readonly timers: number;
  readonly frameSlots: number;
  readonly frameSlotsInUse: number;
  readonly calls: number;
  readonly tunnels: number;
  readonly sessions: number;
  /** Of callers. */
  readonly addresses: number;
}

export type Counters = { readonly [name: string]: number };

export interface CountersView {
  readonly [group: string]: Counters;
}
