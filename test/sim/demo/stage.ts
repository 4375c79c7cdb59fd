/** The two routers, the line and what is behind them: what can be done with them, and be seen. */
import { join } from 'node:path';
import { formatIpv4, parseIpv4 } from '../../../src/base/port.ts';
import type { CallerView, LineView, VpdnView } from '../../../src/console/show/views.ts';
import { monotonicMs } from '../../../src/device/clock.ts';
import { IpHost } from '../peers/ip-host.ts';
import { Box, pause } from './box.ts';
import {
  CALLER_ADDRESS,
  castCaller,
  LAC_NAME,
  LNS_ADDRESS,
  LNS_NAME,
  lacConfig,
  lnsConfig,
  TUNNEL_SECRET,
} from './cast.ts';
import { DialLine } from './dial-line.ts';
import type { Loop } from './loop.ts';
import type { Network } from './network.ts';
import type { Screen } from './screen.ts';

const LOOK_MS = 10;
/** Longer than a line takes to be opened again. */
const PATIENCE_MS = 6_000;
const REPLY_MS = 1_000;
const BETWEEN_PINGS_MS = 50;
const PING_ID = 1;
/** What an operator has to act on; that a link went down is no trouble in itself. */
const COMPLAINT = /^(?:[^%]*: )?%(?!LINK-3-UPDOWN)[A-Z0-9_]+-[0-4]-[A-Z0-9_]+: /;

export interface StageOptions {
  readonly loop: Loop;
  readonly screen: Screen;
  readonly network: Network;
  readonly folder: string;
  readonly bundle: string;
  readonly lnsSecret: string | undefined;
  /** How long the LNS keeps a tunnel without calls. */
  readonly noSessionS: number;
}

/** Something that should have happened did not. */
export class Missed extends Error {}

export class Stage {
  readonly lac: Box;
  readonly lns: Box;
  /** What the routers and the caller found wrong. */
  readonly complaints: string[] = [];
  readonly #screen: Screen;
  readonly #network: Network;
  readonly #line: DialLine;
  readonly #pinger: IpHost;
  #replies = 0;
  /** Complaints before the call that is being made. */
  #known = 0;

  constructor(options: StageOptions) {
    const {
      loop,
      screen,
      network,
      folder,
      bundle,
      lnsSecret = TUNNEL_SECRET,
      noSessionS,
    } = options;
    this.#screen = screen;
    this.#network = network;
    this.#pinger = new IpHost(parseIpv4(CALLER_ADDRESS) ?? 0, PING_ID, {
      send: (packet) => this.#line.send(packet),
      answered: (from, sequence, afterMs) => {
        this.#replies++;
        screen.note(`reply from ${formatIpv4(from)}: icmp_seq=${sequence} time=${afterMs} ms`);
      },
    });
    this.#line = new DialLine(loop, join(folder, 'line1'), castCaller(), {
      packet: (octets, now) => this.#pinger.receive(octets, now),
      hungUp: (why) => this.#complain('caller', why),
    });
    const box = (name: string, config: string, packets?: number): Box =>
      new Box({
        ...{ name, folder, bundle, config, packets },
        enter: network.enter,
        line: (text) => this.#trace(name, text),
      });
    this.lac = box(LAC_NAME, lacConfig(network.places, this.#line.path));
    const ofLns = lnsConfig(network.places, lnsSecret, noSessionS);
    this.lns = box(LNS_NAME, ofLns, network.host?.theirs);
    network.host?.handedOver();
  }

  get boxes(): readonly Box[] {
    return [this.lac, this.lns];
  }

  get isUp(): boolean {
    return this.#line.caller.isUp;
  }

  async ready(): Promise<void> {
    await Promise.all(this.boxes.map((box) => box.ready()));
  }

  /** Throws a Missed. */
  async call(): Promise<void> {
    const { caller } = this.#line;
    this.#known = this.complaints.length;
    await this.#until('the line is free', async () => (await this.#lineState()) === 'idle');
    this.#screen.heading('The caller dials');
    const before = caller.accepted;
    this.#line.dial();
    await this.#until('the LNS has accepted the caller', () => caller.accepted > before);
    await this.#until('IPCP is open at both ends', async () => {
      const [one] = await this.#callers();
      return caller.isUp && one?.phase === 'UP' && one.address === CALLER_ADDRESS;
    });
    if (this.#network.routes() !== undefined) {
      await this.#until('the LNS has a route to the caller', () => this.#hasRoute());
    }
  }

  /** The caller pings through the tunnel. Throws a Missed. */
  async ping(count: number, to: string = LNS_ADDRESS): Promise<void> {
    const destination = parseIpv4(to);
    if (destination === undefined) throw new Missed(`${to} is no address`);
    if (!this.isUp) throw new Missed('there is no call');
    const before = this.#replies;
    for (let sent = 0; sent < count; sent++) {
      this.#pinger.ping(destination, monotonicMs());
      await pause(BETWEEN_PINGS_MS);
    }
    const what = `${count} pings to ${to} were answered`;
    await this.#until(what, () => this.#replies - before >= count, REPLY_MS);
  }

  /** The simulated host pings the caller. */
  async pingBack(count: number): Promise<void> {
    const { host } = this.#network;
    if (host === undefined) return;
    const before = host.replies;
    for (let sent = 0; sent < count; sent++) {
      host.host.ping(parseIpv4(CALLER_ADDRESS) ?? 0, monotonicMs());
      await pause(BETWEEN_PINGS_MS);
    }
    const what = `the caller answered ${count} pings of the host behind the LNS`;
    await this.#until(what, () => host.replies - before >= count, REPLY_MS);
  }

  async drop(): Promise<void> {
    this.#known = this.complaints.length;
    this.#screen.heading('The line loses its carrier');
    this.#line.loseCarrier();
    await this.#until(
      'the LNS has no caller left',
      async () => (await this.#callers()).length === 0,
    );
    if (this.#network.routes() !== undefined) {
      await this.#until('the route to the caller is gone', () => !this.#hasRoute());
    }
  }

  /** The LNS ends a tunnel that has no calls. */
  async tunnelsDown(): Promise<void> {
    for (const box of this.boxes) {
      await this.#until(`no tunnel and no session is left at ${box.name}`, async () => {
        const { tunnels, sessions } = await box.show<VpdnView>('vpdn');
        return sessions.length === 0 && tunnels.every(({ state }) => state === 'idle');
      });
    }
  }

  /** Both end by themselves, first the one that calls. Throws a Missed. */
  async shutdown(): Promise<void> {
    for (const box of this.boxes) {
      box.signal('SIGTERM');
      const status = await Promise.race([box.ended, pause(PATIENCE_MS)]);
      if (status !== 0)
        throw new Missed(`${box.name} ended with ${status ?? 'nothing yet'}, not 0`);
    }
    this.#screen.note('=== both routers have ended with 0');
  }

  #trace(name: string, line: string): void {
    this.#screen.trace(name, line);
    if (COMPLAINT.test(line)) this.#complain(name, line.slice(line.indexOf('%')));
  }

  #complain(who: string, what: string): void {
    this.complaints.push(`${who}: ${what}`);
  }

  async #lineState(): Promise<string | undefined> {
    const { lines } = await this.lac.show<{ readonly lines: readonly LineView[] }>('line');
    return lines[0]?.state;
  }

  async #callers(): Promise<readonly CallerView[]> {
    return (await this.lns.show<{ readonly callers: readonly CallerView[] }>('caller')).callers;
  }

  #hasRoute(): boolean {
    return this.#network.routes()?.includes(CALLER_ADDRESS) === true;
  }

  /** Not for longer than is sensible, nor once something is found wrong. */
  async #until(
    what: string,
    isDone: () => boolean | Promise<boolean>,
    limitMs: number = PATIENCE_MS,
  ): Promise<void> {
    const end = monotonicMs() + limitMs;
    while (!(await isDone())) {
      const ended = this.boxes.find(({ exitStatus }) => exitStatus !== undefined);
      if (ended !== undefined) throw new Missed(`${ended.name} has ended: ${what}`);
      if (monotonicMs() > end || this.complaints.length > this.#known) {
        throw new Missed(`it was waited for: ${what}`);
      }
      await pause(LOOK_MS);
    }
    this.#screen.note(`=== ${what}`);
  }
}
