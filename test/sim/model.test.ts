import { strict as assert } from 'node:assert';
import { type Cast, type Device, SEED_CAST } from './model/cast.ts';
import { castOf } from './model/casting.ts';
import { CLONING_MS, isBehindCloning } from './model/clock.ts';
import { expectedStory } from './model/expected.ts';
import { isLeftOut, LISTING } from './model/listing.ts';
import { linesOf, type ModelRun, runModelCall } from './model/model-world.ts';
import { compare, type ExpectedStory, type SaidLine, type Story } from './model/story.ts';

const VARIANTS = 200;
const DEVICES: readonly Device[] = ['lac', 'lns'];
/** What each line's being there proves, in its words, at its place and time. */
const PROVED =
  '[TRACE-20, TRACE-21, TRACE-22, TRACE-23, TRACE-24, TRACE-25, TRACE-26, TRACE-27, TRACE-30, ' +
  'TRACE-31, TRACE-32, TRACE-33]';
const WORDED = '[TRACE-01, TRACE-02, TRACE-03, TRACE-04, TRACE-05, TRACE-10, TRACE-12, TRACE-17]';

function mustMatch(cast: Cast, run: ModelRun): void {
  const mismatch = compare(expectedStory(cast), run.story);
  if (mismatch === undefined) return;
  assert.fail(`${mismatch.device} ${mismatch.id}: ${mismatch.what}`);
}

const without = <T>(list: readonly T[], index: number): readonly T[] => [
  ...list.slice(0, index),
  ...list.slice(index + 1),
];

/** The story itself, its lines as they were expected. */
const toldAsExpected = ({ lac, lns }: ExpectedStory): Story => ({ lac, lns });

describe('sim/model: what is to be said (trace.md §8 to §11)', () => {
  const story = expectedStory(SEED_CAST);

  it('makes each line of the seed again, to the letter, from values and octets of its own', () => {
    for (const device of DEVICES) {
      const listed = LISTING.filter((line) => line.device === device && !isLeftOut(line));
      assert.deepEqual(
        story[device].map(({ id, text }) => `${id} ${text}`),
        listed.map(({ id, text }) => `${id} ${text}`),
      );
      for (const [index, { id, at }] of listed.entries()) {
        assert.equal(story[device][index]?.at, at - (isBehindCloning(id) ? CLONING_MS : 0), id);
      }
    }
  });

  it('leaves out 87 lines of 378, each of RADIUS or AAA, and all of those', () => {
    const left = LISTING.filter(isLeftOut);
    assert.deepEqual([LISTING.length, left.length], [378, 87]);
    for (const line of LISTING) {
      const isOfServer = /RADIUS: |AAA\/|^Attribute /.test(line.text);
      assert.equal(isLeftOut(line), isOfServer, line.id);
    }
  });

  it('has no value of the seed in another cast', () => {
    const { lac, lns, caller } = SEED_CAST;
    const values = [
      ...Object.values(lac),
      ...Object.values(lns),
      ...Object.values(caller),
      ...['Se0:0', 'Vi4', 'VACCESS4', 'D7 E6', '45 18', 'C7 C5', 'hello'],
    ].map(String);
    // Short numbers may be lengths, too. Two values are the firmware's, one word is everywhere.
    const telling = values.filter((value) => !/^\d{1,3}$|^1130$|^1120$|^default$/.test(value));
    for (let seed = 1; seed <= VARIANTS; seed++) {
      for (const device of DEVICES) {
        for (const { id, text } of expectedStory(castOf(seed))[device]) {
          const words = text.split(/[ ,/:"]+/);
          const found = telling.filter((value) => words.includes(value));
          assert.deepEqual(found, [], `cast ${seed}, ${id}: ${text}`);
        }
      }
    }
  });

  it('has each line that has a value in it another in another cast', () => {
    const other = expectedStory(castOf(1));
    const same = DEVICES.flatMap((device) =>
      story[device].filter(({ text }, index) => other[device][index]?.text === text),
    );
    const number = /\b(?:\d{3,}|[0-9A-F]{8,})\b|"|hgw|l2tp-gw|Se0|Vi4|Serial0|Access4/;
    for (const { id, text } of same) {
      const plain = text.replace(/AVP \d+, len \d+|Protocol Ver 256|Firmware Ver \S+/, '');
      assert.doesNotMatch(plain.replace(/0x(?:0x)?8000/, ''), number, id);
    }
  });

  it('is what it is compared with, neither more nor less, in order and in time', () => {
    assert.equal(compare(story, toldAsExpected(story)), undefined);
    for (const device of DEVICES) {
      const lines: readonly SaidLine[] = story[device];
      const tell = (told: readonly SaidLine[]) => compare(story, { ...story, [device]: told });
      for (const [index, { id, at, text, withinMs }] of story[device].entries()) {
        assert.equal(tell(without(lines, index))?.device, device, `${id} deleted`);
        assert.equal(tell(lines.with(index, { at, text: `${text} ` }))?.id, id, 'another text');
        const next = lines[index + 1];
        if (next !== undefined && next.text !== text) {
          const swapped = lines.with(index, { ...next, at }).with(index + 1, { at: next.at, text });
          assert.equal(tell(swapped)?.id, id, `${id} after the next`);
        }
        if (withinMs === undefined) continue;
        const late = lines.map((one, other) =>
          other < index ? one : { ...one, at: one.at + withinMs + 1 },
        );
        assert.equal(tell(late)?.id, id, `${id} late`);
        const soon = lines.with(index, { at: at - withinMs - 1, text });
        assert.equal(tell(soon)?.id, id, `${id} early`);
      }
      assert.match(tell([...lines, { at: Infinity, text: 'more' }])?.what ?? '', /beyond all/);
      const unordered = lines.with(1, { at: -1, text: lines[1]?.text ?? '' });
      assert.match(tell(unordered)?.what ?? '', /before the line in front|instead of/);
    }
  });

  it('takes 0x0x for 0x, and any hardware address, and nothing else for another', () => {
    const ours = (texts: readonly string[]): Story => ({
      lac: [],
      lns: texts.map((text) => ({ at: 0, text })),
    });
    const want = (text: string): ExpectedStory => ({ lac: [], lns: [{ id: 'NS', at: 0, text }] });
    for (const [wanted, said, isSame] of [
      ['flag 0x0x8000 (M)', 'flag 0x8000 (M)', true],
      ['flag 0x0x8000 (M)', 'flag 0x0 (M)', false],
      ['Hardware address 0030.94fe.1bbf', 'Hardware address 0000.0000.0001', true],
      ['Hardware address 0030.94fe.1bbf', 'Hardware address none', false],
    ] as const) {
      assert.equal(compare(want(wanted), ours([said])) === undefined, isSame, said);
    }
  });
});

describe('sim/model: the model call, exactly (issue of the LNS role)', () => {
  let run: ModelRun;
  before(() => {
    run = runModelCall(SEED_CAST);
  });

  it(`is told by both devices, line by line, as in the seed ${PROVED}`, () => {
    mustMatch(SEED_CAST, run);
  });

  it('reaches the caller as it should: one round of LCP, Success of the LAC’s Challenge', () => {
    assert.deepEqual(run.heard, [
      'LCP-CONFREQ-11',
      'LCP-CONFACK-118',
      'LCP-CONFREQ-12',
      'CHAP-CHALLENGE-6',
      'CHAP-SUCCESS-6',
      'IPCP-CONFREQ-1',
      'IPCP-CONFREJ-187',
      'IPCP-CONFACK-188',
    ]);
  });

  it('gives the caller its route and takes it back', () => {
    const routes = run.routed.filter((order) => order.includes('route'));
    assert.deepEqual(routes, ['route 10.10.53.2', 'no route 10.10.53.2']);
  });

  it('leaves no tunnel behind, and takes all of the chance that it was given', () => {
    assert.deepEqual([run.left.lac, run.left.lns.tunnels], [{ tunnels: 0, chance: 0 }, 0]);
  });

  it('is told otherwise when any one event is left out', () => {
    const expected = expectedStory(SEED_CAST);
    for (const device of DEVICES) {
      const events = run.events[device];
      assert.equal(compare(expected, { ...run.story, [device]: linesOf(events) }), undefined);
      for (const [index, { event }] of events.entries()) {
        // Not to be seen: keepalives, which another debug shows, and what comes after the end.
        if (linesOf(events.slice(0, index + 1)).length === linesOf(events.slice(0, index)).length) {
          assert.ok(event.kind === 'ppp-packet' || event.kind === 'l2tp-message', event.kind);
          continue;
        }
        const told = { ...run.story, [device]: linesOf(without(events, index)) };
        assert.notEqual(compare(expected, told), undefined, `${device}: ${event.kind}`);
      }
    }
  });

  it('is told otherwise when any one line is left out', () => {
    const expected = expectedStory(SEED_CAST);
    for (const device of DEVICES) {
      const lines = run.story[device];
      for (const [index, { text }] of lines.entries()) {
        const told = { ...run.story, [device]: without(lines, index) };
        assert.notEqual(compare(expected, told), undefined, text);
      }
    }
  });
});

describe('sim/model: the model call with other values', () => {
  for (let first = 1; first <= VARIANTS; first += 20) {
    const last = first + 19;
    it(`is told exactly by the casts ${first} to ${last} ${WORDED}`, () => {
      for (let seed = first; seed <= last; seed++) {
        const cast = castOf(seed);
        try {
          mustMatch(cast, runModelCall(cast));
        } catch (error) {
          throw new Error(`cast ${seed}`, { cause: error });
        }
      }
    });
  }
});
