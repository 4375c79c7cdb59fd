import { strict as assert } from 'node:assert';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { CDN, callDown, ICCN, ICRP, ICRQ, PEER_SESSION_ID, SLI, sends, WEN } from './messages.ts';
import { Rig, ScriptedRandom, SETUP } from './rig.ts';

describe('control/l2tp/session-table (RFC 2661 §7.1, §9.1)', () => {
  it('gives each call an id of its own, never 0 [L2TP-L-06, L2TP-5.3-02]', () => {
    const random = new ScriptedRandom('0000', '0000', '0007', '0007', '0000', '0007', '0008');
    const rig = new Rig({}, random).establish();
    assert.deepEqual([rig.place(1), rig.place(2)], [7, 8]);
  });

  for (const [type, message] of [
    ['ICRP', ICRP],
    ['ICCN', ICCN],
    ['OCRP', { type: MessageType.OCRP, assignedSessionId: PEER_SESSION_ID }],
    ['OCCN', { type: MessageType.OCCN, txConnectSpeed: 1, framingType: 2 }],
  ] as const) {
    it(`answers ${type} for a session nobody knows with CDN 2/5 [L2TP-L-07]`, () => {
      const rig = new Rig().establish();
      rig.receive(rig.lns.message(message, 999));
      const [cdn] = rig.sent().filter(({ message: sent }) => sent);
      assert.deepEqual(cdn?.message?.resultCode, { result: 2, error: 5 });
      assert.equal(cdn?.message?.assignedSessionId, 999);
      assert.equal(cdn?.sessionId, message.assignedSessionId ?? 0);
    });
  }

  it('answers with some id where the peer has addressed none', () => {
    const rig = new Rig().establish();
    rig.receive(rig.lns.message(ICRP, 0));
    const [cdn] = rig.sent();
    assert.notEqual(cdn?.message?.assignedSessionId ?? 0, 0);
  });

  for (const [type, message] of [
    ['CDN', CDN],
    ['WEN', WEN],
    ['SLI', SLI],
  ] as const) {
    it(`acknowledges ${type} for a session nobody knows, and no more [L2TP-L-07]`, () => {
      const rig = new Rig().establish();
      rig.receive(rig.lns.message(message, 999));
      rig.run(200);
      assert.deepEqual(rig.names(), ['ZLB']);
    });
  }

  it('refuses calls from the LNS: it places none, and is none itself [L2TP-7.1-03]', () => {
    const ocrq: L2tpMessage = {
      type: MessageType.OCRQ,
      assignedSessionId: 11,
      callSerialNumber: 1,
      minimumBps: 1,
      maximumBps: 2,
      bearerType: 2,
      framingType: 2,
      calledNumber: '1',
    };
    for (const [message, result] of [
      [{ ...ICRQ, assignedSessionId: 11 }, 3],
      [ocrq, 5],
    ] as const) {
      const rig = new Rig().establish();
      rig.receive(rig.lns.message(message));
      const [cdn] = rig.sent();
      assert.deepEqual([cdn?.name, cdn?.sessionId], ['CDN', 11]);
      assert.equal(cdn?.message?.resultCode?.result, result);
    }
  });

  it('does not act on call messages before the tunnel stands [L2TP-5.2-01]', () => {
    const rig = new Rig().open();
    rig.take();
    rig.receive(rig.lns.message(ICRP, 7));
    rig.run(200);
    assert.deepEqual(rig.names(), ['ZLB']);
    assert.equal(rig.tunnel.counters.unlisted, 1);
  });

  it('refuses a call for which the peer has no framing [L2TP-4.4.3-01]', () => {
    const rig = new Rig().establish({ framingCapabilities: 1 });
    rig.input({ kind: 'place-call', call: 9, setup: SETUP });
    const outputs = rig.take();
    assert.deepEqual(sends(outputs), []);
    assert.match(callDown(outputs).text, /no framing of type 2/);
  });

  it('refuses a call in a tunnel that has gone', () => {
    const rig = new Rig().establish();
    rig.input({ kind: 'close', result: { result: 1 } });
    rig.take();
    rig.input({ kind: 'place-call', call: 9, setup: SETUP });
    assert.equal(callDown(rig.take()).by, 'tunnel');
  });

  it('has room for 16384 calls, and refuses the next [L2TP-L-09]', () => {
    const rig = new Rig({ noSessionMs: Infinity, helloMs: 0 }).establish();
    for (let call = 1; call <= 16_384; call++) {
      rig.input({ kind: 'place-call', call, setup: SETUP });
      rig.receive(rig.lns.zlb());
    }
    assert.ok(!rig.take().some(({ kind }) => kind === 'call-down'));
    rig.input({ kind: 'place-call', call: 20_000, setup: SETUP });
    assert.match(callDown(rig.take()).text, /no room/);
  });

  it('stops answering when the peer acknowledges none of it [L2TP-L-09]', () => {
    const rig = new Rig({ noSessionMs: Infinity }).establish();
    const answered = rig.lns.nr;
    for (let count = 0; count < 1100; count++) {
      const octets = rig.lns.message(ICRP, 999);
      octets[10] = answered >>> 8;
      octets[11] = answered;
      rig.receive(octets);
    }
    rig.input({ kind: 'place-call', call: 1, setup: SETUP });
    assert.match(callDown(rig.take()).text, /no room/);
    let answers = 0;
    for (let turn = 0; turn < 2000; turn++) {
      rig.receive(rig.lns.zlb());
      answers += rig.names().filter((name) => name === 'CDN').length;
    }
    assert.ok(answers > 1000 && answers <= 1024, `${answers} answers`);
  });
});
