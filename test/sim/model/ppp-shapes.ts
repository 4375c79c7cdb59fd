/** Lines of interfaces and of PPP. TRACE-10 to -12, -15, -18. */
import type { Cast } from './cast.ts';
import { clockOf } from './clock.ts';
import { describeOption } from './ppp-packets.ts';
import { asItIs, interfaceOf, mine, type Shape } from './shape.ts';

const PPP_CODES = 'CONFREQ|CONFACK|CONFNAK|CONFREJ';
const OPTION = /^(LCP|IPCP): (AuthProto|MagicNumber|MRRU|EndpointDisc|CompressType|Address) .*$/;

export const LOGS: readonly Shape[] = [
  [
    /^(%\S+ (?:Line protocol on )?Interface) \S+ (changed state to (?:up|down))$/,
    (scene, what, state) => `${what} ${interfaceOf(scene)}, ${state}`,
  ],
  [
    /^(%ISDN-6-\w+: Interface) \S+ (is now connected to|disconnected from) \S+ \S+(, .*)?$/,
    (scene, what, verb, lasted) => {
      const { callingNumber, name } = scene.cast.caller;
      const call = `${what} ${interfaceOf(scene)} ${verb} ${callingNumber} ${name}`;
      return lasted === undefined
        ? call
        : `${call}, call lasted ${callSeconds(scene.cast)} seconds`;
    },
  ],
];

export const PPP: readonly Shape[] = [
  [/^(PPP: .*|I?P?C?LCP: State is \w+|IPCP: State is \w+)$/, asItIs],
  [/^(CHAP: Using alternate hostname) \S+$/, (scene, what) => `${what} ${mine(scene).chapName}`],
  [
    new RegExp(`^(LCP|IPCP): ([IO]) (${PPP_CODES}) (\\[\\w+\\]) id (\\d+) len \\d+$`),
    (scene, protocol, io, code, state, id) => {
      const packet = scene.packets.get(`${protocol}-${code}-${id}`);
      scene.packet = packet;
      return `${protocol}: ${io} ${code} ${state} id ${packet.id} len ${packet.octets.length - 2}`;
    },
  ],
  [
    /^LCP: I FORCED CONFREQ len \d+$/,
    (scene) => {
      scene.packet = scene.packets.get('LCP-CONFREQ-12');
      return `LCP: I FORCED CONFREQ len ${scene.packet.data.length}`;
    },
  ],
  [
    OPTION,
    ({ packet }, protocol, name = '') => {
      const text = packet === undefined ? undefined : describeOption(packet, name);
      if (text === undefined) throw new Error(`no ${name} in the packet before`);
      return `${protocol}: ${text}`;
    },
  ],
  [
    /^CHAP: ([IO]) (CHALLENGE|RESPONSE|SUCCESS) id (\d+) len \d+(?: (from) "\S+")?$/,
    ({ cast, packets, me }, io, code, id, from) => {
      const packet = packets.get(`CHAP-${code}-${id}`);
      const name = io === 'I' ? cast.caller.name : cast[me].chapName;
      const said = from === undefined ? '' : ` from "${name}"`;
      return `CHAP: ${io} ${code} id ${packet.id} len ${packet.octets.length - 2}${said}`;
    },
  ],
  [
    /^(IPCP: (?:Install|Remove) route to) \S+$/,
    ({ cast }, what) => `${what} ${cast.caller.address}`,
  ],
];

function callSeconds(cast: Cast): number {
  const at = (id: string): number => clockOf(cast, id);
  return Math.floor((at('LD-001') - at('LS-001')) / 1000);
}
