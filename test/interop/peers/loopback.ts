/** The product between a scripted caller and a scripted LNS, on this machine's loopback alone. */
import { configText, DNIS } from '../harness/config-text.ts';
import { Line } from '../harness/line.ts';
import { Pilac } from '../harness/pilac.ts';
import type { World } from '../harness/world.ts';
import { Caller, type CallerOptions } from './caller.ts';
import { ScriptedLns } from './lns.ts';

export interface LoopbackOptions {
  readonly caller: CallerOptions;
  readonly speedBps?: number;
  readonly nodeOptions?: readonly string[];
}

export interface Loopback {
  readonly pilac: Pilac;
  readonly line: Line;
  readonly caller: Caller;
  readonly lns: ScriptedLns;
}

/** All up and the line idle; ended with the case. */
export async function openLoopback(world: World, options: LoopbackOptions): Promise<Loopback> {
  // Two runs at once are not in each other's way: port 1701 is bound on addresses of our own.
  const network = `127.${(process.pid >>> 8) & 0xff}.${process.pid & 0xff}`;
  const lns = await ScriptedLns.listen(`${network}.2`, 'hello');
  world.atEnd(() => lns.close());
  const line = new Line(1, world.dir);
  await line.connect();
  const caller = new Caller(line.near, options.caller);
  // The line first: a read that waits on the pty comes back by its hang-up.
  world.atEnd(() => caller.close());
  world.atEnd(() => line.cut());
  const { speedBps = 115_200, nodeOptions = [] } = options;
  const text = configText({
    sourceAddress: `${network}.1`,
    lines: [{ number: 1, device: line.far, calledNumber: DNIS, speedBps }],
    groups: [{ dnis: DNIS, addresses: [`${network}.2`] }],
  });
  const pilac = await Pilac.start(world.dir, text, { nodeOptions, debug: 'vpdn error' });
  world.atEnd(() => pilac.kill());
  await pilac.lineIs(1, 'idle');
  return { pilac, line, caller, lns };
}
