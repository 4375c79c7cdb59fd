/** The tunnel table with what a router does around it, for SCCRQs that come to it. */
import { strict as assert } from 'node:assert';
import type { Event } from '../../../src/base/event.ts';
import { Fault } from '../../../src/base/fault.ts';
import type { Millis, Random } from '../../../src/base/machine.ts';
import type { Endpoint } from '../../../src/base/port.ts';
import type { Tunnel } from '../../../src/control/l2tp/tunnel.ts';
import type { TunnelOptions, TunnelOut } from '../../../src/control/l2tp/tunnel-port.ts';
import type { Offer, Select } from '../../../src/control/l2tp/tunnel-table.ts';
import { TunnelTable } from '../../../src/control/l2tp/tunnel-table.ts';
import { L2tpHeader, parseL2tpHeader } from '../../../src/wire/l2tp/header.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { LAC, LNS_OPTIONS, SCCCN, sccrqOctets } from './lns-rig.ts';
import { sends } from './messages.ts';
import { OPTIONS, octetsOf, ScriptedLns, ScriptedRandom } from './rig.ts';

export const OTHER: Endpoint = { address: 0x0a000001, port: 5000 };
export const CHALLENGE = octetsOf('A0A1A2A3A4A5A6A7A8A9AAABACADAEAF');

/** The tunnels of a box that knows `hgw`, handed what it should be as the router does. */
export class Box {
  readonly table: TunnelTable;
  readonly events: Event[] = [];
  readonly asked: [string, Endpoint][] = [];
  readonly out: TunnelOut[] = [];
  options: TunnelOptions = LNS_OPTIONS;
  now: Millis = 0;

  constructor(random: Random = new ScriptedRandom()) {
    this.table = new TunnelTable(random, (event) => {
      this.events.push(event);
    });
  }

  readonly select: Select = (hostName, from) => {
    this.asked.push([hostName, from]);
    return hostName === 'hgw' ? this.options : undefined;
  };

  /** @returns what the table made of it, after everything has been told */
  receive(octets: Uint8Array, from: Endpoint = LAC): Offer | Tunnel {
    const header = parse(octets);
    const known = this.table.route(octets, header, from);
    if (known !== undefined) {
      this.#run(known, { kind: 'datagram', octets, from });
      return known;
    }
    const offer = this.table.offer(octets, header, from, this.now, this.select, this.out);
    for (const { tunnel, why } of offer.yielding) this.#run(tunnel, { kind: 'yield', why });
    if (offer.tunnel) this.#run(offer.tunnel, { kind: 'accept', octets, from });
    return offer;
  }

  /** @returns the tunnel that the SCCRQ has opened */
  accepted(octets: Uint8Array, from: Endpoint = LAC): Tunnel {
    const offer = this.receive(octets, from);
    assert.ok('yielding' in offer && offer.tunnel, 'it opens a tunnel');
    return offer.tunnel;
  }

  /** One of ours, its SCCRQ on its way. */
  opening(options: Partial<TunnelOptions> = {}): Tunnel {
    const tunnel = this.table.open({ ...OPTIONS, peer: LAC, ...options });
    assert.ok(tunnel);
    this.#run(tunnel, { kind: 'open', giveUpMs: Infinity });
    return tunnel;
  }

  scccn(tunnel: Tunnel, from: Endpoint = LAC): void {
    const peer = new ScriptedLns(tunnel.localTunnelId);
    peer.ns = 1;
    peer.nr = 1;
    this.receive(peer.message(SCCCN), from);
  }

  timer(tunnel: Tunnel, now: Millis): void {
    this.now = now;
    this.#run(tunnel, { kind: 'timer' });
  }

  take(): TunnelOut[] {
    return this.out.splice(0);
  }

  names(): string[] {
    return sends(this.take()).map(({ name }) => name);
  }

  #run(tunnel: Tunnel, input: Parameters<Tunnel['handle']>[0]): void {
    const outputs: TunnelOut[] = [];
    tunnel.handle(input, this.now, outputs);
    this.out.push(...outputs);
    if (outputs.some(({ kind }) => kind === 'released')) this.table.remove(tunnel);
  }
}

export function parse(octets: Uint8Array): L2tpHeader {
  const header = new L2tpHeader();
  assert.equal(parseL2tpHeader(octets, octets.length, header), Fault.None);
  return header;
}

/** The SCCRQ of one of many. */
export const sccrqOf = (assignedTunnelId: number, more: Partial<L2tpMessage> = {}): Uint8Array =>
  sccrqOctets({ assignedTunnelId, ...more });
export const fromAddress = (address: number): Endpoint => ({ address, port: 1701 });
