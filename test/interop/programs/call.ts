/** A tunnel and some calls one after the other; says what came of each. */
import type { CallOptions } from '../peers/call.ts';
import { ScriptedLac } from '../peers/lac.ts';
import { type Place, parameters, say, wait } from './talk.ts';

interface Parameters extends Place {
  readonly calls: readonly CallOptions[];
}

/** What is told of each call. */
export interface CallReport {
  readonly seen: readonly string[];
  readonly address: string;
  readonly pings: number;
  readonly end: { readonly result: number; readonly error: number; readonly text: string } | null;
}

const LIMIT_MS = 10_000;
const PINGS = 3;

const { calls, lac: local, lns, secret, hostName, peer } = parameters<Parameters>();
const lac = await ScriptedLac.open({ local, lns, secret, hostName });
for (const [at, options] of calls.entries()) {
  const call = lac.call(options);
  await wait(() => call.ended !== undefined || call.address !== '', `call ${at}`, LIMIT_MS);
  let pings = 0;
  call.onEcho = () => {
    pings++;
  };
  if (call.address !== '') {
    for (let sequence = 1; sequence <= PINGS; sequence++) {
      call.ping(peer, sequence);
      await wait(() => pings >= sequence, `ping ${sequence} of call ${at}`, LIMIT_MS);
    }
  }
  const { seen, address, ended } = call;
  const report: CallReport = { seen, address, pings, end: ended ?? null };
  say(`call ${at}`, report);
  lac.hangUp(call);
}
await lac.stop(LIMIT_MS);
say('end');
