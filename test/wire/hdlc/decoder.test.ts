import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { DEFAULT_ACCM } from '../../../src/wire/hdlc/octet-class.ts';
import { naiveDecode } from './naive.ts';
import { encode, hex, LIMIT, octets, Receiver } from './support.ts';

const FRAME = 'ff03c021010b001c0305c223050506109d08f2110405f4130901353330302d31';
const GOOD = 'ff0300210001';
const clean = { fcsErrors: 0, runts: 0, aborts: 0, giants: 0 };
const errors = ({ counters }: Receiver) => {
  const { fcsErrors, runts, aborts, giants } = counters;
  return { fcsErrors, runts, aborts, giants };
};
/** A good frame on the line, with another map than the default so that bare octets stand in it. */
const line = (frame: string, accm = DEFAULT_ACCM): string => hex(encode(octets(frame), accm));

describe('wire/hdlc/decoder (RFC 1662 §3.1, §4)', () => {
  it('reads a frame however its octets are split [HDLC-4.2-10, HDLC-C-02, HDLC-3.1-11]', () => {
    const stream = octets(line(FRAME));
    for (let first = 1; first < stream.length; first++) {
      for (const rest of [1, 2, stream.length]) {
        const receiver = new Receiver().feed(stream, [first, rest]);
        assert.deepEqual(receiver.frames, [FRAME], `${first}, then by ${rest}`);
        assert.deepEqual(errors(receiver), clean);
      }
    }
  });

  it('takes one flag between two frames, or any number [HDLC-3.1-02, HDLC-3.1-03]', () => {
    const body = line(GOOD).slice(2, -2);
    const receiver = new Receiver().feed(
      octets(`7e${body}7e${body}7e${'7e'.repeat(100)}${body}7e`),
    );
    assert.deepEqual(receiver.frames, [GOOD, GOOD, GOOD]);
    assert.deepEqual(errors(receiver), clean);
  });

  it('is ready for a frame right behind an idle flag [HDLC-4.4.2-04]', () => {
    const receiver = new Receiver().feed(octets('7e')).feed(octets(line(GOOD).slice(2)));
    assert.deepEqual(receiver.frames, [GOOD]);
  });

  it('undoes every escape, needed or not [HDLC-4.2-06]', () => {
    const everything = `ff03${[...Array(256).keys()].map((octet) => hex([octet])).join('')}`;
    const escaped = [...encode(octets(everything), 0)].slice(1, -1);
    const stuffed: number[] = [];
    for (let at = 0; at < escaped.length; at++) {
      const octet = escaped[at] ?? 0;
      // 5E must stay bare: its escape is the abort. 7D pairs pass through as they are.
      if (octet === 0x7d) stuffed.push(octet, escaped[++at] ?? 0);
      else if (octet === 0x5e) stuffed.push(octet);
      else stuffed.push(0x7d, octet ^ 0x20);
    }
    // 20 to 3F come as control characters then, which the default map would remove.
    const bare = new Receiver();
    bare.decoder.setReceiveAccm(0);
    assert.deepEqual(bare.feed([0x7e, ...stuffed, 0x7e]).frames, [everything]);
  });

  it('reads 7D 61 as 41 and 7D 7D as 5D [HDLC-4.2-06]', () => {
    const frame = 'ff030021415d';
    const stream = line(frame).replace('415d', '7d617d7d');
    assert.deepEqual(new Receiver().feed(octets(stream)).frames, [frame]);
  });

  it('removes bare octets of the map before the FCS [HDLC-3.1-10, HDLC-4.2-07]', () => {
    const stream = line(GOOD).replace('ff7d23', 'ff117d2313');
    assert.deepEqual(new Receiver().feed(octets(stream)).frames, [GOOD]);
    const strict = new Receiver();
    strict.decoder.setReceiveAccm(0);
    strict.feed(octets(stream));
    assert.deepEqual(strict.frames, []);
    assert.deepEqual(errors(strict), { ...clean, fcsErrors: 1 });
  });

  it('keeps what the map does not name [HDLC-4.2-07]', () => {
    const frame = 'ff0300211113';
    const receiver = new Receiver();
    receiver.decoder.setReceiveAccm(0);
    assert.deepEqual(receiver.feed(octets(line(frame, 0))).frames, [frame]);
    // The default map would remove them, and nothing is left but a wrong FCS.
    assert.deepEqual(new Receiver().feed(octets(line(frame, 0))).counters.fcsErrors, 1);
  });

  it('removes an octet between ESC and what it protects; ESC stays [HDLC-4.2-08]', () => {
    const stream = line(GOOD).replace('7d23', '7d1123');
    for (const pieces of [[1], [3], [100]]) {
      assert.deepEqual(new Receiver().feed(octets(stream), pieces).frames, [GOOD]);
    }
  });

  it('takes ESC FLAG as abort; the flag opens the next frame [HDLC-4.2-09, HDLC-4.3-02]', () => {
    const body = line(GOOD).slice(2);
    for (const pieces of [[1], [7, 1], [100]]) {
      const receiver = new Receiver().feed(octets(`7eff7d23c0217d7e${body}`), pieces);
      assert.deepEqual(receiver.frames, [GOOD]);
      assert.deepEqual(errors(receiver), { ...clean, aborts: 1 });
    }
  });

  it('counts fewer than four octets as a runt, not as an FCS error [HDLC-4.3-01]', () => {
    const receiver = new Receiver().feed(octets('7eff7d23c07eff7eff7d237e'));
    assert.deepEqual(errors(receiver), { ...clean, runts: 3 });
    assert.deepEqual(new Receiver().feed(octets(line('2145'))).frames, ['2145'], 'four are enough');
  });

  it('counts a wrong FCS and goes on [HDLC-L-14]', () => {
    const receiver = new Receiver().feed(octets(`${line(GOOD).replace('21', '23')}${line(GOOD)}`));
    assert.deepEqual(receiver.frames, [GOOD]);
    assert.deepEqual(errors(receiver), { ...clean, fcsErrors: 1 });
    assert.equal(receiver.counters.framesOk, 1);
  });

  it('takes FCS-16 and no other [HDLC-3.1-07]', () => {
    // The seed's first packet, spec §13: its FCS-16 is 31 2E, its FCS-32 1C 8B A4 8D.
    const packet = 'ff7d23c0217d21767d207d2a7d257d266ee4e865';
    const receiver = new Receiver().feed(octets(`7e${packet}7d3c8ba48d7e${packet}312e7e`));
    assert.deepEqual(receiver.frames, ['ff03c0210176000a05066ee4e865']);
    assert.deepEqual(errors(receiver), { ...clean, fcsErrors: 1 });
  });

  it('takes a frame of just the limit, and none of one octet more [HDLC-L-02]', () => {
    const whole = `ff030021${'55'.repeat(LIMIT - 6)}`;
    const receiver = new Receiver().feed(octets(line(whole)));
    assert.deepEqual(receiver.frames, [whole]);
    receiver.feed(octets(`${line(`${whole}55`)}${line(GOOD)}`));
    assert.deepEqual(receiver.frames, [whole, GOOD]);
    assert.deepEqual(errors(receiver), { ...clean, giants: 1 });
    assert.ok(receiver.hasKeptToItsSlot());
  });

  it('bounds a stream without any flag: one giant a frame [HDLC-L-02]', () => {
    const receiver = new Receiver();
    receiver.feed([0x7e]);
    for (let round = 0; round < 128; round++) receiver.feed(new Uint8Array(8192).fill(0x55));
    assert.deepEqual(errors(receiver), { ...clean, giants: 1 });
    receiver.feed(octets(`7d${line(GOOD)}`));
    assert.deepEqual(receiver.frames, [GOOD]);
    assert.deepEqual(errors(receiver), { ...clean, giants: 1 }, 'the end of a giant is no abort');
    assert.ok(receiver.hasKeptToItsSlot());
  });

  it('counts nothing of the noise before the first flag', () => {
    const receiver = new Receiver().feed(octets('0d0a434f4e4e4543547d'));
    receiver.feed(octets(line(GOOD)), [1]);
    assert.deepEqual(receiver.frames, [GOOD]);
    assert.deepEqual(errors(receiver), clean);
  });

  it('drops the frame in which the UART saw a broken octet [HDLC-4.3-03]', () => {
    for (const fault of [
      'uartFraming',
      'uartOverrun',
      'bufferOverrun',
      'timeouts',
      'alignment',
    ] as const) {
      const receiver = new Receiver().feed(octets(line(GOOD).slice(0, 10)));
      receiver.decoder.spoil(fault);
      receiver.feed(octets(line(GOOD).slice(10)));
      assert.deepEqual(receiver.frames, [], fault);
      receiver.feed(octets(line(FRAME)));
      assert.deepEqual(receiver.frames, [FRAME], fault);
      assert.deepEqual(errors(receiver), clean);
      assert.equal(receiver.counters[fault], 1);
    }
  });

  it('forgets the frame, the pending ESC and the map at a reset [HDLC-7.1-02]', () => {
    for (const before of ['7e55', '7e557d', '7d', '']) {
      const receiver = new Receiver();
      receiver.decoder.setReceiveAccm(0);
      receiver.feed(octets(before));
      receiver.decoder.reset();
      receiver.feed(octets(line(GOOD).replace('7d23', '117d23')));
      assert.deepEqual(receiver.frames, [GOOD], before);
      assert.deepEqual(errors(receiver), clean);
    }
  });

  it('counts each kind of bad frame by itself [HDLC-L-03]', () => {
    const giant = `7e${'55'.repeat(LIMIT + 1)}`;
    const receiver = new Receiver().feed(
      octets(`${line(GOOD)}${giant}7eff7e557d7e${'55'.repeat(8)}7e`),
    );
    const { framesOk } = receiver.counters;
    assert.deepEqual(
      { framesOk, ...errors(receiver) },
      {
        framesOk: 1,
        fcsErrors: 1,
        runts: 1,
        aborts: 1,
        giants: 1,
      },
    );
  });

  it('asserts that its slot lies inside and is not changed under a frame', () => {
    const receiver = new Receiver();
    assert.throws(() => receiver.decoder.setSlot(4000, 97), /inside/);
    assert.throws(() => receiver.decoder.setSlot(-1, 9), /inside/);
    receiver.feed(octets('7e55'));
    assert.throws(() => receiver.decoder.setSlot(0, 9), /under a frame/);
  });

  it('finds any flipped bit of a frame [HDLC-C-02]', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 80 }), fc.nat(), (frame, nth) => {
        const stream = encode(frame);
        // Bits of plain octets only: a flipped flag or escape is another frame, not a wrong one.
        const at = 1 + (nth % (stream.length - 2));
        const flipped = (stream[at] ?? 0) ^ (1 << ((nth >> 8) % 8));
        const special = [stream[at - 1], stream[at], flipped];
        fc.pre(!special.includes(0x7d) && !special.includes(0x7e) && flipped >= 0x20);
        const receiver = new Receiver().feed(stream.with(at, flipped));
        assert.deepEqual(errors(receiver), { ...clean, fcsErrors: 1 });
      }),
    );
  });

  it('does as a naive decoder, whatever comes in whatever pieces', () => {
    const limit = 24;
    const frame = fc.uint8Array({ minLength: 2, maxLength: 30 });
    const map = fc.constantFrom(0, DEFAULT_ACCM, 0x000a0000, 0x12345678);
    const garbage = fc.array(
      fc.oneof(fc.constantFrom(0x7e, 0x7d, 0x11, 0x13, 0), fc.integer({ min: 0, max: 255 })),
      { maxLength: 40 },
    );
    const piece = fc.oneof(
      garbage,
      fc.tuple(frame, map).map(([of, accm]) => [...encode(of, accm)]),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        map,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (pieces, accm, splits) => {
          const stream = pieces.flat();
          const expected = naiveDecode(stream, accm, limit);
          const receiver = new Receiver(limit);
          receiver.decoder.setReceiveAccm(accm);
          receiver.feed(stream, splits);
          const frames = expected.frames.map((of) => hex(of));
          assert.deepEqual(receiver.frames, frames);
          assert.deepEqual({ frames, ...errors(receiver) }, { ...expected, frames });
          assert.equal(receiver.counters.framesOk, frames.length);
          assert.ok(receiver.hasKeptToItsSlot());
        },
      ),
      { numRuns: 500 },
    );
  });
});
