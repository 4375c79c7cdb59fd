import { strict as assert } from 'node:assert';
import { downCause, kinds, STOPCCN } from './messages.ts';
import { LNS, LNS_TUNNEL_ID, octetsOf, Rig, SCCRP } from './rig.ts';

describe('control/l2tp/tunnel, opening (RFC 2661 §5.1, §7.2.1)', () => {
  it('sends SCCRQ to id 0, then to the id it was told [L2TP-4.4.3-03, L2TP-3.1-05]', () => {
    const rig = new Rig().open();
    const [sccrq] = rig.sent();
    assert.deepEqual([sccrq?.name, sccrq?.tunnelId, sccrq?.sessionId], ['SCCRQ', 0, 0]);
    assert.equal(sccrq?.message?.assignedTunnelId, 17688);
    rig.receive(rig.lns.message(SCCRP));
    const [scccn] = rig.sent();
    assert.deepEqual([scccn?.name, scccn?.tunnelId], ['SCCCN', LNS_TUNNEL_ID]);
    assert.deepEqual([rig.tunnel.peerTunnelId, rig.tunnel.peerName], [LNS_TUNNEL_ID, 'l2tp-gw']);
  });

  it('needs no ZLB between SCCRP and SCCCN, and says when it stands [L2TP-5.1-01]', () => {
    const rig = new Rig().open();
    rig.take();
    rig.receive(rig.lns.message(SCCRP));
    assert.deepEqual(kinds(rig.take()), ['send', 'established']);
    rig.run(500);
    rig.receive(rig.lns.zlb());
    rig.run(10_000);
    assert.deepEqual(rig.names(), []);
  });

  it('offers both bearers and both framings [L2TP-4.4.3-02]', () => {
    const [sccrq] = new Rig().open().sent();
    assert.deepEqual(
      [sccrq?.message?.bearerCapabilities, sccrq?.message?.framingCapabilities],
      [3, 3],
    );
  });

  it("keeps to the peer's window, of four if it tells none [L2TP-4.4.3-05, L2TP-5.8-11]", () => {
    for (const [receiveWindowSize, sentAtMost] of [
      [1, 1],
      [undefined, 4],
      [6, 6],
    ] as const) {
      const rig = new Rig();
      const { receiveWindowSize: _told, ...rest } = SCCRP;
      rig.open();
      rig.receive(rig.lns.message({ ...rest, ...(receiveWindowSize && { receiveWindowSize }) }));
      for (let call = 1; call <= 30; call++) rig.place(call);
      let most = 0;
      for (let turn = 0; turn < 20; turn++) {
        most = Math.max(most, rig.sent().filter(({ name }) => name === 'ICRQ').length);
        rig.receive(rig.lns.zlb());
      }
      assert.equal(most, sentAtMost);
    }
  });

  it('uses its own window for nothing but telling it [L2TP-5.8-11]', () => {
    const rig = new Rig({ receiveWindow: 1 }).establish();
    for (let call = 1; call <= 8; call++) rig.place(call);
    let most = 0;
    for (let turn = 0; turn < 8; turn++) {
      most = Math.max(most, rig.sent().length);
      rig.receive(rig.lns.zlb());
    }
    assert.ok(most >= 4, `${most} in flight`);
  });

  it('moves with the port of the answer, and then no more [L2TP-8.1-03, L2TP-8.1-04]', () => {
    const moved = { address: LNS.address, port: 40_000 };
    const rig = new Rig().open();
    rig.take();
    rig.receive(rig.lns.message(SCCRP), moved);
    const scccn = rig.take().find((output) => output.kind === 'send');
    assert.deepEqual(scccn?.to, moved);
    assert.deepEqual(rig.tunnel.peer, moved);
    rig.receive(rig.lns.message(STOPCCN), LNS);
    assert.deepEqual([rig.take(), rig.tunnel.counters.foreignSource], [[], 1]);
    assert.equal(rig.tunnel.state, 'established');
  });

  it('drops and counts what comes from another address [L2TP-8.1-04, L2TP-9.1-02]', () => {
    const elsewhere = { address: LNS.address + 1, port: LNS.port };
    const rig = new Rig().open();
    rig.take();
    rig.receive(rig.lns.message(SCCRP), elsewhere);
    assert.deepEqual([rig.take(), rig.tunnel.counters.foreignSource], [[], 1]);
    const open = new Rig().establish();
    open.receive(open.lns.message(STOPCCN), elsewhere);
    open.run(1000);
    assert.deepEqual([open.take(), open.tunnel.counters.foreignSource], [[], 1]);
  });

  it('shows a repetition as such, once each [L2TP-5.8-07]', () => {
    const rig = new Rig().open();
    rig.run(3000);
    const shown = rig.events.flatMap((event) => (event.kind === 'l2tp-error' ? [event.text] : []));
    assert.deepEqual(shown, ['O Resend SCCRQ, ns 0, nr 0', 'O Resend SCCRQ, ns 0, nr 0']);
    assert.equal(rig.tunnel.counters.retransmissions, 2);
  });

  it('takes a late SCCRP, and repeats SCCRQ until then [L2TP-5.8-08]', () => {
    const rig = new Rig().open();
    rig.run(14_000);
    rig.receive(rig.lns.message(SCCRP));
    assert.deepEqual(rig.names(), ['SCCRQ', 'SCCRQ', 'SCCRQ', 'SCCRQ', 'SCCCN']);
  });

  it('gives up after 31 s without a word, sending nothing [L2TP-5.8-09, L2TP-L-08]', () => {
    const rig = new Rig().open();
    rig.runTo(30_999);
    assert.equal(rig.names().length, 6);
    rig.runTo(31_000);
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['down', 'released']);
    assert.equal(downCause(outputs).by, 'silence');
    assert.ok(rig.tunnel.isSettled());
  });

  it('gives up earlier when it is told to, and then for good', () => {
    const rig = new Rig().open(7000);
    rig.runTo(6999);
    rig.take();
    rig.runTo(7000);
    assert.deepEqual(kinds(rig.take()), ['down', 'released']);
    assert.equal(rig.tunnel.deadline(), Infinity);
    rig.receive(rig.lns.message(SCCRP));
    rig.run(100_000);
    assert.deepEqual(rig.take(), []);
  });

  it('gives up on an LNS that acknowledges SCCRQ and says no more', () => {
    const rig = new Rig().open();
    rig.receive(rig.lns.zlb());
    rig.take();
    rig.run(30_999);
    assert.deepEqual(rig.take(), []);
    rig.run(1);
    assert.deepEqual(kinds(rig.take()), ['down', 'released']);
  });

  it('is not given up once it stands', () => {
    const rig = new Rig({ noSessionMs: Infinity, helloMs: 0 }).open(7000);
    rig.receive(rig.lns.message(SCCRP));
    rig.receive(rig.lns.zlb());
    rig.run(100_000);
    assert.equal(rig.tunnel.state, 'established');
    assert.equal(rig.tunnel.deadline(), Infinity);
  });

  it('repeats SCCRQ as often as that is allowed, the rest as often as the rest is', () => {
    const rig = new Rig({ initialRetries: 2, retries: 3 }).open();
    rig.run(7000);
    assert.deepEqual(rig.names(), ['SCCRQ', 'SCCRQ', 'SCCRQ']);
    assert.equal(rig.tunnel.isSettled(), true);
    const later = new Rig({ initialRetries: 2, retries: 3 }).establish();
    later.input({ kind: 'close', result: { result: 6 } });
    later.run(100_000);
    assert.deepEqual(later.names(), ['StopCCN', 'StopCCN', 'StopCCN', 'StopCCN']);
  });

  it('refuses a protocol version by the one it knows [L2TP-7.2.1-03]', () => {
    const rig = new Rig().open();
    rig.take();
    rig.receive(rig.lns.message({ ...SCCRP, protocolVersion: 0x0200 }));
    const [stop] = rig.sent();
    assert.deepEqual([stop?.name, stop?.tunnelId], ['StopCCN', LNS_TUNNEL_ID]);
    assert.deepEqual(stop?.message?.resultCode, { result: 5, error: 0x0100 });
    const later = new Rig().open();
    later.receive(later.lns.message({ ...SCCRP, protocolVersion: 0x0101 }));
    assert.equal(later.tunnel.state, 'established', 'a later revision is the same version');
  });

  it('is silent when it is closed before it stands', () => {
    const rig = new Rig().open();
    rig.take();
    rig.input({ kind: 'close', result: { result: 6 } });
    assert.deepEqual(kinds(rig.take()), ['down', 'released']);
    rig.run(60_000);
    assert.deepEqual(rig.take(), []);
  });

  it('does nothing with what comes before it is opened', () => {
    const rig = new Rig();
    rig.receive(rig.lns.message(SCCRP));
    rig.input({ kind: 'close', result: { result: 1 } });
    rig.run(1000);
    assert.deepEqual(rig.take(), []);
  });

  it('counts a datagram that is no control message', () => {
    const rig = new Rig().establish();
    rig.receive(octetsOf('c802 000d 4518 0000 0001 0001'));
    rig.receive(octetsOf('0002 4518 0007 ff03 c021'));
    assert.deepEqual([rig.tunnel.counters.badHeaders, rig.take()], [2, []]);
  });
});
