/** The caller of the model call: says what the seed's said, each as an answer and at its time. */
import { encodeHdlc, HdlcReader } from '../peers/hdlc.ts';
import type { Cast } from './cast.ts';
import { hex, type Octets, u16 } from './octets.ts';
import { type PppPackets, pppPackets } from './ppp-packets.ts';

const DEFAULT_ACCM = 0xffffffff;
const ADDRESS_CONTROL: Octets = [0xff, 0x03];
const ECHO_REQUEST = hex([0xc0, 0x21, 9]);

export interface Cue {
  /** The line of the listings that shows it arrive. */
  readonly id: string;
  /** What must have come from the LAC or the LNS by then, since the cue before. */
  readonly after: readonly string[];
  readonly says: string;
}

export const CUES: readonly Cue[] = [
  { id: 'LS-006', after: [], says: 'LCP-CONFREQ-118' },
  { id: 'LS-016', after: ['LCP-CONFREQ-11', 'LCP-CONFACK-118'], says: 'LCP-CONFREJ-11' },
  { id: 'LS-022', after: ['LCP-CONFREQ-12'], says: 'LCP-CONFACK-12' },
  { id: 'LS-029', after: ['CHAP-CHALLENGE-6'], says: 'CHAP-RESPONSE-6' },
  { id: 'NS-152', after: ['CHAP-SUCCESS-6', 'IPCP-CONFREQ-1'], says: 'IPCP-CONFREQ-187' },
  { id: 'NS-171', after: ['IPCP-CONFREJ-187'], says: 'IPCP-CONFACK-1' },
  { id: 'NS-173', after: [], says: 'IPCP-CONFREQ-188' },
];

/** When the last cue is answered. */
const AT_LAST: readonly string[] = ['IPCP-CONFACK-188'];

export class ModelCaller {
  /** Names of the packets that came; octets in hex where the listings have none like it. */
  readonly heard: string[] = [];
  readonly #packets: PppPackets;
  readonly #magicNumber: string;
  readonly #reader = new HdlcReader(DEFAULT_ACCM);
  readonly #send: (octets: Uint8Array) => void;
  #fresh: string[] = [];

  constructor(cast: Cast, send: (octets: Uint8Array) => void) {
    this.#packets = pppPackets(cast);
    this.#magicNumber = cast.caller.magicNumber;
    this.#send = send;
  }

  say({ id, after, says }: Cue): void {
    this.#mustHaveHeard(id, after);
    this.#frame(this.#packets.get(says).octets);
  }

  /** Before it hangs up. */
  mustBeContent(): void {
    this.#mustHaveHeard('the end', AT_LAST);
  }

  receive(octets: Uint8Array): void {
    for (const frame of this.#reader.feed(octets)) {
      const packet = frame.slice(ADDRESS_CONTROL.length);
      if (hex(packet).startsWith(ECHO_REQUEST)) {
        this.#answerEcho(packet);
        continue;
      }
      const name = this.#packets.nameOf(packet) ?? hex(packet);
      this.heard.push(name);
      this.#fresh.push(name);
    }
  }

  /** Keepalives are in nobody's listing. */
  #answerEcho(packet: Octets): void {
    const magic = this.#magicNumber.match(/../g)?.map((two) => parseInt(two, 16)) ?? [];
    this.#frame([...u16(0xc021), 10, packet[3] ?? 0, ...u16(8), ...magic]);
  }

  #mustHaveHeard(when: string, names: readonly string[]): void {
    const fresh = this.#fresh.splice(0);
    if (fresh.join() === names.join()) return;
    throw new Error(`the caller, at ${when}, has heard ${fresh.join()} instead of ${names.join()}`);
  }

  #frame(octets: Octets): void {
    this.#send(Uint8Array.from(encodeHdlc([...ADDRESS_CONTROL, ...octets], DEFAULT_ACCM)));
  }
}
