/**
 * The router's tunnels, whoever opened them: what comes to them from the network, what they send,
 * their timers. What they say of calls goes to their owners.
 */
import { assert } from '../../base/assert.ts';
import { log } from '../../base/event.ts';
import { Fault } from '../../base/fault.ts';
import type { Millis } from '../../base/machine.ts';
import { type DatagramPort, type Endpoint, formatIpv4 } from '../../base/port.ts';
import type { Tunnel } from '../../control/l2tp/tunnel.ts';
import type { TunnelIn, TunnelOptions, TunnelOut } from '../../control/l2tp/tunnel-port.ts';
import { TunnelTable } from '../../control/l2tp/tunnel-table.ts';
import type { Forwarder } from '../../forward/path/forwarder.ts';
import { L2tpHeader, parseL2tpHeader } from '../../wire/l2tp/header.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import type { RouterParts } from './parts.ts';
import type { Acceptor, TunnelOwner, TunnelRecord } from './tunnel-record.ts';
import type { WorkQueue } from './work-queue.ts';

export class Tunnels {
  readonly records = new Map<number, TunnelRecord>();
  readonly #parts: RouterParts;
  readonly #forwarder: Forwarder;
  readonly #queue: WorkQueue;
  readonly #table: TunnelTable;
  readonly #header = new L2tpHeader();
  #acceptor: Acceptor | undefined;

  constructor(parts: RouterParts, forwarder: Forwarder, queue: WorkQueue) {
    this.#parts = parts;
    this.#forwarder = forwarder;
    this.#queue = queue;
    const table = new TunnelTable(parts.random, parts.sink);
    this.#table = table;
    forwarder.setControlGate((tunnelId, now) => table.mayRead(tunnelId, now));
  }

  get counters(): { readonly [name: string]: number } {
    return { ...this.#table.counters };
  }

  setAcceptor(acceptor: Acceptor): void {
    this.#acceptor = acceptor;
  }

  /** Still to be handed its 'open'. @returns undefined when there are too many already */
  open(options: TunnelOptions, owner: TunnelOwner, local: number): TunnelRecord | undefined {
    const tunnel = this.#table.open(options);
    if (tunnel !== undefined) return this.#keep(tunnel, owner, options.peer, local);
    const text = `no room for a tunnel to ${formatIpv4(options.peer.address)}`;
    this.#parts.sink(log('VPDN', 3, 'LIMIT', text));
    return undefined;
  }

  input(record: TunnelRecord, input: TunnelIn, now: Millis): void {
    this.#queue.post(() => this.#run(record, input, now), now);
  }

  close(record: TunnelRecord, result: ResultCode, now: Millis): void {
    this.input(record, { kind: 'close', result }, now);
  }

  /** A control datagram, its header known to parse, and to which address of ours it came. */
  datagram(octets: Uint8Array, from: Endpoint, local: number, now: Millis): void {
    const header = this.#header;
    const fault = parseL2tpHeader(octets, octets.length, header);
    assert(fault === Fault.None, 'the forwarding plane punts what parses');
    const tunnel = this.#table.route(octets, header, from);
    const record = tunnel === undefined ? undefined : this.records.get(tunnel.localTunnelId);
    if (record !== undefined) this.input(record, { kind: 'datagram', octets, from }, now);
    else this.#stray(octets, from, local, now);
  }

  /** For a tunnel of nobody's: perhaps it opens one. */
  #stray(octets: Uint8Array, from: Endpoint, local: number, now: Millis): void {
    const acceptor = this.#acceptor;
    const answers: TunnelOut[] = [];
    const select = (hostName: string): TunnelOptions | undefined =>
      acceptor?.select(hostName, from, local);
    const offer = this.#table.offer(octets, this.#header, from, now, select, answers);
    for (const answer of answers) {
      if (answer.kind === 'send') this.#sendOnce(answer.octets, answer.to, local);
    }
    for (const yielding of offer.yielding) {
      const old = this.records.get(yielding.tunnel.localTunnelId);
      if (old !== undefined) this.input(old, { kind: 'yield', why: yielding.why }, now);
    }
    if (offer.tunnel === undefined || acceptor === undefined) return;
    const record = this.#keep(offer.tunnel, acceptor, from, local);
    acceptor.adopt(record);
    this.input(record, { kind: 'accept', octets, from }, now);
  }

  #keep(tunnel: Tunnel, owner: TunnelOwner, endpoint: Endpoint, local: number): TunnelRecord {
    const { timers, udp } = this.#parts;
    const record: TunnelRecord = {
      tunnel,
      owner,
      local,
      endpoint,
      timer: timers.create((at) => this.input(record, { kind: 'timer' }, at)),
      peer: udp.addPeer(endpoint.address, endpoint.port, local),
      state: 'opening',
    };
    this.records.set(tunnel.localTunnelId, record);
    return record;
  }

  #run(record: TunnelRecord, input: TunnelIn, now: Millis): void {
    const outputs: TunnelOut[] = [];
    record.tunnel.handle(input, now, outputs);
    for (const output of outputs) this.#heed(record, output, now);
    if (this.records.has(record.tunnel.localTunnelId)) {
      this.#parts.timers.set(record.timer, record.tunnel.deadline());
    }
  }

  #heed(record: TunnelRecord, output: TunnelOut, now: Millis): void {
    if (output.kind === 'send') {
      this.#forwarder.sendDatagram(output.octets, peerOf(record, output.to, this.#parts.udp));
    } else if (output.kind === 'released') {
      this.#release(record);
    } else {
      if (output.kind === 'established') this.#table.established(record.tunnel);
      if (output.kind === 'established' || output.kind === 'down') record.state = output.kind;
      record.owner.heed(record, output, now);
    }
  }

  #release(record: TunnelRecord): void {
    const { timers, udp } = this.#parts;
    timers.destroy(record.timer);
    // What is still queued for the peer leaves with the next flush all the same.
    udp.forgetPeer(record.peer);
    this.records.delete(record.tunnel.localTunnelId);
    this.#table.remove(record.tunnel);
    record.owner.released(record);
  }

  /** To somebody who is no tunnel's peer. */
  #sendOnce(octets: Uint8Array, to: Endpoint, local: number): void {
    const { udp } = this.#parts;
    const peer = udp.addPeer(to.address, to.port, local);
    this.#forwarder.sendDatagram(octets, peer);
    udp.forgetPeer(peer);
  }
}

/** The socket's index for where the tunnel sends now. */
function peerOf(record: TunnelRecord, to: Endpoint, udp: DatagramPort): number {
  const { address, port } = record.endpoint;
  if (to.address !== address || to.port !== port) {
    udp.forgetPeer(record.peer);
    record.endpoint = to;
    record.peer = udp.addPeer(to.address, to.port, record.local);
  }
  return record.peer;
}
