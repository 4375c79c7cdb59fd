import { strict as assert } from 'node:assert';
import {
  ackRcvd,
  ackSent,
  CALLER_REQUEST,
  lcp,
  MAGIC,
  OUR_REQUEST,
  reqSent,
  World,
} from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;

describe('control/ppp/lcp: what else comes (RFC 1661 §5.5 to §5.9)', () => {
  it('rejects unknown codes with a copy and a fresh Identifier [LCP-5-01, LCP-5.6-01]', () => {
    const world = ackSent();
    world.lcp(`${lcp(14, 7, 'aabb')}0000`);
    world.lcp(lcp(0, 8));
    assert.deepEqual(world.takeHex(), [lcp(7, 2, lcp(14, 7, 'aabb')), lcp(7, 3, lcp(0, 8))]);
  });

  it('never sends more than the caller’s MRU [LCP-5.6-01, LCP-5.7-01, LCP-5-04, LCP-2-01]', () => {
    const world = World.opened({}, '01040080');
    world.take();
    world.lcp(lcp(14, 7, 'aa'.repeat(600)));
    world.frame(0xc025, 'bb'.repeat(600));
    world.lcp(lcp(9, 9, '00000000'.repeat(150)));
    const sent = world.takeHex();
    assert.deepEqual(
      sent.map((hex) => [hex.slice(0, 2), hex.length / 2]),
      [
        ['07', 128],
        ['08', 128],
        ['0a', 128],
      ],
    );
  });

  it('ends on a Code-Reject of codes 1 to 7, not of others [LCP-4.3-06, LCPX-1.1-02]', () => {
    for (let code = 1; code <= 7; code++) {
      const world = ackSent();
      world.lcp(lcp(7, 1, lcp(code, 1)));
      assert.equal(world.why(), 'protocol refused', `code ${code}`);
    }
    const world = ackSent();
    for (const rejected of [lcp(12, 1), lcp(0, 1), '']) world.lcp(lcp(7, 1, rejected));
    assert.deepEqual([world.why(), world.takeHex()], [undefined, []]);
  });

  it('terminates an open link on it [LCP-4.3-06, LCP-5.6-02]', () => {
    const world = World.opened();
    world.take();
    world.lcp(lcp(7, 1, lcp(1, 1)));
    assert.deepEqual(world.takeHex(), [lcp(5, 2)]);
    world.advance(60_000);
    assert.equal(world.why(), 'protocol refused');
  });

  it('sends no more of a code that was rejected [LCP-4.3-05]', () => {
    const world = World.opened();
    world.take();
    world.lcp(lcp(9, 1, '00000000'));
    assert.equal(world.take().length, 1);
    world.lcp(lcp(7, 1, lcp(10, 1)));
    world.lcp(lcp(9, 2, '00000000'));
    assert.deepEqual(world.takeHex(), []);
  });

  it('answers an Echo-Request in Opened with our magic number [LCP-5.8-01, LCP-6.4-07]', () => {
    const world = World.opened();
    world.take();
    world.lcp(lcp(9, 77, '6ee4e865 0102030405'));
    assert.deepEqual(world.takeHex(), [lcp(10, 77, `${MAGIC} 0102030405`)]);
  });

  it('answers it with zero where its magic number was rejected [LCP-6.4-06, LCP-6.4-07]', () => {
    const world = ackSent();
    world.lcp(lcp(4, 1, `0506${MAGIC}`));
    world.ackOurs();
    world.take();
    world.lcp(lcp(9, 1, `${MAGIC}`));
    assert.deepEqual(world.takeHex(), [lcp(10, 1, '00000000')]);
  });

  it('drops Echo, Discard and the rest elsewhere, or too short [LCP-5.8-02, LCP-5.9-01]', () => {
    const world = ackSent();
    for (const code of [9, 10, 11, 12, 13]) world.lcp(lcp(code, 1, '6ee4e865 00000001'));
    world.lcp(lcp(2, 1, OUR_REQUEST));
    world.take();
    world.lcp(lcp(9, 1, '6ee4e8'));
    world.lcp(lcp(13, 1, '6ee4e865 000000'));
    world.lcp(lcp(10, 1, '6ee4e865'));
    world.lcp(lcp(11, 1, '6ee4e865 ffff'));
    assert.deepEqual(world.takeHex(), []);
  });

  it('logs an Identification, printable and short [LCPX-1.1-01, LCPX-1.1-04]', () => {
    const world = World.opened();
    world.take();
    world.lcp(lcp(12, 1, `00000000 4d5352415356 07 1b ff ${'41'.repeat(300)}`));
    world.lcp(lcp(12, 2, '000000'));
    assert.deepEqual(world.takeHex(), []);
    const [note] = world.notes();
    assert.equal(note, `Identification "MSRASV???${'A'.repeat(119)}"`);
  });

  it('takes Time-Remaining without a word [LCPX-1.2-01, LCPX-1.2-02]', () => {
    const world = World.opened();
    world.take();
    world.lcp(lcp(13, 1, '6ee4e865 0000003c'));
    assert.deepEqual([world.takeHex(), world.notes()], [[], []]);
  });

  it('drops bad packets without any effect [LCP-5-03, LCP-6-05]', () => {
    const world = ackSent();
    const before = world.link.deadline();
    for (const hex of ['', '01', '010100', '01010003', '0101000a0506', lcp(1, 9, '0501')]) {
      world.lcp(hex);
    }
    assert.deepEqual([world.takeHex(), world.link.deadline()], [[], before]);
    const reasons = ['Truncated', 'Truncated', 'Truncated', 'BadLength', 'Truncated', 'BadOption'];
    assert.deepEqual(
      world.notes(),
      reasons.map((reason) => `packet dropped, ${reason}`),
    );
  });

  it('takes 1500 octets after it has asked for less [LCP-6.1-01]', () => {
    const world = World.opened({ mruOctets: 576 });
    world.take();
    world.lcp(lcp(9, 1, `6ee4e865 ${'55'.repeat(1492)}`));
    assert.deepEqual(
      world.takeHex().map((hex) => hex.length / 2),
      [1500],
    );
  });

  it('notes a magic number of neither side [LCP-6.4-08]', () => {
    const world = World.opened();
    world.take();
    world.lcp(lcp(9, 1, '12345678'));
    assert.match(world.notes().at(-1) ?? '', /neither side/);
    assert.equal(world.take().length, 1);
  });
});

describe('control/ppp/lcp: ends (RFC 1661 §3.7, §5.5)', () => {
  it('answers a Terminate-Request and holds the line 3 s [LCP-3.7-02, LCP-4.4-02]', () => {
    const world = World.opened();
    world.take();
    world.lcp(lcp(5, 42, '55736572'));
    assert.deepEqual(world.takeHex(), [lcp(6, 42)]);
    world.advance(2_999);
    assert.equal(world.why(), undefined);
    world.advance(1);
    assert.equal(world.why(), 'caller terminated');
    assert.deepEqual(world.take(), []);
  });

  it('answers its repeats, and after the end as well [LCP-5.5-02]', () => {
    const world = World.opened();
    world.lcp(lcp(5, 42));
    world.take();
    world.advance(2_000);
    world.lcp(lcp(5, 43));
    world.advance(2_000);
    world.lcp(lcp(5, 44));
    assert.deepEqual(world.takeHex(), [lcp(6, 43), lcp(6, 44)]);
    assert.equal(world.all('terminated').length, 1);
  });

  it('answers it in every state [LCP-5.5-02, LCP-4.3-04]', () => {
    for (const world of [World.up(), reqSent(), ackRcvd(), ackSent()]) {
      world.lcp(lcp(5, 7));
      assert.deepEqual(world.takeHex(), [lcp(6, 7)]);
      // It is no Close: the caller may begin anew.
      world.lcp(lcp(1, 8, CALLER_REQUEST));
      assert.equal(world.takeHex().at(-1), lcp(2, 8, CALLER_REQUEST));
    }
  });

  it('is Closed after the end: Terminate-Ack to a request, nothing to an Ack [LCP-4.2-01]', () => {
    const world = World.opened();
    world.lcp(lcp(5, 42));
    world.advance(3_000);
    world.take();
    world.lcp(lcp(1, 43, CALLER_REQUEST));
    assert.deepEqual(world.takeHex(), [lcp(6, 43)]);
    world.lcp(lcp(6, 44));
    assert.deepEqual(world.takeHex(), []);
    assert.equal(world.link.deadline(), NEVER);
    assert.equal(world.all('terminated').length, 1);
  });

  it('closes by two Terminate-Requests, 3 s apart [LCP-5.5-01, LCP-4.4-01, LCP-3.7-03]', () => {
    const world = World.opened();
    world.take();
    world.handle({ kind: 'close' });
    world.advance(60_000);
    assert.deepEqual(
      world.take().map(({ at, hex }) => [at, hex]),
      [
        [0, lcp(5, 2)],
        [3_000, lcp(5, 2)],
      ],
    );
    assert.equal(world.why(), 'closed by us');
    assert.equal(world.now, 60_000);
  });

  it('is done at the Ack, not at another one [LCP-3.7-03, LCP-5-02]', () => {
    const world = World.opened();
    world.handle({ kind: 'close' });
    world.lcp(lcp(6, 1));
    assert.equal(world.why(), undefined);
    world.lcp(lcp(6, 2));
    assert.equal(world.why(), 'closed by us');
  });

  it('takes a Terminate-Ack for a caller without LCP in Opened [LCP-4.3-02]', () => {
    const world = World.opened();
    world.take();
    world.lcp(lcp(6, 99));
    assert.deepEqual(world.takeHex(), [lcp(1, 2, OUR_REQUEST)]);
  });

  it('closes a link that is not up: at once while it listens, by LCP later', () => {
    const listening = World.up();
    listening.handle({ kind: 'close' });
    assert.equal(listening.why(), 'closed by us');
    assert.deepEqual(listening.takeHex(), []);
    const asking = ackSent();
    asking.handle({ kind: 'close' });
    assert.deepEqual(asking.takeHex(), [lcp(5, 2)]);
    asking.handle({ kind: 'close' });
    asking.lcp(lcp(6, 2));
    assert.equal(asking.all('terminated').length, 1);
  });

  it('drops what is not LCP meanwhile, and requests too [LCP-3.7-01]', () => {
    const world = World.answered();
    world.handle({ kind: 'close' });
    world.take();
    world.frame(0x8021, lcp(1, 1));
    world.frame(0xc025, '00');
    world.lcp(lcp(1, 9, CALLER_REQUEST));
    assert.deepEqual(world.takeHex(), []);
    assert.equal(world.all('held').length, 0);
  });
});

describe('control/ppp/lcp: a looped line (RFC 1661 §6.4)', () => {
  /** Everything that we send comes back. */
  const loop = (world: World): number => {
    let rounds = 0;
    for (; rounds < 100; rounds++) {
      const sent = world.take();
      if (sent.length === 0) break;
      for (const { hex } of sent) world.lcp(hex);
    }
    return rounds;
  };

  it('is given up after five rounds of our own magic number [LCP-6.4-03, LCP-6.4-04]', () => {
    const world = World.up();
    world.advance(1_500);
    assert.ok(loop(world) < 20);
    assert.equal(world.why(), 'line looped');
    const requests = world.trace().filter((line) => line.startsWith('O 1'));
    assert.equal(requests.length, 5);
    // Each round a Nak, and only its echo brings the next request, with a new number.
    assert.equal(world.trace().filter((line) => line.startsWith('O 3')).length, 4);
  });

  it('is none when the caller suggests a number of its own [LCP-6.4-04]', () => {
    const world = World.up();
    world.advance(1_500);
    world.take();
    const magicIn = (hex = ''): string => /0506(.{8})/.exec(hex)?.[1] ?? '';
    for (let round = 1; round <= 4; round++) {
      world.lcp(lcp(1, round, `0506${MAGIC}`));
      const [nak] = world.takeHex();
      assert.match(nak ?? '', /^03/);
      assert.notEqual(magicIn(nak), MAGIC);
    }
    world.lcp(lcp(3, 1, '050611111111'));
    const [request] = world.takeHex();
    assert.match(request ?? '', /^01/);
    assert.notEqual(magicIn(request), MAGIC);
    for (let round = 5; round <= 8; round++) {
      world.lcp(lcp(1, round, `0506${magicIn(request)}`));
    }
    assert.ok(
      world.takeHex().every((hex) => hex.startsWith('03')),
      'the count began anew',
    );
  });

  it('is seen by Echoes, too, and those are not answered [LCP-6.4-08, LCP-6.4-09]', () => {
    const world = World.opened();
    world.take();
    for (let count = 1; count < 5; count++) {
      world.lcp(lcp(9, count, MAGIC));
      assert.deepEqual(world.takeHex(), []);
    }
    world.lcp(lcp(11, 5, MAGIC));
    assert.deepEqual(world.takeHex(), [lcp(5, 2)]);
    world.lcp(lcp(6, 2));
    assert.equal(world.why(), 'line looped');
  });

  it('is forgotten at the caller’s own number [LCP-6.4-08]', () => {
    const world = World.opened();
    world.take();
    for (let count = 0; count < 20; count++) {
      world.lcp(lcp(10, count, count % 4 === 3 ? '6ee4e865' : MAGIC));
    }
    assert.deepEqual(world.takeHex(), []);
  });

  it('asks with a random number that is never zero [LCP-6.4-01]', () => {
    const zero = { octets: (count: number) => new Uint8Array(count) };
    const world = new World({}, zero);
    world.handle({ kind: 'up', quietMs: 0 });
    world.lcp(lcp(1, 1));
    assert.match(world.takeHex()[0] ?? '', /050600000001/);
  });
});
