/** LNSes that are dead, full, or do not know our secret; a network that loses packets. */
import { strict as assert } from 'node:assert';
import { DNIS } from '../harness/config-text.ts';
import { RELAY, REPOSITORY } from '../harness/paths.ts';
import type { Pilac } from '../harness/pilac.ts';
import { delay, until } from '../harness/until.ts';
import type { Case } from '../harness/world.ts';
import { CALL_UP, TUNNEL_UP } from './calls.ts';
import { refused } from './endings.ts';

const DOWN_MS = 15_000;

/** The network between us comes up 15 s after the caller has dialled. */
export const lnsLate: Case = {
  name: 'lns-late',
  limitS: 60,
  run: async (world) => {
    const pilac = await world.start();
    world.atEnd(() => world.lns.linkUp());
    world.lns.linkDown();
    const router = world.router({ steps: ['ping PEER 1'], linkWaitS: 45 });
    await delay(DOWN_MS);
    world.lns.linkUp();
    await router.succeeds();
    const flow = await world.finish();
    flow.shows(...TUNNEL_UP, ...CALL_UP);
    // The tap takes nothing while the guest's interface is down: the log tells.
    const resent = pilac.log.split('\n').filter((line) => line.includes('O Resend SCCRQ'));
    assert.ok(resent.length >= 3, 'retransmissions of the SCCRQ');
  },
};

const DEAD = '10.99.0.3';
const GIVE_UP_MS = 7000;

/** The first address is dead, the second alive. */
const failover = (auth: 'chap' | 'pap'): Case => ({
  name: `failover-${auth}`,
  limitS: 60,
  run: async (world) => {
    world.lns.addDeadAddress(DEAD);
    const addresses = [DEAD, world.lns.address];
    await world.start({ groups: [{ dnis: DNIS, addresses }] });
    await world.router({ auth, steps: ['ping PEER 2'], linkWaitS: 40 }).succeeds();
    const flow = await world.finish();
    flow.shows('> SCCRQ', ...TUNNEL_UP, ...CALL_UP);
    const sccrqs = flow.fromLac('SCCRQ');
    const first = sccrqs.find((sccrq) => sccrq.to === DEAD);
    const second = sccrqs.find((sccrq) => sccrq.to === world.lns.address);
    assert.ok(first && second);
    const waitedMs = second.timeMs - first.timeMs;
    assert.ok(waitedMs > GIVE_UP_MS - 250 && waitedMs < 2 * GIVE_UP_MS, `${waitedMs} ms`);
  },
});
export const failoverChap = failover('chap');
export const failoverPap = failover('pap');

const FULL = '10.99.0.4';
const FULL_DNIS = '614630';

/** An xl2tpd with one address for callers: the second caller goes elsewhere, or is refused. */
export const lnsFull: Case = {
  name: 'lns-full',
  limitS: 90,
  run: async (world) => {
    world.lns.addDaemon('full', FULL, 's|ip range.*|ip range = 10.77.2.10-10.77.2.10|');
    await world.start({
      lines: [DNIS, DNIS, FULL_DNIS],
      groups: [
        { dnis: DNIS, addresses: [FULL, world.lns.address] },
        { dnis: FULL_DNIS, addresses: [FULL] },
      ],
    });
    const first = world.router({ steps: ['await go 60'] });
    await first.up();
    const second = world.router({ steps: ['ping PEER 1'] }, [world.line(2)]);
    await second.succeeds();
    await refused(world.router({ linkWaitS: 25 }, [world.line(3)]));
    first.let('go');
    await first.succeeds();
    const flow = await world.finish();
    flow.shows(...TUNNEL_UP, ...CALL_UP, '> ICRQ', '< CDN 2/4', ...TUNNEL_UP, ...CALL_UP);
    const refusals = flow.toLac('CDN').filter((cdn) => cdn.result === 2 && cdn.error === 4);
    assert.equal(new Set(refusals.map((cdn) => cdn.sessionId)).size, 2, 'two callers refused');
    assert.deepEqual(new Set(refusals.map((cdn) => cdn.from)), new Set([FULL]));
  },
};

/** Our secret is wrong: the response in SCCRP does not fit. */
export const wrongSecretHere: Case = {
  name: 'wrong-secret-here',
  limitS: 40,
  run: async (world) => {
    const groups = [{ dnis: DNIS, addresses: [world.lns.address], secret: 'goodbye' }];
    const pilac = await world.start({ groups });
    await refused(world.router({ linkWaitS: 25 }));
    oneClearError(pilac, world.lns.address);
    const flow = await world.finish();
    flow.shows('> SCCRQ', '< SCCRP', '> StopCCN 4');
    flow.lacks('> SCCCN', '> ICRQ');
    assert.doesNotMatch(pilac.log, /goodbye/);
  },
};

const STRANGER = '10.99.0.5';

/** The LNS finds our response wrong; we did not ask for its own. */
export const wrongSecretThere: Case = {
  name: 'wrong-secret-there',
  limitS: 40,
  run: async (world) => {
    world.lns.addDaemon('stranger', STRANGER, '', 'goodbye');
    const extra = ['no l2tp tunnel authentication'];
    const groups = [{ dnis: DNIS, addresses: [STRANGER], extra }];
    const pilac = await world.start({ groups });
    await refused(world.router({ linkWaitS: 25 }));
    oneClearError(pilac, STRANGER);
    const flow = await world.finish();
    flow.shows(...TUNNEL_UP, '< StopCCN 2/6');
    flow.lacks('< ICRP', '> ICCN');
    flow.allAcknowledged();
  },
};

function oneClearError(pilac: Pilac, peer: string): void {
  const { complaints } = pilac;
  const aboutPeer = complaints.filter((line) => line.includes(peer));
  assert.equal(aboutPeer.length, 1, `errors that name the peer, of: ${complaints.join('\n')}`);
  assert.match(aboutPeer[0] ?? '', /secret|password|authentication|challenge/i);
}

const RELAY_ADDRESS = '10.99.0.9';
/** As many at a time as share a tunnel of window 4 without waiting for each other too long. */
const BATCH = 10;
const BATCHES = 2;
const UP_LIMIT_MS = 60_000;
const SEED = 2661;
const NETEM = 'netem loss 20% delay 20ms 10ms duplicate 10%';

/** The caller asks again after a second, and often: PPP's own 3 s would make this a long test. */
const IMPATIENT = [
  ...['lcp-restart 1', 'pap-restart 1', 'ipcp-restart 1'],
  ...['lcp-max-configure 40', 'pap-max-authreq 40', 'ipcp-max-configure 40'],
].join(' ');

/** Twenty calls through one tunnel over a network that loses a fifth each way. */
export const lossy: Case = {
  name: 'lossy',
  limitS: 240,
  run: async (world) => {
    const { namespace, lns } = world.station;
    namespace.ip('addr', 'add', `${RELAY_ADDRESS}/32`, 'dev', lns.interfaceName);
    world.atEnd(() => namespace.ip('addr', 'del', `${RELAY_ADDRESS}/32`, 'dev', lns.interfaceName));
    const args = ['--import', 'tsx', RELAY, RELAY_ADDRESS, lns.address];
    const fate = [SEED, 0.2, 0.1, 10, 40].map(String);
    const relay = namespace.start(process.execPath, [...args, ...fate], { cwd: REPOSITORY });
    world.atEnd(() => relay.end('SIGTERM', 1000));
    await until('the relay', 10_000, () => relay.output.includes('READY'));
    world.atEnd(() => lns.ctl('tc qdisc del dev vec0 root; true'));
    lns.ctl(`modprobe -d /mnt/root sch_netem; tc qdisc add dev vec0 root ${NETEM}`);

    const numbers = Array.from({ length: BATCH }, () => DNIS);
    const groups = [{ dnis: DNIS, addresses: [RELAY_ADDRESS] }];
    const pilac = await world.start({ lines: numbers, groups });
    const lines = numbers.map((_, at) => world.line(at + 1));
    // PAP: a caller's pppd never repeats a CHAP Response, so a lost Success would end its call.
    const linkWaitS = UP_LIMIT_MS / 1000;
    const pppd = IMPATIENT;
    const options = { auth: 'pap', steps: ['sleep 1'], linkWaitS, maxS: 80, pppd } as const;
    for (let batch = 0; batch < BATCHES; batch++) {
      if (batch > 0) await world.linesIdle();
      const router = world.router(options, lines);
      await router.exited;
      for (let caller = 0; caller < BATCH; caller++) {
        const report = router.report(caller);
        assert.equal(report.LINK, 'up', `caller ${caller}: ${JSON.stringify(report)}`);
        assert.ok(Number(report.LINK_MS) < UP_LIMIT_MS);
      }
    }
    await pilac.sessionsAre(0, 10_000);
    await until('all sessions cleared at the LNS', 40_000, () => {
      return lns.ctl('pgrep -c pppd; true').trim() === '0';
    });
    const { packets } = await world.finish();
    const sent = packets.filter(
      (packet) => packet.from === RELAY_ADDRESS && packet.message === 'ICCN',
    );
    assert.ok(sent.length >= BATCH * BATCHES, `only ${sent.length} ICCN got through`);
  },
};
