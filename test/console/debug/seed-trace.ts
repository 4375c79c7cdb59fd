/**
 * The seed's four debug listings (fixtures/seed-trace.txt: id, time, text; one line each), and the
 * debug that shows each line. First letters of an id: L(AC) or N(etwork server), S(et-up) or D(own).
 */
import { readFileSync } from 'node:fs';

export interface SeedLine {
  readonly id: string;
  readonly text: string;
}

const FIXTURE = new URL('../../fixtures/seed-trace.txt', import.meta.url);

export const SEED_LINES: readonly SeedLine[] = readFileSync(FIXTURE, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [, id = '', text = ''] = /^(\S+) \S+: (.*)$/.exec(line) ?? [];
    return { id, text };
  });

/** Every line of the seed matches one of these, and only one. */
const RULES: readonly (readonly [string, RegExp])[] = [
  ['log', /^%/],
  ['aaa authorization', /AAA\/AUTHOR/],
  ['aaa authentication', /AAA\/AUTHEN /],
  ['radius', /^RADIUS: |^Attribute /],
  ['vtemplate', / VTEMPLATE: /],
  ['ppp negotiation', /^\S+ (?:PPP|LCP|IPCP): /],
  ['ppp authentication', /^\S+ CHAP: /],
  ['vpdn event', /^\S+ VPDN(?:\/\S*)?: /],
  ['vpdn l2x-packets', /(?:L2TP|L2X): Parse /],
  ['vpdn l2x-packets', /, flg TLS, /],
  ['vpdn l2x-packets', /^contiguous buffer, /],
  ['vpdn l2x-packets', /(?:L2TP|L2X): No missing AVPs in /],
  ['vpdn l2x-packets', /^Error code\(|(?:L2TP|L2X): Result code\(/],
  [
    'vpdn l2x-packets',
    /(?:L2TP|L2X): (?:Protocol Ver|Framing Cap|Bearer Cap|Firmware Ver|Hostname|Vendor Name|Assigned|Rx|Chlng|Serial Number|Bearer Type|Framing Type|Called|Calling|Connect Speed|Last|Proxy Auth|Client NAS Port)/,
  ],
  ['vpdn l2x-events', /L2TP: [IO] \S+(?:$| from | to )/],
  [
    'vpdn l2x-events',
    /L2TP: (?:SM State|Tunnel|Session|Got a|New|Create|Destroying|Shutdown|No more)/,
  ],
  ['vpdn l2x-events', /L2TP: VPDN: Releasing/],
];

export const debugsOf = (text: string): readonly string[] =>
  RULES.filter(([, pattern]) => pattern.test(text)).map(([debug]) => debug);
