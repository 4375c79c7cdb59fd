/**
 * Every L2TP capture through the codec, beside what tshark says of it (recorded in
 * captures/l2tp-tshark.json, which also holds the command).
 */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { md5 } from '../../../src/base/digest.ts';
import { Fault, faultName } from '../../../src/base/fault.ts';
import { fromText } from '../../../src/base/octets.ts';
import type { Avp } from '../../../src/wire/l2tp/avp.ts';
import { isZlb } from '../../../src/wire/l2tp/header.ts';
import { messageName } from '../../../src/wire/l2tp/names.ts';
import { capturePath, readCapture, udpDatagrams } from '../../support/pcap.ts';
import { octets, parseHeader, parseMessage, SECRET } from './support.ts';

const L2TP_PORT = 1701;

type Counts = Readonly<Record<string, number>>;

/** Per file: good messages by type, ZLBs, data messages; and what was refused, by its Fault. */
const EXPECTED: Readonly<Record<string, Counts>> = {
  'l2tp-tcpdump-avp-overflow.pcap': { BadFlags: 16 },
  'lab-accel-hidden-avps.pcap': { SCCRQ: 5, SCCRP: 3, StopCCN: 3, ZLB: 3 },
  'lab-l2tpns-chap-ipcp-dns.pcap': {
    SCCRQ: 1,
    SCCRP: 1,
    SCCCN: 1,
    ICRQ: 1,
    ICRP: 1,
    ICCN: 1,
    CDN: 1,
    StopCCN: 1,
    ZLB: 4,
    data: 25,
  },
  'lab-l2tpns-seed-proxy.pcap': {
    SCCRQ: 1,
    SCCRP: 1,
    SCCCN: 1,
    ICRQ: 1,
    ICRP: 1,
    ICCN: 1,
    CDN: 1,
    StopCCN: 1,
    ZLB: 4,
    data: 8,
  },
  'lab-l2tpns-session.pcap': {
    SCCRQ: 5,
    SCCRP: 1,
    SCCCN: 1,
    ICRQ: 1,
    ICRP: 1,
    ICCN: 1,
    CDN: 1,
    StopCCN: 1,
    ZLB: 4,
    data: 4,
  },
  'lab-xl2tpd-auth-hidden.pcap': {
    SCCRQ: 1,
    SCCRP: 1,
    SCCCN: 1,
    ICRQ: 1,
    ICRP: 1,
    ICCN: 1,
    StopCCN: 1,
    ZLB: 4,
  },
  'lab-xl2tpd-auth.pcap': {
    SCCRQ: 1,
    SCCRP: 1,
    SCCCN: 1,
    ICRQ: 1,
    ICRP: 1,
    ICCN: 1,
    StopCCN: 1,
    ZLB: 4,
  },
  'lab-xl2tpd-hello.pcap': {
    SCCRQ: 1,
    SCCRP: 1,
    SCCCN: 1,
    ICRQ: 1,
    ICRP: 1,
    ICCN: 1,
    HELLO: 4,
    StopCCN: 1,
    ZLB: 8,
  },
  'lab-xl2tpd-nolns.pcap': { SCCRQ: 5, StopCCN: 4 },
  'lab-xl2tpd-plain.pcap': {
    SCCRQ: 1,
    SCCRP: 1,
    SCCCN: 1,
    ICRQ: 1,
    ICRP: 1,
    ICCN: 1,
    StopCCN: 1,
    ZLB: 4,
  },
};

const recorded: { readonly files: Readonly<Record<string, readonly string[]>> } = JSON.parse(
  readFileSync(capturePath('l2tp-tshark.json'), 'utf8'),
);

const l2tpDatagrams = (file: string): readonly Uint8Array[] =>
  udpDatagrams(readCapture(file))
    .filter((udp) => udp.sourcePort === L2TP_PORT || udp.destinationPort === L2TP_PORT)
    .map(({ payload }) => payload);

function classify(datagram: Uint8Array): string {
  const [fault, header] = parseHeader(datagram);
  if (fault !== Fault.None) return faultName(fault);
  if (!header.isControl) return 'data';
  if (isZlb(header)) return 'ZLB';
  const parsed = parseMessage(datagram, SECRET);
  if (parsed.verdict === 'refuse') return faultName(parsed.fault);
  assert.deepEqual(parsed.notes, []);
  return parsed.verdict === 'message' ? messageName(parsed.message.type) : parsed.verdict;
}

/** The same line that tshark prints. It shows no number of a hidden or of a vendor's AVP. */
function describeAsTshark(datagram: Uint8Array): string {
  const [fault, header] = parseHeader(datagram);
  assert.equal(fault, Fault.None);
  const { isControl, tunnelId, sessionId, ns, nr, payloadEnd } = header;
  const ids = [tunnelId, sessionId];
  const hasLength = ((datagram[0] ?? 0) & 0x40) !== 0;
  if (!isControl) return ['0', hasLength ? payloadEnd : '', ...ids, '', '', '', '', ''].join(';');
  const head = ['1', payloadEnd, ...ids, ns, nr];
  if (isZlb(header)) return [...head, '', '', ''].join(';');
  const parsed = parseMessage(datagram, SECRET);
  const type = parsed.verdict === 'message' ? parsed.message.type : '';
  const shown = parsed.avps.filter(({ hidden, vendorId }) => !hidden && vendorId === 0);
  const types = shown.map((avp) => avp.type).join(',');
  return [...head, type, types, parsed.avps.map(({ length }) => length).join(',')].join(';');
}

describe('wire/l2tp and captures of real peers (RFC 2661)', () => {
  it('has every L2TP capture in its table', () => {
    assert.deepEqual(Object.keys(recorded.files), Object.keys(EXPECTED));
  });

  for (const [file, expected] of Object.entries(EXPECTED)) {
    const isBad = 'BadFlags' in expected;

    it(`counts the good messages and the Faults of ${file}`, () => {
      const counts: Record<string, number> = {};
      for (const datagram of l2tpDatagrams(file)) {
        const kind = classify(datagram);
        counts[kind] = (counts[kind] ?? 0) + 1;
      }
      assert.deepEqual(counts, expected);
    });

    it(`sees in ${file} what tshark sees${isBad ? ', but refuses what it shows' : ''}`, () => {
      const datagrams = l2tpDatagrams(file);
      const lines = recorded.files[file] ?? [];
      assert.equal(datagrams.length, lines.length);
      // F002 is no header of a control message, S being clear; tshark dissects it all the same.
      if (isBad) return;
      assert.deepEqual(datagrams.map(describeAsTshark), lines);
    });
  }

  describe('hidden AVPs of accel-ppp, secret hello (RFC 2661 §4.3)', () => {
    const messages = l2tpDatagrams('lab-accel-hidden-avps.pcap');
    const avpsOf = (at: number, secret?: Uint8Array): readonly Avp[] =>
      parseMessage(messages[at] ?? new Uint8Array(0), secret).avps;
    const hidden = (avps: readonly Avp[]) => avps.filter((avp) => avp.hidden);
    const valueIn = (avps: readonly Avp[], type: number): Uint8Array =>
      avps.find((avp) => avp.type === type)?.value ?? new Uint8Array(0);

    it('all decode [L2TP-4.3-02] [L2TP-4.3-04]', () => {
      for (const [at, challengeOctets, types] of [
        [0, 134, [3, 9, 8, 11]],
        [5, 88, [3, 9, 8, 13, 11]],
      ] as const) {
        const avps = avpsOf(at, SECRET);
        assert.deepEqual(
          hidden(avps).map(({ type }) => type),
          types,
        );
        assert.deepEqual(valueIn(avps, 3), octets('00000003'));
        assert.deepEqual(valueIn(avps, 8), fromText('accel-ppp'));
        assert.equal(valueIn(avps, 11).length, challengeOctets);
      }
      assert.deepEqual(valueIn(avpsOf(0, SECRET), 9), octets('b63e'));
    });

    it('the hidden Challenge Response answers the Challenge it followed', () => {
      const challenge = valueIn(avpsOf(4), 11);
      const response = valueIn(avpsOf(5, SECRET), 13);
      assert.deepEqual(response, md5(Uint8Array.of(2), SECRET, challenge));
    });

    it('do not without the secret, and the message is refused [L2TP-4.3-06]', () => {
      const parsed = parseMessage(messages[0] ?? new Uint8Array(0), fromText('hallo'));
      assert.equal(parsed.verdict, 'refuse');
      if (parsed.verdict === 'refuse') assert.equal(parsed.fault, Fault.BadHiddenAvp);
    });
  });
});
