import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { Fault } from '../../../src/base/fault.ts';
import type { TunnelOut } from '../../../src/control/l2tp/tunnel-port.ts';
import { TunnelTable } from '../../../src/control/l2tp/tunnel-table.ts';
import { L2tpHeader, parseL2tpHeader } from '../../../src/wire/l2tp/header.ts';
import { LnsRig, TUNNEL_ID } from './lns-rig.ts';
import { LNS, octetsOf, Rig, read, ScriptedRandom, SECRET, seededNumbers } from './rig.ts';

const fixture: { readonly l2tp: readonly { readonly hex: string }[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/seed-messages.json', import.meta.url), 'utf8'),
);
const SEED = fixture.l2tp.map((message) => octetsOf(message.hex));
const DATAGRAMS = 20_000;
/** An acknowledgement and a refusal; a datagram may set 16 free that came too early. */
const ANSWERS_PER_DATAGRAM = 2;
const ANSWERS_AT_ONCE = ANSWERS_PER_DATAGRAM * 17;

/** Datagrams nobody would send: noise, and messages of the seed with some octets changed. */
function* hostile(seed: number, tunnelId: number, rig?: Rig): Generator<Uint8Array> {
  const random = seededNumbers(seed);
  const pick = (below: number): number => Math.floor(random() * below);
  for (let count = 0; count < DATAGRAMS; count++) {
    const base = SEED[pick(SEED.length)];
    assert.ok(base);
    const octets =
      random() < 0.1 ? Uint8Array.from({ length: pick(64) }, () => pick(256)) : base.slice();
    for (let changes = pick(4); changes > 0 && octets.length > 0; changes--) {
      octets[pick(octets.length)] = pick(256);
    }
    if (octets.length >= 12 && random() < 0.9) {
      const { ns, nr } = rig?.lns ?? { ns: pick(4), nr: pick(4) };
      octets.set([tunnelId >>> 8, tunnelId & 255], 4);
      octets.set([ns >>> 8, (ns + pick(3)) & 255, nr >>> 8, nr & 255], 8);
    }
    yield octets;
  }
}

/** What was in order has been taken: the script goes on behind it. */
function followUp({ lns }: Rig, octets: Uint8Array): void {
  const header = new L2tpHeader();
  const isRead = parseL2tpHeader(octets, octets.length, header) === Fault.None;
  if (isRead && header.isControl && header.ns === lns.ns && octets.length > 12) {
    lns.ns = (lns.ns + 1) & 0xffff;
  }
}

/** A tunnel that the peer has opened, in one state or another. */
function hostileRig(choice: number): LnsRig {
  // The seed's id of the session, so that its ICCN and CDN are for this one.
  const random = new ScriptedRandom('002d');
  const rig = new LnsRig({ secret: SECRET, noSessionMs: Infinity }, random);
  if (choice % 3 === 0) rig.accept();
  else if (choice % 3 === 1) rig.establish().sessionUp();
  else rig.establish().offer();
  rig.take();
  return rig;
}

/** Whatever came: what was offered has ended, and the tunnel is down once. */
function checkEnds({ outputs }: LnsRig): void {
  const ids = (kind: 'session-offered' | 'session-down'): string =>
    outputs
      .flatMap((output) => (output.kind === kind ? [output.sessionId] : []))
      .toSorted((a, b) => a - b)
      .join(' ');
  assert.equal(ids('session-down'), ids('session-offered'));
  assert.equal(outputs.filter(({ kind }) => kind === 'down').length, 1);
}

describe('control/l2tp, hostile input (RFC 2661 §7.1)', () => {
  it('takes any datagram in any state without an exception, and ends [L2TP-7.1-05]', () => {
    const seen = new Set<string>();
    for (const seed of [1, 2, 3]) {
      let rig = new Rig({ secret: SECRET });
      let answers = 0;
      rig.open();
      for (const octets of hostile(seed, 17688, rig)) {
        if (rig.tunnel.state === 'idle') {
          for (const [name, count] of Object.entries(rig.tunnel.counters)) {
            if (count > 0) seen.add(name);
          }
          rig = new Rig({ secret: SECRET, noSessionMs: Infinity });
          if (octets.length % 2 === 0) rig.open();
          else rig.establish().callUp();
          rig.take();
        }
        const { state } = rig.tunnel;
        rig.receive(octets);
        const sent = rig.sent();
        answers += sent.length;
        assert.ok(sent.length <= ANSWERS_AT_ONCE, `seed ${seed}, ${state}: ${sent.length}`);
        rig.run(1);
        followUp(rig, octets);
      }
      assert.ok(answers <= ANSWERS_PER_DATAGRAM * DATAGRAMS, `seed ${seed}: ${answers} answers`);
      rig.run(1_000_000);
      assert.equal(rig.tunnel.deadline(), Infinity);
    }
    for (const name of ['badHeaders', 'duplicates', 'held', 'dropped', 'refused', 'unlisted']) {
      assert.ok(seen.has(name), `some were ${name}`);
    }
  });

  it('takes any datagram as the responder, in any state, and ends [L2TP-7.1-05]', () => {
    const seen = new Set<string>();
    const said = new Set<string>();
    for (const seed of [5, 6, 7]) {
      let rig = new LnsRig({ secret: SECRET }).accept();
      for (const octets of hostile(seed, TUNNEL_ID, rig)) {
        if (rig.tunnel.state === 'idle') {
          for (const [name, count] of Object.entries(rig.tunnel.counters)) {
            if (count > 0) seen.add(name);
          }
          checkEnds(rig);
          rig = hostileRig(octets.length);
        }
        rig.receive(octets);
        for (const output of rig.take()) {
          said.add(output.kind === 'send' ? read(output.octets).name : output.kind);
        }
        rig.run(1);
        followUp(rig, octets);
      }
      rig.run(1_000_000);
      checkEnds(rig);
      assert.equal(rig.tunnel.deadline(), Infinity);
    }
    for (const name of ['badHeaders', 'duplicates', 'held', 'dropped', 'refused', 'unlisted']) {
      assert.ok(seen.has(name), `some were ${name}`);
    }
    for (const what of ['ICRP', 'CDN', 'StopCCN', 'ZLB', 'session-up', 'session-down']) {
      assert.ok(said.has(what), `${what} was said`);
    }
  });

  it('answers strangers with nothing but StopCCN [L2TP-7.1-05, L2TP-L-09]', () => {
    const table = new TunnelTable(new ScriptedRandom(), () => {});
    const header = new L2tpHeader();
    let now = 0;
    for (const octets of hostile(4, 0)) {
      if (parseL2tpHeader(octets, octets.length, header) !== Fault.None || !header.isControl)
        continue;
      assert.equal(table.route(octets, header, LNS), undefined);
      const out: TunnelOut[] = [];
      table.offer(octets, header, LNS, now++, () => undefined, out);
      for (const output of out) {
        assert.ok(output.kind === 'send' && read(output.octets).name === 'StopCCN');
      }
    }
    assert.ok(table.counters.strayAnswers > 0);
  });
});
