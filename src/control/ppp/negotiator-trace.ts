/** What LCP or an NCP shows under `debug ppp negotiation`. */
import type { Direction, EventSink } from '../../base/event.ts';
import { u8 } from '../../base/octets.ts';
import type { State } from './automaton.ts';

/** RFC 1570 §1.1: an Identification may be long, the log shows this much. */
const MAX_TEXT_OCTETS = 128;

/** The states as the seed prints them. */
export const STATE_NAMES: Readonly<Record<State, string>> = {
  Initial: 'Closed',
  Starting: 'Listen',
  Closed: 'Closed',
  Stopped: 'Listen',
  Closing: 'Closing',
  Stopping: 'Stopping',
  'Req-Sent': 'REQsent',
  'Ack-Rcvd': 'ACKrcvd',
  'Ack-Sent': 'ACKsent',
  Opened: 'Open',
};

export class NegotiatorTrace {
  readonly protocol: number;
  readonly #interfaceName: string;
  readonly #sink: EventSink;

  constructor(interfaceName: string, protocol: number, sink: EventSink) {
    this.protocol = protocol;
    this.#interfaceName = interfaceName;
    this.#sink = sink;
  }

  /** `state`: the one before the event. */
  packet(direction: Direction, state: State, packet: Uint8Array): void {
    this.#sink({
      kind: 'ppp-packet',
      interfaceName: this.#interfaceName,
      protocol: this.protocol,
      direction,
      state: STATE_NAMES[state],
      packet,
    });
  }

  note(text: string): void {
    const interfaceName = this.#interfaceName;
    this.#sink({ kind: 'ppp-note', interfaceName, protocol: this.protocol, text });
  }
}

/** RFC 1570 §1.1: whatever an Identification holds must not hurt the log. */
export function printable(octets: Uint8Array): string {
  const text: string[] = [];
  for (let at = 0; at < octets.length && at < MAX_TEXT_OCTETS; at++) {
    const octet = u8(octets, at);
    text.push(octet >= 32 && octet <= 126 ? String.fromCharCode(octet) : '?');
  }
  return text.join('');
}
