import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpBatch } from '../../../src/device/tun/ip-batch.ts';
import { type IpChildEvents, spawnCommand } from '../../../src/device/tun/ip-child.ts';
import { TunDevice } from '../../../src/device/tun/tun-device.ts';
import { OwnNetwork } from '../support/own-network.ts';
import { World } from '../support/world.ts';

const A = 0x0a090001;
const B = 0xc0000201;

class Heard implements IpChildEvents {
  text = '';
  readonly read: Promise<void>;
  readonly over: Promise<string>;
  #drain: () => void = () => {};
  #end: (why: string) => void = () => {};

  constructor() {
    this.read = new Promise((resolve) => {
      this.#drain = resolve;
    });
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  complained(text: string): void {
    this.text += text;
  }

  drained(): void {
    this.#drain();
  }

  ended(why: string): void {
    this.#end(why);
  }
}

describe('device/tun/ip-child', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pilac-ip-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** A program in place of `ip`. */
  function script(text: string): string {
    const path = join(folder, 'ip');
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o700);
    return path;
  }

  it('hands its lines over, and ends when they are read', async () => {
    const heard = new Heard();
    const told = join(folder, 'in');
    const child = spawnCommand(script(`echo "$@ $LC_ALL" >${told}; cat >>${told}`), heard);
    child.write('one\ntwo\n');
    child.write('three\n');
    await child.end();
    assert.equal(await heard.over, 'status 0');
    const text = readFileSync(told, 'utf8');
    assert.equal(text, '-force -batch - C\none\ntwo\nthree\n');
  });

  it('passes on what the program complains of, and how it ended', async () => {
    const heard = new Heard();
    spawnCommand(script('echo no >&2; read line; echo "not $line" >&2; kill -9 $$'), heard).write(
      'so\n',
    );
    assert.equal(await heard.over, 'SIGKILL');
    assert.equal(heard.text, 'no\nnot so\n');
    const failed = new Heard();
    spawnCommand(script('exit 3'), failed);
    assert.equal(await failed.over, 'status 3');
  });

  it('says why a program could not be started, and takes what is written yet', async () => {
    const heard = new Heard();
    const child = spawnCommand(join(folder, 'nothing'), heard);
    child.write('x\n');
    assert.equal(await heard.over, 'ENOENT');
    child.write('y\n');
    await child.end();
  });

  it('knows what is not read yet, and when all of it is', async () => {
    const heard = new Heard();
    const child = spawnCommand(script('read line; cat >/dev/null'), heard);
    child.write('a'.repeat(4_000_000));
    assert.ok(child.unreadOctets() > 1_000_000);
    child.write('\n');
    await heard.read;
    assert.equal(child.unreadOctets(), 0);
    await child.end();
  });
});

describe('device/tun/ip-batch with the real `ip`, in a network namespace of its own', () => {
  let network: OwnNetwork | undefined;

  before(function () {
    const hasIp = spawnSync('ip', ['-V']).status === 0;
    const missing = hasIp ? undefined : 'there is no `ip`';
    const hasTun = existsSync('/dev/net/tun') ? undefined : 'there is no /dev/net/tun';
    const entered = missing ?? hasTun ?? OwnNetwork.enter();
    if (typeof entered === 'string') {
      console.log(`    addresses and routes are not tested: ${entered}`);
      this.skip();
    } else network = entered;
  });

  after(() => network?.leave());

  const show = (...args: readonly string[]): string =>
    spawnSync('ip', args, { encoding: 'utf8' }).stdout;

  it('gives the device its addresses and routes, and tells what cannot be', async () => {
    const world = new World();
    const tun = new TunDevice(world.arena, 'tun7');
    const log: string[] = [];
    spawnSync('ip', ['link', 'set', 'dev', 'tun7', 'up']);
    spawnSync('ip', ['address', 'add', '10.7.7.7/24', 'dev', 'tun7']);
    spawnSync('ip', ['route', 'add', '192.0.2.9/32', 'dev', 'tun7']);
    const batch = new IpBatch(world.scheduler, world.wheel, 'tun7', {
      failed: (owner, line, text) => log.push(`${owner}: ${line}: ${text}`),
      ended: ({ message }) => log.push(message),
    });
    const until = (condition: () => boolean): Promise<void> =>
      world.until(() => {
        world.poke(); // what the kernel has done wakes nobody
        return condition();
      });
    batch.addLocal(A);
    batch.addLocal(A);
    batch.removeLocal(A);
    batch.addRoute(B + 1, 1400, 'two');
    batch.removeRoute(B + 1, 'two');
    batch.addRoute(B, 1400, 'one');
    batch.addRoute(B, 1300, 'three');
    batch.removeRoute(B, 'one');
    await until(() => show('route').includes('mtu 1300'));
    assert.equal(show('route').trim(), '192.0.2.1 dev tun7 scope link mtu 1300');
    assert.match(show('link', 'show', 'dev', 'tun7'), /,UP,.* mtu 1500 /);
    const addresses = show('-4', '-o', 'address', 'show', 'dev', 'tun7').split('\n').slice(0, -1);
    assert.equal(addresses.length, 1, 'that of before is gone');
    assert.match(addresses[0] ?? '', / 10\.9\.0\.1\/32 /);

    spawnSync('ip', ['route', 'del', '192.0.2.1/32', 'dev', 'tun7']);
    batch.removeRoute(B, 'three');
    await until(() => log.length > 0);
    const line = 'route del 192.0.2.1/32 dev tun7';
    assert.deepEqual(log, [`three: ${line}: RTNETLINK answers: No such process`]);
    batch.removeLocal(A); // the kernel takes all routes away with the last address
    batch.addRoute(B, 576, 'four');
    await batch.stop();
    assert.equal(show('route').trim(), '192.0.2.1 dev tun7 scope link mtu 576');
    assert.equal(show('-4', '-o', 'address', 'show', 'dev', 'tun7'), '');
    assert.equal(log.length, 1);
    tun.close();
    await world.close();
  });

  it('says that busybox’s `ip` will not do', async function () {
    const heard = new Heard();
    const folder = mkdtempSync(join(tmpdir(), 'pilac-ip-'));
    const path = join(folder, 'ip');
    writeFileSync(path, '#!/bin/sh\nexec busybox ip "$@"\n');
    chmodSync(path, 0o700);
    const child = spawnCommand(path, heard);
    child.write('link set dev lo up\n');
    const why = await heard.over;
    rmSync(folder, { recursive: true });
    if (why === 'status 127') this.skip(); // the shell found none
    assert.equal(why, 'status 1');
    assert.match(heard.text, /busybox/i);
  });
});
