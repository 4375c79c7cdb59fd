/** Runs a seed of both ends: faults and incidents, then peace, then the end. */
import type { Millis } from '../../../src/base/machine.ts';
import { CALM_UDP } from '../world/plan.ts';
import { Prng } from '../world/prng.ts';
import { Violation } from '../world/world.ts';
import type { Box } from './box.ts';
import { drawPlan, type Incident } from './plan.ts';
import { type Station, type Trace, World } from './world.ts';

/** With faults over, a caller that redials has a call that works within this. */
const LIVELY_MS: Millis = 150_000;
/** HELLO, retransmission, no-session timer, full cycle: whatever one side does not know yet. */
const SETTLED_MS: Millis = 60_000 + 31_000 + 15_000 + 31_000 + 31_000;
const SHUTDOWN_MS: Millis = 40_000;

/** @returns what was wrong, undefined for nothing */
export function runSeed(seed: number, trace?: Trace): string | undefined {
  try {
    const world = new World(drawPlan(new Prng(seed)), seed, trace);
    suffer(world);
    recover(world);
    end(world);
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error.message;
    if (error instanceof Error) return error.stack ?? error.message;
    throw error;
  }
}

function suffer(world: World): void {
  const { plan, stations, random } = world;
  for (const station of stations) {
    station.redials = true;
    world.agenda.add(random.int(400, 3_000), () => world.dial(station));
  }
  for (const { at, what } of plan.incidents) {
    world.agenda.add(at, () => {
      world.note(`--- ${what}`);
      happen(world, what);
    });
  }
  world.run(plan.faultsEndAt);
}

function recover(world: World): void {
  const { stations, now, plan } = world;
  world.note('--- faults end');
  world.isCut = false;
  world.udpFaults = { ...CALM_UDP };
  for (const { up, down } of stations) {
    for (const { faults } of [up, down]) Object.assign(faults, { loss: 0, flip: 0 });
  }
  const honest = stations.filter(({ caller }) => !plan.liars.has(caller.options.line));
  const works = ({ caller }: Station): boolean => caller.lastEchoAt > now + 5_000;
  if (world.run(now + LIVELY_MS, () => honest.every(works))) return;
  const dead = honest.filter((station) => !works(station));
  const numbers = dead.map(({ caller }) => caller.options.line).join(', ');
  world.fail(`no working call on line ${numbers} so long after the faults ended`);
}

function end(world: World): void {
  const { stations, random, plan } = world;
  for (const station of stations) station.redials = false;
  if (plan.end === 'LAC') shutDown(world, world.lac);
  else if (plan.end === 'LNS') shutDown(world, world.lns);
  for (const station of stations) {
    if (random.chance(0.5)) world.cutLine(station, 'the end');
    else station.caller.terminate(world.now);
  }
  world.run(world.now + SETTLED_MS);
  if (stations.some(({ caller }) => caller.isDialed)) world.fail('a caller was not hung up');
  const leaks = [...leaksOf(world.lac, stations.length), ...leaksOf(world.lns, 0)];
  if (world.routes.routes.size > 0) leaks.push(`routes: ${world.routes.routes.size}`);
  if (leaks.length > 0) world.fail(leaks.join('; '));
}

/** What must be left of a router without calls. */
function leaksOf({ router, wheel, udp, config }: Box, lines: number): string[] {
  const { forwarder, tunnels, lns } = router;
  const found: readonly (readonly [string, number, number])[] = [
    ['frame slots in use', forwarder.pool.inUse, lines],
    ['sessions bound', forwarder.sessions.count, 0],
    ['interfaces of the forwarding plane', forwarder.openAccesses, 0],
    ['timers running', wheel.running(), 0],
    ['timers made', wheel.count(), lines + 1],
    ['tunnels', tunnels.records.size, 0],
    ['sessions', lns.sessions.length, 0],
    ['interfaces', lns.accesses.length, 0],
    ['addresses', lns.addresses.size, 0],
    ['destinations', udp.peers, 0],
  ];
  return found
    .filter(([, count, expected]) => count !== expected)
    .map(([what, count, expected]) => `${config.hostname}, ${what}: ${count}, not ${expected}`);
}

function shutDown(world: World, box: Box): void {
  world.note(`--- shutdown of ${box.config.hostname}`);
  world.turn(box, () => box.router.shutdown(world.now));
  if (!world.run(world.now + SHUTDOWN_MS, () => box.router.isDown())) {
    world.fail(`${box.config.hostname} does not shut down`);
  }
}

function happen(world: World, what: Incident): void {
  const { random, now, lac, lns } = world;
  const station = random.pick(world.stations);
  const { line } = station;
  switch (what) {
    case 'caller hangs up':
      if (station.caller.isDialed) world.cutLine(station, 'caller');
      return;
    case 'caller terminates':
      station.caller.terminate(now);
      return;
    case 'caller begins LCP anew':
      station.caller.restart(now);
      return;
    case 'line is lost':
      world.cutLine(station, 'the adapter is pulled out');
      return;
    case 'LAC restarts':
      world.restart(lac);
      return;
    case 'LNS restarts':
      world.restart(lns);
      return;
    case 'LAC clears a line':
      if (line !== undefined) world.turn(lac, () => lac.router.lac.clearLine(line, 'cleared', now));
      return;
    case 'LNS clears a caller':
      world.turn(lns, () => {
        const [session] = lns.router.lns.sessions;
        if (session) lns.router.lns.clear(session, 'cleared by the operator', now);
      });
      return;
    case 'LAC clears its tunnels':
      clearTunnels(world, lac);
      return;
    case 'LNS clears its tunnels':
      clearTunnels(world, lns);
      return;
    case 'the network is cut':
      world.isCut = true;
      world.agenda.add(now + random.int(500, 40_000), () => {
        world.isCut = false;
      });
      return;
    case 'a packet for nobody':
      world.packets.put(0x0a4d01ff, [1, 2, 3]);
      return;
  }
}

function clearTunnels(world: World, { router }: Box): void {
  const box = router === world.lac.router ? world.lac : world.lns;
  world.turn(box, () => {
    for (const record of router.tunnels.records.values()) router.clearTunnel(record, world.now);
  });
}
