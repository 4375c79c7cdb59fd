/** A scripted LNS on loopback: takes every tunnel and call, answers challenges, hands data on. */
import { createSocket, type Socket } from 'node:dgram';
import {
  type Avps,
  avp,
  avpU16,
  CDN,
  controlMessage,
  HELLO,
  ICCN,
  ICRQ,
  isControl,
  isZlb,
  L2TP_PORT,
  parseAvps,
  payloadAt,
  SCCCN,
  SCCRQ,
  STOPCCN,
  split,
  tunnelResponse,
  u16,
} from './l2tp.ts';

const TUNNEL = 0x0101;
const SESSION = 0x0202;

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
      lns.#socket.bind(L2TP_PORT, address, resolve);
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
    if (!isControl(datagram)) {
      this.onData(datagram, payloadAt(datagram));
      return;
    }
    if (isZlb(datagram)) return;
    const ns = u16(datagram, 8);
    const avps = parseAvps(datagram);
    const type = avpU16(avps, 0);
    if (type === SCCRQ) this.#ns = this.#nr = 0;
    if (ns !== this.#nr) {
      this.#zlb();
      return;
    }
    this.#nr = (ns + 1) & 0xffff;
    this.#answer(type, avps);
  }

  #answer(type: number, avps: Avps): void {
    if (type === SCCRQ) {
      this.#peerTunnel = avpU16(avps, 9);
      const challenge = avps.get(11);
      const response = challenge && [avp(13, tunnelResponse(2, this.#secret, challenge))];
      const numbers = [avp(2, [1, 0]), avp(3, [0, 0, 0, 3]), avp(7, [...Buffer.from('lns')])];
      this.#control(2, 0, [...numbers, avp(9, split(TUNNEL)), ...(response ?? [])]);
    } else if (type === ICRQ) {
      this.#peerSession = avpU16(avps, 14);
      this.#control(11, this.#peerSession, [avp(14, split(SESSION))]);
    } else {
      if (type === ICCN) this.isUp = true;
      if (type === CDN || type === STOPCCN) this.isUp = false;
      if ([SCCCN, ICCN, CDN, STOPCCN, HELLO].includes(type)) this.#zlb();
    }
  }

  #control(type: number, session: number, avps: readonly number[][]): void {
    this.#put(session, [avp(0, split(type)), ...avps].flat());
    this.#ns = (this.#ns + 1) & 0xffff;
  }

  #zlb(): void {
    this.#put(0, []);
  }

  #put(session: number, body: readonly number[]): void {
    const numbers = { tunnel: this.#peerTunnel, session, ns: this.#ns, nr: this.#nr };
    this.send(controlMessage(numbers, body));
  }
}
