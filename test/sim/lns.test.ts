/** What the LNS does of its own accord, and what it refuses: the product's LAC brings the calls. */
import { strict as assert } from 'node:assert';
import { formatIpv4 } from '../../src/base/port.ts';
import { Scene } from './both/scene.ts';

const CHALLENGED = /^As\d CHAP: O CHALLENGE/;
const CHALLENGES_AGAIN = /^Vi\d CHAP: O CHALLENGE/;
const LCP_AGAIN = /^Vi\d LCP: O CONFREQ/;
const SILENT = { dataEveryMs: 1_000_000, stallMs: 2_000_000 };

const addressOf = (scene: Scene, line = 1): string => {
  const accesses = scene.world.lns.router.lns.accesses;
  return formatIpv4(accesses.find(({ user }) => user === `user${line}`)?.address ?? 0);
};

describe('sim: the LNS takes over what the LAC began (RFC 2661 §4.4.5)', () => {
  it('sends no LCP and no Challenge when the proxied ones fit [PPP-L-07, CHAP-L-03]', () => {
    const scene = new Scene().callUp();
    assert.equal(scene.count(LCP_AGAIN), 0);
    assert.equal(scene.count(/^As1 LCP: I CONFREQ/), 1, 'one round');
    assert.equal(scene.station().caller.accepted, 1);
    // The seed's LNS makes a challenge for the case of refusal, and keeps it.
    assert.equal(scene.count(CHALLENGES_AGAIN), 1);
    assert.equal(scene.count(CHALLENGED), 1);
  });

  it('negotiates LCP anew where it always does [PPP-L-08, PPP-L-11]', () => {
    const scene = new Scene({ lns: { renegotiation: 'lcp renegotiation always' } }).callUp();
    assert(scene.count(LCP_AGAIN) >= 1);
    assert.equal(scene.count(/I SLI from/), 1);
  });

  it('refuses what does not fit, in the LAC’s hearing [PPP-L-08]', () => {
    const scene = new Scene({ lac: { authentication: 'pap' } }).dial();
    scene.awaits(/%PPP-5-ENDED: Virtual-Access1: the proxied LCP does not fit/, 5_000);
    scene.awaits(/VPDN-6-CLOSED: LNS 10.51.6.82 ended Async1/, 1_000);
    assert.equal(scene.count(LCP_AGAIN), 0);
  });

  it('negotiates it anew on-mismatch [PPP-L-08]', () => {
    const lns = { renegotiation: 'lcp renegotiation on-mismatch' };
    const scene = new Scene({ lac: { authentication: 'pap' }, lns }).callUp();
    assert(scene.count(LCP_AGAIN) >= 1);
  });

  it('asks the caller itself under force-local-chap [L2TP-9.5-01, CHAP-L-04]', () => {
    const scene = new Scene({ lns: { renegotiation: 'force-local-chap' } }).callUp();
    assert.equal(scene.count(LCP_AGAIN), 0);
    assert.equal(scene.count(/^Vi1 CHAP: I RESPONSE/), 1);
    const id = (pattern: RegExp) =>
      scene.said.map(({ text }) => pattern.exec(text)?.[1]).find((one) => one !== undefined);
    const ours = id(/^Vi1 CHAP: O CHALLENGE id (\d+)/);
    assert.notEqual(ours, id(/^As1 CHAP: O CHALLENGE id (\d+)/));
    assert.equal(ours, id(/^Vi1 CHAP: O SUCCESS id (\d+)/));
  });

  it('takes the calls of no LAC that it does not know [L2TP-L-09]', () => {
    const scene = new Scene({ lns: { lac: 'another' } }).dial();
    scene.awaits(/NOTUNNEL: Async1: .*: 4: Requester not authorized/, 5_000);
    assert.equal(scene.world.lns.router.tunnels.records.size, 0);
  });
});

describe('sim: addresses of the LNS (RFC 1332 §3.3)', () => {
  it('gives the user the address that is its own', () => {
    const global = ['username user1 framed-ip-address 10.77.9.9'];
    const scene = new Scene({ lns: { global } }).callUp();
    assert.equal(addressOf(scene), '10.77.9.9');
  });

  it('hangs up when the pool is empty; who had its address keeps it [IPCP-3.3-06]', () => {
    const scene = new Scene({ lines: 2, lns: { addresses: 1 } }).callUp(1).dial(2);
    scene.awaits(/%IP-3-NOADDRESS: Virtual-Access2: ip local pool default has no address/, 5_000);
    scene.awaits(/%VPDN-6-CLOSED: LNS 10.51.6.82 ended Async2/, 15_000);
    const { caller } = scene.station(1);
    const before = caller.echoes;
    scene.run(3_000);
    assert(caller.echoes > before);
    assert.deepEqual([...scene.world.routes.routes.values()], ['Virtual-Access1']);
  });
});

describe('sim: limits and timers of the LNS', () => {
  it('takes no more calls than the group may have: CDN 4 [L2TP-4.4.2-03]', () => {
    const lns = { extra: [' session-limit 1'] };
    const scene = new Scene({ lines: 2, lns }).callUp(1).dial(2);
    scene.awaits(/%VPDN-4-LIMIT: call from 10.51.6.68: vpdn-group 1 is full/, 5_000);
    assert.equal(scene.world.lns.router.lns.sessions.length, 1);
    assert.equal(scene.world.lns.router.lns.counters.callsOverLimit, 1);
    scene.awaits(/Result code\(1\): 4:/, 100);
  });

  it('takes no more than the box may have', () => {
    const lns = { global: ['vpdn session-limit 1'] };
    const scene = new Scene({ lines: 2, lns }).callUp(1).dial(2);
    scene.awaits(/%VPDN-4-LIMIT: call from 10.51.6.68: the LNS is full/, 5_000);
  });

  it('hangs up on who sends no packet for the idle time, and not before', () => {
    const lns = { template: ['ppp timeout idle 30'] };
    const scene = new Scene({ caller: SILENT, lns }).callUp();
    const { caller } = scene.station();
    scene.run(20_000);
    caller.sendDatum();
    const tookMs = scene.awaits(/%PPP-5-ENDED: Virtual-Access1 user user1: .*idle/, 60_000);
    assert(tookMs >= 29_000 && tookMs <= 36_000, `${tookMs} ms`);
    scene.saidAt(/^Vi1 IPCP: Remove route/, scene.now - 10_000);
  });

  it('hangs up when the time is up, whatever goes on', () => {
    const scene = new Scene({ lns: { template: ['timeout absolute 1'] } }).callUp();
    const tookMs = scene.awaits(/%PPP-5-ENDED: Virtual-Access1 user user1: .*time/, 70_000);
    assert(Math.abs(tookMs - 60_000) < 2_000, `${tookMs} ms`);
  });

  it('finds out by its echoes that the caller is gone [LCP-5.8-03]', () => {
    const scene = new Scene({ caller: SILENT, lns: { template: ['keepalive 5 3'] } }).callUp();
    scene.run(30_000);
    assert.equal(scene.count(/%PPP-5-ENDED/), 0, 'echoes are answered');
    const station = scene.station();
    station.down.faults.loss = 1;
    const tookMs = scene.awaits(/%PPP-5-ENDED: Virtual-Access1 user user1: /, 60_000);
    assert(tookMs >= 15_000 && tookMs <= 26_000, `${tookMs} ms`);
    scene.awaits(/VPDN-6-CLOSED: .*Async1/, 100);
  });

  it('closes the tunnel 10 s after the last call, before the LAC does [TRACE-32]', () => {
    const scene = new Scene().callUp();
    scene.world.cutLine(scene.station(), 'the test');
    const tookMs = scene.awaits(/O StopCCN to hgw/, 20_000);
    assert(Math.abs(tookMs - 10_000) < 100, `${tookMs} ms`);
    scene.run(100_000);
    assert.equal(scene.count(/O StopCCN to l2tp-gw/), 0);
  });
});

describe('sim: the operator of the LNS', () => {
  it('clears a caller: Terminate-Request, Ack, CDN 3, the line is hung up [PPP-L-14]', () => {
    const scene = new Scene().callUp();
    const from = scene.now;
    const { router } = scene.world.lns;
    const [session] = router.lns.sessions;
    assert(session !== undefined);
    scene.world.turn(scene.world.lns, () =>
      router.lns.clear(session, 'cleared by the operator', from),
    );
    scene.awaits(/VPDN-6-CLOSED: .*Async1/, 5_000);
    const terminated = scene.saidAt(/^Vi1 LCP: O TERMREQ/, from);
    const acknowledged = scene.saidAt(/^Vi1 LCP: I TERMACK/, from);
    const cleared = scene.saidAt(/^Vi1 Tnl\/Cl .* O CDN to hgw/, from);
    assert(terminated <= acknowledged && acknowledged <= cleared);
    scene.saidAt(/Result code\(1\): 3:/, from);
    assert.equal(scene.world.routes.routes.size, 0);
  });

  it('shuts down: callers are told, CDN 3, StopCCN 6, and no new tunnel is taken', () => {
    const scene = new Scene({ lines: 2 }).callUp(1).callUp(2);
    const from = scene.now;
    const { lns } = scene.world;
    scene.world.turn(lns, () => lns.router.shutdown(from));
    scene.until('it is down', () => lns.router.isDown(), 4_000);
    assert.equal(scene.count(/^Vi\d LCP: O TERMREQ/), 2);
    assert.equal(scene.count(/O CDN to hgw/), 2);
    scene.saidAt(/Result code\(1\): 6: /, from);
    assert.equal(scene.world.routes.routes.size, 0);
    scene.run(5_000).dial(1).run(5_000);
    assert.equal(lns.router.lns.sessions.length, 0);
  });
});
