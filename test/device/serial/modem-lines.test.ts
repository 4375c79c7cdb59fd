import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import sinon from 'sinon';
import { Ready } from '../../../src/base/event-loop.ts';
import { fromText } from '../../../src/base/octets.ts';
import { GONE, Tty } from '../../../src/device/serial/tty.ts';
import { Lines, type Seen } from '../support/lines.ts';
import type { Pty } from '../support/pty.ts';
import type { World } from '../support/world.ts';

describe('device/serial/serial-line with modem lines', () => {
  let lines: Lines;
  let world: World;
  let pty: Pty;
  let real: Tty;
  let tty: sinon.SinonStubbedInstance<Tty>;
  let port: { fd: number; close: sinon.SinonStub };
  let one: Seen;

  /** A pty of which the line believes that it has DTR. */
  beforeEach(async () => {
    lines = new Lines();
    world = lines.world;
    pty = lines.pair();
    const { O_RDWR, O_NOCTTY, O_NONBLOCK } = fs.constants;
    const fd = fs.openSync(pty.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    const close = sinon.stub().callsFake(() => {
      fs.closeSync(port.fd);
      return Promise.resolve();
    });
    port = { fd, close };
    tty = sinon.createStubInstance(Tty);
    one = lines.lineOn('/dev/modem', {}, { open: () => Promise.resolve(port), tty });
    const { rx, tx } = one.line;
    real = new Tty(world.arena, rx, tx);
    real.attach(fd);
    tty.read.callsFake((budget) => real.read(budget));
    tty.write.callsFake(() => real.write());
    tty.hasModemLines.returns(true);
    await world.until(() => one.log.length === 1);
    tty.discard.resetHistory();
  });

  afterEach(() => lines.close());

  it('hangs up by a second without DTR, and stays open', async () => {
    const { line, log, received } = one;
    const arrived = lines.farEnd(pty);
    line.tx.push(fromText('bye'));
    line.rx.push(fromText('stale'));
    world.scheduler.post((now) => line.hangUp(now));
    await world.until(() => !line.isOpen());
    await world.until(() => arrived.length === 3);
    assert.deepEqual(Uint8Array.from(arrived), fromText('bye'));
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
    lines.unplug(pty);
    await world.until(() => port.close.callCount === 1);
    assert.deepEqual(log, ['opened']);
    port.fd = fs.openSync(lines.pair().path, fs.constants.O_RDWR | fs.constants.O_NOCTTY);
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

  it('drops what a failed device does not take; the poll will tell of its end', async () => {
    const { line } = one;
    tty.write.returns(GONE);
    line.tx.push(fromText('lost'));
    line.wantFlush();
    await world.until(() => line.tx.count() === 0);
    assert.equal(line.isOpen(), true);
  });
});
