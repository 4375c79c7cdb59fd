/** Where every frame and datagram ended. `up` = line to LNS, `down` = LNS to line. */
import { HdlcCounters } from '../../wire/hdlc/counters.ts';

/**
 * One line's. Up: framesOk = badAddress + badControl + badProtocol + upPunted +
 * upPuntFull + upNotBound + upForwarded + upRefused. Down: downFrames = downForwarded + downLate +
 * downMalformed + downTooLong + downBacklog.
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
  /** Ns says that it is a duplicate, or was overtaken. */
  downLate = 0;
  /** No PPP header that could be read. */
  downMalformed = 0;
  downTooLong = 0;
  /** The line is behind: more waits for it than its speed carries in time. */
  downBacklog = 0;
  /** Frames that control sent to the line, and those refused. */
  downInjected = 0;
  downInjectedRefused = 0;
}

/**
 * Of the datagram port. datagrams = empty + truncated + badVersion + badFlags + badLength +
 * controlPunted + controlPuntFull + controlTooLong + noSession + wrongSource + the lines'
 * downFrames.
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
  noSession = 0;
  wrongSource = 0;
  /** Control datagrams sent, and those for which there was no room. */
  controlSent = 0;
  controlRefused = 0;
  /** Queued datagrams that the kernel refused at the flush, of either kind. */
  unsent = 0;
}
