/**
 * Whole negotiations over virtual time: pppd as it behaves in the lab, with loss of any one packet,
 * random loss both ways, and with garbage.
 */
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { PppLinkIn, PppLinkOut } from '../../../src/control/ppp/link-port.ts';
import { CALLER_REQUEST, lcp, octets, RESPONSE_VALUE, World } from './world.ts';

const LCP = 0xc021;
const CHAP = 0xc223;
const PAP = 0xc023;
const RESTART_MS = 3_000;

/** Decides whether packet `count` of the whole call is lost. */
type Loss = (count: number) => boolean;

/** pppd as a router: asyncmap 0, magic, pcomp, accomp under id 1; once more after 3 s. */
class Caller {
  readonly #world: World;
  readonly #isLost: Loss;
  readonly #authentication: 'chap' | 'pap';
  #count = 0;
  #id = 1;
  #requestAt: number;
  #isAcked = false;
  #hasAcked = false;
  #papAt = Number.POSITIVE_INFINITY;

  constructor(world: World, isLost: Loss, authentication: 'chap' | 'pap', firstAt: number) {
    this.#world = world;
    this.#isLost = isLost;
    this.#authentication = authentication;
    this.#requestAt = firstAt;
  }

  /** Until the LAC has what it wants, or has given up. */
  run(untilMs: number): void {
    const world = this.#world;
    while (world.now < untilMs && world.all('authenticated').length === 0) {
      if (world.why() !== undefined) return;
      if (world.now >= this.#requestAt && !this.#isOpen()) this.#request();
      if (world.now >= this.#papAt) this.#papRequest();
      this.#deliver();
      world.advance(100);
      this.#deliver();
    }
  }

  #isOpen(): boolean {
    return this.#isAcked && this.#hasAcked;
  }

  #request(): void {
    this.#requestAt = this.#world.now + RESTART_MS;
    this.#isAcked = false;
    this.#send(LCP, lcp(1, this.#id, CALLER_REQUEST));
  }

  #papRequest(): void {
    this.#papAt = this.#world.now + RESTART_MS;
    this.#send(PAP, lcp(1, this.#id, '0161 0162'));
  }

  #send(protocol: number, hex: string): void {
    if (!this.#isLost(this.#count++)) this.#world.frame(protocol, hex);
  }

  #deliver(): void {
    for (let sent = this.#world.take(); sent.length > 0; sent = this.#world.take()) {
      for (const { protocol, hex } of sent) {
        if (!this.#isLost(this.#count++)) this.#receive(protocol, hex);
      }
    }
  }

  #receive(protocol: number, hex: string): void {
    const code = Number.parseInt(hex.slice(0, 2), 16);
    if (protocol === CHAP) {
      // FACTS.md: a Challenge before it is open again is thrown away.
      if (!this.#isOpen() || this.#authentication !== 'chap') return;
      this.#send(CHAP, `02${hex.slice(2, 10)}${RESPONSE_VALUE}323530302d31`);
    } else if (code === 1) {
      this.#configureRequest(hex);
    } else if (code === 2 && hex === lcp(2, this.#id, CALLER_REQUEST)) {
      this.#isAcked = true;
      this.#opened();
    }
  }

  #configureRequest(hex: string): void {
    if (this.#authentication === 'pap' && hex.includes('0305c22305')) {
      this.#send(LCP, lcp(3, Number.parseInt(hex.slice(2, 4), 16), '0304c023'));
      return;
    }
    // In Opened it is a restart: pppd goes down and asks anew under the next Identifier.
    const wasOpen = this.#isOpen();
    this.#hasAcked = true;
    this.#send(LCP, `02${hex.slice(2)}`);
    if (wasOpen) {
      this.#id++;
      this.#request();
    } else {
      this.#opened();
    }
  }

  #opened(): void {
    if (this.#isOpen() && this.#authentication === 'pap') this.#papAt = this.#world.now;
  }
}

const call = (isLost: Loss, authentication: 'chap' | 'pap' = 'chap', firstAt = 1_000): World => {
  const world = World.up({}, 400);
  new Caller(world, isLost, authentication, firstAt).run(90_000);
  return world;
};

describe('control/ppp/link and pppd as a router', () => {
  for (const authentication of ['chap', 'pap'] as const) {
    it(`brings up a ${authentication} caller that begins after 1 s, one Challenge at most`, () => {
      const world = call(() => false, authentication);
      assert.equal(world.all('authenticated').length, 1);
      assert.ok(world.now <= 1_300, `${world.now} ms`);
      const challenges = world.trace().filter((line) => line.startsWith('O auth 1'));
      assert.equal(challenges.length, authentication === 'chap' ? 1 : 0);
    });

    it(`brings up a ${authentication} caller that waits for us`, () => {
      const world = call(() => false, authentication, 2_500);
      assert.equal(world.all('authenticated').length, 1);
      assert.ok(world.trace().includes('O 1 [Listen] id 1'));
    });

    // Requests, Acks, Challenge and Response; or a Nak with the next request, and PAP's.
    const packets = authentication === 'chap' ? 6 : 7;
    for (let lost = 0; lost < packets; lost++) {
      it(`survives the loss of packet ${lost + 1}/${packets} of a ${authentication} call`, () => {
        let sent = 0;
        const world = call((count) => {
          sent = count + 1;
          return count === lost;
        }, authentication);
        assert.equal(world.all('authenticated').length, 1);
        assert.ok(sent > packets, 'nothing was sent again');
        assert.ok(world.now <= 15_000, `${world.now} ms`);
      });
    }

    it(`has so many packets in a ${authentication} call`, () => {
      let sent = 0;
      call((count) => {
        sent = count + 1;
        return false;
      }, authentication);
      assert.equal(sent, packets);
    });
  }

  it('survives a third of all packets lost: open and answered, or given up in time', () => {
    let answered = 0;
    const property = fc.property(fc.infiniteStream(fc.nat(2)), (chances) => {
      const world = call(() => chances.next().value === 0);
      answered += world.all('authenticated').length;
      const isOver = world.all('authenticated').length === 1 || world.why() !== undefined;
      assert.ok(isOver, 'neither up nor ended in 90 s');
    });
    fc.assert(property, { numRuns: 60 });
    assert.ok(answered >= 50, `${answered} of 60`);
  });
});

describe('control/ppp/link and anything at all', () => {
  const anyOctet = fc.integer({ min: 0, max: 255 });
  const options = fc.constantFrom(
    '',
    CALLER_REQUEST,
    '0304c023',
    '0501',
    '01040040',
    '0506109d08f2',
  );
  const packet = fc
    .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 4 }), options)
    .map(([code, id, data]) => octets(lcp(code, id, data)));
  const input: fc.Arbitrary<PppLinkIn> = fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('frame' as const),
        protocol: fc.constantFrom(LCP, LCP, LCP, CHAP, PAP, 0x8021, 0xc025, 0x0120),
        information: fc.oneof(packet, fc.uint8Array({ maxLength: 60 })),
      }),
    },
    { weight: 4, arbitrary: fc.constant({ kind: 'timer' as const }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom({ kind: 'close' as const }, { kind: 'forwarded' as const }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom({ kind: 'down' as const }, { kind: 'up' as const, quietMs: 400 }),
    },
  );

  it('never throws, answers little, in LCP and CHAP only [MP-5.1.1-01, LCP-2-01]', () => {
    const step = fc.tuple(input, fc.integer({ min: 0, max: 4_000 }), anyOctet);
    const property = fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const world = new World();
      world.handle({ kind: 'up', quietMs: 0 });
      for (const [what, ms] of steps) {
        world.advance(ms);
        world.take();
        const out: PppLinkOut[] = [];
        world.link.handle(what, world.now, out);
        assert.ok(out.length <= 8, `${out.length} outputs`);
        for (const output of out) {
          if (output.kind !== 'send') continue;
          assert.ok(output.information.length <= 1_500);
          assert.ok(output.protocol === LCP || output.protocol === CHAP);
        }
        if (what.kind === 'timer') assert.ok(world.link.deadline() > world.now);
      }
    });
    fc.assert(property, { numRuns: 400 });
  });

  it('ends by itself whatever came, once it is closed', () => {
    const property = fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
      const world = World.up();
      for (const what of inputs) world.handle(what);
      world.handle({ kind: 'close' });
      world.advance(60_000);
      assert.equal(world.link.deadline(), Number.POSITIVE_INFINITY);
      assert.ok(world.all('terminated').length <= 1);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('tells of one framing after the other, never the defaults twice', () => {
    const property = fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
      const world = World.up();
      for (const what of inputs) world.handle(what);
      const maps = world.all('framing').map(({ framing }) => framing.receivePfc);
      assert.ok(maps.every((isNegotiated, at) => isNegotiated === (at % 2 === 0)));
    });
    fc.assert(property, { numRuns: 300 });
  });
});
