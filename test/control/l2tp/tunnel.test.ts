import { strict as assert } from 'node:assert';
import { md5 } from '../../../src/base/digest.ts';
import type { LogEvent } from '../../../src/base/event.ts';
import { fromText } from '../../../src/base/octets.ts';
import type { ClearCause, TunnelOut } from '../../../src/control/l2tp/tunnel-port.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { LNS, LNS_TUNNEL_ID, octetsOf, Rig, read, SCCRP, ScriptedRandom, SECRET } from './rig.ts';

const CHALLENGE = '00112233445566778899AABBCCDDEEFF';
const STOPCCN: L2tpMessage = {
  type: MessageType.StopCCN,
  assignedTunnelId: LNS_TUNNEL_ID,
  resultCode: { result: 1, error: 0, text: 'Server closing' },
};

const kinds = (outputs: readonly TunnelOut[]): string[] => outputs.map(({ kind }) => kind);
const downCause = (outputs: readonly TunnelOut[]): ClearCause => {
  const down = outputs.find((output) => output.kind === 'down');
  assert.ok(down, 'it went down');
  return down.cause;
};
const logs = (rig: Rig): LogEvent[] =>
  rig.events.flatMap((event) => (event.kind === 'log' ? [event] : []));
const states = (rig: Rig): string[] =>
  rig.events.flatMap((event) => (event.kind === 'l2tp-tunnel-state' ? [event.to] : []));
const authenticating = (): Rig =>
  new Rig({ secret: SECRET, authenticate: true }, new ScriptedRandom(CHALLENGE));
const goodResponse = md5(Uint8Array.of(2), SECRET, octetsOf(CHALLENGE));

describe('control/l2tp/tunnel, opening (RFC 2661 §5.1, §7.2.1)', () => {
  it('sends SCCRQ to nobody in particular, then to the id it was told [L2TP-4.4.3-03] [L2TP-3.1-05]', () => {
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

  it("keeps to the peer's window, of four if it tells none [L2TP-4.4.3-05] [L2TP-5.8-11]", () => {
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

  it('goes on with a port that the responder answers from, and only then with no other [L2TP-8.1-03] [L2TP-8.1-04]', () => {
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

  it('drops and counts what comes from another address, before and after [L2TP-8.1-04] [L2TP-9.1-02]', () => {
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

  it('takes an SCCRP that was a long time coming, and repeats SCCRQ until then [L2TP-5.8-08]', () => {
    const rig = new Rig().open();
    rig.run(14_000);
    rig.receive(rig.lns.message(SCCRP));
    assert.deepEqual(rig.names(), ['SCCRQ', 'SCCRQ', 'SCCRQ', 'SCCRQ', 'SCCCN']);
  });

  it('gives up after 31 s without a word, sending nothing [L2TP-5.8-09] [L2TP-L-08]', () => {
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

  it('refuses a protocol version that it does not know with the one it does [L2TP-7.2.1-03]', () => {
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

describe('control/l2tp/tunnel, authentication (RFC 2661 §5.1.1)', () => {
  it('challenges with 16 octets, and takes the right response [L2TP-5.1.1-01] [L2TP-5.1.1-04]', () => {
    const rig = authenticating().open();
    const [sccrq] = rig.sent();
    assert.deepEqual(sccrq?.message?.challenge, octetsOf(CHALLENGE));
    rig.receive(rig.lns.message({ ...SCCRP, challengeResponse: goodResponse }));
    assert.deepEqual(rig.names(), ['SCCCN']);
    assert.equal(rig.tunnel.state, 'established');
  });

  it('refuses a response with one bit flipped, before any SCCCN [L2TP-5.1.1-01] [L2TP-5.1.1-06]', () => {
    for (const at of [0, 7, 15]) {
      const wrong = goodResponse.slice();
      wrong[at] = (wrong[at] ?? 0) ^ 0x10;
      const rig = authenticating().open();
      rig.take();
      rig.receive(rig.lns.message({ ...SCCRP, challengeResponse: wrong }));
      const outputs = rig.take();
      assert.deepEqual(kinds(outputs), ['send', 'down']);
      const [stop] = outputs.flatMap((one) => (one.kind === 'send' ? [read(one.octets)] : []));
      assert.equal(stop?.name, 'StopCCN');
      assert.deepEqual(stop?.message?.resultCode, { result: 4 });
      assert.equal(downCause(outputs).by, 'us');
      assert.match(downCause(outputs).text, /response to our challenge is wrong/);
    }
  });

  it('says once who gave the wrong response, and never the secret [L2TP-9.2-01]', () => {
    const rig = authenticating().open();
    rig.receive(rig.lns.message({ ...SCCRP, challengeResponse: new Uint8Array(16) }));
    const [event, ...more] = logs(rig);
    assert.deepEqual([event?.facility, event?.severity, more.length], ['VPDN', 3, 0]);
    assert.match(event?.text ?? '', /10\.51\.6\.82 \(l2tp-gw\).*secret the same on both sides/);
    assert.ok(!JSON.stringify(logs(rig)).includes('hello'));
  });

  it('refuses a peer that does not answer its challenge [L2TP-5.1.1-01]', () => {
    const rig = authenticating().open();
    rig.take();
    rig.receive(rig.lns.message(SCCRP));
    assert.deepEqual(rig.sent()[0]?.message?.resultCode, { result: 4 });
    assert.match(logs(rig)[0]?.text ?? '', /did not answer our challenge/);
  });

  it("answers the peer's challenge even if it sends none itself [L2TP-5.1.1-01] [L2TP-6.3-01]", () => {
    const challenge = fromText('any octets');
    const rig = new Rig({ secret: SECRET }).open();
    rig.take();
    rig.receive(rig.lns.message({ ...SCCRP, challenge }));
    const [scccn] = rig.sent();
    const expected = md5(Uint8Array.of(3), SECRET, challenge);
    assert.deepEqual(scccn?.message?.challengeResponse, expected);
  });

  it('gives no response that was not asked for [L2TP-6.3-01]', () => {
    const rig = authenticating().open();
    rig.take();
    rig.receive(rig.lns.message({ ...SCCRP, challengeResponse: goodResponse }));
    assert.equal(rig.sent()[0]?.message?.challengeResponse, undefined);
  });

  it('refuses to be challenged without a secret [L2TP-5.1.1-03]', () => {
    const rig = new Rig().open();
    rig.take();
    rig.receive(rig.lns.message({ ...SCCRP, challenge: fromText('x') }));
    assert.deepEqual(rig.sent()[0]?.message?.resultCode, { result: 4 });
    assert.match(logs(rig)[0]?.text ?? '', /no secret for it here/);
  });

  it('sends no challenge without a secret, and takes whoever wants none', () => {
    const rig = new Rig({ authenticate: true }).open();
    assert.equal(rig.sent()[0]?.message?.challenge, undefined);
    rig.receive(rig.lns.message(SCCRP));
    assert.equal(rig.tunnel.state, 'established');
  });

  const onTrial = (resultCode: L2tpMessage['resultCode'] & object, rig = authenticating()): Rig => {
    rig.open();
    const challenge = fromText('theirs');
    rig.receive(rig.lns.message({ ...SCCRP, challenge, challengeResponse: goodResponse }));
    rig.receive(rig.lns.zlb());
    rig.receive(rig.lns.message({ ...STOPCCN, resultCode }));
    return rig;
  };
  const XL2TPD = { result: 2, error: 6, text: 'Invalid challenge authentication' };

  it("knows xl2tpd's refusal of our response for what it is, and says so once", () => {
    for (const code of [XL2TPD, { result: 4 }]) {
      const rig = onTrial(code);
      const cause = downCause(rig.take());
      assert.deepEqual([cause.by, cause.result], ['peer', code]);
      assert.match(cause.text, /refused our response to its challenge/);
      assert.equal(logs(rig).length, 1);
      assert.match(logs(rig)[0]?.text ?? '', /^L2TP LNS 10\.51\.6\.82 \(l2tp-gw\)/);
    }
  });

  it('takes another reason, or a later one, for what it says', () => {
    const busy = onTrial({ result: 2, error: 4 });
    assert.match(downCause(busy.take()).text, /^2\/4: /);
    assert.deepEqual(logs(busy), []);
    const rig = authenticating().open();
    const challenge = fromText('theirs');
    rig.receive(rig.lns.message({ ...SCCRP, challenge, challengeResponse: goodResponse }));
    rig.callUp();
    rig.receive(rig.lns.message({ ...STOPCCN, resultCode: XL2TPD }));
    assert.match(downCause(rig.take()).text, /^2\/6: .*Invalid challenge authentication/);
    assert.deepEqual(logs(rig), []);
  });

  it('hides what may be hidden when all of it is to be, and the peer can read it', () => {
    const rig = new Rig({ secret: SECRET, authenticate: true, hide: 'all' }).open();
    const [sccrq] = rig.sent();
    assert.equal(sccrq?.message?.assignedTunnelId, 17688);
    const hidden = rig.events.flatMap((event) =>
      event.kind === 'l2tp-message' ? event.avps.filter((avp) => avp.hidden) : [],
    );
    assert.ok(hidden.some(({ type }) => type === 9 || type === 11));
  });
});

describe('control/l2tp/tunnel, keepalive (RFC 2661 §5.5)', () => {
  it('sends HELLO after a minute of silence, and dies 31 s after it [L2TP-5.5-01] [L2TP-6.5-01] [L2TP-L-08]', () => {
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
  it('sends StopCCN with its own id, then says that it is down [L2TP-7.2.1-04] [L2TP-4.4.3-04] [TRACE-33]', () => {
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

  it('repeats its StopCCN until it is acknowledged or the cycle is over [L2TP-7.1-02] [L2TP-7.6-01]', () => {
    const rig = new Rig().establish();
    rig.input({ kind: 'close', result: { result: 1 } });
    rig.run(30_999);
    assert.equal(rig.names().length, 6);
    rig.run(1);
    assert.deepEqual(kinds(rig.take()), ['released']);
    rig.run(100_000);
    assert.deepEqual(rig.take(), []);
  });

  it('acknowledges StopCCN at once and answers nothing else [L2TP-6.4-01] [L2TP-5.7-01] [L2TP-5.8-13]', () => {
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

  it('keeps acknowledging for 31 s, then forgets [L2TP-5.8-10] [L2TP-5.7-01]', () => {
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

  it('takes a StopCCN that crosses its own, and new messages behind it, without acting [L2TP-7.1-02]', () => {
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

  it('takes a StopCCN in answer to SCCRQ, and acknowledges it to the id it names [L2TP-7.2.1-01]', () => {
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

  it('closes itself when it has been without a session for its time [L2TP-5.6-01] [CIS-01]', () => {
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
