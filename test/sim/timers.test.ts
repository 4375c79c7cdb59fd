/** Every default timer of the LAC, proved at its length on the virtual clock. */
import { strict as assert } from 'node:assert';
import { Protocol, writePpp } from './peers/frame.ts';
import { encodeHdlc } from './peers/hdlc.ts';
import { DEFAULT_ACCM } from './peers/lcp.ts';
import { packet } from './peers/negotiator.ts';
import { Scene } from './scene.ts';
import { calmLns } from './world/plan.ts';

const PATIENT = { setupMs: 600_000, stallMs: 600_000 };
/** Of first sending and repetitions, and what follows them. */
const REPEATS = [0, 1_000, 3_000, 7_000, 15_000, 23_000];
const FULL_CYCLE_MS = 31_000;

describe('sim/timers: the defaults at their length', () => {
  it('SCCRQ to a dead LNS: six times in 31 s, then LCP ends [L2TP-5.8-08, L2TP-5.8-09]', () => {
    const scene = new Scene({ caller: PATIENT });
    scene.lns().isMute = true;
    scene.dial().until('SCCRQ', () => scene.sent.length > 0);
    const began = scene.now;
    const hungUpAfter = scene.hungUpWithin(60_000);
    assert.deepEqual(scene.times('SCCRQ'), REPEATS);
    assert(hungUpAfter >= FULL_CYCLE_MS && hungUpAfter < FULL_CYCLE_MS + 1_000, `${hungUpAfter}`);
    assert.deepEqual(new Set(scene.names(began)), new Set(['SCCRQ']));
    scene.rest();
  });

  for (const method of ['chap', 'pap'] as const) {
    it(`7 s for a dead first LNS, then the second: ${method} [L2TP-4.4.2-02]`, () => {
      const caller = { ...PATIENT, takes: method };
      const lns = { ppp: { ...calmLns(0).ppp, authentication: method } };
      const scene = new Scene({ lnses: 2, authentication: method, caller, lns });
      scene.lns(0).isMute = true;
      scene.callUp(1, 30_000);
      const sccrqs = scene.sent.filter(({ name }) => name === 'SCCRQ');
      const from = sccrqs[0]?.at ?? 0;
      const times = sccrqs.map(({ at, to }) => [at - from, to]);
      assert.deepEqual(times, [
        [0, 0],
        [1_000, 0],
        [3_000, 0],
        [7_000, 1],
      ]);
      scene.world.cutLine(scene.station(), 'the test');
      scene.rest();
    });
  }

  it('31 s for the last of two dead LNSes', () => {
    const scene = new Scene({ lnses: 2, caller: PATIENT });
    for (const lns of scene.world.lnses) lns.isMute = true;
    scene.dial().until('SCCRQ', () => scene.sent.length > 0);
    const hungUpAfter = scene.hungUpWithin(60_000);
    assert(hungUpAfter >= 38_000 && hungUpAfter < 39_000, `${hungUpAfter}`);
    const last = scene.sent.filter(({ to }) => to === 1).map(({ at }) => at);
    assert.deepEqual(
      last.map((at) => at - (last[0] ?? 0)),
      REPEATS,
    );
    scene.rest();
  });

  it('HELLO after 60 s of silence, all over 31 s later, no word more [L2TP-5.5-01]', () => {
    const scene = new Scene({ caller: PATIENT }).callUp();
    scene.run(2_000);
    const heard = scene.sent.findLast(({ name }) => name === 'ICCN')?.at ?? 0;
    scene.lns().isMute = true;
    const from = scene.now;
    scene.hungUpWithin(120_000);
    // The acknowledgement of ICCN was heard 4 ms after it left.
    const hello = scene.since(from);
    assert.deepEqual(
      hello.map(({ at, name }) => [at - heard - 4, name]),
      REPEATS.map((at) => [60_000 + at, 'HELLO']),
    );
    assert.equal(scene.now, (hello[0]?.at ?? 0) + FULL_CYCLE_MS);
    assert.equal(scene.world.router.tunnels.records.size, 0, 'nothing to wait for [L2TP-L-08]');
    scene.rest();
    assert.deepEqual(scene.names(from).slice(REPEATS.length), [], 'no CDN, no StopCCN');
  });

  it('StopCCN 15 s after the last call, forgotten 31 s later [L2TP-5.6-01, L2TP-5.7-01]', () => {
    const scene = new Scene().callUp();
    scene.world.cutLine(scene.station(), 'the test');
    const from = scene.now;
    const { records } = scene.world.router.tunnels;
    scene.until('it is forgotten', () => records.size === 0, 60_000);
    const ends = scene.since(from).map(({ at, name }) => [at - from, name]);
    assert.deepEqual(ends, [
      [0, 'CDN 1'],
      [15_000, 'StopCCN 1'],
    ]);
    assert.equal(scene.now - from, 15_000 + FULL_CYCLE_MS);
    scene.rest();
  });

  it('a call within the 15 s keeps the tunnel', () => {
    const scene = new Scene().callUp();
    scene.world.cutLine(scene.station(), 'the test');
    scene.run(14_000).callUp().run(30_000);
    assert.equal(scene.times('SCCRQ').length, 1);
    assert(!scene.names(0).includes('StopCCN 1'));
  });

  it('CDN 10 when a call does not stand after 60 s [L2TP-L-05, L2TP-4.4.2-03]', () => {
    const scene = new Scene({ caller: PATIENT });
    scene.lns().isIdle = true;
    scene.dial().until('CDN', () => scene.sent.some(({ name }) => name === 'CDN 10'), 90_000);
    const asked = scene.sent.find(({ name }) => name === 'ICRQ')?.at ?? 0;
    assert.equal(scene.now - asked, 60_000);
    scene.hungUpWithin(7_000);
    scene.rest();
  });

  it('asks for LCP itself after 1.5 s, and then every 3 s, ten times', () => {
    const scene = new Scene();
    const { up, caller, port } = scene.station();
    const asked: number[] = [];
    // A request that begins a call but cannot be answered: its only option runs past the end.
    const frame = { protocol: Protocol.LCP, information: packet(1, 1, [5, 9, 1]) };
    const octets = encodeHdlc(writePpp(frame, { acfc: false, pfc: false }), DEFAULT_ACCM);
    caller.isDialed = true;
    up.carry(octets, scene.now);
    const begun = scene.until('the call begins', () => callState(scene) !== 'idle').now;
    const { downInjected } = scene.station().line?.forwarder.counters ?? { downInjected: 0 };
    let sent = downInjected;
    scene.until(
      'LCP is given up',
      () => {
        const now = scene.station().line?.forwarder.counters.downInjected ?? 0;
        if (now > sent) asked.push(scene.now - begun);
        sent = now;
        return !scene.station().isOpen;
      },
      120_000,
    );
    assert.deepEqual(
      asked,
      Array.from({ length: 10 }, (_, at) => 1_500 + at * 3_000),
    );
    assert.equal(port.tx.count(), 0);
  });

  it('a caller that never authenticates itself: 30 s, then LCP ends', () => {
    const scene = new Scene({ caller: { ...PATIENT, isMute: true } }).dial();
    scene.until('CHAP begins', () => callState(scene) === 'negotiating');
    const hungUpAfter = scene.hungUpWithin(60_000);
    assert(hungUpAfter >= 30_000 && hungUpAfter < 32_000, `${hungUpAfter}`);
    assert.deepEqual(scene.sent, [], 'no LNS heard of it');
    scene.rest();
  });
});

const callState = (scene: Scene): string => scene.station().line?.call.state ?? '';
