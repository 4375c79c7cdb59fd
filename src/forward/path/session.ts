/** One session as the forwarding plane knows it. Made with its line or access, filled by bind(). */

/**
 * What control tells of an established session. Ids and peer are those of wire/l2tp and the port.
 */
export interface SessionBinding {
  /** Ours: what the peer writes into its headers. */
  readonly tunnelId: number;
  readonly sessionId: number;
  readonly peerTunnelId: number;
  readonly peerSessionId: number;
  /** The port's index of the peer, from addPeer(). */
  readonly peer: number;
  /** Where data must come from, RFC 2661 §8.1. */
  readonly address: number;
  readonly port: number;
  /** Frames go up with FF 03 and a two-octet Protocol, whatever the line left out. */
  readonly restoreHeader: boolean;
  /** Sequencing Required was in the ICCN: every data message carries Ns. RFC 2661 §5.4 */
  readonly sequencing: boolean;
}

/** Counts what happens to the data messages of its session; the peer's, not ours. */
export interface SessionOwner {
  countFrame(): void;
  /** A duplicate, or one that was waited for in vain. */
  countLate(): void;
  /** So many are not waited for any longer; each that still comes is late. */
  countLost(messages: number): void;
  /** It waited for its turn until the session was over. */
  countUnbound(): void;
}

const NONE = -1;

export class Session {
  /** What the session table says of it. */
  readonly index: number;
  readonly owner: SessionOwner;
  /** One more with each binding: what began under an earlier one can be told. 16 bits. */
  serial = 0;
  isBound = false;
  tunnelId = 0;
  sessionId = 0;
  peerTunnelId = 0;
  peerSessionId = 0;
  peer = 0;
  restoreHeader = true;
  /** Whether our data messages carry Ns now. */
  isSequencing = false;
  /** Frames that wait for an earlier one, and the first of them. The Reorder's own. */
  held = 0;
  firstHeld = NONE;
  /** As a signed number: an unsigned one of more than 31 bits would be put on the heap. */
  #address = 0;
  #port = 0;
  #mustSequence = false;
  #nextNs = 0;
  #expectedNs = 0;
  readonly #followsPeer: boolean;

  /**
   * @param followsPeer as a LAC: unless Sequencing Required settled it, the LNS switches our
   * sequencing by its own. The LNS decides for itself. RFC 2661 §5.4
   */
  constructor(index: number, owner: SessionOwner, followsPeer: boolean) {
    this.index = index;
    this.owner = owner;
    this.#followsPeer = followsPeer;
  }

  bind(binding: SessionBinding): void {
    this.serial = (this.serial + 1) & 0xffff;
    this.isBound = true;
    this.tunnelId = binding.tunnelId;
    this.sessionId = binding.sessionId;
    this.peerTunnelId = binding.peerTunnelId;
    this.peerSessionId = binding.peerSessionId;
    this.peer = binding.peer;
    this.#address = binding.address | 0;
    this.#port = binding.port;
    this.restoreHeader = binding.restoreHeader;
    this.isSequencing = binding.sequencing;
    this.#mustSequence = binding.sequencing;
    this.#nextNs = 0;
    this.#expectedNs = 0;
  }

  unbind(): void {
    this.isBound = false;
  }

  /** `address` as a signed number. Packets from elsewhere are not the peer's, RFC 2661 §8.1. */
  isFrom(address: number, port: number): boolean {
    return this.#address === address && this.#port === port;
  }

  /** The Ns of the next data message of ours. Counting stands still while S is off. §5.4 */
  takeNs(): number {
    const ns = this.#nextNs;
    this.#nextNs = (ns + 1) & 0xffff;
    return ns;
  }

  /** A data message of the peer's came with this S bit. */
  follow(isSequenced: boolean): void {
    if (this.#followsPeer) this.isSequencing = isSequenced || this.#mustSequence;
  }

  /** @returns how many come before this one: 0 in its turn, negative for one that is past. §5.4 */
  ahead(ns: number): number {
    return ((ns - this.#expectedNs + 0x8000) & 0xffff) - 0x8000;
  }

  /** The one behind `ns` is expected now. */
  passed(ns: number): void {
    this.#expectedNs = (ns + 1) & 0xffff;
  }
}
