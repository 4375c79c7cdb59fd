/**
 * A scripted caller on a pty: LCP with as little as possible, CHAP-MD5. For what a real pppd will
 * not do: fall silent, or carry a million prepared frames.
 */
import { constants, createReadStream, openSync, type ReadStream, write } from 'node:fs';
import { encodeFrame, FrameReader } from './hdlc.ts';
import { CHAP, chapResponse, LCP, options } from './ppp.ts';

const MRRU = 17;
const ENDPOINT = 19;

export interface CallerOptions {
  readonly name: string;
  readonly secret: string;
  /** Never answers a CHAP Challenge. */
  readonly isMute?: boolean;
}

export class Caller {
  /** LCP codes that came in, in order. */
  readonly lcpCodes: number[] = [];
  challenges = 0;
  /** What is not LCP or CHAP, from the protocol on. */
  onData: (protocol: number, information: Uint8Array) => void = () => undefined;
  /** While set, the line's octets go there and nowhere else. */
  tap: ((octets: Uint8Array) => void) | undefined;
  readonly #options: CallerOptions;
  readonly #fd: number;
  readonly #stream: ReadStream;
  readonly #reader = new FrameReader((frame) => this.#take(frame));

  constructor(path: string, options: CallerOptions) {
    this.#options = options;
    this.#fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    this.#stream = createReadStream('', { fd: this.#fd });
    this.#stream.on('data', (chunk) => {
      const octets = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (this.tap) this.tap(octets);
      else this.#reader.feed(octets);
    });
    // A pty whose other end is gone reads as EIO: the line's hang-up.
    this.#stream.on('error', () => undefined);
  }

  get badFrames(): number {
    return this.#reader.badFrames;
  }

  /** Opens LCP. */
  dial(): void {
    this.#control(LCP, 1, 1, Uint8Array.of(5, 6, 0x12, 0x34, 0x56, 0x78));
  }

  /** Resolves when the kernel has taken all of it. */
  send(octets: Uint8Array, at = 0): Promise<void> {
    return new Promise((resolve, reject) => {
      write(this.#fd, octets, at, (error, written) => {
        if (error) reject(error);
        else if (at + written >= octets.length) resolve();
        else resolve(this.send(octets, at + written));
      });
    });
  }

  close(): void {
    this.#stream.destroy(); // it closes the descriptor, once its last read has come back
  }

  #control(protocol: number, code: number, id: number, data: Uint8Array): void {
    const length = data.length + 4;
    const head = [
      0xff,
      0x03,
      protocol >>> 8,
      protocol & 0xff,
      code,
      id,
      length >>> 8,
      length & 0xff,
    ];
    this.send(encodeFrame(Uint8Array.of(...head, ...data))).catch(() => undefined);
  }

  #take(frame: Uint8Array): void {
    const body = frame[0] === 0xff && frame[1] === 0x03 ? frame.subarray(2) : frame;
    const [high = 0, low = 0] = body;
    const isShort = (high & 1) === 1;
    const protocol = isShort ? high : high * 256 + low;
    const information = body.subarray(isShort ? 1 : 2);
    if (protocol === LCP) this.#lcp(information);
    else if (protocol === CHAP) this.#chap(information);
    else this.onData(protocol, information);
  }

  #lcp(packet: Uint8Array): void {
    const [code = 0, id = 0] = packet;
    const data = packet.subarray(4, (packet[2] ?? 0) * 256 + (packet[3] ?? 0));
    this.lcpCodes.push(code);
    if (code === 1) {
      const unwanted = options(data).filter(([type]) => type === MRRU || type === ENDPOINT);
      if (unwanted.length > 0) this.#control(LCP, 4, id, Uint8Array.from(unwanted.flat()));
      else this.#control(LCP, 2, id, data);
    }
    if (code === 5) this.#control(LCP, 6, id, data);
    if (code === 9) this.#control(LCP, 10, id, Uint8Array.of(0x12, 0x34, 0x56, 0x78));
  }

  #chap(packet: Uint8Array): void {
    const [code, id = 0, , , size = 0] = packet;
    if (code !== 1) return;
    this.challenges++;
    if (this.#options.isMute) return;
    const value = chapResponse(id, this.#options.secret, packet.subarray(5, 5 + size));
    this.#control(CHAP, 2, id, Uint8Array.of(16, ...value, ...Buffer.from(this.#options.name)));
  }
}
