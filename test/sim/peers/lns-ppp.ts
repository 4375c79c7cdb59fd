/**
 * The LNS's end of one call's PPP, as pppd behind xl2tpd: whatever the LAC has negotiated, LCP and
 * authentication begin anew. Then IPCP; data goes back as it came.
 */
import type { Millis } from '../../../src/base/machine.ts';
import type { Prng } from '../world/prng.ts';
import {
  chapHash,
  chapPacket,
  identityOf,
  papAnswer,
  readChap,
  readPap,
} from './authentication.ts';
import { type PppFrame, Protocol, readDatum, split32, writeDatum } from './frame.ts';
import { CHAP_OPTION, Lcp, LcpLayer, PAP_OPTION } from './lcp.ts';
import { Negotiator, packet } from './negotiator.ts';

const NEVER = Number.POSITIVE_INFINITY;
const RETRY_MS = 3_000;
const TRIES = 10;
const IP_ADDRESS = 3;
const CHAP_OCTETS = 16;

export interface LnsPppOptions {
  readonly name: string;
  /** Of the callers. */
  readonly secret: string;
  readonly authentication: 'chap' | 'pap';
  /** accel-ppp takes no ACCM, PFC and ACFC of the caller's. */
  readonly rejects: readonly number[];
  /** l2tpns asks for it, and is refused. */
  readonly asksMrru: boolean;
  readonly compress: boolean;
  readonly startMs: Millis;
}

export interface LnsPppIo {
  send(frame: PppFrame): void;
  /** LCP has ended. */
  over(byPeer: boolean): void;
  complain(text: string): void;
}

export class LnsPpp {
  /** Of the caller, proved. */
  identity: string | undefined;
  readonly #options: LnsPppOptions;
  readonly #random: Prng;
  readonly #io: LnsPppIo;
  readonly #lcp: LcpLayer;
  readonly #ipcp: Negotiator;
  #startAt: Millis;
  #challenge: readonly number[] = [];
  #challengeId = 0;
  #challengesLeft = 0;
  #challengeAt: Millis = NEVER;
  #numbered = 0;
  readonly #magic: readonly number[];

  constructor(options: LnsPppOptions, random: Prng, io: LnsPppIo, now: Millis) {
    this.#options = options;
    this.#random = random;
    this.#io = io;
    this.#magic = [...random.octets(4)];
    this.#startAt = now + options.startMs;
    this.#lcp = new LcpLayer({
      wish: () => ({
        options: this.#wanted(),
        rejects: [...options.rejects, Lcp.AUTH, Lcp.MRRU, Lcp.ENDPOINT],
        suggest: () => undefined,
      }),
      up: (at) => this.#up(at),
      down: () => this.#down(),
      over: (why) => {
        this.#startAt = NEVER;
        io.over(why === 'terminated by peer');
      },
      send: (information) => io.send({ protocol: Protocol.LCP, information }),
    });
    this.#ipcp = new Negotiator({
      ask: () => [{ type: IP_ADDRESS, value: [10, 51, 6, 82] }],
      judge: (asked) => {
        const zero = asked.some(({ value }) => value.every((octet) => octet === 0));
        const given = [{ type: IP_ADDRESS, value: [10, 10, 53, 2] }];
        return zero ? { code: 3, options: given } : { code: 2, options: asked };
      },
      refused: () => undefined,
      up: () => undefined,
      down: () => undefined,
      over: () => undefined,
      send: (information) => io.send({ protocol: Protocol.IPCP, information }),
    });
  }

  get isUp(): boolean {
    return this.#ipcp.state === 'opened';
  }

  deadline(): Millis {
    const below = Math.min(this.#startAt, this.#challengeAt);
    return Math.min(below, this.#lcp.negotiator.deadline(), this.#ipcp.deadline());
  }

  timer(now: Millis): void {
    if (now >= this.#startAt) {
      this.#startAt = NEVER;
      this.#lcp.open(now);
    }
    this.#lcp.negotiator.timer(now);
    this.#ipcp.timer(now);
    if (now >= this.#challengeAt) this.#sendChallenge(now);
  }

  terminate(now: Millis): void {
    this.#startAt = NEVER;
    if (this.#lcp.negotiator.state === 'closed') this.#io.over(false);
    else this.#lcp.negotiator.close(now);
  }

  receive({ protocol, information }: PppFrame, now: Millis): void {
    if (this.#startAt !== NEVER) return; // its pppd is still being started
    if (protocol === Protocol.LCP) this.#lcp.receive(information, now);
    else if (!this.#lcp.isOpened) return;
    else if (protocol === Protocol.CHAP) this.#response(information, now);
    else if (protocol === Protocol.PAP) this.#request(information, now);
    else if (protocol === Protocol.IPCP && this.identity !== undefined) {
      this.#ipcp.receive(information, now);
    } else if (protocol === Protocol.IP && this.isUp) this.#echo(information);
  }

  /** A burst of numbered data. */
  sendData(line: number, dial: number, count: number, fillOctets: number): void {
    if (!this.isUp) return;
    for (let sent = 0; sent < count; sent++) {
      const datum = { line, dial, direction: 'down', number: ++this.#numbered } as const;
      this.#io.send({ protocol: Protocol.IP, information: writeDatum(datum, fillOctets) });
    }
  }

  #wanted() {
    const { authentication, asksMrru, compress } = this.#options;
    return [
      { type: Lcp.ACCM, value: split32(0) },
      { type: Lcp.AUTH, value: authentication === 'chap' ? CHAP_OPTION : PAP_OPTION },
      { type: Lcp.MAGIC, value: this.#magic },
      ...(compress
        ? [
            { type: Lcp.PFC, value: [] },
            { type: Lcp.ACFC, value: [] },
          ]
        : []),
      ...(asksMrru ? [{ type: Lcp.MRRU, value: [6, 78] }] : []),
    ];
  }

  #up(now: Millis): void {
    if (this.#options.authentication !== 'chap') return;
    this.#challengesLeft = TRIES;
    this.#sendChallenge(now);
  }

  #down(): void {
    this.#challengeAt = NEVER;
    this.identity = undefined;
    this.#ipcp.lost();
  }

  #sendChallenge(now: Millis): void {
    if (this.#challengesLeft === 0) {
      this.#challengeAt = NEVER;
      this.terminate(now);
      return;
    }
    this.#challengesLeft--;
    this.#challengeAt = now + RETRY_MS;
    this.#challengeId = (this.#challengeId + 1) & 0xff;
    this.#challenge = [...this.#random.octets(CHAP_OCTETS)];
    const octets = chapPacket(1, this.#challengeId, this.#challenge, this.#options.name);
    this.#io.send({ protocol: Protocol.CHAP, information: octets });
  }

  #response(octets: readonly number[], now: Millis): void {
    const [code, id = 0] = octets;
    if (code !== 2 || this.#options.authentication !== 'chap') return;
    if (id !== this.#challengeId) return;
    const { value, name } = readChap(octets);
    const expected = chapHash(id, this.#options.secret, this.#challenge);
    const isRight = expected.every((octet, at) => octet === value[at]);
    this.#challengeAt = NEVER;
    this.#io.send({ protocol: Protocol.CHAP, information: packet(isRight ? 3 : 4, id, []) });
    this.#judged(isRight, name, now);
  }

  #request(octets: readonly number[], now: Millis): void {
    const [code, id = 0] = octets;
    if (code !== 1 || this.#options.authentication !== 'pap') return;
    const { name, password } = readPap(octets);
    const isRight = password === this.#options.secret;
    this.#io.send({ protocol: Protocol.PAP, information: papAnswer(isRight ? 2 : 3, id) });
    this.#judged(isRight, name, now);
  }

  #judged(isRight: boolean, name: string, now: Millis): void {
    if (!isRight) {
      this.#io.complain(`${name} failed the LNS's authentication`);
      this.terminate(now);
      return;
    }
    this.identity = name;
    if (this.#ipcp.state === 'closed') this.#ipcp.open(now);
  }

  #echo(information: readonly number[]): void {
    const datum = readDatum(information);
    if (datum === undefined) return;
    if (identityOf(this.identity ?? '') === undefined && datum.direction !== 'up') return;
    const octets = writeDatum({ ...datum, direction: 'echo' }, information.length - 13);
    this.#io.send({ protocol: Protocol.IP, information: octets });
  }
}
