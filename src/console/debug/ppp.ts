/** PPP in the seed's words, TRACE-10 and -11. Runs once per traced event. */
import type { PppTrace } from '../../base/event.ts';
import { Fault } from '../../base/fault.ts';
import { toHex, toText, u8, u16, u32 } from '../../base/octets.ts';
import { formatIpv4 } from '../../base/port.ts';
import { ChapCode, ChapValue, parseChapValue } from '../../wire/ppp/chap.ts';
import { LcpOption, type PppOption, parseOptions } from '../../wire/ppp/option.ts';
import { ControlPacket, LcpCode, parseControlPacket } from '../../wire/ppp/packet.ts';
import { PapCode, PapRequest, parsePapRequest } from '../../wire/ppp/pap.ts';
import { PppProtocol, pppProtocolName } from '../../wire/ppp/protocol.ts';
import type { TraceLine } from './debug-name.ts';
import { shortInterfaceName } from './scope.ts';

/** IOS's load figures: of the seed's LAC always these; of a virtual interface there are none. */
const LOAD = ' [0 sess, 0 load]';
const VIRTUAL = /^Virtual-Access/;

export function renderPpp(event: PppTrace): readonly TraceLine[] {
  const port = shortInterfaceName(event.interfaceName);
  const negotiation = (protocol: string, text: string): TraceLine => ({
    debug: 'ppp negotiation',
    text: `${port} ${protocol}: ${text}`,
  });
  const authentication = (protocol: string, text: string): TraceLine => ({
    debug: 'ppp authentication',
    text: `${port} ${protocol}: ${text}`,
  });
  switch (event.kind) {
    case 'ppp-callin':
      return [negotiation('PPP', 'Treating connection as a callin')];
    case 'ppp-phase': {
      const detail = event.detail === undefined ? '' : `, ${event.detail}`;
      const load = VIRTUAL.test(event.interfaceName) ? '' : LOAD;
      return [negotiation('PPP', `Phase is ${event.phase}${detail}${load}`)];
    }
    case 'ppp-direction':
      return [negotiation('PPP', 'Using set call direction')];
    case 'ppp-forced': {
      const { options } = event;
      const line = `I FORCED CONFREQ len ${options.length}`;
      const lines = [line, ...describeOptions(options, describeLcpOption)];
      return lines.map((text) => negotiation('LCP', text));
    }
    case 'ppp-state':
      return [negotiation(pppProtocolName(event.protocol), `State is ${event.state}`)];
    case 'ppp-packet': {
      const { protocol, direction, state, packet } = event;
      const [first = '', ...options] = describePacket(protocol, `[${state}]`, packet);
      const name = pppProtocolName(protocol);
      const line = negotiation(name, `${direction} ${first}`);
      if (isKeepalive(protocol, packet)) return [{ ...line, debug: 'ppp packet' }];
      return [line, ...options.map((text) => negotiation(name, text))];
    }
    case 'ppp-note':
      return [negotiation(pppProtocolName(event.protocol), event.text)];
    case 'chap-hostname':
      return [authentication('CHAP', `Using alternate hostname ${event.name}`)];
    case 'auth-packet': {
      const { protocol, direction, packet } = event;
      const text = describeAuth(protocol, packet);
      return [authentication(pppProtocolName(protocol), `${direction} ${text}`)];
    }
    case 'auth-note':
      return [authentication(pppProtocolName(event.protocol), event.text)];
  }
}

/** They go on as long as the call does: the seed's `debug ppp negotiation` is without them. */
function isKeepalive(protocol: number, packet: Uint8Array): boolean {
  const code = packet[0];
  if (protocol !== PppProtocol.LCP || code === undefined) return false;
  return code >= LcpCode.EchoRequest && code <= LcpCode.DiscardRequest;
}

const CODES: Readonly<Record<number, string>> = {
  [LcpCode.ConfigureRequest]: 'CONFREQ',
  [LcpCode.ConfigureAck]: 'CONFACK',
  [LcpCode.ConfigureNak]: 'CONFNAK',
  [LcpCode.ConfigureReject]: 'CONFREJ',
  [LcpCode.TerminateRequest]: 'TERMREQ',
  [LcpCode.TerminateAck]: 'TERMACK',
  [LcpCode.CodeReject]: 'CODEREJ',
  [LcpCode.ProtocolReject]: 'PROTREJ',
  [LcpCode.EchoRequest]: 'ECHOREQ',
  [LcpCode.EchoReply]: 'ECHOREP',
  [LcpCode.DiscardRequest]: 'DISCREQ',
  [LcpCode.Identification]: 'IDENTIFY',
  [LcpCode.TimeRemaining]: 'TIMEREMAINING',
};

/** The line of the packet, then one for each option. */
function describePacket(protocol: number, state: string, octets: Uint8Array): readonly string[] {
  const packet = new ControlPacket();
  if (parseControlPacket(octets, packet) !== Fault.None) return [`malformed ${state}`];
  const { code, id, whole, data } = packet;
  const line = `${CODES[code] ?? `code ${code}`} ${state} id ${id} len ${whole.length}`;
  if (code === LcpCode.ProtocolReject && data.length >= 2) {
    return [`${line} protocol ${pppProtocolName(u16(data, 0))}`];
  }
  if (code > LcpCode.ConfigureReject) return [line];
  const describe = protocol === PppProtocol.LCP ? describeLcpOption : describeNcpOption;
  return [line, ...describeOptions(data, describe)];
}

type DescribeOption = (option: PppOption) => string;

function describeOptions(octets: Uint8Array, describe: DescribeOption): readonly string[] {
  const options: PppOption[] = [];
  const fault = parseOptions(octets, options);
  const lines = options.map((option) => `${describe(option)} (0x${toHex(option.whole)})`);
  if (fault !== Fault.None) lines.push(`malformed options (0x${toHex(octets)})`);
  return lines;
}

function describeLcpOption({ type, value }: PppOption): string {
  const octets = value.length;
  switch (type) {
    case LcpOption.MRU:
      if (octets === 2) return `MRU ${u16(value, 0)}`;
      break;
    case LcpOption.ACCM:
      if (octets === 4) return `ACCM 0x${toHex(value)}`;
      break;
    case LcpOption.Authentication:
      if (octets >= 2) return `AuthProto ${describeAuthProtocol(value)}`;
      break;
    case LcpOption.MagicNumber:
      if (octets === 4) return `MagicNumber 0x${toHex(value)}`;
      break;
    case LcpOption.PFC:
      return 'PFC';
    case LcpOption.ACFC:
      return 'ACFC';
    case LcpOption.MRRU:
      if (octets === 2) return `MRRU ${u16(value, 0)}`;
      break;
    case LcpOption.EndpointDiscriminator:
      if (octets >= 1) return `EndpointDisc ${describeEndpoint(u8(value, 0))}`;
      break;
  }
  return `Option ${type}`;
}

/** Algorithms behind CHAP, RFC 1994 §3, RFC 2433, RFC 2759. */
const CHAP_VARIANTS: Readonly<Record<number, string>> = { 128: 'MS-CHAP', 129: 'MS-CHAP-V2' };

function describeAuthProtocol(value: Uint8Array): string {
  const protocol = u16(value, 0);
  const variant = protocol === PppProtocol.CHAP && value.length > 2 ? u8(value, 2) : undefined;
  const name = variant === undefined ? undefined : CHAP_VARIANTS[variant];
  return name ?? pppProtocolName(protocol);
}

/** RFC 1990 §5.1.3. */
const ENDPOINT_CLASSES = ['Null', 'Local', 'IP', 'MAC', 'Magic', 'PSN'];

const describeEndpoint = (endpointClass: number): string =>
  `${endpointClass} ${ENDPOINT_CLASSES[endpointClass] ?? 'Unknown'}`;

/** IPCP's options that are one address, RFC 1332 §3.3 and RFC 1877 §1, as IOS names them. */
const ADDRESS_OPTIONS: Readonly<Record<number, string>> = {
  3: 'Address',
  129: 'PrimaryDNS',
  130: 'PrimaryWINS',
  131: 'SecondaryDNS',
  132: 'SecondaryWINS',
};

/** Of IPCP, RFC 1332 §3; others by their number. */
function describeNcpOption({ type, value }: PppOption): string {
  const name = ADDRESS_OPTIONS[type];
  if (name !== undefined && value.length === 4) return `${name} ${formatIpv4(u32(value, 0))}`;
  if (type === 2 && value.length === 4 && u16(value, 0) === PppProtocol.VjCompressed) {
    return `CompressType VJ ${u8(value, 2)} slots`;
  }
  return `Option ${type}`;
}

/** Of a CHAP or PAP packet. Passwords and responses are not shown at all. */
function describeAuth(protocol: number, octets: Uint8Array): string {
  const packet = new ControlPacket();
  if (parseControlPacket(octets, packet) !== Fault.None) return 'malformed';
  const { code, id, whole, data } = packet;
  const names = protocol === PppProtocol.PAP ? PAP_NAMES : CHAP_NAMES;
  const line = `${names[code] ?? `code ${code}`} id ${id} len ${whole.length}`;
  const name = protocol === PppProtocol.PAP ? papName(code, data) : chapName(code, data);
  if (name !== undefined) return `${line} from "${toText(name)}"`;
  return line;
}

const CHAP_NAMES: Readonly<Record<number, string>> = {
  [ChapCode.Challenge]: 'CHALLENGE',
  [ChapCode.Response]: 'RESPONSE',
  [ChapCode.Success]: 'SUCCESS',
  [ChapCode.Failure]: 'FAILURE',
};

const PAP_NAMES: Readonly<Record<number, string>> = {
  [PapCode.AuthenticateRequest]: 'AUTH-REQ',
  [PapCode.AuthenticateAck]: 'AUTH-ACK',
  [PapCode.AuthenticateNak]: 'AUTH-NAK',
};

function chapName(code: number, data: Uint8Array): Uint8Array | undefined {
  if (code !== ChapCode.Challenge && code !== ChapCode.Response) return undefined;
  const value = new ChapValue();
  return parseChapValue(data, value) === Fault.None ? value.name : undefined;
}

function papName(code: number, data: Uint8Array): Uint8Array | undefined {
  if (code !== PapCode.AuthenticateRequest) return undefined;
  const request = new PapRequest();
  return parsePapRequest(data, request) === Fault.None ? request.peerId : undefined;
}
