/**
 * Who has which address: `ip local pool`, and what callers brought themselves. No address is ever
 * two callers'. IPCP-3.3-06. Runs once or twice for each call.
 */
import type { IpPool } from '../../config/schema/config.ts';

const LOOPBACK_NETWORK = 127;
/** Class D and E, and the limited broadcast. */
const FIRST_MULTICAST = 224;

interface Pool {
  readonly addresses: number;
  readonly ranges: IpPool['ranges'];
  inUse: number;
  /** Which of its addresses is looked at next: one just given back rests as long as it can. */
  cursor: number;
}

export class AddressBook<Owner extends object> {
  readonly #owners = new Map<number, Owner>();
  readonly #byOwner = new Map<Owner, number>();
  readonly #pools = new Map<string, Pool>();
  readonly #ours: ReadonlySet<number>;

  /** @param ours addresses of this box, which no caller can have */
  constructor(pools: readonly IpPool[], ours: Iterable<number>) {
    this.#ours = new Set(ours);
    for (const { name, ranges } of pools) {
      const addresses = ranges.reduce((sum, { low, high }) => sum + high - low + 1, 0);
      this.#pools.set(name, { addresses, ranges, inUse: 0, cursor: 0 });
    }
  }

  /** @returns whether the owner has it now; what it had before is free then */
  claim(address: number, owner: Owner): boolean {
    const known = this.#owners.get(address);
    if (known === owner) return true;
    if (known !== undefined || !this.#isUsable(address)) return false;
    this.release(owner);
    this.#owners.set(address, owner);
    this.#byOwner.set(owner, address);
    this.#count(address, 1);
    return true;
  }

  /**
   * @returns the next free address of the pool, claimed, or the one of it that the owner has
   * already; undefined when there is none
   */
  allocate(poolName: string, owner: Owner): number | undefined {
    const pool = this.#pools.get(poolName);
    if (pool === undefined) return undefined;
    const known = this.#byOwner.get(owner);
    if (known !== undefined && isIn(pool.ranges, known)) return known;
    for (let tried = 0; tried < pool.addresses; tried++) {
      const address = addressAt(pool.ranges, pool.cursor);
      pool.cursor = (pool.cursor + 1) % pool.addresses;
      if (!this.#owners.has(address) && this.claim(address, owner)) return address;
    }
    return undefined;
  }

  release(owner: Owner): void {
    const address = this.#byOwner.get(owner);
    if (address === undefined) return;
    this.#byOwner.delete(owner);
    this.#owners.delete(address);
    this.#count(address, -1);
  }

  get size(): number {
    return this.#owners.size;
  }

  /** For `show`. */
  pools(): { name: string; ranges: IpPool['ranges']; addresses: number; inUse: number }[] {
    return [...this.#pools].map(([name, { ranges, addresses, inUse }]) => ({
      name,
      ranges,
      addresses,
      inUse,
    }));
  }

  #isUsable(address: number): boolean {
    const network = address >>> 24;
    if (network === 0 || network === LOOPBACK_NETWORK || network >= FIRST_MULTICAST) return false;
    return !this.#ours.has(address);
  }

  #count(address: number, change: number): void {
    for (const pool of this.#pools.values()) {
      if (isIn(pool.ranges, address)) pool.inUse += change;
    }
  }
}

const isIn = (ranges: IpPool['ranges'], address: number): boolean =>
  ranges.some(({ low, high }) => low <= address && address <= high);

function addressAt(ranges: IpPool['ranges'], index: number): number {
  let left = index;
  for (const { low, high } of ranges) {
    if (left <= high - low) return low + left;
    left -= high - low + 1;
  }
  return 0;
}
