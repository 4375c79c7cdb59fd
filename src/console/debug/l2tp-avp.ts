/** One AVP in the seed's words: its header, then its value. TRACE-04 and -05. */
import type { AvpTrace } from '../../base/event.ts';
import { toHex, toText, u16, u32 } from '../../base/octets.ts';
import { AvpType, VENDOR_CISCO, VENDOR_IETF } from '../../wire/l2tp/avp.ts';
import { findAvpRow } from '../../wire/l2tp/catalogue.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { errorText, messageName, resultText } from '../../wire/l2tp/names.ts';

type Show = (value: Uint8Array) => string;

/** As far as there are octets: a value of a wrong length is shown in hex. */
const number: Show = (value) => {
  if (value.length === 2) return `${u16(value, 0)}`;
  return value.length === 4 ? `${u32(value, 0)}` : toHex(value);
};
const hex: Show = (value) => toHex(value);
/** `0x3`, no leading zeros. */
const shortHex: Show = (value) => `0x${toHex(value).replace(/^0+(?=.)/, '')}`;
const text: Show = (value) => toText(value);
/** The seed has its name only. */
const nothing: Show = () => '';

/** Words of the seed, which are not always the RFC's. */
const VALUES = new Map<number, readonly [string, Show]>([
  [AvpType.ProtocolVersion, ['Protocol Ver', number]],
  [AvpType.FramingCapabilities, ['Framing Cap', shortHex]],
  [AvpType.BearerCapabilities, ['Bearer Cap', shortHex]],
  [AvpType.FirmwareRevision, ['Firmware Ver', shortHex]],
  [AvpType.HostName, ['Hostname', text]],
  [AvpType.VendorName, ['Vendor Name', text]],
  [AvpType.AssignedTunnelId, ['Assigned Tunnel ID', number]],
  [AvpType.ReceiveWindowSize, ['Rx Window Size', number]],
  [AvpType.Challenge, ['Chlng', hex]],
  [AvpType.ChallengeResponse, ['Chlng Resp', hex]],
  [AvpType.AssignedSessionId, ['Assigned Call ID', number]],
  [AvpType.CallSerialNumber, ['Serial Number', nothing]],
  [AvpType.BearerType, ['Bearer Type', number]],
  [AvpType.FramingType, ['Framing Type', number]],
  [AvpType.CalledNumber, ['Called Number', text]],
  [AvpType.CallingNumber, ['Calling Number', text]],
  [AvpType.SubAddress, ['Sub Address', text]],
  [AvpType.TxConnectSpeed, ['Connect Speed', number]],
  [AvpType.RxConnectSpeed, ['Rx Speed', number]],
  [AvpType.LastSentLcpConfreq, ['Last Sent LCPREQ', hex]],
  [AvpType.LastReceivedLcpConfreq, ['Last Rx LCPREQ', hex]],
  [AvpType.ProxyAuthenType, ['Proxy Auth Type', number]],
  [AvpType.ProxyAuthenName, ['Proxy Auth Name', text]],
  [AvpType.ProxyAuthenChallenge, ['Proxy Auth Chal', hex]],
  [AvpType.ProxyAuthenId, ['Proxy Auth ID', number]],
  [AvpType.ProxyAuthenResponse, ['Proxy Auth Resp', hex]],
]);

/**
 * @param prefix whose lines these are
 * @param message what AVP 0 said: results of StopCCN and of CDN are numbered apart
 */
export function describeAvp(
  avp: AvpTrace,
  prefix: string,
  message: number,
  hidesPassword: boolean,
): readonly string[] {
  const what = `${describeKind(avp)}, len ${avp.length}, flag ${describeFlags(avp)}`;
  return [`${prefix} Parse ${what}`, ...describeValue(avp, prefix, message, hidesPassword)];
}

function describeKind({ vendorId, type }: AvpTrace): string {
  if (vendorId === VENDOR_IETF) return `AVP ${type}`;
  return vendorId === VENDOR_CISCO ? `Cisco AVP ${type}` : `vendor ${vendorId} AVP ${type}`;
}

function describeFlags({ mandatory, hidden }: AvpTrace): string {
  const letters = `${mandatory ? 'M' : ''}${hidden ? 'H' : ''}`;
  const bits = (mandatory ? 0x8000 : 0) | (hidden ? 0x4000 : 0);
  return letters === '' ? '0x0' : `0x${bits.toString(16).toUpperCase()} (${letters})`;
}

function describeValue(
  { vendorId, type, value }: AvpTrace,
  prefix: string,
  message: number,
  hidesPassword: boolean,
): readonly string[] {
  if (vendorId === VENDOR_CISCO && type === AvpType.ClientNasPort) {
    return [`${prefix} Client NAS Port ${toText(value)}`];
  }
  if (vendorId !== VENDOR_IETF) return [];
  if (type === AvpType.MessageType) return [`${prefix} Parse ${messageName(message)}`];
  if (type === AvpType.ResultCode) return describeResult(value, prefix, message);
  const row = findAvpRow(vendorId, type);
  const [name, show] = VALUES.get(type) ?? [row?.name, hex];
  if (name === undefined) return [];
  if (type === AvpType.ProxyAuthenResponse && hidesPassword) return [`${prefix} ${name} xxxxxx`];
  return [`${prefix} ${name} ${show(value)}`.trimEnd()];
}

/** The seed names no tunnel in front of a StopCCN's result, and nothing in front of any error. */
function describeResult(value: Uint8Array, prefix: string, message: number): readonly string[] {
  if (value.length < 2) return [];
  const result = u16(value, 0);
  const error = value.length < 4 ? 0 : u16(value, 2);
  const said = value.length > 4 ? `, "${toText(value.subarray(4))}"` : '';
  const isCdn = message === MessageType.CDN;
  const words = resultText(isCdn ? MessageType.CDN : MessageType.StopCCN, result);
  return [
    `${isCdn ? prefix : 'L2X:'} Result code(${AvpType.ResultCode}): ${result}: ${words}`,
    `Error code(${error}): ${errorText(error)}${said}`,
  ];
}
