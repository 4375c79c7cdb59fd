import { strict as assert } from 'node:assert';
import { IpBatch } from '../../../src/device/tun/ip-batch.ts';
import type { IpChild, IpChildEvents } from '../../../src/device/tun/ip-child.ts';
import { World } from '../support/world.ts';

const A = 0x0a000001;
const B = 0xc0000201;
const HEAD = ['link set dev tun0 up mtu 1500', 'route flush dev tun0', 'address flush dev tun0'];

/** In place of the program: remembers its lines, and says what the test has it say. */
class Child implements IpChild {
  readonly lines: string[] = [];
  writes = 0;
  unread = 0;
  isEnded = false;
  readonly events: IpChildEvents;

  constructor(events: IpChildEvents) {
    this.events = events;
  }

  write(lines: string): void {
    this.writes++;
    assert.ok(lines.endsWith('\n'));
    this.lines.push(...lines.slice(0, -1).split('\n'));
  }

  unreadOctets(): number {
    return this.unread;
  }

  end(): Promise<void> {
    this.isEnded = true;
    return Promise.resolve();
  }

  /** That line went wrong. */
  fail(text: string, what: string): void {
    this.events.complained(`${what}\nCommand failed -:${this.lines.lastIndexOf(text) + 1}\n`);
  }
}

describe('device/tun/ip-batch', () => {
  let world: World;
  let children: Child[];
  let log: string[];
  let batch: IpBatch;

  beforeEach(() => {
    world = new World();
    children = [];
    log = [];
    batch = new IpBatch(
      world.scheduler,
      world.wheel,
      'tun0',
      {
        failed: (owner, line, text) => log.push(`${owner}: ${line}: ${text}`),
        ended: ({ code, message }, retryMs) => log.push(`${code} in ${retryMs}: ${message}`),
      },
      (events) => {
        const child = new Child(events);
        children.push(child);
        return child;
      },
    );
  });

  afterEach(async () => {
    await batch.stop();
    await world.close();
  });

  const child = (): Child => {
    const last = children.at(-1);
    assert.ok(last !== undefined);
    return last;
  };

  /** Until what was posted has run. */
  async function turn(): Promise<void> {
    let isDone = false;
    world.scheduler.post(() => {
      isDone = true;
    });
    await world.until(() => isDone);
  }

  it('sets the device up, and takes away what it has from before', async () => {
    await turn();
    assert.deepEqual(child().lines, HEAD);
  });

  it('renders every order, in order, and writes those of a turn at once', async () => {
    await turn();
    child().lines.length = 0;
    child().writes = 0;
    batch.addLocal(A);
    batch.addRoute(B, 1400, 'Virtual-Access1');
    batch.removeRoute(B, 'Virtual-Access1');
    batch.addRoute(B, 576, 'Virtual-Access2');
    batch.removeLocal(A);
    await turn();
    assert.deepEqual(child().lines, [
      'address replace 10.0.0.1/32 dev tun0',
      'route replace 192.0.2.1/32 dev tun0 mtu 1400',
      'route del 192.0.2.1/32 dev tun0',
      'route replace 192.0.2.1/32 dev tun0 mtu 576',
      'address del 10.0.0.1/32 dev tun0',
    ]);
    assert.equal(child().writes, 1);
    assert.deepEqual([batch.counters.lines, batch.counters.starts], [8, 1]);
  });

  it('takes our address away with the last link that had it', async () => {
    await turn();
    child().lines.length = 0;
    for (let links = 0; links < 3; links++) batch.addLocal(A);
    for (let links = 0; links < 2; links++) batch.removeLocal(A);
    await turn();
    assert.deepEqual(child().lines, ['address replace 10.0.0.1/32 dev tun0']);
    batch.removeLocal(A);
    batch.removeLocal(A);
    await turn();
    assert.equal(child().lines.length, 2, 'and not once more');
    batch.addLocal(A);
    await turn();
    assert.equal(child().lines.length, 3);
  });

  it('leaves a route to whoever took it over', async () => {
    await turn();
    child().lines.length = 0;
    batch.addRoute(B, 1400, 'one');
    batch.addRoute(B, 1500, 'two');
    batch.removeRoute(B, 'one');
    batch.removeRoute(A, 'one');
    await turn();
    assert.equal(child().lines.length, 2);
    batch.removeRoute(B, 'two');
    await turn();
    assert.equal(child().lines.at(-1), 'route del 192.0.2.1/32 dev tun0');
  });

  it('tells whose line the kernel refused, and what it said', async () => {
    batch.addRoute(B, 1400, 'one');
    batch.addLocal(A);
    await turn();
    child().fail('route replace 192.0.2.1/32 dev tun0 mtu 1400', 'Error: no.\nMore of it.');
    child().fail('address replace 10.0.0.1/32 dev tun0', 'RTNETLINK answers: No');
    await turn();
    assert.deepEqual(log, [
      'one: route replace 192.0.2.1/32 dev tun0 mtu 1400: Error: no.; More of it.',
      'tun0: address replace 10.0.0.1/32 dev tun0: RTNETLINK answers: No',
    ]);
    assert.equal(batch.counters.failures, 2);
  });

  it('reads complaints that come in pieces, or several at once', async () => {
    await turn();
    const text = 'Cannot find device "tun0"\nCommand failed -:1\nx\nCommand failed -:3\n';
    for (const octet of text) child().events.complained(octet);
    child().events.complained(text);
    await turn();
    const [first, third] = [`tun0: ${HEAD[0]}: Cannot find device "tun0"`, `tun0: ${HEAD[2]}: x`];
    assert.deepEqual(log, [first, third, first, third]);
  });

  it('is not led astray by a number that is no line of ours, nor by endless text', async () => {
    await turn();
    child().events.complained('x\nCommand failed -:0\ny\nCommand failed -:4\n');
    child().events.complained('z'.repeat(100_000));
    child().events.complained('\nCommand failed -:2\n');
    await turn();
    assert.equal(log.length, 1);
    assert.ok((log[0]?.length ?? 0) < 1_200);
    assert.equal(batch.counters.failures, 3);
  });

  it('forgets whose the oldest lines were', async () => {
    for (let n = 0; n < 4_096; n++) batch.addRoute(A + n, 1500, `owner ${n}`);
    await turn();
    child().events.complained('x\nCommand failed -:3\ny\nCommand failed -:4\n');
    child().events.complained('z\nCommand failed -:4099\n');
    await turn();
    assert.deepEqual(
      log.map((line) => line.split(':')[0]),
      ['owner 0', 'owner 4095'],
    );
  });

  it('starts a new one when it dies, and tells it all that is wanted', async () => {
    batch.addLocal(A);
    batch.addRoute(A + 1, 1400, 'one');
    batch.addRoute(B, 1400, 'two');
    await turn();
    const dead = child();
    dead.events.complained('half a line');
    dead.events.ended('SIGKILL');
    await turn();
    assert.deepEqual(log, ['IP_ENDED in 1000: the program `ip` ended (SIGKILL): half a line']);
    dead.lines.length = 0;
    batch.removeRoute(A + 1, 'one');
    batch.addRoute(B, 1500, 'three');
    await turn();
    assert.equal(children.length, 1);
    world.skip(1_000);
    await world.until(() => children.length === 2);
    await turn();
    assert.deepEqual(child().lines, [
      ...HEAD,
      'address replace 10.0.0.1/32 dev tun0',
      'route replace 192.0.2.1/32 dev tun0 mtu 1500',
    ]);
    child().events.complained('no\nCommand failed -:5\nno\nCommand failed -:6\n');
    await turn();
    assert.equal(log.at(-1), `three: ${child().lines[4]}: no`, 'it counts its lines from 1');
    assert.deepEqual([log.length, dead.lines], [2, []]);
  });

  it('waits ever longer for one that cannot live', async () => {
    for (const delay of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const count = children.length;
      child().events.ended('status 1');
      await turn();
      assert.ok(log.at(-1)?.startsWith(`IP_ENDED in ${delay}:`), log.at(-1));
      world.skip(delay - 1);
      await turn();
      assert.equal(children.length, count);
      world.skip(1);
      await world.until(() => children.length === count + 1);
    }
  });

  it('waits no longer than at first for one that has lived for 10 s', async () => {
    child().events.ended('status 1');
    await turn();
    world.skip(1_000);
    await world.until(() => children.length === 2);
    await turn();
    world.skip(10_000);
    child().events.ended('status 1');
    await turn();
    assert.ok(log.at(-1)?.startsWith('IP_ENDED in 1000:'), log.at(-1));
  });

  it('says what must be installed', async () => {
    child().events.ended('ENOENT');
    await turn();
    world.skip(1_000);
    await world.until(() => children.length === 2);
    child().events.complained('ip: unrecognized option: batch\nBusyBox v1.35.0 multi-call\n');
    child().events.ended('status 1');
    await turn();
    world.skip(2_000);
    await world.until(() => children.length === 3);
    child().events.complained('Option "-x" is unknown, try "ip -help".\n');
    child().events.ended('status 255');
    await turn();
    assert.deepEqual(log, [
      'NO_IP in 1000: there is no program `ip`: iproute2 must be installed',
      'IP_WITHOUT_BATCH in 2000: the program `ip` here knows no -batch: iproute2 must be installed',
      'IP_WITHOUT_BATCH in 4000: the program `ip` here knows no -batch: iproute2 must be installed',
    ]);
  });

  it('tells a child that does not read nothing more, and everything once it reads', async () => {
    await turn();
    child().unread = (1 << 23) + 1;
    batch.addRoute(A, 1500, 'one');
    await turn();
    child().lines.length = 0;
    batch.removeRoute(A, 'one');
    batch.addRoute(B, 1500, 'two');
    await turn();
    assert.deepEqual(child().lines, []);
    child().unread = 0;
    child().events.drained();
    await turn();
    await turn();
    assert.deepEqual(child().lines, [...HEAD, 'route replace 192.0.2.1/32 dev tun0 mtu 1500']);
    child().events.complained('no\nCommand failed -:8\n');
    child().events.drained();
    await turn();
    assert.deepEqual(log, ['two: route replace 192.0.2.1/32 dev tun0 mtu 1500: no']);
    assert.equal(child().lines.length, 4, 'once');
  });

  it('stops when the child has been told all, and starts no other', async () => {
    batch.addRoute(B, 1500, 'one');
    await batch.stop();
    assert.equal(child().lines.at(-1), 'route replace 192.0.2.1/32 dev tun0 mtu 1500');
    assert.equal(child().isEnded, true);
    child().events.complained('no\nCommand failed -:1\n');
    child().events.drained();
    child().events.ended('status 0');
    batch.addRoute(A, 1500, 'two');
    await batch.stop();
    await turn();
    world.skip(60_000);
    await turn();
    assert.deepEqual([children.length, log, child().lines.length], [1, [], 4]);
    assert.equal(world.wheel.count(), 0);
  });

  it('stops without a child as well', async () => {
    child().events.ended('SIGKILL');
    await turn();
    await batch.stop();
    assert.equal(world.wheel.running(), 0);
  });
});
