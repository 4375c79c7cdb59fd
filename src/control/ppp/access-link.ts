/**
 * The PPP link to one caller at the LNS: LCP taken over from the LAC or negotiated anew, then
 * authentication, then IPCP. RFC 1661 §3, RFC 2661 §4.4.5, ppp.md §11 and §13. Runs for control
 * frames only: packets pass in the forwarding plane.
 */
import type { EventSink } from '../../base/event.ts';
import type { Machine, Millis, Random } from '../../base/machine.ts';
import { AccessPhases } from './access-phases.ts';
import type { AccessLinkIn, AccessLinkOptions, AccessLinkOut, AccessPhase } from './access-port.ts';

export class AccessLink implements Machine<AccessLinkIn, AccessLinkOut> {
  readonly #phases: AccessPhases;

  /** `packets`: IP packets of the session so far, both ways; the idle time is measured by it. */
  constructor(options: AccessLinkOptions, random: Random, sink: EventSink, packets: () => number) {
    this.#phases = new AccessPhases(options, random, sink, packets);
  }

  get phase(): AccessPhase {
    return this.#phases.phase;
  }

  /** As the caller says, and from UP on as it was proved; '' while it has not said. */
  get userName(): string {
    return this.#phases.userName;
  }

  /** Undefined while IPCP is not open. */
  get localAddress(): number | undefined {
    return this.#phases.network.localAddress;
  }

  /** The caller's; undefined while IPCP is not open. */
  get peerAddress(): number | undefined {
    return this.#phases.network.peerAddress;
  }

  /** As the trace says: Listen, REQsent, ACKrcvd, ACKsent, Open, Closing, Stopping, Closed. */
  get lcpState(): string {
    return this.#phases.lcpState;
  }

  get ipcpState(): string {
    return this.#phases.network.state;
  }

  deadline(): Millis {
    return this.#phases.deadline();
  }

  handle(input: AccessLinkIn, now: Millis, out: AccessLinkOut[]): void {
    const phases = this.#phases;
    if (phases.phase === 'DOWN' && input.kind !== 'up') return;
    switch (input.kind) {
      case 'up':
        phases.up(input.proxy, now, out);
        return;
      case 'frame':
        phases.frame(input.protocol, input.information, now, out);
        return;
      case 'timer':
        phases.timer(now, out);
        return;
      case 'verdict':
        phases.verdict(input.verdict, now, out);
        return;
      case 'ip':
        phases.offer(input.offer, now, out);
        return;
      case 'no-ip':
        phases.noOffer(input.why, now, out);
        return;
      case 'close':
        phases.close(input.why, now, out);
        return;
      case 'down':
        phases.down(now, out);
        return;
    }
  }
}
