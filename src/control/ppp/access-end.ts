/** How the end of a call is told: a clause for a person, and RFC 3145's cause for the LAC. */
import type { DisconnectCause } from '../../wire/l2tp/message.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import type { AccessEnd } from './access-port.ts';
import type { IpcpEnd } from './ipcp.ts';

/** RFC 3145 §2.2: whose doing it was. */
const GLOBAL = 0;
const AT_PEER = 1;
const AT_LOCAL = 2;

type Cause = readonly [code: number, protocol: number, direction: number];

const CLAUSES: Readonly<Record<AccessEnd, string>> = {
  'caller terminated': 'the caller ended the link',
  'cleared by the operator': 'cleared by the operator',
  shutdown: 'the router is shut down',
  'proxy LCP refused': 'the proxied LCP does not fit, and may not be renegotiated',
  'no LCP': 'the caller does not answer LCP',
  'LCP did not converge': 'LCP did not converge',
  'line looped': 'the line is looped back',
  'protocol refused': 'the caller rejects LCP',
  'authentication refused': 'the caller takes none of the authentication methods',
  'authentication failed': 'authentication failed',
  'authentication never answered': 'the caller does not say who it is',
  'no address': 'there is no address for the caller',
  'IPCP failed': 'IPCP failed',
  'caller silent': 'the caller does not answer Echo-Requests',
  idle: 'the call was idle',
  'time is up': 'the time of the call is up',
};

const IPCP_CLAUSES: Readonly<Record<IpcpEnd, string>> = {
  unanswered: 'the caller does not answer IPCP',
  rejected: 'the caller rejects IP',
  'code rejected': 'the caller rejects what IPCP needs',
  'own address refused': 'the caller wants us to have another address',
  'peer takes no address': 'the caller does not take the address that it may have',
  'no address': 'the address of the caller is not permitted',
};

/** What the link knew when it ended. */
export interface EndDetail {
  /** CHAP or PAP: by which the caller was asked. */
  readonly authProtocol: number;
  /** Any LCP packet of the caller was ever seen. */
  readonly wasHeard: boolean;
  readonly ipcpEnd?: IpcpEnd | undefined;
  /** Why there is no address, or what did not fit. */
  readonly detail?: string | undefined;
}

export function endText(why: AccessEnd, { ipcpEnd, detail }: EndDetail): string {
  const clause = ipcpEnd === undefined ? CLAUSES[why] : IPCP_CLAUSES[ipcpEnd];
  return detail === undefined ? clause : `${clause}: ${detail}`;
}

export function endCauses(why: AccessEnd, detail: EndDetail): readonly DisconnectCause[] {
  const cause = causeOf(why, detail);
  if (cause === undefined) return [];
  const [code, protocol, direction] = cause;
  return [{ code, protocol, direction, text: endText(why, detail) }];
}

/** RFC 3145 §2.1. */
function causeOf(
  why: AccessEnd,
  { authProtocol, wasHeard, ipcpEnd }: EndDetail,
): Cause | undefined {
  switch (why) {
    case 'caller terminated':
      return [3, 0, AT_PEER];
    case 'cleared by the operator':
    case 'shutdown':
      return [1, 0, GLOBAL];
    case 'idle':
    case 'time is up':
      return [3, 0, AT_LOCAL];
    case 'proxy LCP refused':
      return [2, 0, GLOBAL];
    case 'no LCP':
      return [wasHeard ? 5 : 6, PppProtocol.LCP, GLOBAL];
    case 'LCP did not converge':
      return [5, PppProtocol.LCP, GLOBAL];
    case 'line looped':
      return [7, PppProtocol.LCP, GLOBAL];
    case 'caller silent':
      return [8, PppProtocol.LCP, GLOBAL];
    case 'protocol refused':
      // None of the causes says that.
      return undefined;
    case 'authentication refused':
      return [15, authProtocol, AT_PEER];
    case 'authentication failed':
      return [16, authProtocol, AT_PEER];
    case 'authentication never answered':
      return [13, authProtocol, GLOBAL];
    case 'no address':
      return [20, PppProtocol.IPCP, AT_LOCAL];
    case 'IPCP failed':
      return ipcpCause(ipcpEnd);
  }
}

function ipcpCause(end: IpcpEnd | undefined): Cause {
  switch (end) {
    case 'own address refused':
      return [19, PppProtocol.IPCP, AT_PEER];
    case 'peer takes no address':
      return [19, PppProtocol.IPCP, AT_LOCAL];
    case 'no address':
      return [20, PppProtocol.IPCP, AT_LOCAL];
    case 'rejected':
    case 'code rejected':
      return [18, PppProtocol.IPCP, GLOBAL];
    case 'unanswered':
    case undefined:
      return [17, PppProtocol.IPCP, GLOBAL];
  }
}
