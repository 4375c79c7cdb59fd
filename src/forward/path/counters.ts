/** Where every frame and datagram ended. `up` = line to LNS, `down` = LNS to line. */
import { HdlcCounters } from '../../wire/hdlc/counters.ts';

/**
 * One line's. Up: framesOk = badAddress + badControl + badProtocol + upPunted +
 * upPuntFull + upNotBound + upForwarded + upRefused. Down: downFrames = downForwarded + downLate +
 * downMalformed + downTooLong + downBacklog + downUnbound + those that its session holds.
 */
export class LineCounters extends HdlcCounters {
  /** Given to control, of which `upStale` came too late: the call they belonged to was over. */
  upPunted = 0;
  upStale = 0;
  upPuntFull = 0;
  /** Good frames of a line that is closed, or no longer bound to a session. */
  upNotBound = 0;
  upForwarded = 0;
  upForwardedOctets = 0;
  /** The datagram port took no more. */
  upRefused = 0;
  /** Frames that control sent up into the session, and those refused. */
  upInjected = 0;
  upInjectedRefused = 0;
  /** Data messages for this line's session, from its peer. */
  downFrames = 0;
  downForwarded = 0;
  downForwardedOctets = 0;
  /** Ns says that it is a duplicate, or was waited for in vain. */
  downLate = 0;
  /** Its session ended while it waited for an earlier one. */
  downUnbound = 0;
  /** No PPP header that could be read. */
  downMalformed = 0;
  downTooLong = 0;
  /** The line is behind: more waits for it than its speed carries in time. */
  downBacklog = 0;
  /** Frames that control sent to the line, and those refused. */
  downInjected = 0;
  downInjectedRefused = 0;
  /** No frames: gaps in Ns that were waited for in vain. */
  downLost = 0;
}

/**
 * One virtual access interface's. Rx is from the peer: rxFrames = rxPackets + rxRefused + rxNotUp +
 * rxNotIp + rxPunted + rxPuntFull + rxMalformed + rxLate + rxUnbound + those that its session
 * holds. Of the packets for its caller: txPackets + txTooLong + txRefused.
 */
export class AccessCounters {
  /** Data messages for this session, from its peer. */
  rxFrames = 0;
  /** IP packets written to the device, and their octets. */
  rxPackets = 0;
  rxPacketOctets = 0;
  /** The device took no more, or not this one, or there is none. */
  rxRefused = 0;
  /** IP before IPCP is open. */
  rxNotUp = 0;
  /** No IPv4 packet, though it says so. */
  rxNotIp = 0;
  /** Given to control: all other protocols. */
  rxPunted = 0;
  rxPuntFull = 0;
  /** No PPP header that could be read. */
  rxMalformed = 0;
  /** Ns says that it is a duplicate, or was waited for in vain. */
  rxLate = 0;
  /** Its session ended while it waited for an earlier one. */
  rxUnbound = 0;
  /** No frames: gaps in Ns that were waited for in vain. */
  rxLost = 0;
  /** IP packets sent into the session, and their octets. */
  txPackets = 0;
  txPacketOctets = 0;
  /** Longer than the caller takes. */
  txTooLong = 0;
  /** The datagram port took no more. */
  txRefused = 0;
  /** Frames that control sent into the session, and those refused. */
  txInjected = 0;
  txInjectedRefused = 0;
}

/**
 * Of the packet device, since the start. packets = forwarded + tooLong + refused + ipv6 + malformed
 * + noAccess.
 */
export class PacketCounters {
  packets = 0;
  /** The sums of the accesses' txPackets, txTooLong and txRefused. */
  forwarded = 0;
  tooLong = 0;
  refused = 0;
  ipv6 = 0;
  /** No IPv4 packet, or longer than a frame slot. */
  malformed = 0;
  /** Nobody has its destination's address. */
  noAccess = 0;
  /** The other way, data messages: the sum of the accesses' rxFrames. */
  frames = 0;
  /** Punted frames whose session was over when control came to them. */
  stale = 0;
}

/**
 * Of the datagram port. datagrams = empty + truncated + badVersion + badFlags + badLength +
 * controlPunted + controlPuntFull + controlTooLong + controlUnread + noSession + wrongSource + the
 * lines' downFrames + the accesses' rxFrames.
 */
export class DatagramCounters {
  datagrams = 0;
  empty = 0;
  truncated = 0;
  badVersion = 0;
  badFlags = 0;
  badLength = 0;
  controlPunted = 0;
  controlPuntFull = 0;
  controlTooLong = 0;
  /** For no tunnel of ours, in a flood of such. */
  controlUnread = 0;
  noSession = 0;
  wrongSource = 0;
  /** Control datagrams sent, and those for which there was no room. */
  controlSent = 0;
  controlRefused = 0;
  /** Queued datagrams that the kernel refused at the flush, of either kind. */
  unsent = 0;
}
