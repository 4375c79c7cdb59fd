/**
 * The access concentrator: lines and their calls, joined to the tunnels that we open and to the
 * forwarding plane. Still no I/O.
 */
import type { Millis } from '../../base/machine.ts';
import type { LinePort } from '../../base/port.ts';
import type { LineConfig } from '../../config/schema/config.ts';
import type { CallIn, CallOut, LineCallOptions } from '../../control/call/call-port.ts';
import { LineCall } from '../../control/call/line-call.ts';
import type { VpdnDirectory } from '../../control/vpdn/vpdn-port.ts';
import type { Forwarder } from '../../forward/path/forwarder.ts';
import type { LineForwarder } from '../../forward/path/line-forwarder.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import type { RouterParts } from '../router/parts.ts';
import type { Tunnels } from '../router/tunnels.ts';
import type { WorkQueue } from '../router/work-queue.ts';
import { makeDirectory } from './directory.ts';
import { LacTunnels } from './lac-tunnels.ts';
import { lineOptions } from './line-options.ts';
import type { LacLine } from './records.ts';

const ADMINISTRATIVE: ResultCode = { result: 3, error: 0 };
const SHUTTING_DOWN: ResultCode = { result: 6 };

export class Lac {
  readonly lines: LacLine[] = [];
  readonly forwarder: Forwarder;
  readonly #parts: RouterParts;
  readonly #allTunnels: Tunnels;
  readonly #tunnels: LacTunnels;
  readonly #queue: WorkQueue;
  readonly #takePunted: () => void;
  readonly #directory: VpdnDirectory;
  readonly #byForwarder = new Map<LineForwarder, LacLine>();
  #serial: number;

  constructor(
    parts: RouterParts,
    forwarder: Forwarder,
    tunnels: Tunnels,
    queue: WorkQueue,
    takePunted: () => void,
  ) {
    this.#parts = parts;
    this.forwarder = forwarder;
    this.#allTunnels = tunnels;
    this.#queue = queue;
    this.#takePunted = takePunted;
    this.#directory = makeDirectory(parts.config);
    this.#serial = parts.firstSerial >>> 0;
    this.#tunnels = new LacTunnels(tunnels, forwarder, parts.sink, (line, input, now) =>
      this.#input(line, input, now),
    );
    forwarder.setWatch({
      up: (line, protocol, memory, start, end) =>
        this.#passed(line, 'caller', protocol, memory.slice(start, end)),
      down: (line, protocol, memory, start, end) =>
        this.#passed(line, 'lns', protocol, memory.slice(start, end)),
      punted: takePunted,
    });
  }

  /**
   * Before the scheduler runs, once for each line with a device.
   * @param as what the device knows better than the configuration: its name, its bearer, its speed
   */
  addLine(
    config: LineConfig,
    port: LinePort,
    hangUp: () => void,
    as: Partial<LineCallOptions> = {},
  ): LacLine {
    const { timers, random, sink, first } = this.#parts;
    const { speedBps, ppp } = config;
    const nextSerial = () => {
      this.#serial = (this.#serial + 1) >>> 0;
      return this.#serial;
    };
    const options = { ...lineOptions(config, first), ...as };
    const line: LacLine = {
      config,
      interfaceName: options.ppp.interfaceName,
      call: new LineCall(options, this.#directory, random, sink, nextSerial),
      forwarder: this.forwarder.addLine(port, { speedBps, mruOctets: ppp.mruOctets }),
      timer: timers.create((now) => this.#input(line, { kind: 'timer' }, now)),
      hangUp,
      tunnel: undefined,
      token: undefined,
      sessionId: 0,
      peerSessionId: 0,
      restoreHeader: true,
      sequencing: false,
    };
    this.lines.push(line);
    this.#byForwarder.set(line.forwarder, line);
    return line;
  }

  lineOpened(line: LacLine, now: Millis): void {
    this.forwarder.openLine(line.forwarder);
    this.#input(line, { kind: 'line-open' }, now);
  }

  lineDown(line: LacLine, why: string, now: Millis): void {
    this.#input(line, { kind: 'line-down', why }, now);
    this.forwarder.closeLine(line.forwarder);
  }

  /** The device has put octets into the line's ring. */
  lineReadable(line: LacLine, now: Millis): void {
    this.#queue.now = now;
    this.forwarder.lineReadable(line.forwarder);
    this.#takePunted();
  }

  /** A frame that the forwarding plane gave up. */
  frame(forwarder: LineForwarder, protocol: number, information: Uint8Array, now: Millis): void {
    const line = this.#byForwarder.get(forwarder);
    if (line !== undefined) this.#input(line, { kind: 'frame', protocol, information }, now);
  }

  clearLine(line: LacLine, why: string, now: Millis): void {
    this.#input(line, { kind: 'clear', result: ADMINISTRATIVE, why }, now);
  }

  /** Every line hung up, its session cleared; then the tunnels that we opened. */
  shutdown(now: Millis): void {
    for (const line of this.lines) this.clearLine(line, 'shutdown', now);
    for (const record of this.#allTunnels.records.values()) {
      if (record.owner === this.#tunnels) this.#allTunnels.close(record, SHUTTING_DOWN, now);
    }
  }

  isDown(): boolean {
    return this.lines.every(({ call }) => call.state === 'idle' || call.state === 'closed');
  }

  #passed(
    forwarder: LineForwarder,
    from: 'caller' | 'lns',
    protocol: number,
    information: Uint8Array,
  ): void {
    const line = this.#byForwarder.get(forwarder);
    if (line === undefined) return;
    this.#input(line, { kind: 'passed', from, protocol, information }, this.#queue.now);
  }

  #input(line: LacLine, input: CallIn, now: Millis): void {
    this.#queue.post(() => {
      const outputs: CallOut[] = [];
      line.call.handle(input, now, outputs);
      for (const output of outputs) this.#heed(line, output, now);
      this.#parts.timers.set(line.timer, line.call.deadline());
    }, now);
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
        this.#tunnels.want(line, output, now);
        return;
      case 'place-call':
        this.#tunnels.place(line, output, now);
        return;
      case 'clear-call':
        this.#tunnels.clear(line, output.result, now);
        return;
      case 'forward':
        this.#tunnels.bind(line);
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
