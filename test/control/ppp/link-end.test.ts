import { strict as assert } from 'node:assert';
import { CALLER_REQUEST, hexOf, lcp, RESPONSE_VALUE, World } from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;
const PAP = 0xc023;
const LQR = 0xc025;
const CHAP = 0xc223;
const IPCP = 0x8021;
const RESPONSE = `10${RESPONSE_VALUE}323530302d31`;

describe('control/ppp/link: between the response and ICCN (ppp.md §13)', () => {
  it('answers Echoes, swallows PAP and CHAP, holds the rest [PPP-L-05]', () => {
    const world = World.answered();
    world.lcp(lcp(9, 3, '6ee4e865'));
    assert.equal(world.take().length, 1);
    world.frame(CHAP, lcp(2, 1, RESPONSE));
    world.frame(PAP, lcp(1, 1, '0161 0162'));
    world.frame(IPCP, lcp(1, 1));
    world.frame(LQR, '00');
    assert.deepEqual(world.take(), []);
    assert.deepEqual(
      world.all('held').map(({ protocol, information }) => [protocol, hexOf(information)]),
      [
        [IPCP, lcp(1, 1)],
        [LQR, '00'],
      ],
    );
    assert.equal(world.all('authenticated').length, 1);
    assert.equal(world.link.deadline(), NEVER);
  });

  it('starts over at a Configure-Request and says that its word is stale [PPP-L-05]', () => {
    const world = World.answered();
    world.lcp(lcp(1, 2, '0506aabbccdd'));
    assert.equal(world.all('restarted').length, 1);
    world.ackOurs();
    world.frame(CHAP, lcp(2, 2, `10${'77'.repeat(16)}62`));
    const told = world.all('authenticated')[1];
    assert.equal(hexOf(told?.lcp.initialReceivedConfreq ?? Uint8Array.of()), '0506aabbccdd');
    assert.equal(hexOf(told?.auth?.name ?? Uint8Array.of()), '62');
    assert.equal(told?.auth?.id, 2);
    assert.deepEqual(
      world.outputs.map(({ kind }) => kind),
      ['framing', 'authenticated', 'framing', 'restarted', 'framing', 'authenticated'],
    );
  });

  it('gives the second LCP 60 s of its own [LCP-4.5-01]', () => {
    const world = World.answered();
    world.now = 50_000;
    world.lcp(lcp(1, 2, '0506aabbccdd'));
    world.advance(27_000);
    assert.equal(world.why(), undefined);
    world.ackOurs();
    assert.ok(world.trace().at(-1)?.startsWith('O auth 1'));
  });

  it('abandons the call at a Terminate-Request, and answers it [PPP-L-06]', () => {
    const world = World.answered();
    world.lcp(lcp(5, 9));
    assert.deepEqual(world.takeHex(), [lcp(6, 9)]);
    assert.equal(world.all('restarted').length, 1, 'at once, not when the line may go');
    assert.deepEqual(world.trace().slice(-3), [
      'I 5 [Open] id 9',
      'phase TERMINATING',
      'O 6 [Open] id 9',
    ]);
    world.frame(IPCP, lcp(1, 1));
    world.advance(3_000);
    assert.equal(world.why(), 'caller terminated');
    assert.equal(world.all('held').length, 0);
  });

  it('says nothing of that when we close', () => {
    const world = World.answered();
    world.handle({ kind: 'close' });
    world.advance(10_000);
    assert.deepEqual(
      world.outputs.map(({ kind }) => kind),
      ['framing', 'authenticated', 'framing', 'terminated'],
    );
    world.handle({ kind: 'close' });
    assert.equal(world.all('terminated').length, 1);
  });
});

describe('control/ppp/link: forwarded and down', () => {
  it('is silent for ever after ICCN [PPP-L-04]', () => {
    const world = World.answered();
    const before = world.outputs.length;
    world.handle({ kind: 'forwarded' });
    for (let code = 0; code < 15; code++) world.lcp(lcp(code, 1, '6ee4e865 00000000'));
    world.lcp(lcp(1, 9, CALLER_REQUEST));
    for (const protocol of [CHAP, PAP, IPCP, LQR, 0x0120]) world.frame(protocol, lcp(1, 1));
    world.handle({ kind: 'timer' });
    world.handle({ kind: 'close' });
    world.advance(600_000);
    assert.deepEqual(world.take(), []);
    assert.equal(world.outputs.length, before);
    assert.equal(world.link.deadline(), NEVER);
  });

  it('keeps no retry of a challenge running behind it', () => {
    const world = World.opened();
    world.take();
    world.handle({ kind: 'forwarded' });
    world.advance(600_000);
    assert.deepEqual(world.take(), []);
  });

  it('ends in the order of the seed, each line once', () => {
    const endings: readonly ((world: World) => void)[] = [
      () => undefined,
      (world) => world.handle({ kind: 'close' }),
      (world) => world.lcp(lcp(5, 1)),
      (world) => {
        world.lcp(lcp(5, 1));
        world.advance(3_000);
      },
    ];
    for (const end of endings) {
      const world = World.opened();
      end(world);
      world.handle({ kind: 'down' });
      world.handle({ kind: 'down' });
      const last = world.trace().filter((line) => /TERMINATING|Closed$|DOWN/.test(line));
      assert.deepEqual(last, ['phase TERMINATING', 'state Closed', 'phase DOWN']);
      assert.equal(world.link.deadline(), NEVER);
    }
  });

  it('is dead after that', () => {
    const world = World.opened();
    world.handle({ kind: 'down' });
    world.take();
    const before = world.events.length;
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    world.handle({ kind: 'up', quietMs: 0 });
    world.handle({ kind: 'timer' });
    assert.deepEqual(world.take(), []);
    assert.equal(world.events.length, before);
  });

  it('does nothing when its timer comes early', () => {
    const world = World.up();
    for (const at of [0, 1, 1_499]) {
      world.now = at;
      world.handle({ kind: 'timer' });
    }
    assert.deepEqual(world.take(), []);
  });
});
