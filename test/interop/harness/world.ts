/** What one case has in hand: a station with its LNS, lines, the product, routers, the capture. */
import { strict as assert } from 'node:assert';
import { mkdirSync } from 'node:fs';
import type { MemoryView } from '../../../src/console/show/views.ts';
import { Flow, LiveCapture, readCapture } from './capture.ts';
import { configText, DNIS, type GroupOptions } from './config-text.ts';
import { Line } from './line.ts';
import { LAC_ADDRESS, type Lns, type LnsKind } from './lns.ts';
import type { Namespace } from './namespace.ts';
import { Pilac, type PilacOptions } from './pilac.ts';
import { type ClientOptions, Router, type RouterOptions } from './router.ts';
import { until } from './until.ts';

/** Whom the LAC under test brings its calls to, and where its packets can be seen. */
export interface Peer {
  readonly namespace: Namespace;
  readonly address: string;
  readonly interfaceName: string;
  /** Of the file that it serves. */
  readonly md5: string;
}

/** An LNS that stays up over many cases, in a network of its own. */
export interface Station {
  readonly namespace: Namespace;
  readonly lns: Lns;
}

export interface Case {
  readonly name: string;
  readonly limitS: number;
  readonly run: (world: World) => Promise<void>;
}

/** Cases that share one LNS, one after the other; suites run side by side. */
export interface Suite {
  readonly name: string;
  /** It measures: nothing else runs beside it. */
  readonly isAlone?: boolean;
  readonly lns: LnsKind | undefined;
  readonly cases: readonly Case[];
}

export interface StartOptions extends Omit<PilacOptions, 'namespace'> {
  /** Called number of each line, from line 1 on; one line for DNIS unless said. */
  readonly lines?: readonly string[];
  /** One group for DNIS towards the station's LNS unless said. */
  readonly groups?: readonly GroupOptions[];
  readonly speedBps?: number;
  /** `ppp authentication` of each line. */
  readonly authentication?: string;
  /** More lines of that one group. */
  readonly extra?: readonly string[];
}

/** A device that came back is opened again with back-off. */
const LINE_IDLE_LIMIT_MS = 40_000;
const FILE_OCTETS = 300_000;

export class World {
  readonly dir: string;
  readonly notes: string[] = [];
  readonly #station: Station | undefined;
  #peer: Peer | undefined;
  readonly #undo: (() => unknown)[] = [];
  #lines: Line[] = [];
  #capture: LiveCapture | undefined;
  #pilac: Pilac | undefined;
  #routers = 0;

  constructor(dir: string, station: Station | undefined) {
    mkdirSync(dir, { recursive: true });
    this.dir = dir;
    this.#station = station;
    if (station !== undefined) {
      const { address, interfaceName, md5 } = station.lns;
      this.#peer = { namespace: station.namespace, address, interfaceName, md5 };
    }
  }

  get station(): Station {
    assert.ok(this.#station, 'this case has no LNS');
    return this.#station;
  }

  get lns(): Lns {
    return this.station.lns;
  }

  get peer(): Peer {
    assert.ok(this.#peer, 'this case has no peer');
    return this.#peer;
  }

  /** From now on calls go there. */
  meet(peer: Peer): void {
    this.#peer = peer;
  }

  /** To be undone at the end of the case, whatever comes, last first. */
  atEnd(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  line(number = 1): Line {
    const line = this.#lines[number - 1];
    assert.ok(line, `no line ${number}`);
    return line;
  }

  /** Lines connected, capture running, product up and its lines idle. */
  async start(options: StartOptions = {}): Promise<Pilac> {
    const { namespace, address } = this.peer;
    const numbers = options.lines ?? [DNIS];
    this.#lines = numbers.map((_, at) => new Line(at + 1, this.dir, namespace));
    for (const line of this.#lines) {
      this.atEnd(() => line.cut());
      await line.connect();
    }
    await this.capture();
    const { speedBps = 115_200, authentication = 'chap pap', extra = [] } = options;
    const lines = this.#lines.map(({ number, far }, at) => ({
      number,
      device: far,
      calledNumber: numbers[at] ?? DNIS,
      speedBps,
      authentication,
    }));
    const groups = options.groups ?? [
      { dnis: DNIS, domains: ['example.net'], addresses: [address], extra },
    ];
    const { nodeOptions = [], debug = 'all' } = options;
    const text = configText({ lines, groups });
    const pilac = await Pilac.start(this.dir, text, { nodeOptions, debug, namespace });
    this.#pilac = pilac;
    this.atEnd(() => pilac.kill());
    await this.linesIdle();
    return pilac;
  }

  /** From now on what passes is kept. */
  async capture(interfaceName = this.peer.interfaceName): Promise<void> {
    const { namespace } = this.peer;
    const capture = await LiveCapture.start(namespace, interfaceName, `${this.dir}/l2tp.pcap`);
    this.#capture = capture;
    this.atEnd(() => capture.stop());
  }

  /** A fresh pair for each line whose call is over, and the product has opened it again. */
  async linesIdle(): Promise<void> {
    const pilac = this.#pilac;
    assert.ok(pilac, 'the product is not up');
    // All at once: each has its back-off, and it grows while its device is missing.
    let seen = '';
    await until('idle lines', LINE_IDLE_LIMIT_MS, async () => {
      for (const line of this.#lines) if (!line.isUp) await line.connect();
      const states = (await pilac.show('line')).lines.map(({ state }) => state);
      seen = states.join(', ');
      return states.every((state) => state === 'idle') && this.#lines.every(({ isUp }) => isUp);
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; they are ${seen}`);
    });
  }

  /** A router dials in. With several lines one guest holds a caller for each. */
  router(options: RouterOptions = {}, lines: readonly Line[] = [this.line()]): Router {
    const dir = `${this.dir}/router${++this.#routers}`;
    const router = Router.onLines(this.peer.namespace, dir, lines, options);
    this.atEnd(() => router.end());
    return router;
  }

  /** A PPP client over L2TP, without a LAC of ours. */
  client(options: ClientOptions): Router {
    const dir = `${this.dir}/client${++this.#routers}`;
    const client = Router.overL2tp(this.peer.namespace, dir, options);
    this.atEnd(() => client.end());
    return client;
  }

  /** Ping 5 of 5, and a file each way with equal md5: the steps of a good call. */
  get fullSteps(): string[] {
    return ['ping PEER 5', `get PEER 9000 ${this.peer.md5}`, `put PEER 9001 ${FILE_OCTETS}`];
  }

  /** Ends the capture. Nothing that the LAC sent may be malformed. */
  async flow(): Promise<Flow> {
    assert.ok(this.#capture, 'no capture');
    await this.#capture.stop();
    const flow = new Flow(readCapture(this.#capture.path), LAC_ADDRESS);
    flow.nothingMalformed();
    return flow;
  }

  /** Soft shutdown of the product with exit code 0, then what passed. */
  async finish(): Promise<Flow> {
    await this.#pilac?.stop();
    return this.flow();
  }

  async baseline(): Promise<MemoryView> {
    assert.ok(this.#pilac, 'the product is not up');
    return this.#pilac.show('memory');
  }

  /** Figures, for whoever reads the artefacts or the log of a run. */
  note(text: string): void {
    this.notes.push(text);
  }

  /** Runs all that atEnd() was told, also when some of it fails. */
  async close(): Promise<void> {
    for (const undo of this.#undo.reverse()) {
      try {
        await undo();
      } catch (error) {
        process.stderr.write(`${this.dir}: clean-up: ${String(error)}\n`);
      }
    }
  }
}
