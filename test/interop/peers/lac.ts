/**
 * A scripted LAC: one tunnel to an LNS over a socket of its own, and calls in it. Reliable, as RFC
 * 2661 §5.8 asks: it keeps to the peer's window, and what is not acknowledged is sent again.
 */
import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { type CallOptions, ScriptedCall } from './call.ts';
import {
  type Avps,
  avp,
  avpU16,
  CDN,
  controlMessage,
  dataSession,
  ICCN,
  ICRP,
  ICRQ,
  isControl,
  isZlb,
  L2TP_PORT,
  parseAvps,
  payloadAt,
  SCCCN,
  SCCRP,
  SCCRQ,
  STOPCCN,
  split,
  tunnelResponse,
  u16,
} from './l2tp.ts';

const RETRANSMIT_MS = 500;
const DEFAULT_WINDOW = 4;
const RECEIVE_OCTETS = 1 << 22;

export interface LacOptions {
  /** Where it sends from; from a port of the kernel's choice. */
  readonly local: string;
  readonly lns: string;
  readonly secret: string;
  readonly hostName: string;
}

interface Sent {
  readonly session: number;
  readonly ns: number;
  readonly body: readonly number[];
}

export class ScriptedLac {
  isUp = false;
  isStopped = false;
  onUp: () => void = () => undefined;
  readonly #options: LacOptions;
  readonly #socket: Socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_OCTETS });
  readonly #tunnelId = 1 + (randomBytes(2).readUInt16BE() % 0xfffe);
  readonly #challenge = randomBytes(16);
  /** By our session id. */
  readonly #calls = new Map<number, ScriptedCall>();
  readonly #peerIds = new Map<number, number>();
  /** Sent or waiting for the window, the oldest first. */
  readonly #queue: Sent[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  #peerTunnelId = 0;
  #window = DEFAULT_WINDOW;
  #inFlight = 0;
  #nextId = 0;
  #ns = 0;
  #nr = 0;

  private constructor(options: LacOptions) {
    this.#options = options;
    this.#socket.on('message', (datagram) => this.#take(datagram));
    this.#timer = setInterval(() => this.#sendAgain(), RETRANSMIT_MS);
  }

  /** Resolves when the LNS has acknowledged the SCCCN. */
  static async open(options: LacOptions): Promise<ScriptedLac> {
    const lac = new ScriptedLac(options);
    await new Promise<void>((resolve, reject) => {
      lac.#socket.once('error', reject);
      lac.#socket.bind(0, options.local, resolve);
    });
    const numbers = [avp(2, [1, 0]), avp(3, [0, 0, 0, 3]), avp(9, split(lac.#tunnelId))];
    const names = [avp(7, [...Buffer.from(options.hostName)]), avp(10, split(64))];
    lac.#control(SCCRQ, 0, [...numbers, ...names, avp(11, [...lac.#challenge])]);
    await new Promise<void>((resolve) => {
      lac.onUp = resolve;
    });
    return lac;
  }

  /** All that was sent has been acknowledged. */
  get isIdle(): boolean {
    return this.#queue.length === 0;
  }

  /** Begins a call: it may be up, or ended, later. */
  call(options: CallOptions): ScriptedCall {
    assert.ok(!this.isStopped, 'the tunnel is there');
    const id = this.#freeId();
    const call = new ScriptedCall(options, (frame) => this.#data(id, frame));
    this.#calls.set(id, call);
    this.#control(ICRQ, 0, [avp(14, split(id)), avp(15, [0, 0, 0, id & 255])]);
    return call;
  }

  hangUp(call: ScriptedCall): void {
    for (const [id, known] of this.#calls) {
      if (known !== call) continue;
      this.#control(CDN, this.#peerIds.get(id) ?? 0, [avp(1, [0, 1, 0, 0]), avp(14, split(id))]);
      this.#forget(id, { result: 1, error: 0, text: '' });
    }
  }

  /** Ends the tunnel and waits until the LNS has acknowledged it. */
  async stop(limitMs: number): Promise<void> {
    this.#control(STOPCCN, 0, [avp(9, split(this.#tunnelId)), avp(1, [0, 1])]);
    const end = performance.now() + limitMs;
    while (!this.isIdle && !this.isStopped && performance.now() < end) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    this.close();
  }

  close(): void {
    this.isStopped = true;
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #freeId(): number {
    do this.#nextId = (this.#nextId % 0xffff) + 1;
    while (this.#calls.has(this.#nextId));
    return this.#nextId;
  }

  #forget(id: number, end: Parameters<ScriptedCall['end']>[0]): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    this.#peerIds.delete(id);
    call?.end(end);
  }

  #take(datagram: Uint8Array): void {
    if (!isControl(datagram)) {
      this.#calls.get(dataSession(datagram))?.frame(datagram.subarray(payloadAt(datagram)));
      return;
    }
    this.#acknowledged(u16(datagram, 10));
    if (isZlb(datagram)) return;
    if (u16(datagram, 8) === this.#nr) {
      this.#nr = (this.#nr + 1) & 0xffff;
      this.#answer(parseAvps(datagram), u16(datagram, 6));
    }
    this.#put({ session: 0, ns: this.#ns, body: [] });
  }

  #answer(avps: Avps, session: number): void {
    const type = avpU16(avps, 0);
    if (type === SCCRP) this.#connected(avps);
    else if (type === ICRP) {
      this.#peerIds.set(session, avpU16(avps, 14));
      const call = this.#calls.get(session);
      if (call === undefined) return;
      const speeds = [avp(24, [0, 1, 0xc2, 0]), avp(19, [0, 0, 0, 2])];
      this.#control(ICCN, avpU16(avps, 14), [...speeds, ...call.proxyAvps()]);
    } else if (type === CDN) {
      this.#forget(session, endOf(avps));
    } else if (type === STOPCCN) {
      this.isStopped = true;
      for (const id of [...this.#calls.keys()]) this.#forget(id, endOf(avps));
    }
  }

  #connected(avps: Avps): void {
    const { secret } = this.#options;
    const response = [...(avps.get(13) ?? [])];
    assert.deepEqual(
      response,
      tunnelResponse(SCCRP, secret, this.#challenge),
      "the LNS's response",
    );
    this.#peerTunnelId = avpU16(avps, 9);
    this.#window = avpU16(avps, 10) || DEFAULT_WINDOW;
    const challenge = avps.get(11);
    const answer = challenge && [avp(13, tunnelResponse(SCCCN, secret, challenge))];
    this.#control(SCCCN, 0, answer ?? []);
  }

  /** §5.8: all before `nr` has come. */
  #acknowledged(nr: number): void {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if (((nr - first.ns) & 0xffff) > 0x7fff || nr === first.ns || this.#inFlight === 0) break;
      this.#queue.shift();
      this.#inFlight--;
    }
    if (!this.isUp && this.#ns === 2 && this.#queue.length === 0) {
      this.isUp = true;
      this.onUp();
    }
    this.#fillWindow();
  }

  #control(type: number, session: number, avps: readonly number[][]): void {
    this.#queue.push({ session, ns: this.#ns, body: [avp(0, split(type)), ...avps].flat() });
    this.#ns = (this.#ns + 1) & 0xffff;
    this.#fillWindow();
  }

  #fillWindow(): void {
    while (this.#inFlight < Math.min(this.#window, this.#queue.length)) {
      const next = this.#queue[this.#inFlight++];
      if (next !== undefined) this.#put(next);
    }
  }

  #sendAgain(): void {
    const first = this.#queue[0];
    if (first !== undefined && this.#inFlight > 0) this.#put(first);
  }

  #put({ session, ns, body }: Sent): void {
    const numbers = { tunnel: this.#peerTunnelId, session, ns, nr: this.#nr };
    this.#send(controlMessage(numbers, body));
  }

  #data(id: number, frame: Uint8Array): void {
    const peerId = this.#peerIds.get(id);
    if (peerId === undefined) return;
    const header = [0, 2, ...split(this.#peerTunnelId), ...split(peerId)];
    this.#send(Buffer.concat([Uint8Array.from(header), frame]));
  }

  #send(datagram: Uint8Array): void {
    this.#socket.send(datagram, L2TP_PORT, this.#options.lns);
  }
}

/** §4.4.2. */
function endOf(avps: Avps): { result: number; error: number; text: string } {
  const code = avps.get(1) ?? new Uint8Array(0);
  const text = Buffer.from(code.subarray(4)).toString('latin1');
  return { result: u16(code), error: u16(code, 2), text };
}
