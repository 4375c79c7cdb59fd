import { strict as assert } from 'node:assert';
import { Fault } from '../../../src/base/fault.ts';
import type { Endpoint } from '../../../src/base/port.ts';
import type { TunnelOut } from '../../../src/control/l2tp/tunnel-port.ts';
import { TunnelTable } from '../../../src/control/l2tp/tunnel-table.ts';
import { L2tpHeader, parseL2tpHeader } from '../../../src/wire/l2tp/header.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import type { Read } from './rig.ts';
import { LNS, OPTIONS, octetsOf, read, SCCRP, ScriptedLns, ScriptedRandom } from './rig.ts';

const STRANGER: Endpoint = { address: 0x0a000001, port: 5000 };
const SCCRQ: L2tpMessage = { ...SCCRP, type: MessageType.SCCRQ, assignedTunnelId: 321 };
const STOPCCN: L2tpMessage = {
  type: MessageType.StopCCN,
  assignedTunnelId: 55270,
  resultCode: { result: 1 },
};

function parse(octets: Uint8Array): L2tpHeader {
  const header = new L2tpHeader();
  assert.equal(parseL2tpHeader(octets, octets.length, header), Fault.None);
  return header;
}

class World {
  readonly table: TunnelTable;
  now = 0;

  constructor(random = new ScriptedRandom()) {
    this.table = new TunnelTable(random, () => {});
  }

  open(): NonNullable<ReturnType<TunnelTable['open']>> {
    const tunnel = this.table.open(OPTIONS);
    assert.ok(tunnel);
    return tunnel;
  }

  /** A tunnel that stands, with the LNS's script. */
  established(): { tunnel: ReturnType<World['open']>; lns: ScriptedLns } {
    const tunnel = this.open();
    const lns = new ScriptedLns(tunnel.localTunnelId);
    tunnel.handle({ kind: 'open', giveUpMs: Infinity }, 0, []);
    lns.nr = 1;
    tunnel.handle({ kind: 'datagram', octets: lns.message(SCCRP), from: LNS }, 0, []);
    return { tunnel, lns };
  }

  route(octets: Uint8Array, from = LNS): ReturnType<TunnelTable['route']> {
    return this.table.route(octets, parse(octets), from);
  }

  stray(octets: Uint8Array, from = STRANGER): Read[] {
    const out: TunnelOut[] = [];
    const offer = this.table.offer(octets, parse(octets), from, this.now, () => undefined, out);
    assert.deepEqual(offer, { yielding: [] }, 'nothing is kept');
    return out.map((output) => {
      assert.ok(output.kind === 'send');
      assert.deepEqual(output.to, from);
      return read(output.octets);
    });
  }
}

describe('control/l2tp/tunnel-table, the tunnels (RFC 2661 §7.1, §9.1)', () => {
  it('gives each tunnel an id of its own, never 0 [L2TP-L-06, L2TP-4.4.3-03]', () => {
    const world = new World(new ScriptedRandom('0000', '0009', '0009', '000a'));
    assert.deepEqual([world.open().localTunnelId, world.open().localTunnelId], [9, 10]);
  });

  it('has room for 1024 tunnels, and again for one that is removed [L2TP-L-09]', () => {
    const world = new World();
    const tunnels = Array.from({ length: 1024 }, () => world.open());
    assert.equal(world.table.open(OPTIONS), undefined);
    const [first] = tunnels;
    assert.ok(first);
    world.table.remove(first);
    assert.ok(world.table.open(OPTIONS));
    assert.throws(() => world.table.remove(first), /removed once/);
  });

  it('finds the tunnel by its id, wherever the datagram came from', () => {
    const world = new World();
    const { tunnel, lns } = world.established();
    assert.equal(world.route(lns.zlb()), tunnel);
    assert.equal(world.route(lns.message({ type: MessageType.HELLO }), STRANGER), tunnel);
    assert.equal(world.route(new ScriptedLns(1).zlb()), undefined);
  });

  it('finds the tunnel of a StopCCN without its id by its own [L2TP-4.4.3-04]', () => {
    const world = new World();
    const { tunnel } = world.established();
    const nobody = new ScriptedLns(0);
    assert.equal(world.route(nobody.message(STOPCCN)), tunnel);
    assert.equal(world.route(nobody.message(STOPCCN), { ...STRANGER, port: 1701 }), undefined);
    assert.equal(world.route(nobody.message(STOPCCN), { ...LNS, port: 1 }), undefined);
    assert.equal(world.route(nobody.message({ ...STOPCCN, assignedTunnelId: 1 })), undefined);
    assert.equal(world.route(nobody.message(SCCRQ)), undefined);
    assert.equal(world.route(nobody.zlb()), undefined);
    assert.equal(world.route(nobody.raw(octetsOf(`${'00'.repeat(12)} 8008`))), undefined);
  });
});

describe('control/l2tp/tunnel-table, strangers (RFC 2661 §7.2.1, state idle)', () => {
  it('refuses an SCCRQ from anyone, and keeps nothing [L2TP-L-09, L2TP-7.2.1-01]', () => {
    const world = new World();
    const stranger = new ScriptedLns(0);
    const octets = stranger.message(SCCRQ);
    for (const again of [false, true]) {
      const [stop, ...more] = world.stray(octets);
      assert.deepEqual(more, []);
      assert.deepEqual(
        [stop?.name, stop?.tunnelId, stop?.sessionId, stop?.ns, stop?.nr],
        ['StopCCN', 321, 0, 0, 1],
        again ? 'its repetition, too' : '',
      );
      assert.deepEqual(stop?.message?.resultCode, { result: 4 });
      assert.notEqual(stop?.message?.assignedTunnelId ?? 0, 0);
    }
    assert.equal(world.route(octets), undefined);
  });

  it('refuses a malformed SCCRQ by what is wrong with it [L2TP-4.1-03, FO-3-01]', () => {
    const world = new World();
    const avps = '8008 0000 0000 0001 8008 0000 0009 0141 800a 0000 004d 00000000';
    const sccrq = octetsOf('00'.repeat(12) + avps);
    const [stop] = world.stray(new ScriptedLns(0).raw(sccrq));
    assert.equal(stop?.tunnelId, 321);
    const { result, error } = stop?.message?.resultCode ?? {};
    assert.deepEqual([result, error], [2, 8]);
    const version = octetsOf(`${'00'.repeat(12)} 8008 0000 0000 0001 8008 0000 0009 0141`);
    const [bare] = world.stray(new ScriptedLns(0).raw(version));
    assert.equal(bare?.message?.resultCode?.error, 3, 'it does not say who sends it');
  });

  it('stops an SCCRP for no tunnel of ours by the id it holds [L2TP-7.2.1-01]', () => {
    const world = new World();
    const lns = new ScriptedLns(4711);
    lns.nr = 1;
    const [stop] = world.stray(lns.message(SCCRP));
    assert.deepEqual([stop?.name, stop?.tunnelId, stop?.ns, stop?.nr], ['StopCCN', 55270, 1, 1]);
    assert.deepEqual(stop?.message?.resultCode, { result: 2, error: 1 });
    const bare = `${'00'.repeat(12)} 8008 0000 0000 0002`;
    assert.deepEqual(world.stray(lns.raw(octetsOf(bare))), []);
  });

  for (const [what, make] of [
    ['a ZLB', (lns: ScriptedLns) => lns.zlb()],
    ['SCCCN', (lns: ScriptedLns) => lns.message({ type: MessageType.SCCCN })],
    ['StopCCN', (lns: ScriptedLns) => lns.message(STOPCCN)],
    ['HELLO', (lns: ScriptedLns) => lns.message({ type: MessageType.HELLO })],
    ['ICRP', (lns: ScriptedLns) => lns.message({ type: MessageType.ICRP, assignedSessionId: 1 })],
    [
      'an unknown message with M',
      (lns: ScriptedLns) => lns.raw(octetsOf(`${'00'.repeat(12)} 8008 0000 0000 0063`)),
    ],
    [
      'an unknown message without M',
      (lns: ScriptedLns) => lns.raw(octetsOf(`${'00'.repeat(12)} 0008 0000 0000 0063`)),
    ],
    ['no message at all', (lns: ScriptedLns) => lns.raw(octetsOf(`${'00'.repeat(12)} ff`))],
  ] as const) {
    it(`counts ${what} for no tunnel of ours and says nothing [L2TP-7.1-03]`, () => {
      const world = new World();
      assert.deepEqual(world.stray(make(new ScriptedLns(4711))), []);
      assert.equal(world.table.counters.strayMessages, 1);
    });
  }

  it('answers ten strangers at once and then ten a second [L2TP-L-09]', () => {
    const world = new World();
    const octets = new ScriptedLns(0).message(SCCRQ);
    const answered = (): number => {
      let count = 0;
      for (let tries = 0; tries < 100; tries++) count += world.stray(octets).length;
      return count;
    };
    assert.deepEqual([answered(), answered()], [10, 0]);
    world.now += 99;
    assert.equal(answered(), 0);
    world.now += 1;
    assert.equal(answered(), 1);
    world.now += 500;
    assert.equal(answered(), 5);
    world.now += 1_000_000;
    assert.equal(answered(), 10);
    const { strayMessages, strayAnswers, strayUnanswered } = world.table.counters;
    assert.deepEqual([strayMessages, strayAnswers, strayUnanswered], [600, 26, 574]);
  });
});
