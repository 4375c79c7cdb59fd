/** Each way in which a call can end, with the code that the LNS gets to see and when. */
import { strict as assert } from 'node:assert';
import type { CallerOptions } from './peers/caller.ts';
import type { LnsStyle } from './peers/lns.ts';
import { Scene } from './scene.ts';

const LINGERS: Partial<CallerOptions> = { hangsUp: false, setupMs: 600_000, stallMs: 600_000 };
/** l2tpns: it acknowledges the caller's Terminate, and says nothing more. */
const SILENT: Partial<LnsStyle> = { clearsAfterTerminateMs: Number.POSITIVE_INFINITY };

const acknowledgements = (scene: Scene, since: number): number =>
  scene.sent.filter(({ at, name }) => at >= since && name === 'ZLB').length;

describe('sim/ends: the end of a call by the line or the caller', () => {
  it('loss of carrier: CDN 1 at once [L2TP-4.4.2-03, CTUN-5-01]', () => {
    const scene = new Scene().callUp();
    const from = scene.now;
    scene.world.cutLine(scene.station(), 'the test');
    assert.deepEqual(
      scene.since(from).map(({ at, name }) => [at - from, name]),
      [[0, 'CDN 1']],
    );
    scene.rest();
  });

  it("Terminate of the caller, silent LNS: CDN 1 and hang-up 5 s after the LNS's Ack", () => {
    const scene = new Scene({ caller: LINGERS, lns: SILENT }).callUp();
    const from = scene.now;
    scene.station().caller.terminate(from);
    const after = scene.hungUpWithin(20_000);
    assert(after >= 5_000 && after < 5_100, `${after}`);
    assert.deepEqual(scene.names(from), ['CDN 1']);
    scene.rest();
  });

  it('Terminate of the caller, LNS dead: CDN 1 and hang-up after 10 s', () => {
    const scene = new Scene({ caller: LINGERS }).callUp().run(3_000);
    scene.lns().isMute = true;
    const from = scene.now;
    scene.station().caller.terminate(from);
    const after = scene.hungUpWithin(20_000);
    assert(after >= 10_000 && after < 10_100, `${after}`);
    assert.deepEqual(scene.names(from), ['CDN 1']);
    scene.rest();
  });

  it('Terminate of the caller, LNS as xl2tpd: its CDN ends it 3 s later, no CDN of ours', () => {
    const lns = { clearsAfterTerminateMs: 3_000 };
    const scene = new Scene({ caller: LINGERS, lns }).callUp();
    const from = scene.now;
    scene.station().caller.terminate(from);
    const after = scene.hungUpWithin(20_000);
    assert(after >= 3_000 && after < 3_100, `${after}`);
    assert.deepEqual(scene.names(from), []);
    scene.rest();
  });

  it('Terminate before ICCN is answered, and the call asked for is cleared [PPP-L-06]', () => {
    const scene = new Scene({ caller: LINGERS });
    scene.lns().isIdle = true;
    scene.dial().until('ICRQ', () => scene.names(0).includes('ICRQ'));
    scene.run(100);
    const from = scene.now;
    const { caller } = scene.station();
    caller.terminate(from);
    scene.hungUpWithin(20_000);
    assert.deepEqual(scene.names(from), ['CDN 1']);
    scene.rest();
  });

  it('the line goes while the tunnel is set up: the call is never asked for', () => {
    const scene = new Scene();
    scene.lns().isMute = true;
    scene.dial().until('SCCRQ', () => scene.sent.length > 0);
    scene.world.cutLine(scene.station(), 'the test');
    scene.lns().isMute = false;
    const from = scene.now;
    scene.run(14_000);
    assert.deepEqual(scene.names(from), ['SCCRQ', 'SCCCN']);
    scene.rest();
  });
});

describe('sim/ends: the end of a call by the operator', () => {
  it('clear line: CDN 3 and hang-up [L2TP-4.4.2-03]', () => {
    const scene = new Scene().callUp();
    const { line } = scene.station();
    const from = scene.now;
    scene.world.turn(() => line && scene.world.lac.clearLine(line, 'the test', scene.now));
    assert.equal(scene.hungUpWithin(1), 0);
    assert.deepEqual(scene.names(from), ['CDN 3']);
    scene.rest();
  });

  it('shutdown: CDN 3 to each session, then StopCCN 6, all hung up', () => {
    const scene = new Scene({ lines: 3 }).callUp(1).callUp(2).callUp(3);
    const from = scene.now;
    scene.world.turn(() => scene.world.router.shutdown(scene.now));
    assert(!scene.world.router.isDown(), 'its messages are to be acknowledged');
    scene.until('it is down', () => scene.world.router.isDown(), 1_000);
    assert.deepEqual(scene.names(from), ['CDN 3', 'CDN 3', 'CDN 3', 'StopCCN 6']);
    assert(scene.world.stations.every(({ isOpen }) => !isOpen));
    assert.equal(scene.lns().sessions.length, 0);
  });

  it('clear tunnel: StopCCN 1 alone, and its calls are hung up [L2TP-6.4-01]', () => {
    const scene = new Scene({ lines: 2 }).callUp(1).callUp(2);
    const { router } = scene.world;
    const from = scene.now;
    scene.world.turn(() => {
      for (const record of router.tunnels.records.values()) {
        router.clearTunnel(record, scene.now);
      }
    });
    scene.run(100);
    assert.deepEqual(scene.names(from), ['StopCCN 1']);
    assert(scene.world.stations.every(({ isOpen }) => !isOpen));
    scene.rest();
  });
});

describe('sim/ends: the end of a call by the LNS', () => {
  it('CDN: acknowledged, hung up, not answered [L2TP-6.12-01, L2TP-7.4.1-01]', () => {
    const scene = new Scene().callUp();
    const from = scene.now;
    scene.lns().sessions[0]?.clear({ result: 3, error: 0 }, from);
    scene.hungUpWithin(100);
    scene.run(5_000);
    assert.deepEqual([scene.names(from), acknowledgements(scene, from)], [[], 1]);
    scene.rest();
  });

  it('StopCCN: acknowledged, every call hung up, no CDN [L2TP-6.4-01, L2TP-7.2.1-04]', () => {
    const scene = new Scene({ lines: 3 }).callUp(1).callUp(2).callUp(3);
    const from = scene.now;
    scene.lns().tunnels[0]?.stop({ result: 1 }, from);
    scene.run(5_000);
    assert.deepEqual([scene.names(from), acknowledgements(scene, from)], [[], 1]);
    assert(scene.world.stations.every(({ caller }) => !caller.isDialed));
    scene.rest();
  });

  it('LCP Terminate of the LNS, then its CDN: no CDN of ours', () => {
    const scene = new Scene({ caller: LINGERS }).callUp();
    const from = scene.now;
    scene.lns().sessions[0]?.terminate(from);
    scene.hungUpWithin(1_000);
    scene.run(3_000);
    assert.deepEqual(scene.names(from), []);
    scene.rest();
  });

  it('ICRP and StopCCN in the wrong order: the call is over before it was forwarded', () => {
    const scene = new Scene();
    const { world } = scene;
    scene.dial().until('ICRQ', () => scene.names(0).includes('ICRQ'));
    world.udpFaults.delayMs = 50; // of the ICRP
    scene.until('ICRP is sent', () => scene.lns().sessions.length > 0);
    world.udpFaults.delayMs = 2;
    const from = scene.now;
    scene.lns().tunnels[0]?.stop({ result: 6 }, from);
    scene.run(60);
    assert.deepEqual(scene.names(from), ['ICCN']);
    scene.hungUpWithin(7_000);
    scene.rest();
  });
});

describe('sim/ends: a call that comes to nothing', () => {
  it('refused by all: CDN 4 of each, then LCP Terminate [L2TP-4.4.2-02, CIS-07]', () => {
    const scene = new Scene({ lnses: 2, caller: LINGERS });
    for (const lns of scene.world.lnses) lns.refusal = { result: 4, error: 0 };
    scene.dial().hungUpWithin(10_000);
    const icrqs = scene.sent.filter(({ name }) => name === 'ICRQ').map(({ to }) => to);
    assert.deepEqual(icrqs, [0, 1]);
    assert(
      scene.logs.some(({ mnemonic, text }) => mnemonic === 'REFUSED' && /51\.6\.83/.test(text)),
    );
    scene.rest();
  });

  it('refused by the first as full (2/4): the second takes it', () => {
    const scene = new Scene({ lnses: 2 });
    scene.lns(0).refusal = { result: 2, error: 4 };
    scene.callUp();
    assert.equal(scene.lns(1).sessions.length, 1);
  });

  it('refused for a reason that another LNS would not mend: no other is asked', () => {
    const scene = new Scene({ lnses: 2, caller: LINGERS });
    scene.lns(0).refusal = { result: 3, error: 0 };
    scene.dial().hungUpWithin(10_000);
    assert.deepEqual(
      scene.sent.filter(({ to }) => to === 1),
      [],
    );
    scene.rest();
  });

  it('a domain without a tunnel: LCP Terminate and hang-up, no LNS hears of it', () => {
    const caller = { ...LINGERS, name: 'somebody@elsewhere.org' };
    const scene = new Scene({ byDomain: true, caller });
    scene.dial().hungUpWithin(10_000);
    assert.deepEqual(scene.sent, []);
    assert(scene.logs.some(({ mnemonic }) => mnemonic === 'NOTUNNEL'));
    scene.rest();
  });

  it('wrong tunnel secret: StopCCN 4, and a log that names the peer [L2TP-5.1.1-06]', () => {
    const scene = new Scene({ caller: LINGERS, lns: { secret: 'other' } });
    const complaints: string[] = [];
    scene.world.watches.expect(/StopCCN 4/, complaints);
    scene.dial().hungUpWithin(10_000);
    assert.deepEqual(scene.names(0), ['SCCRQ', 'StopCCN 4']);
    assert.equal(complaints.length, 1);
    const [log] = scene.logs.filter(({ mnemonic }) => mnemonic === 'AUTHENFAIL');
    assert.match(log?.text ?? '', /10\.51\.6\.82 \(lns0\): its response to our challenge is wrong/);
    scene.rest();
  });
});
