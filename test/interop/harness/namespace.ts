/**
 * A network namespace of this run alone: all that runs in it is ours, so all of it can be killed.
 */
import { spawnSync } from 'node:child_process';
import { Child, type ChildOptions, runSync } from './child.ts';
import { LAB } from './paths.ts';

const up = new Set<Namespace>();

export class Namespace {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    runSync(`${LAB}/net`, ['up', name]);
    up.add(this);
  }

  /** Starts a command inside. */
  start(command: string, args: readonly string[], options: ChildOptions = {}): Child {
    return new Child('ip', ['netns', 'exec', this.name, command, ...args], options);
  }

  /** Starts one of the lab's scripts inside. */
  lab(script: string, args: readonly string[], options: ChildOptions = {}): Child {
    return this.start(`${LAB}/${script}`, args, { cwd: LAB, ...options });
  }

  /** `ip` inside, to the end. */
  ip(...args: readonly string[]): string {
    return runSync('ip', ['-n', this.name, ...args]);
  }

  /** Octets that came in through an interface so far. */
  rxOctets(interfaceName: string): number {
    const text = this.ip('-j', '-s', 'link', 'show', interfaceName);
    const [link] = JSON.parse(text) as { stats64: { rx: { bytes: number } } }[];
    return link?.stats64.rx.bytes ?? 0;
  }

  /** Kills what is left inside, by pid, and removes it. Never throws. */
  down(): void {
    if (!up.delete(this)) return;
    const pids = spawnSync('ip', ['netns', 'pids', this.name], { encoding: 'utf8' }).stdout;
    for (const pid of pids.split('\n').map(Number)) {
      try {
        if (pid > 1) process.kill(pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    }
    spawnSync('ip', ['netns', 'del', this.name]);
  }
}

export function removeAllNamespaces(): void {
  for (const namespace of up) namespace.down();
}
