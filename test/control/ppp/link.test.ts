import { strict as assert } from 'node:assert';
import { CALLER_REQUEST, hexOf, lcp, OUR_REQUEST, RESPONSE_VALUE, World } from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;
const LCP = 0xc021;
const PAP = 0xc023;
const LQR = 0xc025;
const CHAP = 0xc223;
const EAP = 0xc227;
const IPCP = 0x8021;
const IP = 0x0021;
const RESPONSE = `10${RESPONSE_VALUE}323530302d31`;
const DEFAULTS = {
  sendAccm: 0xffffffff,
  receiveAccm: 0xffffffff,
  receivePfc: false,
  receiveAcfc: false,
};

describe('control/ppp/link: the beginning (RFC 1661 §3.4, HDLC-B-02)', () => {
  it('waits for the caller, then asks after 1.5 s of silence', () => {
    const world = World.up();
    assert.equal(world.link.deadline(), 1_500);
    world.advance(1_499);
    assert.deepEqual(world.take(), []);
    world.advance(1);
    assert.deepEqual(world.takeHex(), [lcp(1, 1, OUR_REQUEST)]);
    assert.ok(world.trace().includes('O 1 [Listen] id 1'));
  });

  it('says nothing while the line settles, then answers what came', () => {
    const world = World.up({}, 400);
    world.advance(100);
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    world.advance(299);
    assert.deepEqual(world.take(), []);
    world.advance(1);
    const sent = world.take();
    assert.deepEqual(
      sent.map(({ at, hex }) => [at, hex]),
      [
        [400, lcp(1, 1, OUR_REQUEST)],
        [400, lcp(2, 1, CALLER_REQUEST)],
      ],
    );
  });

  it('answers it before a frame that comes late in the same turn', () => {
    const world = World.up({}, 400);
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    world.now = 400;
    world.ackOurs();
    world.lcp(lcp(2, 1, OUR_REQUEST));
    assert.ok(world.trace().includes('state Open'));
  });

  it('keeps the last four of those frames', () => {
    const world = World.up({}, 400);
    for (let id = 1; id <= 6; id++) world.lcp(lcp(5, id));
    world.advance(400);
    assert.deepEqual(
      world.takeHex(),
      [3, 4, 5, 6].map((id) => lcp(6, id)),
    );
  });

  it('does not ask before the line has settled, however long that takes', () => {
    const world = World.up({}, 5_000);
    world.advance(4_999);
    assert.deepEqual(world.take(), []);
    world.advance(1);
    assert.equal(world.take().length, 1);
  });

  it('ends at once when closed in silence', () => {
    const world = World.up({}, 400);
    world.handle({ kind: 'close' });
    assert.equal(world.why(), 'closed by us');
    assert.deepEqual(world.take(), []);
  });

  it('does nothing before the line is up, nor twice', () => {
    const world = new World();
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    world.handle({ kind: 'close' });
    world.handle({ kind: 'down' });
    assert.equal(world.link.deadline(), NEVER);
    assert.deepEqual([world.take(), world.outputs, world.events], [[], [], []]);
    world.handle({ kind: 'up', quietMs: 0 });
    world.now = 1_000;
    world.handle({ kind: 'up', quietMs: 0 });
    assert.equal(world.link.deadline(), 1_500);
  });

  it('gives LCP 60 s in all [LCP-4.5-01]', () => {
    const world = World.up();
    // A caller that asks for what it cannot have, and never answers us in time for Max-Configure.
    for (let id = 1; world.why() === undefined && id < 100; id++) {
      world.lcp(lcp(1, id, '0304c023'));
      const ours = world.take().findLast(({ hex }) => hex.startsWith('01'));
      if (ours !== undefined && id % 8 === 0)
        world.lcp(lcp(3, Number.parseInt(ours.hex.slice(2, 4), 16), '020600000000'));
      world.advance(3_000);
    }
    assert.equal(world.why(), 'LCP did not converge');
    assert.equal(world.now, 66_000);
  });
});

describe('control/ppp/link: framing (hdlc.md §8)', () => {
  it('changes at the Ack that opens LCP [HDLC-L-05, HDLC-7.1-03, HDLC-7.1-04]', () => {
    const world = World.up({ accm: 0x000a0000 });
    world.lcp(lcp(1, 1, '0206000a0000 0702 0802'));
    assert.equal(world.all('framing').length, 0);
    world.ackOurs();
    const negotiated = {
      sendAccm: 0x000a0000,
      receiveAccm: 0x000a0000,
      receivePfc: true,
      receiveAcfc: true,
    };
    assert.deepEqual(world.all('framing'), [{ kind: 'framing', framing: negotiated }]);
  });

  it('keeps the two directions apart [HDLC-7.1-08, HDLC-7.1-02, LCP-6-02]', () => {
    const world = World.opened({}, '0206000a0000');
    assert.deepEqual(world.all('framing')[0]?.framing, {
      sendAccm: 0x000a0000,
      receiveAccm: 0,
      receivePfc: true,
      receiveAcfc: true,
    });
    const silent = World.opened({}, '');
    assert.equal(silent.all('framing')[0]?.framing.sendAccm, 0xffffffff);
    const refused = World.up();
    refused.lcp(lcp(1, 1, CALLER_REQUEST));
    refused.lcp(lcp(4, 1, '020600000000 0702 0802'));
    refused.ackOurs();
    assert.deepEqual(refused.all('framing')[0]?.framing, {
      ...DEFAULTS,
      sendAccm: 0,
    });
  });

  it('escapes what our line needs, even if the caller will not have it [HDLC-7.1-06]', () => {
    const world = World.up({ accm: 0x000a0000 });
    for (let id = 1; id <= 6; id++) world.lcp(lcp(1, id, '020600000000'));
    world.lcp(lcp(1, 7));
    world.ackOurs();
    assert.equal(world.all('framing')[0]?.framing.sendAccm, 0xffffffff);
    const open = World.opened({ accm: 0x000a0000 }, '0206000a0001');
    assert.equal(open.all('framing')[0]?.framing.sendAccm, 0x000a0001);
  });

  it('falls back before our next request goes out [HDLC-L-05]', () => {
    const world = World.opened();
    world.take();
    const order: string[] = [];
    const out: Parameters<typeof world.link.handle>[2] = [];
    const information = Uint8Array.from(Buffer.from(lcp(1, 9, '0802'), 'hex'));
    world.link.handle({ kind: 'frame', protocol: LCP, information }, world.now, out);
    for (const output of out) {
      if (output.kind === 'framing') assert.deepEqual(output.framing, DEFAULTS);
      order.push(output.kind === 'send' ? hexOf(output.information) : output.kind);
    }
    assert.deepEqual(order, ['framing', lcp(1, 2, OUR_REQUEST), lcp(2, 9, '0802')]);
  });

  it('falls back at the end, whatever it is [HDLC-L-05]', () => {
    const endings: readonly ((world: World) => void)[] = [
      (world) => world.lcp(lcp(5, 1)),
      (world) => world.handle({ kind: 'close' }),
      (world) => world.handle({ kind: 'down' }),
      (world) => {
        world.handle({ kind: 'forwarded' });
        world.handle({ kind: 'down' });
      },
    ];
    for (const end of endings) {
      const world = World.answered();
      end(world);
      world.handle({ kind: 'down' });
      assert.equal(world.all('framing').length, 2, 'and once');
      assert.deepEqual(world.all('framing')[1]?.framing, DEFAULTS);
    }
  });
});

describe('control/ppp/link: authentication phase (RFC 1661 §3.5, §3.6)', () => {
  it('hears no CHAP and nothing else before LCP is open [LCP-3.4-01]', () => {
    const world = World.up();
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    world.take();
    for (const protocol of [CHAP, PAP, IPCP, IP, LQR, 0x0120])
      world.frame(protocol, lcp(2, 1, RESPONSE));
    assert.deepEqual([world.take(), world.outputs], [[], []]);
    assert.deepEqual(new Set(world.notes()), new Set(['frame dropped, LCP is not open']));
  });

  it('drops network protocols silently [LCP-3.5-04, LCP-3.6-01, LCP-3.5-02]', () => {
    const world = World.opened();
    world.take();
    for (const protocol of [IPCP, IP, 0x80fd, 0x8057]) world.frame(protocol, lcp(1, 1));
    assert.deepEqual(world.take(), []);
    assert.equal(world.all('held').length, 0);
    assert.equal(world.all('authenticated').length, 0);
    assert.deepEqual(new Set(world.notes()), new Set(['frame dropped, not authenticated']));
  });

  it('rejects link protocols that it does not speak [LCP-3.6-02, LCP-5.7-01, LQM-2.7-01]', () => {
    const world = World.opened();
    world.take();
    world.frame(LQR, '00112233');
    world.frame(EAP, '01010005');
    assert.deepEqual(world.takeHex(), [lcp(8, 2, 'c025 00112233'), lcp(8, 3, 'c227 01010005')]);
  });

  it('rejects malformed protocol numbers, in either phase [LCP-2-02, HDLC-1661.6.5-05]', () => {
    for (const world of [World.opened(), World.answered()]) {
      world.take();
      world.frame(0x0120, 'aa');
      world.frame(0x8020, '');
      assert.deepEqual(world.takeHex(), [lcp(8, 2, '0120 aa'), lcp(8, 3, '8020')]);
    }
  });

  it('begins anew at a Configure-Request [LCP-3.4-02, LCP-4.3-02]', () => {
    const world = World.opened();
    world.advance(1_000);
    world.take();
    world.lcp(lcp(1, 2, '0506aabbccdd'));
    assert.deepEqual(world.takeHex(), [lcp(1, 2, OUR_REQUEST), lcp(2, 2, '0506aabbccdd')]);
    world.advance(2_999);
    assert.deepEqual(world.take(), [], 'no Challenge meanwhile');
    world.frame(CHAP, lcp(2, 1, RESPONSE));
    world.ackOurs();
    world.frame(CHAP, lcp(2, 1, RESPONSE));
    assert.equal(world.all('authenticated').length, 0, 'the old Challenge is void');
    world.frame(CHAP, lcp(2, 2, RESPONSE));
    assert.equal(world.all('authenticated').length, 1);
    assert.equal(world.all('restarted').length, 0, 'nobody was told anything yet');
  });

  it('drops a Protocol-Reject but in Opened [LCP-5.7-02]', () => {
    const world = World.up();
    world.lcp(lcp(1, 1, CALLER_REQUEST));
    world.take();
    world.lcp(lcp(8, 1, 'c021'));
    world.lcp(lcp(8, 1, 'c223'));
    assert.deepEqual([world.take(), world.why()], [[], undefined]);
  });

  it('ends when LCP or its authentication is protocol-rejected [LCP-4.3-06, LCP-5.7-03]', () => {
    for (const [protocol, why] of [
      ['c021', 'protocol refused'],
      ['c223', 'authentication refused'],
    ] as const) {
      const world = World.opened();
      world.take();
      world.lcp(lcp(8, 1, protocol));
      assert.deepEqual(world.takeHex(), [lcp(5, 2)]);
      world.lcp(lcp(6, 2));
      assert.equal(world.why(), why);
    }
    const pap = World.opened({ authentication: ['pap'] });
    pap.lcp(lcp(8, 1, 'c023'));
    pap.advance(6_000);
    assert.equal(pap.why(), 'authentication refused');
  });

  it('takes other Protocol-Rejects without effect [LCP-4.3-06]', () => {
    const world = World.opened();
    world.take();
    for (const data of ['c023', '8021', 'c2', '']) world.lcp(lcp(8, 1, data));
    assert.deepEqual([world.take(), world.why()], [[], undefined]);
    const answered = World.answered();
    answered.lcp(lcp(8, 1, 'c223'));
    assert.equal(answered.why(), undefined, 'it is not needed any more');
  });

  it('needs none where none is configured', () => {
    const world = World.opened({ authentication: [] });
    assert.deepEqual(
      world.outputs.map(({ kind }) => kind),
      ['framing', 'authenticated'],
    );
    assert.equal(world.all('authenticated')[0]?.auth, undefined);
    assert.equal(world.link.deadline(), NEVER);
    assert.ok(world.trace().includes('phase FORWARDING'));
    assert.ok(!world.trace().some((line) => line.startsWith('hostname')));
  });
});
