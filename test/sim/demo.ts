/**
 * `npm start`: the seed's call between two routers, both the firmware as it ships. Only the caller
 * on the line is scripted, and, where no TUN device can be made, the host behind the LNS. On a
 * terminal an operator has them afterwards; else it ends with 0, or with 1 and what did not happen.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './demo/box.ts';
import { buildFirmware } from './demo/bundle.ts';
import { LAC_NAME, LNS_NAME } from './demo/cast.ts';
import { Loop } from './demo/loop.ts';
import { makeNetwork, type Network } from './demo/network.ts';
import { parseOptions, USAGE } from './demo/options.ts';
import { runPrompt } from './demo/prompt.ts';
import { runFirmware } from './demo/run-firmware.ts';
import { Screen } from './demo/screen.ts';
import { Stage } from './demo/stage.ts';

const PINGS = 5;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SIGNAL_STATUS = 128;
const SETTLE_MS = 150;
const EXIT_MISSED = 1;
const EXIT_USAGE = 2;
/** How long the LNS keeps a tunnel without calls: the seed's time, when somebody may watch. */
const NO_SESSION_S = { watched: 10, alone: 1 };

const hasOperator = process.stdin.isTTY && process.stdout.isTTY;

/** Gone when the program is. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pilac-demo-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One run. Whatever ends it, nothing is left behind: no process, no namespace, no file. */
class Demo {
  readonly folder = makeFolder();
  readonly #screen: Screen;
  #network: Network | undefined;
  #stage: Stage | undefined;
  #hasMissed = false;

  constructor() {
    const hasColours = process.stdout.isTTY && process.env.NO_COLOR === undefined;
    this.#screen = new Screen((text) => process.stdout.write(text), hasColours);
    process.on('exit', () => this.#cleanUp());
    for (const signal of SIGNALS) {
      process.on(signal, () => process.exit(SIGNAL_STATUS + constants.signals[signal]));
    }
  }

  /** @returns the status to end with */
  async run(bundle: string, wantsTun: boolean, lnsSecret: string | undefined): Promise<number> {
    const screen = this.#screen;
    const loop = new Loop((error) => {
      console.error(error);
      process.exit(EXIT_MISSED);
    });
    const network = await makeNetwork(loop, wantsTun);
    this.#network = network;
    const { lac, lns } = network.places;
    screen.heading(`LAC ${LAC_NAME} on ${lac.address}:${lac.port}, called 614629;`);
    screen.note(`    LNS ${LNS_NAME} on ${lns.address}:${lns.port};`);
    for (const line of network.told) screen.note(`    ${line}`);
    screen.flush();
    const noSessionS = hasOperator ? NO_SESSION_S.watched : NO_SESSION_S.alone;
    const { folder } = this;
    const stage = new Stage({ loop, screen, network, folder, bundle, lnsSecret, noSessionS });
    this.#stage = stage;
    await this.#try(() => this.#rise(stage));
    if (hasOperator) {
      await runPrompt(stage, screen);
      await this.#try(() => stage.shutdown());
    } else if (!this.#hasMissed) await this.#try(() => this.#fall(stage));
    return this.#conclude(stage);
  }

  async #rise(stage: Stage): Promise<void> {
    await stage.ready();
    await stage.call();
    this.#screen.heading('Packets pass through the tunnel');
    await stage.ping(PINGS);
    await stage.pingBack(PINGS);
  }

  async #fall(stage: Stage): Promise<void> {
    await stage.drop();
    await stage.tunnelsDown();
    await stage.shutdown();
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#hasMissed = true;
      // The other side may have something to say about it, too.
      await pause(SETTLE_MS);
      this.#screen.heading('Something did not happen:');
      this.#screen.note(error instanceof Error ? error.message : String(error));
      for (const complaint of this.#stage?.complaints ?? []) this.#screen.note(complaint);
    }
  }

  #conclude({ complaints }: Stage): number {
    if (this.#hasMissed) return EXIT_MISSED;
    if (hasOperator) return 0;
    if (complaints.length === 0) {
      this.#screen.heading(
        'Everything happened as it should: call up, pings, call and tunnel down',
      );
      return 0;
    }
    this.#screen.heading('All of it happened, but somebody complained:');
    for (const complaint of complaints) this.#screen.note(complaint);
    return EXIT_MISSED;
  }

  #cleanUp(): void {
    for (const box of this.#stage?.boxes ?? []) box.signal('SIGKILL');
    this.#network?.close();
    this.#screen.close();
  }
}

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const parsed = parseOptions(words);
  switch (parsed.kind) {
    case 'help':
      console.log(USAGE);
      return 0;
    case 'wrong':
      console.error(`${parsed.why}\n${USAGE}`);
      return EXIT_USAGE;
    case 'firmware':
      return runFirmware(await buildFirmware(makeFolder), words);
    case 'demo': {
      const demo = new Demo();
      const bundle = await buildFirmware(() => demo.folder);
      return demo.run(bundle, parsed.wantsTun, parsed.lnsSecret);
    }
  }
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(EXIT_MISSED);
  },
);
