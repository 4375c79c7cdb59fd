/**
 * Messages, results and errors in words, for logs and the trace. RFC 2661 §4.4.2, RFC 3145 §3, and
 * IANA's later additions. What the seed prints is spelt as there.
 */
import type { DisconnectCause, ResultCode } from './message.ts';
import { MessageType } from './message.ts';

const MESSAGES = new Map<number, string>(
  Object.entries(MessageType).map(([name, type]) => [type, name] as const),
);

export const messageName = (type: number): string => MESSAGES.get(type) ?? `message ${type}`;

const STOPCCN_RESULTS = [
  'Reserved',
  'Request to clear control connection',
  'General error, refer to error code',
  'Control channel already exists',
  'Requester not authorized to establish control channel',
  'Protocol version of requester not supported',
  'Requester is being shut down',
  'Finite state machine error',
];

const CDN_RESULTS = [
  'Reserved',
  'Loss of carrier',
  'Call disconnected, refer to error code',
  'Call disconnected for administrative reasons',
  'Lack of facilities, temporary',
  'Lack of facilities, permanent',
  'Invalid destination',
  'No carrier detected',
  'Busy signal detected',
  'No dial tone',
  'Call not established within time allotted by LAC',
  'Connected but no appropriate framing detected',
  'SDS type mismatch',
  'Tie breaker lost',
  'Pseudowire type not supported',
  'Sequencing not supported',
  'Session state machine error or timeout',
];

const ERRORS = [
  'No error',
  'No control connection exists yet',
  'Length is wrong',
  'Value out of range or reserved field not zero',
  'Insufficient resources',
  'Invalid session ID',
  'Vendor specific',
  'Try another LNS',
  'Unknown AVP with M bit set',
  'Try another LNS of those listed',
  'Next hop unreachable',
  'Next hop busy',
  'TSA busy',
];

/** RFC 3145 §3.2 to §3.5. */
const DISCONNECT_CAUSES = [
  'No information',
  'Administrative disconnect',
  'LCP renegotiation disabled at LNS and no proxy LCP received',
  'Normal disconnection, LCP Terminate-Request sent',
  'Compulsory encryption refused',
  'LCP state machine timeout',
  'No recognizable LCP packets received',
  'LCP magic number error, line possibly looped back',
  'LCP echo timeout',
  'Unexpected endpoint discriminator',
  'MRRU not valid',
  'Short sequence number option not valid',
  'Callback refused',
  'Authentication state machine timeout',
  'Unexpected authenticated name in bundle',
  'Authentication protocol unacceptable',
  'Authentication failed',
  'NCP state machine timeout',
  'No NCP opened',
  'NCP addresses did not converge',
  'NCP address not permitted',
];

/** @param type StopCCN or CDN: their numbers mean different things */
export const resultText = (type: MessageType, result: number): string =>
  (type === MessageType.CDN ? CDN_RESULTS : STOPCCN_RESULTS)[result] ?? `Unknown result ${result}`;

export const errorText = (error: number): string => ERRORS[error] ?? `Unknown error ${error}`;

/** The whole Result Code AVP for a log line: `2/6: …, Vendor specific: "text"`. */
export function resultCodeText(type: MessageType, { result, error, text }: ResultCode): string {
  // §4.4.2: with StopCCN 5 the error code is the highest version that the peer supports.
  const isVersion = type === MessageType.StopCCN && result === 5;
  const numbers = error === undefined ? `${result}` : `${result}/${error}`;
  const words = [resultText(type, result)];
  if (isVersion && error !== undefined) words.push(`highest is ${error}`);
  else if (error !== undefined && error !== 0) words.push(errorText(error));
  const quoted = text === undefined || text === '' ? '' : `: "${text}"`;
  return `${numbers}: ${words.join(', ')}${quoted}`;
}

const DIRECTIONS = ['', ' (at the peer)', ' (at the local end)'];

/** PPP Disconnect Cause AVP, RFC 3145 §2. */
export function disconnectCauseText({ code, direction, text }: DisconnectCause): string {
  const cause = DISCONNECT_CAUSES[code] ?? `Unknown cause ${code}`;
  const where = DIRECTIONS[direction] ?? ` (direction ${direction})`;
  return `${code}: ${cause}${where}${text === '' ? '' : `: "${text}"`}`;
}
