/**
 * The attempt to tunnel one call, from the caller's response to the end of the session: which LNS
 * it goes to, what that is told, and which is tried next. RFC 2661 §4.4.2, §6.6, §6.8.
 */
import type { EventSink } from '../../base/event.ts';
import { toText } from '../../base/octets.ts';
import { formatIpv4 } from '../../base/port.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import type { CallSetup, ClearCause } from '../l2tp/tunnel-port.ts';
import type { ProxyAuth, ProxyLcp } from '../ppp/link-port.ts';
import { Failover, mayTryNext } from '../vpdn/failover.ts';
import { selectProfile } from '../vpdn/select.ts';
import type { LnsAddress, VpdnDirectory, VpdnProfile } from '../vpdn/vpdn-port.ts';
import type { CallOut, LineCallOptions } from './call-port.ts';

/** AVP 19. */
const ASYNC_FRAMING = 2;

interface Attempt {
  readonly profile: VpdnProfile;
  readonly failover: Failover;
  readonly lcp: ProxyLcp;
  readonly auth: ProxyAuth | undefined;
  address: LnsAddress;
}

export class Tunnelling {
  readonly #options: LineCallOptions;
  readonly #directory: VpdnDirectory;
  readonly #sink: EventSink;
  readonly #nextSerial: () => number;
  #attempt: Attempt | undefined;

  constructor(
    options: LineCallOptions,
    directory: VpdnDirectory,
    sink: EventSink,
    nextSerial: () => number,
  ) {
    this.#options = options;
    this.#directory = directory;
    this.#sink = sink;
    this.#nextSerial = nextSerial;
  }

  /** For logs: `LNS 10.51.6.82`. */
  get lns(): string {
    const address = this.#attempt?.address.address;
    return address === undefined ? 'no LNS' : `LNS ${formatIpv4(address)}`;
  }

  /** Asks for the tunnel. @returns why there is none to ask for */
  begin(lcp: ProxyLcp, auth: ProxyAuth | undefined, out: CallOut[]): string | undefined {
    const { ppp, calledNumber } = this.#options;
    const { interfaceName } = ppp;
    const caller = { interfaceName, calledNumber, name: auth?.name };
    const profile = selectProfile(this.#directory, caller, this.#sink);
    if (profile === undefined) {
      const user = auth === undefined ? 'unknown' : toText(auth.name);
      return `no vpdn-group for called number ${calledNumber ?? 'unknown'}, user ${user}`;
    }
    const failover = new Failover(profile);
    for (const [index, candidate] of failover.addresses.entries()) {
      const address = formatIpv4(candidate.address);
      const { priority } = candidate;
      this.#sink({ kind: 'vpdn-candidate', interfaceName, level: 1, index, address, priority });
    }
    const address = failover.next();
    if (address === undefined) return `vpdn-group ${profile.name} has no address`;
    this.#attempt = { profile, failover, lcp, auth, address };
    this.#wantTunnel(this.#attempt, out);
    return undefined;
  }

  /** The seed's lines behind the SCCRQ (LS-079 to LS-082). */
  pending(): void {
    if (this.#attempt === undefined) return;
    const { interfaceName } = this.#options.ppp;
    const address = formatIpv4(this.#attempt.address.address);
    this.#step('Find LNS process created');
    this.#sink({ kind: 'vpdn-forward', interfaceName, address });
    this.#step('Pending');
    this.#step('Process created');
  }

  place(out: CallOut[]): void {
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    const { ppp, calledNumber, callingNumber, rxConnectSpeed } = this.#options;
    const setup: CallSetup = {
      interfaceName: ppp.interfaceName,
      clientNasPort: ppp.interfaceName,
      callSerialNumber: this.#nextSerial(),
      bearerType: this.#options.bearerType,
      framingType: ASYNC_FRAMING,
      txConnectSpeed: this.#options.txConnectSpeed,
      lcp: attempt.lcp,
      sequencingRequired: attempt.profile.sequencing,
      ...(calledNumber === undefined ? {} : { calledNumber }),
      ...(callingNumber === undefined ? {} : { callingNumber }),
      ...(rxConnectSpeed === undefined ? {} : { rxConnectSpeed }),
      ...(attempt.auth === undefined ? {} : { auth: attempt.auth }),
    };
    out.push({ kind: 'place-call', setup });
  }

  /** Tries the next LNS. @returns false when none is left, or the refusal is final: it is over */
  retry(cause: ClearCause, out: CallOut[]): boolean {
    const attempt = this.#attempt;
    const next = mayTryNext(cause) ? attempt?.failover.next() : undefined;
    if (attempt === undefined || next === undefined) {
      this.#attempt = undefined;
      return false;
    }
    attempt.address = next;
    this.#wantTunnel(attempt, out);
    return true;
  }

  /** The session has ended at the other side. */
  ended(): void {
    this.#attempt = undefined;
  }

  /** We end it: the session gets a CDN if there is one. */
  abandon(result: ResultCode, out: CallOut[]): void {
    if (this.#attempt === undefined) return;
    this.#attempt = undefined;
    this.#step('Cleanup');
    this.#step('Reset');
    out.push({ kind: 'clear-call', result });
  }

  #wantTunnel({ profile, failover, address }: Attempt, out: CallOut[]): void {
    out.push({ kind: 'tunnel-wanted', profile, address, giveUpMs: failover.patienceMs() });
  }

  #step(
    step: 'Find LNS process created' | 'Pending' | 'Process created' | 'Cleanup' | 'Reset',
  ): void {
    this.#sink({ kind: 'vpdn-step', interfaceName: this.#options.ppp.interfaceName, step });
  }
}
