/**
 * Ten tunnels with a hundred calls each. How long a call takes is measured in rounds of ten calls
 * at once, one in each tunnel: where there are no others, and where there are 990.
 */
import type { ScriptedCall } from '../peers/call.ts';
import { ScriptedLac } from '../peers/lac.ts';
import { type Place, parameters, percentile, say, told, wait } from './talk.ts';

interface Parameters extends Place {
  readonly tunnels: number;
  readonly sessions: number;
  readonly rounds: number;
}

/** Of rounds: from the ten ICRQs to the tenth IPCP Opened, divided by ten. */
export interface CallTimes {
  readonly medianMs: number;
  readonly leastMs: number;
}

const LIMIT_MS = 20_000;
const PING_LIMIT_MS = 10_000;
const PING_EVERY_MS = 500;

const place = parameters<Parameters>();
const { dir, lac: local, lns, secret, hostName, caller, peer } = place;
const lacs: ScriptedLac[] = [];
for (let at = 0; at < place.tunnels; at++) {
  lacs.push(await ScriptedLac.open({ local, lns, secret, hostName }));
}

/** Which tunnel each standing call is in. */
const standing = new Map<ScriptedCall, ScriptedLac>();

/** One call in each tunnel. @returns milliseconds until the last was up, and the calls */
async function round(): Promise<{ ms: number; calls: ScriptedCall[] }> {
  const begun = performance.now();
  const calls = lacs.map((lac) => {
    const call = lac.call({ ...caller, proxy: 'chap' });
    standing.set(call, lac);
    return call;
  });
  await Promise.all(
    calls.map(
      (call, at) =>
        new Promise<void>((resolve, reject) => {
          call.onUp = resolve;
          call.onEnded = () => reject(new Error(`call ${at}: ${JSON.stringify(call.ended)}`));
        }),
    ),
  );
  return { ms: performance.now() - begun, calls };
}

function hangUp(calls: Iterable<ScriptedCall>): void {
  for (const call of calls) {
    call.onEnded = () => undefined;
    standing.get(call)?.hangUp(call);
    standing.delete(call);
  }
}

/** Rounds of calls that go again at once, beside those that stand. */
async function measure(rounds: number): Promise<CallTimes> {
  const times: number[] = [];
  for (let at = 0; at < rounds; at++) {
    const { ms, calls } = await round();
    times.push(ms / calls.length);
    hangUp(calls);
    await wait(() => lacs.every((lac) => lac.isIdle), 'all CDNs acknowledged', LIMIT_MS);
  }
  return { medianMs: percentile(times, 0.5), leastMs: percentile(times, 0) };
}

/** @returns how many of the calls had an answer */
async function pingAll(): Promise<number> {
  const silent = new Set(standing.keys());
  for (const call of silent) {
    call.onEcho = () => {
      silent.delete(call);
    };
  }
  const end = performance.now() + PING_LIMIT_MS;
  for (let sequence = 1; silent.size > 0 && performance.now() < end; sequence++) {
    for (const call of silent) call.ping(peer, sequence);
    await wait(() => silent.size === 0, 'answers', PING_EVERY_MS).catch(() => undefined);
  }
  return standing.size - silent.size;
}

// Compiled code and inline caches first: neither side is to be told faster for them.
await measure(place.rounds * 5);
say('few', await measure(place.rounds));
await told(dir, 'fill');
while (standing.size < place.sessions - place.tunnels) await round();
say('many', await measure(place.rounds));
await round();
say('full', { sessions: standing.size });
await told(dir, 'ping');
say('pinged', { answered: await pingAll() });
await told(dir, 'down');
const addresses = new Set([...standing.keys()].map(({ address }) => address)).size;
hangUp([...standing.keys()]);
await Promise.all(lacs.map((lac) => lac.stop(LIMIT_MS)));
say('end', { addresses });
process.exit(0);
