/** A whole call through each kind of LNS, and what is left behind: nothing. */
import { strict as assert } from 'node:assert';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SHORT_RETRANSMIT } from '../harness/config-text.ts';
import { until } from '../harness/until.ts';
import type { Case } from '../harness/world.ts';

export const TUNNEL_UP = ['> SCCRQ', '< SCCRP', '> SCCCN'] as const;
export const CALL_UP = ['> ICRQ', '< ICRP', '> ICCN'] as const;

const NO_SESSION_S = 3;

/** CHAP, then PAP on the same line; the tunnel goes when nobody uses it. */
export const firstCall: Case = {
  name: 'first-call',
  limitS: 90,
  run: async (world) => {
    const noSession = `l2tp tunnel timeout no-session ${NO_SESSION_S}`;
    const pilac = await world.start({ extra: [...SHORT_RETRANSMIT, noSession] });
    const baseline = await world.baseline();

    const first = world.router({ steps: world.fullSteps });
    await first.succeeds();
    assert.equal(first.report().HANGUP, 'local');
    await world.linesIdle();
    await world.router({ auth: 'pap', steps: world.fullSteps }).succeeds();
    await world.linesIdle();
    await pilac.cleanAs(baseline);

    const flow = await world.finish();
    flow.shows(...TUNNEL_UP, ...CALL_UP, '> CDN 1');
    flow.shows(...CALL_UP, '> CDN 1', ...CALL_UP, '> CDN 1', '> StopCCN 1');
    flow.allAcknowledged();
    // RFC 2661 §4.4.5: an LNS that knows none of these must be able to pass them over.
    const iccn = flow.fromLac('ICCN')[0];
    assert.ok(iccn);
    const proxy = iccn.avps.filter((avp) => avp.vendorId === 0 && avp.type >= 26 && avp.type <= 33);
    assert.ok(proxy.length >= 7, `proxy AVPs: ${JSON.stringify(proxy)}`);
    assert.deepEqual(
      proxy.filter((avp) => avp.mandatory),
      [],
    );

    // Each call may have had a tunnel of its own; the last one's no-session timer is looked at.
    const last = (event: string): number =>
      flow.timeOf(event, flow.story.filter((one) => one === event).length - 1);
    const idleMs = last('> StopCCN 1') - last('> CDN 1');
    assert.ok(idleMs >= NO_SESSION_S * 1000 - 100, `StopCCN after ${idleMs} ms`);
  },
};

const LINES = 8;
const STALL_LIMIT_MS = 1000;
/** Faster than TCP's first burst, so that no retransmission timer of TCP's makes a pause. */
const SPEED_BPS = 921_600;
const FILE_OCTETS = 300_000;

/** Eight callers share one tunnel; one is cut off, the others do not notice. */
export const eightLines: Case = {
  name: 'eight-lines',
  limitS: 120,
  run: async (world) => {
    const numbers = Array.from({ length: LINES }, () => '614629');
    const pilac = await world.start({ lines: numbers, speedBps: SPEED_BPS });
    const lines = numbers.map((_, at) => world.line(at + 1));
    const steps = ['await go 60', ...world.fullSteps.slice(1)];
    const router = world.router({ steps, linkWaitS: 60, maxS: 110 }, lines);
    // How late the machine itself is: that is no stall of ours.
    const lateness = monitorEventLoopDelay({ resolution: 10 });
    lateness.enable();
    await router.up();
    await pilac.sessionsAre(LINES, 5000);
    const { namespace, lns } = world.station;
    const carried = (): number => namespace.rxOctets(lns.interfaceName);
    const before = carried();
    router.let('go');
    // Line 8 goes in the middle of the transfers: an eighth of all files has come down.
    await until('transfers', 30_000, () => carried() - before > FILE_OCTETS);
    await world.line(LINES).cut();
    await pilac.sessionsAre(LINES - 1, 5000);
    await router.exited;

    for (let caller = 0; caller < LINES - 1; caller++) {
      const report = router.report(caller);
      assert.equal(report.END, 'ok', JSON.stringify(report));
      assert.equal(report.S2_MD5, world.lns.md5);
      assert.equal(report.S3_MD5, report.S3_FAR_MD5);
    }
    assert.notEqual(router.report(LINES - 1).END, 'ok');

    const flow = await world.finish();
    assert.equal(flow.story.filter((event) => event === '> SCCRQ').length, 1);
    assert.equal(flow.fromLac('SCCRQ').length, 1);
    assert.equal(flow.story.filter((event) => event === '> ICCN').length, LINES);
    // A busy tcpdump misses packets, so not each file is seen whole; its md5 says that it arrived.
    const transfers = flow.transfers().filter(({ octets }) => octets >= FILE_OCTETS / 2);
    assert.equal(transfers.length, 2 * (LINES - 1), 'files seen in the capture');
    lateness.disable();
    const limitMs = STALL_LIMIT_MS + lateness.max / 1e6;
    const stalls = transfers.filter((transfer) => transfer.longestGapMs > limitMs);
    assert.deepEqual(stalls, [], 'a transfer stalled');
  },
};
