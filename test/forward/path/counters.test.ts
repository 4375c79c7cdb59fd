import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { DatagramCounters, LineCounters } from '../../../src/forward/path/counters.ts';
import { DEFAULT_ACCM } from '../../../src/wire/hdlc/octet-class.ts';
import { naiveDecode } from '../../wire/hdlc/naive.ts';
import { encode, octets } from '../../wire/hdlc/support.ts';
import { framesOf, LNS, LNS_PORT, type TestLine, World } from '../world.ts';

const LINES = 3;

function assertUp(c: LineCounters): void {
  const ended =
    c.badAddress + c.badControl + c.badProtocol + c.upPunted + c.upPuntFull + c.upNotBound;
  assert.equal(c.framesOk, ended + c.upForwarded + c.upRefused);
}

function assertDown(c: LineCounters, held: number): void {
  const ended = c.downLate + c.downMalformed + c.downTooLong + c.downBacklog + c.downUnbound;
  assert.equal(c.downFrames, ended + c.downForwarded + held);
}

function assertDatagrams(c: DatagramCounters, lines: readonly TestLine[]): void {
  const faults = c.empty + c.truncated + c.badVersion + c.badFlags + c.badLength;
  const control = c.controlPunted + c.controlPuntFull + c.controlTooLong + c.controlUnread;
  const data = lines.reduce((sum, { counters }) => sum + counters.downFrames, 0);
  assert.equal(c.datagrams, faults + control + c.noSession + c.wrongSource + data);
}

const anyLine = fc.nat(LINES - 1);
const pppFrame = fc
  .tuple(
    fc.constantFrom('ff03', '', 'ff13', 'fe03'),
    fc.constantFrom('0021', '21', 'c021', '8021', 'c223', '0022', ''),
    fc.uint8Array({ maxLength: 40 }),
  )
  .map(([address, protocol, rest]) => Uint8Array.from([...octets(address + protocol), ...rest]));
const stream = fc
  .array(
    fc.oneof(
      pppFrame.map((of) => [...encode(of)]),
      pppFrame.map((of) => [...encode(of, 0)].slice(0, -2)),
      fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 30 }),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.flat());
const datagram = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 20 }).map((of) => Uint8Array.from([...octets('c802'), ...of])),
  fc.constant(octets('c802000c0007000000030004')),
  fc
    .tuple(
      fc.constantFrom('0002', '0802', '0102'),
      fc.integer({ min: 0, max: LINES }),
      fc.nat(3),
      pppFrame,
    )
    .map(([bits, line, ns, frame]) => {
      const sequence = bits === '0802' ? `000${ns}0000` : '';
      return Uint8Array.from([...octets(`${bits}0011220${line}${sequence}`), ...frame]);
    }),
);
const step = fc.oneof(
  fc.record({ kind: fc.constant('octets'), line: anyLine, of: stream }),
  fc.record({
    kind: fc.constant('datagrams'),
    of: fc.array(datagram, { maxLength: 8 }),
    port: fc.nat(9),
  }),
  fc.record({
    kind: fc.constantFrom('open', 'close', 'bind', 'unbind', 'framing', 'write', 'spoil'),
    line: anyLine,
  }),
  fc.record({ kind: fc.constantFrom('punt', 'flush', 'full', 'roomy') }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Story {
  readonly world = new World(LINES);
  readonly lines = Array.from({ length: LINES }, () => this.world.addLine());
  datagrams = 0;

  step(of: Step): void {
    if ('port' in of) this.arrive(of.of, of.port === 0 ? LNS_PORT + 1 : LNS_PORT);
    else if ('line' in of) {
      const line = this.lines[of.line];
      assert.ok(line !== undefined);
      if ('of' in of) line.readOctets(Uint8Array.from(of.of));
      else this.lineStep(of.kind, line);
    } else this.planeStep(of.kind);
  }

  arrive(datagrams: readonly Uint8Array[], port: number): void {
    for (const one of datagrams) this.world.udp.arrive(one, LNS, port);
    this.datagrams += datagrams.length;
    this.world.receive();
  }

  planeStep(kind: string): void {
    const { forwarder, udp } = this.world;
    if (kind === 'flush') forwarder.flush();
    else if (kind === 'punt') while (forwarder.punt.take() !== undefined);
    else {
      udp.room = kind === 'full' ? 0 : 32;
      udp.refuse = kind === 'full' ? 1 : 0;
    }
  }

  lineStep(kind: string, line: TestLine): void {
    const { forwarder } = this.world;
    if (kind === 'open') line.open();
    else if (kind === 'close') forwarder.closeLine(line.line);
    else if (kind === 'bind' && line.line.mode === 'punt') line.bind();
    else if (kind === 'unbind') forwarder.unbind(line.line);
    else if (kind === 'write') line.port.write(line.port.tx.count() >> 1);
    else if (kind === 'spoil') line.line.lineFault('uartOverrun');
    else if (kind === 'framing') {
      line.line.setFraming({ sendAccm: 0, receiveAccm: 0, receivePfc: true, receiveAcfc: true });
    }
  }
}

describe('forward: every frame ends in one counter', () => {
  it('whatever comes, in whatever order calls come and go [HDLC-L-03]', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const story = new Story();
        for (const of of steps) {
          story.step(of);
          for (const { counters, line } of story.lines) {
            assertUp(counters);
            assertDown(counters, line.session.held);
          }
          assertDatagrams(story.world.forwarder.counters, story.lines);
        }
        const { forwarder, udp } = story.world;
        forwarder.flush();
        assert.equal(forwarder.counters.datagrams, story.datagrams);
        forwarder.expireReorder(100);
        assert.equal(forwarder.pool.inUse, LINES, 'each decoder has one');
        const bound = story.lines.filter(({ line }) => line.mode === 'forward');
        assert.equal(forwarder.sessions.count, bound.length);
        const up = story.lines.reduce(
          (sum, { counters }) => sum + counters.upForwarded + counters.upInjected,
          0,
        );
        assert.equal(udp.sent.length + forwarder.counters.unsent, up);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the good frames of the line, and no others, to the session of that line', () => {
    fc.assert(
      fc.property(fc.array(stream, { minLength: 1, maxLength: 8 }), (streams) => {
        const world = new World();
        const lines = [0, 1].map(() => world.addLine().open().bind());
        for (const [index, of] of streams.entries()) {
          lines[index % 2]?.readOctets(Uint8Array.from(of));
        }
        const sent = world.sent();
        for (const [index, { counters }] of lines.entries()) {
          const whole = streams.filter((_, n) => n % 2 === index).flat();
          const { frames } = naiveDecode(whole, DEFAULT_ACCM, 1508);
          // Without PFC and ACFC a frame is FF 03 and a protocol whose first octet is even.
          const good = frames.filter(
            ([address, control, high = 1, low]) =>
              address === 0xff && control === 3 && high % 2 === 0 && low !== undefined,
          );
          const header = `00023333440${index}`;
          assert.deepEqual(
            sent.filter((of) => of.startsWith(header)),
            good.map((of) => header + Buffer.from(of).toString('hex')),
          );
          assert.equal(counters.framesOk, frames.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('writes whole frames of the own session to a line, whatever else arrives', () => {
    fc.assert(
      fc.property(fc.array(datagram, { maxLength: 40 }), (datagrams) => {
        const world = new World();
        const lines = [0, 1].map(() => world.addLine().open().bind());
        for (const { line } of lines) {
          line.setFraming({ sendAccm: 0, receiveAccm: 0, receivePfc: true, receiveAcfc: true });
        }
        for (const of of datagrams) world.udp.arrive(of);
        world.receive();
        for (const { port, counters } of lines) {
          assert.equal(framesOf(port.write()).length, counters.downForwarded);
        }
      }),
      { numRuns: 200 },
    );
  });
});
