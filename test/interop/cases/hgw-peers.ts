/** Peers of our LNS that nobody here wrote: xl2tpd with pppd as a client, l2tpns as a LAC. */
import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { DNIS } from '../harness/config-text.ts';
import { LAC_ADDRESS } from '../harness/lns.ts';
import { LNS_ADDRESS, ProductLns } from '../harness/product-lns.ts';
import type { ClientOptions } from '../harness/router.ts';
import { until } from '../harness/until.ts';
import type { Case, World } from '../harness/world.ts';
import { CALL_UP, TUNNEL_UP } from './calls.ts';
import { FAST } from './hgw-calls.ts';

/** Where l2tp-client's guest is behind. */
const CLIENT_TAP = 'labcli0';
const READY_LIMIT_MS = 15_000;

/** How pppd's log names what it was asked for, and what it answered with. */
const METHODS = {
  chap: { name: 'chap', response: /sent \[CHAP Response /, agreed: /<auth chap MD5>/ },
  pap: { name: 'pap', response: /sent \[PAP AuthReq /, agreed: /<auth pap>/ },
  mschapv2: {
    name: 'ms-chap-v2',
    response: /sent \[CHAP Response /,
    agreed: /<auth chap MS-v2>/,
  },
} as const;

const client = (method: keyof typeof METHODS, mode: ClientOptions['mode']): Case => ({
  name: `client-${method}`,
  limitS: 60,
  run: async (world) => {
    const { name, response, agreed } = METHODS[method];
    const lns = await ProductLns.start(world, { authentication: name });
    const router = world.client({ lns: LNS_ADDRESS, mode, steps: [...lns.steps, 'await go 30'] });
    await captureTap(world, lns);
    await router.reaches('S3_OK', 40_000);
    assert.equal(lns.routes().length, 1);
    router.let('go');
    await router.succeeds();
    const report = router.report();
    assert.equal(report.S1_RX, '20');
    assert.equal(report.S2_MD5, lns.md5);
    assert.equal(report.S3_MD5, report.S3_FAR_MD5);
    assert.equal(report.HANGUP, 'local');
    const log = router.pppdLog();
    assert.match(log, response);
    assert.match(log, agreed);
    await lns.leavesNothing();
    const flow = (await world.flow()).seenFrom(LNS_ADDRESS);
    flow.shows('< SCCRQ', '> SCCRP', '< SCCCN', '< ICRQ', '> ICRP', '< ICCN');
    flow.nothingMalformed();
    flow.allAcknowledged();
  },
});

export const clients: readonly Case[] = [
  client('chap', 'user'),
  client('pap', 'kernel'),
  client('mschapv2', 'kernel'),
];

const SWITCH_ADDRESS = '10.97.0.2';

/** Router, our LAC, l2tpns that hands the call on, our LNS: it tells no proxy AVPs. */
export const switched: Case = {
  name: 'l2tpns-lac',
  limitS: 90,
  run: async (world) => {
    const lns = await ProductLns.start(world, { group: ['terminate-from hostname l2tpns'] });
    await bootSwitch(world, lns);
    const groups = [{ dnis: DNIS, addresses: [SWITCH_ADDRESS], extra: FAST.extra }];
    await world.start({ speedBps: FAST.speedBps, groups });
    const router = world.router({ steps: lns.steps });
    await router.succeeds();
    const report = router.report();
    assert.equal(report.S2_MD5, lns.md5);
    assert.equal(report.S3_MD5, report.S3_FAR_MD5);
    await lns.pilac.sessionsAre(0, 20_000);
    assert.deepEqual(lns.routes(), []);
    await lns.pilac.command('clear vpdn tunnel l2tp all');
    await lns.pilac.cleanAs(lns.baseline);
    await lns.pilac.stop();
    const flow = await world.finish();
    flow.seenFrom(LAC_ADDRESS).shows(...TUNNEL_UP, ...CALL_UP);
    const seen = flow.seenFrom(LNS_ADDRESS);
    seen.shows('< SCCRQ', '> SCCRP', '< SCCCN', '< ICRQ', '> ICRP', '< ICCN');
    seen.nothingMalformed();
  },
};

/** Its interface is there only while the guest runs. */
async function captureTap(world: World, lns: ProductLns): Promise<void> {
  await until(CLIENT_TAP, 5000, () => lns.namespace.ip('-o', 'link').includes(CLIENT_TAP));
  await world.capture(CLIENT_TAP);
}

async function bootSwitch(world: World, { namespace }: ProductLns): Promise<void> {
  const boot = async (script: string, args: readonly string[]): Promise<void> => {
    const dir = `${world.dir}/${script}`;
    const log = `${dir}.log`;
    const child = namespace.lab(script, ['--out', dir, '--max', '120', ...args], { log });
    world.atEnd(() => child.end('SIGTERM', 5000));
    await until(script, READY_LIMIT_MS, () => {
      if (!child.isRunning) throw new Error(`${script} ended; see ${log}`);
      return existsSync(`${dir}/ready`);
    });
  };
  await boot('radius', []);
  await boot('lns-l2tpns', ['--forward', `example.net ${LNS_ADDRESS} 1701 hello`]);
  // As a LAC it sends from whichever address the kernel takes, and that would be the LNS's own.
  namespace.ip(
    ...['route', 'replace', 'table', 'local', 'local', LNS_ADDRESS, 'dev', 'lo', 'proto', 'kernel'],
    ...['scope', 'host', 'src', SWITCH_ADDRESS],
  );
}
