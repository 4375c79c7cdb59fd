/**
 * Which LNS a call tries next, and when it has none left. RFC 2661 §4.4.2, L2TP-4.4.2-02.
 * One for each attempt to tunnel a call; it keeps no clock.
 */
import type { Millis } from '../../base/machine.ts';
import type { ClearCause } from '../l2tp/tunnel-port.ts';
import type { LnsAddress, VpdnProfile } from './vpdn-port.ts';

/**
 * How long an SCCRQ may go unanswered while another address is left; the last gets the full cycle.
 */
const SCCRQ_PATIENCE_MS: Millis = 7_000;

const NEXT_ON_CDN_RESULT: ReadonlySet<number> = new Set([4, 5]);
const NEXT_ON_CDN_ERROR: ReadonlySet<number> = new Set([4, 7, 9, 10, 11, 12]);
const NEXT_ON_STOPCCN_RESULT: ReadonlySet<number> = new Set([2, 4, 6]);
const GENERAL_ERROR = 2;

export class Failover {
  readonly addresses: readonly LnsAddress[];
  #next = 0;

  constructor(profile: VpdnProfile) {
    this.addresses = profile.addresses.toSorted((a, b) => a.priority - b.priority);
  }

  /** @returns undefined when every address has been tried */
  next(): LnsAddress | undefined {
    const address = this.addresses[this.#next];
    if (address !== undefined) this.#next++;
    return address;
  }

  /** For the address that next() gave last. */
  patienceMs(): Millis {
    return this.#next < this.addresses.length ? SCCRQ_PATIENCE_MS : Number.POSITIVE_INFINITY;
  }
}

/** Whether a call that ended so before it was up may try another LNS. */
export function mayTryNext(cause: ClearCause): boolean {
  switch (cause.by) {
    case 'us': // we refused what this LNS sent
    case 'silence':
    case 'setup-timer':
      return true;
    case 'peer': {
      const { result, error } = cause.result ?? { result: 0 };
      if (NEXT_ON_CDN_RESULT.has(result)) return true;
      return result === GENERAL_ERROR && error !== undefined && NEXT_ON_CDN_ERROR.has(error);
    }
    case 'tunnel':
      return cause.result === undefined || NEXT_ON_STOPCCN_RESULT.has(cause.result.result);
  }
}
