/** The watches together: told of everything that passes the LAC's ports, in the order it passes. */
import type { Endpoint } from '../../../src/base/port.ts';
import type { Router } from '../../../src/role/router/router.ts';
import { L2tpHeader, parseL2tpHeader } from '../../../src/wire/l2tp/header.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { ControlWatch, type WatchedSession, type WatchedTunnel } from './control-watch.ts';
import { lookAtCounters, type Seen } from './counter-watch.ts';
import { LineWatch } from './line-watch.ts';

export class Watches {
  /** Told of each message that the LAC sends for the first time. */
  onMessage: (message: L2tpMessage, tunnel: WatchedTunnel) => void = () => undefined;
  /** Told of each control datagram that leaves. */
  onControl: (octets: Uint8Array, to: Endpoint) => void = () => undefined;
  readonly #control: ControlWatch;
  readonly #lines: LineWatch[];
  readonly #complain: (text: string) => void;
  #expected: { readonly pattern: RegExp; readonly into: string[] } | undefined;
  readonly #header = new L2tpHeader();
  #seen: Seen = { datagramsIn: 0, dataOut: 0, framesDown: 0 };

  constructor(
    lines: number,
    complain: (text: string) => void,
    isForwarding: (session: WatchedSession) => boolean,
  ) {
    this.#complain = (text) => {
      if (this.#expected?.pattern.test(text) === true) this.#expected.into.push(text);
      else complain(text);
    };
    this.#lines = Array.from({ length: lines }, (_, at) => new LineWatch(at + 1, this.#complain));
    this.#control = new ControlWatch({
      complain: this.#complain,
      isForwarding,
      callUp: (session) => this.#lineOf(session)?.callUp(session),
      callOver: (session) => this.#lineOf(session)?.callOver(session),
      sent: (tunnel, message) => this.onMessage(message, tunnel),
    });
  }

  line(number: number): LineWatch {
    const line = this.#lines[number - 1];
    if (line === undefined) throw new Error(`there is no line ${number}`);
    return line;
  }

  /** Complaints like this are what a test is after. */
  expect(pattern: RegExp, into: string[]): void {
    this.#expected = { pattern, into };
  }

  /** The LAC was restarted. */
  forget(): void {
    this.#control.forget();
    for (const line of this.#lines) line.forget();
    this.#seen = { datagramsIn: 0, dataOut: 0, framesDown: 0 };
  }

  lacSends(octets: Uint8Array, to: Endpoint): void {
    const header = this.#header;
    if (parseL2tpHeader(octets, octets.length, header) !== 0) {
      this.#complain('a datagram of the LAC has a bad header');
      return;
    }
    if (header.isControl) {
      this.onControl(octets, to);
      this.#control.sends(octets, to);
      return;
    }
    this.#seen.dataOut++;
    const { tunnelId, sessionId, payloadStart, payloadEnd } = header;
    const session = this.#control.sessionOfPeer(to, tunnelId, sessionId);
    const line = session && this.#lineOf(session);
    if (session === undefined || line === undefined) {
      this.#complain(`data goes to ${tunnelId}/${sessionId}, which is nobody's`);
      return;
    }
    line.up(octets.subarray(payloadStart, payloadEnd), session);
  }

  lacReceives(octets: Uint8Array, from: Endpoint): void {
    this.#seen.datagramsIn++;
    const header = this.#header;
    if (parseL2tpHeader(octets, octets.length, header) !== 0) return;
    if (header.isControl) {
      this.#control.receives(octets, from);
      return;
    }
    const { tunnelId, sessionId, payloadStart, payloadEnd } = header;
    const session = this.#control.sessionOfLac(from, tunnelId, sessionId);
    if (session?.state !== 'up') return;
    this.#lineOf(session)?.lnsSends(octets.subarray(payloadStart, payloadEnd));
  }

  lineDown(number: number, octets: Uint8Array): void {
    this.line(number).down(octets);
  }

  endTurn(router: Router): void {
    this.#seen.framesDown = this.#lines.reduce((sum, { framesDown }) => sum + framesDown, 0);
    const wrong = lookAtCounters(router, this.#seen);
    if (wrong !== undefined) this.#complain(wrong);
    this.#control.endTurn();
    for (const line of this.#lines) line.endTurn();
  }

  #lineOf({ line }: WatchedSession): LineWatch | undefined {
    return this.#lines[line - 1];
  }
}
