import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { type Echo, readEcho, writeEcho } from './icmp.ts';
import { IpHost } from './ip-host.ts';

const CALLER = 0x0a0a3502;
const SERVER = 0x0a330652;

/** Two hosts on one cable; what each sends is kept, and what it was answered. */
function pair() {
  const packets: number[][] = [];
  const answered: string[] = [];
  const io = {
    send: (packet: readonly number[]) => packets.push([...packet]),
    answered: (from: number, sequence: number, afterMs: number) =>
      answered.push(`${from === SERVER ? 'server' : from}, ${sequence}, ${afterMs} ms`),
  };
  return {
    packets,
    answered,
    caller: new IpHost(CALLER, 1, io),
    server: new IpHost(SERVER, 2, io),
  };
}

const octet = fc.integer({ min: 0, max: 255 });
const address = fc.integer({ min: 0, max: 0xffff_ffff });
const short = fc.integer({ min: 0, max: 0xffff });
const echoes: fc.Arbitrary<Echo> = fc.record(
  {
    type: fc.constantFrom('request', 'reply'),
    source: address,
    destination: address,
    id: short,
    sequence: short,
    payload: fc.array(octet, { maxLength: 70 }),
  },
  { noNullPrototype: true },
);

describe('sim/peers/icmp: echo', () => {
  it('writes a packet as a kernel does', () => {
    const payload = [0x61, 0x62, 0x63];
    const echo = { source: CALLER, destination: SERVER, id: 1, sequence: 2, payload } as const;
    const packet = writeEcho({ type: 'request', ...echo });
    // Both checksums were computed apart, in another language.
    const header = '4500001f00020000' + '40012b4c' + '0a0a35020a330652';
    assert.equal(Buffer.from(packet).toString('hex'), `${header}0800339a00010002616263`);
  });

  it('reads what it has written, and padding behind it', () => {
    fc.assert(
      fc.property(echoes, fc.array(octet, { maxLength: 4 }), (echo, padding) => {
        assert.deepEqual(readEcho([...writeEcho(echo), ...padding]), echo);
      }),
    );
  });

  it('takes no prefix, and no octet changed', () => {
    fc.assert(
      fc.property(echoes, fc.nat(), fc.integer({ min: 1, max: 255 }), (echo, where, change) => {
        const packet = writeEcho(echo);
        for (let end = 0; end < packet.length; end++) {
          assert.equal(readEcho(packet.slice(0, end)), undefined);
        }
        const at = where % packet.length;
        packet[at] = (packet[at] ?? 0) ^ change;
        assert.equal(readEcho(packet), undefined);
      }),
    );
  });
});

describe('sim/peers/ip-host', () => {
  it('answers a ping, and tells its own that it was answered', () => {
    const { packets, answered, caller, server } = pair();
    assert.equal(caller.ping(SERVER, 100), 1);
    server.receive(packets[0] ?? [], 101);
    caller.receive(packets[1] ?? [], 104);
    assert.deepEqual(answered, ['server, 1, 4 ms']);
    assert.deepEqual([server.answers, caller.answers], [1, 0]);
    assert.equal(packets.length, 2);
  });

  it('counts a reply once, and not one that nobody asked for', () => {
    const { packets, answered, caller, server } = pair();
    caller.ping(SERVER, 100);
    server.receive(packets[0] ?? [], 100);
    const reply = readEcho(packets[1] ?? []);
    assert.ok(reply !== undefined);
    const changes = [{ id: 9 }, { sequence: 9 }, { source: 9 }, { payload: [1] }];
    for (const change of changes) caller.receive(writeEcho({ ...reply, ...change }), 101);
    assert.deepEqual(answered, []);
    caller.receive(packets[1] ?? [], 102);
    caller.receive(packets[1] ?? [], 103);
    assert.deepEqual(answered, ['server, 1, 2 ms']);
    assert.equal(caller.strangers, changes.length + 1);
  });

  it('leaves alone what is for others, or no echo', () => {
    const { packets, caller, server } = pair();
    caller.ping(SERVER + 1, 100);
    server.receive(packets[0] ?? [], 100);
    server.receive([0x45, 0, 0, 20], 100);
    assert.equal(packets.length, 1);
    assert.equal(server.strangers, 2);
  });
});
