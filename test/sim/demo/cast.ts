/** The names and numbers of the seed (trace.md §1). */

import type { Random } from '../../../src/base/machine.ts';
import type { Config } from '../../../src/config/schema/config.ts';
import { formatErrors, parseConfig } from '../../../src/config/schema/parse-config.ts';
import { entropy } from '../../../src/device/entropy.ts';
import type { CallerOptions } from '../peers/caller.ts';
import type { LnsStyle } from '../peers/lns.ts';
import { calmCaller, calmLns } from '../world/plan.ts';

const CLIENT = '2500-1';
const LNS_TUNNEL_ID = 55270;
const LNS_SESSION_ID = 45;
const LNS_WINDOW = 300;
/** Shortened from the seed's 10 s. */
const NO_SESSION_MS = 1_000;

export const CALL_SERIAL_NUMBER = 0xd114c7c5;

export function castConfig(lnsPort: number): Config {
  const text = `
hostname hgw
vpdn enable
vpdn search-order dnis domain
vpdn source-ip 127.0.0.1
vpdn-group 1
 request-dialin
  protocol l2tp
  dnis 614629
 initiate-to ip 127.0.0.1 port ${lnsPort}
 local name hgw
 l2tp tunnel password 0 hello
 l2tp tunnel receive-window 800
 l2tp tunnel timeout no-session 15
 l2tp compat cisco
interface Async1
 encapsulation ppp
 ppp authentication chap
 ppp chap hostname 5300-1
line 1
 device /memory
 modem type direct
 called-number 614629
 calling-number 2085730592
 speed 64000
 flowcontrol none
`;
  const parsed = parseConfig(text, 'the seed');
  if ('config' in parsed) return parsed.config;
  throw new Error(formatErrors(parsed.errors).join('\n'));
}

export const castCaller = (): CallerOptions => ({
  ...calmCaller(1),
  name: CLIENT,
  takes: 'chap',
  accm: undefined,
  compress: false,
  dataEveryMs: 100,
});

export const castLns = (secret: string): LnsStyle => {
  const calm = calmLns(0);
  return {
    ...calm,
    name: 'l2tp-gw',
    secret,
    window: LNS_WINDOW,
    noSessionMs: NO_SESSION_MS,
    firstTunnelId: LNS_TUNNEL_ID,
    firstSessionId: LNS_SESSION_ID,
    ppp: { ...calm.ppp, name: '1600-3' },
  };
};

/** The seed's magic number, tunnel and session id where they are asked for; the rest is fresh. */
export function castRandom(): Random {
  const script: Uint8Array[] = [
    Uint8Array.of(0x10, 0x9d, 0x08, 0xf2),
    Uint8Array.of(0x45, 0x18),
    Uint8Array.of(0, 7),
  ];
  return {
    octets: (count) => {
      if (script[0]?.length !== count) return entropy.octets(count);
      return script.shift() ?? entropy.octets(count);
    },
  };
}
