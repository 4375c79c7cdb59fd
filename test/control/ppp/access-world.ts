/** One AccessLink over virtual time, with what it said kept for the tests. */
import type { Event } from '../../../src/base/event.ts';
import type { Random } from '../../../src/base/machine.ts';
import { AccessLink } from '../../../src/control/ppp/access-link.ts';
import type {
  AccessLinkIn,
  AccessLinkOptions,
  AccessLinkOut,
  IpOffer,
  Proxy as ProxiedCall,
} from '../../../src/control/ppp/access-port.ts';
import type { Grant } from '../../../src/control/ppp/auth-port.ts';
import { pppProtocolName } from '../../../src/wire/ppp/protocol.ts';
import { hexOf, lcp, octets, type Sent } from './world.ts';

export const LCP = 0xc021;
export const PAP = 0xc023;
export const CHAP = 0xc223;
export const IPCP = 0x8021;
export const OURS = 0x0a330652; // 10.51.6.82
export const THEIRS = 0x0a0a3502; // 10.10.53.2
export const OUR_ADDRESS = '03060a330652';
export const THEIR_ADDRESS = '03060a0a3502';
export const VJ = '0206002d0f00';
export const LNS_MAGIC = '11223344';
/** Of the LNS when it asks itself: CHAP and a magic number. */
export const LNS_REQUEST = `0305c22305 0506${LNS_MAGIC}`;
export const NOBODY = new Uint8Array(0);

export const ACCESS_OPTIONS: AccessLinkOptions = {
  interfaceName: 'Virtual-Access4',
  chapHostname: '1600-3',
  authentication: ['chap'],
  mruOctets: 1500,
  renegotiation: 'on-mismatch',
  forceLocalAuthentication: false,
  echoMs: 0,
  echoRetries: 5,
  idleMs: 0,
  absoluteMs: 0,
  dns: [],
  nbns: [],
};

/** AVPs 26 to 28 of the seed's ICCN, where it has them. */
export const SEED_LCP = {
  lastSentConfreq: octets('0305c22305 0506109d08f2'),
  lastReceivedConfreq: octets('05066ee4e865'),
};

/** AVPs 29 to 33. */
export const SEED_AUTH = {
  type: 2,
  name: octets('323530302d31'),
  challenge: octets('5d0d008cb1677cf8bc354556321a7a74'),
  id: 6,
  response: octets('ca1cc2e4fa6899e8df1b695c0a80883e'),
};

export const SEED_PROXY: ProxiedCall = { lcp: SEED_LCP, proxyAuthenType: 2, auth: SEED_AUTH };

/** Magic numbers of ours are LNS_MAGIC, then count up; so are challenges. */
class LnsRandom implements Random {
  #given = 0;

  octets(count: number): Uint8Array {
    const bytes = count === 4 ? octets(LNS_MAGIC) : new Uint8Array(count).fill(0x77);
    const last = bytes.length - 1;
    bytes[last] = (bytes[last] ?? 0) + this.#given;
    if (count !== 4 || this.#given > 0) this.#given++;
    return bytes;
  }
}

export class AccessWorld {
  readonly link: AccessLink;
  readonly events: Event[] = [];
  now = 0;
  packets = 0;
  /** All outputs but `send`, since the start. */
  readonly outputs: Exclude<AccessLinkOut, { kind: 'send' }>[] = [];
  readonly #sent: Sent[] = [];
  readonly #lastRequest = new Map<number, string>();

  constructor(options: Partial<AccessLinkOptions> = {}, random: Random = new LnsRandom()) {
    const sink = (event: Event): number => this.events.push(event);
    this.link = new AccessLink({ ...ACCESS_OPTIONS, ...options }, random, sink, () => this.packets);
  }

  static up(
    options: Partial<AccessLinkOptions> = {},
    proxy: ProxiedCall = SEED_PROXY,
  ): AccessWorld {
    const world = new AccessWorld(options);
    world.handle({ kind: 'up', proxy });
    return world;
  }

  /** The caller is in; which addresses it may have is asked. */
  static authenticated(options: Partial<AccessLinkOptions> = {}): AccessWorld {
    const world = AccessWorld.up(options);
    world.accept();
    return world;
  }

  /** IPCP has begun: our request is out. */
  static offered(
    offer: Partial<IpOffer> = {},
    options: Partial<AccessLinkOptions> = {},
  ): AccessWorld {
    const world = AccessWorld.authenticated(options);
    world.take();
    world.offer(offer);
    return world;
  }

  /** Packets may pass. */
  static open(options: Partial<AccessLinkOptions> = {}): AccessWorld {
    const world = AccessWorld.offered({}, options);
    world.openIpcp();
    return world;
  }

  openIpcp(): void {
    this.ackOurs(IPCP);
    this.ipcp(lcp(1, 188, THEIR_ADDRESS));
    this.take();
  }

  handle(input: AccessLinkIn): void {
    const out: AccessLinkOut[] = [];
    this.link.handle(input, this.now, out);
    for (const output of out) {
      if (output.kind !== 'send') this.outputs.push(output);
      else this.#keep(output.protocol, hexOf(output.information));
    }
  }

  #keep(protocol: number, hex: string): void {
    this.#sent.push({ at: this.now, protocol, hex });
    if (hex.startsWith('01')) this.#lastRequest.set(protocol, hex);
  }

  frame(protocol: number, hex: string): void {
    this.handle({ kind: 'frame', protocol, information: octets(hex) });
  }

  lcp(hex: string): void {
    this.frame(LCP, hex);
  }

  ipcp(hex: string): void {
    this.frame(IPCP, hex);
  }

  accept(grant: Grant = { address: 'pool' }): void {
    this.handle({ kind: 'verdict', verdict: { accepted: true, message: NOBODY, grant } });
  }

  refuse(): void {
    const verdict = { accepted: false, message: NOBODY, why: 'unknown' } as const;
    this.handle({ kind: 'verdict', verdict });
  }

  /** `{ peerAddress: undefined }` in an offer cannot be: one without has its own. */
  offer(offer: Partial<IpOffer> = {}): void {
    const usual = { localAddress: OURS, peerAddress: THEIRS, claim: () => true };
    this.handle({ kind: 'ip', offer: { ...usual, ...offer } });
  }

  /** The caller acknowledges our last Configure-Request. */
  ackOurs(protocol: number): void {
    this.frame(protocol, `02${this.#lastRequest.get(protocol)?.slice(2)}`);
  }

  /** Lets time pass, giving the link its timer whenever it wants it. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (let turns = 0; this.link.deadline() <= end; turns++) {
      if (turns > 10_000) throw new Error('the deadline does not move');
      this.now = Math.max(this.now, this.link.deadline());
      this.handle({ kind: 'timer' });
    }
    this.now = end;
  }

  /** What was sent since the last call. */
  take(): Sent[] {
    return this.#sent.splice(0);
  }

  takeHex(): string[] {
    return this.take().map(({ hex }) => hex);
  }

  /** Of one protocol; the rest is thrown away. */
  takeOf(protocol: number): string[] {
    return this.take()
      .filter((sent) => sent.protocol === protocol)
      .map(({ hex }) => hex);
  }

  all<Kind extends AccessLinkOut['kind']>(kind: Kind): Extract<AccessLinkOut, { kind: Kind }>[] {
    return this.outputs.filter(
      (output): output is Extract<typeof output, { kind: Kind }> => output.kind === kind,
    );
  }

  /** The kinds of the outputs, in their order. */
  kinds(): string[] {
    return this.outputs.map(({ kind }) => kind);
  }

  why(): string | undefined {
    return this.all('terminated')[0]?.why;
  }

  /** `debug ppp`, short: what the seed's lines say. */
  trace(): string[] {
    return this.events.map(accessLine);
  }

  notes(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'ppp-note' || event.kind === 'auth-note' ? [event.text] : [],
    );
  }
}

function accessLine(event: Event): string {
  switch (event.kind) {
    case 'ppp-phase':
      return `phase ${event.phase}${event.detail === undefined ? '' : `, ${event.detail}`}`;
    case 'ppp-state':
      return `${pppProtocolName(event.protocol)} ${event.state}`;
    case 'ppp-forced':
      return `forced ${hexOf(event.options)}`;
    case 'vpdn-step':
      return event.step;
    case 'ppp-packet':
    case 'auth-packet': {
      const state = event.kind === 'ppp-packet' ? ` [${event.state}]` : '';
      const [code, id] = event.packet;
      return `${pppProtocolName(event.protocol)} ${event.direction} ${code}${state} id ${id}`;
    }
    case 'ppp-note':
    case 'auth-note':
      return `note ${event.text}`;
    default:
      return event.kind;
  }
}
