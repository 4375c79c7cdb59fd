import { strict as assert } from 'node:assert';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import {
  ICCN,
  ICRQ,
  LAC,
  LAC_TUNNEL_ID,
  LnsRig,
  SCCCN,
  SCCRQ,
  STOPCCN,
  sccrqOctets,
  TUNNEL_ID,
} from './lns-rig.ts';
import { downCause, kinds, sends } from './messages.ts';
import { octetsOf, SCCRP, ScriptedRandom, SETUP } from './rig.ts';

const errorsOf = (rig: LnsRig): string[] =>
  rig.events.flatMap((event) => (event.kind === 'l2tp-error' ? [event.text] : []));

describe('control/l2tp/tunnel, opened by the peer (RFC 2661 §5.1, §7.2.1)', () => {
  it('answers SCCRQ by SCCRP, SCCCN by a ZLB, and stands [L2TP-7.2.1-01, L2TP-5.1-01]', () => {
    const rig = new LnsRig().accept();
    const [sccrp, ...more] = rig.sent();
    assert.deepEqual(more, []);
    assert.deepEqual(
      [sccrp?.name, sccrp?.tunnelId, sccrp?.sessionId, sccrp?.ns, sccrp?.nr],
      ['SCCRP', LAC_TUNNEL_ID, 0, 0, 1],
    );
    assert.equal(sccrp?.message?.assignedTunnelId, TUNNEL_ID);
    assert.equal(sccrp?.message?.receiveWindowSize, 300);
    assert.equal(sccrp?.message?.firmwareRevision, 0x1120);
    assert.equal(sccrp?.message?.hostName, 'l2tp-gw');
    assert.equal(sccrp?.message?.challenge, undefined);
    assert.equal(sccrp?.message?.challengeResponse, undefined, 'nobody has asked');
    assert.deepEqual([rig.tunnel.isHalfOpen, rig.tunnel.state], [true, 'wait-ctl-reply']);
    rig.receive(rig.lac.message(SCCCN));
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'established']);
    assert.deepEqual(
      sends(outputs).map(({ name, nr }) => [name, nr]),
      [['ZLB', 2]],
    );
    assert.deepEqual([rig.tunnel.isHalfOpen, rig.tunnel.state], [false, 'established']);
    assert.deepEqual([rig.tunnel.peerTunnelId, rig.tunnel.peerName], [LAC_TUNNEL_ID, 'hgw']);
  });

  it('answers where the SCCRQ came from, and only hears that [L2TP-8.1-03, L2TP-8.1-04]', () => {
    const from = { address: LAC.address, port: 65_432 };
    const rig = new LnsRig().accept({}, {}, from);
    const [sccrp] = rig.take();
    assert.ok(sccrp?.kind === 'send');
    assert.deepEqual(sccrp.to, from);
    const scccn = rig.lac.message(SCCCN);
    rig.receive(scccn, LAC);
    rig.receive(scccn, { address: LAC.address + 1, port: from.port });
    assert.deepEqual([rig.take(), rig.tunnel.counters.foreignSource], [[], 2]);
    rig.receive(scccn, from);
    assert.equal(rig.tunnel.state, 'established');
  });

  it("keeps to the peer's window from the first message on [L2TP-5.8-11, L2TP-4.4.3-05]", () => {
    for (const [told, sentAtMost] of [
      [1, 1],
      [undefined, 4],
      [6, 6],
    ] as const) {
      const { receiveWindowSize: _told, ...rest } = SCCRQ;
      const rig = new LnsRig();
      const octets = rig.lac.message({ ...rest, ...(told && { receiveWindowSize: told }) });
      octets.fill(0, 4, 6);
      rig.input({ kind: 'accept', octets, from: LAC });
      rig.receive(rig.lac.message(SCCCN));
      const { nr } = rig.lac;
      for (let id = 1; id <= 30; id++) {
        // None of them acknowledges what has come meanwhile.
        rig.lac.nr = nr;
        rig.receive(rig.lac.message({ ...ICRQ, assignedSessionId: id }));
      }
      let most = 0;
      rig.lac.nr = nr + rig.sent().filter(({ name }) => name === 'ICRP').length;
      for (let turn = 0; turn < 20; turn++) {
        rig.receive(rig.lac.zlb());
        most = Math.max(most, rig.sent().filter(({ name }) => name === 'ICRP').length);
      }
      assert.equal(most, sentAtMost);
    }
  });

  it('repeats SCCRP, and gives up after 31 s without a word [L2TP-5.8-09, L2TP-L-08]', () => {
    const rig = new LnsRig().accept();
    rig.runTo(30_999);
    assert.equal(rig.names().length, 6);
    rig.run(1);
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['down', 'released']);
    assert.equal(downCause(outputs).by, 'silence');
    assert.equal(rig.tunnel.deadline(), Infinity);
  });

  it('gives up, too, on a peer that acknowledges SCCRP and says no more [L2TP-L-09]', () => {
    const rig = new LnsRig({ retries: 3, initialRetries: 9 }).accept();
    rig.receive(rig.lac.zlb());
    rig.take();
    rig.runTo(14_999);
    assert.deepEqual(rig.take(), []);
    rig.run(1);
    assert.deepEqual(kinds(rig.take()), ['down', 'released']);
  });

  it('takes a late SCCCN, and is not given up then', () => {
    const rig = new LnsRig({ noSessionMs: Infinity, helloMs: 0 }).accept();
    rig.run(14_000);
    rig.take();
    rig.receive(rig.lac.message(SCCCN));
    assert.deepEqual(kinds(rig.take()), ['send', 'established']);
    rig.run(100_000);
    assert.deepEqual([rig.take(), rig.tunnel.deadline()], [[], Infinity]);
  });

  it('acknowledges its SCCRQ again, and does no more [L2TP-7.2.1-02, L2TP-5.8-05]', () => {
    const again = sccrqOctets();
    const rig = new LnsRig().accept();
    rig.take();
    rig.receive(again);
    assert.deepEqual(rig.names(), ['ZLB']);
    rig.receive(rig.lac.message(SCCCN));
    rig.take();
    rig.receive(again);
    assert.deepEqual([rig.names(), rig.tunnel.state], [['ZLB'], 'established']);
    assert.equal(rig.tunnel.counters.duplicates, 2);
  });

  it('holds calls that come before SCCCN until it has come [L2TP-5.8-06, L2TP-5.2-01]', () => {
    const rig = new LnsRig({}, new ScriptedRandom('002d')).accept();
    rig.take();
    const scccn = rig.lac.message(SCCCN);
    const icrq = rig.lac.message(ICRQ);
    const iccn = rig.lac.message(ICCN, 45);
    rig.receive(iccn);
    rig.receive(icrq);
    assert.deepEqual(rig.take(), []);
    rig.receive(scccn);
    const said = kinds(rig.take()).filter((kind) => kind !== 'send');
    assert.deepEqual(said, ['established', 'session-offered', 'session-up']);
  });

  it('counts the time without a session from SCCCN on [L2TP-5.6-01, TRACE-32]', () => {
    const rig = new LnsRig({ noSessionMs: 10_000 }).accept();
    rig.run(5000);
    rig.receive(rig.lac.message(SCCCN));
    rig.take();
    rig.runTo(14_999);
    assert.deepEqual(rig.take(), []);
    rig.run(1);
    assert.deepEqual(rig.names(), ['StopCCN']);
  });

  it('sends HELLO and dies of silence like any tunnel [L2TP-5.5-01]', () => {
    const rig = new LnsRig({ noSessionMs: Infinity }).establish();
    rig.run(60_000);
    assert.deepEqual(rig.names(), ['HELLO']);
    rig.run(31_000);
    assert.deepEqual(kinds(rig.take()).slice(-2), ['down', 'released']);
  });

  it('sends StopCCN when it is closed, before it stands, too [L2TP-7.2.1-04]', () => {
    for (const rig of [new LnsRig().accept(), new LnsRig().establish()]) {
      rig.take();
      rig.input({ kind: 'close', result: { result: 6 } });
      rig.receive(rig.lac.zlb());
      const outputs = rig.take();
      assert.deepEqual(kinds(outputs).toSorted(), ['down', 'send']);
      const [stop] = sends(outputs);
      assert.deepEqual([stop?.name, stop?.tunnelId], ['StopCCN', LAC_TUNNEL_ID]);
      assert.deepEqual(stop?.message?.resultCode, { result: 6 });
      assert.ok(rig.tunnel.isSettled());
    }
  });

  it('does not keep a router from stopping while nobody answers its SCCRP', () => {
    const rig = new LnsRig().accept();
    assert.ok(!rig.tunnel.isSettled());
    rig.input({ kind: 'close', result: { result: 6 } });
    assert.ok(rig.tunnel.isSettled());
    const up = new LnsRig().establish();
    up.input({ kind: 'close', result: { result: 6 } });
    assert.ok(!up.tunnel.isSettled(), 'its peer is there, and will answer');
  });

  it('places no calls of ours in it', () => {
    const rig = new LnsRig().establish();
    rig.input({ kind: 'place-call', call: 9, setup: SETUP });
    const [down, ...more] = rig.take();
    assert.ok(down?.kind === 'call-down' && down.call === 9 && down.sessionId === 0);
    assert.match(down.cause.text, /calls of its own/);
    assert.deepEqual(more, []);
  });

  it('shows a ZLB as that of the message it answers, when it does at once [TRACE-25]', () => {
    const rig = new LnsRig({}, new ScriptedRandom('002d')).accept();
    rig.receive(sccrqOctets());
    rig.receive(rig.lac.message(SCCCN));
    rig.sessionUp();
    rig.receive(rig.lac.message({ type: MessageType.HELLO }));
    rig.run(200);
    const scopes = rig.events.flatMap((event) =>
      event.kind === 'l2tp-message' && event.datagram.length === 12 && event.direction === 'O'
        ? [event.scope]
        : [],
    );
    const tunnelId = TUNNEL_ID;
    assert.deepEqual(scopes, [
      { tunnelId },
      { tunnelId },
      { tunnelId, sessionId: 45 },
      { tunnelId },
    ]);
  });

  it('is opened by one side only', () => {
    assert.throws(() => new LnsRig().open(), /by one side/);
    assert.throws(() => new LnsRig().accept().accept(), /once/);
    assert.throws(() => new LnsRig({}).accept({ type: MessageType.SCCRP }), /SCCRQ/);
  });
});

describe('control/l2tp/tunnel, the responder in wait-ctl-conn (RFC 2661 §7.2.1)', () => {
  for (const [message, named] of [
    [SCCRQ, 'SCCRQ'],
    [SCCRP, 'SCCRP'],
  ] as const) {
    it(`clears the tunnel for ${named}, and when it stands [L2TP-7.2.1-01, L2TP-7.1-01]`, () => {
      for (const rig of [new LnsRig().accept(), new LnsRig().establish()]) {
        rig.receive(rig.lac.zlb());
        rig.take();
        rig.receive(rig.lac.message(message));
        const outputs = rig.take();
        const [stop] = sends(outputs);
        assert.deepEqual([stop?.name, stop?.message?.resultCode], ['StopCCN', { result: 7 }]);
        assert.match(downCause(outputs).text, new RegExp(`${named} out of sequence`));
      }
    });
  }

  it('clears a tunnel that stands for a second SCCCN [L2TP-7.2.1-01]', () => {
    const rig = new LnsRig().establish();
    rig.receive(rig.lac.zlb());
    rig.receive(rig.lac.message(SCCCN));
    assert.deepEqual(rig.names(), ['ZLB', 'StopCCN']);
  });

  it('refuses a malformed SCCCN by what is wrong with it [L2TP-7.2.1-01, L2TP-7.1-03]', () => {
    const rig = new LnsRig().accept();
    rig.receive(rig.lac.zlb());
    rig.take();
    const avps = '8008 0000 0000 0003 8008 270f 0001 0000';
    rig.receive(rig.lac.raw(octetsOf('00'.repeat(12) + avps)));
    const stop = rig.sent().find(({ name }) => name === 'StopCCN');
    const { result, error } = stop?.message?.resultCode ?? {};
    assert.deepEqual([result, error], [2, 8]);
    assert.equal(rig.tunnel.state, 'idle');
    assert.match(errorsOf(rig).join(), /refused SCCCN: unknown AVP/);
  });

  it('acknowledges StopCCN and is down, for 31 s [L2TP-7.2.1-01, L2TP-5.7-01]', () => {
    const rig = new LnsRig().accept();
    rig.take();
    rig.receive(rig.lac.message(STOPCCN));
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'down']);
    assert.equal(sends(outputs)[0]?.name, 'ZLB');
    assert.equal(downCause(outputs).by, 'peer');
    rig.run(30_999);
    assert.deepEqual(rig.take(), [], 'SCCRP is not repeated');
    rig.run(1);
    assert.deepEqual(kinds(rig.take()), ['released']);
  });

  it('does not act on a call before SCCCN [L2TP-5.2-01]', () => {
    const rig = new LnsRig().accept();
    rig.take();
    rig.receive(rig.lac.message(ICRQ));
    rig.run(200);
    assert.deepEqual([rig.names(), rig.tunnel.counters.unlisted], [['ZLB'], 1]);
    assert.match(errorsOf(rig).join(), /not expected: ICRQ in wait-ctl-conn/);
  });

  it('goes without a word when it is told to yield, now or after its end [L2TP-L-09]', () => {
    const rig = new LnsRig().accept();
    rig.take();
    rig.input({ kind: 'yield', why: 'too many' });
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['down', 'released']);
    assert.deepEqual(downCause(outputs), { by: 'us', text: 'too many' });
    const refused = new LnsRig().accept({ protocolVersion: 0x0200 });
    refused.take();
    refused.input({ kind: 'yield', why: 'too many' });
    assert.deepEqual(kinds(refused.take()), ['released']);
    const up = new LnsRig().establish();
    up.input({ kind: 'yield', why: 'too many' });
    assert.deepEqual([up.take(), up.tunnel.state], [[], 'established']);
  });
});
