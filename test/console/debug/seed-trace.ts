/**
 * The seed's four debug listings (trace.md §8 to §11: id, time, text; one line each), and the
 * debug that shows each line. An id begins with L(AC) or (L)N(S), then S(et-up) or (tear)D(own).
 */
import { readFileSync } from 'node:fs';

export interface SeedLine {
  readonly id: string;
  readonly text: string;
}

const FIXTURE = new URL('../../fixtures/spec/trace.md', import.meta.url);

export const SEED_LINES: readonly SeedLine[] = readFileSync(FIXTURE, 'utf8')
  .split('\n')
  .filter((line) => /^[LN][SD]-\d{3} /.test(line))
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
  ['vpdn l2x-packets', /: (?:Protocol Ver|Framing Cap|Bearer Cap|Firmware Ver|Hostname|Vendor) /],
  ['vpdn l2x-packets', /: (?:Assigned|Rx|Chlng|Bearer Type|Framing Type|Called|Calling|Connect) /],
  ['vpdn l2x-packets', /: (?:Serial Number$|Last |Proxy Auth |Client NAS Port )/],
  ['vpdn l2x-events', /L2TP: [IO] \S+(?:$| from | to )/],
  ['vpdn l2x-events', /L2TP: (?:SM State|Tunnel|Session|Got a|New|Create|Destroying|Shutdown) /],
  ['vpdn l2x-events', /L2TP: (?:No more|VPDN: Releasing)/],
];

export const debugsOf = (text: string): readonly string[] =>
  RULES.filter(([, pattern]) => pattern.test(text)).map(([debug]) => debug);
