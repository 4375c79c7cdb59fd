/** The twelve control messages of the model call, octet by octet. RFC 2661 §3.1, §4.1, §6. */
import type { Cast, Device } from './cast.ts';
import { ascii, fromHex, md5, numberOf, type Octets, textOf, u16, u32 } from './octets.ts';
import { option, pppPackets } from './ppp-packets.ts';

export interface Avp {
  readonly vendor: 0 | 9;
  readonly type: number;
  readonly mandatory: boolean;
  readonly value: Octets;
}

export interface ControlMessage {
  /** Its name, or whose ZLB with which Ns and Nr it is: `lns 1 2`. */
  readonly key: string;
  readonly name: string;
  readonly from: Device;
  readonly avps: readonly Avp[];
  readonly octets: Octets;
}

const VENDOR = 'Cisco Systems, Inc.';
const HEADER_OCTETS = 12;

const must = (type: number, value: Octets): Avp => ({ vendor: 0, type, mandatory: true, value });
const may = (type: number, value: Octets): Avp => ({ ...must(type, value), mandatory: false });

export const avpOctets = ({ value }: Avp): number => 6 + value.length;

function encode({ vendor, type, mandatory, value }: Avp): Octets {
  const bits = (mandatory ? 0x8000 : 0) | (6 + value.length);
  return [...u16(bits), ...u16(vendor), ...u16(type), ...value];
}

export class ControlMessages {
  readonly #cast: Cast;
  readonly #byKey = new Map<string, ControlMessage>();

  constructor(cast: Cast) {
    this.#cast = cast;
    this.#connection();
    this.#call();
    this.#end();
  }

  get(key: string): ControlMessage {
    const message = this.#byKey.get(key);
    if (message === undefined) throw new Error(`the model call has no message ${key}`);
    return message;
  }

  #connection(): void {
    const { lac, lns, tunnelSecret } = this.#cast;
    const secret = ascii(tunnelSecret);
    const begin = (of: Cast['lac'] | Cast['lns']): readonly Avp[] => [
      must(2, u16(0x0100)),
      must(3, u32(3)),
      must(4, u32(3)),
      may(6, fromHex(of.firmware)),
      must(7, ascii(of.hostName)),
      may(8, ascii(VENDOR)),
      must(9, u16(of.tunnelId)),
      must(10, u16(of.receiveWindow)),
      must(11, fromHex(of.challenge)),
    ];
    // RFC 2661 §4.2: the hash begins with the type of the message that the response is in.
    const response = (type: number, challenge: string): Avp =>
      must(13, md5([type], secret, fromHex(challenge)));
    this.#add('lac', 'SCCRQ', 1, [0, 0, 0, 0], begin(lac));
    const scc = [...begin(lns), response(2, lac.challenge)];
    this.#add('lns', 'SCCRP', 2, [lac.tunnelId, 0, 0, 1], scc);
    this.#add('lac', 'SCCCN', 3, [lns.tunnelId, 0, 1, 1], [response(3, lns.challenge)]);
    this.#zlb('lns', 1, 2);
  }

  #call(): void {
    const { lac, lns, caller } = this.#cast;
    const packets = pppPackets(this.#cast);
    const chap = packets.get('CHAP-RESPONSE-6');
    const optionsOf = (key: string): Octets => packets.get(key).options.flatMap(option);
    this.#add(
      'lac',
      'ICRQ',
      10,
      [lns.tunnelId, 0, 2, 1],
      [
        must(14, u16(lac.sessionId)),
        must(15, fromHex(lac.callSerial)),
        must(18, u32(lac.bearerType)),
        must(22, ascii(caller.callingNumber)),
        must(21, ascii(caller.calledNumber)),
        { ...may(100, ascii(lac.interfaceName)), vendor: 9 },
      ],
    );
    this.#add(
      'lns',
      'ICRP',
      11,
      [lac.tunnelId, lac.sessionId, 1, 3],
      [must(14, u16(lns.sessionId))],
    );
    this.#add(
      'lac',
      'ICCN',
      12,
      [lns.tunnelId, lns.sessionId, 3, 2],
      [
        must(24, u32(lac.txSpeed)),
        may(38, u32(lac.rxSpeed)),
        must(19, u32(2)),
        may(27, optionsOf('LCP-CONFREQ-12')),
        may(28, optionsOf('LCP-CONFREQ-118')),
        may(31, fromHex(lac.chapChallenge)),
        may(32, u16(lac.chapId)),
        may(30, ascii(caller.name)),
        must(33, chap.data.slice(1, 17)),
        may(29, u16(2)),
      ],
    );
    this.#zlb('lns', 2, 4);
  }

  #end(): void {
    const { lac, lns } = this.#cast;
    const clear = [must(14, u16(lac.sessionId)), must(1, [...u16(1), ...u16(0)])];
    this.#add('lac', 'CDN', 14, [lns.tunnelId, lns.sessionId, 4, 2], clear);
    this.#zlb('lns', 2, 5);
    const stop = [must(9, u16(lns.tunnelId)), must(1, u16(1))];
    this.#add('lns', 'StopCCN', 4, [lac.tunnelId, 0, 2, 5], stop);
    this.#zlb('lac', 5, 3);
  }

  #add(
    from: Device,
    name: string,
    type: number,
    ids: readonly [tunnel: number, session: number, ns: number, nr: number],
    more: readonly Avp[],
  ): void {
    const avps = [must(0, u16(type)), ...more];
    const body = avps.flatMap(encode);
    const head = [0xc802, HEADER_OCTETS + body.length, ...ids];
    const octets = [...head.flatMap(u16), ...body];
    this.#byKey.set(name, { key: name, name, from, avps, octets });
  }

  #zlb(from: Device, ns: number, nr: number): void {
    const { lac, lns } = this.#cast;
    const to = from === 'lac' ? lns : lac;
    const octets = [0xc802, HEADER_OCTETS, to.tunnelId, 0, ns, nr].flatMap(u16);
    const key = `${from} ${ns} ${nr}`;
    this.#byKey.set(key, { key, name: 'ZLB ctrl ack', from, avps: [], octets });
  }
}

/** `len 12, tnl 1, cl 2, ns 3, nr 4`, read out of the octets again. */
export function describeHeader({ octets }: ControlMessage): string {
  const field = (at: number): number => numberOf(octets.slice(at, at + 2));
  return `len ${field(2)}, tnl ${field(4)}, cl ${field(6)}, ns ${field(8)}, nr ${field(10)}`;
}

/** TRACE-05: how a value is called, and how it is shown. `x` stands for the hex prefix. */
const VALUES: readonly (readonly [number, string, (value: Octets, x: string) => string])[] = [
  [2, 'Protocol Ver', (value) => `${numberOf(value)}`],
  [3, 'Framing Cap', (value, x) => `${x}${numberOf(value).toString(16).toUpperCase()}`],
  [4, 'Bearer Cap', (value, x) => `${x}${numberOf(value).toString(16).toUpperCase()}`],
  [6, 'Firmware Ver', (value, x) => `${x}${numberOf(value).toString(16).toUpperCase()}`],
  [7, 'Hostname', textOf],
  [8, 'Vendor Name', textOf],
  [9, 'Assigned Tunnel ID', (value) => `${numberOf(value)}`],
  [10, 'Rx Window Size', (value) => `${numberOf(value)}`],
  [11, 'Chlng', (value) => hexOf(value)],
  [13, 'Chlng Resp', (value) => hexOf(value)],
  [14, 'Assigned Call ID', (value) => `${numberOf(value)}`],
  [15, 'Serial Number', () => ''],
  [18, 'Bearer Type', (value) => `${numberOf(value)}`],
  [19, 'Framing Type', (value) => `${numberOf(value)}`],
  [21, 'Called Number', textOf],
  [22, 'Calling Number', textOf],
  [24, 'Connect Speed', (value) => `${numberOf(value)}`],
  [27, 'Last Sent LCPREQ', (value) => hexOf(value)],
  [28, 'Last Rx LCPREQ', (value) => hexOf(value)],
  [29, 'Proxy Auth Type', (value) => `${numberOf(value)}`],
  [30, 'Proxy Auth Name', textOf],
  [31, 'Proxy Auth Chal', (value) => hexOf(value)],
  [32, 'Proxy Auth ID', (value) => `${numberOf(value)}`],
  [33, 'Proxy Auth Resp', (value) => hexOf(value)],
  [38, 'Rx Speed', (value) => `${numberOf(value)}`],
  [100, 'Client NAS Port', textOf],
];

const hexOf = (value: Octets): string =>
  value.map((octet) => octet.toString(16).toUpperCase().padStart(2, '0')).join('');

/** @returns undefined when `line` names no value of the message */
export function describeValue(
  message: ControlMessage,
  line: string,
  x: string,
): string | undefined {
  // The longest name first: `Chlng Resp` begins as `Chlng` does.
  const named = VALUES.filter(([, name]) => line === name || line.startsWith(`${name} `));
  const [type, name, show] = named.toSorted((a, b) => b[1].length - a[1].length)[0] ?? [];
  const avp = message.avps.find((one) => one.type === type);
  if (avp === undefined || show === undefined) return undefined;
  return `${name} ${show(avp.value, x)}`.trimEnd();
}
