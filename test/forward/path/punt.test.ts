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
    taken.push(punted.kind === 'frame' ? `line ${punted.line.index}` : 'datagram');
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
