/** A real LNS: xl2tpd in a guest (frames in its kernel, or through user space), or l2tpns. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Child, runSync } from './child.ts';
import type { Namespace } from './namespace.ts';
import { LAB } from './paths.ts';
import { until } from './until.ts';

export type LnsKind = 'kernel' | 'user' | 'l2tpns';

/** How long any of them lives at most; a run is over long before. */
const LIFE_S = 900;
const READY_LIMIT_MS = 30_000;
const DAEMON = 'xl2tpd -D -p /run/xl2tpd.pid -C /run/l2tp-control -c';

/** The LAC's side of the tap; pilac binds it in every case. */
export const LAC_ADDRESS = '10.99.0.1';

export class Lns {
  readonly kind: LnsKind;
  readonly dir: string;
  /** Where it takes tunnels. */
  readonly address: string;
  /** Its PPP address, which the callers ping. */
  readonly pppAddress: string;
  /** Where its packets pass in the namespace. */
  readonly interfaceName: string;
  /** Of the file that it serves on TCP port 9000. */
  md5 = '';
  readonly #namespace: Namespace;
  readonly #children: Child[] = [];

  private constructor(namespace: Namespace, dir: string, kind: LnsKind) {
    const isL2tpns = kind === 'l2tpns';
    this.kind = kind;
    this.dir = dir;
    this.address = isL2tpns ? '10.97.0.2' : '10.99.0.2';
    this.pppAddress = isL2tpns ? '10.76.0.1' : '10.77.0.1';
    this.interfaceName = isL2tpns ? 'lo' : 'lablns0';
    this.#namespace = namespace;
  }

  static async boot(namespace: Namespace, dir: string, kind: LnsKind): Promise<Lns> {
    const lns = new Lns(namespace, dir, kind);
    if (kind === 'l2tpns') await lns.#bootL2tpns();
    else await lns.#bootXl2tpd(kind);
    lns.md5 = createHash('md5')
      .update(readFileSync(`${dir}/serve.bin`))
      .digest('hex');
    return lns;
  }

  /** Runs a command in the guest. @returns what it printed */
  ctl(command: string): string {
    return runSync(`${LAB}/lns`, ['ctl', this.dir, command]);
  }

  /** The network between us is gone, without a word. */
  linkDown(): void {
    this.ctl('ip link set vec0 down');
  }

  linkUp(): void {
    this.ctl('ip link set vec0 up');
  }

  /** l2tpns only: stops it in its tracks, and lets it go on. */
  freeze(frozen: boolean): void {
    const pid = Number(readFileSync(`${this.dir}/l2tpns.pid`, 'utf8'));
    process.kill(pid, frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  /** All calls and tunnels forgotten: the network up, every pppd gone, xl2tpd started anew. */
  reset(): void {
    this.linkUp();
    this.ctl('pkill -9 xl2tpd; pkill -9 pppd; sleep 0.2; true');
    this.#startDaemon(`${DAEMON} /mnt/ppp/xl2tpd.conf`, 'xl2tpd.log');
  }

  /**
   * One more xl2tpd in the same guest on an address of its own.
   * @param edit sed commands for its copy of the configuration
   * @param secret of its tunnels
   */
  addDaemon(name: string, address: string, edit: string, secret = 'hello'): void {
    const conf = `/mnt/ppp/${name}.conf`;
    const secrets = `/mnt/ppp/${name}-secrets`;
    const sed = `s|listen-addr.*|listen-addr = ${address}|; s|auth file.*|auth file = ${secrets}|`;
    this.ctl(
      [
        `ip addr add ${address}/24 dev vec0`,
        `echo '* * ${secret}' >${secrets}; chmod 600 ${secrets}`,
        `sed '${sed}; ${edit}' /mnt/ppp/xl2tpd.conf >${conf}`,
      ].join('\n'),
    );
    this.#pinNeighbour(address);
    const run = `xl2tpd -D -p /run/${name}.pid -C /run/${name}.control -c ${conf}`;
    this.#startDaemon(run, `${name}.log`);
  }

  /** Nobody has this address: what is sent there is lost, and no ICMP says so. */
  addDeadAddress(address: string): void {
    const { interfaceName } = this;
    this.#namespace.ip(
      ...['neigh', 'replace', address, 'lladdr', '02:00:00:00:00:99'],
      ...['dev', interfaceName, 'nud', 'permanent'],
    );
  }

  async stop(): Promise<void> {
    writeFileSync(`${this.dir}/stop`, '');
    for (const child of this.#children) await child.end('SIGTERM');
  }

  async #bootXl2tpd(mode: 'kernel' | 'user'): Promise<void> {
    const args = ['--out', this.dir, '--mode', mode, '--auth', 'any', '--max', String(LIFE_S)];
    const child = this.#namespace.lab('lns', args, { log: `${this.dir}.log` });
    this.#children.push(child);
    await this.#ready(child);
    const got = readFileSync(`${this.dir}/ready`, 'utf8').trim();
    if (got !== mode) throw new Error(`xl2tpd runs in ${got} mode, not in ${mode} mode`);
    this.#pinNeighbour(this.address);
  }

  async #bootL2tpns(): Promise<void> {
    this.#namespace.ip('addr', 'add', `${LAC_ADDRESS}/32`, 'dev', 'lo');
    const args = (name: string) => ['--out', `${this.dir}${name}`, '--max', String(LIFE_S)];
    const log = `${this.dir}.log`;
    this.#children.push(this.#namespace.lab('radius', args('-radius'), { log }));
    await until('freeradius', READY_LIMIT_MS, () => existsSync(`${this.dir}-radius/ready`));
    const child = this.#namespace.lab('lns-l2tpns', args(''), { log });
    this.#children.unshift(child);
    await this.#ready(child);
  }

  async #ready(child: Child): Promise<void> {
    await until(`LNS ${this.kind}`, READY_LIMIT_MS, () => {
      if (!child.isRunning) throw new Error(`LNS ${this.kind} ended; see ${this.dir}.log`);
      return existsSync(`${this.dir}/ready`);
    });
  }

  /** So that a guest that is down is silence, not a failed ARP request. */
  #pinNeighbour(address: string): void {
    const mac = this.ctl('cat /sys/class/net/vec0/address').trim();
    const { interfaceName } = this;
    this.#namespace.ip(
      ...['neigh', 'replace', address, 'lladdr', mac],
      ...['dev', interfaceName, 'nud', 'permanent'],
    );
  }

  #startDaemon(command: string, log: string): void {
    // The old log is kept: "Listening" must be there once more than before.
    const count = `grep -c Listening /mnt/job/${log} 2>/dev/null`;
    this.ctl(
      [
        `n=$(${count})`,
        `setsid ${command} >>/mnt/job/${log} 2>&1 </dev/null &`,
        `for i in $(seq 50); do [ "$(${count})" -gt "\${n:-0}" ] && exit 0; sleep 0.1; done`,
        'exit 1',
      ].join('\n'),
    );
  }
}
