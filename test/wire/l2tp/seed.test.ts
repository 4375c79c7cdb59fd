/**
 * The twelve messages of the seed's trace, TRACE-40: read to what it prints, rebuilt to its octets.
 */
import { strict as assert } from 'node:assert';
import { fromText, toHex } from '../../../src/base/octets.ts';
import { buildControlMessage } from '../../../src/wire/l2tp/build.ts';
import { isZlb, putL2tpControlHeader } from '../../../src/wire/l2tp/header.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { octets, parseHeader, parseMessage, seedMessages } from './support.ts';

const CISCO = 'Cisco Systems, Inc.';

/** What the trace prints of each, written down by hand; a ZLB has nothing. */
const FIELDS: Readonly<Record<string, L2tpMessage>> = {
  SCCRQ: {
    type: MessageType.SCCRQ,
    protocolVersion: 256,
    framingCapabilities: 3,
    bearerCapabilities: 3,
    firmwareRevision: 0x1130,
    hostName: 'hgw',
    vendorName: CISCO,
    assignedTunnelId: 17688,
    receiveWindowSize: 800,
    challenge: octets('545A2343FBE20EA08BCA7B56E4A7D29E'),
  },
  SCCRP: {
    type: MessageType.SCCRP,
    protocolVersion: 256,
    framingCapabilities: 3,
    bearerCapabilities: 3,
    firmwareRevision: 0x1120,
    hostName: 'l2tp-gw',
    vendorName: CISCO,
    assignedTunnelId: 55270,
    receiveWindowSize: 300,
    challenge: octets('98B296C28429E7ADC767237A45F31040'),
    challengeResponse: octets('7C358F7A7BA21957C07801195DCADFA6'),
  },
  SCCCN: {
    type: MessageType.SCCCN,
    challengeResponse: octets('9639531841AC22E3103E208EF7D90989'),
  },
  ICRQ: {
    type: MessageType.ICRQ,
    assignedSessionId: 7,
    callSerialNumber: 0xd114c7c5,
    bearerType: 1,
    callingNumber: '2085730592',
    calledNumber: '614629',
    clientNasPort: 'Serial0:0',
  },
  ICRP: { type: MessageType.ICRP, assignedSessionId: 45 },
  ICCN: {
    type: MessageType.ICCN,
    txConnectSpeed: 64000,
    rxConnectSpeed: 64000,
    framingType: 2,
    lastSentConfreq: octets('0305C223050506109D08F2'),
    lastReceivedConfreq: octets('05066EE4E865'),
    proxyAuthenChallenge: octets('5D0D008CB1677CF8BC354556321A7A74'),
    proxyAuthenId: 6,
    proxyAuthenName: fromText('2500-1'),
    proxyAuthenResponse: octets('CA1CC2E4FA6899E8DF1B695C0A80883E'),
    proxyAuthenType: 2,
  },
  CDN: { type: MessageType.CDN, assignedSessionId: 7, resultCode: { result: 1, error: 0 } },
  StopCCN: { type: MessageType.StopCCN, assignedTunnelId: 55270, resultCode: { result: 1 } },
};

describe('wire/l2tp and the seed (RFC 2661 §3, §4, §6)', () => {
  it('knows all twelve', () => {
    const names = seedMessages().map(({ name }) => name);
    assert.equal(names.length, 12);
    assert.deepEqual(
      names.filter((name) => !name.startsWith('ZLB')),
      Object.keys(FIELDS),
    );
  });

  for (const { name, hex, header, avps } of seedMessages()) {
    const fields = FIELDS[name];

    it(`reads ${name} [TRACE-40] [L2TP-4.4.5-01]`, () => {
      const datagram = octets(hex);
      const [, read] = parseHeader(datagram);
      assert.equal(isZlb(read), fields === undefined);
      if (fields === undefined) return;
      const parsed = parseMessage(datagram);
      assert.deepEqual(parsed, {
        verdict: 'message',
        message: fields,
        avps: avps.map(({ vendor, type, m, h, length, valueHex }) => ({
          vendorId: vendor,
          type,
          mandatory: m,
          hidden: h,
          length,
          value: octets(valueHex),
        })),
        notes: [],
        missing: [],
      });
    });

    it(`rebuilds ${name} octet for octet [TRACE-40] [CIS-03] [CIS-04]`, () => {
      const datagram =
        fields === undefined ? new Uint8Array(12) : buildControlMessage(fields, { cisco: true });
      const { tunnelId, sessionId, ns, nr } = header;
      putL2tpControlHeader(datagram, datagram.length, tunnelId, sessionId, ns, nr);
      assert.equal(toHex(datagram), hex);
    });
  }

  it('differs from Cisco in the M bit of AVP 33 alone [CIS-04]', () => {
    const iccn = FIELDS.ICCN;
    assert.ok(iccn !== undefined);
    const [ours, cisco] = [buildControlMessage(iccn), buildControlMessage(iccn, { cisco: true })];
    assert.equal(ours[121], 0);
    assert.equal(cisco[121], 0x80);
    ours[121] = 0x80;
    assert.deepEqual(ours, cisco);
  });
});
