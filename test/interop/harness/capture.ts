/** What passed on the wire, as tshark sees it: an independent view of the product's packets. */
import { strict as assert } from 'node:assert';
import { type Child, runSync } from './child.ts';
import type { Namespace } from './namespace.ts';
import { until } from './until.ts';

/** A value that occurs more than once in a packet comes back separated by this. */
const BETWEEN = '\x1f';

/** Of a bulk transfer, not of an answer. */
const FULL_SEGMENT_OCTETS = 1000;

const FIELDS = [
  'frame.time_epoch',
  'ip.src',
  'ip.dst',
  'l2tp.type',
  'l2tp.tunnel',
  'l2tp.session',
  'l2tp.Ns',
  'l2tp.Nr',
  'l2tp.avp.message_type',
  'l2tp.avp.vendor_id',
  'l2tp.avp.type',
  'l2tp.avp.ciscotype',
  'l2tp.avp.mandatory',
  'l2tp.avp.hidden',
  'l2tp.result_code',
  'l2tp.avp.error_code',
  'l2tp.avp.error_message',
  'ppp.protocol',
  'ppp.code',
  'chap.code',
  'pap.code',
  'ppp.identifier',
  'chap.identifier',
  'pap.identifier',
  'tcp.stream',
  'tcp.len',
  '_ws.malformed',
  'frame.protocols',
] as const;
type Field = (typeof FIELDS)[number];

const MESSAGES: Readonly<Record<string, string>> = {
  1: 'SCCRQ',
  2: 'SCCRP',
  3: 'SCCCN',
  4: 'StopCCN',
  6: 'HELLO',
  10: 'ICRQ',
  11: 'ICRP',
  12: 'ICCN',
  14: 'CDN',
  15: 'WEN',
  16: 'SLI',
};
export const LCP = 0xc021;
const LCP_NAMES: Readonly<Record<number, string>> = { 5: 'TermReq', 6: 'TermAck' };

export interface CapturedAvp {
  readonly vendorId: number;
  readonly type: number;
  readonly mandatory: boolean;
  readonly hidden: boolean;
}

export interface CapturedPacket {
  readonly timeMs: number;
  readonly from: string;
  readonly to: string;
  /** An ICMP error; the rest is of the packet that it quotes. */
  readonly isIcmp: boolean;
  readonly isControl: boolean;
  /** 'SCCRQ' …, 'ZLB'; '' for data. */
  readonly message: string;
  readonly tunnelId: number;
  readonly sessionId: number;
  readonly ns: number;
  readonly nr: number;
  readonly avps: readonly CapturedAvp[];
  readonly result: number | undefined;
  readonly error: number | undefined;
  readonly errorText: string;
  /** Of a data packet. */
  readonly protocol: number | undefined;
  readonly code: number | undefined;
  readonly identifier: number | undefined;
  /** Of TCP inside the tunnel. */
  readonly tcpStream: number | undefined;
  readonly tcpOctets: number;
  readonly isMalformed: boolean;
}

export interface Transfer {
  readonly octets: number;
  readonly longestGapMs: number;
}

function parsePacket(line: string): CapturedPacket {
  const columns = line.split('\t');
  const all = (field: Field): string[] => {
    const value = columns[FIELDS.indexOf(field)] ?? '';
    return value === '' ? [] : value.split(BETWEEN);
  };
  const one = (field: Field): string => all(field)[0] ?? '';
  const number = (field: Field): number | undefined => {
    const value = one(field);
    return value === '' ? undefined : Number(value);
  };
  const isControl = number('l2tp.type') === 1;
  const type = one('l2tp.avp.message_type');
  return {
    timeMs: Number(one('frame.time_epoch')) * 1000,
    from: one('ip.src'),
    to: one('ip.dst'),
    isIcmp: one('frame.protocols').startsWith('eth:ethertype:ip:icmp'),
    isControl,
    message: isControl ? (MESSAGES[type] ?? (type === '' ? 'ZLB' : `type ${type}`)) : '',
    tunnelId: number('l2tp.tunnel') ?? 0,
    sessionId: number('l2tp.session') ?? 0,
    ns: number('l2tp.Ns') ?? 0,
    nr: number('l2tp.Nr') ?? 0,
    avps: parseAvps(all),
    result: number('l2tp.result_code'),
    error: number('l2tp.avp.error_code'),
    errorText: one('l2tp.avp.error_message'),
    protocol: number('ppp.protocol'),
    code: number('ppp.code') ?? number('chap.code') ?? number('pap.code'),
    identifier: number('ppp.identifier') ?? number('chap.identifier') ?? number('pap.identifier'),
    tcpStream: number('tcp.stream'),
    tcpOctets: number('tcp.len') ?? 0,
    isMalformed: columns[FIELDS.indexOf('_ws.malformed')] !== '',
  };
}

/** tshark keeps the types of other vendors' AVPs apart. */
function parseAvps(all: (field: Field) => string[]): CapturedAvp[] {
  const standard = all('l2tp.avp.type');
  const cisco = all('l2tp.avp.ciscotype');
  const mandatory = all('l2tp.avp.mandatory');
  const hidden = all('l2tp.avp.hidden');
  return all('l2tp.avp.vendor_id').map((vendor, at) => ({
    vendorId: Number(vendor),
    type: Number((vendor === '0' ? standard : cisco).shift() ?? -1),
    mandatory: isTrue(mandatory[at]),
    hidden: isTrue(hidden[at]),
  }));
}

const isTrue = (text: string | undefined): boolean => text === '1' || text === 'True';

export function readCapture(path: string): CapturedPacket[] {
  const args = ['-r', path, '-n', '-d', 'udp.port==1701,l2tp', '-T', 'fields'];
  args.push('-E', 'occurrence=a', '-E', `aggregator=${BETWEEN}`);
  for (const field of FIELDS) args.push('-e', field);
  return runSync('tshark', args).split('\n').filter(Boolean).map(parsePacket);
}

/** A running tcpdump. */
export class LiveCapture {
  readonly path: string;
  readonly #child: Child;

  private constructor(path: string, child: Child) {
    this.path = path;
    this.#child = child;
  }

  static async start(namespace: Namespace, interfaceName: string, path: string) {
    // Behind its first fragment a datagram has no ports.
    const filter = 'udp port 1701 or icmp or ip[6:2] & 0x1fff != 0';
    const options = ['--immediate-mode', '-U', '-s', '0', '-i', interfaceName, '-w', path];
    const child = namespace.start('tcpdump', [...options, filter]);
    await until('tcpdump', 5000, () => {
      if (!child.isRunning) throw new Error(`tcpdump: ${child.output}`);
      return child.output.includes('listening on');
    });
    return new LiveCapture(path, child);
  }

  async stop(): Promise<void> {
    await this.#child.end('SIGINT', 2000);
  }
}

/** The packets of one case, seen from the LAC: an LNS of ours may be put in its place. */
export class Flow {
  readonly packets: readonly CapturedPacket[];
  readonly #lac: string;

  constructor(packets: readonly CapturedPacket[], lacAddress: string) {
    this.packets = packets;
    this.#lac = lacAddress;
  }

  /** What passed to and from another, seen from there. */
  seenFrom(address: string): Flow {
    const packets = this.packets.filter(({ from, to }) => from === address || to === address);
    return new Flow(packets, address);
  }

  /** PPP packets of one protocol that we sent into sessions: `code identifier`. */
  pppSent(protocol: number): string[] {
    return this.packets
      .filter((packet) => !packet.isControl && this.#isOut(packet) && !packet.isIcmp)
      .filter((packet) => packet.protocol === protocol)
      .map(({ code, identifier }) => `${code} ${identifier}`);
  }

  fromLac(message: string): CapturedPacket[] {
    return this.#all(message).filter((packet) => this.#isOut(packet));
  }

  toLac(message: string): CapturedPacket[] {
    return this.#all(message).filter((packet) => !this.#isOut(packet));
  }

  /**
   * Control messages and LCP Terminate in order, retransmissions once: `> SCCRQ`, `< CDN 2/4`,
   * `< LCP TermReq`. `>` is from the LAC; ZLBs and HELLOs are left out.
   */
  get story(): string[] {
    return this.#events().map(([text]) => text);
  }

  /** When the n-th event of this text passed. */
  timeOf(event: string, nth = 0): number {
    const found = this.#events().filter(([text]) => text === event)[nth];
    assert.ok(found, `no ${event} in: ${this.story.join(', ')}`);
    return found[1].timeMs;
  }

  /** All of `expected` happened, in that order; other things may have happened between. */
  shows(...expected: readonly string[]): void {
    const story = this.story;
    let at = 0;
    for (const event of expected) {
      const found = story.indexOf(event, at);
      assert.ok(found >= 0, `no ${event} behind event ${at} of: ${story.join(', ')}`);
      at = found + 1;
    }
  }

  /** None of these texts, or texts that begin so, happened. */
  lacks(...prefixes: readonly string[]): void {
    const found = this.story.filter((event) => prefixes.some((prefix) => event.startsWith(prefix)));
    assert.deepEqual(found, [], `in: ${this.story.join(', ')}`);
  }

  /**
   * The TCP connections inside the tunnel: payload of both directions, and the longest silence from
   * the first full segment to the last. What comes before and behind is the hosts' own time.
   */
  transfers(): Transfer[] {
    const streams = new Map<number, CapturedPacket[]>();
    for (const packet of this.packets) {
      if (packet.tcpStream === undefined) continue;
      const stream = streams.get(packet.tcpStream) ?? [];
      stream.push(packet);
      streams.set(packet.tcpStream, stream);
    }
    return [...streams.values()].map((packets) => {
      const isFull = ({ tcpOctets }: CapturedPacket): boolean => tcpOctets >= FULL_SEGMENT_OCTETS;
      const body = packets.slice(packets.findIndex(isFull), packets.findLastIndex(isFull) + 1);
      return {
        octets: packets.reduce((sum, packet) => sum + packet.tcpOctets, 0),
        longestGapMs: body.reduce((longest, packet, at) => {
          const before = body[at - 1] ?? packet;
          return Math.max(longest, packet.timeMs - before.timeMs);
        }, 0),
      };
    });
  }

  /** Each numbered control message of the LNS was acknowledged by a later packet of the LAC. */
  allAcknowledged(): void {
    for (const [at, packet] of this.packets.entries()) {
      if (!packet.isControl || packet.isIcmp || packet.message === 'ZLB') continue;
      if (this.#isOut(packet)) continue;
      const wanted = (packet.ns + 1) & 0xffff;
      const isAcked = this.packets
        .slice(at + 1)
        .some((later) => later.isControl && this.#isOut(later) && later.nr === wanted);
      assert.ok(
        isAcked,
        `the LAC never acknowledged ${packet.message} of the LNS, Ns ${packet.ns}`,
      );
    }
  }

  /**
   * Data of files inside the tunnel is anybody's; everything else that the LAC sends must parse.
   */
  nothingMalformed(): void {
    const bad = this.packets.filter(
      (packet) => this.#isOut(packet) && packet.isMalformed && packet.tcpStream === undefined,
    );
    assert.deepEqual(bad, [], 'tshark calls packets of the LAC malformed');
  }

  #all(message: string): CapturedPacket[] {
    return this.packets.filter((packet) => packet.message === message && !packet.isIcmp);
  }

  #isOut(packet: CapturedPacket): boolean {
    return packet.from === this.#lac;
  }

  #events(): [text: string, packet: CapturedPacket][] {
    const seen = new Set<string>();
    const events: [string, CapturedPacket][] = [];
    for (const packet of this.packets) {
      const text = eventText(packet);
      if (text === undefined || packet.isIcmp) continue;
      const whole = `${this.#isOut(packet) ? '>' : '<'} ${text}`;
      if (packet.isControl) {
        // Sequence numbers start anew with each tunnel, so the peer's address and id belong to it.
        const key = `${packet.from} ${packet.to} ${packet.tunnelId} ${packet.ns} ${whole}`;
        if (packet.message !== 'SCCRQ' && seen.has(key)) continue;
        if (packet.message === 'SCCRQ' && isRepeatedSccrq(events, packet)) continue;
        seen.add(key);
      }
      events.push([whole, packet]);
    }
    return events;
  }
}

function eventText(packet: CapturedPacket): string | undefined {
  if (!packet.isControl) {
    const name = packet.protocol === LCP ? LCP_NAMES[packet.code ?? 0] : undefined;
    return name === undefined ? undefined : `LCP ${name}`;
  }
  if (packet.message === 'ZLB' || packet.message === 'HELLO') return undefined;
  if (packet.result === undefined) return packet.message;
  const error = packet.error === undefined || packet.error === 0 ? '' : `/${packet.error}`;
  return `${packet.message} ${packet.result}${error}`;
}

/** An SCCRQ carries no id of the peer: one repeats another when nothing else came between. */
function isRepeatedSccrq(
  events: readonly (readonly [string, CapturedPacket])[],
  packet: CapturedPacket,
): boolean {
  const last = events.filter(([, event]) => event.isControl).at(-1)?.[1];
  return last?.message === 'SCCRQ' && last.from === packet.from && last.to === packet.to;
}
