import { strict as assert } from 'node:assert';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { downCause, kinds, STOPCCN } from './messages.ts';
import { LNS_TUNNEL_ID, Rig, read, SCCRP } from './rig.ts';

const states = (rig: Rig): string[] =>
  rig.events.flatMap((event) => (event.kind === 'l2tp-tunnel-state' ? [event.to] : []));

describe('control/l2tp/tunnel, keepalive (RFC 2661 §5.5)', () => {
  it('sends HELLO after a minute, dies 31 s later [L2TP-5.5-01, L2TP-6.5-01, L2TP-L-08]', () => {
    const rig = new Rig({ noSessionMs: Infinity }).establish();
    rig.callUp();
    const heardAt = rig.now;
    rig.runTo(heardAt + 59_999);
    assert.deepEqual(rig.take(), []);
    rig.runTo(heardAt + 60_000);
    const [hello] = rig.sent();
    assert.deepEqual([hello?.name, hello?.sessionId], ['HELLO', 0]);
    rig.runTo(heardAt + 90_999);
    assert.deepEqual(rig.names(), ['HELLO', 'HELLO', 'HELLO', 'HELLO', 'HELLO']);
    rig.runTo(heardAt + 91_000);
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['call-down', 'down', 'released'], 'and nothing is sent');
    const [call] = outputs;
    assert.ok(call?.kind === 'call-down' && call.cause.by === 'silence');
    assert.equal(downCause(outputs).by, 'silence');
  });

  it('counts the minute from the last control message, a ZLB too', () => {
    const rig = new Rig({ noSessionMs: Infinity }).establish();
    rig.run(50_000);
    rig.receive(rig.lns.zlb());
    rig.run(59_999);
    assert.deepEqual(rig.take(), []);
    rig.run(1);
    assert.deepEqual(rig.names(), ['HELLO']);
    rig.receive(rig.lns.zlb());
    rig.run(59_999);
    assert.deepEqual(rig.take(), []);
    rig.run(1);
    assert.deepEqual(rig.names(), ['HELLO']);
  });

  it('sends no HELLO when none is wanted', () => {
    const rig = new Rig({ noSessionMs: Infinity, helloMs: 0 }).establish();
    rig.run(1_000_000);
    assert.deepEqual(rig.take(), []);
    assert.equal(rig.tunnel.deadline(), Infinity);
  });

  it("acknowledges the peer's HELLO and does nothing else", () => {
    const rig = new Rig().establish();
    rig.receive(rig.lns.message({ type: MessageType.HELLO }));
    rig.run(200);
    assert.deepEqual(rig.names(), ['ZLB']);
    assert.equal(rig.tunnel.state, 'established');
  });
});

describe('control/l2tp/tunnel, ending (RFC 2661 §5.6, §5.7, §6.4)', () => {
  it('sends StopCCN with its own id, and is down [L2TP-7.2.1-04, L2TP-4.4.3-04, TRACE-33]', () => {
    const rig = new Rig().establish();
    rig.events.length = 0;
    rig.input({ kind: 'close', result: { result: 6 } });
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'down']);
    const [first] = outputs;
    const stop = first?.kind === 'send' ? read(first.octets) : undefined;
    assert.deepEqual([stop?.name, stop?.tunnelId], ['StopCCN', LNS_TUNNEL_ID]);
    assert.equal(stop?.message?.assignedTunnelId, 17688);
    assert.deepEqual(stop?.message?.resultCode, { result: 6 });
    assert.deepEqual(states(rig), ['shutting-down', 'idle']);
    assert.equal(rig.tunnel.isSettled(), false);
    rig.receive(rig.lns.zlb());
    assert.equal(rig.tunnel.isSettled(), true);
  });

  it('repeats its StopCCN until the cycle is over [L2TP-7.1-02, L2TP-7.6-01]', () => {
    const rig = new Rig().establish();
    rig.input({ kind: 'close', result: { result: 1 } });
    rig.run(30_999);
    assert.equal(rig.names().length, 6);
    rig.run(1);
    assert.deepEqual(kinds(rig.take()), ['released']);
    rig.run(100_000);
    assert.deepEqual(rig.take(), []);
  });

  it('acknowledges StopCCN at once, never more [L2TP-6.4-01, L2TP-5.7-01, L2TP-5.8-13]', () => {
    const rig = new Rig().establish();
    rig.callUp(1, 45);
    rig.callUp(2, 46);
    rig.receive(rig.lns.message(STOPCCN));
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'call-down', 'call-down', 'down']);
    const [zlb, call] = outputs;
    assert.ok(zlb?.kind === 'send' && read(zlb.octets).name === 'ZLB');
    assert.ok(call?.kind === 'call-down' && call.cause.by === 'tunnel');
    assert.deepEqual(call.cause.result, STOPCCN.resultCode);
    assert.deepEqual(downCause(outputs).by, 'peer');
    assert.match(downCause(outputs).text, /Server closing/);
  });

  it('keeps acknowledging for 31 s, then forgets [L2TP-5.8-10, L2TP-5.7-01]', () => {
    const rig = new Rig().establish();
    const stop = rig.lns.message(STOPCCN);
    rig.receive(stop);
    rig.take();
    rig.run(20_000);
    rig.receive(stop);
    assert.deepEqual(rig.names(), ['ZLB']);
    rig.run(10_999);
    assert.deepEqual(rig.take(), []);
    rig.run(1);
    assert.deepEqual(kinds(rig.take()), ['released']);
    rig.receive(stop);
    assert.deepEqual(rig.take(), []);
  });

  it('does not act on a StopCCN that crosses its own [L2TP-7.1-02]', () => {
    const rig = new Rig().establish();
    const sessionId = rig.place();
    rig.input({ kind: 'close', result: { result: 1 } });
    rig.take();
    const icrp: L2tpMessage = { type: MessageType.ICRP, assignedSessionId: 9 };
    rig.receive(rig.lns.message(icrp, sessionId));
    rig.receive(rig.lns.message(STOPCCN));
    rig.run(300);
    assert.deepEqual(new Set(rig.names()), new Set(['ZLB']));
    assert.equal(rig.tunnel.state, 'idle');
  });

  it('repeats nothing to a peer that has said StopCCN', () => {
    const rig = new Rig().establish();
    rig.place();
    rig.receive(rig.lns.message(STOPCCN));
    rig.take();
    rig.run(30_000);
    assert.deepEqual(rig.take(), []);
  });

  it('ends every session with its own StopCCN, without a CDN [L2TP-5.7-02]', () => {
    const rig = new Rig().establish();
    rig.callUp();
    rig.input({ kind: 'close', result: { result: 6 } });
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'call-down', 'down']);
    assert.ok(outputs[1]?.kind === 'call-down' && outputs[1].cause.by === 'tunnel');
  });

  it('takes a StopCCN for SCCRQ, and acknowledges to the id it names [L2TP-7.2.1-01]', () => {
    const rig = new Rig().open();
    rig.take();
    rig.receive(rig.lns.message({ ...STOPCCN, resultCode: { result: 4 } }));
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'down']);
    assert.ok(outputs[0]?.kind === 'send' && read(outputs[0].octets).tunnelId === LNS_TUNNEL_ID);
    assert.match(downCause(outputs).text, /^4: /);
    rig.run(100_000);
    assert.deepEqual(kinds(rig.take()), ['released']);
  });

  it('closes itself when it has been without a session for its time [L2TP-5.6-01, CIS-01]', () => {
    const rig = new Rig({ noSessionMs: 15_000 }).establish();
    rig.callUp();
    rig.input({ kind: 'clear-call', call: 1, result: { result: 1 } });
    rig.receive(rig.lns.zlb());
    rig.take();
    assert.equal(rig.tunnel.state, 'no-sessions-left');
    const idleAt = rig.now;
    rig.runTo(idleAt + 14_999);
    assert.deepEqual(rig.take(), []);
    rig.runTo(idleAt + 15_000);
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'down']);
    assert.ok(outputs[0]?.kind === 'send');
    assert.deepEqual(read(outputs[0].octets).message?.resultCode, { result: 1 });
    assert.deepEqual(states(rig).slice(-3), ['no-sessions-left', 'shutting-down', 'idle']);
  });

  it('closes itself, too, when no call has come to it at all', () => {
    const rig = new Rig({ noSessionMs: 15_000 }).open();
    rig.receive(rig.lns.message(SCCRP));
    rig.receive(rig.lns.zlb());
    rig.take();
    rig.run(15_000);
    assert.deepEqual(rig.names(), ['StopCCN']);
  });

  it('stays when a new call comes in time', () => {
    const rig = new Rig({ noSessionMs: 15_000, helloMs: 0 }).establish();
    rig.callUp();
    rig.input({ kind: 'clear-call', call: 1, result: { result: 1 } });
    rig.receive(rig.lns.zlb());
    rig.run(14_000);
    rig.callUp(2);
    assert.deepEqual(states(rig).slice(-2), ['no-sessions-left', 'established']);
    rig.run(100_000);
    assert.deepEqual(rig.take(), []);
  });

  it('stays for ever when it is to, and says nothing of a time', () => {
    const rig = new Rig({ noSessionMs: Infinity, helloMs: 0 }).establish();
    rig.callUp();
    rig.input({ kind: 'clear-call', call: 1, result: { result: 1 } });
    rig.receive(rig.lns.zlb());
    assert.equal(rig.tunnel.deadline(), Infinity);
    assert.ok(!rig.events.some(({ kind }) => kind === 'l2tp-no-sessions'));
  });
});
