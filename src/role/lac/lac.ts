/**
 * The access concentrator: lines, calls, tunnels and the two planes wired together. Still no I/O.
 * Machines are run one input at a time from a queue, so that none is entered twice and what they
 * say comes out in the order in which it was said.
 */
import { assert } from '../../base/assert.ts';
import { type EventSink, log } from '../../base/event.ts';
import { Fault } from '../../base/fault.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { type DatagramPort, type Endpoint, formatIpv4, type LinePort } from '../../base/port.ts';
import type { Timers } from '../../base/timers.ts';
import type { Config, LineConfig } from '../../config/schema/config.ts';
import type { CallIn, CallOut } from '../../control/call/call-port.ts';
import { LineCall } from '../../control/call/line-call.ts';
import type { TunnelIn, TunnelOut } from '../../control/l2tp/tunnel-port.ts';
import { TunnelTable } from '../../control/l2tp/tunnel-table.ts';
import type { VpdnDirectory } from '../../control/vpdn/profile.ts';
import { Forwarder } from '../../forward/path/forwarder.ts';
import type { LineForwarder } from '../../forward/path/line-forwarder.ts';
import { L2tpHeader, parseL2tpHeader } from '../../wire/l2tp/header.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import { makeDirectory } from './directory.ts';
import type { LacLine } from './line.ts';
import { lineOptions } from './line-options.ts';
import { peerOf, type TunnelRecord, tunnelKey } from './tunnels.ts';

const ADMINISTRATIVE: ResultCode = { result: 3, error: 0 };
const SHUTTING_DOWN: ResultCode = { result: 6 };
const CLEAR_CONTROL_CONNECTION: ResultCode = { result: 1 };

type Work =
  | { readonly line: LacLine; readonly input: CallIn }
  | { readonly tunnel: TunnelRecord; readonly input: TunnelIn };

export interface LacParts {
  readonly config: Config;
  readonly udp: DatagramPort;
  /** Where in udp.memory the forwarding plane's frame slots are. */
  readonly slotsAt: number;
  readonly maxLines: number;
  readonly timers: Timers;
  readonly random: Random;
  readonly sink: EventSink;
  /** First Call Serial Number: from the wall clock, so that it rises across reboots. L2TP-4.4.4-02 */
  readonly firstSerial: number;
}

export class Lac {
  readonly lines: LacLine[] = [];
  readonly records = new Map<number, TunnelRecord>();
  readonly forwarder: Forwarder;
  readonly #parts: LacParts;
  readonly #directory: VpdnDirectory;
  readonly #table: TunnelTable;
  readonly #byForwarder = new Map<LineForwarder, LacLine>();
  readonly #header = new L2tpHeader();
  readonly #work: Work[] = [];
  /** The time of the input being handled: the watch is called without one. */
  #now: Millis = 0;
  #running = false;
  #serial: number;
  #lastToken = 0;
  /** Datagrams with a broken header, by the forwarding plane's or our own reading. */
  badHeaders = 0;

  constructor(parts: LacParts) {
    this.#parts = parts;
    this.#directory = makeDirectory(parts.config);
    this.#table = new TunnelTable(parts.random, parts.sink);
    this.#serial = parts.firstSerial >>> 0;
    const { udp, slotsAt, maxLines } = parts;
    this.forwarder = new Forwarder({ udp, slotsAt, maxLines });
    this.forwarder.setWatch({
      up: (line, protocol, memory, start, end) =>
        this.#passed(line, 'caller', protocol, memory.slice(start, end)),
      down: (line, protocol, memory, start, end) =>
        this.#passed(line, 'lns', protocol, memory.slice(start, end)),
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
    const input: TunnelIn = { kind: 'close', result: CLEAR_CONTROL_CONNECTION };
    this.#input({ tunnel: record, input }, now);
  }

  /** CDN to every session, StopCCN to every tunnel, every line hung up. */
  shutdown(now: Millis): void {
    for (const line of this.lines) this.clearLine(line, 'shutdown', now);
    for (const tunnel of this.records.values()) {
      this.#input({ tunnel, input: { kind: 'close', result: SHUTTING_DOWN } }, now);
    }
  }

  /** Every call is over and every tunnel closed, its StopCCN acknowledged. */
  isDown(): boolean {
    const calling = this.lines.some(({ call }) => call.state !== 'idle' && call.state !== 'closed');
    return !calling && [...this.records.values()].every(({ tunnel }) => tunnel.isSettled());
  }

  get strayCounters(): { readonly [name: string]: number } {
    return { ...this.#table.counters, badHeaders: this.badHeaders };
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
        this.#datagram(next.octets, { address: next.address, port: next.port }, now);
        continue;
      }
      const line = this.#byForwarder.get(next.line);
      const { protocol, information } = next;
      if (line !== undefined)
        this.#input({ line, input: { kind: 'frame', protocol, information } }, now);
    }
  }

  #datagram(octets: Uint8Array, from: Endpoint, now: Millis): void {
    if (parseL2tpHeader(octets, octets.length, this.#header) !== Fault.None) {
      this.badHeaders++;
      return;
    }
    const tunnel = this.#table.route(octets, this.#header, from);
    const record = tunnel === undefined ? undefined : this.records.get(tunnel.localTunnelId);
    if (record !== undefined) {
      this.#input({ tunnel: record, input: { kind: 'datagram', octets, from } }, now);
      return;
    }
    const answers: TunnelOut[] = [];
    this.#table.stray(octets, this.#header, from, now, answers);
    for (const answer of answers)
      if (answer.kind === 'send') this.#sendOnce(answer.octets, answer.to);
  }

  /** To somebody who is no tunnel's peer. */
  #sendOnce(octets: Uint8Array, to: Endpoint): void {
    const { udp } = this.#parts;
    const peer = udp.addPeer(to.address, to.port);
    this.forwarder.sendDatagram(octets, peer);
    this.forwarder.flush();
    udp.forgetPeer(peer);
  }

  #input(work: Work, now: Millis): void {
    this.#work.push(work);
    if (this.#running) return;
    this.#running = true;
    this.#now = now;
    for (let next = this.#work.shift(); next !== undefined; next = this.#work.shift()) {
      if ('line' in next) this.#runCall(next.line, next.input, now);
      else this.#runTunnel(next.tunnel, next.input, now);
    }
    this.#running = false;
  }

  #runCall(line: LacLine, input: CallIn, now: Millis): void {
    const outputs: CallOut[] = [];
    line.call.handle(input, now, outputs);
    for (const output of outputs) this.#fromCall(line, output, now);
    this.#parts.timers.set(line.timer, line.call.deadline());
  }

  #runTunnel(record: TunnelRecord, input: TunnelIn, now: Millis): void {
    const outputs: TunnelOut[] = [];
    record.tunnel.handle(input, now, outputs);
    for (const output of outputs) this.#fromTunnel(record, output);
    if (this.records.has(record.tunnel.localTunnelId)) {
      this.#parts.timers.set(record.timer, record.tunnel.deadline());
    }
  }

  #fromCall(line: LacLine, output: CallOut, now: Millis): void {
    const { forwarder } = this;
    switch (output.kind) {
      case 'send':
        forwarder.sendPpp(line.forwarder, output.protocol, output.information);
        return;
      case 'framing':
        line.forwarder.setFraming(output.framing);
        return;
      case 'tunnel-wanted':
        line.restoreHeader = output.profile.restoreHeader;
        this.#wantTunnel(line, output, now);
        return;
      case 'place-call':
        this.#placeCall(line, output);
        return;
      case 'clear-call':
        this.#clearCall(line, output.result);
        return;
      case 'forward':
        this.#forward(line);
        for (const { protocol, information } of output.held) {
          forwarder.sendUp(line.forwarder, protocol, information);
        }
        return;
      case 'unforward':
        forwarder.unbind(line.forwarder);
        return;
      case 'hang-up':
        forwarder.closeLine(line.forwarder);
        line.hangUp();
        return;
    }
  }

  #wantTunnel(
    line: LacLine,
    { profile, address, giveUpMs }: Extract<CallOut, { kind: 'tunnel-wanted' }>,
    now: Millis,
  ): void {
    const key = tunnelKey(profile.name, address);
    const { timers, udp, sink } = this.#parts;
    const known = [...this.records.values()].find((one) => one.key === key && one.state !== 'down');
    const interfaceName = `Async${line.config.number}`;
    const how =
      known === undefined ? 'non-active' : known.state === 'opening' ? 'pending' : 'active';
    const text = formatIpv4(address.address);
    const priority =
      profile.addresses.find((one) => one.address === address.address)?.priority ?? 0;
    sink({ kind: 'vpdn-select', interfaceName, how, address: text, priority });
    let record = known;
    if (record === undefined) {
      const tunnel = this.#table.open({ ...profile.tunnel, peer: address });
      if (tunnel === undefined) {
        sink(
          log('VPDN', 3, 'LIMIT', `no room for a tunnel to ${text}, wanted by ${interfaceName}`),
        );
        const cause = { by: 'us', text: 'every tunnel id is in use here' } as const;
        this.#work.push({ line, input: { kind: 'call-down', cause } });
        return;
      }
      const made: TunnelRecord = {
        tunnel,
        key,
        timer: timers.create((at) => this.#input({ tunnel: made, input: { kind: 'timer' } }, at)),
        openedAt: now,
        waiting: new Set(),
        calls: new Map(),
        endpoint: address,
        peer: udp.addPeer(address.address, address.port),
        state: 'opening',
      };
      record = made;
      this.records.set(tunnel.localTunnelId, record);
      this.#work.push({ tunnel: record, input: { kind: 'open', giveUpMs } });
    }
    line.tunnel = record;
    if (record.state === 'established') {
      this.#work.push({ line, input: { kind: 'tunnel-established' } });
    } else {
      record.waiting.add(line);
      this.#work.push({ line, input: { kind: 'tunnel-pending' } });
    }
  }

  #placeCall(line: LacLine, { setup }: Extract<CallOut, { kind: 'place-call' }>): void {
    const record = line.tunnel;
    assert(record !== undefined, 'a call is placed in the tunnel it wanted');
    this.#lastToken++;
    line.token = this.#lastToken;
    record.calls.set(line.token, line);
    this.#work.push({ tunnel: record, input: { kind: 'place-call', call: line.token, setup } });
  }

  #clearCall(line: LacLine, result: ResultCode): void {
    const { tunnel: record, token } = line;
    if (record === undefined) return;
    record.waiting.delete(line);
    if (token !== undefined) {
      record.calls.delete(token);
      this.#work.push({ tunnel: record, input: { kind: 'clear-call', call: token, result } });
    }
    this.#leaveTunnel(line);
  }

  #leaveTunnel(line: LacLine): void {
    line.tunnel = undefined;
    line.token = undefined;
    line.sessionId = 0;
    line.peerSessionId = 0;
  }

  #forward(line: LacLine): void {
    const record = line.tunnel;
    assert(record !== undefined, 'a forwarded call has a tunnel');
    this.forwarder.bind(line.forwarder, {
      tunnelId: record.tunnel.localTunnelId,
      sessionId: line.sessionId,
      peerTunnelId: record.tunnel.peerTunnelId,
      peerSessionId: line.peerSessionId,
      peer: record.peer,
      address: record.endpoint.address,
      port: record.endpoint.port,
      restoreHeader: line.restoreHeader,
      sequencing: false,
    });
  }

  #fromTunnel(record: TunnelRecord, output: TunnelOut): void {
    const { udp, timers } = this.#parts;
    switch (output.kind) {
      case 'send':
        this.forwarder.sendDatagram(output.octets, peerOf(record, output.to, udp));
        return;
      case 'established':
        record.state = 'established';
        for (const line of record.waiting) {
          this.#work.push({ line, input: { kind: 'tunnel-established' } });
        }
        record.waiting.clear();
        return;
      case 'call-placed': {
        const line = record.calls.get(output.call);
        if (line !== undefined) line.sessionId = output.sessionId;
        return;
      }
      case 'call-up': {
        const line = record.calls.get(output.call);
        if (line === undefined) return;
        line.peerSessionId = output.peerSessionId;
        this.#work.push({ line, input: { kind: 'call-up' } });
        return;
      }
      case 'call-down': {
        const line = record.calls.get(output.call);
        record.calls.delete(output.call);
        if (line === undefined) return;
        this.#leaveTunnel(line);
        this.#work.push({ line, input: { kind: 'call-down', cause: output.cause } });
        return;
      }
      case 'accm': {
        const line = record.calls.get(output.call);
        const { send, receive } = output;
        if (line !== undefined) this.#work.push({ line, input: { kind: 'accm', send, receive } });
        return;
      }
      case 'down': {
        record.state = 'down';
        const { cause } = output;
        const seen = cause.by === 'peer' ? { ...cause, by: 'tunnel' as const } : cause;
        for (const line of record.waiting) {
          this.#leaveTunnel(line);
          this.#work.push({ line, input: { kind: 'call-down', cause: seen } });
        }
        record.waiting.clear();
        return;
      }
      case 'released':
        timers.destroy(record.timer);
        udp.forgetPeer(record.peer);
        this.records.delete(record.tunnel.localTunnelId);
        this.#table.remove(record.tunnel);
        return;
    }
  }
}
