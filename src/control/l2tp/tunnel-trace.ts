/**
 * What a tunnel tells of itself, in the order in which trace.md has it. Runs for each message and
 * each change of state; the text is made at the edge.
 */
import type { Direction, EventSink, L2tpScope, L2tpTrace, VpdnTrace } from '../../base/event.ts';
import { u16 } from '../../base/octets.ts';
import { AVP_HEADER_OCTETS } from '../../wire/l2tp/avp.ts';
import { isZlb, L2tpHeader, parseL2tpHeader } from '../../wire/l2tp/header.ts';
import { MessageType } from '../../wire/l2tp/message.ts';
import { messageName } from '../../wire/l2tp/names.ts';
import type { ParsedMessage } from '../../wire/l2tp/parse.ts';
import { parseControlMessage } from '../../wire/l2tp/parse.ts';

type Step = Extract<L2tpTrace, { kind: 'l2tp-step' }>['step'];

export class TunnelTrace {
  readonly scope: L2tpScope;
  readonly isResponder: boolean;
  /** Of the peer; '' and 0 until it has told them. */
  peerName = '';
  peerTunnelId = 0;
  readonly #sink: EventSink;
  readonly #secret: Uint8Array | undefined;
  readonly #header = new L2tpHeader();
  /** Cisco's name for the tunnel's state, CIS-01. */
  #state = 'idle';

  /** @param isResponder the peer opens the tunnel */
  constructor(
    localTunnelId: number,
    secret: Uint8Array | undefined,
    isResponder: boolean,
    sink: EventSink,
  ) {
    this.scope = { tunnelId: localTunnelId };
    this.isResponder = isResponder;
    this.#secret = secret;
    this.#sink = sink;
  }

  get state(): string {
    return this.#state;
  }

  emit(event: L2tpTrace | VpdnTrace): void {
    this.#sink(event);
  }

  step(step: Step): void {
    this.#sink({ kind: 'l2tp-step', scope: this.scope, step });
  }

  challenge(what: 'challenge' | 'response'): void {
    const { scope, peerName, isResponder } = this;
    this.#sink({ kind: 'l2tp-challenge', scope, what, peerName, isResponder });
  }

  /** For a peer that opens it, NS-025. @param address of the peer, dotted */
  created(address: string): void {
    const { scope, peerName } = this;
    this.#sink({ kind: 'l2tp-created', scope, peerName, address });
  }

  machineState(state: string): void {
    this.#sink({ kind: 'l2tp-sm-state', scope: this.scope, state });
  }

  changeState(to: string): void {
    const from = this.#state;
    if (from === to) return;
    this.#state = to;
    this.#sink({ kind: 'l2tp-tunnel-state', scope: this.scope, from, to });
  }

  error(text: string, scope = this.scope): void {
    this.#sink({ kind: 'l2tp-error', scope, text });
  }

  /** @param parsed absent for a ZLB */
  input(datagram: Uint8Array, parsed: ParsedMessage | undefined, scope = this.scope): void {
    this.#message('I', datagram, parsed, scope, 0);
  }

  /** @param scope of the message; of a ZLB, that of the message that it acknowledges */
  output(datagram: Uint8Array, scope: L2tpScope, resent: boolean): void {
    const header = this.#header;
    parseL2tpHeader(datagram, datagram.length, header);
    if (isZlb(header)) {
      this.#message('O', datagram, undefined, scope, 0);
      return;
    }
    if (resent) {
      const type = u16(datagram, header.payloadStart + AVP_HEADER_OCTETS);
      this.error(`O Resend ${messageName(type)}, ns ${header.ns}, nr ${header.nr}`, scope);
      return;
    }
    const parsed = parseControlMessage(datagram, header, this.#secret);
    this.#message('O', datagram, parsed, scope, header.sessionId);
  }

  /** The line `I X from`. The seed has none for ICRP, LS-128. */
  from(type: number, scope: L2tpScope, peerTunnelId: number, peerSessionId: number): void {
    if (type === MessageType.ICRP) return;
    const { peerName } = this;
    this.#sink({ kind: 'l2tp-from', scope, type, peerName, peerTunnelId, peerSessionId });
  }

  #message(
    direction: Direction,
    datagram: Uint8Array,
    parsed: ParsedMessage | undefined,
    scope: L2tpScope,
    peerSessionId: number,
  ): void {
    this.#sink({
      kind: 'l2tp-message',
      scope,
      direction,
      datagram,
      avps: parsed?.avps ?? [],
      missing: parsed?.missing ?? [],
      peerName: this.peerName,
      peerTunnelId: this.peerTunnelId,
      peerSessionId,
      isResponder: this.isResponder,
    });
  }
}
