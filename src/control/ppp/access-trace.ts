/** What a link of the LNS shows under `debug ppp negotiation`, beside the packets of its layers. */
import type { EventSink, PppPhase } from '../../base/event.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';

export class AccessTrace {
  readonly #interfaceName: string;
  readonly #sink: EventSink;

  constructor(interfaceName: string, sink: EventSink) {
    this.#interfaceName = interfaceName;
    this.#sink = sink;
  }

  /** The seed's NS-102 to NS-105. */
  begin(): void {
    const interfaceName = this.#interfaceName;
    this.#sink({ kind: 'ppp-direction', interfaceName });
    this.#sink({ kind: 'ppp-callin', interfaceName });
    this.phase('ESTABLISHING', 'Passive Open');
    this.state(PppProtocol.LCP, 'Listen');
  }

  /** NS-106 to NS-110, TRACE-12. `options`: those of AVP 27. */
  forced(options: Uint8Array): void {
    const interfaceName = this.#interfaceName;
    this.#sink({ kind: 'ppp-forced', interfaceName, options });
    this.#sink({ kind: 'vpdn-step', interfaceName, step: 'PPP LCP accepted rcv CONFACK' });
    this.#sink({ kind: 'vpdn-step', interfaceName, step: 'PPP LCP accepted sent CONFACK' });
  }

  phase(phase: PppPhase, detail?: 'Passive Open' | 'by this end'): void {
    const interfaceName = this.#interfaceName;
    const event = { kind: 'ppp-phase', interfaceName, phase } as const;
    this.#sink(detail === undefined ? event : { ...event, detail });
  }

  state(protocol: number, state: 'Listen' | 'Open' | 'Closed'): void {
    this.#sink({ kind: 'ppp-state', interfaceName: this.#interfaceName, protocol, state });
  }

  note(protocol: number, text: string): void {
    this.#sink({ kind: 'ppp-note', interfaceName: this.#interfaceName, protocol, text });
  }
}
