import { strict as assert } from 'node:assert';
import { Lcp } from '../../../src/control/ppp/lcp.ts';
import type { PppLinkOut } from '../../../src/control/ppp/link-port.ts';
import {
  CALLER_REQUEST,
  CountingRandom,
  lcp,
  MAGIC,
  OPTIONS,
  OUR_REQUEST,
  World,
} from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** We have asked and been asked, and took the caller's request: Ack-Sent. */
const ackSent = (): World => {
  const world = World.up();
  world.lcp(lcp(1, 1, CALLER_REQUEST));
  world.take();
  return world;
};
/** We have asked, and the caller's request was refused: Req-Sent. */
const reqSent = (): World => {
  const world = World.up();
  world.lcp(lcp(1, 1, '0304c023'));
  world.take();
  return world;
};
const ackRcvd = (): World => {
  const world = reqSent();
  world.lcp(lcp(2, 1, OUR_REQUEST));
  return world;
};

describe('control/ppp/lcp: opening (RFC 1661 §4, §5.1)', () => {
  it('asks on the caller’s request and answers it [LCP-5.1-03, LCP-3.5-01, LCP-5.1-01]', () => {
    const world = World.up();
    world.lcp(lcp(1, 118, CALLER_REQUEST));
    assert.deepEqual(world.takeHex(), [lcp(1, 1, OUR_REQUEST), lcp(2, 118, CALLER_REQUEST)]);
  });

  it('asks for what is not the default only [LCP-5.1-01, LCP-6-01, LCP-6.2-01]', () => {
    const world = World.up({ mruOctets: 1400, accm: 0x000a0000, authentication: ['pap'] });
    world.lcp(lcp(1, 1));
    const wanted = `01040578 0206000a0000 0304c023 0506${MAGIC} 0702 0802`;
    assert.equal(world.takeHex()[0], lcp(1, 1, wanted));
    const plain = World.up({ accm: 0xffffffff, authentication: [] });
    plain.lcp(lcp(1, 1));
    assert.equal(plain.takeHex()[0], lcp(1, 1, `0506${MAGIC} 0702 0802`));
  });

  it('opens by the caller’s Ack, and by ours after it', () => {
    const first = ackSent();
    first.lcp(lcp(2, 1, OUR_REQUEST));
    assert.ok(first.trace().includes('state Open'));
    const second = ackRcvd();
    second.lcp(lcp(1, 2, CALLER_REQUEST));
    assert.ok(second.trace().includes('state Open'));
  });

  it('sends exactly ten requests, 3 s apart, then ends [LCP-4.3-01, LCP-4.4-01]', () => {
    const world = World.up();
    world.advance(60_000);
    const sent = world.take();
    assert.deepEqual(
      sent.map(({ at }) => at),
      Array.from({ length: 10 }, (_, count) => 1_500 + 3_000 * count),
    );
    // A pure retransmission keeps its Identifier.
    assert.deepEqual(new Set(sent.map(({ hex }) => hex)), new Set([lcp(1, 1, OUR_REQUEST)]));
    assert.deepEqual(world.outputs, [{ kind: 'terminated', why: 'no LCP' }]);
    assert.equal(world.link.deadline(), NEVER);
  });

  it('counts anew after a valid reply [LCP-4.4-01]', () => {
    const world = World.up();
    world.advance(1_500 + 3_000 * 8);
    assert.equal(world.take().length, 9);
    world.lcp(lcp(4, 1, '0702'));
    world.advance(60_000);
    assert.equal(world.take().length, 10);
  });

  it('runs the Restart timer only where a time-out can be [LCP-4.1-02]', () => {
    const world = ackSent();
    assert.equal(world.link.deadline(), 3_000);
    world.lcp(lcp(2, 1, OUR_REQUEST));
    world.take();
    // CHAP's retry is the only timer now: its next Challenge comes, and no Configure-Request.
    world.advance(4_000);
    assert.deepEqual(
      world.take().map(({ protocol }) => protocol),
      [0xc223],
    );
  });

  it('starts it by scr, str and zrc only [LCP-4.1-03]', () => {
    const world = reqSent();
    world.advance(2_000);
    world.lcp(lcp(1, 2, CALLER_REQUEST));
    world.lcp(lcp(14, 3));
    world.lcp(lcp(5, 4));
    world.take();
    assert.equal(world.link.deadline(), 3_000);
    world.lcp(lcp(4, 1, '0702'));
    assert.equal(world.link.deadline(), 5_000);
  });

  it('notes an event that cannot be, and stays where it is [LCP-4.4-03]', () => {
    const notes: string[] = [];
    const out: PppLinkOut[] = [];
    const machine = new Lcp(
      OPTIONS,
      new CountingRandom(),
      (event) => event.kind === 'ppp-note' && notes.push(event.text),
      {
        negotiating: () => undefined,
        layerUp: () => undefined,
        layerDown: () => undefined,
        terminating: () => undefined,
        finished: () => undefined,
        protocolRejected: () => undefined,
      },
    );
    machine.down(0, out);
    machine.down(0, out);
    assert.deepEqual(notes, ['event Down cannot be in state Starting']);
    assert.deepEqual([out, machine.deadline()], [[], NEVER]);
  });
});

describe('control/ppp/lcp: replies to our request (RFC 1661 §5.2 to §5.4)', () => {
  it('takes an Ack of this very request only [LCP-5.2-02, LCP-5-02, LCP-4.3-03]', () => {
    for (const ack of [
      lcp(2, 2, OUR_REQUEST),
      lcp(2, 1, OUR_REQUEST.slice(0, -5)),
      lcp(2, 1, OUR_REQUEST.replace(MAGIC, '109d08f3')),
      `${lcp(2, 1, OUR_REQUEST).slice(0, -2)}`,
    ]) {
      const world = ackSent();
      world.lcp(ack);
      assert.deepEqual(world.takeHex(), []);
      assert.ok(!world.trace().includes('state Open'), ack);
      world.lcp(lcp(2, 1, OUR_REQUEST));
      assert.ok(world.trace().includes('state Open'));
    }
  });

  it('drops a second reply to the same request, and notes it [LCP-4.3-03]', () => {
    const world = ackRcvd();
    for (const reply of [lcp(2, 1, OUR_REQUEST), lcp(3, 1, '0702'), lcp(4, 1, '0702')]) {
      world.lcp(reply);
      assert.deepEqual(world.takeHex(), []);
      assert.match(world.notes().at(-1) ?? '', /out of sequence/);
    }
    world.lcp(lcp(1, 2, CALLER_REQUEST));
    world.take();
    world.lcp(lcp(2, 1, OUR_REQUEST));
    assert.deepEqual(world.takeHex(), [], 'in Opened, too');
  });

  it('changes the Identifier after a valid reply [LCP-5.1-02]', () => {
    const world = ackRcvd();
    world.advance(3_000);
    assert.deepEqual(world.takeHex(), [lcp(1, 2, OUR_REQUEST)]);
  });

  it('asks no more for what was rejected [LCP-5.4-03]', () => {
    const world = ackSent();
    world.lcp(lcp(4, 1, '020600000000 0702 0802'));
    assert.deepEqual(world.takeHex(), [lcp(1, 2, `0305c22305 0506${MAGIC}`)]);
    const large = World.up({ mruOctets: 1400 });
    large.lcp(lcp(1, 1, CALLER_REQUEST));
    large.lcp(lcp(4, 1, '01040578'));
    assert.equal(large.takeHex().at(-1), lcp(1, 2, OUR_REQUEST));
  });

  it('drops a Reject of what was not asked [LCP-5.4-03]', () => {
    for (const options of [
      '01040578', // never asked
      '020600000001', // another value
      '0802 0702', // not our order
      '0702 0702', // twice
      '0702 08', // no options
      '',
    ]) {
      const world = ackSent();
      world.lcp(lcp(4, 1, options));
      assert.deepEqual(world.takeHex(), [], options);
    }
    const old = ackSent();
    old.lcp(lcp(4, 9, '0702'));
    assert.deepEqual(old.takeHex(), [], 'another Identifier');
  });

  it('adds to its ACCM what the caller needs [LCP-5.3-04]', () => {
    const world = ackSent();
    world.lcp(lcp(3, 1, '0206000a0000'));
    const wanted = OUR_REQUEST.replace('020600000000', '0206000a0000');
    assert.deepEqual(world.takeHex(), [lcp(1, 2, wanted)]);
    world.ackOurs();
    assert.equal(world.all('framing')[0]?.framing.receiveAccm, 0x000a0000);
  });

  it('takes up a smaller MRU, and the default instead of what it cannot use [LCP-5.3-04]', () => {
    for (const [suggested, asked] of [
      ['01040400', '01040400'],
      ['010405dc', ''],
      ['01040010', ''],
      ['0103ff', ''], // a changed length
    ] as const) {
      const world = World.up({ mruOctets: 1400 });
      world.lcp(lcp(1, 1, CALLER_REQUEST));
      world.lcp(lcp(3, 1, suggested));
      assert.equal(world.takeHex().at(-1), lcp(1, 2, `${asked} ${OUR_REQUEST}`), suggested);
    }
  });

  it('copes with lengths it did not send, and with wishes [LCP-5.3-04]', () => {
    const world = ackSent();
    // ACCM and magic number of odd lengths, PFC with a value; MRU and callback were not asked.
    world.lcp(lcp(3, 1, '0203ff 050401ff 070301 01040400 0d0306'));
    assert.deepEqual(world.takeHex(), [lcp(1, 2, '020600000000 0305c22305 0506109d08f2 0802')]);
  });

  it('gives up its MRRU and its discriminator when asked to change them [MP-5.1.3-02]', () => {
    const world = World.up({ multilink: true });
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    const multilink = `${OUR_REQUEST} 110405f4 1309013533 30302d31`;
    assert.equal(world.takeHex()[0], lcp(1, 1, multilink));
    world.lcp(lcp(3, 1, '130300'));
    assert.deepEqual(world.takeHex(), [lcp(1, 2, `${OUR_REQUEST} 110405f4`)]);
    world.lcp(lcp(3, 2, '110405dc'));
    assert.deepEqual(world.takeHex(), [lcp(1, 3, OUR_REQUEST)]);
  });

  it('cuts a long name of ours to what class 1 holds [MP-5.1.3-04]', () => {
    const world = World.up({ multilink: true, chapHostname: 'a'.repeat(30) });
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    assert.match(world.takeHex()[0] ?? '', /131701(61){20}$/);
  });

  it('stops when refusals lead nowhere [LCP-4.5-01]', () => {
    const world = ackSent();
    for (let count = 1; count <= 20; count++) {
      world.lcp(lcp(3, count, '020600000000'));
      assert.equal(world.take().length, 1, `refusal ${count}`);
    }
    world.lcp(lcp(3, 21, '020600000000'));
    assert.deepEqual(world.takeHex(), [lcp(5, 22)]);
    world.lcp(lcp(6, 22));
    assert.equal(world.why(), 'LCP did not converge');
  });
});

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
