import { strict as assert } from 'node:assert';
import { fromText } from '../../../src/base/octets.ts';
import type { CallSetup, ClearCause, TunnelOut } from '../../../src/control/l2tp/tunnel-port.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType, ProxyAuthenType } from '../../../src/wire/l2tp/message.ts';
import type { Read } from './rig.ts';
import { octetsOf, Rig, read, SCCRP, ScriptedRandom, SECRET, SETUP } from './rig.ts';

const PEER_SESSION_ID = 45;
const ICRP: L2tpMessage = { type: MessageType.ICRP, assignedSessionId: PEER_SESSION_ID };
const ICRQ: L2tpMessage = {
  type: MessageType.ICRQ,
  assignedSessionId: PEER_SESSION_ID,
  callSerialNumber: 1,
};
const ICCN: L2tpMessage = { type: MessageType.ICCN, txConnectSpeed: 1, framingType: 2 };
const CDN: L2tpMessage = {
  type: MessageType.CDN,
  assignedSessionId: PEER_SESSION_ID,
  resultCode: { result: 2, error: 4, text: 'full' },
};
const SLI: L2tpMessage = { type: MessageType.SLI, accm: { send: 0x000a0000, receive: 0xf } };
const WEN: L2tpMessage = {
  type: MessageType.WEN,
  callErrors: {
    crcErrors: 1,
    framingErrors: 0,
    hardwareOverruns: 0,
    bufferOverruns: 0,
    timeouts: 0,
    alignmentErrors: 0,
  },
};

const sends = (outputs: readonly TunnelOut[]): Read[] =>
  outputs.flatMap((output) => (output.kind === 'send' ? [read(output.octets)] : []));
const callDown = (outputs: readonly TunnelOut[]): ClearCause => {
  const down = outputs.find((output) => output.kind === 'call-down');
  assert.ok(down, 'the call ended');
  return down.cause;
};

/** A call in the state of that name, and its id. */
function callIn(state: 'wait-reply' | 'established'): { rig: Rig; sessionId: number } {
  const rig = new Rig().establish();
  const sessionId = state === 'established' ? rig.callUp() : rig.place();
  rig.receive(rig.lns.zlb());
  rig.take();
  return { rig, sessionId };
}

describe('control/l2tp/session, §7.4.1 through the machine', () => {
  it('asks for a session once the tunnel stands, before SCCCN is acknowledged [CIS-06] [L2TP-5.2-01] [TRACE-22]', () => {
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
    it(`acknowledges CDN in ${state} at once, and never answers it [L2TP-6.12-01] [L2TP-5.8-13]`, () => {
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

    it(`clears a call in ${state} with the result it is given [L2TP-7.4.1-01] [L2TP-4.4.4-01]`, () => {
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

  it('takes a CDN that crosses its own [L2TP-6.12-01] [L2TP-L-07]', () => {
    const { rig, sessionId } = callIn('established');
    rig.input({ kind: 'clear-call', call: 1, result: { result: 1 } });
    rig.take();
    rig.receive(rig.lns.message(CDN, sessionId));
    assert.deepEqual(rig.names(), ['ZLB']);
    assert.equal(rig.tunnel.state, 'no-sessions-left');
  });

  it('finds the call of a CDN by the id of the peer when the header has none [L2TP-4.4.4-01]', () => {
    const { rig } = callIn('established');
    rig.receive(rig.lns.message({ ...CDN, assignedSessionId: 46 }, 0));
    assert.deepEqual(rig.names(), ['ZLB'], 'of no call of ours');
    rig.receive(rig.lns.message(CDN, 0));
    assert.equal(callDown(rig.take()).by, 'peer');
  });

  it('clears a call that is not established in its time with CDN 10 [L2TP-L-05] [L2TP-4.4.2-03]', () => {
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

describe('control/l2tp/session-table (RFC 2661 §7.1, §9.1)', () => {
  it('gives each call an id of its own, never 0, whatever the randomness [L2TP-L-06] [L2TP-5.3-02]', () => {
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

  it('has room for 1024 calls, and refuses the next [L2TP-L-09]', () => {
    const rig = new Rig({ noSessionMs: Infinity, helloMs: 0 }).establish();
    for (let call = 1; call <= 1024; call++) {
      rig.input({ kind: 'place-call', call, setup: SETUP });
      rig.receive(rig.lns.zlb());
    }
    assert.ok(!rig.take().some(({ kind }) => kind === 'call-down'));
    rig.input({ kind: 'place-call', call: 2000, setup: SETUP });
    assert.match(callDown(rig.take()).text, /no room/);
  });

  it('stops answering for unknown sessions when the peer acknowledges none of it [L2TP-L-09]', () => {
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

describe('control/l2tp/requests (RFC 2661 §4.4.4, §4.4.5, §6.6, §6.8)', () => {
  const options = octetsOf('0506 6EE4E865');
  const lcp = {
    initialReceivedConfreq: octetsOf('0104 05DC'),
    lastSentConfreq: octetsOf('0305 C22305'),
    lastReceivedConfreq: options,
  };
  const both = { name: fromText('2500-1'), id: 6, response: fromText('secret!') };

  function iccnOf(setup: Partial<CallSetup>, hide: 'nothing' | 'password' = 'nothing'): Read {
    const rig = new Rig({ secret: SECRET, hide }).establish();
    const sessionId = rig.place(1, setup);
    rig.receive(rig.lns.message(ICRP, sessionId));
    const iccn = rig.sent().find(({ name }) => name === 'ICCN');
    assert.ok(iccn);
    return iccn;
  }
  const authOf = (auth: CallSetup['auth'] & object): L2tpMessage | undefined =>
    iccnOf({ auth }).message;
  const proxyFields = (message: L2tpMessage | undefined): string[] =>
    Object.keys(message ?? {}).filter((field) => field.startsWith('proxy'));

  it('tells the speeds as it is told them, the second only if there is one [L2TP-4.4.4-03] [L2TP-4.4.4-07]', () => {
    const same = iccnOf({ txConnectSpeed: 33_600 }).message;
    assert.deepEqual(
      [same?.txConnectSpeed, same?.rxConnectSpeed, same?.framingType],
      [33_600, undefined, 2],
    );
    assert.equal(iccnOf({ rxConnectSpeed: 28_800 }).message?.rxConnectSpeed, 28_800);
  });

  it('tells the numbers that are known, the port and the bearer in ICRQ [L2TP-4.4.4-06] [CIS-02]', () => {
    const rig = new Rig().establish();
    rig.place(1, { callingNumber: '2085730592', clientNasPort: 'Async1', bearerType: 0 });
    const [full] = rig.sent();
    assert.deepEqual(
      [full?.message?.calledNumber, full?.message?.callingNumber, full?.message?.clientNasPort],
      ['614629', '2085730592', 'Async1'],
    );
    assert.equal(full?.message?.bearerType, 0);
    const { calledNumber: _left, ...nameless } = SETUP;
    rig.input({ kind: 'place-call', call: 2, setup: nameless });
    const [bare] = rig.sent();
    assert.deepEqual(
      [bare?.message?.calledNumber, bare?.message?.callingNumber, bare?.message?.clientNasPort],
      [undefined, undefined, undefined],
    );
  });

  it('cuts a text that no message could hold [L2TP-7.1-04]', () => {
    const rig = new Rig({ localName: 'n'.repeat(5000) }).establish();
    rig.place(1, { calledNumber: '1'.repeat(5000) });
    assert.equal(rig.sent()[0]?.message?.calledNumber?.length, 128);
  });

  it('hands on the three Configure-Requests, options only [L2TP-4.4.5-01]', () => {
    const { message } = iccnOf({ lcp });
    assert.deepEqual(message?.initialReceivedConfreq, lcp.initialReceivedConfreq);
    assert.deepEqual(message?.lastSentConfreq, lcp.lastSentConfreq);
    assert.deepEqual(message?.lastReceivedConfreq, lcp.lastReceivedConfreq);
  });

  it('leaves all three out when one is too long [L2TP-7.1-04]', () => {
    for (const field of ['initialReceivedConfreq', 'lastSentConfreq', 'lastReceivedConfreq']) {
      const { message } = iccnOf({ lcp: { ...lcp, [field]: new Uint8Array(256) } });
      assert.ok(!Object.keys(message ?? {}).some((name) => name.endsWith('Confreq')));
      assert.ok(iccnOf({ lcp: { ...lcp, [field]: new Uint8Array(255) } }).message?.lastSentConfreq);
    }
  });

  for (const [name, type, fields] of [
    ['text', ProxyAuthenType.Text, ['Name', 'Response', 'Type']],
    ['CHAP', ProxyAuthenType.CHAP, ['Challenge', 'Id', 'Name', 'Response', 'Type']],
    ['PAP', ProxyAuthenType.PAP, ['Id', 'Name', 'Response', 'Type']],
    ['no authentication', ProxyAuthenType.None, ['Type']],
    ['MS-CHAP', ProxyAuthenType.MSCHAPv1, ['Challenge', 'Id', 'Name', 'Response', 'Type']],
  ] as const) {
    it(`hands on what belongs to ${name} [L2TP-4.4.5-04] [L2TP-4.4.5-03]`, () => {
      const message = authOf({ type, ...both, challenge: fromText('challenge') });
      assert.deepEqual(
        proxyFields(message).toSorted(),
        fields.map((field) => `proxyAuthen${field}`),
      );
      assert.equal(message?.proxyAuthenType, type);
    });
  }

  it('hands on id, name and response unchanged [L2TP-4.4.5-05] [L2TP-4.4.5-06]', () => {
    const message = authOf({ type: ProxyAuthenType.PAP, ...both });
    assert.equal(message?.proxyAuthenId, 6);
    assert.deepEqual(message?.proxyAuthenName, both.name);
    assert.deepEqual(message?.proxyAuthenResponse, both.response);
  });

  it('hands on nothing of an authentication that is not complete, or too long [L2TP-4.4.5-07]', () => {
    const long = new Uint8Array(256);
    const { CHAP, PAP } = ProxyAuthenType;
    assert.deepEqual(proxyFields(authOf({ type: CHAP, ...both })), []);
    assert.deepEqual(proxyFields(authOf({ type: CHAP, ...both, challenge: long })), []);
    assert.deepEqual(proxyFields(authOf({ type: PAP, ...both, name: long })), []);
    assert.deepEqual(proxyFields(authOf({ type: PAP, ...both, response: long })), []);
    assert.deepEqual(proxyFields(iccnOf({}).message), []);
  });

  it('hides the password of PAP when told to, and the peer reads it [L2TP-4.3-08]', () => {
    const iccn = iccnOf({ auth: { type: ProxyAuthenType.PAP, ...both } }, 'password');
    assert.deepEqual(iccn.message?.proxyAuthenResponse, both.response);
    assert.ok(!Buffer.from(iccn.octets).includes('secret!'));
  });
});
