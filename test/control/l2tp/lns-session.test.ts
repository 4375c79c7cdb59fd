import { strict as assert } from 'node:assert';
import type { OfferedCall } from '../../../src/control/l2tp/tunnel-port.ts';
import type { ResultCode } from '../../../src/wire/l2tp/message.ts';
import { acceptAll, CDN, ICCN, ICRQ, LAC_SESSION_ID, LnsRig, sessionDown } from './lns-rig.ts';
import { ICRP, kinds, SLI, sends, WEN } from './messages.ts';
import { octetsOf, ScriptedRandom } from './rig.ts';

const HEADER = '00'.repeat(12);
const UNKNOWN_MANDATORY = '8008 270f 0001 0000';
/** An ICRQ or ICCN that holds what it must, and one AVP that nobody knows. */
const bad = {
  ICRQ: `8008 0000 0000 000a 8008 0000 000e 0007 800a 0000 000f 00000001 ${UNKNOWN_MANDATORY}`,
  ICCN: `8008 0000 0000 000c 800a 0000 0018 00000001 800a 0000 0013 00000002 ${UNKNOWN_MANDATORY}`,
  CDN: '8008 0000 0000 000e',
} as const;
const badOctets = (name: keyof typeof bad): Uint8Array => octetsOf(HEADER + bad[name]);
const codeOf = (code: ResultCode | undefined): (number | undefined)[] => [
  code?.result,
  code?.error,
];

/** A session in the state of that name, and our id of it. */
function sessionIn(state: 'wait-connect' | 'established'): { rig: LnsRig; sessionId: number } {
  const rig = new LnsRig().establish();
  const sessionId = state === 'established' ? rig.sessionUp() : rig.offer();
  return { rig, sessionId };
}

describe('control/l2tp/lns-session, §7.4.2 through the machine', () => {
  it('answers ICRQ by ICRP to the id it names, and says what is offered [L2TP-7.4.2-01]', () => {
    const rig = new LnsRig({}, new ScriptedRandom('002d')).establish();
    const call: OfferedCall = {
      callSerialNumber: 0xd114c7c5,
      bearerType: 2,
      calledNumber: '614629',
      callingNumber: '2085730592',
      subAddress: '12',
      physicalChannelId: 99,
      clientNasPort: 'Async1',
    };
    rig.receive(rig.lac.message({ ...ICRQ, ...call }));
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'session-offered'], 'no ZLB: ICRP carries it');
    const [icrp] = sends(outputs);
    assert.deepEqual(
      [icrp?.name, icrp?.sessionId, icrp?.nr, icrp?.message?.assignedSessionId],
      ['ICRP', LAC_SESSION_ID, 3, 45],
    );
    assert.deepEqual(outputs[1], {
      kind: 'session-offered',
      sessionId: 45,
      peerSessionId: LAC_SESSION_ID,
      call,
    });
  });

  it('asks of each call whether it is wanted, and refuses it as told [L2TP-7.4-01]', () => {
    const asked: OfferedCall[] = [];
    for (const result of [{ result: 3 }, { result: 4 }, { result: 2, error: 7, text: 'go' }]) {
      const admit = (call: OfferedCall): ResultCode => {
        asked.push(call);
        return result;
      };
      const rig = new LnsRig({ accept: acceptAll({ admit }) }).establish();
      rig.receive(rig.lac.message({ ...ICRQ, calledNumber: '5' }));
      const outputs = rig.take();
      assert.deepEqual(kinds(outputs), ['send'], 'nothing was offered, so nothing ends');
      const [cdn] = sends(outputs);
      assert.deepEqual([cdn?.name, cdn?.sessionId], ['CDN', LAC_SESSION_ID]);
      assert.notEqual(cdn?.message?.assignedSessionId ?? 0, 0);
      assert.deepEqual(cdn?.message?.resultCode, { error: 0, ...result });
      assert.equal(rig.tunnel.state, 'established');
      assert.ok(!rig.events.some(({ kind }) => kind === 'l2tp-session-state'));
      const told = rig.events.flatMap((event) => (event.kind === 'l2tp-error' ? [event.text] : []));
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /^refused ICRQ: /);
    }
    assert.deepEqual(asked[0], { callSerialNumber: 1, calledNumber: '5' });
    assert.equal(asked.length, 3);
  });

  it('does not live on calls that it refuses [L2TP-5.6-01]', () => {
    const admit = (): ResultCode => ({ result: 3 });
    const rig = new LnsRig({ accept: acceptAll({ admit }), noSessionMs: 10_000 }).establish();
    rig.run(9000);
    rig.receive(rig.lac.message(ICRQ));
    rig.receive(rig.lac.zlb());
    rig.take();
    rig.run(1000);
    assert.deepEqual(rig.names(), ['StopCCN']);
  });

  it('takes no more calls than it may, and again when one has ended [L2TP-4.4.2-03]', () => {
    let asked = 0;
    const admit = (): undefined => {
      asked++;
    };
    const accept = acceptAll({ sessionLimit: 2, admit });
    const rig = new LnsRig({ accept }).establish();
    rig.sessionUp(1);
    rig.offer(2);
    rig.receive(rig.lac.message({ ...ICRQ, assignedSessionId: 3 }));
    const [cdn] = rig.sent();
    assert.deepEqual([cdn?.name, cdn?.sessionId], ['CDN', 3]);
    assert.deepEqual(codeOf(cdn?.message?.resultCode), [4, 0]);
    assert.equal(asked, 2, 'of a call that there is no room for nobody is asked');
    rig.receive(rig.lac.message({ ...CDN, assignedSessionId: 1 }));
    rig.take();
    rig.offer(3);
  });

  it('gives each session an id of its own, never 0 [L2TP-L-06, L2TP-5.3-02]', () => {
    const random = new ScriptedRandom('0000', '0007', '0007', '0000', '0007', '0008');
    const rig = new LnsRig({}, random).establish();
    assert.deepEqual([rig.offer(1), rig.offer(2)], [7, 8]);
  });

  it('acknowledges ICCN first, and then carries data [L2TP-7.4.2-01, L2TP-5.8-13]', () => {
    const { rig, sessionId } = sessionIn('wait-connect');
    rig.receive(rig.lac.message({ ...ICCN, sequencingRequired: true }, sessionId));
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'session-up']);
    assert.equal(sends(outputs)[0]?.name, 'ZLB');
    assert.deepEqual(outputs[1], {
      kind: 'session-up',
      sessionId,
      peerSessionId: LAC_SESSION_ID,
      call: {
        callSerialNumber: 1,
        txConnectSpeed: 33_600,
        framingType: 2,
        sequencingRequired: true,
      },
    });
  });

  it('shows what it leaves out of what the LAC has told [L2TP-4.4.5-07]', () => {
    const { rig, sessionId } = sessionIn('wait-connect');
    rig.receive(rig.lac.message({ ...ICCN, proxyAuthenType: 2 }, sessionId));
    const up = rig.take().find(({ kind }) => kind === 'session-up');
    assert.ok(up?.kind === 'session-up');
    assert.deepEqual([up.call.proxyAuthenType, up.call.auth], [2, undefined]);
    const notes = rig.events.flatMap((event) => (event.kind === 'l2tp-error' ? [event] : []));
    assert.deepEqual(
      notes.map(({ scope }) => scope.sessionId),
      [sessionId],
    );
    assert.match(notes[0]?.text ?? '', /type 2 is not complete/);
  });

  it('stands when it has a session, however long ago the last one ended [L2TP-5.6-01]', () => {
    const rig = new LnsRig({ noSessionMs: 10_000, helloMs: 0, setupMs: Infinity }).establish();
    rig.run(9000);
    rig.offer();
    rig.run(100_000);
    assert.deepEqual([rig.take(), rig.tunnel.state], [[], 'established']);
    rig.receive(rig.lac.message(CDN));
    assert.equal(rig.tunnel.state, 'no-sessions-left');
    rig.take();
    rig.run(5000);
    rig.offer();
    assert.equal(rig.tunnel.state, 'established');
    rig.run(100_000);
    assert.deepEqual(rig.take(), []);
  });

  for (const [state, message, name] of [
    ['wait-connect', ICRQ, 'ICRQ'],
    ['wait-connect', ICRP, 'ICRP'],
    ['established', ICRQ, 'ICRQ'],
    ['established', ICRP, 'ICRP'],
    ['established', ICCN, 'ICCN'],
  ] as const) {
    it(`ends a session in ${state} that gets ${name}, by a CDN [L2TP-7.4.2-01]`, () => {
      const { rig, sessionId } = sessionIn(state);
      // ICRQ has 0 in its header, and names the session by the peer's id of it.
      rig.receive(rig.lac.message(message, name === 'ICRQ' ? 0 : sessionId));
      const outputs = rig.take();
      const cdn = sends(outputs).find((sent) => sent.name === 'CDN');
      assert.deepEqual(
        [cdn?.sessionId, cdn?.message?.assignedSessionId],
        [LAC_SESSION_ID, sessionId],
      );
      assert.deepEqual(codeOf(cdn?.message?.resultCode), [2, 6]);
      const { cause, sessionId: ended } = sessionDown(outputs);
      assert.deepEqual([cause.by, ended], ['us', sessionId]);
      assert.match(cause.text, new RegExp(`${name} out of sequence, in ${state}`));
      assert.equal(rig.tunnel.state, 'no-sessions-left');
      assert.ok(!kinds(outputs).includes('session-up'));
    });
  }

  for (const [state, name] of [
    ['wait-connect', 'ICCN'],
    ['wait-connect', 'ICRQ'],
    ['established', 'ICCN'],
    ['established', 'ICRQ'],
  ] as const) {
    it(`ends a session in ${state} for a bad ${name}, by CDN [L2TP-7.4.2-01, L2TP-4.1-03]`, () => {
      const { rig, sessionId } = sessionIn(state);
      rig.receive(rig.lac.raw(badOctets(name), name === 'ICCN' ? sessionId : 0));
      const outputs = rig.take();
      const cdn = sends(outputs).find((sent) => sent.name === 'CDN');
      assert.equal(cdn?.sessionId, LAC_SESSION_ID);
      assert.deepEqual(codeOf(cdn?.message?.resultCode), [2, 8]);
      assert.equal(sessionDown(outputs).cause.by, 'us');
    });
  }

  it('refuses a bad ICRQ by what is wrong with it [L2TP-7.4.2-01, L2TP-4.1-03]', () => {
    const rig = new LnsRig().establish();
    rig.receive(rig.lac.raw(badOctets('ICRQ')));
    const outputs = rig.take();
    const [cdn] = sends(outputs);
    assert.deepEqual([cdn?.name, cdn?.sessionId], ['CDN', LAC_SESSION_ID]);
    assert.deepEqual(codeOf(cdn?.message?.resultCode), [2, 8]);
    assert.deepEqual(kinds(outputs), ['send']);
    rig.receive(rig.lac.raw(octetsOf(`${HEADER} 8008 0000 0000 000a 8008 0000 000e 0007`)));
    const shown = rig.events.findLast(
      (event) => event.kind === 'l2tp-message' && event.direction === 'I',
    );
    assert.ok(shown?.kind === 'l2tp-message');
    assert.deepEqual(shown.missing, [15]);
  });

  it('answers what is for no session as an LNS does [L2TP-7.4.2-01, L2TP-L-07]', () => {
    for (const [message, answered] of [
      [ICRP, true],
      [ICCN, true],
      [CDN, false],
      [WEN, false],
      [SLI, false],
    ] as const) {
      const rig = new LnsRig().establish();
      rig.receive(rig.lac.message(message, 999));
      rig.run(200);
      const cdns = rig.sent().filter(({ name }) => name === 'CDN');
      assert.deepEqual(
        cdns.map((cdn) => codeOf(cdn.message?.resultCode)),
        answered ? [[2, 5]] : [],
      );
      assert.equal(rig.tunnel.counters.unlisted, 1);
    }
  });

  it('finds by the id of the peer what ICRQ and CDN are for, and no other message', () => {
    const { rig } = sessionIn('wait-connect');
    rig.receive(rig.lac.message({ ...ICRP, assignedSessionId: LAC_SESSION_ID }, 0));
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send']);
    assert.deepEqual(codeOf(sends(outputs)[0]?.message?.resultCode), [2, 5]);
  });
});
