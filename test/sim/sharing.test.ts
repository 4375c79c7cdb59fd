/** Several calls in one tunnel, and calls that are disturbed while they are set up. */
import { strict as assert } from 'node:assert';
import { Scene } from './scene.ts';

const LINES = 8;

describe('sim/sharing: one tunnel for all calls to an LNS', () => {
  it('eight lines at once: one SCCRQ, eight ICRQs, and one cut does not hurt the others', () => {
    const scene = new Scene({ lines: LINES, caller: { dataEveryMs: 200 } });
    for (let line = 1; line <= LINES; line++) scene.dial(line);
    const { stations } = scene.world;
    scene.until('all work', () => stations.every(({ caller }) => caller.echoes > 3));
    assert.equal(scene.times('SCCRQ').length, 1);
    assert.equal(scene.times('ICRQ').length, LINES);
    scene.world.cutLine(scene.station(3), 'the test');
    const others = stations.filter((station) => station !== scene.station(3));
    const before = others.map(({ caller }) => caller.echoes);
    scene.run(2_000);
    const more = others.map(({ caller }, at) => caller.echoes - (before[at] ?? 0));
    assert(
      more.every((echoes) => echoes >= 9),
      `${more} of 10 each`,
    );
    for (const station of others) scene.world.cutLine(station, 'the end');
    scene.rest();
  });

  it('calls wait for the tunnel that the first has begun', () => {
    const scene = new Scene({ lines: 2 });
    scene.world.udpFaults.delayMs = 400;
    scene.dial(1).dial(2);
    const { stations } = scene.world;
    scene.until('both work', () => stations.every(({ caller }) => caller.echoes > 0), 20_000);
    assert.equal(scene.times('SCCRQ').length, 1);
  });

  it('an LNS that comes up after 15 s gets the call that waits for it', () => {
    const scene = new Scene({ caller: { setupMs: 60_000 } });
    scene.lns().isMute = true;
    scene.dial().until('SCCRQ', () => scene.sent.length > 0);
    const from = scene.now;
    scene.run(14_900);
    scene.lns().isMute = false;
    scene.until('the call works', () => scene.station().caller.echoes > 0, 3_000);
    assert.deepEqual(scene.times('SCCRQ').at(-1), 15_000);
    assert(scene.now - from < 17_000);
  });
});

describe('sim/sharing: LCP begun anew while the call is set up', () => {
  it('clears the call asked for, and asks again with what is new [PPP-L-05]', () => {
    const scene = new Scene();
    scene.world.udpFaults.delayMs = 300;
    scene.dial().until('ICRQ', () => scene.names(0).includes('ICRQ'), 20_000);
    scene.station().caller.restart(scene.now);
    scene.until('the call works', () => scene.station().caller.echoes > 0, 20_000);
    // CDN 2/5 is for the ICRP of the first, which crosses its CDN.
    const names = ['SCCRQ', 'SCCCN', 'ICRQ', 'CDN 1', 'ICRQ', 'CDN 2/5', 'ICCN'];
    assert.deepEqual(scene.names(0), names);
    const iccn = scene.sent.find(({ name }) => name === 'ICCN')?.message;
    const name = Buffer.from(iccn?.proxyAuthenName ?? []).toString();
    assert.equal(name, `l1d1r${scene.station().caller.identity.round - 1}@example.net`);
  });

  it('the LNS begins LCP anew, its style as xl2tpd, l2tpns and accel-ppp [HDLC-L-12]', () => {
    for (const rejects of [[], [2, 7, 8]]) {
      for (const asksMrru of [false, true]) {
        const ppp = { rejects, asksMrru };
        const scene = new Scene();
        Object.assign(scene.lns().style.ppp, ppp);
        scene.callUp().run(10_000);
        const { caller } = scene.station();
        assert(caller.echoes >= 9, `${caller.echoes} echoes, ${JSON.stringify(ppp)}`);
        assert.deepEqual([caller.damaged, caller.reader.badFrames], [0, 0]);
        assert.equal(scene.station().line?.forwarder.counters.fcsErrors, 0);
      }
    }
  });

  it('the caller begins LCP anew in the middle of its call: it stays up', () => {
    const scene = new Scene().callUp().run(3_000);
    const { caller } = scene.station();
    caller.restart(scene.now);
    const before = caller.echoes;
    scene.until('data flows again', () => caller.echoes > before + 3, 20_000);
    assert.deepEqual([caller.dial, scene.times('ICRQ').length], [1, 1]);
  });
});
