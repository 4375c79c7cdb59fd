import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { AuthMethod } from '../../../src/control/ppp/auth-port.ts';
import { ACCEPTED, AuthRig, CHAP, chapPacket, PAP, papPacket, REFUSED } from './auth-rig.ts';
import { hexOf } from './world.ts';

const METHODS: readonly AuthMethod[] = ['chap', 'pap', 'ms-chap', 'ms-chap-v2'];
const VALUE = '5a'.repeat(16);
const LONG_VALUE = '5a'.repeat(49);

describe('control/ppp/access-authenticator: whatever comes', () => {
  const input = fc.oneof(
    fc.record({ kind: fc.constant('start' as const), method: fc.constantFrom(...METHODS) }),
    fc.record({ kind: fc.constant('timer' as const) }),
    fc.record({ kind: fc.constant('stop' as const) }),
    fc.record({ kind: fc.constant('verdict' as const), is: fc.constantFrom(ACCEPTED, REFUSED) }),
    fc.record({
      kind: fc.constant('frame' as const),
      protocol: fc.constantFrom(CHAP, PAP, 0xc021),
      hex: fc.oneof(
        fc.uint8Array({ maxLength: 40 }).map(hexOf),
        fc
          .tuple(fc.constantFrom(VALUE, LONG_VALUE, '00'), fc.integer({ min: 1, max: 4 }))
          .map(([value, id]) => chapPacket(2, id, value, 'x')),
        fc.integer({ min: 0, max: 255 }).map((id) => papPacket(id, 'x', 'y')),
      ),
    }),
  );

  it('never throws, asks for one verdict at a time, and accepts by a verdict only', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
        const rig = new AuthRig();
        let open = 0;
        let isJudged = false;
        for (const step of inputs) {
          const before = rig.requests.length;
          if (step.kind === 'start') {
            rig.do((out) => rig.auth.start(step.method, rig.now, out));
            [open, isJudged] = [0, false];
          } else if (step.kind === 'stop') {
            rig.auth.stop();
            [open, isJudged] = [0, false];
          } else if (step.kind === 'timer') {
            rig.advance(3_000);
          } else if (step.kind === 'frame') {
            rig.receive(step.protocol, step.hex);
          } else {
            assert.equal(rig.verdict(step.is) === 'retry', open === 0);
            isJudged ||= open === 1;
            open = 0;
          }
          open += rig.requests.length - before;
          assert.ok(open <= 1);
          const replies = rig.take().filter(({ protocol, hex }) => {
            const isAsked = protocol === CHAP && hex.startsWith('01');
            return !isAsked;
          });
          assert.ok(replies.length === 0 || isJudged);
          assert.ok(replies.length <= 1);
        }
      }),
    );
  });
});
