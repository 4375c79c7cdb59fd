import { strict as assert } from 'node:assert';
import { Box, CHALLENGE, fromAddress, OTHER, parse, sccrqOf } from './box.ts';
import { LAC, LAC_TUNNEL_ID, LNS_OPTIONS, STOPCCN, sccrqOctets } from './lns-rig.ts';
import { kinds, sends } from './messages.ts';
import { octetsOf, read, SCCRP, ScriptedLns, ScriptedRandom, SECRET } from './rig.ts';

describe('control/l2tp/tunnel-table, SCCRQs (RFC 2661 §7.2.1, state idle)', () => {
  it('opens a tunnel for a peer that it is told of [L2TP-7.2.1-01, L2TP-8.1-03]', () => {
    const box = new Box();
    box.options = { ...LNS_OPTIONS, peer: OTHER };
    const tunnel = box.accepted(sccrqOctets());
    assert.deepEqual(box.asked, [['hgw', LAC]]);
    const [sccrp, ...more] = box.take();
    assert.deepEqual(more, []);
    assert.ok(sccrp?.kind === 'send');
    assert.deepEqual([read(sccrp.octets).name, sccrp.to], ['SCCRP', LAC]);
    assert.equal(read(sccrp.octets).message?.assignedTunnelId, tunnel.localTunnelId);
    box.scccn(tunnel);
    assert.equal(tunnel.state, 'established');
    assert.deepEqual([box.table.counters.sccrqAccepted, box.table.counters.sccrqRefused], [1, 0]);
  });

  it('refuses whom it does not know with StopCCN 4, and keeps nothing [L2TP-L-09]', () => {
    const box = new Box();
    const octets = sccrqOctets({ hostName: 'nobody' });
    assert.deepEqual(box.receive(octets), { yielding: [] });
    const [stop] = sends(box.take());
    assert.deepEqual([stop?.name, stop?.tunnelId, stop?.nr], ['StopCCN', LAC_TUNNEL_ID, 1]);
    assert.deepEqual(stop?.message?.resultCode, { result: 4 });
    assert.equal(box.table.counters.sccrqRefused, 1);
    assert.equal(box.table.route(octets, parse(octets), LAC), undefined);
    assert.deepEqual(
      box.events.map(({ kind }) => kind),
      ['l2tp-error'],
    );
  });

  it('answers and tells of no more strangers than of others [L2TP-L-09]', () => {
    const box = new Box();
    for (let id = 1; id <= 1000; id++) box.receive(sccrqOf(id, { hostName: 'nobody' }));
    assert.equal(box.names().length, 10);
    assert.equal(box.events.length, 10);
    const { sccrqRefused, strayUnanswered } = box.table.counters;
    assert.deepEqual([sccrqRefused, strayUnanswered], [1000, 990]);
  });

  it('logs no more failures of a known name than it answers strangers [L2TP-L-09]', () => {
    const box = new Box();
    const refused = (): number => {
      for (let id = 1; id <= 50; id++) {
        box.receive(sccrqOf(id, { challenge: CHALLENGE }), fromAddress(id));
      }
      return box.names().filter((name) => name === 'StopCCN').length;
    };
    assert.deepEqual([refused(), refused()], [10, 0]);
    box.now += 1000;
    for (let id = 1001; id <= 1050; id++) {
      box.receive(sccrqOf(id, { challenge: CHALLENGE }), fromAddress(id));
    }
    const logs = box.events.filter(({ kind }) => kind === 'log');
    assert.equal(logs.length, 20);
    assert.equal(box.table.counters.sccrqRefused, 140, 'ten are repetitions');
    assert.equal(box.table.counters.sccrqAccepted, 0);
  });

  it('refuses what it cannot read by what is wrong, known or not [FO-3-01, L2TP-4.1-03]', () => {
    const avps = Buffer.from(sccrqOctets().subarray(12)).toString('hex');
    const recovery = '800a 0000 004d 00000000';
    for (const octets of [
      new ScriptedLns(0).raw(octetsOf('00'.repeat(12) + avps + recovery)),
      new ScriptedLns(0).raw(
        octetsOf('00'.repeat(12) + avps.replace('686777', '6867ff') + recovery),
      ),
    ]) {
      const box = new Box();
      assert.deepEqual(box.receive(octets), { yielding: [] });
      const [stop] = sends(box.take());
      const { result, error } = stop?.message?.resultCode ?? {};
      assert.deepEqual([stop?.tunnelId, result, error], [LAC_TUNNEL_ID, 2, 8]);
    }
  });

  it('takes an SCCRQ as a first message only', () => {
    const box = new Box();
    const late = sccrqOctets();
    late[9] = 1;
    const addressed = sccrqOctets();
    addressed[5] = 9;
    for (const octets of [late, addressed]) {
      assert.deepEqual(box.receive(octets), { yielding: [] });
      assert.deepEqual(sends(box.take())[0]?.message?.resultCode, { result: 2, error: 1 });
    }
    assert.deepEqual(box.asked, []);
  });

  it('reads what is hidden with the secret of the name [L2TP-4.3-01, L2TP-5.1.1-02]', () => {
    const how = { secret: SECRET, hide: 'all', random: new ScriptedRandom() } as const;
    const box = new Box();
    box.options = { ...LNS_OPTIONS, secret: SECRET };
    const octets = sccrqOctets({ challenge: CHALLENGE }, how);
    const tunnel = box.accepted(octets);
    assert.deepEqual([tunnel.peerTunnelId, tunnel.peerName], [LAC_TUNNEL_ID, 'hgw']);
    assert.deepEqual(box.names(), ['SCCRP']);
    assert.equal(box.receive(octets), tunnel, 'again: it is the same');
    assert.deepEqual(box.names(), ['ZLB']);
    const other = sccrqOctets({ assignedTunnelId: 9 }, how);
    assert.notEqual(box.accepted(other), tunnel);
  });

  it('refuses what is hidden where the secret is another, or there is none', () => {
    for (const secret of [undefined, octetsOf('0102')]) {
      const how = { secret: SECRET, hide: 'all', random: new ScriptedRandom() } as const;
      const box = new Box();
      box.options = { ...LNS_OPTIONS, ...(secret && { secret }) };
      assert.deepEqual(box.receive(sccrqOctets({}, how)), { yielding: [] });
      const [stop] = sends(box.take());
      assert.deepEqual([stop?.name, stop?.tunnelId], ['StopCCN', 0]);
      assert.deepEqual(stop?.message?.resultCode, { result: 4 });
    }
  });

  it('takes a repetition for what it is: same port, same id [L2TP-7.2.1-02]', () => {
    const box = new Box();
    const tunnel = box.accepted(sccrqOctets());
    assert.equal(box.receive(sccrqOctets()), tunnel);
    assert.equal(box.receive(sccrqOctets({ vendorName: 'changed' })), tunnel);
    box.scccn(tunnel);
    assert.equal(box.receive(sccrqOctets()), tunnel, 'also when it stands');
    assert.deepEqual(box.names(), ['SCCRP', 'ZLB', 'ZLB', 'ZLB', 'ZLB']);
    assert.notEqual(box.accepted(sccrqOf(9)), tunnel);
    assert.notEqual(box.accepted(sccrqOctets(), { ...LAC, port: 1702 }), tunnel);
    assert.notEqual(box.accepted(sccrqOctets(), { ...OTHER, port: LAC.port }), tunnel);
    assert.equal(box.table.counters.sccrqAccepted, 4);
  });

  it('takes nothing else for a repetition [L2TP-7.2.1-02]', () => {
    const box = new Box();
    box.accepted(sccrqOctets());
    box.opening({ tieBreaker: false });
    const routed = (octets: Uint8Array, from = LAC): unknown =>
      box.table.route(octets, parse(octets), from);
    const later = sccrqOctets();
    later[9] = 1;
    assert.equal(routed(later), undefined, 'Ns is not 0');
    const sccrp = { ...SCCRP, assignedTunnelId: LAC_TUNNEL_ID };
    assert.equal(routed(new ScriptedLns(0).message(sccrp)), undefined);
    const how = { secret: SECRET, hide: 'all', random: new ScriptedRandom() } as const;
    const hidden = sccrqOctets({}, how);
    assert.equal(routed(hidden), undefined, 'it is none that was seen before');
    box.options = { ...LNS_OPTIONS, secret: SECRET };
    const tunnel = box.accepted(hidden);
    assert.equal(routed(hidden), tunnel);
    assert.equal(routed(hidden, { ...LAC, port: 1702 }), undefined);
  });

  it('does not take the SCCRQ of a peer for a tunnel that we opened to it', () => {
    const box = new Box();
    const ours = box.opening();
    const lns = new ScriptedLns(ours.localTunnelId);
    lns.nr = 1;
    box.receive(lns.message(SCCRP), LAC);
    const octets = sccrqOctets({ assignedTunnelId: ours.peerTunnelId });
    assert.notEqual(box.accepted(octets), ours);
  });

  it('goes on knowing the others of an address when one is forgotten', () => {
    const box = new Box();
    const [one, other] = [box.accepted(sccrqOf(1)), box.accepted(sccrqOf(2))];
    box.scccn(other);
    while (one.deadline() < 31_001) box.timer(one, Math.max(box.now, one.deadline()));
    assert.equal(box.receive(sccrqOf(2)), other);
    assert.notEqual(box.accepted(sccrqOf(1)), one);
  });

  it('asks about SCCRQs only, and such as say who sends them', () => {
    const box = new Box();
    box.receive(new ScriptedLns(0).message(SCCRP));
    const avps = '8008 0000 0000 0001 8008 0000 0002 0100 800a 0000 0003 00000003';
    for (const name of ['', '8006 0000 0007', 'c00a 0000 0007 00000000']) {
      const octets = octetsOf(`${'00'.repeat(12)} ${avps} ${name} 8008 0000 0009 0141`);
      box.receive(new ScriptedLns(0).raw(octets));
    }
    assert.deepEqual(box.asked, []);
    assert.equal(box.names().length, 4);
  });

  it('forgets a tunnel that is released, and all that it was found by', () => {
    const box = new Box();
    const tunnel = box.accepted(sccrqOctets());
    for (let now = 0; tunnel.deadline() < Infinity; ) {
      now = tunnel.deadline();
      box.timer(tunnel, now);
    }
    assert.notEqual(box.accepted(sccrqOctets()), tunnel);
  });

  it('finds the tunnel of a StopCCN without our id [L2TP-4.4.3-04]', () => {
    const box = new Box();
    const tunnel = box.accepted(sccrqOctets());
    box.take();
    const peer = new ScriptedLns(0);
    peer.ns = 1;
    assert.equal(box.receive(peer.message(STOPCCN)), tunnel);
    assert.deepEqual(kinds(box.take()), ['send', 'down']);
  });
});
