/**
 * What a LAC's ICRQ and ICCN say of a call, RFC 2661 §6.6, §6.8, §4.4.5: messages in, records out.
 * Pure. Runs twice for each call.
 */
import type { L2tpMessage } from '../../wire/l2tp/message.ts';
import { ProxyAuthenType } from '../../wire/l2tp/message.ts';
import type { OfferedCall, ReceivedCall } from './tunnel-port.ts';

export function offeredCall(icrq: L2tpMessage): OfferedCall {
  const { bearerType, calledNumber, callingNumber, subAddress } = icrq;
  const { physicalChannelId, clientNasPort } = icrq;
  return {
    callSerialNumber: icrq.callSerialNumber ?? 0,
    ...(bearerType !== undefined && { bearerType }),
    ...(calledNumber !== undefined && { calledNumber }),
    ...(callingNumber !== undefined && { callingNumber }),
    ...(subAddress !== undefined && { subAddress }),
    ...(physicalChannelId !== undefined && { physicalChannelId }),
    ...(clientNasPort !== undefined && { clientNasPort }),
  };
}

/** @param note told what is left out because it is not complete */
export function receivedCall(
  offered: OfferedCall,
  iccn: L2tpMessage,
  note: (text: string) => void,
): ReceivedCall {
  const { rxConnectSpeed, privateGroupId, proxyAuthenType } = iccn;
  const lcp = proxyLcp(iccn, note);
  const auth = proxyAuth(iccn, note);
  return {
    ...offered,
    txConnectSpeed: iccn.txConnectSpeed ?? 0,
    ...(rxConnectSpeed !== undefined && { rxConnectSpeed }),
    framingType: iccn.framingType ?? 0,
    ...(privateGroupId && { privateGroupId }),
    sequencingRequired: iccn.sequencingRequired === true,
    ...(lcp && { lcp }),
    ...(proxyAuthenType !== undefined && { proxyAuthenType }),
    ...(auth && { auth }),
  };
}

/** AVP 26 may be left out, L2TP-4.4.5-02; of the other two one is no use without the other. */
function proxyLcp(iccn: L2tpMessage, note: (text: string) => void): ReceivedCall['lcp'] {
  const { initialReceivedConfreq, lastSentConfreq, lastReceivedConfreq } = iccn;
  if (lastSentConfreq === undefined && lastReceivedConfreq === undefined) return undefined;
  if (lastSentConfreq === undefined || lastReceivedConfreq === undefined) {
    note('proxy LCP is not complete, and counts for nothing');
    return undefined;
  }
  return {
    ...(initialReceivedConfreq && { initialReceivedConfreq }),
    lastSentConfreq,
    lastReceivedConfreq,
  };
}

/** §4.4.5: which AVPs belong to which type. What lacks one is no proxy authentication. */
function proxyAuth(iccn: L2tpMessage, note: (text: string) => void): ReceivedCall['auth'] {
  const type = iccn.proxyAuthenType;
  if (type === undefined || type === ProxyAuthenType.None) return undefined;
  const { proxyAuthenName: name, proxyAuthenResponse: response } = iccn;
  const { proxyAuthenChallenge: challenge, proxyAuthenId } = iccn;
  const hasChallenge = type === ProxyAuthenType.CHAP || type === ProxyAuthenType.MSCHAPv1;
  const hasId = hasChallenge || type === ProxyAuthenType.PAP;
  if (!hasId && type !== ProxyAuthenType.Text) {
    note(`proxy authentication of type ${type} is not known, and counts for nothing`);
    return undefined;
  }
  // Plain text has no id of its own.
  const id = hasId ? proxyAuthenId : 0;
  const lacksChallenge = hasChallenge && challenge === undefined;
  if (name === undefined || response === undefined || id === undefined || lacksChallenge) {
    note(`proxy authentication of type ${type} is not complete, and counts for nothing`);
    return undefined;
  }
  return { type, name, ...(hasChallenge && challenge && { challenge }), id, response };
}
