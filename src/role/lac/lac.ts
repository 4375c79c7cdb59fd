/**
 * The access concentrator: lines, calls, tunnels and the two planes wired together. Still no I/O.
 * Machines are run one input at a time from a queue, so that none is entered twice and what they
 * say comes out in the order in which it was said.
 */
import type { Millis } from '../../base/machine.ts';
import type { LinePort } from '../../base/port.ts';
import type { LineConfig } from '../../config/schema/config.ts';
import type { CallIn, CallOut } from '../../control/call/call-port.ts';
import { LineCall } from '../../control/call/line-call.ts';
import type { VpdnDirectory } from '../../control/vpdn/vpdn-port.ts';
import { Forwarder } from '../../forward/path/forwarder.ts';
import type { LineForwarder } from '../../forward/path/line-forwarder.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import { makeDirectory } from './directory.ts';
import { lineOptions } from './line-options.ts';
import type { LacParts } from './parts.ts';
import type { LacLine, TunnelRecord, Work } from './records.ts';
import { Tunnels } from './tunnels.ts';

const ADMINISTRATIVE: ResultCode = { result: 3, error: 0 };
const SHUTTING_DOWN: ResultCode = { result: 6 };
const CLEAR_CONTROL_CONNECTION: ResultCode = { result: 1 };

export class Lac {
  readonly lines: LacLine[] = [];
  readonly tunnels: Tunnels;
  readonly forwarder: Forwarder;
  readonly #parts: LacParts;
  readonly #directory: VpdnDirectory;
  readonly #byForwarder = new Map<LineForwarder, LacLine>();
  readonly #work: Work[] = [];
  /** The time of the input being handled: the watch is called without one. */
  #now: Millis = 0;
  #running = false;
  #serial: number;

  constructor(parts: LacParts) {
    this.#parts = parts;
    this.#directory = makeDirectory(parts.config);
    this.#serial = parts.firstSerial >>> 0;
    const { udp, slotsAt, maxLines } = parts;
    this.forwarder = new Forwarder({ udp, slotsAt, maxLines });
    this.tunnels = new Tunnels(parts, this.forwarder, (work, now) => this.#input(work, now));
    this.forwarder.setWatch({
      up: (line, protocol, memory, start, end) =>
        this.#passed(line, 'caller', protocol, memory.slice(start, end)),
      down: (line, protocol, memory, start, end) =>
        this.#passed(line, 'lns', protocol, memory.slice(start, end)),
      punted: () => this.#takePunted(this.#now),
    });
  }

  /** Before the scheduler runs, once for each line with a device. */
  addLine(config: LineConfig, port: LinePort, hangUp: () => void): LacLine {
    const { timers, random, sink } = this.#parts;
    const { speedBps, ppp } = config;
    const nextSerial = () => {
      this.#serial = (this.#serial + 1) >>> 0;
      return this.#serial;
    };
    const line: LacLine = {
      config,
      call: new LineCall(lineOptions(config), this.#directory, random, sink, nextSerial),
      forwarder: this.forwarder.addLine(port, { speedBps, mruOctets: ppp.mruOctets }),
      timer: timers.create((now) => this.#input({ line, input: { kind: 'timer' } }, now)),
      hangUp,
      tunnel: undefined,
      token: undefined,
      sessionId: 0,
      peerSessionId: 0,
      restoreHeader: true,
    };
    this.lines.push(line);
    this.#byForwarder.set(line.forwarder, line);
    return line;
  }

  lineOpened(line: LacLine, now: Millis): void {
    this.forwarder.openLine(line.forwarder);
    this.#input({ line, input: { kind: 'line-open' } }, now);
  }

  lineDown(line: LacLine, why: string, now: Millis): void {
    this.#input({ line, input: { kind: 'line-down', why } }, now);
    this.forwarder.closeLine(line.forwarder);
  }

  /** The device has put octets into the line's ring. */
  lineReadable(line: LacLine, now: Millis): void {
    this.#now = now;
    this.forwarder.lineReadable(line.forwarder);
    this.#takePunted(now);
  }

  /** @returns how many datagrams were taken; a full batch means that more may wait */
  datagramsReadable(now: Millis): number {
    this.#now = now;
    const count = this.forwarder.datagramsReadable();
    this.#takePunted(now);
    return count;
  }

  clearLine(line: LacLine, why: string, now: Millis): void {
    this.#input({ line, input: { kind: 'clear', result: ADMINISTRATIVE, why } }, now);
  }

  clearTunnel(record: TunnelRecord, now: Millis): void {
    const result = CLEAR_CONTROL_CONNECTION;
    this.#input({ tunnel: record, input: { kind: 'close', result } }, now);
  }

  /** CDN to every session, StopCCN to every tunnel, every line hung up. */
  shutdown(now: Millis): void {
    for (const line of this.lines) this.clearLine(line, 'shutdown', now);
    for (const tunnel of this.tunnels.records.values()) {
      this.#input({ tunnel, input: { kind: 'close', result: SHUTTING_DOWN } }, now);
    }
  }

  /** Every call is over and every tunnel closed, its StopCCN acknowledged. */
  isDown(): boolean {
    const calling = this.lines.some(({ call }) => call.state !== 'idle' && call.state !== 'closed');
    return !calling && [...this.tunnels.records.values()].every(({ tunnel }) => tunnel.isSettled());
  }

  #passed(
    forwarder: LineForwarder,
    from: 'caller' | 'lns',
    protocol: number,
    information: Uint8Array,
  ): void {
    const line = this.#byForwarder.get(forwarder);
    if (line === undefined) return;
    this.#input({ line, input: { kind: 'passed', from, protocol, information } }, this.#now);
  }

  #takePunted(now: Millis): void {
    const { punt } = this.forwarder;
    for (let next = punt.take(); next !== undefined; next = punt.take()) {
      if (next.kind === 'datagram') {
        this.tunnels.datagram(next.octets, { address: next.address, port: next.port }, now);
        continue;
      }
      const line = this.#byForwarder.get(next.line);
      const { protocol, information } = next;
      if (line === undefined) continue;
      this.#input({ line, input: { kind: 'frame', protocol, information } }, now);
    }
  }

  #input(work: Work, now: Millis): void {
    this.#work.push(work);
    if (this.#running) return;
    this.#running = true;
    this.#now = now;
    for (let next = this.#work.shift(); next !== undefined; next = this.#work.shift()) {
      if ('line' in next) this.#runCall(next.line, next.input, now);
      else this.tunnels.run(next.tunnel, next.input, now);
    }
    this.#running = false;
  }

  #runCall(line: LacLine, input: CallIn, now: Millis): void {
    const outputs: CallOut[] = [];
    line.call.handle(input, now, outputs);
    for (const output of outputs) this.#heed(line, output, now);
    this.#parts.timers.set(line.timer, line.call.deadline());
  }

  #heed(line: LacLine, output: CallOut, now: Millis): void {
    switch (output.kind) {
      case 'send':
        this.forwarder.sendPpp(line.forwarder, output.protocol, output.information);
        return;
      case 'framing':
        line.forwarder.setFraming(output.framing);
        return;
      case 'tunnel-wanted':
        line.restoreHeader = output.profile.restoreHeader;
        this.tunnels.want(line, output, now);
        return;
      case 'place-call':
        this.tunnels.place(line, output, now);
        return;
      case 'clear-call':
        this.tunnels.clear(line, output.result, now);
        return;
      case 'forward':
        this.tunnels.bind(line);
        for (const { protocol, information } of output.held) {
          this.forwarder.sendUp(line.forwarder, protocol, information);
        }
        return;
      case 'unforward':
        this.forwarder.unbind(line.forwarder);
        return;
      case 'hang-up':
        this.forwarder.closeLine(line.forwarder);
        line.hangUp();
        return;
    }
  }
}
