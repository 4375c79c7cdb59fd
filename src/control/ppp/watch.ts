/**
 * Looks on while a call is forwarded: it sends nothing, PPP-L-04. Tells when the line's framing has
 * to follow an LCP that the caller and the LNS negotiate (HDLC-L-12, HDLC-L-13), when either ends
 * the link, and which NCPs are open. Runs once per control packet, never for data.
 */
import { Fault } from '../../base/fault.ts';
import { u16, u32 } from '../../base/octets.ts';
import { LcpOption, type PppOption, parseOptions } from '../../wire/ppp/option.ts';
import { ControlPacket, LcpCode, parseControlPacket } from '../../wire/ppp/packet.ts';
import { isNcp, PppProtocol } from '../../wire/ppp/protocol.ts';
import { DEFAULT_ACCM } from './lcp-own.ts';
import type { Framing, WatchOut } from './link-port.ts';
import { Negotiation, otherParty, type Party } from './negotiation.ts';

/** No caller speaks more; the rest is passed on, but not shown. */
const MAX_NCPS = 16;

interface Ncp {
  readonly negotiation: Negotiation;
  isOpen: boolean;
}

export class ForwardWatch {
  readonly #flowControlAccm: number;
  readonly #lcp = new Negotiation();
  readonly #ncps = new Map<number, Ncp>();
  /** Who has sent a Terminate-Request, and whether it was acknowledged. */
  readonly #terminations = new Map<Party, boolean>();
  #framing: Framing;
  /** An SLI came since the last Configure-Request: the LNS knows better than what we saw pass. */
  #isSetByLns = false;

  /** `flowControlAccm`: what software flow control on the line can insert; 0 without it. */
  constructor(initial: Framing, flowControlAccm: number) {
    this.#framing = initial;
    this.#flowControlAccm = flowControlAccm;
  }

  /** A good frame has passed; its Information is copied where it is kept. */
  watch(from: Party, protocol: number, information: Uint8Array, out: WatchOut[]): void {
    if (protocol !== PppProtocol.LCP && !isNcp(protocol)) return;
    const packet = new ControlPacket();
    if (parseControlPacket(information, packet) !== Fault.None) return;
    if (protocol === PppProtocol.LCP) this.#lookAtLcp(from, packet, out);
    else this.#lookAtNcp(from, protocol, packet, out);
  }

  /** Set-Link-Info, RFC 2661 §6.14. */
  setAccm(send: number, receive: number, out: WatchOut[]): void {
    this.#isSetByLns = true;
    this.#setFraming({ ...this.#framing, ...this.#maps(send, receive) }, out);
  }

  #lookAtLcp(from: Party, packet: ControlPacket, out: WatchOut[]): void {
    const { code } = packet;
    if (code >= LcpCode.ConfigureRequest && code <= LcpCode.ConfigureReject) {
      this.#lookAtConfigure(from, packet, out);
    } else if (code === LcpCode.TerminateRequest) {
      if (this.#terminations.has(from)) return;
      this.#terminations.set(from, false);
      out.push({ kind: 'terminate', by: from, acked: false });
    } else if (code === LcpCode.TerminateAck) {
      // pppd gives each repeat of its request a new Identifier: any Ack will do.
      const by = otherParty(from);
      if (this.#terminations.get(by) !== false) return;
      this.#terminations.set(by, true);
      out.push({ kind: 'terminate', by, acked: true });
    } else if (code === LcpCode.ProtocolReject && packet.data.length >= 2) {
      this.#closeNcp(u16(packet.data, 0), out);
    }
  }

  #lookAtConfigure(from: Party, packet: ControlPacket, out: WatchOut[]): void {
    if (parseOptions(packet.data, []) !== Fault.None) return;
    // Who has said that it ends and now negotiates has changed its mind. What the other side says
    // is no sign of that: it may have crossed the Terminate-Request.
    if (this.#terminations.delete(from) && this.#terminations.size === 0) {
      out.push({ kind: 'restarted' });
    }
    if (packet.code === LcpCode.ConfigureRequest) this.#beginNegotiation(out);
    this.#lcp.look(from, packet);
    if (this.#lcp.isOpen) this.#endNegotiation(out);
  }

  /** HDLC-L-12: send as to a stranger; delete on receipt only what nobody can have meant. */
  #beginNegotiation(out: WatchOut[]): void {
    this.#isSetByLns = false;
    for (const protocol of this.#ncps.keys()) this.#closeNcp(protocol, out);
    const maps = this.#maps(DEFAULT_ACCM, 0);
    // The caller may compress as soon as its LCP is up, and both forms can be told apart.
    this.#setFraming({ ...maps, receivePfc: true, receiveAcfc: true }, out);
  }

  /** RFC 1662 §7.1: each map is the one that its receiver asked for, else FFFFFFFF. */
  #endNegotiation(out: WatchOut[]): void {
    const lns = optionsOf(this.#lcp.acked('lns'));
    const caller = optionsOf(this.#lcp.acked('caller'));
    const maps = this.#isSetByLns ? this.#framing : this.#maps(accmOf(caller), accmOf(lns));
    const receivePfc = lns.some(({ type }) => type === LcpOption.PFC);
    const receiveAcfc = lns.some(({ type }) => type === LcpOption.ACFC);
    this.#setFraming({ ...maps, receivePfc, receiveAcfc }, out);
  }

  /** What flow control inserts is never data on this line, whatever the two agree on. */
  #maps(send: number, receive: number): Pick<Framing, 'sendAccm' | 'receiveAccm'> {
    return {
      sendAccm: (send | this.#flowControlAccm) >>> 0,
      receiveAccm: (receive | this.#flowControlAccm) >>> 0,
    };
  }

  #setFraming(framing: Framing, out: WatchOut[]): void {
    const was = this.#framing;
    this.#framing = framing;
    const isSame =
      was.sendAccm === framing.sendAccm &&
      was.receiveAccm === framing.receiveAccm &&
      was.receivePfc === framing.receivePfc &&
      was.receiveAcfc === framing.receiveAcfc;
    if (!isSame) out.push({ kind: 'framing', framing });
  }

  #lookAtNcp(from: Party, protocol: number, packet: ControlPacket, out: WatchOut[]): void {
    const { code } = packet;
    if (code === LcpCode.TerminateRequest || code === LcpCode.TerminateAck) {
      this.#closeNcp(protocol, out);
      return;
    }
    const ncp = this.#ncp(protocol);
    if (ncp === undefined) return;
    ncp.negotiation.look(from, packet);
    if (ncp.negotiation.isOpen === ncp.isOpen) return;
    ncp.isOpen = ncp.negotiation.isOpen;
    out.push({ kind: 'ncp', protocol, open: ncp.isOpen });
  }

  #ncp(protocol: number): Ncp | undefined {
    const known = this.#ncps.get(protocol);
    if (known !== undefined || this.#ncps.size >= MAX_NCPS) return known;
    const ncp = { negotiation: new Negotiation(), isOpen: false };
    this.#ncps.set(protocol, ncp);
    return ncp;
  }

  #closeNcp(protocol: number, out: WatchOut[]): void {
    const ncp = this.#ncps.get(protocol);
    if (ncp === undefined) return;
    this.#ncps.delete(protocol);
    if (ncp.isOpen) out.push({ kind: 'ncp', protocol, open: false });
  }
}

function optionsOf(octets: Uint8Array): readonly PppOption[] {
  const options: PppOption[] = [];
  parseOptions(octets, options);
  return options;
}

function accmOf(options: readonly PppOption[]): number {
  const accm = options.find(({ type }) => type === LcpOption.ACCM);
  return accm?.value.length === 4 ? u32(accm.value, 0) : DEFAULT_ACCM;
}
