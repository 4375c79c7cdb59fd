/** A scripted LNS on loopback: takes every tunnel and call, answers challenges, hands data on. */
import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';

const PORT = 1701;
const TUNNEL = 0x0101;
const SESSION = 0x0202;
const SCCRQ = 1;
const SCCCN = 3;
const STOPCCN = 4;
const HELLO = 6;
const ICRQ = 10;
const ICCN = 12;
const CDN = 14;

const u16 = (octets: Uint8Array, at: number): number =>
  (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);

export class ScriptedLns {
  /** All that ever came. */
  datagrams = 0;
  /** An ICCN has come and no CDN yet. */
  isUp = false;
  /** A datagram of data, whole: the PPP frame begins at `at`. */
  onData: (datagram: Uint8Array, at: number) => void = () => undefined;
  readonly #socket: Socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 });
  readonly #secret: string;
  #port = 0;
  #address = '';
  #peerTunnel = 0;
  #peerSession = 0;
  #ns = 0;
  #nr = 0;

  private constructor(secret: string) {
    this.#secret = secret;
    this.#socket.on('message', (datagram, from) => {
      this.datagrams++;
      this.#port = from.port;
      this.#address = from.address;
      this.#take(datagram);
    });
  }

  static async listen(address: string, secret: string): Promise<ScriptedLns> {
    const lns = new ScriptedLns(secret);
    await new Promise<void>((resolve, reject) => {
      lns.#socket.once('error', reject);
      lns.#socket.bind(PORT, address, resolve);
    });
    return lns;
  }

  /** The header that data for the call begins with. */
  get dataHeader(): Uint8Array {
    const tunnel = this.#peerTunnel;
    const session = this.#peerSession;
    return Uint8Array.of(0, 2, tunnel >>> 8, tunnel & 255, session >>> 8, session & 255);
  }

  send(datagram: Uint8Array): void {
    this.#socket.send(datagram, this.#port, this.#address);
  }

  hello(): void {
    this.#control(HELLO, 0, []);
  }

  close(): void {
    this.#socket.close();
  }

  #take(datagram: Uint8Array): void {
    const bits = u16(datagram, 0);
    if ((bits & 0x8000) === 0) {
      const fixed = bits & 0x4000 ? 8 : 6;
      this.onData(datagram, fixed + (bits & 0x0800 ? 4 : 0));
      return;
    }
    if (datagram.length === 12) return;
    const ns = u16(datagram, 8);
    const avps = parseAvps(datagram);
    const type = u16(avps.get(0) ?? Uint8Array.of(0, 0), 0);
    if (type === SCCRQ) this.#ns = this.#nr = 0;
    if (ns !== this.#nr) {
      this.#zlb();
      return;
    }
    this.#nr = (ns + 1) & 0xffff;
    this.#answer(type, avps);
  }

  #answer(type: number, avps: ReadonlyMap<number, Uint8Array>): void {
    if (type === SCCRQ) {
      this.#peerTunnel = u16(avps.get(9) ?? Uint8Array.of(0, 0), 0);
      const challenge = avps.get(11);
      const response = challenge === undefined ? [] : [avp(13, this.#response(2, challenge))];
      const numbers = [avp(2, [1, 0]), avp(3, [0, 0, 0, 3]), avp(7, [...Buffer.from('lns')])];
      this.#control(2, 0, [...numbers, avp(9, split(TUNNEL)), ...response]);
    } else if (type === ICRQ) {
      this.#peerSession = u16(avps.get(14) ?? Uint8Array.of(0, 0), 0);
      this.#control(11, this.#peerSession, [avp(14, split(SESSION))]);
    } else {
      if (type === ICCN) this.isUp = true;
      if (type === CDN || type === STOPCCN) this.isUp = false;
      if ([SCCCN, ICCN, CDN, STOPCCN, HELLO].includes(type)) this.#zlb();
    }
  }

  /** RFC 2661 §4.4.3 and §5.1.1. */
  #response(id: number, challenge: Uint8Array): number[] {
    const hash = createHash('md5').update(Uint8Array.of(id)).update(this.#secret);
    return [...hash.update(challenge).digest()];
  }

  #control(type: number, session: number, avps: readonly number[][]): void {
    this.#put(session, [avp(0, split(type)), ...avps].flat());
    this.#ns = (this.#ns + 1) & 0xffff;
  }

  #zlb(): void {
    this.#put(0, []);
  }

  #put(session: number, body: readonly number[]): void {
    const fields = [12 + body.length, this.#peerTunnel, session, this.#ns, this.#nr];
    this.send(Uint8Array.from([0xc8, 0x02, ...fields.flatMap(split), ...body]));
  }
}

const split = (value: number): number[] => [value >>> 8, value & 255];

const avp = (type: number, value: readonly number[]): number[] => [
  ...split(0x8000 | (6 + value.length)),
  ...split(0),
  ...split(type),
  ...value,
];

/** By type; hidden ones and other vendors' are left out. */
function parseAvps(datagram: Uint8Array): Map<number, Uint8Array> {
  const avps = new Map<number, Uint8Array>();
  for (let at = 12; at + 6 <= datagram.length; ) {
    const bits = u16(datagram, at);
    const length = Math.max(6, bits & 0x3ff);
    const isPlain = (bits & 0x4000) === 0 && u16(datagram, at + 2) === 0;
    if (isPlain) avps.set(u16(datagram, at + 4), datagram.subarray(at + 6, at + length));
    at += length;
  }
  return avps;
}
