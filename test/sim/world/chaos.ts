/** Runs a seed: faults and incidents, then peace, then the end; and says what was wrong with it. */
import type { Event } from '../../../src/base/event.ts';
import type { Millis } from '../../../src/base/machine.ts';
import { lookForLeaks } from '../watch/counter-watch.ts';
import { CALM_UDP, drawPlan, type Incident } from './plan.ts';
import { Prng } from './prng.ts';
import { type Station, Violation, World } from './world.ts';

/** With faults over, a caller that redials has a call that works within this. */
const LIVELY_MS: Millis = 60_000;
/** No-session timer, full cycle, and what was unacknowledged before. */
const SETTLED_MS: Millis = 15_000 + 31_000 + 31_000 + 15_000;
const HELLO_MS: Millis = 60_000 + 31_000 + 1_000;
const SHUTDOWN_MS: Millis = 40_000;

type Trace = (event: Event | string, now: Millis) => void;

/** @returns what was wrong, undefined for nothing */
export function runSeed(seed: number, trace?: Trace): string | undefined {
  try {
    const plan = drawPlan(new Prng(seed));
    const world = new World({ plan, seed, ...(trace && { trace }) });
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
  const { stations, lnses, now } = world;
  world.note('--- faults end');
  world.udpFaults = { ...CALM_UDP };
  for (const { up, down } of stations) {
    for (const { faults } of [up, down]) Object.assign(faults, { loss: 0, flip: 0 });
  }
  for (const lns of lnses) {
    lns.isMute = false;
    lns.refusal = undefined;
  }
  const works = ({ caller }: Station): boolean => caller.lastEchoAt > now + 5_000;
  if (world.run(now + LIVELY_MS, () => stations.every(works))) return;
  const dead = stations.filter((station) => !works(station));
  const numbers = dead.map(({ caller }) => caller.options.line).join(', ');
  world.fail(`no working call on line ${numbers} a minute after the faults ended`);
}

function end(world: World): void {
  const { stations, random, plan } = world;
  for (const station of stations) station.redials = false;
  if (plan.end === 'shutdown') shutDown(world);
  else {
    for (const station of stations) {
      if (random.chance(0.5)) world.cutLine(station, 'the end');
      else station.caller.terminate(world.now);
    }
  }
  world.run(world.now + SETTLED_MS);
  if (stations.some(({ caller }) => caller.isDialed)) world.fail('a caller was not hung up');
  const leaks = lookForLeaks(world.router, world.wheel);
  if (world.peersKnown > 0) leaks.push(`destinations known: ${world.peersKnown}`);
  if (leaks.length > 0) world.fail(leaks.join('; '));
  // One whose LAC was restarted, or has given up on it, finds out by its own HELLO.
  const isOver = (): boolean => world.lnses.every(({ sessions }) => sessions.length === 0);
  if (!world.run(world.now + HELLO_MS, isOver)) {
    world.fail('an LNS has a session that the LAC does not have');
  }
}

function shutDown(world: World): void {
  world.note('--- shutdown');
  world.turn(() => world.router.shutdown(world.now));
  if (!world.run(world.now + SHUTDOWN_MS, () => world.router.isDown())) {
    world.fail('the LAC does not shut down');
  }
}

function happen(world: World, what: Incident): void {
  const { random, now } = world;
  const station = random.pick(world.stations);
  const lns = random.pick(world.lnses);
  const session = lns.sessions.length > 0 ? random.pick(lns.sessions) : undefined;
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
    case 'LNS clears':
      session?.clear({ result: random.pick([1, 3]), error: 0 }, now);
      return;
    case 'LNS stops its tunnels':
      for (const tunnel of lns.tunnels) tunnel.stop({ result: random.pick([1, 6]) }, now);
      return;
    case 'LNS terminates PPP':
      session?.terminate(now);
      return;
    case 'LNS restarts':
      lns.crash();
      return;
    case 'LNS is mute':
      lns.isMute = true;
      world.agenda.add(now + random.int(500, 40_000), () => {
        lns.isMute = false;
      });
      return;
    case 'LNS refuses calls':
      lns.refusal = random.pick([{ result: 4 }, { result: 2, error: 4 }, { result: 3 }]);
      world.agenda.add(now + random.int(500, 20_000), () => {
        lns.refusal = undefined;
      });
      return;
    default:
      happenMore(world, what, station);
  }
}

function happenMore(world: World, what: Incident, { line }: Station): void {
  const { random, now } = world;
  const lns = random.pick(world.lnses);
  switch (what) {
    case 'LNS says hello':
      for (const tunnel of lns.tunnels) tunnel.hello(now);
      return;
    case 'LNS sends a burst':
      for (const session of lns.sessions) session.burst(random.int(5, 60), random.int(10, 400));
      return;
    case 'LNS sets link info':
      for (const session of lns.sessions) {
        if (session.isUp) session.setLinkInfo(0xffffffff, 0, now);
      }
      return;
    case 'LAC restarts':
      world.restartLac();
      return;
    case 'LAC clears a line':
      if (line !== undefined) world.turn(() => world.lac.clearLine(line, 'cleared', now));
      return;
    case 'LAC clears its tunnels':
      world.turn(() => {
        for (const record of world.router.tunnels.records.values()) {
          world.router.clearTunnel(record, now);
        }
      });
      return;
    default:
      throw new Error(`nobody knows how ${what} happens`);
  }
}
