/**
 * A tunnel on a virtual clock, and the LNS at its other end: a small script of its own that shares
 * with the product only the codec, which has tests and captures for itself.
 */
import { strict as assert } from 'node:assert';
import type { Event } from '../../../src/base/event.ts';
import { Fault } from '../../../src/base/fault.ts';
import type { Millis, Random } from '../../../src/base/machine.ts';
import { fromText } from '../../../src/base/octets.ts';
import type { Endpoint } from '../../../src/base/port.ts';
import { Tunnel } from '../../../src/control/l2tp/tunnel.ts';
import type {
  CallSetup,
  TunnelIn,
  TunnelOptions,
  TunnelOut,
} from '../../../src/control/l2tp/tunnel-port.ts';
import { buildControlMessage } from '../../../src/wire/l2tp/build.ts';
import {
  isZlb,
  L2tpHeader,
  parseL2tpHeader,
  putL2tpControlHeader,
} from '../../../src/wire/l2tp/header.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { messageName } from '../../../src/wire/l2tp/names.ts';
import { parseControlMessage } from '../../../src/wire/l2tp/parse.ts';

export const LNS: Endpoint = { address: 0x0a330652, port: 1701 };
export const SECRET = fromText('hello');
export const LNS_TUNNEL_ID = 55270;
const LNS_WINDOW = 300;

export const OPTIONS: TunnelOptions = {
  peer: LNS,
  localName: 'hgw',
  authenticate: false,
  hide: 'nothing',
  receiveWindow: 800,
  firmwareRevision: 0x1130,
  vendorName: 'Cisco Systems, Inc.',
  cisco: false,
  helloMs: 60_000,
  noSessionMs: 15_000,
  setupMs: 60_000,
  retries: 5,
  initialRetries: 5,
  retransmitMinMs: 1000,
  retransmitMaxMs: 8000,
};

export const SETUP: CallSetup = {
  interfaceName: 'Async1',
  callSerialNumber: 7,
  bearerType: 2,
  framingType: 2,
  calledNumber: '614629',
  txConnectSpeed: 33600,
};

export const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
export const octetsOf = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

/** A seeded generator (mulberry32), 0 <= x < 1: a failure can be replayed. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Hands out the given octets in turn, then a counter's: ids stay unique, and nothing is random. */
export class ScriptedRandom implements Random {
  readonly #script: Uint8Array[];
  #count = 0x4000;

  constructor(...script: readonly string[]) {
    this.#script = script.map(octetsOf);
  }

  octets(count: number): Uint8Array {
    const next = this.#script.shift();
    if (next !== undefined) {
      assert.equal(next.length, count, 'the script has what is asked for');
      return next;
    }
    this.#count++;
    return Uint8Array.from({ length: count }, (_, at) => this.#count >>> (8 * (count - 1 - at)));
  }
}

/** What a datagram says, by the test's own choice of words. */
export interface Read {
  readonly name: string;
  readonly tunnelId: number;
  readonly sessionId: number;
  readonly ns: number;
  readonly nr: number;
  readonly message: L2tpMessage | undefined;
  readonly octets: Uint8Array;
}

export function read(octets: Uint8Array, secret: Uint8Array | undefined = SECRET): Read {
  const header = new L2tpHeader();
  assert.equal(parseL2tpHeader(octets, octets.length, header), Fault.None);
  const { tunnelId, sessionId, ns, nr } = header;
  if (isZlb(header))
    return { name: 'ZLB', tunnelId, sessionId, ns, nr, message: undefined, octets };
  const parsed = parseControlMessage(octets, header, secret);
  assert.equal(parsed.verdict, 'message', 'we send nothing malformed');
  const { message } = parsed;
  return { name: messageName(message.type), tunnelId, sessionId, ns, nr, message, octets };
}

/** Control connection and transport of an LNS, each message of it on the test's demand. */
export class ScriptedLns {
  ns = 0;
  nr = 0;
  /** What it addresses: the LAC's tunnel. */
  readonly tunnelId: number;

  constructor(tunnelId: number) {
    this.tunnelId = tunnelId;
  }

  /** Counts what it has received in order. */
  hear({ name, ns }: Read): void {
    if (name !== 'ZLB' && ns === this.nr) this.nr = (this.nr + 1) & 0xffff;
  }

  message(message: L2tpMessage, sessionId = 0): Uint8Array {
    return this.raw(buildControlMessage(message), sessionId);
  }

  /** @param octets 12 for the header, then anything */
  raw(octets: Uint8Array, sessionId = 0): Uint8Array {
    putL2tpControlHeader(octets, octets.length, this.tunnelId, sessionId, this.ns, this.nr);
    this.ns = (this.ns + 1) & 0xffff;
    return octets;
  }

  zlb(sessionId = 0): Uint8Array {
    const octets = new Uint8Array(12);
    putL2tpControlHeader(octets, 12, this.tunnelId, sessionId, this.ns, this.nr);
    return octets;
  }
}

export const SCCRP: L2tpMessage = {
  type: MessageType.SCCRP,
  protocolVersion: 0x0100,
  framingCapabilities: 3,
  hostName: 'l2tp-gw',
  assignedTunnelId: LNS_TUNNEL_ID,
  receiveWindowSize: LNS_WINDOW,
};

export class Rig {
  now: Millis = 0;
  readonly tunnel: Tunnel;
  readonly lns: ScriptedLns;
  readonly outputs: TunnelOut[] = [];
  readonly events: Event[] = [];
  #taken = 0;

  constructor(
    options: Partial<TunnelOptions> = {},
    random: Random = new ScriptedRandom(),
    id = 17688,
  ) {
    this.tunnel = new Tunnel({ ...OPTIONS, ...options }, id, random, (event) => {
      this.events.push(event);
    });
    this.lns = new ScriptedLns(id);
  }

  input(input: TunnelIn): void {
    const from = this.outputs.length;
    this.tunnel.handle(input, this.now, this.outputs);
    for (const output of this.outputs.slice(from)) {
      if (output.kind === 'send') this.lns.hear(read(output.octets));
    }
  }

  /** Lets the clock run, with its timers, up to and including `at`. */
  runTo(at: Millis): void {
    for (let turns = 0; this.tunnel.deadline() <= at; turns++) {
      assert.ok(turns < 10_000, 'the clock moves on');
      this.now = Math.max(this.now, this.tunnel.deadline());
      this.input({ kind: 'timer' });
    }
    this.now = at;
  }

  run(forMs: Millis): void {
    this.runTo(this.now + forMs);
  }

  receive(octets: Uint8Array, from: Endpoint = LNS): void {
    this.input({ kind: 'datagram', octets, from });
  }

  /** What has come out since the last time, datagrams read. */
  take(): TunnelOut[] {
    const outputs = this.outputs.slice(this.#taken);
    this.#taken = this.outputs.length;
    return outputs;
  }

  /** The datagrams of take(); the rest of it is thrown away. */
  sent(): Read[] {
    return this.take().flatMap((output) => (output.kind === 'send' ? [read(output.octets)] : []));
  }

  /** Names of what was sent since the last time. */
  names(): string[] {
    return this.sent().map(({ name }) => name);
  }

  open(giveUpMs = Infinity): this {
    this.input({ kind: 'open', giveUpMs });
    return this;
  }

  /** To the state `established`, SCCCN acknowledged. */
  establish(sccrp: Partial<L2tpMessage> = {}): this {
    this.open();
    this.receive(this.lns.message({ ...SCCRP, ...sccrp }));
    this.receive(this.lns.zlb());
    this.take();
    return this;
  }

  place(call = 1, setup: Partial<CallSetup> = {}): number {
    this.input({ kind: 'place-call', call, setup: { ...SETUP, ...setup } });
    const placed = this.outputs.findLast((output) => output.kind === 'call-placed');
    assert.ok(placed?.kind === 'call-placed' && placed.call === call, 'the call is placed');
    return placed.sessionId;
  }

  /** A call that is up. @returns our session id; the peer's is `peerSessionId` */
  callUp(call = 1, peerSessionId = 45): number {
    const sessionId = this.place(call);
    this.receive(
      this.lns.message({ type: MessageType.ICRP, assignedSessionId: peerSessionId }, sessionId),
    );
    this.receive(this.lns.zlb());
    this.take();
    return sessionId;
  }
}
