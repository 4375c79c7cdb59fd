/** Random and mutated datagrams through the whole codec, RFC 2661 §7.1. */
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { Fault } from '../../../src/base/fault.ts';
import { buildControlMessage } from '../../../src/wire/l2tp/build.ts';
import {
  isZlb,
  L2tpHeader,
  parseL2tpHeader,
  putL2tpControlHeader,
} from '../../../src/wire/l2tp/header.ts';
import { parseControlMessage } from '../../../src/wire/l2tp/parse.ts';
import { readCapture, udpDatagrams } from '../../support/pcap.ts';
import { octets, SECRET, seedMessages } from './support.ts';

const DATAGRAMS_PER_RUN = 1000;

const SAMPLES: readonly Uint8Array[] = [
  ...seedMessages().map(({ hex }) => octets(hex)),
  ...['lab-accel-hidden-avps.pcap', 'lab-xl2tpd-auth-hidden.pcap', 'lab-l2tpns-session.pcap']
    .flatMap((name) => udpDatagrams(readCapture(name)))
    .map(({ payload }) => payload),
];

/** Marsaglia's xorshift32, so that a run is told by one number. */
function generator(seed: number): (below: number) => number {
  let state = (seed | 1) >>> 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

type Below = (below: number) => number;

const noise = (below: Below): Uint8Array =>
  Uint8Array.from({ length: below(80) }, () => below(256));

/** A good header in front of noise, so that it comes as far as the AVPs. */
function noisyMessage(below: Below): Uint8Array {
  const datagram = Uint8Array.from([...new Uint8Array(12), ...noise(below)]);
  putL2tpControlHeader(datagram, datagram.length, 1, 1, 0, 0);
  return datagram;
}

/** A sample with some octets changed, cut or doubled; its Length mostly made good again. */
function mutant(below: Below): Uint8Array {
  let datagram = Uint8Array.from(SAMPLES[below(SAMPLES.length)] ?? []);
  for (let count = below(4); count >= 0; count--) {
    datagram[below(datagram.length)] = below(256);
  }
  if (below(8) === 0) datagram[12] = (datagram[12] ?? 0) & 0x7f; // M of the Message Type
  if (below(8) === 0) datagram[19] = below(256); // the type itself
  if (below(4) === 0) datagram = datagram.slice(0, 12 + below(datagram.length));
  if (below(4) === 0) datagram = Uint8Array.from([...datagram, ...datagram.slice(12)]);
  if (below(4) !== 0 && datagram.length >= 12) {
    putL2tpControlHeader(datagram, datagram.length, 1, 1, 0, 0);
  }
  return datagram;
}

/** Whatever is taken can be sent again and is read as the same. @returns the verdict */
function survive(datagram: Uint8Array): string {
  const header = new L2tpHeader();
  const before = datagram.slice();
  const fault = parseL2tpHeader(datagram, datagram.length, header);
  if (fault !== Fault.None) return 'header';
  if (!header.isControl || isZlb(header)) return 'no message';
  const parsed = parseControlMessage(datagram, header, SECRET);
  assert.deepEqual(datagram, before, 'the datagram is not the parser’s to change');
  if (parsed.verdict !== 'message') return parsed.verdict;
  const again = buildControlMessage(parsed.message);
  putL2tpControlHeader(again, again.length, 1, 1, 0, 0);
  assert.equal(parseL2tpHeader(again, again.length, header), Fault.None);
  const second = parseControlMessage(again, header, undefined);
  assert.equal(second.verdict, 'message');
  if (second.verdict === 'message') assert.deepEqual(second.message, parsed.message);
  return parsed.verdict;
}

describe('wire/l2tp under hostile input (RFC 2661 §7.1)', () => {
  for (const [what, make, numRuns] of [
    ['noise', noise, 20],
    ['noise behind a good header', noisyMessage, 20],
    ['mutated messages', mutant, 60],
  ] as const) {
    it(`survives ${what} [L2TP-7.1-05]`, () => {
      const verdicts = new Set<string>();
      const survivesRun = (seed: number): void => {
        const below = generator(seed);
        for (let count = 0; count < DATAGRAMS_PER_RUN; count++) verdicts.add(survive(make(below)));
      };
      fc.assert(fc.property(fc.integer(), survivesRun), { numRuns, endOnFailure: true });
      if (make === mutant) {
        const all = ['header', 'ignore', 'message', 'no message', 'refuse'];
        assert.deepEqual([...verdicts].toSorted(), all, 'every way out was taken');
      }
    });
  }
});
