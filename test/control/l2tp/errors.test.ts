import { strict as assert } from 'node:assert';
import type { ResultCode } from '../../../src/wire/l2tp/message.ts';
import { LNS_TUNNEL_ID, octetsOf, Rig } from './rig.ts';

const HEADER = '00'.repeat(12);
const UNKNOWN_MANDATORY = '8008 270f 0001 0000';
const UNKNOWN_OPTIONAL = '0008 270f 0001 0000';
const typeAvp = (type: number): string => `8008 0000 0000 ${type.toString(16).padStart(4, '0')}`;
const octetsFor = (avps: string): Uint8Array => octetsOf(HEADER + avps);
const AVP_14 = '8008 0000 000e 002d';
const AVP_9 = '8008 0000 0009 d7e6';

/** In a tunnel that stands, with one call up. */
function upRig(): { rig: Rig; sessionId: number } {
  const rig = new Rig().establish();
  return { rig, sessionId: rig.callUp() };
}

/** What the LAC has sent besides acknowledgements: name, result, error. */
function answers(rig: Rig): [string, ResultCode | undefined][] {
  return rig
    .sent()
    .flatMap(({ name, message }) => (message ? [[name, message.resultCode] as const] : []))
    .map(([name, code]) => [name, code && withoutText(code)]);
}
const withoutText = ({ result, error }: ResultCode): ResultCode =>
  error === undefined ? { result } : { result, error };

describe('control/l2tp, the error handling matrix (RFC 2661 §7.1)', () => {
  for (const [what, avps, error] of [
    ['an unknown message type with M', typeAvp(99), 8],
    ['a Message Type that does not come first', `${AVP_9} ${typeAvp(6)}`, 2],
    ['a Message Type of bad length', '8009 0000 0000 000006', 2],
    ['an unknown mandatory AVP in HELLO', `${typeAvp(6)} ${UNKNOWN_MANDATORY}`, 8],
    ['an AVP beyond the end in HELLO', `${typeAvp(6)} 8010 0000 0007 00`, 2],
  ] as const) {
    it(`clears the tunnel for ${what} [L2TP-7.1-03, L2TP-4.1-03]`, () => {
      const { rig } = upRig();
      rig.receive(rig.lns.raw(octetsFor(avps)));
      assert.deepEqual(answers(rig), [['StopCCN', { result: 2, error }]]);
      assert.equal(rig.tunnel.state, 'idle');
      assert.equal(rig.tunnel.counters.refused, 1);
    });
  }

  for (const [what, avps, error] of [
    ['an unknown mandatory AVP', `${typeAvp(16)} ${UNKNOWN_MANDATORY}`, 8],
    ['a required AVP that is missing', typeAvp(16), 3],
    ['a mandatory AVP of bad length', `${typeAvp(16)} 800e 0000 0023 0000 00000000 0000`, 2],
  ] as const) {
    it(`clears only the session for ${what} [L2TP-7.1-03, L2TP-4.1-03, L2TP-6-02]`, () => {
      const { rig, sessionId } = upRig();
      rig.receive(rig.lns.raw(octetsFor(avps), sessionId));
      assert.deepEqual(answers(rig), [['CDN', { result: 2, error }]]);
      assert.equal(rig.tunnel.state, 'no-sessions-left');
    });
  }

  it('says in the CDN which AVP it was [L2TP-4.1-05]', () => {
    const { rig, sessionId } = upRig();
    rig.receive(rig.lns.raw(octetsFor(`${typeAvp(16)} ${UNKNOWN_MANDATORY}`), sessionId));
    const cdn = rig.sent().find(({ name }) => name === 'CDN');
    assert.match(cdn?.message?.resultCode?.text ?? '', /9999.*1/);
  });

  it('refuses an ICRP without its id by a CDN [L2TP-7.4.1-01, L2TP-6-02]', () => {
    const rig = new Rig().establish();
    const sessionId = rig.place();
    rig.take();
    rig.receive(rig.lns.raw(octetsFor(typeAvp(11)), sessionId));
    assert.deepEqual(answers(rig), [['CDN', { result: 2, error: 3 }]]);
    assert.equal(rig.tunnel.state, 'no-sessions-left');
  });

  it('refuses a bad SCCRP by a StopCCN to the id it holds [L2TP-7.2.1-01, L2TP-6-02]', () => {
    for (const [avps, tunnelId] of [
      [`${typeAvp(2)} ${AVP_9}`, LNS_TUNNEL_ID],
      [typeAvp(2), 0],
    ] as const) {
      const rig = new Rig().open();
      rig.take();
      rig.receive(rig.lns.raw(octetsFor(avps)));
      const [stop] = rig.sent();
      assert.deepEqual([stop?.name, stop?.tunnelId], ['StopCCN', tunnelId]);
      assert.equal(stop?.message?.resultCode?.result, 2);
      assert.equal(rig.tunnel.state, 'idle');
    }
  });

  for (const type of [1, 2, 3]) {
    it(`clears a tunnel for message ${type} out of sequence [L2TP-7.2.1-01, L2TP-7.1-01]`, () => {
      const { rig } = upRig();
      const scc = '8008 0000 0002 0100 800a 0000 0003 00000003 8007 0000 0007 78';
      rig.receive(rig.lns.raw(octetsFor(`${typeAvp(type)} ${type < 3 ? scc + AVP_9 : ''}`)));
      assert.deepEqual(answers(rig), [['StopCCN', { result: 7 }]]);
    });
  }

  it('clears a tunnel that gets SCCCN for SCCRP [L2TP-7.2.1-01, L2TP-5.8-13]', () => {
    const rig = new Rig().open();
    rig.take();
    rig.receive(rig.lns.raw(octetsFor(typeAvp(3))));
    assert.deepEqual(rig.names(), ['ZLB', 'StopCCN']);
  });

  it('goes on waiting for SCCRP when it gets an SCCRQ, which no row is for', () => {
    const rig = new Rig().open();
    rig.take();
    const scc = '8008 0000 0002 0100 800a 0000 0003 00000003 8007 0000 0007 78';
    rig.receive(rig.lns.raw(octetsFor(`${typeAvp(1)} ${scc} ${AVP_9}`)));
    assert.deepEqual([rig.names(), rig.tunnel.state], [[], 'wait-ctl-reply']);
    assert.equal(rig.tunnel.counters.unlisted, 1);
  });

  it('skips what is unknown without M [L2TP-4.1-04, L2TP-7.1-03, FO-3-01]', () => {
    const { rig, sessionId } = upRig();
    rig.receive(rig.lns.raw(octetsFor('0008 0000 0000 0015')));
    rig.run(200);
    assert.deepEqual(rig.names(), ['ZLB']);
    assert.equal(rig.tunnel.counters.ignored, 1);
    const sli = `${typeAvp(16)} ${UNKNOWN_OPTIONAL} 8010 0000 0023 0000 00000000 00000000`;
    rig.receive(rig.lns.raw(octetsFor(sli), sessionId));
    assert.ok(rig.take().some(({ kind }) => kind === 'accm'));
  });

  it('ends a call whose CDN is malformed, without answering it [L2TP-6.12-01]', () => {
    const { rig, sessionId } = upRig();
    rig.receive(rig.lns.raw(octetsFor(typeAvp(14)), sessionId));
    const outputs = rig.take();
    assert.deepEqual(
      outputs.map(({ kind }) => kind),
      ['send', 'call-down'],
    );
  });

  it('ends a tunnel whose StopCCN is malformed, without answering it [L2TP-6.4-01]', () => {
    const { rig } = upRig();
    rig.receive(rig.lns.raw(octetsFor(typeAvp(4))));
    assert.deepEqual(
      rig.take().map(({ kind }) => kind),
      ['send', 'call-down', 'down'],
    );
  });

  it('refuses a malformed ICRQ by what was wrong with it [L2TP-4.1-03]', () => {
    const { rig } = upRig();
    rig.receive(rig.lns.raw(octetsFor(`${typeAvp(10)} ${AVP_14} ${UNKNOWN_MANDATORY}`)));
    const [cdn] = rig.sent();
    assert.deepEqual([cdn?.name, cdn?.sessionId], ['CDN', 45]);
    const code = cdn?.message?.resultCode;
    assert.deepEqual(code && withoutText(code), { result: 2, error: 8 });
  });

  it('answers no malformed SLI or CDN for no session of ours [L2TP-L-07]', () => {
    const { rig } = upRig();
    rig.receive(rig.lns.raw(octetsFor(typeAvp(16)), 999));
    rig.receive(rig.lns.raw(octetsFor(typeAvp(14)), 999));
    rig.run(300);
    assert.deepEqual(answers(rig), []);
  });

  it('does not act on a malformed call message before the tunnel stands', () => {
    const rig = new Rig().open();
    rig.take();
    rig.receive(rig.lns.raw(octetsFor(typeAvp(11)), 7));
    rig.run(200);
    assert.deepEqual([rig.names(), rig.tunnel.state], [['ZLB'], 'wait-ctl-reply']);
  });

  it('ignores what lies behind Length [L2TP-3.1-04]', () => {
    const { rig, sessionId } = upRig();
    const sli = rig.lns.raw(
      octetsFor(`${typeAvp(16)} 8010 0000 0023 0000 00000000 00000000`),
      sessionId,
    );
    rig.receive(Uint8Array.of(...sli, 0x80, 0x01, 0xff));
    assert.ok(rig.take().some(({ kind }) => kind === 'accm'));
  });
});
