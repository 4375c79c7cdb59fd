import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import { fromText } from '../../../src/base/octets.ts';
import { OctetRing } from '../../../src/base/ring.ts';
import { Arena } from '../../../src/device/arena.ts';
import { GONE, TRY_LATER, Tty } from '../../../src/device/serial/tty.ts';
import { Pty } from '../support/pty.ts';

const RING_OCTETS = 16;

describe('device/serial/tty', () => {
  let arena: Arena;
  let pty: Pty;
  let slave: number;
  let rx: OctetRing;
  let tx: OctetRing;
  let tty: Tty;

  /** On the master, which sees at once what was written to the slave, and is raw by nature. */
  beforeEach(() => {
    arena = new Arena(65_536);
    pty = new Pty(arena);
    slave = fs.openSync(pty.path, fs.constants.O_RDWR | fs.constants.O_NOCTTY);
    [rx, tx] = [0, 1].map(() => {
      const ring = new OctetRing(arena.memory, arena.take(RING_OCTETS), RING_OCTETS);
      ring.filled(13);
      ring.drained(13);
      return ring;
    }) as [OctetRing, OctetRing];
    tty = new Tty(arena, rx, tx);
    tty.attach(pty.fd);
  });

  afterEach(() => {
    fs.closeSync(slave);
    pty.close();
  });

  /** A pty passes octets on a little later. */
  function read(budget: number): number {
    for (;;) {
      const octets = tty.read(budget);
      if (octets !== TRY_LATER) return octets;
    }
  }

  it('reads round the end of its ring in one go, no more than it may', () => {
    fs.writeSync(slave, 'abcdefghijkl');
    assert.equal(read(10), 10);
    assert.deepEqual(rx.takeAll(), fromText('abcdefghij'));
    assert.equal(read(10), 2);
    assert.equal(tty.read(10), TRY_LATER);
  });

  it('reads no more than there is room for', () => {
    rx.filled(12);
    fs.writeSync(slave, 'abcdefgh');
    assert.equal(read(4_096), 4);
    assert.equal(rx.free(), 0);
  });

  it('writes round the end of its ring in one go', () => {
    tx.push(fromText('123456789\n'));
    assert.equal(tty.write(), 10);
    assert.equal(tx.count(), 0);
    const line = new Uint8Array(64);
    assert.deepEqual(line.subarray(0, fs.readSync(slave, line)), fromText('123456789\n'));
  });

  it('says that a tty is gone, and that a pty has neither modem lines nor a queue', () => {
    assert.deepEqual([tty.hasModemLines(), tty.queuedOctets()], [false, 0]);
    tty.attach(-1);
    tx.push(fromText('x'));
    assert.deepEqual([tty.read(1), tty.write(), tty.queuedOctets()], [GONE, GONE, 0]);
  });
});
