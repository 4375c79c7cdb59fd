/**
 * A control message in the seed's words: its AVPs, header and first octets. TRACE-02 to -08.
 * A password that a proxy AVP carries in clear prints as `xxxxxx`, and as `xx` for each octet.
 */
import type { AvpTrace, L2tpTrace } from '../../base/event.ts';
import { Fault } from '../../base/fault.ts';
import { toHex, u16 } from '../../base/octets.ts';
import { AVP_HEADER_OCTETS, AvpType, parseAvpBits, VENDOR_IETF } from '../../wire/l2tp/avp.ts';
import { isZlb, L2tpHeader, parseL2tpHeader } from '../../wire/l2tp/header.ts';
import { ProxyAuthenType } from '../../wire/l2tp/message.ts';
import { messageName } from '../../wire/l2tp/names.ts';
import type { TraceLine } from './debug-name.ts';
import { describeAvp } from './l2tp-avp.ts';
import { l2tpPrefix } from './scope.ts';

/** The seed's hex dumps end here. */
const DUMP_OCTETS = 47;

type MessageTrace = Extract<L2tpTrace, { kind: 'l2tp-message' }>;

export function renderMessage(event: MessageTrace): readonly TraceLine[] {
  const { avps, datagram, direction, missing, scope } = event;
  const prefix = l2tpPrefix(scope, 'L2X:');
  const packets = (text: string): TraceLine => ({ debug: 'vpdn l2x-packets', text });
  const header = new L2tpHeader();
  if (parseL2tpHeader(datagram, datagram.length, header) !== Fault.None) {
    return [packets(`${prefix} ${direction} malformed, len ${datagram.length}`)];
  }
  const hidesPassword = holdsPassword(avps);
  const dump = () => dumpOctets(hidesPassword ? maskPassword(datagram, header) : [...datagram]);
  if (isZlb(header)) {
    const line = `${prefix} ${direction} ${describeHeader('ZLB ctrl ack', datagram, header)}`;
    return (direction === 'O' ? withDump(event, line, dump()) : [line]).map(packets);
  }
  const type = typeOf(avps);
  const name = messageName(type);
  const line = `${prefix} ${direction} ${describeHeader(name, datagram, header)}`;
  const message = withDump(event, line, dump()).map(packets);
  if (direction === 'O') {
    const text = `${prefix} O ${name}${describePeer(name, event)}`;
    return [{ debug: 'vpdn l2x-events', text }, ...message];
  }
  const absent = missing.map((type) => `Missing AVP ${type} in ${name}`);
  if (absent.length === 0) absent.push(`No missing AVPs in ${name}`);
  return [
    ...avps.flatMap((avp) => describeAvp(avp, prefix, type, hidesPassword)).map(packets),
    ...absent.map((text) => packets(`${prefix} ${text}`)),
    ...message,
  ];
}

/** TRACE-03: in a tunnel that the peer opened, the octets of an output have a line of their own. */
function withDump(event: MessageTrace, line: string, octets: string): readonly string[] {
  const { datagram, direction, isResponder } = event;
  if (!isResponder) return [`${line} ${octets}`];
  const size = `size ${datagram.length} ${octets}`;
  if (direction === 'I') return [`${line} contiguous pak, ${size}`];
  return [line, `contiguous buffer, ${size}`];
}

/** @returns 0 when the message does not say what it is; no message has that type */
const typeOf = (avps: readonly AvpTrace[]): number => uint16Of(avps, AvpType.MessageType) ?? 0;

function uint16Of(avps: readonly AvpTrace[], type: AvpType): number | undefined {
  const avp = avps.find((one) => one.vendorId === VENDOR_IETF && one.type === type);
  return avp?.value.length === 2 ? u16(avp.value, 0) : undefined;
}

/** TRACE-08: whom an output is for. Nobody has a name yet when SCCRQ leaves. */
function describePeer(name: string, event: MessageTrace): string {
  const { peerName, peerTunnelId, peerSessionId, scope } = event;
  if (name === 'SCCRQ') return '';
  if (scope.sessionId === undefined) return ` to ${peerName} tnlid ${peerTunnelId}`;
  return ` to ${peerName} ${peerTunnelId}/${peerSessionId}`;
}

function describeHeader(name: string, datagram: Uint8Array, header: L2tpHeader): string {
  const { tunnelId, sessionId, ns, nr } = header;
  const length = u16(datagram, 2);
  const ids = `tnl ${tunnelId}, cl ${sessionId}, ns ${ns}, nr ${nr}`;
  return `${name}, flg TLS, ver 2, len ${length}, ${ids}`;
}

/** A Proxy Authen Response of type 1 or 3 is a password; of no stated type it may be one. */
function holdsPassword(avps: readonly AvpTrace[]): boolean {
  const type = uint16Of(avps, AvpType.ProxyAuthenType) ?? ProxyAuthenType.PAP;
  return type === ProxyAuthenType.Text || type === ProxyAuthenType.PAP;
}

/** The datagram with -1 for each octet of a password that stands there in clear. */
function maskPassword(datagram: Uint8Array, header: L2tpHeader): readonly number[] {
  const octets = [...datagram];
  for (let at = header.payloadStart; at + AVP_HEADER_OCTETS <= header.payloadEnd; ) {
    const { length, hidden } = parseAvpBits(u16(datagram, at));
    const isResponse =
      u16(datagram, at + 2) === VENDOR_IETF &&
      u16(datagram, at + 4) === AvpType.ProxyAuthenResponse;
    if (isResponse && !hidden) {
      octets.fill(-1, at + AVP_HEADER_OCTETS, Math.max(at + length, at + AVP_HEADER_OCTETS));
    }
    at += Math.max(length, AVP_HEADER_OCTETS);
  }
  return octets;
}

function dumpOctets(octets: readonly number[]): string {
  const shown = octets
    .slice(0, DUMP_OCTETS)
    .map((octet) => (octet < 0 ? 'xx' : toHex(Uint8Array.of(octet))))
    .join(' ');
  return octets.length > DUMP_OCTETS ? `${shown} ...` : shown;
}
