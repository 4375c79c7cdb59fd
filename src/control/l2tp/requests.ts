/**
 * What our messages say, RFC 2661 §6 and §4.4.5: options and a call's facts in, records out. Pure.
 * Runs a few times for each tunnel and call.
 */
import type { DisconnectCause, L2tpMessage, ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType, ProxyAuthenType } from '../../wire/l2tp/message.ts';
import type { CallSetup, TunnelOptions } from './tunnel-port.ts';

/** Version 1, revision 0: the only one there is. §4.4.3 */
export const PROTOCOL_VERSION = 0x0100;
/** A later revision of the version is for us to understand, §7.2.1. */
export const supportsVersion = (version: number): boolean => version >>> 8 === 1;
/** Asynchronous and synchronous, analog and digital: what the seed says of itself. */
const ALL_FRAMINGS = 3;
const ALL_BEARERS = 3;
/** Characters of a name or number: a message has to fit into one unfragmented datagram. */
const TEXT_LIMIT = 128;
/** Octets of one proxy AVP, for the same reason. A PAP name or password has at most 255. */
const PROXY_LIMIT = 255;

export function makeSccrq(
  options: TunnelOptions,
  assignedTunnelId: number,
  challenge: Uint8Array | undefined,
  tieBreaker: Uint8Array | undefined,
): L2tpMessage {
  return {
    type: MessageType.SCCRQ,
    ...introduction(options, assignedTunnelId, challenge),
    ...(tieBreaker && { tieBreaker }),
  };
}

export function makeSccrp(
  options: TunnelOptions,
  assignedTunnelId: number,
  challenge: Uint8Array | undefined,
  challengeResponse: Uint8Array | undefined,
): L2tpMessage {
  return {
    type: MessageType.SCCRP,
    ...introduction(options, assignedTunnelId, challenge),
    ...(challengeResponse && { challengeResponse }),
  };
}

/** Who we are and what we can do: the same whoever opens the tunnel. */
function introduction(
  options: TunnelOptions,
  assignedTunnelId: number,
  challenge: Uint8Array | undefined,
): Partial<L2tpMessage> {
  return {
    protocolVersion: PROTOCOL_VERSION,
    framingCapabilities: ALL_FRAMINGS,
    bearerCapabilities: ALL_BEARERS,
    firmwareRevision: options.firmwareRevision,
    hostName: bounded(options.localName),
    vendorName: bounded(options.vendorName),
    assignedTunnelId,
    receiveWindowSize: options.receiveWindow,
    ...(challenge && { challenge }),
  };
}

export function makeIcrq(setup: CallSetup, assignedSessionId: number): L2tpMessage {
  const { calledNumber, callingNumber, clientNasPort } = setup;
  return {
    type: MessageType.ICRQ,
    assignedSessionId,
    callSerialNumber: setup.callSerialNumber,
    bearerType: setup.bearerType,
    ...(callingNumber !== undefined && { callingNumber: bounded(callingNumber) }),
    ...(calledNumber !== undefined && { calledNumber: bounded(calledNumber) }),
    ...(clientNasPort !== undefined && { clientNasPort: bounded(clientNasPort) }),
  };
}

export function makeIcrp(assignedSessionId: number): L2tpMessage {
  return { type: MessageType.ICRP, assignedSessionId };
}

export function makeIccn(setup: CallSetup): L2tpMessage {
  const { rxConnectSpeed, sequencingRequired } = setup;
  return {
    type: MessageType.ICCN,
    txConnectSpeed: setup.txConnectSpeed,
    ...(rxConnectSpeed !== undefined && { rxConnectSpeed }),
    framingType: setup.framingType,
    ...proxyLcp(setup),
    ...proxyAuth(setup),
    ...(sequencingRequired === true && { sequencingRequired }),
  };
}

/** §6.14, §4.4.6: which characters the LAC is to escape, and to take for noise. */
export function makeSli(send: number, receive: number): L2tpMessage {
  return { type: MessageType.SLI, accm: { send, receive } };
}

/** The error code is always there, as in the seed: 10 octets of Result Code. */
export function makeCdn(
  assignedSessionId: number,
  { text, ...resultCode }: ResultCode,
  disconnectCauses: readonly DisconnectCause[] = [],
): L2tpMessage {
  const causes = disconnectCauses.map((cause) => ({ ...cause, text: bounded(cause.text) }));
  return {
    type: MessageType.CDN,
    assignedSessionId,
    resultCode: { error: 0, ...resultCode, ...(text !== undefined && { text: bounded(text) }) },
    ...(causes.length > 0 && { disconnectCauses: causes }),
  };
}

export function makeStopCcn(assignedTunnelId: number, resultCode: ResultCode): L2tpMessage {
  return { type: MessageType.StopCCN, assignedTunnelId, resultCode };
}

/** All or nothing: without it the LNS negotiates anew, with a part it would be misled. */
function proxyLcp({ lcp }: CallSetup): Partial<L2tpMessage> {
  if (lcp === undefined) return {};
  const { initialReceivedConfreq, lastSentConfreq, lastReceivedConfreq } = lcp;
  const parts = [initialReceivedConfreq, lastSentConfreq, lastReceivedConfreq];
  if (parts.some((octets) => octets.length > PROXY_LIMIT)) return {};
  return { initialReceivedConfreq, lastSentConfreq, lastReceivedConfreq };
}

/** §4.4.5: which AVPs belong to which type. An incomplete set is not sent, L2TP-4.4.5-07. */
function proxyAuth({ auth }: CallSetup): Partial<L2tpMessage> {
  if (auth === undefined) return {};
  const { type, name, challenge, id, response } = auth;
  if (type === ProxyAuthenType.None) return { proxyAuthenType: type };
  const parts = [name, response, ...(challenge ? [challenge] : [])];
  if (parts.some((octets) => octets.length > PROXY_LIMIT)) return {};
  const both = {
    proxyAuthenType: type,
    proxyAuthenName: name,
    proxyAuthenResponse: response,
  };
  switch (type) {
    case ProxyAuthenType.Text:
      return both;
    case ProxyAuthenType.PAP:
      return { ...both, proxyAuthenId: id };
    default:
      return challenge ? { ...both, proxyAuthenId: id, proxyAuthenChallenge: challenge } : {};
  }
}

const bounded = (text: string): string => text.slice(0, TEXT_LIMIT);
