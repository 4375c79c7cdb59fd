/**
 * A router that dials in, as pppd: LCP, CHAP or PAP as often as it is asked, IPCP when somebody has
 * accepted it, then numbered data whose echo shows that the call works. No I/O and no clock.
 */
import type { Millis } from '../../../src/base/machine.ts';
import type { Prng } from '../world/prng.ts';
import {
  chapHash,
  chapPacket,
  type Identity,
  nameOf,
  papRequest,
  readChap,
} from './authentication.ts';
import { CallerIpcp, type IpWish } from './caller-ipcp.ts';
import { type LcpHabits, optionsOf, suggest } from './caller-lcp.ts';
import {
  type PppFrame,
  Protocol,
  readDatum,
  readIp,
  readPpp,
  writeDatum,
  writeIp,
  writePpp,
} from './frame.ts';
import { encodeHdlc, HdlcReader } from './hdlc.ts';
import { accmOf, DEFAULT_ACCM, has, Lcp, LcpLayer, type LcpUser, PAP_OPTION } from './lcp.ts';

const NEVER = Number.POSITIVE_INFINITY;
const PAP_RETRY_MS = 3_000;
const PAP_TRIES = 10;
/** A caller that waits for the other side to hang up. */
const LINGER_MS = 30_000;
/** How long after the line is there it begins by itself. */
const OPENS_WITHIN_MS = 1_000;

export interface CallerOptions extends LcpHabits {
  readonly line: number;
  readonly secret: string;
  /** Sends data before anybody has accepted it. */
  readonly isHasty: boolean;
  /** Hangs up at once when LCP is over, as pppd does; else waits to be hung up on. */
  readonly hangsUp: boolean;
  /** Never answers a Challenge, never sends its password. */
  readonly isMute: boolean;
  /** Hangs up when the call does not stand, or carries nothing, for so long. */
  readonly setupMs: Millis;
  readonly stallMs: Millis;
  readonly dataEveryMs: Millis;
  readonly fillOctets: number;
  /** Whom it talks to, in real IP packets; undefined: data are bare, and the LNS echoes them. */
  readonly server?: readonly number[];
  /** A name of its own instead of one that tells the call. */
  readonly name?: string;
  readonly opensWithinMs?: Millis;
  readonly ip?: IpWish;
}

export interface CallerIo {
  send(octets: readonly number[], frame: PppFrame): void;
  hangUp(why: string): void;
  /** IP packets for it; without this, numbered data. */
  packet?(octets: readonly number[], now: Millis): void;
}

export class Caller {
  readonly options: CallerOptions;
  /** Data that came back. */
  echoes = 0;
  lastEchoAt: Millis = -NEVER;
  downs = 0;
  accepted = 0;
  /** What is wrong with what it was sent. */
  readonly complaints: string[] = [];
  /** Data frames with a good FCS and a wrong sum: one in 65,536 damaged ones. */
  damaged = 0;
  dial = 0;
  isDialed = false;
  readonly reader = new HdlcReader(DEFAULT_ACCM);
  readonly #random: Prng;
  readonly #io: CallerIo;
  readonly #lcp: LcpLayer;
  readonly #ipcp: CallerIpcp;
  #round = 0;
  #sent = 0;
  #sendAccm = DEFAULT_ACCM;
  #papAt: Millis = NEVER;
  #papTries = 0;
  #papId = 0;
  #dataAt: Millis = NEVER;
  #hastyLeft = 0;
  #stallAt: Millis = NEVER;
  #hangUpAt: Millis = NEVER;
  #openAt: Millis = NEVER;
  #isEnding = false;
  #now: Millis = 0;

  constructor(options: CallerOptions, random: Prng, io: CallerIo) {
    this.options = options;
    this.#random = random;
    this.#io = io;
    const lcp: LcpUser = {
      wish: () => ({
        options: optionsOf(options, this.identity),
        rejects: [Lcp.MRRU, Lcp.ENDPOINT],
        suggest: (option) => suggest(options, option),
      }),
      up: (now) => this.#lcpUp(now),
      down: () => this.#lcpDown(),
      over: (why) => this.#over(why),
      send: (information) => this.#send({ protocol: Protocol.LCP, information }),
    };
    this.#lcp = new LcpLayer(lcp, options.firstLcpId);
    this.#ipcp = new CallerIpcp(options.ip ?? {}, {
      up: (now) => this.#ipUp(now),
      down: () => (this.#dataAt = NEVER),
      send: (information) => this.#send({ protocol: Protocol.IPCP, information }),
    });
  }

  get identity(): Identity {
    return { line: this.options.line, dial: this.dial, round: this.#round };
  }

  get isUp(): boolean {
    return this.#ipcp.state === 'opened';
  }

  /** The line is there. pppd waits up to a second for the other side to begin. */
  connect(now: Millis): void {
    this.dial++;
    this.isDialed = true;
    this.#round = 0;
    this.#isEnding = false;
    this.#ipcp.reset();
    this.reader.reset(DEFAULT_ACCM);
    this.#sendAccm = DEFAULT_ACCM;
    this.#openAt = now + this.#random.int(0, this.options.opensWithinMs ?? OPENS_WITHIN_MS);
    this.#stallAt = now + this.options.setupMs;
  }

  /** The line is gone. */
  carrierLost(): void {
    this.isDialed = false;
    this.#lcp.negotiator.lost();
    this.#ipcp.lost();
    this.#papAt = NEVER;
    this.#dataAt = NEVER;
    this.#stallAt = NEVER;
    this.#hangUpAt = NEVER;
    this.#openAt = NEVER;
    this.#hastyLeft = 0;
  }

  /** Ends the call in order: LCP Terminate first. */
  terminate(now: Millis): void {
    this.#now = now;
    if (!this.isDialed) return;
    this.#isEnding = true;
    this.#openAt = NEVER;
    if (this.#lcp.negotiator.state === 'closed') this.#over('never open');
    else this.#lcp.negotiator.close(now);
  }

  /** Begins LCP anew in the middle of whatever goes on. */
  restart(now: Millis): void {
    if (!this.isDialed || this.#isEnding || this.#round === 0) return;
    this.#lcp.negotiator.lost();
    this.#openLcp(now);
  }

  deadline(): Millis {
    return Math.min(
      this.#openAt,
      this.#papAt,
      this.#dataAt,
      this.#stallAt,
      this.#hangUpAt,
      this.#lcp.negotiator.deadline(),
      this.#ipcp.deadline(),
    );
  }

  timer(now: Millis): void {
    this.#now = now;
    if (now >= this.#openAt) this.#openLcp(now);
    this.#lcp.negotiator.timer(now);
    this.#ipcp.timer(now);
    if (now >= this.#papAt) this.#pap(now);
    if (now >= this.#dataAt) this.#data(now);
    if (now >= this.#stallAt) this.#hangUp('nothing comes back');
    else if (now >= this.#hangUpAt) this.#hangUp('PPP is over');
  }

  receive(octets: Iterable<number>, now: Millis): void {
    this.#now = now;
    for (const octet of octets) {
      // One at a time: a frame may change how the next is to be read.
      for (const frame of this.reader.feed([octet])) this.#frame(frame, now);
    }
  }

  #frame(octets: readonly number[], now: Millis): void {
    const frame = readPpp(octets);
    if (frame === undefined || !this.isDialed) return;
    const { protocol, information } = frame;
    if (this.#openAt !== NEVER) this.#openLcp(now);
    if (protocol === Protocol.LCP) this.#lcp.receive(information, now);
    else if (!this.#lcp.isOpened) return;
    else if (protocol === Protocol.CHAP) this.#chap(information, now);
    else if (protocol === Protocol.PAP) this.#papAnswer(information, now);
    else if (protocol === Protocol.IPCP) this.#ipcp.receive(information, now);
    else if (protocol !== Protocol.IP) return;
    else if (this.#io.packet === undefined) this.#datum(information, now);
    else if (this.isUp) this.#io.packet(information, now);
  }

  #openLcp(now: Millis): void {
    this.#openAt = NEVER;
    this.#round++;
    this.#lcp.open(now);
  }

  #lcpUp(now: Millis): void {
    const { theirs, ours } = this.#lcp.negotiator;
    this.#sendAccm = accmOf(theirs);
    this.reader.accm = accmOf(ours);
    const auth = theirs.find(({ type }) => type === Lcp.AUTH)?.value;
    if (auth === undefined) this.#accept(now);
    else if (auth[0] === PAP_OPTION[0] && !this.options.isMute) {
      this.#papTries = PAP_TRIES;
      this.#papId++;
      this.#papAt = now;
    }
  }

  #lcpDown(): void {
    this.#round += this.#isEnding ? 0 : 1;
    this.#sendAccm = DEFAULT_ACCM;
    this.reader.accm = DEFAULT_ACCM;
    this.#papAt = NEVER;
    this.#hastyLeft = 0;
    this.#dataAt = NEVER;
    this.#ipcp.lost();
  }

  #chap(octets: readonly number[], now: Millis): void {
    const [code, id = 0] = octets;
    if (code === 1 && !this.options.isMute) {
      const { value } = readChap(octets);
      const hash = chapHash(id, this.options.secret, value);
      this.#sendFrame(Protocol.CHAP, chapPacket(2, id, hash, this.name));
      this.#beHasty(now);
    } else if (code === 3) this.#accept(now);
    else if (code === 4) this.terminate(now);
  }

  get name(): string {
    return this.options.name ?? nameOf(this.identity);
  }

  #pap(now: Millis): void {
    if (this.#papTries === 0) {
      this.#papAt = NEVER;
      this.terminate(now);
      return;
    }
    this.#papTries--;
    this.#papAt = now + PAP_RETRY_MS;
    this.#sendFrame(Protocol.PAP, papRequest(this.#papId & 0xff, this.name, this.options.secret));
    this.#beHasty(now);
  }

  #papAnswer([code]: readonly number[], now: Millis): void {
    this.#papAt = NEVER;
    if (code === 2) this.#accept(now);
    else if (code === 3) this.terminate(now);
  }

  #beHasty(now: Millis): void {
    if (!this.options.isHasty || this.isUp) return;
    this.#hastyLeft = 4;
    this.#dataAt = now + 20;
  }

  #accept(now: Millis): void {
    this.accepted++;
    if (this.#ipcp.state === 'closed') this.#ipcp.open(now);
  }

  #ipUp(now: Millis): void {
    this.#stallAt = now + this.options.stallMs;
    this.#dataAt = now;
  }

  #data(now: Millis): void {
    this.#dataAt = NEVER;
    if (this.#io.packet !== undefined) return;
    if (this.isUp) this.#dataAt = now + this.options.dataEveryMs;
    else if (this.#hastyLeft-- > 0) this.#dataAt = now + 15;
    else return;
    this.sendDatum();
  }

  sendDatum(): void {
    const { line, fillOctets, server } = this.options;
    const datum = { line, dial: this.dial, direction: 'up', number: ++this.#sent } as const;
    const octets = writeDatum(datum, fillOctets);
    this.#sendFrame(Protocol.IP, server ? writeIp(this.#ipcp.address, server, octets) : octets);
  }

  /** One of its own. @returns false when the call does not stand */
  sendPacket(octets: readonly number[]): boolean {
    if (this.isUp) this.#sendFrame(Protocol.IP, octets);
    return this.isUp;
  }

  #datum(information: readonly number[], now: Millis): void {
    const { server } = this.options;
    const datum = readDatum(server ? readIp(information).payload : information);
    if (datum === undefined) {
      this.damaged++;
      return;
    }
    const { line, dial, direction } = datum;
    if (line !== this.options.line) this.complaints.push(`a frame of line ${line} came`);
    else if (dial !== this.dial)
      this.complaints.push(`a frame of call ${dial} came in ${this.dial}`);
    else if (direction === 'down') this.downs++;
    else if (direction === 'echo' && this.isUp) {
      this.echoes++;
      this.lastEchoAt = now;
      this.#stallAt = now + this.options.stallMs;
    }
  }

  #over(why: string): void {
    const lingers = why !== 'never open' && !this.options.hangsUp;
    this.#hangUpAt = this.#now + (lingers ? LINGER_MS : this.#random.int(0, 300));
  }

  #hangUp(why: string): void {
    this.carrierLost();
    this.#io.hangUp(why);
  }

  #sendFrame(protocol: number, information: readonly number[]): void {
    this.#send({ protocol, information });
  }

  #send(frame: PppFrame): void {
    const isLcp = frame.protocol === Protocol.LCP;
    const { theirs } = this.#lcp.negotiator;
    const isOpened = this.#lcp.isOpened && !isLcp;
    const acfc = isOpened && has(theirs, Lcp.ACFC);
    const pfc = isOpened && has(theirs, Lcp.PFC);
    const accm = isLcp ? DEFAULT_ACCM : this.#sendAccm;
    this.#io.send(encodeHdlc(writePpp(frame, { acfc, pfc }), accm), frame);
  }
}
