/** What the LNS bears: a flood from everywhere, and a thousand calls. */
import { strict as assert } from 'node:assert';
import { SHORT_RETRANSMIT } from '../harness/config-text.ts';
import { heapOptions } from '../harness/pilac.ts';
import { LNS_ADDRESS, ProductLns } from '../harness/product-lns.ts';
import { Program } from '../harness/program.ts';
import { until } from '../harness/until.ts';
import type { Case } from '../harness/world.ts';
import type { NewCallReport, WindowReport } from '../programs/flood.ts';
import { DISCARD_PORT } from '../programs/talk.ts';
import type { CallTimes } from '../programs/thousand.ts';
import { PLACE } from './hgw-scripted.ts';

const CALLS = 10;
const JUNK = 100_000;
/** What flooder, probe and pilac can bear together on the two cores of a test machine. */
const JUNK_PER_SECOND = 5000;
/** All of the flood comes in two; a machine that stumbles in both has more, and the best counts. */
const WINDOWS = 2;
const WINDOWS_MOST = 5;
const WINDOW_LIMIT_MS = 40_000;
/** Of the flood's p99 to the idle one. */
const RATIO_LIMIT = 2;
const RSS_LIMIT_OCTETS = 10 * 1024 * 1024;
const NEW_CALL_LIMIT_MS = 2000;
const SETTLE_LIMIT_MS = 20_000;

export const flood: Case = {
  name: 'flood',
  limitS: 180,
  run: async (world) => {
    const lns = await ProductLns.start(world, { group: SHORT_RETRANSMIT }, { debug: 'vpdn error' });
    const { pilac } = lns;
    // Takes the flood that is not for the LNS: the machine is to be as busy in either window.
    const sink = lns.namespace.start('socat', [
      '-u',
      `UDP4-RECV:${DISCARD_PORT},bind=${LNS_ADDRESS}`,
      'OPEN:/dev/null',
    ]);
    world.atEnd(() => sink.end('SIGKILL', 0));
    const junk = JUNK / WINDOWS;
    const parameters = { calls: CALLS, junk, perSecond: JUNK_PER_SECOND, windows: WINDOWS_MOST };
    const program = new Program(world, lns.namespace, 'flood', { ...PLACE, ...parameters });
    await program.says('up', WINDOW_LIMIT_MS);
    const before = await pilac.show('counters');
    program.let('go');

    const ratios: number[] = [];
    // After the first idle window: until then a process grows whatever is done to it.
    let rssBefore = 0;
    const figures: unknown[] = [];
    for (let at = 1; at <= WINDOWS_MOST; at++) {
      const idle = await program.says<WindowReport>(`idle ${at}`, WINDOW_LIMIT_MS);
      if (at === 1) rssBefore = (await pilac.show('memory')).rssOctets;
      const flooded = await program.says<WindowReport>(`flood ${at}`, WINDOW_LIMIT_MS);
      figures.push(idle, flooded);
      assert.deepEqual([idle.lost, flooded.lost], [0, 0], `echoes: ${JSON.stringify(figures)}`);
      ratios.push(flooded.p99Ms / idle.p99Ms);
      if (at === 1) {
        const { ms } = await program.says<NewCallReport>('new call', WINDOW_LIMIT_MS);
        assert.ok(ms <= NEW_CALL_LIMIT_MS, `a new call took ${ms} ms`);
        figures.push(ms);
      }
      const isEnough = at >= WINDOWS && Math.min(...ratios) <= RATIO_LIMIT;
      if (isEnough) program.let('enough');
      program.let(`go ${at}`);
      if (isEnough) break;
    }
    const { ended } = await program.says<{ ended: number }>('end', WINDOW_LIMIT_MS);
    assert.equal(ended, 0, 'calls that the flood ended');
    const grownOctets = (await pilac.show('memory')).rssOctets - rssBefore;
    const after = await pilac.show('counters');
    const said = `${JSON.stringify({ figures, ratios, grownOctets })} ${JSON.stringify(after)}`;
    world.note(said);
    assert.ok(Math.min(...ratios) <= RATIO_LIMIT, said);
    assert.ok(grownOctets <= RSS_LIMIT_OCTETS, said);
    const took = (after.datagrams?.datagrams ?? 0) - (before.datagrams?.datagrams ?? 0);
    assert.ok(took >= JUNK, `of the flood ${took} came to be looked at: ${said}`);
    assert.ok((after.datagrams?.controlUnread ?? 0) > 0, `counter controlUnread: ${said}`);
    for (const name of ['sccrqAccepted', 'sccrqRefused', 'halfOpenEvicted']) {
      assert.ok((after.tunnels?.[name] ?? 0) > 0, `counter ${name}: ${said}`);
    }
    await lns.leavesNothing();
  },
};

const TUNNELS = 10;
const SESSIONS = 1000;
const ROUNDS = 40;
const STATE_LIMIT_OCTETS = 8192;
const TIME_LIMIT = 1.3;
const PROGRAM_LIMIT_MS = 60_000;

export const thousand: Case = {
  name: 'thousand',
  limitS: 150,
  run: async (world) => {
    const lns = await ProductLns.start(
      world,
      {
        sessionLimit: 1200,
        addresses: ['10.78.0.1', '10.78.7.254'],
        // Its tunnels are empty for a while, when the heap is looked at.
        group: ['session-limit 1200', 'l2tp tunnel timeout no-session never'],
      },
      { debug: 'vpdn error', nodeOptions: heapOptions(`${world.dir}/lns`) },
    );
    const { pilac } = lns;
    const parameters = { tunnels: TUNNELS, sessions: SESSIONS, rounds: ROUNDS };
    const program = new Program(world, lns.namespace, 'thousand', { ...PLACE, ...parameters });
    const few = await program.says<CallTimes>('few', PROGRAM_LIMIT_MS);
    const heapBefore = await pilac.liveHeapOctets();
    program.let('fill');
    const many = await program.says<CallTimes>('many', PROGRAM_LIMIT_MS);
    const { sessions } = await program.says<{ sessions: number }>('full', PROGRAM_LIMIT_MS);
    assert.equal(sessions, SESSIONS);
    await pilac.sessionsAre(SESSIONS, SETTLE_LIMIT_MS);
    await until('a route for each', SETTLE_LIMIT_MS, () => lns.routes().length === SESSIONS);
    const heapAfter = await pilac.liveHeapOctets();
    const stateOctets = (heapAfter - heapBefore) / SESSIONS;

    program.let('ping');
    const { answered } = await program.says<{ answered: number }>('pinged', PROGRAM_LIMIT_MS);
    assert.equal(answered, SESSIONS, 'calls with an answer to their ping');
    program.let('down');
    const { addresses } = await program.says<{ addresses: number }>('end', PROGRAM_LIMIT_MS);
    assert.equal(addresses, SESSIONS, 'no address was given twice');
    await until('no route', SETTLE_LIMIT_MS, () => lns.routes().length === 0);

    const said = JSON.stringify({ few, many, stateOctets });
    world.note(said);
    assert.ok(stateOctets <= STATE_LIMIT_OCTETS, said);
    assert.ok(many.medianMs <= TIME_LIMIT * few.medianMs, said);
    await lns.leavesNothing();
  },
};
