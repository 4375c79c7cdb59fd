/** Casts by seed: no value is the seed call's own, names and numbers have other lengths. */
import { Prng } from '../world/prng.ts';
import { type CallerCast, type Cast, type LacCast, type LnsCast, SEED_CAST } from './cast.ts';
import { hex } from './octets.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const LONGEST_NAME = 20;
/** Numbers of E.164 and an escape digit or two. */
const LONGEST_NUMBER = 16;
const LINES = ['Serial', 'Async', 'BRI', 'Group-Async', 'TTY'];
const ETHERNETS = ['Ethernet', 'FastEthernet', 'GigabitEthernet', 'Loopback'];

class Casting {
  readonly #random: Prng;
  /** The seed's values, and what was given out: no two parts are played by one value. */
  readonly #given = new Set(
    [SEED_CAST.lac, SEED_CAST.lns, SEED_CAST.caller, { secret: SEED_CAST.tunnelSecret }].flatMap(
      (part) => Object.values(part).map(String),
    ),
  );

  constructor(seed: number) {
    this.#random = new Prng(seed);
  }

  /** May be the same as another. */
  int(least: number, most: number): number {
    return this.#random.int(least, most);
  }

  number(least: number, most: number): number {
    return Number(this.#once(() => `${this.int(least, most)}`));
  }

  name(): string {
    return this.#once(() => {
      const length = this.int(0, LONGEST_NAME - 1);
      return this.#letters(LETTERS, 1) + this.#letters(`${LETTERS}${DIGITS}-`, length);
    });
  }

  digits(): string {
    return this.#once(() => {
      const length = this.int(0, LONGEST_NUMBER - 1);
      return this.#letters(DIGITS.slice(1), 1) + this.#letters(DIGITS, length);
    });
  }

  secret(): string {
    const letters = `${LETTERS}${DIGITS}!$%&/()=#+*`;
    return this.#once(() => this.#letters(letters, this.int(1, LONGEST_NAME)));
  }

  octets(count: number): string {
    return this.#once(() => hex([...this.#random.octets(count)]));
  }

  address(): string {
    return this.#once(() => {
      const parts = [this.int(11, 126), this.int(0, 255), this.int(0, 255), this.int(1, 254)];
      return parts.join('.');
    });
  }

  interface(types: readonly string[], channels: readonly string[]): string {
    return this.#once(() => {
      const unit = `${this.#random.pick(types)}${this.int(0, 999)}`;
      return `${unit}${this.#random.pick(channels)}`;
    });
  }

  #letters(from: string, count: number): string {
    return Array.from({ length: count }, () => this.#random.pick([...from])).join('');
  }

  #once(draw: () => string): string {
    for (;;) {
      const value = draw();
      if (this.#given.has(value)) continue;
      this.#given.add(value);
      return value;
    }
  }
}

export function castOf(seed: number): Cast {
  const casting = new Casting(seed);
  const laterMs = casting.int(-200_000, 3_600_000);
  return {
    lac: castLac(casting),
    lns: castLns(casting),
    caller: castCaller(casting),
    tunnelSecret: casting.secret(),
    clock: {
      laterMs,
      lnsLaterMs: casting.int(-30_000, 30_000),
      longerMs: casting.int(-9_000, 20_000),
    },
  };
}

function castLac(casting: Casting): LacCast {
  const { lac } = SEED_CAST;
  return {
    hostName: casting.name(),
    chapName: casting.name(),
    address: casting.address(),
    priority: casting.int(2, 99),
    interfaceName: casting.interface(LINES, ['', ':0', ':7', ':30']),
    tunnelId: casting.number(1, 65_535),
    sessionId: casting.number(1, 65_535),
    receiveWindow: casting.number(4, 5_000),
    firmware: lac.firmware,
    challenge: casting.octets(16),
    // Longer than the LNS's, whose StopCCN makes it needless.
    noSessionSeconds: casting.number(25, 600),
    magicNumber: casting.octets(4),
    lcpId: casting.number(1, 254),
    chapId: casting.number(1, 254),
    chapChallenge: casting.octets(16),
    bearerType: casting.int(2, 3),
    txSpeed: casting.number(300, 2_000_000),
    rxSpeed: casting.number(300, 2_000_000),
    callSerial: casting.octets(4),
  };
}

function castLns(casting: Casting): LnsCast {
  const { lns } = SEED_CAST;
  return {
    hostName: casting.name(),
    chapName: casting.name(),
    address: casting.address(),
    tunnelId: casting.number(1, 65_535),
    sessionId: casting.number(1, 65_535),
    receiveWindow: casting.number(4, 5_000),
    firmware: lns.firmware,
    challenge: casting.octets(16),
    noSessionSeconds: casting.number(2, 20),
    chapId: casting.number(2, 254),
    ipcpId: casting.number(2, 254),
    linkAddress: casting.address(),
    virtualAccess: casting.number(2, 900),
    template: casting.number(2, 200),
    unnumbered: casting.interface(ETHERNETS, ['']),
    aaaList: casting.name(),
    pool: casting.name(),
    hardware: casting.octets(6),
  };
}

function castCaller(casting: Casting): CallerCast {
  return {
    name: casting.name(),
    secret: casting.secret(),
    magicNumber: casting.octets(4),
    callingNumber: casting.digits(),
    calledNumber: casting.digits(),
    address: casting.address(),
    lcpId: casting.number(1, 254),
    ipcpId: casting.number(1, 253),
    vjSlots: casting.number(3, 254),
  };
}
