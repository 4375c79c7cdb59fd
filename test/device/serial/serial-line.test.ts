import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { Ready } from '../../../src/base/event-loop.ts';
import { fromText } from '../../../src/base/octets.ts';
import type { OpenPort } from '../../../src/device/serial/open-port.ts';
import { Tty } from '../../../src/device/serial/tty.ts';
import { Lines } from '../support/lines.ts';
import type { World } from '../support/world.ts';

const ALL_OCTETS = Uint8Array.from({ length: 256 }, (_, octet) => octet);
const BULK_OCTETS = 300_000;
const bulk = (octets: number): Uint8Array =>
  Uint8Array.from({ length: octets }, (_, at) => (at * 7 + (at >> 8)) & 0xff);

describe('device/serial/serial-line', () => {
  let lines: Lines;
  let world: World;

  beforeEach(() => {
    lines = new Lines();
    world = lines.world;
  });

  afterEach(() => lines.close());

  for (const flowControl of ['none', 'hardware'] as const) {
    it(`carries every octet both ways as it is (flow control: ${flowControl})`, async () => {
      const pty = lines.pair();
      const { line, received } = await lines.openLine(pty.path, { flowControl });
      const arrived = lines.farEnd(pty);
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
    const pty = lines.pair();
    const { line, received } = await lines.openLine(pty.path, { flowControl: 'software' });
    const arrived = lines.farEnd(pty);
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

  it('moves 300 kB each way, without modem lines, in small pieces [HDLC-2-05]', async () => {
    const pty = lines.pair();
    const { line, received } = await lines.openLine(pty.path);
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
    const pty = lines.pair();
    const { line } = await lines.openLine(pty.path);
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
    const pty = lines.pair();
    const { received } = await lines.openLine(pty.path);
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

  it('tells a hang-up once, tries again ever later, and opens what comes back', async () => {
    const pty = lines.pair();
    const path = lines.link(pty);
    const { line, log, received } = await lines.openLine(path);
    lines.unplug(pty);
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
    const again = lines.pair();
    lines.link(again);
    world.skip(8_000);
    await world.until(() => log.length === 1);
    again.write(fromText('of use'));
    await world.until(() => received.length === 6);
    lines.unplug(again);
    await world.until(() => log.length === 2);
    world.skip(1_000);
    await world.until(() => log.length === 3);
    assert.deepEqual(log, ['opened', 'lost: hung up', 'DEVICE_MISSING, again in 2000']);
    assert.deepEqual([line.counters.lost, line.counters.openFailures], [2, 4]);
  });

  it('hangs up a pty by closing it, and is there a second later, with nothing left', async () => {
    const pty = lines.pair();
    const { line, log, received } = await lines.openLine(pty.path);
    pty.write(fromText('call'));
    await world.until(() => received.length === 4);
    line.tx.push(fromText('bye'));
    line.rx.push(fromText('stale'));
    world.scheduler.post((now) => line.hangUp(now));
    await world.until(() => !line.isOpen());
    world.scheduler.post((now) => line.hangUp(now)); // has nothing to end
    let isHungUp = false;
    const said: number[] = [];
    const watch = world.scheduler.watch(pty.fd, Ready.In, {
      ready: (events) => {
        isHungUp ||= (events & Ready.Hangup) !== 0;
        for (const octet of pty.read()) said.push(octet);
      },
    });
    await world.until(() => isHungUp && said.length === 3);
    world.scheduler.unwatch(watch);
    assert.deepEqual(Uint8Array.from(said), fromText('bye'));
    pty.write(fromText('stale'));
    line.tx.push(fromText('stale'));
    world.skip(1_000);
    await world.until(() => line.isOpen());
    const arrived = lines.farEnd(pty);
    pty.write(fromText('next'));
    line.tx.push(fromText('next'));
    line.wantFlush();
    await world.until(() => received.length === 8 && arrived.length === 4);
    assert.deepEqual(log, ['opened', 'opened']);
    assert.deepEqual(Uint8Array.from(received), fromText('callnext'));
    assert.deepEqual(Uint8Array.from(arrived), fromText('next'));
  });

  it('writes again after a call that ended while the kernel took no more', async () => {
    const pty = lines.pair();
    const { line } = await lines.openLine(pty.path);
    const rewatch = sinon.spy(world.scheduler, 'rewatch');
    line.tx.push(bulk(line.tx.capacity));
    line.wantFlush();
    await world.until(() => rewatch.callCount === 1);
    world.scheduler.post((now) => line.hangUp(now));
    await world.until(() => !line.isOpen());
    world.skip(1_000);
    await world.until(() => line.isOpen());
    pty.read();
    const arrived = lines.farEnd(pty);
    line.tx.push(fromText('next'));
    line.wantFlush();
    await world.until(() => Buffer.from(arrived).includes('next'));
  });

  for (const [what, code, path] of [
    ['a device that is not there', 'DEVICE_MISSING', '/dev/pilac-no-such-device'],
    ['a file that is no device', 'DEVICE_UNUSABLE', process.execPath],
  ] as const) {
    it(`names ${what}`, async () => {
      const { log } = lines.lineOn(path);
      await world.until(() => log.length === 1);
      assert.deepEqual(log, [`${code}, again in 1000`]);
    });
  }

  it('names a device that another program has locked', async () => {
    const pty = lines.pair();
    await lines.openLine(pty.path);
    const { log } = lines.lineOn(pty.path);
    await world.until(() => log.length === 1);
    assert.deepEqual(log, ['DEVICE_IN_USE, again in 1000']);
  });

  it('closes a device that opens only after it was shut', async () => {
    const port = { fd: -1, close: sinon.stub().resolves() };
    const tty = sinon.createStubInstance(Tty);
    let opened = (_port: OpenPort): void => undefined;
    const { line, log } = lines.lineOn(
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
});
