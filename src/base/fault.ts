/**
 * Why octets were refused. A parser returns one, the caller counts it by name and drops the frame.
 */

export const Fault = Object.freeze({
  None: 0,
  Truncated: 1,
  BadVersion: 2,
  BadFlags: 3,
  BadLength: 4,
  // HDLC-like framing, RFC 1662 §4.3
  BadAddress: 14,
  BadControl: 15,
  BadProtocol: 16,
  // PPP control protocols, RFC 1661 §5
  BadOption: 20,
  // L2TP control messages, RFC 2661 §4
  NotMessageType: 30,
  UnknownMessage: 31,
  UnknownAvp: 32,
  BadAvpLength: 33,
  BadAvpValue: 34,
  MissingAvp: 35,
  BadHiddenAvp: 36,
  TooManyAvps: 37,
} as const);

export type Fault = (typeof Fault)[keyof typeof Fault];

const NAMES = new Map<Fault, string>(
  Object.entries(Fault).map(([name, value]) => [value, name] as const),
);

export const faultName = (fault: Fault): string => NAMES.get(fault) ?? `Fault ${fault}`;
