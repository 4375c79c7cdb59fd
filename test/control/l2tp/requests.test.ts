import { strict as assert } from 'node:assert';
import { fromText } from '../../../src/base/octets.ts';
import type { CallSetup } from '../../../src/control/l2tp/tunnel-port.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { ProxyAuthenType } from '../../../src/wire/l2tp/message.ts';
import { ICRP } from './messages.ts';
import type { Read } from './rig.ts';
import { octetsOf, Rig, SECRET, SETUP } from './rig.ts';

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

  it('tells the speeds, the second only if there is one [L2TP-4.4.4-03, L2TP-4.4.4-07]', () => {
    const same = iccnOf({ txConnectSpeed: 33_600 }).message;
    assert.deepEqual(
      [same?.txConnectSpeed, same?.rxConnectSpeed, same?.framingType],
      [33_600, undefined, 2],
    );
    assert.equal(iccnOf({ rxConnectSpeed: 28_800 }).message?.rxConnectSpeed, 28_800);
  });

  it('tells known numbers, port and bearer in ICRQ [L2TP-4.4.4-06, CIS-02]', () => {
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
    it(`hands on what belongs to ${name} [L2TP-4.4.5-04, L2TP-4.4.5-03]`, () => {
      const message = authOf({ type, ...both, challenge: fromText('challenge') });
      assert.deepEqual(
        proxyFields(message).toSorted(),
        fields.map((field) => `proxyAuthen${field}`),
      );
      assert.equal(message?.proxyAuthenType, type);
    });
  }

  it('hands on id, name and response unchanged [L2TP-4.4.5-05, L2TP-4.4.5-06]', () => {
    const message = authOf({ type: ProxyAuthenType.PAP, ...both });
    assert.equal(message?.proxyAuthenId, 6);
    assert.deepEqual(message?.proxyAuthenName, both.name);
    assert.deepEqual(message?.proxyAuthenResponse, both.response);
  });

  it('hands on nothing of an incomplete authentication, or a long one [L2TP-4.4.5-07]', () => {
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
