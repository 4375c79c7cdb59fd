import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { bundle } from '../build.mjs';
import { Arena } from '../src/device/arena.ts';
import { Pty } from './device/support/pty.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const POLL_MS = 20;

/** A LAC on a loopback address of its own, so that nothing else has its port. */
const config = (device: string, sourceIp = '127.17.1.1'): string => `
hostname hgw
vpdn enable
vpdn source-ip ${sourceIp}
vpdn-group 1
 request-dialin
  protocol l2tp
  dnis 614629
 initiate-to ip 127.17.1.2
 l2tp tunnel password hello
interface Async1
 encapsulation ppp
 ppp authentication chap pap
line 1
 device ${device}
 modem type direct
 called-number 614629
`;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('main: the bundle as a program', () => {
  let dir = '';
  let program = '';
  const children: ChildProcess[] = [];

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'pilac-main-'));
    await bundle(new URL('../src/main.ts', import.meta.url).pathname, dir);
    program = join(dir, 'pilac.cjs');
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  after(() => rmSync(dir, { recursive: true, force: true }));

  const write = (name: string, text: string): string => {
    const path = join(dir, name);
    writeFileSync(path, text);
    return path;
  };

  function start(...words: string[]): { child: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(process.execPath, [program, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (data) => {
      stdout += data;
    });
    child.stderr?.on('data', (data) => {
      stderr += data;
    });
    const ended = once(child, 'close').then(([status]) => ({ status, stdout, stderr }));
    return { child, ended };
  }

  const run = (...words: string[]): Promise<Ended> => start(...words).ended;

  /**
   * Waits for the console, which comes when the configuration is loaded and the lines are armed.
   */
  async function consoleOf(
    path: string,
    ended: Promise<Ended>,
  ): Promise<(line: string) => Promise<string>> {
    let over: Ended | undefined;
    void ended.then((how) => {
      over = how;
    });
    while (!existsSync(path)) {
      assert.equal(over, undefined, over?.stderr);
      await delay(POLL_MS);
    }
    const socket = connect(path);
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    return async (line) => {
      socket.write(`${line}\n`);
      const { value } = await lines.next();
      return String(value);
    };
  }

  it('says its version and its options', async () => {
    assert.deepEqual(await run('--version'), {
      status: 0,
      stdout: `pilac ${version}\n`,
      stderr: '',
    });
    const { status, stdout } = await run('--help');
    assert.equal(status, 0);
    for (const option of ['--config', '--console', '--debug', '--check'])
      assert.ok(stdout.includes(option));
  });

  it('refuses options that it does not know with status 2', async () => {
    const { status, stderr } = await run('--colour');
    assert.equal(status, 2);
    assert.match(stderr, /unknown option --colour/);
  });

  it('checks a configuration: 0 when it is right, else each error with place and 2', async () => {
    const good = write('good.conf', config('/dev/null'));
    assert.deepEqual(await run('--check', '--config', good), { status: 0, stdout: '', stderr: '' });
    const bad = write(
      'bad.conf',
      config('/dev/null').replace('dnis', 'dnsi').replace('called', 'kalled'),
    );
    const { status, stderr } = await run('--check', '--config', bad);
    assert.equal(status, 2);
    const places = stderr.split('\n').filter((line) => line.startsWith(`${bad}:`));
    assert.ok(
      places.some((line) => line.startsWith(`${bad}:8:3: `)),
      stderr,
    );
    assert.ok(
      places.some((line) => line.startsWith(`${bad}:17:2: `)),
      stderr,
    );
    assert.ok(
      places.every((line) => line.includes(', expected ')),
      stderr,
    );
  });

  it('names a file that is not there, with status 2', async () => {
    const { status, stderr } = await run('--config', join(dir, 'absent.conf'));
    assert.equal(status, 2);
    assert.match(stderr, /absent\.conf: cannot be read/);
  });

  it('names the UDP port that is in use, with status 2', async () => {
    const other = createSocket('udp4');
    other.bind(1701, '127.17.1.3');
    await once(other, 'listening');
    const path = write('port.conf', config('/dev/null', '127.17.1.3'));
    const { status, stderr } = await run('--config', path);
    other.close();
    assert.equal(status, 2);
    assert.match(stderr, /UDP 127\.17\.1\.3:1701 is in use/);
  });

  it('names the device that is in use, with status 2', async () => {
    const pair = new Pty(new Arena(4096));
    const socket = join(dir, 'first.sock');
    const first = start('--config', write('first.conf', config(pair.path)), '--console', socket);
    await consoleOf(socket, first.ended);
    const second = await run('--config', write('second.conf', config(pair.path, '127.17.1.4')));
    assert.equal(second.status, 2);
    assert.ok(second.stderr.includes(`device ${pair.path} is in use`), second.stderr);
    first.child.kill('SIGTERM');
    assert.equal((await first.ended).status, 0);
    pair.close();
  });

  it('runs without its device, and tells once that it is missing', async () => {
    const socket = join(dir, 'missing.sock');
    const path = write('missing.conf', config(join(dir, 'no-such-tty')));
    const { child, ended } = start('--config', path, '--console', socket);
    const ask = await consoleOf(socket, ended);
    const { lines } = JSON.parse(await ask('show line | json'));
    assert.equal(lines[0].state, 'closed');
    child.kill('SIGTERM');
    const { status, stderr } = await ended;
    assert.equal(status, 0);
    assert.equal(
      stderr.match(/%LINE-3-OPENFAIL: line 1: device .* is not there/g)?.length,
      1,
      stderr,
    );
  });

  it('answers its console, a socket of its owner alone, and reloads with status 75', async () => {
    const pair = new Pty(new Arena(4096));
    const socket = join(dir, 'console.sock');
    const path = write('console.conf', config(pair.path));
    const { ended } = start('--config', path, '--console', socket, '--debug', 'vpdn event');
    const ask = await consoleOf(socket, ended);
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(await ask('show vpdn | json')), { tunnels: [], sessions: [] });
    const line = JSON.parse(await ask('sh li | json')).lines[0];
    assert.deepEqual([line.number, line.device, line.state], [1, pair.path, 'idle']);
    const memory = JSON.parse(await ask('show memory | json'));
    const { timers, frameSlotsInUse, calls, tunnels, sessions } = memory;
    assert.deepEqual([timers, frameSlotsInUse, calls, tunnels, sessions], [0, 0, 0, 0, 0]);
    assert.equal(JSON.parse(await ask('show counters | json')).Async1.calls, 0);
    assert.equal(await ask('show vpdn'), '% No active L2TP tunnels');
    assert.equal(await ask('clear line 7'), '% there is no line 7 with a device');
    assert.equal(await ask('clear line 1'), 'Line 1 is cleared');
    assert.equal(await ask('clear vpdn tunnel l2tp id 9'), '% there is no tunnel 9');
    assert.equal(await ask('debug ppp negotiation'), 'ppp negotiation debugging is on');
    assert.match(await ask('debug nonsense'), /^% there is no debug `nonsense`/);
    assert.equal(await ask('undebug all'), 'all debugging is off');
    assert.equal(await ask('show vpdn | grep'), '% Unknown filter "grep", expected json');
    assert.equal(await ask('reload'), 'Reload requested');
    assert.equal((await ended).status, 75);
    assert.ok(!existsSync(socket), 'the socket goes with the program');
    pair.close();
  });
});
