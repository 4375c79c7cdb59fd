/**
 * Every PPP frame of the public captures, of the lab's L2TP sessions and of the seed. What tshark
 * saw in the captures is recorded in captures-tshark.json, with the command.
 */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { Fault, faultName } from '../../../src/base/fault.ts';
import { PppHeader, parsePppHeader } from '../../../src/wire/hdlc/ppp-header.ts';
import { L2tpHeader, parseL2tpHeader } from '../../../src/wire/l2tp/header.ts';
import { ChapValue, parseChapValue } from '../../../src/wire/ppp/chap.ts';
import { type PppOption, parseOptions } from '../../../src/wire/ppp/option.ts';
import { LcpCode } from '../../../src/wire/ppp/packet.ts';
import { PapCode, PapRequest, parsePapRequest } from '../../../src/wire/ppp/pap.ts';
import { isNcp, PppProtocol, pppProtocolName } from '../../../src/wire/ppp/protocol.ts';
import { etherPayload, LinkType, readCapture, udpDatagrams } from '../../support/pcap.ts';
import { octets, parse } from './support.ts';

const ETHERTYPE_PPPOE = 0x8864;
const PPPOE_OCTETS = 6;
const ETHERTYPE_IPV4 = 0x0800;
const GRE = 47;
/** Enhanced GRE with a sequence number and no acknowledgement, RFC 2637 §4.1. */
const GRE_OCTETS = 12;

type Counts = Readonly<Record<string, number>>;

/** Per file: good frames by protocol, and what was refused by its Fault. */
const EXPECTED: Readonly<Record<string, Counts>> = {
  'ppp-packetlife-PPPoE_dualstack_pap.cap': { LCP: 24, PAP: 2, IPCP: 6, IPV6CP: 4, IPV6: 25 },
  'ppp-pcapplusplus-PPPoESession.pcap': { LCP: 1, IPV6: 1 },
  'ppp-tcpdump-error_hexdump.pcap': { BadControl: 1 },
  'ppp-tcpdump-invalid-lengths.pcap': { BadOption: 1 },
  'ppp-tcpdump-ip_udp_dns.pcap': { BadControl: 1 },
  'ppp-tcpdump-mlppp-oobr.pcap': { Multilink: 1 },
  'ppp-tcpdump-pptp.pcap': { LCP: 1 },
  'lab-l2tpns-chap-ipcp-dns.pcap': { LCP: 11, CHAP: 3, IPCP: 8, IP: 3 },
  'lab-l2tpns-seed-proxy.pcap': { LCP: 8 },
  'lab-l2tpns-session.pcap': { LCP: 4 },
};

const recorded: { readonly files: Readonly<Record<string, readonly string[]>> } = JSON.parse(
  readFileSync(new URL('captures-tshark.json', import.meta.url), 'utf8'),
);

interface SeedPacket {
  readonly name: string;
  readonly protocol: string;
  readonly code: number;
  readonly id: number;
  readonly length: number;
  /** Absent where the seed does not print all of it. */
  readonly hex?: string;
}
const seed: { readonly ppp: readonly SeedPacket[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/seed-messages.json', import.meta.url), 'utf8'),
);

/** The PPP frames of a capture: bare, in PPPoE, in GRE, or in L2TP data messages. */
function pppFrames(file: string): readonly Uint8Array[] {
  const capture = readCapture(file);
  if (file.startsWith('lab-'))
    return udpDatagrams(capture).flatMap(({ payload }) => l2tpData(payload));
  return capture.frames.flatMap((frame) => {
    const ether = etherPayload(capture.linkType, frame.octets);
    if (ether === undefined) return [frame.octets];
    const { etherType, payload } = ether;
    if (etherType === ETHERTYPE_PPPOE) {
      const length = ((payload[4] ?? 0) << 8) | (payload[5] ?? 0);
      return [payload.subarray(PPPOE_OCTETS, PPPOE_OCTETS + length)];
    }
    if (etherType !== ETHERTYPE_IPV4 || payload[9] !== GRE) return [];
    return [payload.subarray(((payload[0] ?? 0) & 15) * 4 + GRE_OCTETS)];
  });
}

function l2tpData(datagram: Uint8Array): readonly Uint8Array[] {
  const header = new L2tpHeader();
  if (parseL2tpHeader(datagram, datagram.length, header) !== Fault.None) return [];
  return header.isControl ? [] : [datagram.slice(header.payloadStart, header.payloadEnd)];
}

interface Seen {
  /** The protocol of a good frame, or the Fault. */
  readonly kind: string;
  /** As tshark prints it: protocol, code, id, length, option types. */
  readonly line: string;
}

function look(frame: Uint8Array): Seen {
  const header = new PppHeader();
  const fault = parsePppHeader(frame, 0, frame.length, true, true, header);
  if (fault !== Fault.None) return { kind: faultName(fault), line: '' };
  const { protocol } = header;
  const number = `0x${protocol.toString(16).padStart(4, '0')}`;
  const kind = pppProtocolName(protocol);
  const isControl = isNcp(protocol) || protocol >= PppProtocol.LCP;
  if (!isControl) return { kind, line: `${number};;;;` };
  const [packetFault, packet] = parse(frame.subarray(header.informationStart));
  if (packetFault !== 'None') return { kind: packetFault, line: '' };
  const options: PppOption[] = [];
  const contentFault = parseContent(protocol, packet.code, packet.data, options);
  if (contentFault !== Fault.None) return { kind: faultName(contentFault), line: '' };
  const types = options.map(({ type }) => type).join(',');
  const length = packet.whole.length;
  return { kind, line: `${number};${packet.code};${packet.id};${length};${types}` };
}

function parseContent(
  protocol: number,
  code: number,
  data: Uint8Array,
  options: PppOption[],
): Fault {
  if (protocol === PppProtocol.PAP) {
    return code === PapCode.AuthenticateRequest
      ? parsePapRequest(data, new PapRequest())
      : Fault.None;
  }
  if (protocol === PppProtocol.CHAP) {
    return code <= 2 ? parseChapValue(data, new ChapValue()) : Fault.None;
  }
  return code <= LcpCode.ConfigureReject ? parseOptions(data, options) : Fault.None;
}

describe('wire/ppp and captures of real peers', () => {
  for (const [file, expected] of Object.entries(EXPECTED)) {
    it(`counts the good frames and the Faults of ${file}`, () => {
      const counts: Record<string, number> = {};
      for (const { kind } of pppFrames(file).map(look)) counts[kind] = (counts[kind] ?? 0) + 1;
      assert.deepEqual(counts, expected);
    });

    const isBad = 'BadControl' in expected || 'BadOption' in expected;
    it(`sees in ${file} what tshark sees${isBad ? ', but refuses what it shows' : ''}`, () => {
      const lines = pppFrames(file).map((frame) => look(frame).line);
      const tshark = recorded.files[file] ?? [];
      assert.equal(lines.length, tshark.length);
      // tshark prints what it can of an Address and Control that are none, and of a bad option.
      if (!isBad) assert.deepEqual(lines, tshark);
    });
  }

  it('has every PPP capture in its table', () => {
    assert.deepEqual(Object.keys(recorded.files), Object.keys(EXPECTED));
    const link = readCapture('ppp-tcpdump-error_hexdump.pcap').linkType;
    assert.notEqual(link, LinkType.Ethernet);
  });
});

describe("wire/ppp and the seed's packets", () => {
  for (const { name, protocol, code, id, length, hex } of seed.ppp) {
    if (hex === undefined) continue;
    it(`parses ${name} to the listed values [TRACE-43]`, () => {
      const seen = look(octets(hex)).line.split(';');
      assert.deepEqual(seen.slice(0, 4), [
        `0x${protocol.toLowerCase()}`,
        `${code}`,
        `${id}`,
        `${length}`,
      ]);
    });
  }

  it('are fifteen, and one that the seed does not print', () => {
    assert.equal(seed.ppp.filter(({ hex }) => hex !== undefined).length, 15);
    assert.equal(seed.ppp.length, 16);
  });
});
