/** What both peers' LCP have in common: the options, and the echo. */
import type { Millis } from '../../../src/base/machine.ts';
import { Protocol, split16, split32, u16 } from './frame.ts';
import { type Answer, dataOf, Negotiator, type Option, packet } from './negotiator.ts';

export const DEFAULT_ACCM = 0xffffffff;
export const Lcp = Object.freeze({
  MRU: 1,
  ACCM: 2,
  AUTH: 3,
  MAGIC: 5,
  PFC: 7,
  ACFC: 8,
  MRRU: 17,
  ENDPOINT: 19,
} as const);
export const CHAP_OPTION = [...split16(Protocol.CHAP), 5];
export const PAP_OPTION = split16(Protocol.PAP);

const ECHO_REQUEST = 9;
const ECHO_REPLY = 10;
const LAST_CODE = 11;
const CODE_REJECT = 7;

export interface LcpWish {
  readonly options: readonly Option[];
  /** Option types that are rejected. */
  readonly rejects: readonly number[];
  /** What is suggested in an option's place; undefined: it is fine. */
  readonly suggest: (option: Option) => readonly number[] | undefined;
}

export interface LcpUser {
  /** The first of a new negotiation, and after each refusal. */
  wish(): LcpWish;
  up(now: Millis): void;
  down(): void;
  over(why: string): void;
  send(information: readonly number[]): void;
}

export const accmOf = (options: readonly Option[]): number => {
  const value = options.find(({ type }) => type === Lcp.ACCM)?.value;
  return value === undefined ? DEFAULT_ACCM : (u16(value, 0) * 0x10000 + u16(value, 2)) >>> 0;
};

export const has = (options: readonly Option[], type: number): boolean =>
  options.some((option) => option.type === type);

export class LcpLayer {
  readonly negotiator: Negotiator;
  readonly #user: LcpUser;
  #accm: number | undefined;
  readonly #dropped = new Set<number>();

  constructor(user: LcpUser, firstId?: number) {
    this.#user = user;
    const side = {
      ask: () => this.#ask(),
      judge: (options: readonly Option[]) => this.#judge(options),
      refused: (code: 3 | 4, options: readonly Option[]) => this.#refused(code, options),
      up: (now: Millis) => user.up(now),
      down: () => user.down(),
      over: (why: string) => user.over(why),
      send: (octets: readonly number[]) => user.send(octets),
    };
    this.negotiator = new Negotiator(side, firstId);
  }

  get isOpened(): boolean {
    return this.negotiator.state === 'opened';
  }

  open(now: Millis): void {
    this.#dropped.clear();
    this.#accm = undefined;
    this.negotiator.open(now);
  }

  receive(octets: readonly number[], now: Millis): void {
    if (this.negotiator.receive(octets, now)) return;
    const [code = 0, id = 0] = octets;
    if (code === ECHO_REQUEST && this.isOpened) {
      const magic = this.negotiator.ours.find(({ type }) => type === Lcp.MAGIC)?.value;
      this.#user.send(
        packet(ECHO_REPLY, id, [...(magic ?? [0, 0, 0, 0]), ...dataOf(octets).slice(4)]),
      );
    } else if (code === 0 || code > LAST_CODE) {
      this.#user.send(packet(CODE_REJECT, 1, octets.slice(0, 64)));
    }
  }

  #ask(): readonly Option[] {
    return this.#user.wish().options.flatMap((option) => {
      if (this.#dropped.has(option.type)) return [];
      const isAccm = option.type === Lcp.ACCM && this.#accm !== undefined;
      return [isAccm ? { ...option, value: split32(this.#accm ?? 0) } : option];
    });
  }

  #judge(options: readonly Option[]): Answer {
    const { rejects, suggest } = this.#user.wish();
    const bad = options.filter(({ type }) => rejects.includes(type));
    if (bad.length > 0) return { code: 4, options: bad };
    const better = options.flatMap((option) => {
      const value = suggest(option);
      return value === undefined ? [] : [{ type: option.type, value }];
    });
    return better.length > 0 ? { code: 3, options: better } : { code: 2, options };
  }

  #refused(code: 3 | 4, options: readonly Option[]): void {
    for (const { type, value } of options) {
      if (code === 3 && type === Lcp.ACCM) {
        this.#accm = (accmOf([{ type, value }]) | (this.#accm ?? 0)) >>> 0;
      } else if (code === 4) this.#dropped.add(type);
    }
  }
}
