/**
 * The AVPs we know, RFC 2661 §4.4 with RFC 3145 and Cisco's one, and which message holds which, §6.
 * Every other AVP is an unrecognised one, §4.2.
 */
import { AvpType, MAX_AVP_VALUE_OCTETS, VENDOR_CISCO, VENDOR_IETF } from './avp.ts';
import { MessageType } from './message.ts';
import type { ValueKind } from './value.ts';
import * as value from './value.ts';

export interface AvpRow {
  readonly vendorId: number;
  readonly type: AvpType;
  readonly name: string;
  /** The M bit that we send. On receipt either is taken. */
  readonly mandatory: boolean;
  readonly hideable: boolean;
  /** A message may hold more than one. */
  readonly repeats: boolean;
  readonly kind: ValueKind;
}

/** `M`: sent with the M bit; `H`: may be hidden; `+`: may repeat. */
const row = (type: AvpType, name: string, marks: string, kind: ValueKind): AvpRow => ({
  vendorId: VENDOR_IETF,
  type,
  name,
  mandatory: marks.includes('M'),
  hideable: marks.includes('H'),
  repeats: marks.includes('+'),
  kind,
});

const A = AvpType;

/** In the order in which we send them: the seed's where it shows one, else by number. */
export const AVP_ROWS: readonly AvpRow[] = [
  row(A.MessageType, 'Message Type', 'M', value.framework(2, 2)),
  row(A.ProtocolVersion, 'Protocol Version', 'M', value.uint16('protocolVersion')),
  row(A.FramingCapabilities, 'Framing Capabilities', 'MH', value.uint32('framingCapabilities')),
  row(A.BearerCapabilities, 'Bearer Capabilities', 'MH', value.uint32('bearerCapabilities')),
  row(A.TieBreaker, 'Tie Breaker', '', value.octets('tieBreaker', 8, 8)),
  row(A.FirmwareRevision, 'Firmware Revision', 'H', value.uint16('firmwareRevision')),
  row(A.HostName, 'Host Name', 'M', value.text('hostName', 1)),
  row(A.VendorName, 'Vendor Name', 'H', value.text('vendorName')),
  row(A.AssignedTunnelId, 'Assigned Tunnel ID', 'MH', value.uint16('assignedTunnelId', { low: 1 })),
  row(
    A.ReceiveWindowSize,
    'Receive Window Size',
    'M',
    value.uint16('receiveWindowSize', { low: 1 }),
  ),
  row(A.Challenge, 'Challenge', 'MH', value.octets('challenge', 1)),
  row(A.ChallengeResponse, 'Challenge Response', 'MH', value.octets('challengeResponse', 16, 16)),
  row(
    A.AssignedSessionId,
    'Assigned Session ID',
    'MH',
    value.uint16('assignedSessionId', { low: 1 }),
  ),
  row(A.ResultCode, 'Result Code', 'M', value.resultCode),
  row(A.Q931CauseCode, 'Q.931 Cause Code', 'M', value.q931Cause),
  row(A.PppDisconnectCause, 'PPP Disconnect Cause', 'H+', value.disconnectCauses),
  row(A.CallSerialNumber, 'Call Serial Number', 'MH', value.uint32('callSerialNumber')),
  row(A.MinimumBps, 'Minimum BPS', 'MH', value.uint32('minimumBps')),
  row(A.MaximumBps, 'Maximum BPS', 'MH', value.uint32('maximumBps')),
  row(A.BearerType, 'Bearer Type', 'MH', value.uint32('bearerType')),
  row(A.TxConnectSpeed, '(Tx) Connect Speed', 'MH', value.uint32('txConnectSpeed')),
  row(A.RxConnectSpeed, 'Rx Connect Speed', 'H', value.uint32('rxConnectSpeed')),
  row(A.FramingType, 'Framing Type', 'MH', value.uint32('framingType')),
  row(A.CallingNumber, 'Calling Number', 'MH', value.text('callingNumber')),
  row(A.CalledNumber, 'Called Number', 'MH', value.text('calledNumber')),
  row(A.SubAddress, 'Sub-Address', 'MH', value.text('subAddress')),
  row(A.PhysicalChannelId, 'Physical Channel ID', 'H', value.uint32('physicalChannelId')),
  {
    ...row(A.ClientNasPort, 'Client NAS Port', '', value.text('clientNasPort')),
    vendorId: VENDOR_CISCO,
  },
  row(
    A.InitialReceivedLcpConfreq,
    'Initial Received LCP CONFREQ',
    'H',
    value.octets('initialReceivedConfreq'),
  ),
  row(A.LastSentLcpConfreq, 'Last Sent LCP CONFREQ', 'H', value.octets('lastSentConfreq')),
  row(
    A.LastReceivedLcpConfreq,
    'Last Received LCP CONFREQ',
    'H',
    value.octets('lastReceivedConfreq'),
  ),
  row(
    A.ProxyAuthenChallenge,
    'Proxy Authen Challenge',
    'H',
    value.octets('proxyAuthenChallenge', 1),
  ),
  row(A.ProxyAuthenId, 'Proxy Authen ID', 'H', value.uint16('proxyAuthenId', { high: 0xff })),
  row(A.ProxyAuthenName, 'Proxy Authen Name', 'H', value.octets('proxyAuthenName')),
  row(A.ProxyAuthenResponse, 'Proxy Authen Response', 'H', value.octets('proxyAuthenResponse')),
  row(A.ProxyAuthenType, 'Proxy Authen Type', 'H', value.uint16('proxyAuthenType', { low: 1 })),
  row(A.CallErrors, 'Call Errors', 'MH', value.callErrors),
  row(A.Accm, 'ACCM', 'MH', value.accm),
  row(A.RandomVector, 'Random Vector', 'M+', value.framework(0, MAX_AVP_VALUE_OCTETS)),
  row(A.PrivateGroupId, 'Private Group ID', 'H', value.octets('privateGroupId')),
  row(A.SequencingRequired, 'Sequencing Required', 'M', value.sequencingRequired),
];

/** §6, without Message Type and Random Vector, which every message may hold. */
interface MessageAvps {
  readonly required: readonly AvpType[];
  readonly optional: readonly AvpType[];
}

const MESSAGE_AVPS: Readonly<Record<MessageType, MessageAvps>> = {
  [MessageType.SCCRQ]: { required: [2, 7, 3, 9], optional: [4, 10, 11, 5, 6, 8] },
  [MessageType.SCCRP]: { required: [2, 3, 7, 9], optional: [4, 6, 8, 10, 11, 13] },
  [MessageType.SCCCN]: { required: [], optional: [13] },
  [MessageType.StopCCN]: { required: [9, 1], optional: [] },
  [MessageType.HELLO]: { required: [], optional: [] },
  [MessageType.OCRQ]: { required: [14, 15, 16, 17, 18, 19, 21], optional: [23] },
  [MessageType.OCRP]: { required: [14], optional: [25] },
  [MessageType.OCCN]: { required: [24, 19], optional: [38, 39] },
  [MessageType.ICRQ]: { required: [14, 15], optional: [18, 25, 22, 21, 23, A.ClientNasPort] },
  [MessageType.ICRP]: { required: [14], optional: [] },
  [MessageType.ICCN]: {
    required: [24, 19],
    optional: [26, 27, 28, 29, 30, 31, 32, 33, 37, 38, 39],
  },
  [MessageType.CDN]: { required: [1, 14], optional: [12, 46] },
  [MessageType.WEN]: { required: [34], optional: [] },
  [MessageType.SLI]: { required: [35], optional: [] },
};

const EVERYWHERE: readonly AvpType[] = [A.MessageType, A.RandomVector];
/** What is still worth reading where we cannot tell the message: ids to answer to. */
const OF_UNKNOWN: readonly AvpType[] = [...EVERYWHERE, A.AssignedTunnelId, A.AssignedSessionId];

export const findAvpRow = (vendorId: number, type: number): AvpRow | undefined =>
  AVP_ROWS.find((known) => known.vendorId === vendorId && known.type === type);

export const isMessageType = (type: number): type is MessageType => type in MESSAGE_AVPS;

export const requiredAvps = (message: MessageType): readonly AvpType[] =>
  MESSAGE_AVPS[message].required;

/** @param message undefined when it is not known which it is */
export function mayHold(message: MessageType | undefined, type: AvpType): boolean {
  if (message === undefined) return OF_UNKNOWN.includes(type);
  const { required, optional } = MESSAGE_AVPS[message];
  return EVERYWHERE.includes(type) || required.includes(type) || optional.includes(type);
}
