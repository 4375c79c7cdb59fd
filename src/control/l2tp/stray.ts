/**
 * Control messages for no tunnel of ours: what can be told of them before anything is kept, and the
 * StopCCN that answers some, not too often. RFC 2661 §4.4.3, §7.1, §7.2.1 state idle. Runs once for
 * each such message.
 */
import { Fault } from '../../base/fault.ts';
import type { Millis } from '../../base/machine.ts';
import { toText } from '../../base/octets.ts';
import { AvpType, VENDOR_IETF } from '../../wire/l2tp/avp.ts';
import { buildControlMessage } from '../../wire/l2tp/build.ts';
import type { L2tpHeader } from '../../wire/l2tp/header.ts';
import { putL2tpControlHeader } from '../../wire/l2tp/header.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import type { ParsedMessage } from '../../wire/l2tp/parse.ts';
import type { ControlEvent } from './control-table.ts';
import { stepControl } from './control-table.ts';
import { makeStopCcn } from './requests.ts';

/** StopCCN, §4.4.2: see the error code. */
const GENERAL_ERROR = 2;

const EVENTS: ReadonlyMap<number, ControlEvent> = new Map<number, ControlEvent>([
  [MessageType.SCCRQ, 'SCCRQ not ok'],
  [MessageType.SCCRP, 'SCCRP ok'],
  [MessageType.SCCCN, 'SCCCN ok'],
  [MessageType.StopCCN, 'StopCCN'],
]);

/** @returns 0, which is no message, where the octets did not tell */
export function typeOf(parsed: ParsedMessage): number {
  return parsed.verdict === 'message' ? parsed.message.type : (parsed.type ?? 0);
}

export function tunnelIdOf(parsed: ParsedMessage): number | undefined {
  if (parsed.verdict === 'ignore') return undefined;
  return parsed.verdict === 'message' ? parsed.message.assignedTunnelId : parsed.assignedTunnelId;
}

/**
 * Of an SCCRQ, even where the rest cannot be read without the secret that goes with the name: AVP 7
 * is never hidden, §4.4.3. If it is all the same, it has no octets here.
 */
export function hostNameOf({ avps }: ParsedMessage): string | undefined {
  const avp = avps.find((one) => one.vendorId === VENDOR_IETF && one.type === AvpType.HostName);
  return avp === undefined || avp.value.length === 0 ? undefined : toText(avp.value);
}

export const hasHiddenAvp = ({ avps }: ParsedMessage): boolean => avps.some(({ hidden }) => hidden);

/** @returns the result of the StopCCN that refuses a message, `usual` unless the message is bad */
export function resultForStray(parsed: ParsedMessage, usual: ResultCode): ResultCode {
  // What is hidden is nothing bad in itself: whoever sent it has a secret that we do not know.
  if (parsed.verdict !== 'refuse' || parsed.fault === Fault.BadHiddenAvp) return usual;
  return { result: GENERAL_ERROR, error: parsed.error, text: parsed.text };
}

/** §7.2.1: the message is answered in state idle, and the answer would find its way. */
export function isAnswered(parsed: ParsedMessage): boolean {
  const type = typeOf(parsed);
  const event = EVENTS.get(type);
  const step = event && stepControl('idle', event);
  if (step?.actions.includes('send StopCCN') !== true) return false;
  // An SCCRQ's sender knows no id of ours, so 0 will do for it; an SCCRP's needs its own.
  return type !== MessageType.SCCRP || tunnelIdOf(parsed) !== undefined;
}

/**
 * @param header of what it answers
 * @param localTunnelId §4.4.3: an id of ours goes into it even though no tunnel will have it
 */
export function strayAnswer(
  header: L2tpHeader,
  parsed: ParsedMessage,
  result: ResultCode,
  localTunnelId: number,
): Uint8Array {
  const octets = buildControlMessage(makeStopCcn(localTunnelId, result));
  const nr = (header.ns + 1) & 0xffff;
  putL2tpControlHeader(octets, octets.length, tunnelIdOf(parsed) ?? 0, 0, header.nr, nr);
  return octets;
}

/** So many at once, then one each interval. L2TP-L-09 */
export class RateLimit {
  readonly #burst: number;
  readonly #intervalMs: Millis;
  #left: number;
  #at: Millis = -Infinity;

  constructor(burst: number, intervalMs: Millis) {
    this.#burst = burst;
    this.#intervalMs = intervalMs;
    this.#left = burst;
  }

  /** One that passed is not to count. */
  give(): void {
    this.#left = Math.min(this.#burst, this.#left + 1);
  }

  /** @returns whether one more may pass, which then counts */
  take(now: Millis): boolean {
    const earned = Math.floor((now - this.#at) / this.#intervalMs);
    if (earned > 0) {
      this.#left = Math.min(this.#burst, this.#left + earned);
      this.#at = now;
    }
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }
}
