/**
 * A call over virtual time: a router that dials, the LAC's PppLink that takes its LCP and answer,
 * the LNS's AccessLink behind it. Frames between the router and whoever speaks to it may get lost
 * or come twice; L2TP in the middle is left out.
 */
import { AccessLink } from '../../../src/control/ppp/access-link.ts';
import type {
  AccessLinkIn,
  AccessLinkOptions,
  AccessLinkOut,
} from '../../../src/control/ppp/access-port.ts';
import { PppLink } from '../../../src/control/ppp/link.ts';
import type { PppLinkIn, PppLinkOptions, PppLinkOut } from '../../../src/control/ppp/link-port.ts';
import { ACCESS_OPTIONS, CHAP, IPCP, LCP, NOBODY, OURS, PAP, THEIRS } from './access-world.ts';
import {
  CALLER_REQUEST,
  CountingRandom,
  hexOf,
  lcp,
  OPTIONS,
  octets,
  RESPONSE_VALUE,
} from './world.ts';

const RETRY_MS = 3_000;
const STEP_MS = 50;

/** How often frame `count` of the whole call arrives: 0, 1 or 2 times. */
export type Copies = (count: number) => number;

export interface Seen {
  readonly from: 'LAC' | 'LNS';
  readonly protocol: number;
  readonly code: number;
}

interface CallOptions {
  readonly lac?: Partial<PppLinkOptions>;
  readonly lns?: Partial<AccessLinkOptions>;
  readonly method?: 'chap' | 'pap';
  readonly response?: string;
  readonly copies?: Copies;
}

/** pppd as a router: asks for VJ and for an address; repeats whatever is not answered. */
class Router {
  readonly #call: Call;
  readonly #method: 'chap' | 'pap';
  readonly #response: string;
  #id = 1;
  #isAcked = false;
  #hasAcked = false;
  #answer: readonly [protocol: number, hex: string] | undefined;
  #isIn = false;
  #withVj = true;
  #address = '00000000';
  #isIpAcked = false;
  #hasIpAcked = false;
  #retryAt = 1_000;
  isHungUp = false;

  constructor(call: Call, method: 'chap' | 'pap', response: string) {
    this.#call = call;
    this.#method = method;
    this.#response = response;
  }

  get isOpen(): boolean {
    return this.#isAcked && this.#hasAcked;
  }

  /** Its address, once both ends of IPCP are open; '' before. */
  get address(): string {
    return this.#isIpAcked && this.#hasIpAcked ? this.#address : '';
  }

  timer(now: number): void {
    if (now < this.#retryAt || this.isHungUp) return;
    this.#retryAt = now + RETRY_MS;
    if (!this.isOpen) this.#call.toNetwork(LCP, lcp(1, this.#id, CALLER_REQUEST));
    else if (this.#isIn && !this.#isIpAcked) this.#askForAddress();
    else if (!this.#isIn && this.#method === 'pap') this.#say(PAP, lcp(1, this.#id, '0161 0162'));
    else if (!this.#isIn && this.#answer !== undefined) this.#call.toNetwork(...this.#answer);
  }

  receive(protocol: number, hex: string, now: number): void {
    const code = Number.parseInt(hex.slice(0, 2), 16);
    const id = Number.parseInt(hex.slice(2, 4), 16);
    if (this.isHungUp) return;
    if (protocol === LCP) this.#lcp(code, id, hex, now);
    else if (!this.isOpen) return;
    else if (protocol === CHAP && code === 1) {
      this.#say(CHAP, lcp(2, id, `10${this.#response}323530302d31`));
    } else if ((protocol === CHAP && code === 3) || (protocol === PAP && code === 2)) {
      if (this.#isIn) return;
      this.#isIn = true;
      this.#askForAddress();
    } else if (protocol === IPCP && this.#isIn) this.#ipcp(code, id, hex);
  }

  #say(protocol: number, hex: string): void {
    this.#answer = [protocol, hex];
    this.#call.toNetwork(protocol, hex);
  }

  #lcp(code: number, id: number, hex: string, now: number): void {
    if (code === 1) {
      const wasOpen = this.isOpen;
      if (wasOpen) this.#restart(now);
      if (this.#method === 'pap' && hex.includes('0305c22305')) {
        this.#call.toNetwork(LCP, lcp(3, id, '0304c023'));
        return;
      }
      this.#hasAcked = true;
      this.#call.toNetwork(LCP, `02${hex.slice(2)}`);
    } else if (code === 2 && hex === lcp(2, this.#id, CALLER_REQUEST)) {
      this.#isAcked = true;
    } else if (code === 5) {
      this.#call.toNetwork(LCP, lcp(6, id));
      this.isHungUp = true;
    } else if (code === 9 && this.isOpen) {
      this.#call.toNetwork(LCP, `0a${hex.slice(2, 8)}6ee4e865`);
    }
  }

  /** FACTS.md: another request in Opened begins LCP anew, and all above it. */
  #restart(now: number): void {
    this.#id++;
    this.#isAcked = false;
    this.#isIn = false;
    this.#answer = undefined;
    this.#isIpAcked = false;
    this.#hasIpAcked = false;
    this.#call.toNetwork(LCP, lcp(1, this.#id, CALLER_REQUEST));
    this.#retryAt = now + RETRY_MS;
  }

  #askForAddress(): void {
    this.#call.toNetwork(IPCP, lcp(1, this.#id, `${this.#vj()} 0306${this.#address}`));
  }

  #vj = (): string => (this.#withVj ? '0206002d0f01' : '');

  #ipcp(code: number, id: number, hex: string): void {
    if (code === 1) {
      // In Opened it begins anew, as we do then.
      if (this.address !== '') {
        this.#isIpAcked = false;
        this.#id++;
        this.#askForAddress();
      }
      this.#hasIpAcked = true;
      this.#call.toNetwork(IPCP, `02${hex.slice(2)}`);
      return;
    }
    if (id !== this.#id || this.#isIpAcked) return;
    if (code === 2) this.#isIpAcked = true;
    if (code !== 3 && code !== 4) return;
    if (code === 4) this.#withVj = false;
    if (code === 3) this.#address = hex.slice(-8);
    this.#id++;
    this.#askForAddress();
  }
}

export class Call {
  readonly lac: PppLink;
  readonly lns: AccessLink;
  readonly router: Router;
  /** Frames that have left for the router. */
  readonly seen: Seen[] = [];
  readonly outputs: Exclude<AccessLinkOut, { kind: 'send' }>[] = [];
  now = 0;
  #isForwarded = false;
  #isGone = false;
  #count = 0;
  #copies: Copies;
  #queue: (() => void)[] = [];

  constructor({
    lac = {},
    lns = {},
    method = 'chap',
    response,
    copies = () => 1,
  }: CallOptions = {}) {
    const sink = (): void => undefined;
    const random = new CountingRandom();
    this.lac = new PppLink({ ...OPTIONS, ...lac }, random, sink);
    this.lns = new AccessLink({ ...ACCESS_OPTIONS, ...lns }, random, sink, () => 0);
    this.router = new Router(this, method, response ?? RESPONSE_VALUE);
    this.#copies = copies;
    this.#lac({ kind: 'up', quietMs: 0 });
  }

  run(untilMs: number): void {
    while (this.now < untilMs && !this.#isGone) {
      this.router.timer(this.now);
      if (!this.#isForwarded && this.now >= this.lac.deadline()) this.#lac({ kind: 'timer' });
      if (this.#isForwarded && this.now >= this.lns.deadline()) this.#lns({ kind: 'timer' });
      for (let turns = 0; this.#queue.length > 0; turns++) {
        if (turns > 1_000) throw new Error('two talk for ever');
        const queue = this.#queue.splice(0);
        for (const deliver of queue) deliver();
      }
      this.now += STEP_MS;
    }
  }

  /** From now on every frame arrives. */
  heal(): void {
    this.#copies = () => 1;
  }

  get isUp(): boolean {
    return (
      this.lns.peerAddress === THEIRS &&
      this.router.address === THEIRS.toString(16).padStart(8, '0')
    );
  }

  /** Of the end, by whoever told first; undefined before it. */
  get why(): string | undefined {
    const [end] = this.outputs.flatMap((output) => (output.kind === 'terminated' ? [output] : []));
    return end?.why;
  }

  toNetwork(protocol: number, hex: string): void {
    this.#deliver(() => {
      const frame = { kind: 'frame', protocol, information: octets(hex) } as const;
      if (this.#isForwarded) this.#lns(frame);
      else this.#lac(frame);
    });
  }

  #toRouter(from: Seen['from'], protocol: number, information: Uint8Array): void {
    this.seen.push({ from, protocol, code: information[0] ?? 0 });
    this.#deliver(() => this.router.receive(protocol, hexOf(information), this.now));
  }

  #deliver(deliver: () => void): void {
    for (let copies = this.#copies(this.#count++); copies > 0; copies--) this.#queue.push(deliver);
  }

  #lac(input: PppLinkIn): void {
    const out: PppLinkOut[] = [];
    this.lac.handle(input, this.now, out);
    for (const output of out) {
      if (output.kind === 'send') this.#toRouter('LAC', output.protocol, output.information);
      if (output.kind === 'terminated') this.#isGone = true;
      if (output.kind !== 'authenticated') continue;
      this.#isForwarded = true;
      const { lcp: proxied, auth } = output;
      this.#lns({ kind: 'up', proxy: { lcp: proxied, ...(auth === undefined ? {} : { auth }) } });
      this.lac.handle({ kind: 'forwarded' }, this.now, out);
    }
  }

  #lns(input: AccessLinkIn): void {
    const out: AccessLinkOut[] = [];
    this.lns.handle(input, this.now, out);
    for (const output of out) {
      if (output.kind === 'send') {
        this.#toRouter('LNS', output.protocol, output.information);
        continue;
      }
      this.outputs.push(output);
      this.#heed(output);
    }
  }

  #heed(output: AccessLinkOut): void {
    if (output.kind === 'verify') {
      const { request } = output;
      const said = request.method === 'pap' ? request.password : request.response;
      const accepted = ['62', RESPONSE_VALUE].includes(hexOf(said));
      const grant = { address: 'pool' } as const;
      const verdict = accepted
        ? ({ accepted, message: NOBODY, grant } as const)
        : ({ accepted, message: NOBODY, why: 'wrong' } as const);
      this.#lns({ kind: 'verdict', verdict });
    } else if (output.kind === 'authorize') {
      const offer = { localAddress: OURS, peerAddress: THEIRS, claim: () => true };
      this.#lns({ kind: 'ip', offer });
    } else if (output.kind === 'terminated') {
      this.#lns({ kind: 'down' });
      this.#isGone = true;
    }
  }
}
