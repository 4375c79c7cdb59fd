import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { AddressBook } from '../../../src/role/lns/address-book.ts';

interface Caller {
  readonly name: string;
}
const caller = (name: string): Caller => ({ name });
const [ANNE, BERT, CARL] = ['Anne', 'Bert', 'Carl'].map(caller) as [Caller, Caller, Caller];
const LOW = 0x0a4d010a; // 10.77.1.10
const OURS = 0x0a4d0001;

const book = (size = 2, gap = 0) =>
  new AddressBook<Caller>(
    [
      {
        name: 'default',
        ranges: [
          { low: LOW, high: LOW + size - 1 },
          { low: LOW + size + gap, high: LOW + size + gap },
        ],
      },
    ],
    [OURS],
  );

describe('role/lns/address-book (RFC 1332 §3.3)', () => {
  it('gives each caller another address of the pool, and none when all are taken', () => {
    const addresses = book();
    assert.equal(addresses.allocate('default', ANNE), LOW);
    assert.equal(addresses.allocate('default', BERT), LOW + 1);
    assert.equal(addresses.allocate('default', CARL), LOW + 2);
    assert.equal(addresses.allocate('default', caller('Dora')), undefined);
    assert.equal(addresses.size, 3);
  });

  it('leaves who has one of the pool with it, though no other is free', () => {
    const addresses = book(1);
    addresses.allocate('default', ANNE);
    addresses.allocate('default', BERT);
    assert.equal(addresses.allocate('default', ANNE), LOW);
    assert.equal(addresses.size, 2);
  });

  it('lets an address rest before it gives it again', () => {
    const addresses = book();
    addresses.allocate('default', ANNE);
    addresses.release(ANNE);
    assert.equal(addresses.allocate('default', BERT), LOW + 1);
  });

  it('knows no pool of another name', () => {
    assert.equal(book().allocate('dialin', ANNE), undefined);
  });

  it('lets nobody have what another has [IPCP-3.3-06]', () => {
    const addresses = book();
    assert(addresses.claim(LOW, ANNE));
    assert(!addresses.claim(LOW, BERT));
    assert(addresses.claim(LOW, ANNE), 'its own once more');
    assert.equal(addresses.allocate('default', BERT), LOW + 1, 'the pool passes over it');
    addresses.release(ANNE);
    assert(addresses.claim(LOW, CARL));
  });

  it('takes the first back from who claims a second', () => {
    const addresses = book();
    addresses.claim(LOW, ANNE);
    addresses.claim(LOW + 5, ANNE);
    assert.equal(addresses.size, 1);
    assert(addresses.claim(LOW, BERT));
  });

  for (const [address, what] of [
    [0, '0.0.0.0'],
    [0x00000001, 'of network 0'],
    [0x7f000001, 'loopback'],
    [0xe0000001, 'multicast'],
    [0xffffffff, 'the broadcast'],
    [OURS, 'our own'],
  ] as const) {
    it(`lets nobody claim ${what}`, () => assert(!book().claim(address, ANNE)));
  }

  it('counts what of a pool is in use, whoever chose it', () => {
    const addresses = book(2, 3);
    addresses.claim(LOW + 1, ANNE);
    addresses.claim(LOW + 3, BERT); // in the gap
    const [pool] = addresses.pools();
    assert.deepEqual([pool?.addresses, pool?.inUse], [3, 1]);
    addresses.release(ANNE);
    assert.equal(addresses.pools()[0]?.inUse, 0);
  });

  it('never gives an address twice, whatever comes in whatever order', () => {
    const people = ['a', 'b', 'c', 'd'].map(caller);
    const order = fc.record({
      who: fc.integer({ min: 0, max: 3 }),
      what: fc.constantFrom('claim', 'allocate', 'release'),
      address: fc.integer({ min: LOW - 1, max: LOW + 4 }),
    });
    fc.assert(
      fc.property(fc.array(order), (orders) => {
        const addresses = book();
        const has = new Map<Caller, number>();
        for (const { who, what, address } of orders) {
          const owner = people[who] ?? ANNE;
          if (what === 'release') {
            addresses.release(owner);
            has.delete(owner);
            continue;
          }
          const got =
            what === 'allocate'
              ? addresses.allocate('default', owner)
              : addresses.claim(address, owner)
                ? address
                : undefined;
          if (got !== undefined) has.set(owner, got);
        }
        assert.equal(new Set(has.values()).size, has.size);
        assert.equal(addresses.size, has.size);
      }),
    );
  });
});
