/**
 * The kernel's addresses and routes of the packet device, by one `ip -batch` that lives as long as
 * we do: a process for each call would cost more than the call. What is wanted is remembered here,
 * so that a new `ip` can be told all of it. Runs a few times for each call.
 */
import type { EventLoop } from '../../base/event-loop.ts';
import type { Millis } from '../../base/machine.ts';
import { formatIpv4, type HostRoutes } from '../../base/port.ts';
import { RouterError } from '../../base/router-error.ts';
import type { Timers } from '../../base/timers.ts';
import { Reopen } from '../serial/reopen.ts';
import { type IpChild, type IpSpawner, spawnIp } from './ip-child.ts';

const DEVICE_MTU_OCTETS = 1500;
/** Lines whose outcome may still come; `ip` says nothing of those that went well. */
const LINES_KEPT = 4_096;
/** What `ip` has not read yet. Beyond that it is told anew once it reads again. */
const UNREAD_OCTETS_MAX = 1 << 23;
/** Of what `ip` says, the end that is kept until it says which line it meant. */
const COMPLAINT_OCTETS_MAX = 1_024;

/** All are told within a turn of the scheduler's. */
export interface IpEvents {
  /** The kernel refused a line. @param owner whose it was: an interface's name, or the device's */
  failed(owner: string, line: string, text: string): void;
  /** There is no usable `ip`; it is tried again. NO_IP, IP_WITHOUT_BATCH or IP_ENDED. */
  ended(error: RouterError, retryInMs: Millis): void;
}

interface Line {
  readonly owner: string;
  readonly text: string;
}

interface Route {
  readonly mtuOctets: number;
  readonly owner: string;
}

export class IpBatch implements HostRoutes {
  readonly counters = { lines: 0, failures: 0, starts: 0 };
  readonly #device: string;
  readonly #loop: EventLoop;
  readonly #events: IpEvents;
  readonly #spawner: IpSpawner;
  readonly #reopen: Reopen;
  /** How often each of our addresses is wanted. */
  readonly #locals = new Map<number, number>();
  readonly #routes = new Map<number, Route>();
  #child: IpChild | undefined;
  /** Line n of the child's input is at n % LINES_KEPT. */
  readonly #lines: Line[] = [];
  #lineCount = 0;
  /** Rendered in this turn, to be written at its end. */
  #unwritten = '';
  /** The child does not read: what it is told is only remembered. */
  #isBehind = false;
  #complaint = '';
  #isStopped = false;

  /** @param device the interface's name; it is set up at once */
  constructor(
    loop: EventLoop,
    timers: Timers,
    device: string,
    events: IpEvents,
    spawner: IpSpawner = spawnIp,
  ) {
    this.#device = device;
    this.#loop = loop;
    this.#events = events;
    this.#spawner = spawner;
    this.#reopen = new Reopen(timers, () => this.#start());
    this.#reopen.start();
  }

  addLocal(address: number): void {
    const count = this.#locals.get(address) ?? 0;
    this.#locals.set(address, count + 1);
    if (count === 0) this.#tell(this.#device, this.#addressLine('replace', address));
  }

  removeLocal(address: number): void {
    const count = this.#locals.get(address) ?? 0;
    if (count > 1) this.#locals.set(address, count - 1);
    else if (this.#locals.delete(address)) {
      this.#tell(this.#device, this.#addressLine('del', address));
    }
  }

  /** The last who wants a route to an address has it. */
  addRoute(address: number, mtuOctets: number, owner: string): void {
    const route = { mtuOctets, owner };
    this.#routes.set(address, route);
    this.#tell(owner, this.#routeLine(address, route));
  }

  /** Nothing when somebody else has the address meanwhile. */
  removeRoute(address: number, owner: string): void {
    if (this.#routes.get(address)?.owner !== owner) return;
    this.#routes.delete(address);
    this.#tell(owner, `route del ${formatIpv4(address)}/32 dev ${this.#device}`);
  }

  /** For good: `ip` reads what it was told, and ends. */
  stop(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#isStopped = true;
    this.#reopen.stop();
    this.#write();
    this.#loop.startedNodeWork();
    return this.#child?.end() ?? Promise.resolve();
  }

  #start(): void {
    this.counters.starts++;
    this.#complaint = '';
    this.#unwritten = '';
    this.#lineCount = 0;
    this.#child = this.#spawner({
      complained: (text) => this.#post(() => this.#complained(text)),
      drained: () => this.#post(() => this.#drained()),
      ended: (why) => this.#post((now) => this.#ended(why, now)),
    });
    this.#post((now) => this.#reopen.opened(now));
    this.#loop.startedNodeWork();
    this.#tellAll();
  }

  /** Whatever the kernel has of the device is forgotten, and all that is wanted told. */
  #tellAll(): void {
    const device = this.#device;
    this.#isBehind = false;
    this.#tell(device, `link set dev ${device} up mtu ${DEVICE_MTU_OCTETS}`);
    this.#tell(device, `route flush dev ${device}`);
    this.#tell(device, `address flush dev ${device}`);
    for (const address of this.#locals.keys()) {
      this.#tell(device, this.#addressLine('replace', address));
    }
    for (const [address, route] of this.#routes) {
      this.#tell(route.owner, this.#routeLine(address, route));
    }
  }

  #addressLine(verb: 'replace' | 'del', address: number): string {
    return `address ${verb} ${formatIpv4(address)}/32 dev ${this.#device}`;
  }

  #routeLine(address: number, { mtuOctets }: Route): string {
    return `route replace ${formatIpv4(address)}/32 dev ${this.#device} mtu ${mtuOctets}`;
  }

  #tell(owner: string, text: string): void {
    if (this.#child === undefined || this.#isBehind || this.#isStopped) return;
    this.#lineCount++;
    this.counters.lines++;
    this.#lines[this.#lineCount % LINES_KEPT] = { owner, text };
    if (this.#unwritten === '') this.#loop.post(() => this.#write());
    this.#unwritten += `${text}\n`;
  }

  /** One write for all that a turn wanted. */
  #write(): void {
    const text = this.#unwritten;
    const child = this.#child;
    if (text === '' || child === undefined) return;
    this.#unwritten = '';
    child.write(text);
    this.#isBehind = child.unreadOctets() > UNREAD_OCTETS_MAX;
    this.#loop.startedNodeWork();
  }

  #drained(): void {
    if (this.#isBehind) this.#tellAll();
  }

  /** What is wrong comes first, then the number of the line that it is about. */
  #complained(text: string): void {
    const parts = (this.#complaint + text).split(/^Command failed -:(\d+)\n/m);
    const rest = parts.pop() ?? '';
    for (let part = 0; part < parts.length; part += 2) {
      this.#failed(Number(parts[part + 1]), parts[part] ?? '');
    }
    this.#complaint = rest.slice(-COMPLAINT_OCTETS_MAX);
  }

  #failed(number: number, complaint: string): void {
    this.counters.failures++;
    if (number < 1 || number > this.#lineCount || number <= this.#lineCount - LINES_KEPT) return;
    const line = this.#lines[number % LINES_KEPT];
    if (line !== undefined) this.#events.failed(line.owner, line.text, oneLine(complaint));
  }

  #ended(why: string, now: Millis): void {
    this.#child = undefined;
    this.#events.ended(endError(why, oneLine(this.#complaint)), this.#reopen.failed(now));
  }

  #post(work: (now: Millis) => void): void {
    if (!this.#isStopped) this.#loop.post(work);
  }
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, '; ');

function endError(why: string, complaint: string): RouterError {
  if (why === 'ENOENT') {
    return new RouterError('NO_IP', 'there is no program `ip`: iproute2 must be installed');
  }
  if (/busybox|unknown|(unrecognized|invalid) option/i.test(complaint)) {
    const text = 'the program `ip` here knows no -batch: iproute2 must be installed';
    return new RouterError('IP_WITHOUT_BATCH', text);
  }
  return new RouterError(
    'IP_ENDED',
    `the program \`ip\` ended (${why}): ${complaint || 'silently'}`,
  );
}
