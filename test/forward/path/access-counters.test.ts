import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { AccessForwarder } from '../../../src/forward/path/access-forwarder.ts';
import { hex, octets } from '../../wire/hdlc/support.ts';
import { LNS, LNS_PORT, World } from '../world.ts';

const ACCESSES = 3;
const SESSIONS = 5;
const ADDRESS = 0xc0000200;

/** A packet for the caller with this number; its last octet says from which session it came. */
const packet = (to: number, from: number): string =>
  `4500001500000000000000000a000001c000020${to}0${from}`;

const anyNumber = fc.nat(SESSIONS - 1);
const anyPayload = fc.oneof(
  fc.constantFrom('21', 'ff030021').map((header) => ({ header, isPacket: true })),
  fc
    .constantFrom('c0210901', '5700', '', 'ff', '2145', '2160', 'ff03c021')
    .map((header) => ({ header, isPacket: false })),
);
const anyStep = fc.oneof(
  fc.record({
    kind: fc.constant('data' as const),
    session: anyNumber,
    ns: fc.option(fc.nat(15), { nil: undefined }),
    payload: anyPayload,
    isPeer: fc.nat(9).map((n) => n !== 0),
  }),
  fc.record({ kind: fc.constant('packet' as const), to: anyNumber, isShort: fc.boolean() }),
  fc.record({
    kind: fc.constantFrom('open', 'close', 'set', 'clear', 'send'),
    session: anyNumber,
    to: anyNumber,
  }),
  fc.record({ kind: fc.constantFrom('take', 'flush', 'full', 'roomy', 'wait') }),
);
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** What should be so, told from the steps alone. */
class Story {
  readonly world = new World(0, ACCESSES);
  readonly open = new Map<number, AccessForwarder>();
  readonly addresses = new Map<number, number>();
  readonly over = { rx: 0, tx: 0 };
  sent = 0;

  step(of: Step): void {
    if (of.kind === 'data') this.data(of.session, of.ns, of.payload, of.isPeer);
    else if (of.kind === 'packet') this.packet(of.to, of.isShort);
    else if ('session' in of) this.sessionStep(of.kind, of.session, of.to);
    else this.planeStep(of.kind);
    this.lookAtCounters();
  }

  data(
    session: number,
    ns: number | undefined,
    { header, isPacket }: { header: string; isPacket: boolean },
    isPeer: boolean,
  ): void {
    const { world } = this;
    const sequence = ns === undefined ? '' : `000${ns.toString(16)}0000`;
    const rest = `${header}${isPacket ? packet(9, session) : ''}`;
    const bits = ns === undefined ? '0002' : '0802';
    const datagram = octets(`${bits}0055660${session}${sequence}${rest}`);
    world.udp.arrive(datagram, LNS, isPeer ? LNS_PORT : LNS_PORT + 1);
    world.receive();
    this.lookAtPackets();
  }

  /** Whatever is written is of a session that is open, and may send. */
  lookAtPackets(): void {
    for (const written of this.world.packets.sent.splice(0)) {
      const session = Number(written.at(-1));
      assert.ok(this.open.has(session) && this.addresses.has(session), 'may send');
      assert.equal(written, packet(9, session), 'as it came');
    }
  }

  packet(to: number, isShort: boolean): void {
    const { world } = this;
    world.forwarder.flush();
    world.udp.sent.splice(0);
    world.readPackets(isShort ? packet(to, 0).slice(0, 30) : packet(to, 0));
    const sent = world.sent();
    const owner = [...this.addresses].find(([, address]) => address === to)?.[0];
    if (owner === undefined || isShort) assert.deepEqual(sent, []);
    else assert.ok(sent.every((one) => one === `00027777880${owner}ff030021${packet(to, 0)}`));
  }

  sessionStep(kind: string, session: number, to: number): void {
    const { forwarder } = this.world;
    const access = this.open.get(session);
    if (kind === 'open' && access === undefined) {
      const opened = this.world.openAccess(session);
      assert.equal(opened === undefined, this.open.size === ACCESSES);
      if (opened !== undefined) this.open.set(session, opened);
    } else if (access === undefined) return;
    else if (kind === 'close') {
      forwarder.closeAccess(access);
      this.over.rx += access.counters.rxFrames;
      this.over.tx += access.counters.txPackets;
      this.open.delete(session);
      this.addresses.delete(session);
    } else if (kind === 'set') {
      const isTaken = [...this.addresses].some(([who, what]) => what === to && who !== session);
      assert.equal(forwarder.setIp(access, ADDRESS + to, 1500), !isTaken);
      if (isTaken) this.addresses.delete(session);
      else this.addresses.set(session, to);
    } else if (kind === 'clear') {
      forwarder.clearIp(access);
      this.addresses.delete(session);
    } else forwarder.sendAccess(access, 0xc021, octets(`0${session}`));
  }

  planeStep(kind: string): void {
    const { forwarder, udp } = this.world;
    if (kind === 'flush') forwarder.flush();
    else if (kind === 'wait') {
      this.world.now += 60;
      forwarder.expireReorder(this.world.now);
      this.lookAtPackets();
    } else if (kind === 'take') this.takeAll();
    else udp.room = kind === 'full' ? 0 : 32;
  }

  takeAll(): void {
    const { punt } = this.world.forwarder;
    for (let next = punt.take(); next !== undefined; next = punt.take()) {
      assert.ok(next.kind === 'access-frame' && next.information !== undefined);
      const { access } = next;
      assert.ok([...this.open.values()].includes(access), 'it is open');
      assert.ok(['0901', '00', ''].includes(hex(next.information)));
    }
  }

  lookAtCounters(): void {
    const { packetCounters: p, counters } = this.world.forwarder;
    const total = { rx: this.over.rx, tx: this.over.tx };
    for (const { counters: c, session } of this.open.values()) {
      const ip = c.rxPackets + c.rxRefused + c.rxNotUp + c.rxNotIp;
      const other = c.rxPunted + c.rxPuntFull + c.rxMalformed + c.rxLate + c.rxUnbound;
      assert.equal(c.rxFrames, ip + other + session.held);
      total.rx += c.rxFrames;
      total.tx += c.txPackets;
    }
    assert.deepEqual([p.frames, p.forwarded], [total.rx, total.tx]);
    const ended = p.forwarded + p.tooLong + p.refused + p.ipv6 + p.malformed + p.noAccess;
    assert.equal(p.packets, ended);
    assert.equal(counters.datagrams, counters.noSession + counters.wrongSource + p.frames);
  }
}

describe('forward: every packet ends in one counter', () => {
  it('and in its own session, whatever comes while sessions come and go [L2TP-3.1-05]', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 100 }), (steps) => {
        const story = new Story();
        for (const of of steps) story.step(of);
        for (const session of [...story.open.keys()]) story.sessionStep('close', session, 0);
        const { forwarder } = story.world;
        forwarder.flush();
        const { pool, sessions, openAccesses } = forwarder;
        assert.deepEqual([pool.inUse, sessions.count, openAccesses], [0, 0, 0]);
        assert.equal(forwarder.punt.take(), undefined);
      }),
      { numRuns: 1_000 },
    );
  });
});
