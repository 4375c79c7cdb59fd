/**
 * Looks at one line and the data messages of its calls: what goes up must have come from the
 * caller, in order; what comes down must have come from the LNS of the call that is up, or be the
 * LAC's own LCP and authentication before there is one.
 */
import { type PppFrame, Protocol, readDatum, readPpp } from '../peers/frame.ts';
import { HdlcReader } from '../peers/hdlc.ts';
import type { WatchedSession } from './control-watch.ts';

/** A frame that the FCS lets through though it is damaged: one in 65,536. */
const CHANCE_HITS = 1;
const MEMORY = 400;
const OWN: readonly number[] = [Protocol.LCP, Protocol.PAP, Protocol.CHAP];

export class LineWatch {
  readonly number: number;
  session: WatchedSession | undefined;
  framesDown = 0;
  readonly #complain: (text: string) => void;
  readonly #reader = new HdlcReader(0);
  #fromCaller: string[] = [];
  #fromLns: string[] = [];
  #lastDatum = 0;
  #hits = 0;
  /** The ICCN left in this turn: what the LAC said just before it may be on the line, too. */
  #isNew = false;

  constructor(number: number, complain: (text: string) => void) {
    this.number = number;
    this.#complain = (text) => complain(`line ${number}: ${text}`);
  }

  endTurn(): void {
    this.#isNew = false;
  }

  callUp(session: WatchedSession): void {
    if (this.session !== undefined) {
      // Of an earlier call, whose LNS was deaf so long: nothing may pass in it.
      session.state = 'over';
      return;
    }
    this.session = session;
    this.#isNew = true;
    this.#fromLns = [];
  }

  callOver(session: WatchedSession): void {
    if (this.session === session) this.session = undefined;
  }

  /** The line is gone: from now on nothing passes, whatever the messages still have to say. */
  hungUp(): void {
    if (this.session !== undefined) this.session.state = 'over';
    this.session = undefined;
  }

  /** A new call, or none: nothing of the last one may still come. */
  cut(): void {
    this.#fromCaller = [];
    this.#reader.reset(0);
    this.#lastDatum = 0;
  }

  /** The line or the LAC is gone; no message says so. */
  forget(): void {
    this.session = undefined;
    this.framesDown = 0;
    this.cut();
  }

  callerSends(frame: PppFrame): void {
    this.#fromCaller.push(keyOf(frame));
    if (this.#fromCaller.length > MEMORY) this.#fromCaller.shift();
  }

  /** A data message to the LNS leaves the LAC. */
  up(payload: Uint8Array, session: WatchedSession): void {
    if (session.state !== 'up') {
      this.#complain(`data goes up in session ${session.id}, which is ${session.state}`);
      return;
    }
    const frame = readPpp(payload);
    if (payload[0] !== 0xff || payload[1] !== 0x03 || frame === undefined) {
      this.#complain('data goes up without FF 03 and a protocol of two octets');
      return;
    }
    const at = this.#fromCaller.indexOf(keyOf(frame));
    if (at < 0) this.#strange('a frame goes up that the caller did not send, or not now', frame);
    else this.#fromCaller.splice(0, at + 1);
    const datum = frame.protocol === Protocol.IP ? readDatum(frame.information) : undefined;
    if (datum === undefined) return;
    if (datum.line !== this.number) this.#complain(`data of line ${datum.line} goes up`);
    if (session.dial !== undefined && datum.dial !== session.dial) {
      this.#complain(`data of call ${datum.dial} goes up in the session of ${session.dial}`);
    }
    if (datum.number <= this.#lastDatum) this.#complain('data goes up twice or out of order');
    this.#lastDatum = datum.number;
  }

  /** A data message for this line's session reaches the LAC. */
  lnsSends(payload: Uint8Array): void {
    const frame = readPpp(payload);
    if (frame === undefined) return;
    this.#fromLns.push(keyOf(frame));
    if (this.#fromLns.length > MEMORY) this.#fromLns.shift();
  }

  /** The LAC has put octets on the line. */
  down(octets: Uint8Array): void {
    for (const bits of this.#reader.feed(octets)) {
      this.framesDown++;
      const frame = readPpp(bits);
      if (frame === undefined) {
        this.#complain('a frame that is none goes down');
        continue;
      }
      const isOwn = OWN.includes(frame.protocol);
      if (this.session === undefined || this.#isNew) {
        if (!isOwn) this.#complain(`protocol ${frame.protocol.toString(16)} goes down in no call`);
        continue;
      }
      const at = this.#fromLns.indexOf(keyOf(frame));
      if (at >= 0) this.#fromLns.splice(at, 1);
      else {
        const protocol = frame.protocol.toString(16);
        this.#complain(`a frame of protocol ${protocol} goes down that the LNS did not send`);
      }
    }
    if (this.#reader.badFrames > 0) this.#complain('a bad frame goes down');
    this.#reader.badFrames = 0;
  }

  #strange(text: string, { protocol }: PppFrame): void {
    this.#hits++;
    if (this.#hits > CHANCE_HITS) this.#complain(`${text}: protocol ${protocol.toString(16)}`);
  }
}

const keyOf = ({ protocol, information }: PppFrame): string =>
  `${protocol} ${String.fromCharCode(...information)}`;
