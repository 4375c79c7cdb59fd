import { strict as assert } from 'node:assert';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const RUN_MS = 30_000;
/** A program that hangs is ended in time to be quoted. */
const CHILD_MS = 25_000;
const DEMO = ['--import=tsx', 'test/sim/demo.ts'];
const NOBODY = 65_534;
/** Runs a command on a terminal of its own making. */
const TERMINAL = 'script';
const isRoot = process.getuid?.() === 0;

interface Ended {
  readonly status: number | null;
  readonly text: string;
  readonly lines: readonly string[];
}

/** The lines of one router, in its order, others between them. */
const LAC = [
  /LCP: I CONFREQ \[Listen\] id 118 len 10/,
  /LCP: State is Open/,
  /CHAP: O CHALLENGE id 1 len 27 from "5300-1"/,
  /CHAP: I RESPONSE id 1 len 27 from "2500-1"/,
  /PPP: Phase is FORWARDING/,
  /Looking for tunnel -- dnis:614629 --/,
  /L2TP: O SCCRQ, flg TLS, ver 2, len 128, tnl 0, cl 0, ns 0, nr 0 C8 02 00 80/,
  /I SCCRP from l2tp-gw/,
  /L2TP: Tunnel Authentication success/,
  /L2TP: O SCCCN to l2tp-gw/,
  /L2TP: O ICRQ to l2tp-gw/,
  /L2TP: O ICCN to l2tp-gw/,
  /Session state change from wait-reply to established/,
  /L2TP: O CDN, flg TLS, ver 2, len 38,/,
  /L2TP: I StopCCN from l2tp-gw/,
  /Tunnel state change from no-sessions-left to idle/,
];
const LNS = [
  /L2TP: I SCCRQ from hgw/,
  /L2TP: O SCCRP to hgw/,
  /L2TP: Tunnel Authentication success/,
  /Proxy Auth Name 2500-1/,
  /I ICCN from hgw/,
  /Vi1 VPDN: Virtual interface created for 2500-1/,
  /Vi1 LCP: I FORCED CONFREQ/,
  /Vi1 VPDN: PPP LCP accepted sent CONFACK/,
  /Vi1 CHAP: O SUCCESS id 1 len 4/,
  /Vi1 IPCP: I CONFREQ \[REQsent\] id 187 len 16/,
  /CompressType VJ 15 slots \(0x0206002D0F00\)/,
  /Vi1 IPCP: O CONFREJ \[REQsent\] id 187 len 10/,
  /Vi1 IPCP: I CONFREQ \[ACKrcvd\] id 188 len 10/,
  /Vi1 IPCP: State is Open/,
  /Vi1 IPCP: Install route to 10\.10\.53\.2/,
  /Result code\(1\): 1: Loss of carrier/,
  /Vi1 IPCP: Remove route to 10\.10\.53\.2/,
  /L2TP: O StopCCN to hgw/,
];
const STORY = [
  /^--- LAC hgw on /,
  /^--- The caller dials/,
  /^hgw .* L2TP: O SCCRQ,/,
  /^l2tp-gw .* L2X: I SCCRQ,/,
  /^hgw .* I SCCRP,/,
  /^=== IPCP is open at both ends/,
  /^reply from 10\.51\.6\.82: icmp_seq=5/,
  /^=== 5 pings to 10\.51\.6\.82 were answered/,
  /^--- The line loses its carrier/,
  /^l2tp-gw .* I CDN,/,
  /^=== the LNS has no caller left/,
  /^hgw .* I StopCCN,/,
  /^=== both routers have ended with 0/,
  /^--- Everything happened as it should/,
];

function assertInOrder(lines: readonly string[], patterns: readonly RegExp[]): void {
  let at = -1;
  for (const pattern of patterns) {
    at = lines.findIndex((line, index) => index > at && pattern.test(line));
    assert(at >= 0, `${pattern} in its turn; it said:\n${lines.join('\n')}`);
  }
}

describe('sim/demo: npm start', () => {
  let folder = '';
  const children: ChildProcess[] = [];

  /** A folder of its own for what is temporary: what is left there can be seen. */
  const environment = (): NodeJS.ProcessEnv => ({ ...process.env, TMPDIR: folder });

  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'pilac-demo-test-'));
    fs.chmodSync(folder, 0o777);
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  function start(words: readonly string[], as: { uid?: number; gid?: number } = {}) {
    const env = environment();
    const child = spawn(process.execPath, [...DEMO, ...words], {
      ...{ env, ...as, stdio: ['ignore', 'pipe', 'pipe'], timeout: CHILD_MS },
    });
    children.push(child);
    const output = new Output(child);
    const ended = once(child, 'close').then(
      ([status]): Ended => ({ status, text: output.all, lines: output.all.split('\n') }),
    );
    return { child, output, ended };
  }

  const run = (...words: readonly string[]): Promise<Ended> => start(words).ended;

  /** No file of the run, no process that speaks of one, no namespace that it named. */
  function assertNothingLeft(text: string): void {
    const files = fs.readdirSync(folder).filter((name) => name.startsWith('pilac-demo-'));
    assert.deepEqual(files, []);
    assert.deepEqual(commandsOf(folder), []);
    const [, namespace] = /network namespace (pilac-demo-\d+)/.exec(text) ?? [];
    if (namespace === undefined) return;
    const left = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
    assert.ok(!left.split(/\s/).includes(namespace), left);
  }

  it("brings the seed's call up and down, and ends with 0", async () => {
    const { status, lines, text } = await run();
    assertInOrder(lines, STORY);
    assertInOrder(ofRouter(lines, 'hgw'), LAC);
    assertInOrder(ofRouter(lines, 'l2tp-gw'), LNS);
    assert.equal(status, 0);
    assertNothingLeft(text);
  }).timeout(RUN_MS);

  it('needs no rights, and no clone that it may write to', async () => {
    const canRead = !isRoot || spawnSync('test', ['-r', 'build.mjs'], as(NOBODY)).status === 0;
    const started = isRoot && canRead ? start([], as(NOBODY)) : start(['--no-tun']);
    const { status, lines, text } = await started.ended;
    assertInOrder(lines, [
      /behind the LNS a simulated host/,
      ...STORY.slice(1, 8),
      /^=== the caller answered 5 pings of the host behind the LNS/,
      ...STORY.slice(8),
    ]);
    assert.equal(status, 0);
    assertNothingLeft(text);
  }).timeout(RUN_MS);

  it('runs beside others of its kind', async () => {
    const runs = await Promise.all([run(), run('--no-tun'), run('--no-tun')]);
    for (const { status, text } of runs) assert.equal(status, 0, text);
  }).timeout(RUN_MS);

  it('ends with 1 and the reason when the call does not come about', async () => {
    const { status, lines, text } = await run('--lns-secret', 'wrong');
    assert.equal(status, 1);
    const at = lines.findIndex((line) => /did not happen/.test(line));
    assertInOrder(lines.slice(at), [
      /it was waited for: the LNS has accepted the caller/,
      /^hgw: %VPDN-\d-AUTHENFAIL: .*\(l2tp-gw\): its response to our challenge is wrong/,
    ]);
    assertNothingLeft(text);
  }).timeout(RUN_MS);

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`leaves nothing behind after ${signal}`, async () => {
      const { child, output, ended } = start([]);
      await output.has(/O SCCRQ/);
      child.kill(signal);
      const { status, text } = await ended;
      assert.equal(status, 128 + constants.signals[signal]);
      assertNothingLeft(text);
    }).timeout(RUN_MS);
  }

  it('refuses options that it does not know, and tells those that it knows', async () => {
    const wrong = await run('--colour');
    assert.equal(wrong.status, 2);
    assert.match(wrong.text, /unknown option --colour/);
    assert.equal((await run('--lns-secret')).status, 2);
    const help = await run('--help');
    assert.equal(help.status, 0);
    for (const option of ['--no-tun', '--lns-secret', '--config']) {
      assert.ok(help.text.includes(option));
    }
  });

  describe('with --config', () => {
    const write = (text: string): void => fs.writeFileSync(join(folder, 'own.conf'), text);

    it('is the firmware: its options, its messages, its status', async () => {
      process.env.INIT_CWD = folder;
      write('hostname hgw\nvpdn enable\n');
      const good = await run('--config', 'own.conf', '--check');
      assert.deepEqual([good.status, good.text], [0, '']);
      write('hostname hgw\nvpnd enable\n');
      const bad = await run('--config=own.conf', '--check');
      assert.equal(bad.status, 2);
      assert.match(bad.text, /^own\.conf:2:1: .*, expected /);
      delete process.env.INIT_CWD;
    }).timeout(RUN_MS);

    it('passes a signal on, and ends as the firmware does', async () => {
      write(`vpdn source-ip 127.17.3.1\nline 1\n device ${folder}/absent\n modem type direct\n`);
      const { child, output, ended } = start(['--config', join(folder, 'own.conf')]);
      await output.has(/%LINE-3-OPENFAIL/);
      child.kill('SIGTERM');
      assert.equal((await ended).status, 0);
      assert.deepEqual(commandsOf(folder), []);
    }).timeout(RUN_MS);
  });

  it('leaves an operator at a prompt, when there is a terminal', async function () {
    if (spawnSync(TERMINAL, ['--version']).status !== 0) {
      console.log('      SKIPPED: there is no `script` to make a terminal with');
      this.skip();
    }
    const command = [process.execPath, ...DEMO, '--no-tun'].join(' ');
    const words = ['--quiet', '--return', '--command', command, '/dev/null'];
    const child = spawn(TERMINAL, words, { env: environment(), timeout: CHILD_MS });
    children.push(child);
    const output = new Output(child);
    for (const [typed, answer] of [
      ['', /5 pings to 10\.51\.6\.82 were answered/],
      ['lns show caller', /Virtual-Access1 +2500-1 +UP +10\.10\.53\.2/],
      ['ping', /5 pings to 10\.51\.6\.82 were answered/],
      ['ping 10.51.6.83', /% it was waited for: 5 pings to 10\.51\.6\.83 were answered/],
      ['call', /% the call is up/],
      ['drop', /the LNS has no caller left/],
      ['ping', /% there is no call/],
      ['lac show line | json', /"lastEnd":"[^"]+"/],
      ['call', /IPCP is open at both ends/],
      ['nonsense', /% there is no nonsense here/],
      ['help', /lac COMMAND/],
      ['quit', /both routers have ended with 0/],
    ] as const) {
      if (typed !== '') child.stdin.write(`${typed}\r`);
      await output.has(answer);
    }
    const [status] = await once(child, 'close');
    assert.equal(status, 0);
    assert.ok(output.all.includes('\x1b[36mhgw'), 'colours');
    assertNothingLeft(output.all);
  }).timeout(RUN_MS);
});

const as = (id: number) => ({ uid: id, gid: id });

const ofRouter = (lines: readonly string[], name: string): string[] =>
  lines.filter((line) => line.startsWith(`${name} `));

/** Command lines of running programs that name the folder. */
function commandsOf(folder: string): string[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readOrNothing(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))
    .filter((command) => command.includes(`${folder}/`));
}

function readOrNothing(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

/** What a program says, both ways of it. */
class Output {
  all = '';
  readonly #child: ChildProcess;
  /** Before it has been looked at. */
  #from = 0;
  #look: () => void = () => undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.all += chunk;
        this.#look();
      });
    }
    child.on('close', () => this.#look());
  }

  /** Resolves when it comes behind what was waited for before. */
  has(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        const found = pattern.exec(this.all.slice(this.#from));
        if (found !== null) {
          this.#from += found.index + found[0].length;
          this.#look = () => undefined;
          resolve();
        } else if (this.#child.exitCode !== null) {
          reject(new Error(`${pattern} did not come; it said:\n${this.all}`));
        }
      };
      this.#look();
    });
  }
}
