/**
 * Two parties' Configure-Requests and Acks, as seen by one who only looks on: when both requests
 * are acknowledged the protocol is open. RFC 1661 §4.1. Runs once per control packet of a call that
 * is forwarded.
 */
import { equalOctets } from '../../base/octets.ts';
import { type ControlPacket, LcpCode } from '../../wire/ppp/packet.ts';

export type Party = 'caller' | 'lns';

export const otherParty = (party: Party): Party => (party === 'caller' ? 'lns' : 'caller');

interface Request {
  readonly id: number;
  readonly options: Uint8Array;
  readonly isAcked: boolean;
}

export class Negotiation {
  readonly #requests: Partial<Record<Party, Request>> = {};

  get isOpen(): boolean {
    return this.#requests.caller?.isAcked === true && this.#requests.lns?.isAcked === true;
  }

  /** Options that were asked for by `party` and acknowledged; valid while open. */
  acked(party: Party): Uint8Array {
    return this.#requests[party]?.options ?? new Uint8Array(0);
  }

  clear(): void {
    delete this.#requests.caller;
    delete this.#requests.lns;
  }

  look(from: Party, { code, id, data }: ControlPacket): void {
    if (code === LcpCode.ConfigureRequest) this.#request(from, id, data);
    if (code === LcpCode.ConfigureAck) this.#ack(otherParty(from), id, data);
  }

  /** A request in the open state begins anew, so the other side has to ask again, too. */
  #request(from: Party, id: number, options: Uint8Array): void {
    if (this.isOpen) this.clear();
    this.#requests[from] = { id, options: options.slice(), isAcked: false };
  }

  #ack(requester: Party, id: number, options: Uint8Array): void {
    const request = this.#requests[requester];
    if (request === undefined || request.id !== id) return;
    if (!equalOctets(request.options, options)) return;
    this.#requests[requester] = { ...request, isAcked: true };
  }
}
