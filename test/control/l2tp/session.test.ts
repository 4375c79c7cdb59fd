import { strict as assert } from 'node:assert';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { CDN, callDown, ICCN, ICRP, ICRQ, PEER_SESSION_ID, SLI, sends, WEN } from './messages.ts';
import { Rig, SCCRP } from './rig.ts';

/** A call in the state of that name, and its id. */
function callIn(state: 'wait-reply' | 'established'): { rig: Rig; sessionId: number } {
  const rig = new Rig().establish();
  const sessionId = state === 'established' ? rig.callUp() : rig.place();
  rig.receive(rig.lns.zlb());
  rig.take();
  return { rig, sessionId };
}

describe('control/l2tp/session, §7.4.1 through the machine', () => {
  it('sends ICRQ before SCCCN is acknowledged [CIS-06, L2TP-5.2-01, TRACE-22]', () => {
    const rig = new Rig().open();
    rig.receive(rig.lns.message(SCCRP));
    rig.take();
    const sessionId = rig.place();
    const [icrq] = rig.sent();
    assert.deepEqual([icrq?.name, icrq?.sessionId, icrq?.ns], ['ICRQ', 0, 2]);
    assert.equal(icrq?.message?.assignedSessionId, sessionId);
  });

  it('waits with ICRQ for the window, and places as many calls as it lets [CIS-06]', () => {
    const rig = new Rig().open();
    rig.receive(rig.lns.message({ ...SCCRP, receiveWindowSize: 1 }));
    rig.take();
    rig.place();
    assert.deepEqual(rig.names(), []);
    rig.receive(rig.lns.zlb());
    assert.deepEqual(rig.names(), ['ICRQ']);
  });

  it('answers ICRP by ICCN to the id it was told, and forwards from then on [TRACE-23]', () => {
    const { rig, sessionId } = callIn('wait-reply');
    rig.receive(rig.lns.message(ICRP, sessionId));
    const outputs = rig.take();
    const [iccn] = sends(outputs);
    assert.deepEqual([iccn?.name, iccn?.sessionId], ['ICCN', PEER_SESSION_ID]);
    assert.deepEqual(outputs[1], {
      kind: 'call-up',
      call: 1,
      sessionId,
      peerSessionId: PEER_SESSION_ID,
    });
    assert.equal(outputs.length, 2, 'no ZLB: ICCN carries it');
  });

  /** Two calls, window 1: the ICCN of the first has to wait behind the ICRQ of the second. */
  function callThatWaits(): { rig: Rig; sessionId: number } {
    const rig = new Rig().establish({ receiveWindowSize: 1 });
    const sessionId = rig.place(1);
    rig.place(2);
    const icrp = rig.lns.message(ICRP, sessionId);
    rig.take();
    rig.receive(icrp);
    return { rig, sessionId };
  }

  it('does not forward before ICCN has left the window [L2TP-5.2-01, L2TP-5.8-11]', () => {
    const { rig, sessionId } = callThatWaits();
    const waiting = rig.take();
    assert.deepEqual([sends(waiting)[0]?.name, waiting.length], ['ICRQ', 1]);
    rig.receive(rig.lns.zlb());
    const [iccn, up] = rig.take();
    assert.deepEqual(
      [iccn, up].map((output) => output?.kind),
      ['send', 'call-up'],
    );
    assert(up?.kind === 'call-up' && up.sessionId === sessionId);
  });

  it('does not forward a call that has ended while its ICCN waited', () => {
    const { rig } = callThatWaits();
    rig.input({ kind: 'clear-call', call: 1, result: { result: 1 } });
    rig.take();
    rig.receive(rig.lns.zlb());
    rig.receive(rig.lns.zlb());
    const outputs = rig.take();
    assert.deepEqual(
      sends(outputs).map(({ name }) => name),
      ['ICCN', 'CDN'],
    );
    assert(outputs.every(({ kind }) => kind === 'send'));
  });

  it('gives each call its own ICRP, though they come in the wrong order [L2TP-5.8-06]', () => {
    const rig = new Rig().establish();
    const [one, other] = [rig.place(1), rig.place(2)];
    rig.receive(rig.lns.zlb());
    rig.take();
    const first = rig.lns.message({ ...ICRP, assignedSessionId: 101 }, one);
    const second = rig.lns.message({ ...ICRP, assignedSessionId: 102 }, other);
    rig.receive(second);
    assert.deepEqual(rig.take(), []);
    rig.receive(first);
    const ups = rig.take().filter(({ kind }) => kind === 'call-up');
    assert.deepEqual(ups, [
      { kind: 'call-up', call: 1, sessionId: one, peerSessionId: 101 },
      { kind: 'call-up', call: 2, sessionId: other, peerSessionId: 102 },
    ]);
  });

  for (const [state, message, action] of [
    ['wait-reply', ICRQ, 'CDN'],
    ['wait-reply', ICCN, ''],
    ['established', ICRQ, 'CDN'],
    ['established', { ...ICRP, assignedSessionId: 46 }, 'CDN'],
    ['established', ICCN, 'CDN'],
  ] as const) {
    const [name] = Object.entries(MessageType).find(([, type]) => type === message.type) ?? [];
    it(`ends a call in ${state} that gets ${name}${action && ', by a CDN'} [L2TP-7.4.1-01]`, () => {
      const { rig, sessionId } = callIn(state);
      rig.receive(rig.lns.message(message, sessionId));
      const outputs = rig.take();
      const cdns = sends(outputs).filter(({ message: sent }) => sent);
      assert.deepEqual(
        cdns.map((sent) => [sent.name, sent.sessionId, sent.message?.resultCode?.result]),
        action ? [['CDN', state === 'established' ? PEER_SESSION_ID : 0, 2]] : [],
      );
      assert.equal(cdns[0]?.message?.assignedSessionId, action ? sessionId : undefined);
      const cause = callDown(outputs);
      assert.equal(cause.by, 'us');
      assert.match(cause.text, new RegExp(`${name} out of sequence`));
      assert.equal(rig.tunnel.state, 'no-sessions-left');
    });
  }

  for (const state of ['wait-reply', 'established'] as const) {
    it(`acknowledges CDN in ${state} at once, never more [L2TP-6.12-01, L2TP-5.8-13]`, () => {
      const { rig, sessionId } = callIn(state);
      const disconnectCauses = [{ code: 3, protocol: 0, direction: 1, text: '' }];
      rig.receive(rig.lns.message({ ...CDN, disconnectCauses }, sessionId));
      const outputs = rig.take();
      assert.deepEqual(
        outputs.map(({ kind }) => kind),
        ['send', 'call-down'],
      );
      assert.equal(sends(outputs)[0]?.name, 'ZLB');
      const cause = callDown(outputs);
      assert.deepEqual([cause.by, cause.result], ['peer', CDN.resultCode]);
      assert.deepEqual(cause.disconnectCauses, disconnectCauses);
      assert.match(cause.text, /^2\/4: .*full/);
      rig.run(10_000);
      assert.deepEqual(rig.take(), []);
    });

    it(`clears a call in ${state} with the given result [L2TP-7.4.1-01, L2TP-4.4.4-01]`, () => {
      const { rig, sessionId } = callIn(state);
      rig.input({ kind: 'clear-call', call: 1, result: { result: 3 } });
      const outputs = rig.take();
      const [cdn] = sends(outputs);
      assert.deepEqual([cdn?.name, cdn?.message?.assignedSessionId], ['CDN', sessionId]);
      assert.equal(cdn?.sessionId, state === 'established' ? PEER_SESSION_ID : 0);
      assert.deepEqual(cdn?.message?.resultCode, { result: 3, error: 0 });
      assert.equal(callDown(outputs).by, 'us');
    });
  }

  it('takes a CDN that crosses its own [L2TP-6.12-01, L2TP-L-07]', () => {
    const { rig, sessionId } = callIn('established');
    rig.input({ kind: 'clear-call', call: 1, result: { result: 1 } });
    rig.take();
    rig.receive(rig.lns.message(CDN, sessionId));
    assert.deepEqual(rig.names(), ['ZLB']);
    assert.equal(rig.tunnel.state, 'no-sessions-left');
  });

  it('finds the call of a CDN without our id by the id of the peer [L2TP-4.4.4-01]', () => {
    const { rig } = callIn('established');
    rig.receive(rig.lns.message({ ...CDN, assignedSessionId: 46 }, 0));
    assert.deepEqual(rig.names(), ['ZLB'], 'of no call of ours');
    rig.receive(rig.lns.message(CDN, 0));
    assert.equal(callDown(rig.take()).by, 'peer');
  });

  it('clears a call not established in time with CDN 10 [L2TP-L-05, L2TP-4.4.2-03]', () => {
    const rig = new Rig({ setupMs: 60_000, noSessionMs: Infinity, helloMs: 0 }).establish();
    rig.place();
    rig.receive(rig.lns.zlb());
    rig.take();
    rig.run(59_999);
    assert.deepEqual(rig.take(), []);
    rig.run(1);
    const outputs = rig.take();
    const [cdn] = sends(outputs);
    assert.deepEqual([cdn?.name, cdn?.message?.resultCode?.result], ['CDN', 10]);
    assert.equal(callDown(outputs).by, 'setup-timer');
  });

  it('lets an established call last', () => {
    const rig = new Rig({ setupMs: 60_000, helloMs: 0 }).establish();
    rig.callUp();
    rig.run(1_000_000);
    assert.deepEqual(rig.take(), []);
  });

  it('hands on the maps of each SLI during the call, and of none before it [L2TP-6.14-01]', () => {
    const { rig, sessionId } = callIn('wait-reply');
    rig.receive(rig.lns.message(SLI, sessionId));
    assert.deepEqual(rig.take(), []);
    rig.receive(rig.lns.message(ICRP, sessionId));
    rig.take();
    for (const send of [0x000a0000, 0, 0xffffffff]) {
      rig.receive(rig.lns.message({ ...SLI, accm: { send, receive: 1 } }, sessionId));
      const maps = rig.take().filter(({ kind }) => kind === 'accm');
      assert.deepEqual(maps, [{ kind: 'accm', call: 1, send, receive: 1 }]);
    }
  });

  it('ignores WEN and the messages of outgoing calls, but counts them', () => {
    const { rig, sessionId } = callIn('established');
    rig.receive(rig.lns.message(WEN, sessionId));
    rig.receive(rig.lns.message({ type: MessageType.OCRP, assignedSessionId: 1 }, sessionId));
    rig.run(300);
    assert.deepEqual(new Set(rig.names()), new Set(['ZLB']));
    assert.equal(rig.tunnel.counters.unlisted, 2);
  });

  it('does not know a call that is over', () => {
    const { rig } = callIn('established');
    rig.input({ kind: 'clear-call', call: 1, result: { result: 1 } });
    rig.take();
    rig.input({ kind: 'clear-call', call: 1, result: { result: 1 } });
    assert.deepEqual(rig.take(), []);
  });
});
