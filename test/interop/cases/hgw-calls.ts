/** A router, our LAC, our LNS: whose LCP and whose CHAP it was, seen in the router's own log. */
import { strict as assert } from 'node:assert';
import { LCP } from '../harness/capture.ts';
import { CALLER, LNS_NAME, LNS_NO_SESSION_S, QUICK_RETRANSMIT } from '../harness/config-text.ts';
import { LNS_ADDRESS, ProductLns } from '../harness/product-lns.ts';
import { ROUTER_EXIT, type Router } from '../harness/router.ts';
import type { Case, World } from '../harness/world.ts';
import { CALL_UP, TUNNEL_UP } from './calls.ts';
import { ECHOES } from './endings.ts';

const CHAP = 0xc223;
const LAC_NAME = '5300-1';
/** A fast line, and nothing that is waited for long. */
export const FAST = { speedBps: 921_600, extra: QUICK_RETRANSMIT } as const;
/** RFC 1661 §5. */
const TERM_ACK = '6';
const SUCCESS = '3';
const FAILURE = '4';
const EARLY_MS = 250;

/** What of PPP the router saw before IP was up. */
class Negotiation {
  /** Distinct magic numbers of Configure-Requests, so rounds: the router's, the other side's. */
  readonly sentMagics: ReadonlySet<string>;
  readonly receivedMagics: ReadonlySet<string>;
  readonly #lines: readonly string[];

  constructor(router: Router) {
    this.#lines = router.pppdLog().split('\n');
    this.sentMagics = this.#values(/sent \[LCP ConfReq .*<magic (0x[0-9a-f]+)>/);
    this.receivedMagics = this.#values(/rcvd \[LCP ConfReq .*<magic (0x[0-9a-f]+)>/);
  }

  /** Who asked for a response, in order, a repetition once: `NAME`. */
  get challengers(): string[] {
    return [...this.#values(/rcvd \[CHAP Challenge .*name = "([^"]*)"/)];
  }

  /** The identifiers of one party's Challenges. */
  challengeIds(name: string): string[] {
    return [...this.#values(new RegExp(`rcvd \\[CHAP Challenge id=(\\S+) .*name = "${name}"`))];
  }

  ids(what: 'Success' | 'Failure'): string[] {
    return [...this.#values(new RegExp(`rcvd \\[CHAP ${what} id=(\\S+) `))];
  }

  /** Every Configure-Request of LCP came before every Challenge. */
  assertOneRound(): void {
    const last = this.#lines.findLastIndex((line) => /\[LCP ConfReq /.test(line));
    const first = this.#lines.findIndex((line) => /\[CHAP Challenge /.test(line));
    assert.ok(last >= 0 && first > last, 'all Configure-Requests before the Challenge');
    assert.equal(this.sentMagics.size, 1, 'rounds of the router');
    assert.equal(this.receivedMagics.size, 1, 'rounds of the other side');
  }

  #values(pattern: RegExp): Set<string> {
    return new Set(this.#lines.flatMap((line) => pattern.exec(line)?.[1] ?? []));
  }
}

/** What the LNS sends of LCP and CHAP while it takes over what the LAC began. */
export const model: Case = {
  name: 'model',
  limitS: 60,
  run: async (world) => {
    const lns = await ProductLns.start(world, {
      group: ['terminate-from hostname hgw'],
      template: ['no keepalive'],
    });
    const lac = await world.start(FAST);
    const lacBaseline = await world.baseline();
    const router = await standing(world, lns);
    const address = await showsCaller(lns, router);
    assert.deepEqual(lns.routes(), [address], 'the host route');
    router.let('go');
    await router.succeeds();
    await world.linesIdle();
    await lac.cleanAs(lacBaseline);
    await lns.leavesNothing();

    const negotiation = new Negotiation(router);
    negotiation.assertOneRound();
    assert.deepEqual(negotiation.challengers, [LAC_NAME]);
    assert.deepEqual(negotiation.ids('Success'), negotiation.challengeIds(LAC_NAME));

    const flow = await world.finish();
    flow.allAcknowledged();
    flow.shows(...TUNNEL_UP, ...CALL_UP, '> LCP TermReq', '< LCP TermAck', '> CDN 1');
    flow.shows('> CDN 1', '< StopCCN 1');
    flow.lacks('< CDN', '> StopCCN');
    const idleMs = flow.timeOf('< StopCCN 1') - flow.timeOf('> CDN 1');
    assert.ok(idleMs > LNS_NO_SESSION_S * 1000 - EARLY_MS, `StopCCN after ${idleMs} ms`);
    const [iccn] = flow.fromLac('ICCN');
    const types = iccn?.avps.filter(({ vendorId }) => vendorId === 0).map(({ type }) => type) ?? [];
    for (const type of [27, 28, 29, 30, 31, 32, 33]) {
      assert.ok(types.includes(type), `AVP ${type} in ICCN: ${types.join(' ')}`);
    }
    const seen = flow.seenFrom(LNS_ADDRESS);
    seen.nothingMalformed();
    seen.allAcknowledged();
    assert.deepEqual(new Set(codes(seen.pppSent(LCP))), new Set([TERM_ACK]));
    assert.deepEqual(codes(seen.pppSent(CHAP)), [SUCCESS]);
  },
};

/** The same call where the LNS begins LCP anew. */
export const renegotiationAlways: Case = {
  name: 'renegotiation-always',
  limitS: 60,
  run: async (world) => {
    const { router } = await goodCall(world, ['lcp renegotiation always']);
    const negotiation = new Negotiation(router);
    assert.equal(negotiation.receivedMagics.size, 2, 'rounds of the other side');
    assert.equal(negotiation.sentMagics.size, 2, 'rounds of the router');
    assert.deepEqual(negotiation.challengers, [LAC_NAME, LNS_NAME]);
    assert.deepEqual(negotiation.ids('Success'), negotiation.challengeIds(LNS_NAME));
  },
};

/** LCP is taken over; only the Challenge comes again. */
export const forceLocalChap: Case = {
  name: 'force-local-chap',
  limitS: 60,
  run: async (world) => {
    const { router } = await goodCall(world, ['force-local-chap']);
    const negotiation = new Negotiation(router);
    negotiation.assertOneRound();
    assert.deepEqual(negotiation.challengers, [LAC_NAME, LNS_NAME]);
    assert.deepEqual(negotiation.ids('Success'), negotiation.challengeIds(LNS_NAME));
  },
};

/** The LAC asked for PAP, and this LNS takes nothing but CHAP. */
export const onMismatch: Case = {
  name: 'on-mismatch',
  limitS: 60,
  run: async (world) => {
    const { router } = await goodCall(world, ['lcp renegotiation on-mismatch'], 'pap');
    const negotiation = new Negotiation(router);
    assert.equal(negotiation.receivedMagics.size, 2, 'rounds of the other side');
    assert.deepEqual(negotiation.challengers, [LNS_NAME]);
  },
};

/** The same mismatch, and no leave to begin anew: refused, and the log says why. */
export const mismatchRefused: Case = {
  name: 'mismatch-refused',
  limitS: 60,
  run: async (world) => {
    const lns = await ProductLns.start(world);
    await world.start({ ...FAST, authentication: 'pap' });
    const router = world.router({ auth: 'any', pppd: ECHOES, linkWaitS: 20 });
    assert.equal(await router.exited, ROUTER_EXIT.noLink, JSON.stringify(router.report()));
    await lns.leavesNothing();
    const flow = await world.finish();
    flow.shows(...CALL_UP, '< CDN 2/6');
    flow.lacks('> CDN');
    const said = lns.logged(/%PPP-[0-5]-ENDED: .*the proxied LCP does not fit/);
    assert.equal(said.length, 1, lns.pilac.log);
    flow.seenFrom(LNS_ADDRESS).nothingMalformed();
  },
};

/** Failure for the caller, CDN 3 for the LAC, one line for the operator; the next call is good. */
export const wrongPassword: Case = {
  name: 'wrong-password',
  limitS: 80,
  run: async (world) => {
    const lns = await ProductLns.start(world);
    await world.start(FAST);
    const wrong = world.router({ secret: 'notmine', linkWaitS: 20 });
    assert.equal(await wrong.exited, ROUTER_EXIT.noLink, JSON.stringify(wrong.report()));
    const negotiation = new Negotiation(wrong);
    assert.deepEqual(negotiation.ids('Failure'), negotiation.challengeIds(LAC_NAME));
    assert.deepEqual(negotiation.ids('Success'), []);
    const complaints = lns.pilac.complaints.filter((line) => line.includes(CALLER.name));
    assert.equal(complaints.length, 1, complaints.join('\n'));
    assert.match(complaints[0] ?? '', /password.*wrong/);
    assert.doesNotMatch(lns.pilac.log, /notmine|routerpw/);

    await world.linesIdle();
    const right = world.router({ steps: ['ping PEER 5'] });
    await right.succeeds();
    await lns.leavesNothing();
    const flow = await world.finish();
    flow.shows(...CALL_UP, '< CDN 3', ...CALL_UP);
    const seen = flow.seenFrom(LNS_ADDRESS);
    seen.nothingMalformed();
    seen.allAcknowledged();
    assert.deepEqual(codes(seen.pppSent(CHAP)), [FAILURE, SUCCESS]);
  },
};

/** A whole call with traffic through a LAC of ours, whatever the group says. */
async function goodCall(
  world: World,
  group: readonly string[],
  authentication?: string,
): Promise<{ lns: ProductLns; router: Router }> {
  const lns = await ProductLns.start(world, { group });
  const more = authentication === undefined ? {} : { authentication };
  await world.start({ ...FAST, ...more });
  const router = world.router({ auth: 'any', steps: lns.steps });
  await router.succeeds();
  await lns.leavesNothing();
  const flow = await world.finish();
  flow.shows(...TUNNEL_UP, ...CALL_UP, '> LCP TermReq', '< LCP TermAck', '> CDN 1');
  flow.seenFrom(LNS_ADDRESS).nothingMalformed();
  return { lns, router };
}

/** A call that has carried all that it should, and stands until `go`. */
async function standing(world: World, lns: ProductLns): Promise<Router> {
  const router = world.router({ steps: [...lns.steps, 'await go 30'], linkWaitS: 20 });
  await router.reaches('S3_OK', 40_000);
  const report = router.report();
  assert.equal(report.S1_RX, '20', JSON.stringify(report));
  assert.equal(report.S2_MD5, lns.md5);
  assert.equal(report.S3_MD5, report.S3_FAR_MD5);
  return router;
}

/** @returns the caller's address */
async function showsCaller(lns: ProductLns, router: Router): Promise<string> {
  const { callers } = await lns.pilac.show('caller');
  assert.equal(callers.length, 1);
  const [caller] = callers;
  assert.equal(caller?.user, CALLER.name);
  assert.equal(caller?.address, router.report().LOCAL_IP);
  assert.equal(caller?.lac, 'hgw');
  assert.equal(caller?.calledNumber, '614629');
  const { pools } = await lns.pilac.show('ip local pool');
  assert.deepEqual(
    pools.map(({ name, inUse, free }) => ({ name, inUse, free })),
    [{ name: 'default', inUse: 1, free: 240 }],
  );
  return caller?.address ?? '';
}

/** A repetition counts once. */
const codes = (packets: readonly string[]): string[] =>
  [...new Set(packets)].map((packet) => packet.split(' ', 1)[0] ?? '');
