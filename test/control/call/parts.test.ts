import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { Event } from '../../../src/base/event.ts';
import { HeldFrames } from '../../../src/control/call/held-frames.ts';
import { LineProtocol } from '../../../src/control/call/line-protocol.ts';
import { judgeStray } from '../../../src/control/call/stray.ts';

const IPCP = 0x8021;
const LCP = 0xc021;

describe('control/call/held-frames', () => {
  it('keeps 32 frames in order and no more [PPP-L-05]', () => {
    const held = new HeldFrames();
    for (let one = 0; one < 32; one++) assert.equal(held.add(IPCP, Uint8Array.of(one)), true);
    assert.equal(held.add(IPCP, Uint8Array.of(32)), false);
    const taken = held.take();
    assert.deepEqual(
      taken.map(({ information }) => information[0]),
      [...Array(32).keys()],
    );
    assert.deepEqual(held.take(), []);
    assert.equal(held.add(IPCP, Uint8Array.of(0)), true, 'there is room again');
  });

  it('keeps 64 KiB and no more [PPP-L-05]', () => {
    const held = new HeldFrames();
    assert.equal(held.add(IPCP, new Uint8Array(65_536)), true);
    assert.equal(held.add(IPCP, new Uint8Array(1)), false);
  });
});

describe('control/call/line-protocol', () => {
  const watch = () => {
    const said: string[] = [];
    const sink = (event: Event) => {
      if (event.kind === 'log') said.push(event.text);
    };
    return { said, line: new LineProtocol('Async1', sink) };
  };

  it('is said a second behind the event', () => {
    const { said, line } = watch();
    line.set(true, 100);
    assert.equal(line.deadline(), 1_100);
    line.timer(1_099);
    assert.deepEqual(said, []);
    line.timer(1_100);
    assert.deepEqual(said, ['Line protocol on Interface Async1, changed state to up']);
    assert.equal(line.deadline(), Number.POSITIVE_INFINITY);
  });

  it('never shows a change that is taken back within the second', () => {
    const { said, line } = watch();
    line.set(true, 0);
    line.set(false, 500);
    assert.equal(line.deadline(), Number.POSITIVE_INFINITY);
    line.set(true, 600);
    line.set(true, 900);
    line.timer(1_600);
    assert.equal(said.length, 1);
  });
});

describe('control/call/stray', () => {
  it('takes a good Configure-Request for the beginning of a call', () => {
    assert.equal(judgeStray(LCP, Uint8Array.of(1, 7, 0, 4)).kind, 'configure-request');
    assert.equal(
      judgeStray(LCP, Uint8Array.of(1, 7, 0, 4, 9, 9)).kind,
      'configure-request',
      'padded',
    );
  });

  it('answers a Terminate-Request with its own id [LCP-5.5-02]', () => {
    const stray = judgeStray(LCP, Uint8Array.of(5, 7, 0, 6, 1, 2));
    assert.deepEqual(stray, { kind: 'terminate-request', ack: Uint8Array.of(6, 7, 0, 4) });
  });

  for (const [what, protocol, octets] of [
    ['another protocol', IPCP, [1, 7, 0, 4]],
    ['another code', LCP, [9, 7, 0, 4]],
    ['a Length beyond the frame', LCP, [1, 7, 0, 5]],
    ['a Length below the header', LCP, [1, 7, 0, 3]],
    ['half a header', LCP, [1, 7, 0]],
  ] as const) {
    it(`takes ${what} for noise`, () => {
      assert.equal(judgeStray(protocol, Uint8Array.from(octets)).kind, 'noise');
    });
  }

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array(), (octets) => judgeStray(LCP, octets).kind !== undefined));
  });
});
