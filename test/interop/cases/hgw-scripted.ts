/** Proxy authentication that is wrong, or is none: told by a LAC of our own making. */
import { strict as assert } from 'node:assert';
import { CALLER, LNS_PPP_ADDRESS } from '../harness/config-text.ts';
import { LAC_ADDRESS } from '../harness/lns.ts';
import { LNS_ADDRESS, ProductLns } from '../harness/product-lns.ts';
import { Program } from '../harness/program.ts';
import type { Case, World } from '../harness/world.ts';
import { type CallOptions, PROXY_ID } from '../peers/call.ts';
import type { CallReport } from '../programs/call.ts';

const LIMIT_MS = 15_000;

/** What a program must know to be a LAC. */
export const PLACE = {
  lac: LAC_ADDRESS,
  lns: LNS_ADDRESS,
  secret: 'hello',
  hostName: 'hgw',
  caller: CALLER,
  peer: LNS_PPP_ADDRESS,
} as const;

/** The right response with one bit changed: Failure under the proxied id, and a CDN. */
export const proxyBit: Case = {
  name: 'proxy-bit',
  limitS: 40,
  run: async (world) => {
    const lns = await ProductLns.start(world);
    const [changed, right] = await reports(world, lns, 'changed', 'chap');
    assert.deepEqual(changed.seen.slice(0, 1), [`CHAP 4 ${PROXY_ID}`], 'a Failure, and first');
    assert.ok(!changed.seen.some((one) => one.startsWith('CHAP 1')), 'no Challenge');
    assert.equal(changed.address, '');
    assert.equal(changed.end?.result, 3, `CDN: administrative reasons: ${changed.end?.text}`);
    assert.equal(lns.logged(/%PPP-4-AUTHFAIL: .*router@example\.net/).length, 1);
    // The same, unchanged, is let in: it was that bit.
    assert.deepEqual(right.seen.slice(0, 1), [`CHAP 3 ${PROXY_ID}`]);
    assert.deepEqual(codes(right, 'LCP'), [], 'no LCP where the proxied fits');
    assert.equal(right.pings, 3);
    await lns.leavesNothing();
    const flow = await world.flow();
    flow.seenFrom(LNS_ADDRESS).nothingMalformed();
  },
};

/** Type 4, then no type at all: the LNS asks itself. */
export const proxyNone: Case = {
  name: 'proxy-none',
  limitS: 40,
  run: async (world) => {
    const lns = await ProductLns.start(world, { group: ['lcp renegotiation on-mismatch'] });
    for (const report of await reports(world, lns, 'none', 'absent')) {
      const chap = codes(report, 'CHAP');
      assert.deepEqual(chap, ['1', '3'], 'one Challenge, one Success');
      assert.equal(report.pings, 3);
    }
    await lns.leavesNothing();
    const flow = await world.flow();
    flow.seenFrom(LNS_ADDRESS).nothingMalformed();
  },
};

const codes = (report: CallReport, protocol: string): string[] =>
  report.seen.flatMap((one) => {
    const [name = '', code = ''] = one.split(' ');
    return name === protocol ? [code] : [];
  });

/** One call after the other, in one tunnel. */
async function reports(
  world: World,
  lns: ProductLns,
  ...kinds: readonly [CallOptions['proxy'], CallOptions['proxy']]
): Promise<[CallReport, CallReport]> {
  await world.capture();
  const calls = kinds.map((proxy): CallOptions => ({ ...CALLER, proxy }));
  const program = new Program(world, lns.namespace, 'call', { ...PLACE, calls });
  const first = await program.says<CallReport>('call 0', LIMIT_MS);
  const second = await program.says<CallReport>('call 1', LIMIT_MS);
  await program.says('end', LIMIT_MS);
  return [first, second];
}
