/**
 * The LAC's tunnels: which one a call joins, what comes to them from the network, and what they say
 * to the calls in them.
 */
import { assert } from '../../base/assert.ts';
import { log } from '../../base/event.ts';
import { Fault } from '../../base/fault.ts';
import type { Millis } from '../../base/machine.ts';
import { type DatagramPort, type Endpoint, formatIpv4 } from '../../base/port.ts';
import type { CallOut } from '../../control/call/call-port.ts';
import type { ClearCause, TunnelIn, TunnelOut } from '../../control/l2tp/tunnel-port.ts';
import { TunnelTable } from '../../control/l2tp/tunnel-table.ts';
import type { Forwarder } from '../../forward/path/forwarder.ts';
import { L2tpHeader, parseL2tpHeader } from '../../wire/l2tp/header.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import type { LacParts } from './parts.ts';
import type { LacLine, TunnelRecord, Work } from './records.ts';

export class Tunnels {
  readonly records = new Map<number, TunnelRecord>();
  readonly #parts: LacParts;
  readonly #forwarder: Forwarder;
  readonly #table: TunnelTable;
  /** Runs a machine after those that run already. */
  readonly #post: (work: Work, now: Millis) => void;
  readonly #header = new L2tpHeader();
  #lastToken = 0;

  constructor(parts: LacParts, forwarder: Forwarder, post: (work: Work, now: Millis) => void) {
    this.#parts = parts;
    this.#forwarder = forwarder;
    this.#table = new TunnelTable(parts.random, parts.sink);
    this.#post = post;
  }

  get counters(): { readonly [name: string]: number } {
    return { ...this.#table.counters };
  }

  /** A control datagram, its header known to parse. */
  datagram(octets: Uint8Array, from: Endpoint, now: Millis): void {
    const header = this.#header;
    const fault = parseL2tpHeader(octets, octets.length, header);
    assert(fault === Fault.None, 'the forwarding plane punts what parses');
    const tunnel = this.#table.route(octets, header, from);
    const record = tunnel === undefined ? undefined : this.records.get(tunnel.localTunnelId);
    if (record !== undefined) {
      this.#post({ tunnel: record, input: { kind: 'datagram', octets, from } }, now);
      return;
    }
    const answers: TunnelOut[] = [];
    this.#table.stray(octets, header, from, now, answers);
    for (const answer of answers) {
      if (answer.kind === 'send') this.#sendOnce(answer.octets, answer.to);
    }
  }

  /** Joins the call to the tunnel of its group and address, which is opened when there is none. */
  want(line: LacLine, wanted: Extract<CallOut, { kind: 'tunnel-wanted' }>, now: Millis): void {
    const { profile, address, giveUpMs } = wanted;
    const key = `${profile.name}/${address.address}:${address.port}`;
    const known = [...this.records.values()].find(
      (record) => record.key === key && record.state !== 'down',
    );
    this.#traceSelect(line, wanted, known);
    const record = known ?? this.#open(wanted, key);
    if (record === undefined) {
      const text = 'every tunnel id is in use here';
      this.#tell(line, { by: 'us', text }, now);
      return;
    }
    if (known === undefined) this.#post({ tunnel: record, input: { kind: 'open', giveUpMs } }, now);
    line.tunnel = record;
    if (record.state === 'established') {
      this.#post({ line, input: { kind: 'tunnel-established' } }, now);
    } else {
      record.waiting.add(line);
      this.#post({ line, input: { kind: 'tunnel-pending' } }, now);
    }
  }

  place(line: LacLine, { setup }: Extract<CallOut, { kind: 'place-call' }>, now: Millis): void {
    const record = line.tunnel;
    assert(record !== undefined, 'a call is placed in the tunnel it wanted');
    this.#lastToken++;
    line.token = this.#lastToken;
    record.calls.set(line.token, line);
    this.#post({ tunnel: record, input: { kind: 'place-call', call: line.token, setup } }, now);
  }

  /** The line's session gets its CDN; a call that only waits for a tunnel waits no more. */
  clear(line: LacLine, result: ResultCode, now: Millis): void {
    const { tunnel: record, token } = line;
    if (record === undefined) return;
    record.waiting.delete(line);
    if (token !== undefined) {
      record.calls.delete(token);
      this.#post({ tunnel: record, input: { kind: 'clear-call', call: token, result } }, now);
    }
    leave(line);
  }

  /** The session is up: frames of the line go into it. */
  bind(line: LacLine): void {
    const record = line.tunnel;
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
      sequencing: false,
    });
  }

  run(record: TunnelRecord, input: TunnelIn, now: Millis): void {
    const outputs: TunnelOut[] = [];
    record.tunnel.handle(input, now, outputs);
    for (const output of outputs) this.#heed(record, output, now);
    if (this.records.has(record.tunnel.localTunnelId)) {
      this.#parts.timers.set(record.timer, record.tunnel.deadline());
    }
  }

  #heed(record: TunnelRecord, output: TunnelOut, now: Millis): void {
    switch (output.kind) {
      case 'send':
        this.#forwarder.sendDatagram(output.octets, peerOf(record, output.to, this.#parts.udp));
        return;
      case 'established':
        record.state = 'established';
        for (const line of record.waiting) {
          this.#post({ line, input: { kind: 'tunnel-established' } }, now);
        }
        record.waiting.clear();
        return;
      case 'down':
        this.#down(record, output.cause, now);
        return;
      case 'released':
        this.#release(record);
        return;
      case 'call-placed':
      case 'call-up':
      case 'call-down':
      case 'accm': {
        const line = record.calls.get(output.call);
        if (line !== undefined) this.#heedCall(record, line, output, now);
        return;
      }
    }
  }

  #heedCall(
    record: TunnelRecord,
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
        this.#post({ line, input: { kind: 'call-up' } }, now);
        return;
      case 'call-down':
        record.calls.delete(output.call);
        this.#tell(line, output.cause, now);
        return;
      case 'accm': {
        const { send, receive } = output;
        this.#post({ line, input: { kind: 'accm', send, receive } }, now);
        return;
      }
    }
  }

  #open(
    { profile, address }: Extract<CallOut, { kind: 'tunnel-wanted' }>,
    key: string,
  ): TunnelRecord | undefined {
    const { timers, udp, sink } = this.#parts;
    const tunnel = this.#table.open({ ...profile.tunnel, peer: address });
    if (tunnel === undefined) {
      sink(log('VPDN', 3, 'LIMIT', `no room for a tunnel to ${formatIpv4(address.address)}`));
      return undefined;
    }
    const record: TunnelRecord = {
      tunnel,
      key,
      timer: timers.create((at) => this.#post({ tunnel: record, input: { kind: 'timer' } }, at)),
      waiting: new Set(),
      calls: new Map(),
      endpoint: address,
      peer: udp.addPeer(address.address, address.port),
      state: 'opening',
    };
    this.records.set(tunnel.localTunnelId, record);
    return record;
  }

  #down(record: TunnelRecord, cause: ClearCause, now: Millis): void {
    record.state = 'down';
    const seen: ClearCause = cause.by === 'peer' ? { ...cause, by: 'tunnel' } : cause;
    for (const line of record.waiting) this.#tell(line, seen, now);
    record.waiting.clear();
  }

  #release(record: TunnelRecord): void {
    const { timers, udp } = this.#parts;
    timers.destroy(record.timer);
    // What is still queued for the peer leaves with the next flush all the same.
    udp.forgetPeer(record.peer);
    this.records.delete(record.tunnel.localTunnelId);
    this.#table.remove(record.tunnel);
  }

  #tell(line: LacLine, cause: ClearCause, now: Millis): void {
    leave(line);
    this.#post({ line, input: { kind: 'call-down', cause } }, now);
  }

  /** To somebody who is no tunnel's peer. */
  #sendOnce(octets: Uint8Array, to: Endpoint): void {
    const { udp } = this.#parts;
    const peer = udp.addPeer(to.address, to.port);
    this.#forwarder.sendDatagram(octets, peer);
    udp.forgetPeer(peer);
  }

  #traceSelect(
    line: LacLine,
    { profile, address }: Extract<CallOut, { kind: 'tunnel-wanted' }>,
    known: TunnelRecord | undefined,
  ): void {
    const opening = known?.state === 'opening' ? 'pending' : 'active';
    const how = known === undefined ? 'non-active' : opening;
    const lns = profile.addresses.find(
      (one) => one.address === address.address && one.port === address.port,
    );
    this.#parts.sink({
      kind: 'vpdn-select',
      interfaceName: `Async${line.config.number}`,
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

/** The socket's index for where the tunnel sends now. */
function peerOf(record: TunnelRecord, to: Endpoint, udp: DatagramPort): number {
  const { address, port } = record.endpoint;
  if (to.address !== address || to.port !== port) {
    udp.forgetPeer(record.peer);
    record.endpoint = to;
    record.peer = udp.addPeer(to.address, to.port);
  }
  return record.peer;
}
