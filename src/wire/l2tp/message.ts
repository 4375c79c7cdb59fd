/** Control messages of RFC 2661 §6 as records, whatever the order of their AVPs was. */

export const MessageType = Object.freeze({
  SCCRQ: 1,
  SCCRP: 2,
  SCCCN: 3,
  StopCCN: 4,
  HELLO: 6,
  OCRQ: 7,
  OCRP: 8,
  OCCN: 9,
  ICRQ: 10,
  ICRP: 11,
  ICCN: 12,
  CDN: 14,
  WEN: 15,
  SLI: 16,
} as const);
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** Result Code AVP, §4.4.2. */
export interface ResultCode {
  readonly result: number;
  /** Absent in the 8-octet form. */
  readonly error?: number;
  readonly text?: string;
}

/** Call Errors AVP, §4.4.6. */
export interface CallErrors {
  readonly crcErrors: number;
  readonly framingErrors: number;
  readonly hardwareOverruns: number;
  readonly bufferOverruns: number;
  readonly timeouts: number;
  readonly alignmentErrors: number;
}

/** One record for all messages; a field whose AVP is absent is absent. Names are those of §4.4. */
export interface L2tpMessage {
  readonly type: MessageType;
  readonly resultCode?: ResultCode;
  /** Version in the high octet, revision in the low one: 0x0100. */
  readonly protocolVersion?: number;
  readonly framingCapabilities?: number;
  readonly bearerCapabilities?: number;
  readonly tieBreaker?: Uint8Array;
  readonly firmwareRevision?: number;
  readonly hostName?: string;
  readonly vendorName?: string;
  readonly assignedTunnelId?: number;
  readonly receiveWindowSize?: number;
  readonly challenge?: Uint8Array;
  readonly q931Cause?: { readonly cause: number; readonly message: number; readonly text: string };
  readonly challengeResponse?: Uint8Array;
  readonly assignedSessionId?: number;
  readonly callSerialNumber?: number;
  readonly minimumBps?: number;
  readonly maximumBps?: number;
  readonly bearerType?: number;
  readonly framingType?: number;
  readonly calledNumber?: string;
  readonly callingNumber?: string;
  readonly subAddress?: string;
  readonly txConnectSpeed?: number;
  readonly physicalChannelId?: number;
  /** Options only, no code, id or length: §4.4.5. */
  readonly initialReceivedConfreq?: Uint8Array;
  readonly lastSentConfreq?: Uint8Array;
  readonly lastReceivedConfreq?: Uint8Array;
  readonly proxyAuthenType?: number;
  readonly proxyAuthenName?: Uint8Array;
  readonly proxyAuthenChallenge?: Uint8Array;
  readonly proxyAuthenId?: number;
  readonly proxyAuthenResponse?: Uint8Array;
  readonly callErrors?: CallErrors;
  readonly accm?: { readonly send: number; readonly receive: number };
  readonly privateGroupId?: Uint8Array;
  readonly rxConnectSpeed?: number;
  readonly sequencingRequired?: boolean;
  /** RFC 3145, possibly several. */
  readonly disconnectCauses?: readonly DisconnectCause[];
  /** Cisco's AVP 100 of vendor 9. */
  readonly clientNasPort?: string;
}

/** AVP 46, RFC 3145 §2. */
export interface DisconnectCause {
  readonly code: number;
  readonly protocol: number;
  readonly direction: number;
  readonly text: string;
}

/** AVP 29, §4.4.5. */
export const ProxyAuthenType = Object.freeze({
  Text: 1,
  CHAP: 2,
  PAP: 3,
  None: 4,
  MSCHAPv1: 5,
} as const);
export type ProxyAuthenType = (typeof ProxyAuthenType)[keyof typeof ProxyAuthenType];
