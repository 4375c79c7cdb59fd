/**
 * The product as the LNS, in a network namespace of its own with a TUN, and files to fetch behind
 * it. A LAC of ours finds a place there too, on another address of the same loopback: so each
 * datagram between the two passes, and is captured, once.
 */
import { strict as assert } from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { MemoryView } from '../../../src/console/show/views.ts';
import { LNS_PPP_ADDRESS, LNS_TUN, type LnsOptions, lnsText } from './config-text.ts';
import { LAC_ADDRESS } from './lns.ts';
import { Namespace } from './namespace.ts';
import { Pilac, type PilacOptions } from './pilac.ts';
import { until } from './until.ts';
import type { Peer, World } from './world.ts';

export const LNS_ADDRESS = '10.99.0.2';
const START_LIMIT_MS = 5000;
const FILE_OCTETS = 1_000_000;

let count = 0;

export class ProductLns implements Peer {
  readonly namespace: Namespace;
  readonly address = LNS_ADDRESS;
  readonly interfaceName = 'lo';
  readonly pilac: Pilac;
  /** Its files and its log. */
  readonly dir: string;
  /** As it was before anybody called. */
  readonly baseline: MemoryView;
  readonly #serve: Buffer;
  /** Addresses and routes of the namespace before the product was started. */
  readonly #before: string;

  private constructor(
    namespace: Namespace,
    dir: string,
    before: string,
    pilac: Pilac,
    baseline: MemoryView,
  ) {
    this.namespace = namespace;
    this.dir = dir;
    this.#before = before;
    this.pilac = pilac;
    this.baseline = baseline;
    this.#serve = randomBytes(FILE_OCTETS);
  }

  /** Up, and whom the world's callers come to from now on. */
  static async start(
    world: World,
    options: LnsOptions = {},
    { nodeOptions = [], debug = 'all' }: Omit<PilacOptions, 'namespace'> = {},
  ): Promise<ProductLns> {
    const namespace = new Namespace(`pilac${process.pid}hgw${++count}`);
    world.atEnd(() => namespace.down());
    for (const address of [LAC_ADDRESS, LNS_ADDRESS]) {
      namespace.ip('addr', 'add', `${address}/32`, 'dev', 'lo');
    }
    const before = netState(namespace);
    const dir = `${world.dir}/lns`;
    mkdirSync(dir);
    const text = lnsText(LNS_ADDRESS, options);
    const pilac = await Pilac.start(dir, text, { namespace, nodeOptions, debug });
    world.atEnd(() => pilac.kill());
    await until(`${LNS_PPP_ADDRESS} on ${LNS_TUN}`, START_LIMIT_MS, () =>
      netState(namespace).includes(LNS_PPP_ADDRESS),
    );
    const lns = new ProductLns(namespace, dir, before, pilac, await pilac.show('memory'));
    lns.#serveFiles(world);
    world.meet(lns);
    return lns;
  }

  get md5(): string {
    return createHash('md5').update(this.#serve).digest('hex');
  }

  /** Ping 20 of 20, and 1 MB each way with equal md5. */
  get steps(): string[] {
    const get = `get PEER 9000 ${this.md5}`;
    return ['ping PEER 20 0.1', get, `put PEER 9001 ${FILE_OCTETS}`];
  }

  /** Destinations of the host routes to callers. */
  routes(): string[] {
    const text = this.namespace.ip('route', 'show', 'dev', LNS_TUN);
    return text.split('\n').flatMap((line) => line.trim().split(' ', 1).filter(Boolean));
  }

  /** What its log says of a caller that was not let in, or of a call that ended. */
  logged(pattern: RegExp): string[] {
    return this.pilac.log.split('\n').filter((line) => pattern.test(line));
  }

  /** All calls and tunnels are over: nothing of them is left, and neither at the end of it all. */
  async leavesNothing(): Promise<void> {
    await this.pilac.cleanAs(this.baseline);
    assert.deepEqual(this.routes(), []);
    await this.stop();
  }

  /** Soft shutdown: exit code 0, and the namespace is as it was. */
  async stop(): Promise<void> {
    await this.pilac.stop();
    // A cell of a table that the RFC leaves empty: a bug of ours.
    assert.deepEqual(this.logged(/cannot be in state/), []);
    assert.equal(netState(this.namespace), this.#before, 'addresses and routes afterwards');
  }

  #serveFiles(world: World): void {
    const path = `${this.dir}/serve.bin`;
    writeFileSync(path, this.#serve);
    const listen = (port: number): string =>
      `TCP-LISTEN:${port},bind=${LNS_PPP_ADDRESS},reuseaddr,fork`;
    for (const args of [
      ['-U', listen(9000), `OPEN:${path},rdonly`],
      [listen(9001), 'SYSTEM:md5sum'],
    ]) {
      const socat = this.namespace.start('socat', args);
      world.atEnd(() => socat.end('SIGKILL', 0));
    }
  }
}

/** Without what runs by itself: lifetimes, counters, indexes of interfaces. */
function netState(namespace: Namespace): string {
  const addresses = namespace.ip('-4', '-o', 'addr', 'show');
  const routes = namespace.ip('-4', 'route', 'show', 'table', 'all');
  const links = namespace.ip('-o', 'link', 'show').replaceAll(/^\d+: ([^:]*):.*$/gm, '$1');
  return `${addresses.replaceAll(/^\d+: /gm, '')}${routes}${links}`;
}
