/**
 * What is answered to a call message for no session of ours. RFC 2661 §7.1, §7.4, L2TP-L-07.
 * Pure. Runs once for each such message.
 */
import type { ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';

/** General error, "Session ID invalid in this context", §4.4.2. */
const INVALID_SESSION: ResultCode = { result: 2, error: 5 };
/** Of CDN: administrative reasons; facilities lacking, permanently. */
const ADMINISTRATIVE: ResultCode = { result: 3 };
const NO_FACILITIES: ResultCode = { result: 5 };

/**
 * @param refusal what was wrong with the message itself, if anything was
 * @returns undefined where nothing is answered: a CDN never is, §6.12
 */
export function resultForUnknownSession(
  type: number,
  refusal: ResultCode | undefined,
): ResultCode | undefined {
  switch (type) {
    case MessageType.ICRP:
    case MessageType.ICCN:
    case MessageType.OCRP:
    case MessageType.OCCN:
      return INVALID_SESSION;
    case MessageType.ICRQ: // in this tunnel we are no LNS, or it was malformed
      return refusal ?? ADMINISTRATIVE;
    case MessageType.OCRQ: // we place no calls
      return refusal ?? NO_FACILITIES;
    default:
      return undefined;
  }
}
