import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { Millis } from '../../../src/base/machine.ts';
import { Tunnel } from '../../../src/control/l2tp/tunnel.ts';
import type { TunnelIn, TunnelOut } from '../../../src/control/l2tp/tunnel-port.ts';
import { putL2tpControlHeader } from '../../../src/wire/l2tp/header.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import {
  LNS,
  LNS_TUNNEL_ID,
  OPTIONS,
  read,
  SCCRP,
  ScriptedLns,
  ScriptedRandom,
  SETUP,
  seededNumbers,
} from './rig.ts';

const CALLS = 3;
/** The LNS repeats what is unacknowledged at this pace. */
const LNS_INTERVAL_MS = 1000;
const FAULTS_LAST_MS = 20_000;
const UP_WITHIN_MS = 60_000;
const DOWN_WITHIN_MS = 120_000;

/** An LNS that answers by the book, with one unacknowledged message of its own at a time. */
class AnsweringLns {
  readonly #script: ScriptedLns;
  #waiting: Uint8Array[] = [];
  /** By our session ids. */
  readonly sessions = new Map<number, 'wait-connect' | 'established'>();
  readonly taken: string[] = [];
  isDown = false;

  constructor(tunnelId: number) {
    this.#script = new ScriptedLns(tunnelId);
  }

  /** @returns what it sends at once */
  receive(octets: Uint8Array): Uint8Array[] {
    const message = read(octets, undefined);
    const first = this.#waiting[0];
    if (first !== undefined && message.nr === (read(first, undefined).ns + 1) % 65_536) {
      this.#waiting.shift();
    }
    if (message.name === 'ZLB') return this.#waiting.slice(0, 1);
    const isNew = message.ns === this.#script.nr;
    this.#script.hear(message);
    if (isNew && message.message) this.#act(message.message, message.sessionId);
    return [this.#script.zlb(), ...this.again()];
  }

  again(): Uint8Array[] {
    const [first] = this.#waiting;
    if (first === undefined) return [];
    const { tunnelId, sessionId, ns } = read(first, undefined);
    putL2tpControlHeader(first, first.length, tunnelId, sessionId, ns, this.#script.nr);
    return [first.slice()];
  }

  #act(message: L2tpMessage, sessionId: number): void {
    const lacSessionId = message.assignedSessionId ?? 0;
    this.taken.push(`${message.type}`);
    switch (message.type) {
      case MessageType.SCCRQ:
        this.#answer(SCCRP, 0);
        return;
      case MessageType.ICRQ: {
        assert.ok(!this.sessions.has(lacSessionId), 'a call is asked for once');
        this.sessions.set(lacSessionId, 'wait-connect');
        const assignedSessionId = lacSessionId ^ 0x8000;
        this.#answer({ type: MessageType.ICRP, assignedSessionId }, lacSessionId);
        return;
      }
      case MessageType.ICCN:
        assert.equal(this.sessions.get(sessionId ^ 0x8000), 'wait-connect');
        this.sessions.set(sessionId ^ 0x8000, 'established');
        return;
      case MessageType.CDN:
        assert.ok(this.sessions.delete(lacSessionId), 'a call is cleared once');
        return;
      case MessageType.StopCCN:
        this.isDown = true;
        this.sessions.clear();
        return;
      default:
        assert.ok(message.type === MessageType.SCCCN || message.type === MessageType.HELLO);
    }
  }

  #answer(message: L2tpMessage, sessionId: number): void {
    this.#waiting.push(this.#script.message(message, sessionId));
  }
}

/** One LAC tunnel, one LNS, a lossy path, and a clock. */
class World {
  now: Millis = 0;
  isLossy = true;
  readonly tunnel = new Tunnel(
    { ...OPTIONS, receiveWindow: 4 },
    17688,
    new ScriptedRandom(),
    () => {},
  );
  readonly lns = new AnsweringLns(17688);
  readonly outputs: TunnelOut[] = [];
  readonly #random: () => number;
  #inTransit: { at: Millis; toLns: boolean; octets: Uint8Array }[] = [];
  #lnsAt: Millis = LNS_INTERVAL_MS;

  constructor(seed: number) {
    this.#random = seededNumbers(seed);
  }

  input(input: TunnelIn): void {
    const out: TunnelOut[] = [];
    this.tunnel.handle(input, this.now, out);
    for (const output of out) {
      this.outputs.push(output);
      if (output.kind === 'send') this.#carry(output.octets, true);
    }
  }

  runUntil(isDone: () => boolean, at: Millis): void {
    while (!isDone()) {
      const arrivals = this.#inTransit.map((one) => one.at);
      const next = Math.min(this.tunnel.deadline(), this.#lnsAt, ...arrivals);
      if (next > at) return;
      this.now = next;
      const arrived = arrivals.indexOf(next);
      const [datagram] = arrived < 0 ? [] : this.#inTransit.splice(arrived, 1);
      if (datagram === undefined) this.#timers();
      else if (datagram.toLns) this.#toLns(datagram.octets);
      else this.input({ kind: 'datagram', octets: datagram.octets, from: LNS });
    }
  }

  count(kind: TunnelOut['kind']): number {
    return this.outputs.filter((output) => output.kind === kind).length;
  }

  isQuiet(): boolean {
    return this.#inTransit.length === 0;
  }

  #timers(): void {
    if (this.tunnel.deadline() <= this.now) this.input({ kind: 'timer' });
    if (this.#lnsAt > this.now) return;
    this.#lnsAt = this.now + LNS_INTERVAL_MS;
    for (const octets of this.lns.again()) this.#carry(octets, false);
  }

  #toLns(octets: Uint8Array): void {
    for (const answer of this.lns.receive(octets)) this.#carry(answer, false);
  }

  #carry(octets: Uint8Array, toLns: boolean): void {
    const isFaulty = this.isLossy && this.now < FAULTS_LAST_MS;
    for (let copies = isFaulty && this.#random() < 0.2 ? 2 : 1; copies > 0; copies--) {
      if (isFaulty && this.#random() < 0.3) continue;
      const delayMs = isFaulty ? 5 + Math.floor(this.#random() * 900) : 20;
      this.#inTransit.push({ at: this.now + delayMs, toLns, octets: octets.slice() });
    }
  }
}

/** Everything from SCCRQ to the last forgotten id. */
function live(world: World): void {
  world.input({ kind: 'open', giveUpMs: Infinity });
  world.runUntil(() => world.count('established') > 0, UP_WITHIN_MS);
  assert.equal(world.count('established'), 1);
  for (let call = 1; call <= CALLS; call++) world.input({ kind: 'place-call', call, setup: SETUP });
  world.runUntil(() => world.count('call-up') === CALLS, UP_WITHIN_MS);
  assert.equal(world.count('call-up'), CALLS, 'up within a minute, once each');
  world.input({ kind: 'clear-call', call: 2, result: { result: 1 } });
  world.runUntil(() => false, UP_WITHIN_MS + 5000);
  assert.deepEqual([...world.lns.sessions.values()], ['established', 'established']);
  world.input({ kind: 'close', result: { result: 6 } });
  world.runUntil(() => false, UP_WITHIN_MS + DOWN_WITHIN_MS);
  assert.deepEqual([world.lns.isDown, world.lns.sessions.size], [true, 0]);
  assert.equal(world.count('call-down'), CALLS);
  assert.deepEqual([world.count('down'), world.count('released')], [1, 1]);
  assert.equal(world.tunnel.deadline(), Infinity, 'no timer is left');
  assert.ok(world.isQuiet());
  assert.equal(world.lns.taken[0], '1');
}

describe('control/l2tp, a life over a faulty path (RFC 2661 §5.8)', () => {
  it('without faults takes each message once and repeats none [L2TP-5.8-06]', () => {
    const world = new World(1);
    world.isLossy = false;
    live(world);
    assert.equal(
      world.lns.taken.join(' '),
      '1 3 10 10 10 12 12 12 14 6 4',
      'SCCRQ SCCCN ICRQ… ICCN… CDN, HELLO after a minute, StopCCN',
    );
    assert.equal(world.tunnel.counters.retransmissions, 0);
    assert.equal(world.tunnel.peerTunnelId, LNS_TUNNEL_ID);
  });

  it('comes up all the same, and leaves nothing behind [L2TP-5.8-05, L2TP-5.8-06]', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => live(new World(seed))),
      { numRuns: 300 },
    );
  });
});
