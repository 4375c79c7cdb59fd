import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RouterError } from '../../src/base/router-error.ts';
import type { ConsoleEvents, ConsoleSession } from '../../src/device/console.ts';
import { ConsoleSocket } from '../../src/device/console-socket.ts';
import { World } from './support/world.ts';

describe('device/console-socket', () => {
  let world: World;
  let folder: string;
  let path: string;
  let log: string[];
  let sessions: ConsoleSession[];
  let opened: ConsoleSocket[];
  let clients: Client[];

  let events: ConsoleEvents;

  beforeEach(() => {
    world = new World();
    folder = fs.mkdtempSync(join(tmpdir(), 'pilac-console-'));
    path = join(folder, 'console');
    [log, sessions, opened, clients] = [[], [], [], []];
    events = {
      opened: (session) => {
        sessions.push(session);
        log.push('opened');
      },
      line: (session, text) => {
        log.push(`line ${text}`);
        session.write(`you said ${text}\n`);
      },
      closed: () => log.push('closed'),
    };
  });

  afterEach(async () => {
    for (const client of clients) client.socket.destroy();
    for (const socket of opened) socket.close();
    await world.close();
    fs.rmSync(folder, { recursive: true });
  });

  class Client {
    readonly socket = net.connect(path);
    text = '';
    isClosed = false;

    constructor() {
      clients.push(this);
      this.socket.setEncoding('utf8');
      this.socket.on('data', (text: string) => {
        this.text += text;
      });
      this.socket.on('close', () => {
        this.isClosed = true;
      });
      this.socket.on('error', () => undefined);
    }
  }

  async function open(): Promise<void> {
    opened.push(await ConsoleSocket.open(path, world.scheduler, events));
  }

  const refusedAs = (code: string) => (error: unknown) =>
    error instanceof RouterError && error.code === code && error.message.includes(path);

  it('is its owner’s alone, and gone after close', async () => {
    await open();
    assert.equal(fs.statSync(path).mode & 0o777, 0o600);
    opened.pop()?.close();
    assert.equal(fs.existsSync(path), false);
  });

  it('answers each line, however the lines arrive', async () => {
    await open();
    const client = new Client();
    client.socket.write('show line\r\nshow ');
    await world.until(() => client.text === 'you said show line\n');
    client.socket.write('memory\n\n');
    await world.until(() => client.text.endsWith('you said \n'));
    assert.equal(client.text, 'you said show line\nyou said show memory\nyou said \n');
    assert.equal(world.epoll.waitedInVain, 0, 'each at once');
    client.socket.end();
    await world.until(() => log.at(-1) === 'closed');
    sessions[0]?.write('nobody hears this');
    sessions[0]?.close();
    assert.deepEqual(log, ['opened', 'line show line', 'line show memory', 'line ', 'closed']);
  });

  it('writes a long answer out at once, however little the socket takes', async () => {
    events = { ...events, line: (session) => session.write('z'.repeat(900_000)) };
    await open();
    // In a thread of its own, so that nothing of the client's wakes the scheduler.
    const client = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const socket = require('node:net').connect(workerData);
       let octets = 0;
       socket.on('data', (data) => {
         octets += data.length;
         if (octets === 900_000) parentPort.postMessage('done');
       });
       socket.write('show\\n');
       parentPort.once('message', () => socket.end());`,
      { eval: true, workerData: path },
    );
    const before = world.epoll.waitedInVain;
    await once(client, 'message');
    assert.equal(world.epoll.waitedInVain, before);
    client.postMessage('end');
    await once(client, 'exit');
  });

  it('takes eight sessions at once and no ninth', async () => {
    await open();
    for (let count = 0; count < 8; count++) new Client();
    await world.until(() => sessions.length === 8);
    const ninth = new Client();
    await world.until(() => ninth.isClosed);
    assert.equal(sessions.length, 8);
    const [first] = clients;
    assert(first !== undefined);
    first.socket.end();
    await world.until(() => log.at(-1) === 'closed' && first.isClosed);
    const tenth = new Client();
    tenth.socket.write('x\n');
    await world.until(() => tenth.text === 'you said x\n');
  });

  it('ends a session whose line has no end, or that does not read its answers', async () => {
    await open();
    const endless = new Client();
    endless.socket.write('x'.repeat(5_000));
    await world.until(() => endless.isClosed);
    const deaf = new Client();
    deaf.socket.pause();
    await world.until(() => sessions.length === 2);
    sessions[1]?.write('y'.repeat(4_000_000));
    assert.deepEqual(log, ['opened', 'closed', 'opened', 'closed']);
    deaf.socket.resume();
    await world.until(() => deaf.isClosed);
    assert(deaf.text.length < 4_000_000, 'what it had not read is dropped');
  });

  it('takes the place of a socket that a dead program left behind', async () => {
    const listen = `require('node:net').createServer().listen(
      ${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', listen]);
    assert.equal(fs.lstatSync(path).isSocket(), true);
    await open();
    const client = new Client();
    client.socket.write('alive\n');
    await world.until(() => client.text === 'you said alive\n');
  });

  it('leaves alone a live socket, a file, and a folder that is not there', async () => {
    await open();
    await assert.rejects(open(), refusedAs('CONSOLE_IN_USE'));
    path = join(folder, 'file');
    fs.writeFileSync(path, 'precious');
    await assert.rejects(open(), refusedAs('CONSOLE_IN_USE'));
    assert.equal(fs.readFileSync(path, 'utf8'), 'precious');
    path = join(folder, 'none', 'console');
    await assert.rejects(open(), refusedAs('CONSOLE_FAILED'));
  });
});
