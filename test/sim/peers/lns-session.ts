/** One call at the scripted LNS: what it was told of it, and the PPP behind it. */
import type { Millis } from '../../../src/base/machine.ts';
import { type L2tpMessage, MessageType, ProxyAuthenType } from '../../../src/wire/l2tp/message.ts';
import { chapHash, identityOf, magicOf, textOf } from './authentication.ts';
import { type PppFrame, Protocol, split16, writePpp } from './frame.ts';
import { Lcp } from './lcp.ts';
import { LnsPpp } from './lns-ppp.ts';
import type { LnsTunnel } from './lns-tunnel.ts';
import { readOptions } from './negotiator.ts';

const NEVER = Number.POSITIVE_INFINITY;
const LOSS_OF_CARRIER = { result: 1, error: 0 };

export class LnsSession {
  readonly id: number;
  readonly peerId: number;
  readonly #tunnel: LnsTunnel;
  readonly #icrq: L2tpMessage;
  #ppp: LnsPpp | undefined;
  #clearAt: Millis = NEVER;
  #ns = 0;
  #now: Millis = 0;

  constructor(tunnel: LnsTunnel, id: number, peerId: number, icrq: L2tpMessage) {
    this.#tunnel = tunnel;
    this.id = id;
    this.peerId = peerId;
    this.#icrq = icrq;
  }

  /** Of the LAC, by the port it names. */
  get line(): number {
    return Number(/^Async(\d+)$/.exec(this.#icrq.clientNasPort ?? '')?.[1] ?? 0);
  }

  get isUp(): boolean {
    return this.#ppp?.isUp === true;
  }

  deadline(): Millis {
    return Math.min(this.#clearAt, this.#ppp?.deadline() ?? NEVER);
  }

  timer(now: Millis): void {
    this.#now = now;
    this.#ppp?.timer(now);
    if (now >= this.#clearAt) this.clear(LOSS_OF_CARRIER, now);
  }

  connected(iccn: L2tpMessage, now: Millis): void {
    const { io, style, random } = this.#tunnel.lns;
    if (this.#ppp !== undefined) {
      io.complain('ICCN was taken twice');
      return;
    }
    this.#now = now;
    this.#lookAtProxy(iccn);
    this.#ppp = new LnsPpp(
      style.ppp,
      random,
      {
        send: (frame) => this.#send(frame),
        over: (byPeer) => this.#over(byPeer),
        complain: (text) => io.complain(text),
      },
      now,
    );
    const { calledNumber, callingNumber, clientNasPort: port } = this.#icrq;
    const name = iccn.proxyAuthenName && textOf(iccn.proxyAuthenName);
    io.accepted?.({ name, calledNumber, callingNumber, port });
  }

  cleared(now: Millis): void {
    this.#tunnel.forget(this, now);
  }

  clear(resultCode: { result: number; error?: number }, now: Millis): void {
    const message: L2tpMessage = {
      type: MessageType.CDN,
      assignedSessionId: this.id,
      resultCode,
    };
    this.#tunnel.send(message, this.peerId, now);
    this.#tunnel.forget(this, now);
  }

  terminate(now: Millis): void {
    this.#now = now;
    this.#ppp?.terminate(now);
  }

  setLinkInfo(send: number, receive: number, now: Millis): void {
    this.#tunnel.send({ type: MessageType.SLI, accm: { send, receive } }, this.peerId, now);
  }

  burst(count: number, fillOctets: number): void {
    const dial = identityOf(this.#ppp?.identity ?? '')?.dial;
    if (dial !== undefined) this.#ppp?.sendData(this.line, dial, count, fillOctets);
  }

  data(frame: PppFrame, now: Millis): void {
    this.#now = now;
    this.#ppp?.receive(frame, now);
  }

  /** The proxy AVPs have to be of one and the same LCP: the name tells which. */
  #lookAtProxy(iccn: L2tpMessage): void {
    const { io, style } = this.#tunnel.lns;
    const { proxyAuthenType, proxyAuthenName, proxyAuthenChallenge, lastReceivedConfreq } = iccn;
    const identity = proxyAuthenName && identityOf(textOf(proxyAuthenName));
    if (identity === undefined) return;
    if (identity.line !== this.line) io.complain(`line ${this.line} has ${identity.line}'s caller`);
    const magic = readOptions([...(lastReceivedConfreq ?? [])]).find(
      ({ type }) => type === Lcp.MAGIC,
    );
    const expected = magicOf(identity);
    if (!expected.every((octet, at) => octet === magic?.value[at])) {
      io.complain('the proxy LCP and the proxy authentication are of different rounds');
    }
    if (proxyAuthenType !== ProxyAuthenType.CHAP) return;
    const hash = chapHash(iccn.proxyAuthenId ?? 0, style.ppp.secret, proxyAuthenChallenge ?? []);
    const isRight = hash.every((octet, at) => octet === iccn.proxyAuthenResponse?.[at]);
    if (!isRight) io.complain('the proxied response does not answer the proxied challenge');
  }

  #over(byPeer: boolean): void {
    const { clearsAfterTerminateMs } = this.#tunnel.lns.style;
    this.#clearAt = this.#now + (byPeer ? clearsAfterTerminateMs : 5);
  }

  #send(frame: PppFrame): void {
    const { header, addressControl } = this.#tunnel.lns.style;
    const isBare = addressControl === 'lcp' && frame.protocol !== Protocol.LCP;
    const ppp = writePpp(frame, { acfc: isBare, pfc: isBare });
    const ids = [...split16(this.#tunnel.peerId), ...split16(this.peerId)];
    const ns = split16(this.#ns);
    this.#ns = (this.#ns + 1) & 0xffff;
    const headers = {
      plain: [0x00, 0x02, ...ids],
      length: [0x40, 0x02, ...split16(ppp.length + 8), ...ids],
      priority: [0x01, 0x02, ...ids],
      sequenced: [0x08, 0x02, ...ids, ...ns, 0, 0],
      offset: [0x02, 0x02, ...ids, 0, 2, 0xee, 0xee],
    };
    this.#tunnel.sendData([...headers[header], ...ppp]);
  }
}
