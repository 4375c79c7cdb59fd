import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { Worker } from 'node:worker_threads';
import { Ready } from '../../src/base/event-loop.ts';
import { RouterError } from '../../src/base/router-error.ts';
import { Arena } from '../../src/device/arena.ts';
import { Epoll } from '../../src/device/epoll.ts';
import type { Poll } from '../../src/sched/poll.ts';
import { Pty } from './support/pty.ts';
import { World } from './support/world.ts';

describe('device/epoll', () => {
  let arena: Arena;
  let epoll: Epoll;

  beforeEach(() => {
    arena = new Arena(65_536);
    epoll = new Epoll(arena);
  });

  afterEach(() => epoll.close());

  /** What one wait brings, as [token, bits]. A pty passes octets on a little later. */
  const look = (waitMs = 5_000): [number, number][] =>
    Array.from({ length: epoll.wait(waitMs) }, (_, event) => [
      epoll.tokens[event] ?? 0,
      epoll.events[event] ?? 0,
    ]);

  it('is a poll of the scheduler, and tells who is ready and for what', () => {
    const poll: Poll = epoll;
    const [one, two] = [new Pty(arena), new Pty(arena)];
    const slave = fs.openSync(two.path, fs.constants.O_RDWR | fs.constants.O_NOCTTY);
    poll.add(one.fd, Ready.Out, 0x3fff_ffff);
    poll.add(two.fd, Ready.In, 7);
    assert.deepEqual(
      look().map(([token]) => token),
      [0x3fff_ffff],
    );
    fs.writeSync(slave, 'x\n');
    poll.modify(one.fd, 0, 0x3fff_ffff);
    assert.deepEqual(look().at(-1), [7, Ready.In]);
    two.read();
    fs.closeSync(slave);
    assert.deepEqual(
      look().map(([token, bits]) => [token, bits & Ready.Hangup]),
      [[7, Ready.Hangup]],
    );
    poll.remove(two.fd);
    assert.deepEqual(look(0), []);
    one.close();
    two.close();
  });

  it('says so when an fd cannot be watched', () => {
    const file = fs.openSync(process.execPath, 'r');
    const refused = (error: unknown): boolean =>
      error instanceof RouterError && error.code === 'POLL_FAILED' && /EPERM/.test(error.message);
    assert.throws(() => epoll.add(file, Ready.In, 1), refused);
    fs.closeSync(file);
  });
});

describe('device/epoll and the loop of Node', () => {
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.close());

  /** @returns how often the scheduler waited in vain meanwhile: for a second each time */
  async function waitsInVainDuring(work: Promise<unknown>): Promise<number> {
    const before = world.epoll.waitedInVain;
    await work;
    return world.epoll.waitedInVain - before;
  }

  it('lets a file be read promptly though nothing else happens', async () => {
    const reading = fs.promises.readFile(process.argv[0] ?? '', { encoding: 'latin1' });
    world.scheduler.startedNodeWork();
    assert.equal(await waitsInVainDuring(reading), 0);
  });

  it('lets a server of Node’s own accept, read and answer promptly', async () => {
    const path = `\0pilac-test-${randomUUID()}`;
    const server = net.createServer((socket) => socket.pipe(socket)).listen(path);
    // In a thread of its own, so that nothing of the client's wakes the scheduler.
    const client = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const socket = require('node:net').connect(workerData);
       let echoes = 0;
       socket.on('data', () => {
         if (++echoes < 100) socket.write('echo');
         else parentPort.postMessage('done');
       });
       socket.write('echo');
       parentPort.once('message', () => socket.end());`,
      { eval: true, workerData: path },
    );
    world.scheduler.startedNodeWork();
    assert.equal(await waitsInVainDuring(once(client, 'message')), 0);
    client.postMessage('end');
    await once(client, 'exit');
    server.close();
  });

  it('hears a signal', async () => {
    const { onSignal } = await import('../../src/device/signals.ts');
    const heard: number[] = [];
    onSignal('SIGUSR2', world.scheduler, (times) => heard.push(times));
    process.kill(process.pid, 'SIGUSR2');
    await world.until(() => heard.length === 1);
    process.kill(process.pid, 'SIGUSR2');
    await world.until(() => heard.length === 2);
    assert.deepEqual(heard, [1, 2]);
    process.removeAllListeners('SIGUSR2');
  });
});
