/** Every way a call ends, each seen in the capture with its code. */
import { strict as assert } from 'node:assert';
import { SHORT_RETRANSMIT } from '../harness/config-text.ts';
import type { Pilac } from '../harness/pilac.ts';
import { ROUTER_EXIT, type Router } from '../harness/router.ts';
import { until } from '../harness/until.ts';
import type { Case, World } from '../harness/world.ts';
import { openLoopback } from '../peers/loopback.ts';
import { CALL_UP, TUNNEL_UP } from './calls.ts';

/** Slack for what is timed on a busy machine. */
const LATE_MS = 15_000;
const EARLY_MS = 250;
const LCP_TERMINATE = 5;
const HANG_UP_LIMIT_MS = 40_000;

export const carrierLoss: Case = {
  name: 'carrier-loss',
  limitS: 40,
  run: async (world) => {
    const pilac = await world.start();
    await world.router({ steps: ['ping PEER 1', 'drop'] }).succeeds();
    await pilac.sessionsAre(0, LATE_MS);
    const flow = await world.finish();
    flow.shows(...TUNNEL_UP, ...CALL_UP, '> CDN 1', '> StopCCN 6');
    flow.lacks('> LCP', '< CDN');
  },
};

/** xl2tpd acks the Terminate at once and clears the call 3 s later, before our 5 s are over. */
export const callerTerminates: Case = {
  name: 'caller-terminates',
  limitS: 50,
  run: async (world) => {
    const pilac = await world.start();
    world.line().hold();
    await world.router({ steps: ['ping PEER 1'] }).succeeds();
    await world.line().gone(HANG_UP_LIMIT_MS);
    await pilac.sessionsAre(0, LATE_MS);
    const flow = await world.finish();
    flow.shows(...CALL_UP, '> LCP TermReq', '< LCP TermAck', '< CDN 1');
    flow.lacks('> CDN');
    flow.allAcknowledged();
  },
};

/** l2tpns acks the Terminate and keeps silent: the LAC ends the call after 5 s. */
export const terminateAcked: Case = {
  name: 'terminate-acked',
  limitS: 50,
  run: async (world) => {
    await world.start();
    world.line().hold();
    await world.router({ steps: ['ping PEER 1'] }).succeeds();
    await world.line().gone(5000 + LATE_MS);
    const flow = await world.finish();
    flow.shows(...CALL_UP, '> LCP TermReq', '< LCP TermAck', '> CDN 1');
    const waitedMs = flow.timeOf('> CDN 1') - flow.timeOf('< LCP TermAck');
    assert.ok(waitedMs > 5000 - EARLY_MS && waitedMs < 5000 + LATE_MS, `CDN after ${waitedMs} ms`);
    flow.lacks('< CDN', '> LCP TermAck');
  },
};

/** The LNS does not even ack it: 10 s. */
export const terminateUnanswered: Case = {
  name: 'terminate-unanswered',
  limitS: 60,
  run: async (world) => {
    await world.start();
    world.line().hold();
    const router = world.router({ steps: ['ping PEER 1', 'await go 30'] });
    await router.up();
    world.atEnd(() => world.lns.freeze(false));
    world.lns.freeze(true);
    router.let('go');
    await router.exited;
    await world.line().gone(HANG_UP_LIMIT_MS);
    const flow = await world.finish();
    flow.shows(...CALL_UP, '> LCP TermReq', '> CDN 1');
    const firstMs = flow.timeOf('> CDN 1') - flow.timeOf('> LCP TermReq');
    assert.ok(firstMs > 10_000 - EARLY_MS, `CDN ${firstMs} ms after the Terminate-Request`);
    flow.lacks('< LCP TermAck');
  },
};

export const clearLine: Case = {
  name: 'clear-line',
  limitS: 50,
  run: async (world) => {
    const pilac = await world.start();
    const router = await standingCall(world, pilac);
    await pilac.command('clear line 1');
    await hungUp(router, world);
    await pilac.sessionsAre(0, LATE_MS);
    assert.equal((await pilac.show('vpdn')).tunnels.length, 1, 'the tunnel outlives the call');
    await pilac.command('clear vpdn tunnel l2tp all');
    const flow = await world.finish();
    flow.shows(...CALL_UP, '> CDN 3', '> StopCCN 1');
    flow.lacks('> LCP');
  },
};

/** Two calls, so that "each" means something. */
export const shutdown: Case = {
  name: 'shutdown',
  limitS: 50,
  run: async (world) => {
    const pilac = await world.start({ lines: ['614629', '614629'] });
    const lines = [world.line(1), world.line(2)];
    const router = world.router({ pppd: ECHOES, steps: ['wait-down 30'] }, lines);
    await router.up();
    await pilac.sessionsAre(2, 5000);
    await pilac.stop();
    await router.exited;
    for (const caller of [0, 1]) assert.equal(router.report(caller).HANGUP, 'peer');
    const flow = await world.flow();
    flow.shows(...CALL_UP, '> CDN 3', '> CDN 3', '> StopCCN 6');
    flow.lacks('> LCP');
    flow.allAcknowledged();
  },
};

/** xl2tpd stands still behind an established tunnel: ICRQ is never answered. */
export const setupTimer: Case = {
  name: 'setup-timer',
  limitS: 60,
  run: async (world) => {
    const pilac = await world.start({ extra: ['l2tp tunnel timeout setup 5'] });
    await world.router({ steps: ['ping PEER 1'] }).succeeds();
    await world.linesIdle();
    world.atEnd(() => world.lns.ctl('pkill -CONT xl2tpd; true'));
    world.lns.ctl('pkill -STOP xl2tpd');
    await refused(world.router({ linkWaitS: 25 }));
    await pilac.sessionsAre(0, LATE_MS);
    world.lns.ctl('pkill -CONT xl2tpd');
    const flow = await world.finish();
    // The CDN waits behind the ICRQ: its retransmission has shut the window to one. Appendix A
    flow.shows(...CALL_UP, '> CDN 1', '> ICRQ', '> CDN 10');
  },
};

/** The LNS's network goes: HELLO, its retransmissions, then not one packet more. */
export const helloLimit: Case = {
  name: 'hello-limit',
  limitS: 70,
  run: async (world) => {
    const pilac = await world.start({ extra: [...SHORT_RETRANSMIT, 'l2tp tunnel hello 3'] });
    const router = await standingCall(world, pilac, 40);
    world.atEnd(() => world.lns.reset());
    world.lns.linkDown();
    await hungUp(router, world);
    await pilac.sessionsAre(0, LATE_MS);
    const flow = await world.finish();
    flow.shows(...TUNNEL_UP, ...CALL_UP);
    flow.lacks('> CDN', '> StopCCN', '> LCP');
    // With its interface down the guest's tap takes nothing: what we sent is seen in the log only.
    const said = pilac.log.split('\n').filter((line) => / O (Resend )?[A-Za-z]+, /.test(line));
    const tail = said.slice(said.findIndex((line) => line.includes('O Resend HELLO')));
    assert.equal(tail.length, 3, `three retransmissions of the HELLO: ${tail.join('\n')}`);
    assert.ok(
      tail.every((line) => line.includes('O Resend HELLO')),
      tail.join('\n'),
    );
  },
};

export const lnsTerminates: Case = {
  name: 'lns-terminates',
  limitS: 50,
  run: async (world) => {
    const pilac = await world.start();
    const router = await standingCall(world, pilac);
    world.lns.ctl('pkill pppd');
    await hungUp(router, world);
    await pilac.sessionsAre(0, LATE_MS);
    const flow = await world.finish();
    flow.shows(...CALL_UP, '< LCP TermReq', '> LCP TermAck', '< CDN 1', '> StopCCN 6');
    flow.lacks('> CDN');
    flow.allAcknowledged();
  },
};

export const lnsStops: Case = {
  name: 'lns-stops',
  limitS: 50,
  run: async (world) => {
    const pilac = await world.start();
    const router = await standingCall(world, pilac);
    world.atEnd(() => world.lns.reset());
    world.lns.ctl('pkill -TERM xl2tpd');
    await hungUp(router, world);
    await pilac.sessionsAre(0, LATE_MS);
    const flow = await world.finish();
    flow.shows(...CALL_UP, '< StopCCN 1');
    flow.lacks('> CDN', '> StopCCN', '> LCP');
    flow.allAcknowledged();
  },
};

/** Neither the number nor the domain is anybody's: LCP Terminate, hang up, nothing sent. */
export const noTunnel: Case = {
  name: 'no-tunnel',
  limitS: 40,
  run: async (world) => {
    await world.start({ lines: ['5550000'] });
    await refused(world.router({ user: 'someone@nowhere.test', linkWaitS: 20 }));
    const flow = await world.finish();
    assert.deepEqual(flow.packets, []);
  },
};

/** A caller that lets every CHAP Challenge pass: LCP Terminate, hang up, and no tunnel for it. */
export const authSilent: Case = {
  name: 'auth-silent',
  limitS: 90,
  run: async (world) => {
    const caller = { name: 'mute@example.net', secret: '', isMute: true };
    const loopback = await openLoopback(world, { caller });
    loopback.caller.dial();
    await until('Terminate-Request', 60_000, () =>
      loopback.caller.lcpCodes.includes(LCP_TERMINATE),
    );
    await loopback.line.gone(HANG_UP_LIMIT_MS);
    assert.ok(loopback.caller.challenges > 1, 'the Challenge was repeated');
    assert.equal(loopback.lns.datagrams, 0);
    await loopback.pilac.stop();
  },
};

/** The guest's tty does not tell of a hang-up: its pppd must find out by itself. */
export const ECHOES = 'lcp-echo-interval 1 lcp-echo-failure 3';

/** A call that stands and waits to be ended from the other side. */
async function standingCall(world: World, pilac: Pilac, downS = 30): Promise<Router> {
  const router = world.router({ pppd: ECHOES, steps: [`wait-down ${downS}`] });
  await router.up();
  await pilac.lineIs(1, 'forwarding');
  assert.deepEqual((await pilac.show('line')).lines[0]?.ncps, ['IPCP']);
  return router;
}

/** The cable was pulled from the product's side, and the caller came to know. */
async function hungUp(router: Router, world: World): Promise<void> {
  await world.line().gone(HANG_UP_LIMIT_MS);
  await router.succeeds();
  assert.equal(router.report().HANGUP, 'peer');
}

/** The caller never got IP, and was told by LCP Terminate. */
export async function refused(router: Router): Promise<void> {
  assert.equal(await router.exited, ROUTER_EXIT.noLink, JSON.stringify(router.report()));
  assert.match(router.pppdLog(), /rcvd \[LCP TermReq/);
}
