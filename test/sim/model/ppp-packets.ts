/** The PPP packets of the model call. RFC 1661 §5, §6; RFC 1994 §4; RFC 1332 §3. */
import type { Cast } from './cast.ts';
import { ascii, fromHex, hex, ipv4, md5, numberOf, type Octets, u16 } from './octets.ts';

export interface Option {
  readonly type: number;
  readonly value: Octets;
}

export interface PppPacket {
  readonly protocol: number;
  readonly id: number;
  readonly data: Octets;
  readonly options: readonly Option[];
  /** Protocol, then the packet from Code on. */
  readonly octets: Octets;
}

const LCP = 0xc021;
const CHAP = 0xc223;
const IPCP = 0x8021;
const [REQUEST, ACK, REJECT] = [1, 2, 4];
const [CHALLENGE, RESPONSE, SUCCESS] = [1, 2, 3];
const AUTH_CHAP: Option = { type: 3, value: [...u16(CHAP), 5] };
const MRRU: Option = { type: 17, value: u16(1524) };
const LOCAL_CLASS = 1;

export const option = ({ type, value }: Option): Octets => [type, value.length + 2, ...value];

/** As the listing calls them, whatever id they have in this cast. */
export class PppPackets {
  readonly #byKey = new Map<string, PppPacket>();

  get(key: string): PppPacket {
    const packet = this.#byKey.get(key);
    if (packet === undefined) throw new Error(`the model call has no packet ${key}`);
    return packet;
  }

  /** @returns the name of these octets: a protocol, then a packet */
  nameOf(octets: Octets): string | undefined {
    const wanted = hex(octets);
    for (const [key, packet] of this.#byKey) if (hex(packet.octets) === wanted) return key;
    return undefined;
  }

  add(key: string, protocol: number, code: number, id: number, data: Octets): void {
    this.#put(key, protocol, code, id, data, []);
  }

  configure(
    key: string,
    protocol: number,
    code: number,
    id: number,
    options: readonly Option[],
  ): void {
    this.#put(key, protocol, code, id, options.flatMap(option), options);
  }

  #put(
    key: string,
    protocol: number,
    code: number,
    id: number,
    data: Octets,
    options: readonly Option[],
  ): void {
    const octets = [...u16(protocol), code, id, ...u16(4 + data.length), ...data];
    this.#byKey.set(key, { protocol, id, data, options, octets });
  }
}

export function pppPackets(cast: Cast): PppPackets {
  const { lac, lns, caller } = cast;
  const packets = new PppPackets();

  const callersMagic: Option = { type: 5, value: fromHex(caller.magicNumber) };
  const lacsMagic: Option = { type: 5, value: fromHex(lac.magicNumber) };
  const endpoint: Option = { type: 19, value: [LOCAL_CLASS, ...ascii(lac.chapName)] };
  const asked = [AUTH_CHAP, lacsMagic];
  packets.configure('LCP-CONFREQ-118', LCP, REQUEST, caller.lcpId, [callersMagic]);
  packets.configure('LCP-CONFREQ-11', LCP, REQUEST, lac.lcpId, [...asked, MRRU, endpoint]);
  packets.configure('LCP-CONFACK-118', LCP, ACK, caller.lcpId, [callersMagic]);
  packets.configure('LCP-CONFREJ-11', LCP, REJECT, lac.lcpId, [MRRU, endpoint]);
  packets.configure('LCP-CONFREQ-12', LCP, REQUEST, lac.lcpId + 1, asked);
  packets.configure('LCP-CONFACK-12', LCP, ACK, lac.lcpId + 1, asked);

  const challenge = fromHex(lac.chapChallenge);
  const hash = md5([lac.chapId], ascii(caller.secret), challenge);
  const value = (octets: Octets, name: string): Octets => [
    octets.length,
    ...octets,
    ...ascii(name),
  ];
  packets.add('CHAP-CHALLENGE-6', CHAP, CHALLENGE, lac.chapId, value(challenge, lac.chapName));
  packets.add('CHAP-RESPONSE-6', CHAP, RESPONSE, lac.chapId, value(hash, caller.name));
  packets.add('CHAP-SUCCESS-6', CHAP, SUCCESS, lac.chapId, []);
  // Never sent: its value does not matter, and stands nowhere.
  const unsent = value(new Array<number>(16).fill(0), lns.chapName);
  packets.add('CHAP-CHALLENGE-3', CHAP, CHALLENGE, lns.chapId, unsent);

  const lnsAddress: Option = { type: 3, value: ipv4(lns.linkAddress) };
  const callerAddress: Option = { type: 3, value: ipv4(caller.address) };
  const vj: Option = { type: 2, value: [...u16(0x002d), caller.vjSlots, 0] };
  const { ipcpId } = caller;
  packets.configure('IPCP-CONFREQ-1', IPCP, REQUEST, lns.ipcpId, [lnsAddress]);
  packets.configure('IPCP-CONFREQ-187', IPCP, REQUEST, ipcpId, [vj, callerAddress]);
  packets.configure('IPCP-CONFREJ-187', IPCP, REJECT, ipcpId, [vj]);
  packets.configure('IPCP-CONFACK-1', IPCP, ACK, lns.ipcpId, [lnsAddress]);
  packets.configure('IPCP-CONFREQ-188', IPCP, REQUEST, ipcpId + 1, [callerAddress]);
  packets.configure('IPCP-CONFACK-188', IPCP, ACK, ipcpId + 1, [callerAddress]);
  return packets;
}

/** TRACE-10: the options by their names in the listing. */
const OPTION_NAMES = new Map<string, readonly [number, (value: Octets) => string]>([
  ['AuthProto', [3, () => 'CHAP']],
  ['MagicNumber', [5, (value) => `0x${hex(value)}`]],
  ['MRRU', [17, (value) => `${numberOf(value)}`]],
  ['EndpointDisc', [19, () => '1 Local']],
  ['CompressType', [2, (value) => `VJ ${value[2]} slots`]],
  ['Address', [3, (value) => value.join('.')]],
]);

/** @returns undefined when the packet has no option of that name */
export function describeOption(packet: PppPacket, name: string): string | undefined {
  const [type, show] = OPTION_NAMES.get(name) ?? [];
  const found = packet.options.find((one) => one.type === type);
  if (found === undefined || show === undefined) return undefined;
  return `${name} ${show(found.value)} (0x${hex(option(found))})`;
}
