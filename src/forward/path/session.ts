/** One line's session as the forwarding plane knows it. Made with the line, filled by bind(). */

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

export class Session {
  tunnelId = 0;
  sessionId = 0;
  peerTunnelId = 0;
  peerSessionId = 0;
  peer = 0;
  restoreHeader = true;
  /** Whether our data messages carry Ns now. */
  isSequencing = false;
  /** As a signed number: an unsigned one of more than 31 bits would be put on the heap. */
  #address = 0;
  #port = 0;
  #mustSequence = false;
  #nextNs = 0;
  #expectedNs = 0;

  bind(binding: SessionBinding): void {
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

  /**
   * A data message came with this S bit and Ns. Unless Sequencing Required settled it, the LNS
   * switches ours by its own. @returns false when the message was overtaken or is a duplicate. §5.4
   */
  accepts(isSequenced: boolean, ns: number): boolean {
    this.isSequencing = isSequenced || this.#mustSequence;
    if (!isSequenced) return true;
    if (((ns - this.#expectedNs) & 0xffff) >= 0x8000) return false;
    this.#expectedNs = (ns + 1) & 0xffff;
    return true;
  }
}
