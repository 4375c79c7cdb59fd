/**
 * One counter for each thing that can happen to a frame on the line; RFC 1662 §4.3, RFC 2661
 * §4.4.6.
 */

/** What only the UART or its driver can see; it spoils the frame under way. */
export type LineFault = 'uartFraming' | 'uartOverrun' | 'bufferOverrun' | 'timeouts' | 'alignment';

export class HdlcCounters {
  /** Frames with a good FCS, whatever their header says. */
  framesOk = 0;
  fcsErrors = 0;
  runts = 0;
  aborts = 0;
  giants = 0;
  badAddress = 0;
  badControl = 0;
  /** No whole Protocol field, or one octet where PFC was not agreed. */
  badProtocol = 0;
  uartFraming = 0;
  uartOverrun = 0;
  bufferOverrun = 0;
  timeouts = 0;
  alignment = 0;
}
