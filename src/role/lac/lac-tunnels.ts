/** The tunnels that we open: which one a call joins, and what they say to the calls in them. */
import { assert } from '../../base/assert.ts';
import type { EventSink } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';
import { formatIpv4 } from '../../base/port.ts';
import type { CallIn, CallOut } from '../../control/call/call-port.ts';
import type { ClearCause, TunnelOut } from '../../control/l2tp/tunnel-port.ts';
import type { Forwarder } from '../../forward/path/forwarder.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import type { TunnelOwner, TunnelRecord } from '../router/tunnel-record.ts';
import type { Tunnels } from '../router/tunnels.ts';
import type { LacLine, LacTunnel } from './records.ts';

type Wanted = Extract<CallOut, { kind: 'tunnel-wanted' }>;

export class LacTunnels implements TunnelOwner {
  readonly #byRecord = new Map<TunnelRecord, LacTunnel>();
  readonly #tunnels: Tunnels;
  readonly #forwarder: Forwarder;
  readonly #sink: EventSink;
  /** Runs a line's machine after those that run already. */
  readonly #tellLine: (line: LacLine, input: CallIn, now: Millis) => void;
  #lastToken = 0;

  constructor(
    tunnels: Tunnels,
    forwarder: Forwarder,
    sink: EventSink,
    tellLine: (line: LacLine, input: CallIn, now: Millis) => void,
  ) {
    this.#tunnels = tunnels;
    this.#forwarder = forwarder;
    this.#sink = sink;
    this.#tellLine = tellLine;
  }

  /** Joins the call to the tunnel of its group and address, which is opened when there is none. */
  want(line: LacLine, wanted: Wanted, now: Millis): void {
    const { profile, address, giveUpMs } = wanted;
    const key = `${profile.name}/${address.address}:${address.port}`;
    const known = [...this.#byRecord.values()].find(
      (tunnel) => tunnel.key === key && tunnel.record.state !== 'down',
    );
    this.#traceSelect(line, wanted, known);
    const tunnel = known ?? this.#open(wanted, key);
    if (tunnel === undefined) {
      this.#tellDown(line, { by: 'us', text: 'every tunnel id is in use here' }, now);
      return;
    }
    if (known === undefined) this.#tunnels.input(tunnel.record, { kind: 'open', giveUpMs }, now);
    line.tunnel = tunnel;
    if (tunnel.record.state === 'established') {
      this.#tellLine(line, { kind: 'tunnel-established' }, now);
    } else {
      tunnel.waiting.add(line);
      this.#tellLine(line, { kind: 'tunnel-pending' }, now);
    }
  }

  place(line: LacLine, { setup }: Extract<CallOut, { kind: 'place-call' }>, now: Millis): void {
    const { tunnel } = line;
    assert(tunnel !== undefined, 'a call is placed in the tunnel it wanted');
    this.#lastToken++;
    line.token = this.#lastToken;
    line.sequencing = setup.sequencingRequired === true;
    tunnel.calls.set(line.token, line);
    this.#tunnels.input(tunnel.record, { kind: 'place-call', call: line.token, setup }, now);
  }

  /** The line's session gets its CDN; a call that only waits for a tunnel waits no more. */
  clear(line: LacLine, result: ResultCode, now: Millis): void {
    const { tunnel, token } = line;
    if (tunnel === undefined) return;
    tunnel.waiting.delete(line);
    if (token !== undefined) {
      tunnel.calls.delete(token);
      this.#tunnels.input(tunnel.record, { kind: 'clear-call', call: token, result }, now);
    }
    leave(line);
  }

  /** The session is up: frames of the line go into it. */
  bind(line: LacLine): void {
    const record = line.tunnel?.record;
    // One datagram can let the tunnel take several: the call was up and over before we heard of it.
    if (record === undefined) return;
    this.#forwarder.bind(line.forwarder, {
      tunnelId: record.tunnel.localTunnelId,
      sessionId: line.sessionId,
      peerTunnelId: record.tunnel.peerTunnelId,
      peerSessionId: line.peerSessionId,
      peer: record.peer,
      address: record.endpoint.address,
      port: record.endpoint.port,
      restoreHeader: line.restoreHeader,
      sequencing: line.sequencing,
    });
  }

  heed(record: TunnelRecord, output: TunnelOut, now: Millis): void {
    const tunnel = this.#byRecord.get(record);
    assert(tunnel !== undefined, 'a tunnel of ours is known');
    switch (output.kind) {
      case 'established':
        for (const line of tunnel.waiting) {
          this.#tellLine(line, { kind: 'tunnel-established' }, now);
        }
        tunnel.waiting.clear();
        return;
      case 'down':
        this.#down(tunnel, output.cause, now);
        return;
      case 'call-placed':
      case 'call-up':
      case 'call-down':
      case 'accm': {
        const line = tunnel.calls.get(output.call);
        if (line !== undefined) this.#heedCall(tunnel, line, output, now);
        return;
      }
      default:
        assert(false, `a tunnel that we opened has no ${output.kind}`);
    }
  }

  released(record: TunnelRecord): void {
    this.#byRecord.delete(record);
  }

  sessionsIn(record: TunnelRecord): number {
    return this.#byRecord.get(record)?.calls.size ?? 0;
  }

  #heedCall(
    tunnel: LacTunnel,
    line: LacLine,
    output: Extract<TunnelOut, { call: number }>,
    now: Millis,
  ): void {
    switch (output.kind) {
      case 'call-placed':
        line.sessionId = output.sessionId;
        return;
      case 'call-up':
        line.peerSessionId = output.peerSessionId;
        this.#tellLine(line, { kind: 'call-up' }, now);
        return;
      case 'call-down':
        tunnel.calls.delete(output.call);
        this.#tellDown(line, output.cause, now);
        return;
      case 'accm': {
        const { send, receive } = output;
        this.#tellLine(line, { kind: 'accm', send, receive }, now);
        return;
      }
    }
  }

  #open({ profile, address }: Wanted, key: string): LacTunnel | undefined {
    const options = { ...profile.tunnel, peer: address };
    const record = this.#tunnels.open(options, this, profile.sourceIp);
    if (record === undefined) return undefined;
    const tunnel: LacTunnel = { record, key, waiting: new Set(), calls: new Map() };
    this.#byRecord.set(record, tunnel);
    return tunnel;
  }

  #down(tunnel: LacTunnel, cause: ClearCause, now: Millis): void {
    const seen: ClearCause = cause.by === 'peer' ? { ...cause, by: 'tunnel' } : cause;
    for (const line of tunnel.waiting) this.#tellDown(line, seen, now);
    tunnel.waiting.clear();
  }

  #tellDown(line: LacLine, cause: ClearCause, now: Millis): void {
    leave(line);
    this.#tellLine(line, { kind: 'call-down', cause }, now);
  }

  #traceSelect(line: LacLine, { profile, address }: Wanted, known: LacTunnel | undefined): void {
    const opening = known?.record.state === 'opening' ? 'pending' : 'active';
    const how = known === undefined ? 'non-active' : opening;
    const lns = profile.addresses.find(
      (one) => one.address === address.address && one.port === address.port,
    );
    this.#sink({
      kind: 'vpdn-select',
      interfaceName: line.interfaceName,
      how,
      address: formatIpv4(address.address),
      priority: lns?.priority ?? 0,
    });
  }
}

function leave(line: LacLine): void {
  line.tunnel = undefined;
  line.token = undefined;
  line.sessionId = 0;
  line.peerSessionId = 0;
}
