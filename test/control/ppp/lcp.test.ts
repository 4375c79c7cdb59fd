import { strict as assert } from 'node:assert';
import { Lcp } from '../../../src/control/ppp/lcp.ts';
import type { PppLinkOut } from '../../../src/control/ppp/link-port.ts';
import {
  ackRcvd,
  ackSent,
  CALLER_REQUEST,
  CountingRandom,
  lcp,
  MAGIC,
  OPTIONS,
  OUR_REQUEST,
  reqSent,
  World,
} from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;

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
