import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { Millis } from '../../../src/base/machine.ts';
import type { Endpoint } from '../../../src/base/port.ts';
import { Tunnel } from '../../../src/control/l2tp/tunnel.ts';
import type { TunnelIn, TunnelOptions, TunnelOut } from '../../../src/control/l2tp/tunnel-port.ts';
import { isZlb, L2tpHeader, parseL2tpHeader } from '../../../src/wire/l2tp/header.ts';
import { LAC, LNS_OPTIONS, TUNNEL_ID } from './lns-rig.ts';
import { LNS, OPTIONS, ScriptedRandom, SECRET, SETUP, seededNumbers } from './rig.ts';

const CALLS = 4;
const FAULTS_LAST_MS = 15_000;
const UP_WITHIN_MS = 60_000;
const DOWN_WITHIN_MS = 120_000;

type Side = 'lac' | 'lns';

/** One end: a tunnel of the product, and all that it has said. */
class End {
  readonly outputs: TunnelOut[] = [];
  tunnel: Tunnel;

  constructor(options: TunnelOptions, id: number) {
    this.tunnel = new Tunnel(options, id, new ScriptedRandom(), () => {});
  }

  count(kind: TunnelOut['kind']): number {
    return this.outputs.filter((output) => output.kind === kind).length;
  }

  of<Kind extends TunnelOut['kind']>(kind: Kind): Extract<TunnelOut, { kind: Kind }>[] {
    return this.outputs.filter(
      (output): output is Extract<TunnelOut, { kind: Kind }> => output.kind === kind,
    );
  }
}

interface InTransit {
  readonly at: Millis;
  readonly to: Side;
  readonly octets: Uint8Array;
}

/** LAC and LNS of the product, a faulty path between them, one clock. */
class World {
  now: Millis = 0;
  readonly ends: Readonly<Record<Side, End>>;
  isLossy = true;
  #inTransit: InTransit[] = [];
  #isAccepted = false;
  readonly #random: () => number;
  readonly #header = new L2tpHeader();

  constructor(seed: number, options: Partial<TunnelOptions> = {}) {
    this.#random = seededNumbers(seed);
    const both: Partial<TunnelOptions> = { secret: SECRET, authenticate: true, ...options };
    this.ends = {
      lac: new End({ ...OPTIONS, ...both }, 17688),
      lns: new End({ ...LNS_OPTIONS, ...both, noSessionMs: Infinity }, TUNNEL_ID),
    };
  }

  input(side: Side, input: TunnelIn): void {
    const out: TunnelOut[] = [];
    const end = this.ends[side];
    end.tunnel.handle(input, this.now, out);
    for (const output of out) {
      end.outputs.push(output);
      if (output.kind === 'send') this.#carry(output.octets, side === 'lac' ? 'lns' : 'lac');
    }
  }

  runUntil(isDone: () => boolean, at: Millis): void {
    const { lac, lns } = this.ends;
    while (!isDone()) {
      const arrivals = this.#inTransit.map((one) => one.at);
      const next = Math.min(lac.tunnel.deadline(), lns.tunnel.deadline(), ...arrivals);
      if (next > at) {
        this.now = at;
        return;
      }
      this.now = next;
      const arrived = arrivals.indexOf(next);
      const [datagram] = arrived < 0 ? [] : this.#inTransit.splice(arrived, 1);
      if (datagram !== undefined) this.#arrive(datagram);
      else if (lac.tunnel.deadline() <= next) this.input('lac', { kind: 'timer' });
      else this.input('lns', { kind: 'timer' });
    }
  }

  isQuiet(): boolean {
    const { lac, lns } = this.ends;
    const isAsleep = lac.tunnel.deadline() === Infinity && lns.tunnel.deadline() === Infinity;
    return isAsleep && this.#inTransit.length === 0;
  }

  /** As the tunnel table does it: the first SCCRQ opens the tunnel, its repetitions are for it. */
  #arrive({ to, octets }: InTransit): void {
    const from: Endpoint = to === 'lac' ? LNS : LAC;
    parseL2tpHeader(octets, octets.length, this.#header);
    const isFirst = this.#header.tunnelId === 0 && !isZlb(this.#header);
    if (to === 'lns' && isFirst && !this.#isAccepted) {
      this.#isAccepted = true;
      this.input(to, { kind: 'accept', octets, from });
    } else this.input(to, { kind: 'datagram', octets, from });
  }

  #carry(octets: Uint8Array, to: Side): void {
    const isFaulty = this.isLossy && this.now < FAULTS_LAST_MS;
    for (let copies = isFaulty && this.#random() < 0.2 ? 2 : 1; copies > 0; copies--) {
      if (isFaulty && this.#random() < 0.3) continue;
      const delayMs = isFaulty ? 5 + Math.floor(this.#random() * 900) : 20;
      this.#inTransit.push({ at: this.now + delayMs, to, octets: octets.slice() });
    }
  }
}

function open(world: World): void {
  const { lac, lns } = world.ends;
  world.input('lac', { kind: 'open', giveUpMs: Infinity });
  world.runUntil(() => lac.count('established') > 0, UP_WITHIN_MS);
  for (let call = 1; call <= CALLS; call++) {
    world.input('lac', { kind: 'place-call', call, setup: { ...SETUP, callSerialNumber: call } });
  }
  world.runUntil(
    () => lac.count('call-up') === CALLS && lns.count('session-up') === CALLS,
    UP_WITHIN_MS,
  );
  assert.deepEqual([lac.count('established'), lns.count('established')], [1, 1]);
}

/** Both ends hold the same calls, by the ids that each has told the other. */
function checkPairs(world: World): void {
  const { lac, lns } = world.ends;
  const ups = lac
    .of('call-up')
    .map(({ sessionId, peerSessionId }) => [sessionId, peerSessionId] as const);
  const sessions = lns.of('session-up');
  assert.equal(new Map(ups).size, CALLS, 'up within a minute, once each');
  assert.deepEqual(
    new Map(sessions.map(({ sessionId, peerSessionId }) => [peerSessionId, sessionId])),
    new Map(ups),
  );
  const serials = new Set(sessions.map(({ call }) => call.callSerialNumber));
  assert.deepEqual(serials, new Set([1, 2, 3, 4]));
  assert.equal(lns.count('session-offered'), CALLS);
}

/** From SCCRQ to the last forgotten id. */
function live(world: World): void {
  const { lac, lns } = world.ends;
  open(world);
  checkPairs(world);
  world.input('lac', { kind: 'clear-call', call: 2, result: { result: 1 } });
  const [first] = lns.of('session-up').filter(({ call }) => call.callSerialNumber === 3);
  assert.ok(first);
  const { sessionId } = first;
  world.input('lns', { kind: 'send-accm', sessionId, send: 1, receive: 2 });
  world.input('lns', { kind: 'clear-session', sessionId, result: { result: 3 } });
  world.runUntil(() => false, world.now + 40_000);
  assert.deepEqual([lac.count('call-down'), lns.count('session-down')], [2, 2]);
  assert.equal(lac.count('accm'), 1);
  const closer: Side = world.now % 2 === 0 ? 'lac' : 'lns';
  world.input(closer, { kind: 'close', result: { result: 6 } });
  world.runUntil(() => false, world.now + DOWN_WITHIN_MS);
  assert.deepEqual([lac.count('call-down'), lns.count('session-down')], [CALLS, CALLS]);
  for (const end of [lac, lns]) {
    assert.deepEqual([end.count('down'), end.count('released')], [1, 1]);
  }
  assert.ok(world.isQuiet(), 'no timer is left');
}

describe('control/l2tp, LAC and LNS of ours to each other (RFC 2661 §5.1, §5.2, §5.8)', () => {
  it('without faults repeat nothing [L2TP-5.8-06]', () => {
    const world = new World(1);
    world.isLossy = false;
    live(world);
    const { lac, lns } = world.ends;
    const { retransmissions: ofLac, unlisted: oddOfLac } = lac.tunnel.counters;
    const { retransmissions: ofLns, unlisted: oddOfLns } = lns.tunnel.counters;
    assert.deepEqual([ofLac, oddOfLac, ofLns, oddOfLns], [0, 0, 0, 0]);
  });

  it('come up over a faulty path, and leave nothing behind [L2TP-5.8-05, L2TP-5.8-06]', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => live(new World(seed))),
      { numRuns: 200 },
    );
  });

  it('do so with everything hidden [L2TP-4.3-01]', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => live(new World(seed, { hide: 'all' }))),
      { numRuns: 20 },
    );
  });

  it('hand AVP 39 over, when the LAC wants its data in order', () => {
    const world = new World(1);
    world.isLossy = false;
    world.input('lac', { kind: 'open', giveUpMs: Infinity });
    world.runUntil(() => world.ends.lac.count('established') > 0, UP_WITHIN_MS);
    for (const sequencingRequired of [true, false]) {
      const call = sequencingRequired ? 1 : 2;
      const setup = { ...SETUP, sequencingRequired };
      world.input('lac', { kind: 'place-call', call, setup });
    }
    world.runUntil(() => world.ends.lns.count('session-up') === 2, UP_WITHIN_MS);
    assert.deepEqual(
      world.ends.lns.of('session-up').map(({ call }) => call.sequencingRequired),
      [true, false],
    );
  });
});
