import { strict as assert } from 'node:assert';
import { md5 } from '../../../src/base/digest.ts';
import type { LogEvent } from '../../../src/base/event.ts';
import { fromText } from '../../../src/base/octets.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { downCause, kinds, STOPCCN } from './messages.ts';
import { octetsOf, Rig, read, SCCRP, ScriptedRandom, SECRET } from './rig.ts';

const CHALLENGE = '00112233445566778899AABBCCDDEEFF';
const logs = (rig: Rig): LogEvent[] =>
  rig.events.flatMap((event) => (event.kind === 'log' ? [event] : []));
const authenticating = (): Rig =>
  new Rig({ secret: SECRET, authenticate: true }, new ScriptedRandom(CHALLENGE));
const goodResponse = md5(Uint8Array.of(2), SECRET, octetsOf(CHALLENGE));

describe('control/l2tp/authentication (RFC 2661 §5.1.1)', () => {
  it('challenges, and takes the right response [L2TP-5.1.1-01, L2TP-5.1.1-04]', () => {
    const rig = authenticating().open();
    const [sccrq] = rig.sent();
    assert.deepEqual(sccrq?.message?.challenge, octetsOf(CHALLENGE));
    rig.receive(rig.lns.message({ ...SCCRP, challengeResponse: goodResponse }));
    assert.deepEqual(rig.names(), ['SCCCN']);
    assert.equal(rig.tunnel.state, 'established');
  });

  it('refuses a wrong response before any SCCCN [L2TP-5.1.1-01, L2TP-5.1.1-06]', () => {
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

  it('answers a challenge even if it sends none itself [L2TP-5.1.1-01, L2TP-6.3-01]', () => {
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
