/**
 * The composition root: reads the configuration, opens the devices, builds the role, starts the
 * scheduler. Exit status: 0 done, 1 our bug, 2 the configuration or the machine, 75 reload wanted.
 */
import { readFileSync } from 'node:fs';
import { type EventSink, log } from './base/event.ts';
import { Ready } from './base/event-loop.ts';
import type { Millis } from './base/machine.ts';
import { RouterError } from './base/router-error.ts';
import type { Config, LineConfig } from './config/schema/config.ts';
import { formatErrors, parseConfig } from './config/schema/parse-config.ts';
import { type Arguments, parseArguments, USAGE } from './console/arguments.ts';
import { DebugFlags } from './console/debug/flags.ts';
import { answer, type ConsoleActions } from './console/parser/console.ts';
import { Arena } from './device/arena.ts';
import { monotonicMs, wallClockText } from './device/clock.ts';
import { type ConsoleEvents, openStdioConsole } from './device/console.ts';
import { ConsoleSocket } from './device/console-socket.ts';
import { entropy } from './device/entropy.ts';
import { Epoll } from './device/epoll.ts';
import { hardwareAddress } from './device/network-card.ts';
import { NodeLoop } from './device/node-loop.ts';
import { SerialLine } from './device/serial/serial-line.ts';
import { onSignal } from './device/signals.ts';
import { IpBatch } from './device/tun/ip-batch.ts';
import { PacketFd } from './device/tun/packet-fd.ts';
import { TunDevice } from './device/tun/tun-device.ts';
import { UdpSocket } from './device/udp/udp-socket.ts';
import { Forwarder } from './forward/path/forwarder.ts';
import type { LacLine } from './role/lac/records.ts';
import { Router } from './role/router/router.ts';
import {
  viewCallers,
  viewCounters,
  viewLines,
  viewMemory,
  viewPools,
  viewVpdn,
} from './role/router/views.ts';
import { Scheduler } from './sched/scheduler.ts';
import { TimingWheel } from './sched/wheel.ts';

declare const PILAC_VERSION: string;

const EXIT_BUG = 1;
const EXIT_CANNOT = 2;
const EXIT_RELOAD = 75;
/** A soft shutdown is over by then, whatever the peers do: the supervisor waits 5 s. */
const SHUTDOWN_MS: Millis = 4_000;
const SHUTDOWN_LOOK_MS: Millis = 50;
const ARENA_OCTETS_BASE = 1 << 20;
/** Two rings and a few tables. */
const ARENA_OCTETS_PER_LINE = 96 * 1024;

class Firmware {
  readonly #arena: Arena;
  readonly #wheel: TimingWheel;
  readonly #scheduler: Scheduler;
  readonly #udp: UdpSocket;
  readonly #packets: PacketFd | undefined;
  readonly #ip: IpBatch | undefined;
  readonly #router: Router;
  readonly #sink: EventSink;
  readonly #debugs: DebugFlags;
  readonly #serials: SerialLine[] = [];
  readonly #actions: ConsoleActions;
  #console: ConsoleSocket | undefined;
  /** Lines whose first opening is not settled; the console waits for them. */
  #opening = 0;
  readonly #ready: () => void;
  #exitStatus: number | undefined;

  /** Throws a RouterError. */
  constructor(
    config: Config,
    options: Arguments,
    debugs: DebugFlags,
    sink: EventSink,
    ready: () => void,
  ) {
    const lines = config.lines.filter((line) => line.device !== undefined);
    const slots = Forwarder.memoryOctets(lines.length);
    this.#arena = new Arena(ARENA_OCTETS_BASE + slots + lines.length * ARENA_OCTETS_PER_LINE);
    this.#debugs = debugs;
    this.#sink = sink;
    this.#ready = ready;
    this.#wheel = new TimingWheel(monotonicMs());
    const poll = new Epoll(this.#arena);
    const node = new NodeLoop();
    this.#scheduler = new Scheduler({
      poll,
      wheel: this.#wheel,
      clock: monotonicMs,
      yieldToNode: (resume) => setImmediate(resume),
      nodeTimeoutMs: () => node.timeoutMs(),
      failed: (error) => {
        throw error;
      },
    });
    this.#scheduler.watchNode(node.fd, Ready.In);
    const { sourceIp, sourcePort } = config.vpdn;
    this.#udp = new UdpSocket(this.#arena, { address: sourceIp ?? 0, port: sourcePort });
    const isLns = config.vpdn.enabled && config.groups.some(({ acceptDialin }) => acceptDialin);
    this.#packets = isLns ? this.#openPackets(config, options) : undefined;
    this.#ip = this.#packets instanceof TunDevice ? this.#openIp(this.#packets.name) : undefined;
    this.#router = new Router({
      config,
      udp: this.#udp,
      ...(this.#packets && { packets: this.#packets }),
      ...(this.#ip && { routes: this.#ip }),
      slotsAt: this.#arena.take(slots, 64),
      maxLines: lines.length,
      maxAccesses: isLns ? config.vpdn.sessionLimit : 0,
      timers: this.#wheel,
      random: entropy,
      sink,
      firstSerial: Math.floor(Date.now() / 1000),
      hardwareAddress: hardwareAddress(),
    });
    this.#scheduler.watch(this.#udp.fd, Ready.In, {
      ready: (_, now) => this.#router.datagramsReadable(now),
    });
    if (this.#packets !== undefined) this.#watchPackets(this.#packets);
    this.#scheduler.addFlusher({ flush: () => this.#router.forwarder.flush() });
    for (const line of lines) this.#addLine(line);
    this.#actions = this.#makeActions();
  }

  start(): void {
    onSignal('SIGTERM', this.#scheduler, (times) => this.#stop(0, times > 1));
    onSignal('SIGINT', this.#scheduler, (times) => this.#stop(0, times > 1));
    this.#scheduler.start();
    this.#opening = this.#serials.length;
    for (const serial of this.#serials) serial.open();
    if (this.#opening === 0) this.#ready();
  }

  /** Rejects with a RouterError. */
  async openConsole(where: string): Promise<void> {
    const events: ConsoleEvents = {
      opened: () => undefined,
      line: (session, text) => {
        for (const line of answer(this.#actions, text)) session.write(`${line}\n`);
      },
      closed: () => undefined,
    };
    if (where === 'stdio') openStdioConsole(this.#scheduler, events);
    else if (where !== 'none') {
      this.#console = await ConsoleSocket.open(where, this.#scheduler, events);
    }
  }

  /** The callers' packets: a TUN of ours, or a descriptor that we were started with. */
  #openPackets({ vpdn }: Config, { tunFd }: Arguments): PacketFd {
    if (tunFd !== undefined) return new PacketFd(this.#arena, tunFd);
    return new TunDevice(this.#arena, vpdn.tunName);
  }

  #watchPackets(packets: PacketFd): void {
    const watch = this.#scheduler.watch(packets.fd, Ready.In, {
      ready: (events, now) => {
        this.#router.packetsReadable(now);
        if ((events & (Ready.Hangup | Ready.Error)) === 0) return;
        // Readable for ever from now on: a TUN that was deleted, a socket whose other end is gone.
        this.#scheduler.unwatch(watch);
        const text = 'the packet device is gone: callers reach nothing until a reload';
        this.#sink(log('IP', 2, 'NODEVICE', text));
      },
    });
  }

  #openIp(device: string): IpBatch {
    const say = (severity: 3 | 4, mnemonic: string, text: string): void =>
      this.#sink(log('IP', severity, mnemonic, text));
    return new IpBatch(this.#scheduler, this.#wheel, device, {
      failed: (owner, line, text) => say(3, 'REFUSED', `${owner}: \`ip ${line}\`: ${text}`),
      ended: ({ message }, retryInMs) =>
        say(3, 'ENDED', `${message}; started again in ${retryInMs / 1000} s`),
    });
  }

  #addLine(config: LineConfig): void {
    const { number, device, speedBps, flowControl } = config;
    const { lac } = this.#router;
    if (device === undefined) return;
    let isMissed = false;
    const settled = once(() => {
      this.#opening--;
      if (this.#opening === 0) this.#ready();
    });
    const serial: SerialLine = new SerialLine(
      this.#arena,
      this.#scheduler,
      this.#wheel,
      { path: device, speedBps, flowControl },
      {
        opened: (now) => {
          if (isMissed)
            this.#sink(log('LINE', 5, 'OPEN', `line ${number}: ${device} is open again`));
          isMissed = false;
          lac.lineOpened(line, now);
          settled();
        },
        readable: (now) => lac.lineReadable(line, now),
        lost: (now, why) => lac.lineDown(line, why, now),
        openFailed: (_, error) => {
          if (this.#opening > 0 && error.code === 'DEVICE_IN_USE') throw error;
          if (!isMissed) {
            const text = `line ${number}: ${error.message}; tried again until it opens`;
            this.#sink(log('LINE', 3, 'OPENFAIL', text));
          }
          isMissed = true;
          settled();
        },
      },
    );
    const line: LacLine = lac.addLine(config, serial, () => serial.hangUp(monotonicMs()));
    this.#serials.push(serial);
    this.#scheduler.addFlusher(serial);
  }

  #makeActions(): ConsoleActions {
    const router = this.#router;
    const { lac, lns, tunnels } = router;
    return {
      vpdn: () => viewVpdn(router),
      lines: () => viewLines(router),
      callers: () => viewCallers(router, monotonicMs()),
      pools: () => viewPools(router),
      memory: () => {
        const { rss, heapUsed } = process.memoryUsage();
        return { rssOctets: rss, heapUsedOctets: heapUsed, ...viewMemory(router, this.#wheel) };
      },
      counters: () => {
        const { turns, yields, longestTurnMs } = this.#scheduler.statistics();
        const scheduler = { turns, yields, longestTurnMs };
        return {
          ...viewCounters(router),
          udp: { ...this.#udp.counters },
          ...(this.#packets && { tun: { ...this.#packets.counters } }),
          ...(this.#ip && { ip: { ...this.#ip.counters } }),
          scheduler,
        };
      },
      clearLine: (number) => {
        const line = lac.lines.find(({ config }) => config.number === number);
        if (line === undefined) return `there is no line ${number} with a device`;
        lac.clearLine(line, 'cleared by the operator', monotonicMs());
        return undefined;
      },
      clearTunnel: (tunnelId) => {
        const records = [...tunnels.records.values()].filter(
          ({ tunnel, state }) =>
            state !== 'down' && (tunnelId === 'all' || tunnel.localTunnelId === tunnelId),
        );
        if (records.length === 0 && tunnelId !== 'all') return `there is no tunnel ${tunnelId}`;
        for (const record of records) router.clearTunnel(record, monotonicMs());
        return undefined;
      },
      clearAccess: (number) => {
        const access = lns.accesses.find((one) => one.number === number);
        if (access === undefined) return `there is no Virtual-Access${number}`;
        access.close('cleared by the operator', monotonicMs());
        return undefined;
      },
      debug: (names, on) => this.#debugs.set(names, on),
      reload: () => this.#stop(EXIT_RELOAD, false),
    };
  }

  /** Soft: CDN, StopCCN, lines hung up; the second time, or when it takes too long, at once. */
  #stop(status: number, atOnce: boolean): void {
    if (atOnce) process.exit(status);
    if (this.#exitStatus !== undefined) return;
    this.#exitStatus = status;
    const begun = monotonicMs();
    this.#router.shutdown(begun);
    const look = this.#wheel.create((now) => {
      if (this.#router.isDown() || now - begun >= SHUTDOWN_MS) void this.#exit(status);
      else this.#wheel.set(look, now + SHUTDOWN_LOOK_MS);
    });
    this.#wheel.set(look, begun + SHUTDOWN_LOOK_MS);
  }

  async #exit(status: number): Promise<void> {
    this.#console?.close();
    await Promise.all([this.#ip?.stop(), ...this.#serials.map((serial) => serial.shut())]);
    this.#scheduler.stop();
    process.exit(status);
  }
}

/** Runs `action` the first time only. */
function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

function readConfig(path: string): Config | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    console.error(
      `${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
  const parsed = parseConfig(text, path);
  if ('config' in parsed) return parsed.config;
  for (const line of formatErrors(parsed.errors)) console.error(line);
  return undefined;
}

/** What the world did to us ends here as one line; the rest is a bug, and shows where. */
function fail(error: unknown): never {
  if (error instanceof RouterError) {
    console.error(`%SYS-2-CANNOT: ${error.message}`);
    process.exit(EXIT_CANNOT);
  }
  console.error(error);
  process.exit(EXIT_BUG);
}

function run(options: Arguments, config: Config): void {
  const debugs = new DebugFlags();
  const sink: EventSink = (event) => {
    for (const line of debugs.linesOf(event)) process.stderr.write(`${wallClockText()}: ${line}\n`);
  };
  for (const note of config.notes) sink(log('PARSER', 6, 'NOTE', note));
  const wrong = options.debug === undefined ? undefined : debugs.set(options.debug, true);
  if (wrong !== undefined) {
    console.error(`--debug: ${wrong}`);
    process.exit(EXIT_CANNOT);
  }
  const where = options.console ?? (process.stdin.isTTY ? 'stdio' : 'none');
  const firmware: Firmware = new Firmware(config, options, debugs, sink, () => {
    firmware.openConsole(where).catch(fail);
  });
  firmware.start();
}

function main(): void {
  process.on('uncaughtException', fail);
  const parsed = parseArguments(process.argv.slice(2));
  switch (parsed.kind) {
    case 'help':
      console.log(USAGE);
      return;
    case 'version':
      console.log(`pilac ${PILAC_VERSION}`);
      return;
    case 'wrong':
      console.error(`pilac: ${parsed.why}\n${USAGE}`);
      process.exitCode = EXIT_CANNOT;
      return;
    case 'run': {
      const config = readConfig(parsed.arguments.config);
      if (config === undefined) process.exitCode = EXIT_CANNOT;
      else if (!parsed.arguments.check) run(parsed.arguments, config);
      return;
    }
  }
}

main();
