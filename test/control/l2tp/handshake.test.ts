import { strict as assert } from 'node:assert';
import { md5 } from '../../../src/base/digest.ts';
import type { LogEvent } from '../../../src/base/event.ts';
import { fromText } from '../../../src/base/octets.ts';
import { LAC_TUNNEL_ID, LnsRig, SCCCN, STOPCCN, TUNNEL_ID } from './lns-rig.ts';
import { kinds, sends } from './messages.ts';
import { octetsOf, read, ScriptedRandom, SECRET } from './rig.ts';

const CHALLENGE = '00112233445566778899AABBCCDDEEFF';
const THEIRS = octetsOf('A0A1A2A3A4A5A6A7A8A9AAABACADAEAF');
const goodResponse = md5(Uint8Array.of(3), SECRET, octetsOf(CHALLENGE));
const logs = (rig: LnsRig): LogEvent[] =>
  rig.events.flatMap((event) => (event.kind === 'log' ? [event] : []));
const states = (rig: LnsRig): string[] =>
  rig.events.flatMap((event) => (event.kind === 'l2tp-tunnel-state' ? [event.to] : []));
const authenticating = (): LnsRig =>
  new LnsRig({ secret: SECRET, authenticate: true }, new ScriptedRandom(CHALLENGE));

describe('control/l2tp/handshake of the responder (RFC 2661 §5.1.1)', () => {
  it('challenges in SCCRP, and stands for the right answer [L2TP-5.1.1-06, L2TP-5.1.1-01]', () => {
    const rig = authenticating().accept({ challenge: THEIRS });
    const [sccrp] = rig.sent();
    assert.deepEqual(sccrp?.message?.challenge, octetsOf(CHALLENGE));
    const expected = md5(Uint8Array.of(2), SECRET, THEIRS);
    assert.deepEqual(sccrp?.message?.challengeResponse, expected);
    rig.receive(rig.lac.message({ ...SCCCN, challengeResponse: goodResponse }));
    assert.deepEqual(kinds(rig.take()), ['send', 'established']);
    assert.deepEqual(logs(rig), []);
  });

  for (const [what, challengeResponse, said] of [
    ['a wrong', goodResponse.map((octet, at) => (at === 15 ? octet ^ 1 : octet)), /is wrong/],
    ['no', undefined, /did not answer/],
  ] as const) {
    it(`refuses ${what} answer with StopCCN 4 and one line of log [L2TP-5.1.1-01]`, () => {
      const rig = authenticating().accept({ challenge: THEIRS });
      rig.receive(rig.lac.zlb());
      rig.take();
      rig.receive(rig.lac.message({ ...SCCCN, ...(challengeResponse && { challengeResponse }) }));
      const outputs = rig.take();
      assert.deepEqual(kinds(outputs), ['send', 'send', 'down']);
      const [zlb, stop] = sends(outputs);
      assert.deepEqual([zlb?.name, stop?.name], ['ZLB', 'StopCCN']);
      assert.deepEqual(stop?.message?.resultCode, { result: 4 });
      const [log, ...more] = logs(rig);
      assert.deepEqual([log?.facility, log?.severity, log?.mnemonic], ['VPDN', 3, 'AUTHENFAIL']);
      assert.match(log?.text ?? '', /^L2TP LAC 10\.51\.6\.68 \(hgw\): /);
      assert.match(log?.text ?? '', said);
      assert.deepEqual(more, []);
      assert.ok(!states(rig).includes('established'));
      const fails = rig.events.filter(
        (event) => event.kind === 'l2tp-step' && event.step === 'Tunnel Authentication fails',
      );
      assert.equal(fails.length, 1);
    });
  }

  it('refuses a challenge without a secret for it: StopCCN 4, one line [L2TP-5.1.1-03]', () => {
    const rig = new LnsRig().accept({ challenge: THEIRS });
    const outputs = rig.take();
    assert.deepEqual(kinds(outputs), ['send', 'down']);
    const [stop] = sends(outputs);
    assert.deepEqual([stop?.name, stop?.tunnelId, stop?.nr], ['StopCCN', LAC_TUNNEL_ID, 1]);
    assert.deepEqual(stop?.message?.resultCode, { result: 4 });
    assert.equal(stop?.message?.assignedTunnelId, TUNNEL_ID);
    assert.match(logs(rig)[0]?.text ?? '', /10\.51\.6\.68 \(hgw\): .*no secret/);
    assert.equal(logs(rig).length, 1);
    rig.run(100_000);
    assert.deepEqual(rig.names(), ['StopCCN', 'StopCCN', 'StopCCN', 'StopCCN', 'StopCCN']);
    assert.equal(rig.tunnel.deadline(), Infinity);
  });

  it('refuses another version with StopCCN 5, and no line of log [L2TP-7.2.1-03]', () => {
    const rig = new LnsRig({ secret: SECRET }).accept({ protocolVersion: 0x0200 });
    const [stop] = rig.sent();
    assert.deepEqual(
      [stop?.name, stop?.message?.resultCode],
      ['StopCCN', { result: 5, error: 0x0100 }],
    );
    assert.deepEqual([logs(rig), rig.tunnel.isHalfOpen], [[], true]);
    assert.ok(!rig.events.some(({ kind }) => kind === 'l2tp-created'));
    assert.equal(new LnsRig().accept({ protocolVersion: 0x01ff }).names()[0], 'SCCRP');
  });

  it('answers a challenge though it does not challenge itself', () => {
    const rig = new LnsRig({ secret: SECRET, authenticate: false }).accept({ challenge: THEIRS });
    const [sccrp] = rig.sent();
    assert.equal(sccrp?.message?.challenge, undefined);
    assert.deepEqual(sccrp?.message?.challengeResponse, md5(Uint8Array.of(2), SECRET, THEIRS));
    rig.receive(rig.lac.message(SCCCN));
    assert.equal(rig.tunnel.state, 'established');
    assert.ok(
      rig.events.some(
        (event) => event.kind === 'l2tp-step' && event.step === 'Tunnel Authentication success',
      ),
    );
  });

  it('says nothing of authentication where nobody asks for it', () => {
    const rig = new LnsRig({ secret: SECRET, authenticate: false }).establish();
    assert.ok(
      !rig.events.some(
        (event) =>
          event.kind === 'l2tp-challenge' ||
          (event.kind === 'l2tp-step' && event.step.startsWith('Tunnel Authentication')),
      ),
    );
  });

  it('never sends back the challenge that it got [L2TP-5.1.1-05]', () => {
    const rig = authenticating().accept({ challenge: octetsOf(CHALLENGE) });
    const [sccrp] = rig.sent();
    const { challenge } = sccrp?.message ?? {};
    assert.equal(challenge?.length, 16);
    assert.notDeepEqual(challenge, octetsOf(CHALLENGE));
  });

  it('tells the operator when the peer refuses our answer, as soon as it does', () => {
    for (const [result, lines] of [
      [{ result: 4 }, 1],
      [{ result: 2, error: 6, text: 'Invalid challenge authentication' }, 1],
      [{ result: 1 }, 0],
    ] as const) {
      const rig = authenticating().accept({ challenge: THEIRS });
      rig.receive(rig.lac.message({ ...STOPCCN, resultCode: result }));
      assert.equal(logs(rig).length, lines);
      if (lines === 1) assert.match(logs(rig)[0]?.text ?? '', /refused our response/);
    }
    const later = authenticating().accept({ challenge: THEIRS });
    later.receive(later.lac.message({ ...SCCCN, challengeResponse: goodResponse }));
    later.receive(later.lac.message({ ...STOPCCN, resultCode: { result: 4 } }));
    assert.deepEqual(logs(later), [], 'it had taken the answer');
  });

  it('reads an SCCRQ whose AVPs are hidden, and hides its own [L2TP-4.3-01]', () => {
    const hide = { secret: SECRET, hide: 'all', random: new ScriptedRandom() } as const;
    const rig = new LnsRig({ secret: SECRET, authenticate: true, hide: 'all' });
    rig.accept({ challenge: THEIRS }, hide);
    const [sccrp] = rig.take();
    assert.ok(sccrp?.kind === 'send');
    assert.equal(rig.tunnel.peerTunnelId, LAC_TUNNEL_ID);
    const { message } = read(sccrp.octets);
    assert.equal(message?.assignedTunnelId, TUNNEL_ID);
    assert.deepEqual(message?.challengeResponse, md5(Uint8Array.of(2), SECRET, THEIRS));
    const shown = rig.events.find(
      (event) => event.kind === 'l2tp-message' && event.direction === 'O',
    );
    assert.ok(shown?.kind === 'l2tp-message');
    const id = shown.avps.find(({ type }) => type === 9);
    assert.deepEqual([id?.hidden, id?.value], [true, octetsOf('d7e6')], 'the trace is in clear');
    const other = fromText('another secret');
    assert.throws(() => read(sccrp.octets, other), /malformed/, 'not with another secret');
  });
});
