import { strict as assert } from 'node:assert';
import { buildControlMessage } from '../../../src/wire/l2tp/build.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import {
  acceptAll,
  CDN,
  ICCN,
  ICRQ,
  LAC_SESSION_ID,
  LnsRig,
  SCCCN,
  STOPCCN,
  sessionDown,
} from './lns-rig.ts';
import { kinds, SLI, sends, WEN } from './messages.ts';
import { octetsOf, Rig, ScriptedRandom, SECRET } from './rig.ts';

const HEADER = '00'.repeat(12);
const UNKNOWN_MANDATORY = '8008 270f 0001 0000';
/** An ICRQ or ICCN that holds what it must, and one AVP that nobody knows. */
const bad = {
  ICRQ: `8008 0000 0000 000a 8008 0000 000e 0007 800a 0000 000f 00000001 ${UNKNOWN_MANDATORY}`,
  ICCN: `8008 0000 0000 000c 800a 0000 0018 00000001 800a 0000 0013 00000002 ${UNKNOWN_MANDATORY}`,
  CDN: '8008 0000 0000 000e',
} as const;
const badOctets = (name: keyof typeof bad): Uint8Array => octetsOf(HEADER + bad[name]);

/** A session in the state of that name, and our id of it. */
function sessionIn(state: 'wait-connect' | 'established'): { rig: LnsRig; sessionId: number } {
  const rig = new LnsRig().establish();
  const sessionId = state === 'established' ? rig.sessionUp() : rig.offer();
  return { rig, sessionId };
}

describe('control/l2tp/lns-session, its life and its end (RFC 2661 §7.4.2)', () => {
  for (const state of ['wait-connect', 'established'] as const) {
    it(`acknowledges CDN in ${state} at once, never more [L2TP-6.12-01, L2TP-7.4.2-01]`, () => {
      const { rig, sessionId } = sessionIn(state);
      const disconnectCauses = [{ code: 3, protocol: 0, direction: 1, text: '' }];
      rig.receive(rig.lac.message({ ...CDN, disconnectCauses }, sessionId));
      const outputs = rig.take();
      assert.deepEqual(kinds(outputs), ['send', 'session-down']);
      assert.equal(sends(outputs)[0]?.name, 'ZLB');
      const { cause } = sessionDown(outputs);
      assert.deepEqual([cause.by, cause.result], ['peer', CDN.resultCode]);
      assert.deepEqual(cause.disconnectCauses, disconnectCauses);
      rig.run(9000);
      assert.deepEqual(rig.take(), []);
    });

    it(`ends a session in ${state} by a CDN that is malformed [L2TP-6.12-01]`, () => {
      const { rig, sessionId } = sessionIn(state);
      rig.receive(rig.lac.raw(badOctets('CDN'), sessionId));
      const outputs = rig.take();
      assert.deepEqual(kinds(outputs), ['send', 'session-down']);
      assert.equal(sessionDown(outputs).cause.by, 'peer');
    });

    it(`clears a session in ${state} when told to, and says why [L2TP-7.4.2-01, DISC-2-02]`, () => {
      const { rig, sessionId } = sessionIn(state);
      const disconnectCauses = [
        { code: 16, protocol: 0xc223, direction: 1, text: 'no' },
        { code: 20, protocol: 0x8021, direction: 2, text: '' },
      ];
      const result = { result: 2, error: 6, text: 'authentication failed' };
      rig.input({ kind: 'clear-session', sessionId, result, disconnectCauses });
      const outputs = rig.take();
      assert.deepEqual(kinds(outputs), ['send', 'session-down']);
      const [cdn] = sends(outputs);
      assert.deepEqual(
        [cdn?.name, cdn?.sessionId, cdn?.message?.assignedSessionId],
        ['CDN', LAC_SESSION_ID, sessionId],
      );
      assert.deepEqual(cdn?.message?.resultCode, result);
      assert.deepEqual(cdn?.message?.disconnectCauses, disconnectCauses);
      const { cause } = sessionDown(outputs);
      assert.deepEqual([cause.by, cause.result], ['us', result]);
      assert.deepEqual(cause.disconnectCauses, disconnectCauses);
      rig.input({ kind: 'clear-session', sessionId, result });
      assert.deepEqual(rig.take(), [], 'it is gone');
    });
  }

  it('sends AVP 46 without M, and only when there is a cause [DISC-2-01]', () => {
    const { rig, sessionId } = sessionIn('established');
    const disconnectCauses = [{ code: 8, protocol: 0xc021, direction: 0, text: '' }];
    rig.input({ kind: 'clear-session', sessionId, result: { result: 1 }, disconnectCauses });
    const [cdn] = rig.sent();
    const hex = Buffer.from(cdn?.octets ?? []).toString('hex');
    assert.ok(hex.endsWith('000b0000002e0008c02100'), hex);
    const other = sessionIn('established');
    const { sessionId: id } = other;
    other.rig.input({ kind: 'clear-session', sessionId: id, result: { result: 3 } });
    const [bare] = other.rig.sent();
    assert.deepEqual(bare?.message?.resultCode, { result: 3, error: 0 });
    assert.equal(bare?.message?.disconnectCauses, undefined);
  });

  it('cuts a text that no message could hold [L2TP-7.1-04]', () => {
    const { rig, sessionId } = sessionIn('established');
    const text = 'ü'.repeat(5000);
    const disconnectCauses = [{ code: 8, protocol: 0xc021, direction: 0, text }];
    const result = { result: 2, error: 6, text };
    rig.input({ kind: 'clear-session', sessionId, result, disconnectCauses });
    const [cdn] = rig.sent();
    assert.equal(cdn?.message?.resultCode?.text?.length, 128);
    assert.equal(cdn?.message?.disconnectCauses?.[0]?.text.length, 128);
  });

  it('finds the session of a CDN without our id by the id of the peer [L2TP-4.4.4-01]', () => {
    const { rig } = sessionIn('wait-connect');
    rig.receive(rig.lac.message({ ...CDN, assignedSessionId: 46 }, 0));
    assert.deepEqual(rig.names(), ['ZLB'], 'of no session of ours');
    rig.receive(rig.lac.message(CDN, 0));
    assert.equal(sessionDown(rig.take()).cause.by, 'peer');
    rig.receive(rig.lac.message(CDN, 0));
    assert.deepEqual(rig.names(), ['ZLB'], 'it is gone');
    const id = rig.offer();
    assert.notEqual(id, 0, 'and its id may be given again');
  });

  it('clears a session not established in time with CDN 10 [L2TP-L-05, L2TP-4.4.2-03]', () => {
    const options = { setupMs: 60_000, noSessionMs: Infinity, helloMs: 0 };
    const rig = new LnsRig(options).establish();
    rig.offer(1);
    rig.run(30_000);
    rig.sessionUp(2);
    rig.offer(3);
    rig.run(29_999);
    assert.deepEqual(rig.take(), []);
    rig.run(1);
    const outputs = rig.take();
    const [cdn] = sends(outputs);
    assert.deepEqual([cdn?.name, cdn?.sessionId], ['CDN', 1]);
    assert.equal(cdn?.message?.resultCode?.result, 10);
    assert.equal(sessionDown(outputs).cause.by, 'setup-timer');
    rig.receive(rig.lac.zlb());
    rig.run(29_999);
    assert.deepEqual(rig.take(), []);
    rig.run(1);
    assert.equal(sessionDown(rig.take()).cause.by, 'setup-timer');
    rig.receive(rig.lac.zlb());
    rig.run(1_000_000);
    assert.deepEqual(rig.take(), [], 'the one that is up lasts');
  });

  it('sends the maps that it is told to, of a session that is up', () => {
    const { rig, sessionId } = sessionIn('wait-connect');
    const accm = { send: 0x000a0000, receive: 0xffffffff };
    rig.input({ kind: 'send-accm', sessionId, ...accm });
    assert.deepEqual(rig.take(), []);
    rig.receive(rig.lac.message(ICCN, sessionId));
    rig.take();
    rig.input({ kind: 'send-accm', sessionId, ...accm });
    const [sli] = rig.sent();
    assert.deepEqual(
      [sli?.name, sli?.sessionId, sli?.message?.accm],
      ['SLI', LAC_SESSION_ID, accm],
    );
    rig.input({ kind: 'send-accm', sessionId: 999, ...accm });
    assert.deepEqual(rig.take(), []);
  });

  it('takes WEN and counts it, but in a session that is up only', () => {
    const { rig, sessionId } = sessionIn('wait-connect');
    rig.receive(rig.lac.message(WEN, sessionId));
    rig.receive(rig.lac.message(ICCN, sessionId));
    rig.receive(rig.lac.message(WEN, sessionId));
    rig.receive(rig.lac.message(WEN, sessionId));
    rig.receive(rig.lac.message(SLI, sessionId));
    const { wanErrors, unlisted } = rig.tunnel.counters;
    assert.deepEqual([wanErrors, unlisted], [2, 2]);
    assert.equal(rig.tunnel.state, 'established');
  });

  it('shows the interface in front of its lines from when it has one', () => {
    const { rig, sessionId } = sessionIn('established');
    const named = (): boolean =>
      rig.events.some(
        (event) =>
          event.kind.startsWith('l2tp-') &&
          'scope' in event &&
          event.scope.interfaceName === 'Virtual-Access1',
      );
    rig.input({ kind: 'name-session', sessionId: 999, interfaceName: 'Virtual-Access1' });
    rig.input({ kind: 'name-session', sessionId, interfaceName: 'Virtual-Access1' });
    assert.ok(!named());
    rig.receive(rig.lac.message(CDN, sessionId));
    assert.ok(named());
    const resets = rig.events.filter(({ kind }) => kind === 'vpdn-step');
    assert.deepEqual(resets, [
      { kind: 'vpdn-step', interfaceName: 'Virtual-Access1', step: 'Reset' },
    ]);
  });

  it('ends with its tunnel, without a CDN [L2TP-6.4-01, L2TP-5.7-02]', () => {
    const rig = new LnsRig().establish();
    rig.offer(1);
    rig.sessionUp(2);
    rig.receive(rig.lac.message(STOPCCN));
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'session-down', 'session-down', 'down']);
    for (const output of outputs) {
      if (output.kind === 'session-down') assert.equal(output.cause.by, 'tunnel');
    }
    const ours = new LnsRig().establish();
    ours.sessionUp();
    ours.input({ kind: 'close', result: { result: 6 } });
    assert.deepEqual(kinds(ours.take()), ['send', 'session-down', 'down']);
  });

  it('does not listen to its peer while that acknowledges nothing [L2TP-L-09]', () => {
    const rig = new LnsRig({ accept: acceptAll({ sessionLimit: 5000 }) }).establish();
    const { nr } = rig.lac;
    for (let id = 1; id <= 1200; id++) {
      rig.lac.nr = nr;
      rig.receive(rig.lac.message({ ...ICRQ, assignedSessionId: id }));
    }
    const offered = rig.take().filter(({ kind }) => kind === 'session-offered').length;
    assert.equal(offered, 1024);
    assert.equal(rig.tunnel.counters.unlisted, 1200 - 1024);
  });

  it('reads hidden AVPs of ICRQ and ICCN [L2TP-4.3-01]', () => {
    const how = { secret: SECRET, hide: 'all', random: new ScriptedRandom() } as const;
    const rig = new LnsRig({ secret: SECRET }, new ScriptedRandom('002d')).establish();
    const icrq = { ...ICRQ, calledNumber: '614629' };
    rig.receive(rig.lac.raw(buildControlMessage(icrq, how)));
    const offered = rig.take().find(({ kind }) => kind === 'session-offered');
    assert.ok(offered?.kind === 'session-offered');
    assert.equal(offered.call.calledNumber, '614629');
    const password = octetsOf('70617373');
    const iccn = {
      ...ICCN,
      proxyAuthenType: 3,
      proxyAuthenName: octetsOf('75'),
      proxyAuthenId: 9,
      proxyAuthenResponse: password,
    };
    rig.receive(rig.lac.raw(buildControlMessage(iccn, how), offered.sessionId));
    const up = rig.take().find(({ kind }) => kind === 'session-up');
    assert.ok(up?.kind === 'session-up');
    assert.deepEqual(up.call.auth?.response, password);
    const deaf = new LnsRig().establish();
    deaf.receive(deaf.lac.raw(buildControlMessage(icrq, how)));
    assert.deepEqual(deaf.names(), ['ZLB'].slice(1).concat('CDN'), 'not without the secret');
  });

  it('takes no call in a tunnel of ours, also now that it could [L2TP-7.1-03]', () => {
    const rig = new Rig().establish();
    rig.receive(
      rig.lns.message({ type: MessageType.ICRQ, assignedSessionId: 9, callSerialNumber: 1 }),
    );
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send']);
    assert.equal(sends(outputs)[0]?.message?.resultCode?.result, 3);
    const sessionId = rig.callUp(1, 9);
    rig.receive(
      rig.lns.message({ type: MessageType.ICRQ, assignedSessionId: 9, callSerialNumber: 1 }),
    );
    assert.deepEqual(kinds(rig.take()), ['send'], 'nor does it end the call of that id');
    assert.equal(rig.tunnel.counters.unlisted, 2);
    rig.input({ kind: 'clear-session', sessionId, result: { result: 1 } });
    assert.ok(!rig.names().includes('CDN'), 'a call of ours is no session of the peer');
  });

  it('tells its sessions apart [L2TP-5.3-02]', () => {
    const rig = new LnsRig().establish();
    const ids = [1, 2, 3].map((id) => rig.offer(id));
    assert.equal(new Set(ids).size, 3);
    const [one = 0, two = 0, three = 0] = ids;
    rig.receive(rig.lac.message(ICCN, two));
    rig.receive(rig.lac.message({ ...CDN, assignedSessionId: 1 }, one));
    const outputs = rig.take().filter(({ kind }) => kind !== 'send');
    assert.deepEqual(kinds(outputs), ['session-up', 'session-down']);
    rig.receive(rig.lac.message(ICCN, three));
    const up = rig.take().find(({ kind }) => kind === 'session-up');
    assert.ok(up?.kind === 'session-up' && up.sessionId === three && up.peerSessionId === 3);
    rig.receive(rig.lac.message(SCCCN));
    assert.equal(rig.take().filter(({ kind }) => kind === 'session-down').length, 2);
  });
});
