/** One PppLink over virtual time, with what it said kept for the tests. */
import type { Event, PppTrace } from '../../../src/base/event.ts';
import type { Random } from '../../../src/base/machine.ts';
import { PppLink } from '../../../src/control/ppp/link.ts';
import type { PppLinkIn, PppLinkOptions, PppLinkOut } from '../../../src/control/ppp/link-port.ts';
import { PppProtocol } from '../../../src/wire/ppp/protocol.ts';

export const octets = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const number = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** An LCP packet's hex from Code on: `lcp(1, 118, '0506…')`. */
export const lcp = (code: number, id: number, data = ''): string => {
  const bare = data.replaceAll(/\s/g, '');
  return `${number(code, 2)}${number(id, 2)}${number(4 + bare.length / 2, 4)}${bare}`;
};

export const OPTIONS: PppLinkOptions = {
  interfaceName: 'Async1',
  chapHostname: '5300-1',
  authentication: ['chap', 'pap'],
  multilink: false,
  mruOctets: 1500,
  accm: 0,
};

/** The seed's ISDN line: its LAC's packets come out byte for byte. */
export const SEED_OPTIONS: PppLinkOptions = {
  ...OPTIONS,
  interfaceName: 'Serial0:0',
  authentication: ['chap'],
  multilink: true,
  isSynchronous: true,
  firstLcpId: 11,
  firstChapId: 6,
};

export const MAGIC = '109d08f2';
export const CHALLENGE = '5d0d008cb1677cf8bc354556321a7a74';
/** Our request under OPTIONS: ACCM, CHAP, magic number, PFC, ACFC. */
export const OUR_REQUEST = `020600000000 0305c22305 0506${MAGIC} 0702 0802`;
/** A caller's that we take as it is, as pppd sends it: asyncmap 0, magic, pcomp, accomp. */
export const CALLER_REQUEST = '020600000000 05066ee4e865 0702 0802';
export const RESPONSE_VALUE = 'ca1cc2e4fa6899e8df1b695c0a80883e';

/** Magic numbers and challenges are the seed's first, then count up. */
export class CountingRandom implements Random {
  #given = 0;

  octets(count: number): Uint8Array {
    const first = count === 4 ? MAGIC : CHALLENGE;
    const bytes = octets(first);
    const last = bytes.length - 1;
    if (this.#given >= 2) bytes[last] = (bytes[last] ?? 0) + this.#given;
    this.#given++;
    return bytes;
  }
}

export interface Sent {
  readonly at: number;
  readonly protocol: number;
  readonly hex: string;
}

export class World {
  readonly link: PppLink;
  readonly events: Event[] = [];
  now = 0;
  /** All outputs but `send`, since the start. */
  readonly outputs: Exclude<PppLinkOut, { kind: 'send' }>[] = [];
  readonly #sent: Sent[] = [];
  #lastRequest = '';

  constructor(options: Partial<PppLinkOptions> = {}, random: Random = new CountingRandom()) {
    const sink = (event: Event): number => this.events.push(event);
    this.link = new PppLink({ ...OPTIONS, ...options }, random, sink);
  }

  /** A link whose line is up. */
  static up(options: Partial<PppLinkOptions> = {}, quietMs = 0): World {
    const world = new World(options);
    world.handle({ kind: 'up', quietMs });
    return world;
  }

  /** LCP is Opened by caller and LAC; the first Challenge is out where CHAP is asked for. */
  static opened(options: Partial<PppLinkOptions> = {}, callerOptions = CALLER_REQUEST): World {
    const world = World.up(options);
    world.lcp(lcp(1, 1, callerOptions));
    world.ackOurs();
    return world;
  }

  /** The caller has answered our Challenge. */
  static answered(options: Partial<PppLinkOptions> = {}): World {
    const world = World.opened(options);
    world.frame(PppProtocol.CHAP, lcp(2, 1, `10${RESPONSE_VALUE}323530302d31`));
    world.take();
    return world;
  }

  handle(input: PppLinkIn): void {
    const out: PppLinkOut[] = [];
    this.link.handle(input, this.now, out);
    for (const output of out) {
      if (output.kind !== 'send') this.outputs.push(output);
      else this.#keep(output.protocol, hexOf(output.information));
    }
  }

  #keep(protocol: number, hex: string): void {
    this.#sent.push({ at: this.now, protocol, hex });
    if (protocol === PppProtocol.LCP && hex.startsWith('01')) this.#lastRequest = hex;
  }

  frame(protocol: number, hex: string): void {
    this.handle({ kind: 'frame', protocol, information: octets(hex) });
  }

  lcp(hex: string): void {
    this.frame(PppProtocol.LCP, hex);
  }

  /** The caller acknowledges our last Configure-Request. */
  ackOurs(): void {
    this.lcp(`02${this.#lastRequest.slice(2)}`);
  }

  /** Lets time pass, giving the link its timer whenever it wants it. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (let turns = 0; this.link.deadline() <= end; turns++) {
      if (turns > 1_000) throw new Error('the deadline does not move');
      this.now = Math.max(this.now, this.link.deadline());
      this.handle({ kind: 'timer' });
    }
    this.now = end;
  }

  /** What was sent since the last call. */
  take(): Sent[] {
    return this.#sent.splice(0);
  }

  /** The hex of it. */
  takeHex(): string[] {
    return this.take().map(({ hex }) => hex);
  }

  /** The outputs of a kind. */
  all<Kind extends PppLinkOut['kind']>(kind: Kind): Extract<PppLinkOut, { kind: Kind }>[] {
    return this.outputs.filter(
      (output): output is Extract<typeof output, { kind: Kind }> => output.kind === kind,
    );
  }

  why(): string | undefined {
    return this.all('terminated')[0]?.why;
  }

  /** `debug ppp`, short: what the seed's lines say. */
  trace(): string[] {
    return this.events.filter((event): event is PppTrace => event.kind !== 'log').map(traceLine);
  }

  notes(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'ppp-note' || event.kind === 'auth-note' ? [event.text] : [],
    );
  }
}

function traceLine(event: PppTrace): string {
  switch (event.kind) {
    case 'ppp-callin':
      return 'callin';
    case 'ppp-phase':
      return `phase ${event.phase}${event.detail === undefined ? '' : `, ${event.detail}`}`;
    case 'ppp-direction':
      return 'direction';
    case 'ppp-forced':
      return `forced ${hexOf(event.options)}`;
    case 'ppp-state':
      return `state ${event.state}`;
    case 'ppp-packet':
      return `${event.direction} ${event.packet[0]} [${event.state}] id ${event.packet[1]}`;
    case 'chap-hostname':
      return `hostname ${event.name}`;
    case 'auth-packet':
      return `${event.direction} auth ${event.packet[0]} id ${event.packet[1]}`;
    case 'ppp-note':
    case 'auth-note':
      return `note ${event.text}`;
  }
}

/** We have asked and been asked, and took the caller's request: Ack-Sent. */
export const ackSent = (): World => {
  const world = World.up();
  world.lcp(lcp(1, 1, CALLER_REQUEST));
  world.take();
  return world;
};
/** We have asked, and the caller's request was refused: Req-Sent. */
export const reqSent = (): World => {
  const world = World.up();
  world.lcp(lcp(1, 1, '0304c023'));
  world.take();
  return world;
};
export const ackRcvd = (): World => {
  const world = reqSent();
  world.lcp(lcp(2, 1, OUR_REQUEST));
  return world;
};
