import { strict as assert } from 'node:assert';
import { octets } from '../../wire/hdlc/support.ts';
import { World } from '../world.ts';

const ECHO = 'ff03c021090100080000abcd';
const ZLB = 'c802000c0007000000030004';

function drain(world: World): string[] {
  const taken: string[] = [];
  for (;;) {
    const punted = world.forwarder.punt.take();
    if (punted === undefined) return taken;
    if (punted.kind === 'frame') taken.push(`line ${punted.line.index}`);
    else if (punted.kind === 'access-frame') taken.push(`access ${punted.access.index}`);
    else taken.push('datagram');
  }
}

describe('forward/path/punt', () => {
  it('gives one line its share and no more, whatever it sends', () => {
    const world = new World();
    const [noisy, quiet] = [world.addLine().open(), world.addLine().open()];
    for (let n = 0; n < 100; n++) noisy.read(ECHO);
    quiet.read(ECHO);
    assert.deepEqual([noisy.counters.upPunted, noisy.counters.upPuntFull], [16, 84]);
    assert.equal(quiet.counters.upPunted, 1);
    assert.deepEqual(drain(world), [...Array(16).fill('line 0'), 'line 1']);
    noisy.read(ECHO);
    assert.deepEqual(drain(world), ['line 0'], 'its share is free again');
  });

  it('counts frames when all lines together have filled the ring', () => {
    const world = new World(10);
    const lines = Array.from({ length: 10 }, () => world.addLine().open());
    for (const line of lines) for (let n = 0; n < 16; n++) line.read(ECHO);
    const counted = lines.map(({ counters }) => counters.upPuntFull);
    assert.deepEqual(counted, [0, 0, 0, 0, 0, 0, 0, 0, 16, 16]);
    assert.equal(drain(world).length, 128);
  });

  it('keeps control datagrams apart from frames, and counts what is too many or too long', () => {
    const world = new World();
    const line = world.addLine().open();
    world.receive(...Array(70).fill(ZLB));
    world.udp.arrive(Uint8Array.from([...octets('c8020801'), ...new Uint8Array(2045)]));
    world.receive();
    line.read(ECHO);
    const { controlPunted, controlPuntFull, controlTooLong } = world.forwarder.counters;
    assert.deepEqual([controlPunted, controlPuntFull, controlTooLong], [64, 6, 1]);
    assert.deepEqual(drain(world), ['line 0', ...Array(64).fill('datagram')]);
  });

  it('drops control that its gate keeps out, and counts it; data pass by the gate', () => {
    const world = new World();
    const asked: number[] = [];
    world.forwarder.setControlGate((tunnelId) => {
      asked.push(tunnelId);
      return tunnelId === 1;
    });
    world.receive('c802000c0001000000000000', 'c802000c0002000000000000', '000200550066');
    const { controlPunted, controlUnread, noSession } = world.forwarder.counters;
    assert.deepEqual([controlPunted, controlUnread, noSession], [1, 1, 1]);
    assert.deepEqual(asked, [1, 2]);
    assert.deepEqual(drain(world), ['datagram']);
  });

  it('gives an access its share, and less of it to data protocols', () => {
    const world = new World(0, 10);
    const accesses = Array.from({ length: 10 }, (_, n) => world.access(n));
    const [noisy, other] = accesses;
    assert.ok(noisy !== undefined && other !== undefined);
    for (let n = 0; n < 6; n++) world.receive('0002005566005700');
    assert.deepEqual([noisy.counters.rxPunted, noisy.counters.rxPuntFull], [4, 2]);
    for (let n = 0; n < 20; n++) world.receive(`000200556600${ECHO}`);
    assert.deepEqual([noisy.counters.rxPunted, noisy.counters.rxPuntFull], [16, 10]);
    world.receive(`000200556601${ECHO}`);
    assert.deepEqual(drain(world), [...Array(16).fill('access 0'), 'access 1']);
    for (let n = 0; n < 200; n++) world.receive(`00020055660${n % 10}${ECHO}`);
    const counted = accesses.map(({ counters }) => counters.rxPuntFull);
    assert.deepEqual(
      [counted.reduce((sum, count) => sum + count), drain(world).length],
      [10 + 200 - 128, 128],
    );
    assert.ok(accesses.every(({ punted }) => punted === 0));
  });

  it('keeps the lines’ frames apart from the accesses’, and lets them go first', () => {
    const world = new World(1, 20);
    const line = world.addLine().open();
    for (let n = 0; n < 20; n++) world.access(n);
    for (let n = 0; n < 200; n++) {
      world.receive(`000200556${(0x600 + (n % 20)).toString(16)}${ECHO}`);
    }
    world.receive(ZLB);
    line.read(ECHO);
    const taken = drain(world);
    assert.deepEqual([taken.length, taken[0], taken.at(-1)], [130, 'line 0', 'datagram']);
  });

  it('drops frames of a call that is over, and knows it from the next', () => {
    const world = new World();
    const line = world.addLine().open();
    line.read(ECHO, ECHO);
    world.forwarder.closeLine(line.line);
    assert.deepEqual(drain(world), []);
    line.open().read(ECHO);
    line.open().read(ECHO);
    assert.deepEqual(drain(world), ['line 0']);
    assert.equal(line.counters.upStale, 3);
    assert.equal(line.line.punted, 0);
  });
});
