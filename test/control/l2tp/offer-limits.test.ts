import { strict as assert } from 'node:assert';
import type { Tunnel } from '../../../src/control/l2tp/tunnel.ts';
import { Box, CHALLENGE, fromAddress, OTHER, sccrqOf } from './box.ts';
import { LAC, sccrqOctets } from './lns-rig.ts';
import { downCause, kinds, sends } from './messages.ts';
import { OPTIONS, octetsOf, SCCRP, ScriptedLns, ScriptedRandom } from './rig.ts';

const LOW = octetsOf('0000000000000001');
const HIGH = octetsOf('ff00000000000000');

describe('control/l2tp/tunnel-table, limits (RFC 2661 §9.1)', () => {
  it('keeps 128 half-open tunnels; the newest is taken, the oldest goes [L2TP-L-09]', () => {
    const box = new Box();
    const tunnels: Tunnel[] = [];
    for (let id = 1; id <= 128; id++) tunnels.push(box.accepted(sccrqOf(id), fromAddress(id)));
    assert.equal(box.table.counters.halfOpenEvicted, 0);
    box.take();
    for (let id = 129; id <= 200; id++) {
      box.accepted(sccrqOf(id), fromAddress(id));
      const outputs = box.take();
      assert.deepEqual(kinds(outputs), ['down', 'released', 'send']);
      assert.equal(downCause(outputs).by, 'us');
      const oldest = tunnels[id - 129];
      assert.equal(oldest?.state, 'idle');
      assert.equal(oldest.deadline(), Infinity);
    }
    assert.equal(box.table.counters.halfOpenEvicted, 72);
  });

  it('keeps 16 of them for one address, and takes none of another for it [L2TP-L-09]', () => {
    const box = new Box();
    const real = box.accepted(sccrqOf(1), OTHER);
    const flood: Tunnel[] = [];
    for (let id = 1; id <= 500; id++) {
      flood.push(box.accepted(sccrqOf(id), { ...LAC, port: 1000 + (id % 7) }));
    }
    assert.equal(box.table.counters.halfOpenEvicted, 484);
    const states = flood.map(({ state }) => state);
    assert.ok(states.slice(0, 484).every((state) => state === 'idle'));
    assert.ok(states.slice(484).every((state) => state === 'wait-ctl-reply'));
    box.scccn(real, OTHER);
    assert.equal(real.state, 'established');
  });

  it('counts no tunnel that stands among them, nor ends one for a flood [L2TP-L-09]', () => {
    const box = new Box();
    const up: Tunnel[] = [];
    for (let id = 1; id <= 200; id++) {
      const tunnel = box.accepted(sccrqOf(id));
      box.scccn(tunnel);
      up.push(tunnel);
    }
    assert.equal(box.table.counters.halfOpenEvicted, 0);
    for (let id = 1001; id <= 1300; id++) box.accepted(sccrqOf(id), fromAddress(id));
    assert.equal(box.table.counters.halfOpenEvicted, 172);
    assert.ok(up.every(({ state }) => state === 'established'));
  });

  it('lets a real peer in after any flood, and while it lasts [L2TP-L-09]', () => {
    const box = new Box();
    for (let id = 1; id <= 5000; id++) {
      box.receive(sccrqOf(id, { hostName: id % 2 ? 'hgw' : 'nobody' }), fromAddress(id));
      if (id !== 2500) continue;
      const tunnel = box.accepted(sccrqOf(9), OTHER);
      box.receive(sccrqOf(9), fromAddress(77));
      box.scccn(tunnel, OTHER);
      assert.equal(tunnel.state, 'established');
    }
  });

  it('counts none that was given up [L2TP-L-09]', () => {
    const box = new Box();
    const given = Array.from({ length: 128 }, (_, id) => box.accepted(sccrqOf(1), fromAddress(id)));
    for (const tunnel of given) {
      while (tunnel.deadline() < Infinity) box.timer(tunnel, Math.max(box.now, tunnel.deadline()));
    }
    for (let id = 0; id < 128; id++) box.accepted(sccrqOf(1), fromAddress(id));
    assert.equal(box.table.counters.halfOpenEvicted, 0);
  });

  it('counts one that stands among those that do [L2TP-L-09]', () => {
    const box = new Box();
    box.scccn(box.accepted(sccrqOf(1)));
    for (let id = 1; id <= 1023; id++) assert.ok(box.table.open(OPTIONS));
    assert.equal(box.table.open(OPTIONS), undefined);
  });

  it('counts refused tunnels that still repeat their StopCCN among them [L2TP-L-09]', () => {
    const box = new Box();
    let count = 0;
    for (let id = 1; id <= 200; id++) {
      box.now += 1000;
      const offer = box.receive(sccrqOf(id, { challenge: CHALLENGE }), fromAddress(id));
      if ('yielding' in offer) count += offer.yielding.length;
    }
    assert.equal(count, 72);
  });

  it('has room for 1024 that stand, besides; then it answers StopCCN 2/4 [L2TP-L-09]', () => {
    const box = new Box();
    for (let id = 1; id <= 128; id++) box.accepted(sccrqOf(id), fromAddress(id));
    for (let id = 1; id <= 1024; id++) box.opening({ peer: OTHER });
    assert.equal(box.table.open(OPTIONS), undefined);
    box.take();
    assert.deepEqual(box.receive(sccrqOf(2000)), { yielding: [] });
    assert.deepEqual(sends(box.take())[0]?.message?.resultCode, { result: 2, error: 4 });
    assert.equal(box.table.counters.sccrqRefused, 1);
  });
});

describe('control/l2tp/tunnel-table, ties (RFC 2661 §4.4.3)', () => {
  const boxWith = (tieBreaker: Uint8Array | undefined): { box: Box; ours: Tunnel } => {
    const hex = Buffer.from(tieBreaker ?? []).toString('hex');
    const box = new Box(new ScriptedRandom('0001', ...(tieBreaker ? [hex] : [])));
    const ours = box.opening({ tieBreaker: tieBreaker !== undefined });
    const [sccrq] = sends(box.take());
    assert.deepEqual(sccrq?.message?.tieBreaker, tieBreaker, 'it is in our SCCRQ');
    return { box, ours };
  };

  it('drops its own tunnel when the peer wins, and answers it [L2TP-4.4.3-07]', () => {
    for (const mine of [HIGH, undefined]) {
      const { box, ours } = boxWith(mine);
      const theirs = box.accepted(sccrqOctets({ tieBreaker: LOW }));
      const outputs = box.take();
      assert.deepEqual(kinds(outputs), ['down', 'released', 'send']);
      assert.equal(downCause(outputs).by, 'us');
      assert.deepEqual(
        sends(outputs).map(({ name }) => name),
        ['SCCRP'],
      );
      assert.deepEqual([ours.deadline(), theirs.state], [Infinity, 'wait-ctl-reply']);
      assert.equal(box.table.counters.tiesLost, 1);
    }
  });

  it("ignores the peer's SCCRQ when it wins itself [L2TP-4.4.3-07, L2TP-7.2.1-01]", () => {
    for (const theirs of [HIGH, undefined]) {
      const { box, ours } = boxWith(LOW);
      const octets = sccrqOctets(theirs && { tieBreaker: theirs });
      assert.deepEqual(box.receive(octets), { yielding: [] });
      assert.deepEqual([box.take(), ours.state], [[], 'wait-ctl-reply'], 'not even acknowledged');
      assert.equal(box.table.counters.tiesWon, 1);
    }
  });

  it('drops both when the values are equal [L2TP-4.4.3-07]', () => {
    const { box, ours } = boxWith(LOW);
    const offer = box.receive(sccrqOctets({ tieBreaker: LOW }));
    assert.ok('yielding' in offer && offer.tunnel === undefined);
    assert.deepEqual(kinds(box.take()), ['down', 'released']);
    assert.equal(ours.state, 'idle');
    assert.equal(box.table.counters.tiesEven, 1);
  });

  it('keeps two tunnels when nobody minds [L2TP-4.4.3-07]', () => {
    const { box, ours } = boxWith(undefined);
    const theirs = box.accepted(sccrqOctets());
    assert.deepEqual([ours.state, theirs.state], ['wait-ctl-reply', 'wait-ctl-reply']);
    const { tiesWon, tiesLost, tiesEven } = box.table.counters;
    assert.deepEqual([tiesWon, tiesLost, tiesEven], [0, 0, 0]);
  });

  it('knows a tie by the address of the peer, from whatever port it comes', () => {
    const { box, ours } = boxWith(HIGH);
    box.accepted(sccrqOctets({ tieBreaker: LOW }), OTHER);
    assert.equal(ours.state, 'wait-ctl-reply', 'that is somebody else');
    box.accepted(sccrqOctets({ tieBreaker: LOW }), { ...LAC, port: 40_000 });
    assert.equal(ours.state, 'idle');
  });

  it('gives up no tunnel that stands, or for somebody whom it does not know', () => {
    const { box, ours } = boxWith(HIGH);
    box.receive(sccrqOctets({ tieBreaker: LOW, hostName: 'nobody' }));
    assert.equal(ours.state, 'wait-ctl-reply');
    const lns = new ScriptedLns(ours.localTunnelId);
    lns.nr = 1;
    box.receive(lns.message(SCCRP));
    assert.equal(ours.state, 'established');
    box.accepted(sccrqOctets({ tieBreaker: LOW }));
    assert.deepEqual([ours.state, box.table.counters.tiesLost], ['established', 0]);
  });

  it('judges each of its own tunnels by itself', () => {
    const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
    const box = new Box(new ScriptedRandom('0001', hex(LOW), '0002', hex(HIGH)));
    const winner = box.opening({ tieBreaker: true });
    const loser = box.opening({ tieBreaker: true });
    const offer = box.receive(sccrqOctets({ tieBreaker: octetsOf('0f00000000000000') }));
    assert.ok('yielding' in offer && offer.tunnel === undefined);
    assert.deepEqual([winner.state, loser.state], ['wait-ctl-reply', 'idle']);
  });
});
