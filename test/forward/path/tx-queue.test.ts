import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { TxQueue } from '../../../src/forward/path/tx-queue.ts';
import { encode, hex, octets } from '../../wire/hdlc/support.ts';
import { framesOf, MemoryLinePort } from '../world.ts';

const MRU_FRAME = 2 * (4 + 1500 + 2) + 2; // all of it escaped
const bare = new Uint8Array(256).fill(1, 0x7d, 0x7f);
const DATA = 'd0d1d2d3d4d5';
const frame = (count: number) => `ff030021${'55'.repeat(count - 4)}`;

class Queue {
  readonly port: MemoryLinePort;
  readonly queue: TxQueue;
  batch = 0;
  constructor(speedBps = 9600, mruOctets = 1500, txOctets = 8192) {
    this.port = new MemoryLinePort(txOctets);
    this.queue = new TxQueue(this.port, speedBps, mruOctets);
  }
  data(of: string): boolean {
    return this.queue.putData(octets(of), 0, of.length / 2, bare, this.batch);
  }
  control(of: string): boolean {
    return this.queue.putControl(octets(of), 0, of.length / 2, bare, this.batch);
  }
}

describe('forward/path/tx-queue', () => {
  it('admits data while the backlog before it is below one MRU frame on a slow line', () => {
    const q = new Queue(9600);
    q.port.kernelOctets = MRU_FRAME - 1;
    assert.equal(q.data(frame(1504)), true);
    q.port.write();
    q.batch++;
    q.port.kernelOctets = MRU_FRAME;
    assert.equal(q.data(DATA), false);
    assert.equal(q.port.tx.count(), 0, 'nothing of it was taken');
    assert.equal(q.port.flushesWanted, 1);
  });

  it('admits data while the backlog before it is below 100 ms on a fast line', () => {
    const q = new Queue(921600);
    q.port.kernelOctets = 9215;
    assert.equal(q.data(DATA), true);
    q.batch++;
    q.port.kernelOctets = 9216 - q.port.tx.count();
    assert.equal(q.data(DATA), false, 'ring and kernel are one backlog');
    q.batch++;
    q.port.kernelOctets--;
    assert.equal(q.data(DATA), true);
  });

  it('always admits data when nothing waits, as long as it may be', () => {
    const q = new Queue(300, 576, 8192);
    assert.equal(q.data(frame(2000)), true);
    assert.equal(q.data(DATA), false);
  });

  it('asks the kernel once a batch', () => {
    const q = new Queue();
    q.port.kernelOctets = MRU_FRAME;
    assert.equal(q.data(DATA), false);
    q.port.kernelOctets = 0;
    assert.equal(q.data(DATA), false);
    q.batch++;
    assert.equal(q.data(DATA), true);
  });

  it('lets control past the bound, up to its reserve', () => {
    const q = new Queue();
    q.port.kernelOctets = MRU_FRAME;
    assert.equal(q.control('c0'), true);
    q.batch++;
    q.port.kernelOctets = 2 * MRU_FRAME + 1024 - q.port.tx.count();
    assert.equal(q.control('c0'), false);
    q.batch++;
    q.port.kernelOctets--;
    assert.equal(q.control('c0'), true);
  });

  it('keeps room in the ring for control when data has filled the rest', () => {
    const q = new Queue(1e6, 1500, 4096);
    while (q.data(frame(400)));
    let taken = 0;
    while (q.control(frame(100))) taken++;
    assert.ok(taken >= 1024 / encode(octets(frame(100)), 0).length - 1, `${taken}`);
    assert.equal(framesOf(q.port.write()).filter((of) => of === frame(100)).length, taken);
  });

  it('puts control before the data not yet begun, in its own order', () => {
    const q = new Queue();
    q.data('d0d0');
    q.data('d1d1');
    q.control('c0c0');
    q.control('c1c1');
    q.data('d2d2');
    q.control('c2c2');
    assert.deepEqual(framesOf(q.port.write()), ['c0c0', 'c1c1', 'c2c2', 'd0d0', 'd1d1', 'd2d2']);
  });

  it('leaves the frame alone that the device has begun, wherever it stopped', () => {
    const first = encode(octets(DATA), 0).length;
    for (let written = 0; written <= 2 * first; written++) {
      const q = new Queue();
      q.data(DATA);
      q.data(DATA);
      const begun = q.port.write(written);
      q.control('c0c1');
      q.control('c2c3');
      const place = Math.ceil(written / first);
      const expected = [DATA, DATA];
      expected.splice(place, 0, 'c0c1', 'c2c3');
      const stream = Uint8Array.from([...begun, ...q.port.write()]);
      assert.deepEqual(framesOf(stream), expected, `${written} written`);
    }
  });

  it('forgets control frames that were sent, also when positions begin anew', () => {
    const q = new Queue();
    q.port.tx.head = 0x3fffffff - 20;
    q.port.tx.tail = q.port.tx.head;
    for (let round = 0; round < 40; round++) {
      q.data(DATA);
      q.control('c0c0');
      assert.deepEqual(framesOf(q.port.write()), ['c0c0', DATA]);
    }
  });

  it('takes a control frame although the ring is all data, or nothing at all', () => {
    const q = new Queue();
    assert.equal(q.control('c0'), true);
    q.queue.reset();
    assert.equal(q.port.tx.count(), 0);
    assert.equal(q.control('c1'), true);
    assert.equal(hex(q.port.write()), hex(encode(octets('c1'), 0)));
  });

  it('asserts that its ring holds an MRU frame and the reserve', () => {
    assert.throws(() => new TxQueue(new MemoryLinePort(4096), 9600, 1600), /tx ring holds/);
  });

  it('loses, cuts and reorders nothing, however the device writes', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constantFrom('data', 'control'),
        count: fc.integer({ min: 2, max: 300 }),
      }),
      fc.record({ kind: fc.constant('write'), count: fc.nat(400) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const q = new Queue(9600, 1500, 8192);
        q.port.tx.head = 0x3fffffff - 500;
        q.port.tx.tail = q.port.tx.head;
        const taken: Record<string, string[]> = { data: [], control: [] };
        const stream: number[] = [];
        for (const [index, { kind, count }] of steps.entries()) {
          if (kind === 'write') {
            stream.push(...q.port.write(Math.min(count, q.port.tx.count())));
            continue;
          }
          const first = kind === 'data' ? 'd0' : 'c0';
          const of = `${first}${hex([index])}${'7e'.repeat(count - 2)}`;
          if (kind === 'data' ? q.data(of) : q.control(of)) taken[kind]?.push(of);
        }
        stream.push(...q.port.write());
        const frames = framesOf(Uint8Array.from(stream));
        assert.deepEqual(
          frames.filter((of) => of.startsWith('d0')),
          taken.data,
        );
        assert.deepEqual(
          frames.filter((of) => of.startsWith('c0')),
          taken.control,
        );
      }),
      { numRuns: 200 },
    );
  });
});
