/** What is behind the LNS: its packet device, the kernel's routes, and a host that answers. */
import type { HostRoutes, PacketPort } from '../../../src/base/port.ts';
import { readDatum, readIp, split32, writeDatum, writeIp } from '../peers/frame.ts';

export class SimRoutes implements HostRoutes {
  readonly locals = new Map<number, number>();
  /** Owners by address. */
  readonly routes = new Map<number, string>();
  /** Which call each has had packets of, as long as it stands. */
  readonly calls = new Map<number, string>();
  readonly #complain: (text: string) => void;

  constructor(complain: (text: string) => void) {
    this.#complain = complain;
  }

  addLocal(address: number): void {
    this.locals.set(address, (this.locals.get(address) ?? 0) + 1);
  }

  removeLocal(address: number): void {
    this.locals.delete(address);
  }

  addRoute(address: number, _mtuOctets: number, owner: string): void {
    const other = this.routes.get(address);
    if (other !== undefined) {
      this.#complain(`address ${text(address)} is given to ${owner}, and ${other} has it`);
    }
    this.routes.set(address, owner);
  }

  removeRoute(address: number, owner: string): void {
    if (this.routes.get(address) !== owner) {
      this.#complain(`${owner} gives ${text(address)} back, which it does not have`);
    }
    this.routes.delete(address);
    this.calls.delete(address);
  }
}

/** Who sent it, for the watch. */
export interface Seen {
  readonly source: number;
  readonly line: number;
  readonly dial: number;
}

export class SimPackets implements PacketPort {
  memory: Uint8Array = new Uint8Array(0);
  readonly #seen: (what: Seen) => void;
  readonly #complain: (text: string) => void;
  #waiting: number[][] = [];
  isReadable: () => void = () => undefined;

  constructor(seen: (what: Seen) => void, complain: (text: string) => void) {
    this.#seen = seen;
    this.#complain = complain;
  }

  get hasPackets(): boolean {
    return this.#waiting.length > 0;
  }

  receive(at: number, octets: number): number {
    const packet = this.#waiting.shift();
    if (packet === undefined) return 0;
    if (packet.length > octets) throw new Error('a packet does not fit');
    this.memory.set(packet, at);
    return packet.length;
  }

  /** From a caller: the host answers what it can read, to where it came from. */
  send(at: number, octets: number): boolean {
    const { source, destination, payload } = readIp([...this.memory.subarray(at, at + octets)]);
    const datum = readDatum(payload);
    // A line may damage a frame so that its FCS still fits: one in 65,536.
    if (datum === undefined) return true;
    if (datum.direction !== 'up') this.#complain(`a datum ${datum.direction} comes up`);
    const address = Number.parseInt(source.map((octet) => hex(octet)).join(''), 16);
    // Sent before the caller had an address, and late: a martian to any kernel.
    if (address === 0) return true;
    this.#seen({ source: address, line: datum.line, dial: datum.dial });
    const echo = writeDatum({ ...datum, direction: 'echo' }, payload.length - 13);
    this.#waiting.push(writeIp(destination, source, echo));
    this.isReadable();
    return true;
  }

  /** As if the network had it for somebody. */
  put(destination: number, payload: readonly number[]): void {
    this.#waiting.push(writeIp([192, 0, 2, 1], split32(destination), payload));
    this.isReadable();
  }
}

const hex = (octet: number): string => octet.toString(16).padStart(2, '0');
const text = (address: number): string => split32(address).join('.');
