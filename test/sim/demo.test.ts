import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';

const RUN_MS = 30_000;

function run(...given: readonly string[]): { status: number | null; lines: readonly string[] } {
  const demo = ['--import=tsx', 'test/sim/demo.ts', ...given];
  const { status, stdout, stderr } = spawnSync(process.execPath, demo, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_MS,
  });
  return { status, lines: `${stdout}${stderr}`.split('\n') };
}

/** In this order, others between them. */
const SEEN = [
  /LCP: State is Open/,
  /CHAP: O CHALLENGE id 1 len 27 from "5300-1"/,
  /CHAP: I RESPONSE id 1 len 27 from "2500-1"/,
  /Looking for tunnel -- dnis:614629 --/,
  /Tnl 17688 L2TP: O SCCRQ, flg TLS, ver 2, len 128, tnl 0, cl 0, ns 0, nr 0 C8 02 00 80/,
  /Tnl 17688 L2TP: Tunnel Authentication success/,
  /Tnl 17688 L2TP: O SCCCN to l2tp-gw tnlid 55270/,
  /As1 Tnl\/Cl 17688\/7 L2TP: O ICRQ to l2tp-gw/,
  /As1 Tnl\/Cl 17688\/7 L2TP: O ICCN, flg TLS, ver 2, len 151, tnl 55270, cl 45, ns 3, nr 2/,
  /5 frames went up and came back/,
  /O CDN, flg TLS, ver 2, len 38, tnl 55270, cl 45, ns 4, nr 2 C8 02 00 26 D7 E6 00 2D/,
  /I StopCCN, flg TLS, ver 2, len 36, tnl 17688, cl 0, ns 2, nr 5/,
  /O ZLB ctrl ack, flg TLS, ver 2, len 12, tnl 55270, cl 0, ns 5, nr 3/,
  /Tunnel state change from no-sessions-left to idle/,
  /Everything happened as it should/,
];

describe('sim/demo: npm start', () => {
  it("brings the seed's call up and down, and ends with 0", () => {
    const { status, lines } = run();
    let at = -1;
    for (const pattern of SEEN) {
      at = lines.findIndex((line, index) => index > at && pattern.test(line));
      assert(at >= 0, `${pattern} in its turn; it said:\n${lines.join('\n')}`);
    }
    assert.equal(status, 0);
  }).timeout(RUN_MS);

  it('ends with 1 and the reason when the call does not come about', () => {
    const { status, lines } = run('--lns-secret', 'wrong');
    assert.equal(status, 1);
    const said = lines.slice(lines.findIndex((line) => /did not happen/.test(line))).join('\n');
    assert.match(said, /the tunnel stands/);
    assert.match(said, /127\.0\.0\.1 \(l2tp-gw\): its response to our challenge is wrong/);
  }).timeout(RUN_MS);
});
