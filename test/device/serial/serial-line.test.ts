import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sinon from 'sinon';
import { Ready } from '../../../src/base/event-loop.ts';
import { fromText } from '../../../src/base/octets.ts';
import type { OctetRing } from '../../../src/base/ring.ts';
import type { OpenPort, SerialOptions } from '../../../src/device/serial/open-port.ts';
import { SerialLine } from '../../../src/device/serial/serial-line.ts';
import { GONE, Tty } from '../../../src/device/serial/tty.ts';
import { Pty } from '../support/pty.ts';
import { World } from '../support/world.ts';

const ALL_OCTETS = Uint8Array.from({ length: 256 }, (_, octet) => octet);
const BULK_OCTETS = 300_000;
const bulk = (octets: number): Uint8Array =>
  Uint8Array.from({ length: octets }, (_, at) => (at * 7 + (at >> 8)) & 0xff);

/** A line, and all that it told. */
interface Seen {
  readonly line: SerialLine;
  readonly log: string[];
  readonly received: number[];
}

describe('device/serial/serial-line', () => {
  let world: World;
  let folder: string;
  let seen: Seen[];
  let ptys: Pty[];

  beforeEach(() => {
    world = new World();
    folder = fs.mkdtempSync(join(tmpdir(), 'pilac-serial-'));
    seen = [];
    ptys = [];
  });

  afterEach(async () => {
    for (const { line } of seen) {
      world.scheduler.removeFlusher(line);
      await line.shut();
    }
    await world.close();
    for (const pty of ptys) pty.close();
    fs.rmSync(folder, { recursive: true });
  });

  function pair(): Pty {
    const pty = new Pty(world.arena);
    ptys.push(pty);
    return pty;
  }

  /** Its device goes by this name from now on. */
  function link(pty: Pty, name = 'line'): string {
    const path = join(folder, name);
    fs.rmSync(path, { force: true });
    fs.symlinkSync(pty.path, path);
    return path;
  }

  function unplug(pty: Pty): void {
    ptys.splice(ptys.indexOf(pty), 1);
    pty.close();
  }

  /** Follows `line.rx` as the forwarding plane would: empties it whenever it is told. */
  function lineOn(
    path: string,
    options: Partial<SerialOptions> = {},
    fake?: { open: () => Promise<OpenPort>; tty: Tty },
  ): Seen {
    const log: string[] = [];
    const received: number[] = [];
    const line = new SerialLine(
      world.arena,
      world.scheduler,
      world.wheel,
      { path, speedBps: 115_200, flowControl: 'none', ...options },
      {
        opened: () => log.push('opened'),
        readable: () => {
          for (const octet of line.rx.takeAll()) received.push(octet);
        },
        lost: (_now, why) => log.push(`lost: ${why}`),
        openFailed: (_now, { code, message }, retryMs) => {
          assert(message.includes(path));
          log.push(`${code}, again in ${retryMs}`);
        },
      },
      fake?.open,
      fake === undefined ? undefined : () => fake.tty,
    );
    world.scheduler.addFlusher(line);
    const one = { line, log, received };
    seen.push(one);
    line.open();
    return one;
  }

  /** As lineOn(), and waits until it is open. */
  async function openLine(path: string, options?: Partial<SerialOptions>): Promise<Seen> {
    const one = lineOn(path, options);
    await world.until(() => one.log.length > 0);
    assert.deepEqual(one.log, ['opened']);
    return one;
  }

  /** Collects what reaches the far end. */
  function farEnd(pty: Pty): number[] {
    const arrived: number[] = [];
    world.scheduler.watch(pty.fd, Ready.In, {
      ready: () => {
        for (const octet of pty.read()) arrived.push(octet);
      },
    });
    return arrived;
  }

  for (const flowControl of ['none', 'hardware'] as const) {
    it(`carries every octet both ways as it is (flow control: ${flowControl})`, async () => {
      const pty = pair();
      const { line, received } = await openLine(pty.path, { flowControl });
      const arrived = farEnd(pty);
      pty.write(ALL_OCTETS);
      line.tx.push(ALL_OCTETS);
      line.wantFlush();
      await world.until(() => received.length >= 256 && arrived.length >= 256);
      assert.deepEqual([received, arrived], [[...ALL_OCTETS], [...ALL_OCTETS]]);
      assert.equal(line.queuedOctets(), 0);
      assert.deepEqual([line.counters.rxOctets, line.counters.txOctets], [256, 256]);
    });
  }

  it('stops at XOFF and goes on at XON under software flow control', async () => {
    const pty = pair();
    const { line, received } = await openLine(pty.path, { flowControl: 'software' });
    const arrived = farEnd(pty);
    const rewatch = sinon.spy(world.scheduler, 'rewatch');
    let sent = 0;
    pty.write(Uint8Array.of(0x13));
    // The pty passes XOFF on a little later; the far end reads all along, so only that can stop us.
    await world.until(() => {
      if (rewatch.callCount > 0) return true;
      line.tx.push(Uint8Array.of(sent++));
      line.wantFlush();
      world.poke();
      return false;
    });
    pty.write(Uint8Array.of(0x11));
    await world.until(() => arrived.length === sent);
    assert.deepEqual(
      rewatch.args.map(([, events]) => events),
      [Ready.In | Ready.Out, Ready.In],
    );
    assert.deepEqual(received, []);
  });

  it('moves 300 kB each way, however little the kernel takes at a time', async () => {
    const pty = pair();
    const { line, received } = await openLine(pty.path);
    const arrived: number[] = [];
    let partialWrites = 0;
    const [up, down] = [bulk(BULK_OCTETS), bulk(BULK_OCTETS).reverse()];
    let [sentUp, sentDown] = [0, 0];
    await world.until(() => {
      sentUp += pty.write(up.subarray(sentUp, sentUp + 5_000));
      const piece = down.subarray(sentDown, sentDown + line.tx.free());
      if (line.tx.push(piece)) sentDown += piece.length;
      if (line.tx.count() > 0 && line.tx.count() < line.tx.capacity) partialWrites++;
      line.wantFlush();
      for (const octet of pty.read().subarray(0, 65_536)) arrived.push(octet);
      if (received.length < up.length || arrived.length < down.length) {
        world.poke(); // the far end has no watch here
        return false;
      }
      return true;
    });
    assert.equal(Buffer.compare(Uint8Array.from(received), up), 0);
    assert.equal(Buffer.compare(Uint8Array.from(arrived), down), 0);
    assert(partialWrites > 0, 'the kernel took only a part now and then');
  });

  it('watches for room only while the kernel takes no more', async () => {
    const pty = pair();
    const { line } = await openLine(pty.path);
    const rewatch = sinon.spy(world.scheduler, 'rewatch');
    line.tx.push(bulk(line.tx.capacity));
    line.wantFlush();
    await world.until(() => line.tx.count() > 0 && rewatch.callCount === 1);
    await world.until(() => {
      pty.read();
      world.poke();
      return line.tx.count() === 0 && rewatch.callCount > 1;
    });
    assert.deepEqual(
      rewatch.args.map(([, events]) => events),
      [Ready.In | Ready.Out, Ready.In],
    );
  });

  it('reads 4 KB a turn at most', async () => {
    const pty = pair();
    const { received } = await openLine(pty.path);
    const whole = bulk(20_000);
    let sent = 0;
    let most = 0;
    let before = 0;
    await world.until(() => {
      most = Math.max(most, received.length - before);
      before = received.length;
      sent += pty.write(whole.subarray(sent));
      return received.length === whole.length;
    });
    assert(most <= 4_096, `${most} octets in one turn`);
    assert(most > 1_024, 'but no less than is there');
  });

  it('tells a hang-up once, tries again with growing patience, and opens what comes back', async () => {
    const pty = pair();
    const path = link(pty);
    const { line, log, received } = await openLine(path);
    unplug(pty);
    await world.until(() => log.length === 2);
    assert.deepEqual([line.isOpen(), log.splice(0)], [false, ['opened', 'lost: hung up']]);
    for (const [skip, delay] of [
      [1_000, 2_000],
      [2_000, 4_000],
      [4_000, 8_000],
    ] as const) {
      world.skip(skip);
      await world.until(() => log.length === 1);
      assert.deepEqual(log.splice(0), [`DEVICE_MISSING, again in ${delay}`]);
    }
    const again = pair();
    link(again);
    world.skip(8_000);
    await world.until(() => log.length === 1);
    again.write(fromText('of use'));
    await world.until(() => received.length === 6);
    unplug(again);
    await world.until(() => log.length === 2);
    world.skip(1_000);
    await world.until(() => log.length === 3);
    assert.deepEqual(log, ['opened', 'lost: hung up', 'DEVICE_MISSING, again in 2000']);
    assert.deepEqual([line.counters.lost, line.counters.openFailures], [2, 4]);
  });

  it('hangs up a pty by closing it, and is there again a second later with nothing left over', async () => {
    const pty = pair();
    const { line, log, received } = await openLine(pty.path);
    pty.write(fromText('call'));
    await world.until(() => received.length === 4);
    line.tx.push(fromText('bye'));
    line.rx.push(fromText('stale'));
    world.scheduler.post((now) => line.hangUp(now));
    await world.until(() => !line.isOpen());
    world.scheduler.post((now) => line.hangUp(now)); // has nothing to end
    let isHungUp = false;
    const watch = world.scheduler.watch(pty.fd, Ready.In, {
      ready: (events) => {
        isHungUp ||= (events & Ready.Hangup) !== 0;
      },
    });
    await world.until(() => isHungUp);
    world.scheduler.unwatch(watch);
    assert.deepEqual(pty.read(), fromText('bye'));
    pty.write(fromText('stale'));
    line.tx.push(fromText('stale'));
    world.skip(1_000);
    await world.until(() => line.isOpen());
    const arrived = farEnd(pty);
    pty.write(fromText('next'));
    line.tx.push(fromText('next'));
    line.wantFlush();
    await world.until(() => received.length === 8 && arrived.length === 4);
    assert.deepEqual(log, ['opened', 'opened']);
    assert.deepEqual(Uint8Array.from(received), fromText('callnext'));
    assert.deepEqual(Uint8Array.from(arrived), fromText('next'));
  });

  for (const [what, code, path] of [
    ['a device that is not there', 'DEVICE_MISSING', '/dev/pilac-no-such-device'],
    ['a file that is no device', 'DEVICE_UNUSABLE', process.execPath],
  ] as const) {
    it(`names ${what}`, async () => {
      const { log } = lineOn(path);
      await world.until(() => log.length === 1);
      assert.deepEqual(log, [`${code}, again in 1000`]);
    });
  }

  it('names a device that another program has locked', async () => {
    const pty = pair();
    await openLine(pty.path);
    const { log } = lineOn(pty.path);
    await world.until(() => log.length === 1);
    assert.deepEqual(log, ['DEVICE_IN_USE, again in 1000']);
  });

  it('closes a device that opens only after it was shut', async () => {
    const port = { fd: -1, close: sinon.stub().resolves() };
    const tty = sinon.createStubInstance(Tty);
    let opened = (_port: OpenPort): void => undefined;
    const { line, log } = lineOn(
      '/dev/slow',
      {},
      {
        open: () =>
          new Promise((resolve) => {
            opened = resolve;
          }),
        tty,
      },
    );
    await line.shut();
    opened(port);
    await world.until(() => port.close.callCount === 1);
    assert.deepEqual(log, []);
  });

  describe('with modem lines', () => {
    let pty: Pty;
    let real: Tty;
    let tty: sinon.SinonStubbedInstance<Tty>;
    let port: { fd: number; close: sinon.SinonStub };
    let one: Seen;

    /** A pty of which the line believes that it has DTR. */
    beforeEach(async () => {
      pty = pair();
      const { O_RDWR, O_NOCTTY, O_NONBLOCK } = fs.constants;
      const fd = fs.openSync(pty.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
      const close = sinon.stub().callsFake(() => {
        fs.closeSync(fd);
        return Promise.resolve();
      });
      port = { fd, close };
      tty = sinon.createStubInstance(Tty);
      one = lineOn('/dev/modem', {}, { open: () => Promise.resolve(port), tty });
      const { rx, tx }: { rx: OctetRing; tx: OctetRing } = one.line;
      real = new Tty(world.arena, rx, tx);
      real.attach(fd);
      tty.read.callsFake((budget) => real.read(budget));
      tty.write.callsFake(() => real.write());
      tty.hasModemLines.returns(true);
      await world.until(() => one.log.length === 1);
      tty.discard.resetHistory();
    });

    it('hangs up by a second without DTR, and stays open', async () => {
      const { line, log, received } = one;
      line.tx.push(fromText('bye'));
      line.rx.push(fromText('stale'));
      world.scheduler.post((now) => line.hangUp(now));
      await world.until(() => !line.isOpen());
      assert.deepEqual(pty.read(), fromText('bye\n').subarray(0, 3));
      assert.deepEqual(tty.setDtr.args, [[false]]);
      pty.write(fromText('noise\n'));
      await world.until(() => line.counters.rxOctets > 0);
      world.skip(999);
      await world.until(() => true);
      assert.equal(line.isOpen(), false);
      world.skip(1);
      await world.until(() => line.isOpen());
      assert.deepEqual(tty.setDtr.args, [[false], [true]]);
      sinon.assert.calledOnce(tty.discard);
      assert.deepEqual([log, received, line.rx.count()], [['opened', 'opened'], [], 0]);
      sinon.assert.notCalled(port.close);
    });

    it('watches for room no more when it was blocked at the hang-up', async () => {
      const { line } = one;
      tty.write.returns(0);
      line.tx.push(fromText('stuck'));
      world.scheduler.post((now) => line.hangUp(now));
      await world.until(() => !line.isOpen());
      const rewatch = sinon.spy(world.scheduler, 'rewatch');
      world.skip(1_000);
      await world.until(() => line.isOpen());
      assert.deepEqual(rewatch.lastCall.args[1], Ready.In);
      assert.equal(line.tx.count(), 0);
    });

    it('opens again when the device goes while DTR is off, and tells no second end', async () => {
      const { line, log } = one;
      world.scheduler.post((now) => line.hangUp(now));
      await world.until(() => !line.isOpen());
      unplug(pty);
      await world.until(() => port.close.callCount === 1);
      assert.deepEqual(log, ['opened']);
      port.fd = fs.openSync(pair().path, fs.constants.O_RDWR | fs.constants.O_NOCTTY);
      const before = world.epoll.waitedInVain;
      world.skip(1_000);
      await world.until(() => line.isOpen());
      assert.equal(world.epoll.waitedInVain, before, 'the opener’s promise is seen at once');
    });

    it('waits for no octets when it is shut', async () => {
      await one.line.shut();
      sinon.assert.calledOnce(tty.discard);
      sinon.assert.calledOnce(port.close);
      assert.equal(world.wheel.count(), 0);
    });

    it('drops what a failed device does not take, and hears of its end from the poll', async () => {
      const { line } = one;
      tty.write.returns(GONE);
      line.tx.push(fromText('lost'));
      line.wantFlush();
      await world.until(() => line.tx.count() === 0);
      assert.equal(line.isOpen(), true);
    });
  });
});
