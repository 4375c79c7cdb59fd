/**
 * `npm start`: the seed's call, from the first octet to the last. The LAC as it ships, on its own
 * scheduler and clock; its LNS is the scripted one behind real UDP on the loopback, its caller the
 * scripted one behind a line made of memory. Ends with 0, or with 1 and what did not happen.
 */
import { createSocket } from 'node:dgram';
import { DebugFlags } from '../../src/console/debug/flags.ts';
import { monotonicMs } from '../../src/device/clock.ts';
import { Call } from './demo/call.ts';
import { castCaller, castConfig, castLns } from './demo/cast.ts';
import { bootLac } from './demo/firmware.ts';
import { Lns } from './peers/lns.ts';
import { Prng } from './world/prng.ts';

const PATIENCE_MS = 15_000;
const LOOPBACK = '127.0.0.1';
const FRAMES = 5;
/** Severity of syslog: from here on an operator has to act. */
const WARNING = 4;

const debugs = new DebugFlags();
debugs.set('all', true);
const began = monotonicMs();

function say(line: string): void {
  const at = ((monotonicMs() - began) / 1000).toFixed(3).padStart(7);
  console.log(`${at}  ${line}`);
}

function heading(text: string): void {
  console.log(`\n--- ${text}`);
}

function main(): void {
  const secretAt = process.argv.indexOf('--lns-secret');
  const secret = secretAt < 0 ? 'hello' : (process.argv[secretAt + 1] ?? '');
  const random = new Prng(Math.floor(Math.random() * 2 ** 32));
  const socket = createSocket('udp4');
  socket.bind(0, LOOPBACK, () => {
    const { port } = socket.address();
    heading(`LNS l2tp-gw listens on ${LOOPBACK}:${port}; LAC hgw, line Async1, called 614629`);
    const wrong: string[] = [];
    const lac = bootLac(castConfig(port), (event) => {
      for (const line of debugs.linesOf(event)) say(line);
      if (event.kind === 'log' && event.facility === 'VPDN' && event.severity <= WARNING) {
        wrong.push(`LAC: ${event.text}`);
      }
    });
    const lns = new Lns(castLns(secret), random, {
      send: (octets, to) => {
        socket.send(octets, to.port, LOOPBACK);
        lac.scheduler.startedNodeWork();
      },
      complain: (text) => wrong.push(`LNS: ${text}`),
      accepted: ({ name, calledNumber, callingNumber, port: on }) =>
        say(`=== LNS: call of ${name} on ${on}, called ${calledNumber}, calling ${callingNumber}`),
    });
    const call = new Call({ lac, lns, wrong, random, caller: castCaller(), frames: FRAMES, say });
    socket.on('message', (octets, from) => call.fromLac(octets, from.port));
    lac.scheduler.start();
    call.begin();
    heading('The caller dials');
    call.run(heading, monotonicMs() + PATIENCE_MS).then(
      (complaints) => end(complaints),
      (error: unknown) => end([String(error)]),
    );
  });
}

function end(complaints: readonly string[]): void {
  if (complaints.length === 0) {
    heading('Everything happened as it should: call up, frames both ways, call and tunnel down');
    process.exit(0);
  }
  heading('Something did not happen:');
  for (const complaint of complaints) console.log(complaint);
  process.exit(1);
}

main();
