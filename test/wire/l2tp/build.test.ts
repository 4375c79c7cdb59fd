import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { Random } from '../../../src/base/machine.ts';
import { fromText } from '../../../src/base/octets.ts';
import type { BuildOptions } from '../../../src/wire/l2tp/build.ts';
import { buildControlMessage } from '../../../src/wire/l2tp/build.ts';
import { putL2tpControlHeader } from '../../../src/wire/l2tp/header.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { fields, MESSAGES } from './messages.ts';
import { octets, parseMessage, SECRET } from './support.ts';

/** 00 01 02 …, and counts how often it was asked. */
class Counting implements Random {
  calls = 0;
  octets(count: number): Uint8Array {
    this.calls++;
    return Uint8Array.from({ length: count }, (_, at) => at);
  }
}

/** RFC 2661 §4.4: AVPs that we send with M clear; and those that must never be hidden, §4.3. */
const WITHOUT_M = [5, 6, 8, 25, 26, 27, 28, 29, 30, 31, 32, 33, 37, 38, 46, 100];
const NEVER_HIDDEN = [0, 1, 2, 5, 7, 10, 12, 36, 39, 100];

function send(message: L2tpMessage, how?: BuildOptions): Uint8Array {
  const datagram = buildControlMessage(message, how);
  assert.deepEqual(datagram.slice(0, 12), new Uint8Array(12), 'the header is the sender’s to fill');
  putL2tpControlHeader(datagram, datagram.length, 7, 9, 1, 2);
  return datagram;
}

function readBack(datagram: Uint8Array, secret?: Uint8Array): L2tpMessage {
  const parsed = parseMessage(datagram, secret);
  assert.equal(parsed.verdict, 'message', parsed.verdict === 'refuse' ? parsed.text : '');
  assert.deepEqual(parsed.notes, []);
  return parsed.verdict === 'message' ? parsed.message : { type: MessageType.HELLO };
}

const full = (type: MessageType): L2tpMessage => {
  const row = MESSAGES.find(([number]) => number === type);
  return { ...fields([...(row?.[2] ?? []), ...(row?.[3] ?? [])]), type };
};
const avpsOf = (message: L2tpMessage, how?: BuildOptions) =>
  parseMessage(send(message, how), how?.secret).avps;
const typesOf = (message: L2tpMessage, how?: BuildOptions) =>
  avpsOf(message, how).map(({ type }) => type);
const hiddenIn = (message: L2tpMessage, how: BuildOptions) =>
  avpsOf(message, how).flatMap(({ type, hidden }) => (hidden ? [type] : []));

// Arbitrary messages: for each type its required fields, and any of its optional ones.
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { noNullPrototype: true });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const id = fc.integer({ min: 1, max: 0xffff });
const text = fc.string({ unit: fc.constantFrom(...'aZ0 .@é漢'), minLength: 1, maxLength: 300 });
const blob = fc.uint8Array({ minLength: 1, maxLength: 1015 });
const FIELDS: Readonly<Record<number, fc.Arbitrary<Partial<L2tpMessage>>>> = {
  1: fc.oneof(
    u16.map((result) => ({ resultCode: { result } })),
    record({ result: u16, error: u16 }).map((resultCode) => ({ resultCode })),
    record({ result: u16, error: u16, text }).map((resultCode) => ({ resultCode })),
  ),
  2: u16.map((protocolVersion) => ({ protocolVersion })),
  3: u32.map((framingCapabilities) => ({ framingCapabilities })),
  4: u32.map((bearerCapabilities) => ({ bearerCapabilities })),
  5: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((tieBreaker) => ({ tieBreaker })),
  6: u16.map((firmwareRevision) => ({ firmwareRevision })),
  7: text.map((hostName) => ({ hostName })),
  8: text.map((vendorName) => ({ vendorName })),
  9: id.map((assignedTunnelId) => ({ assignedTunnelId })),
  10: id.map((receiveWindowSize) => ({ receiveWindowSize })),
  11: blob.map((challenge) => ({ challenge })),
  12: record({ cause: u16, message: fc.nat(255), text }).map((q931Cause) => ({ q931Cause })),
  13: fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((challengeResponse) => ({ challengeResponse })),
  14: id.map((assignedSessionId) => ({ assignedSessionId })),
  15: u32.map((callSerialNumber) => ({ callSerialNumber })),
  16: u32.map((minimumBps) => ({ minimumBps })),
  17: u32.map((maximumBps) => ({ maximumBps })),
  18: u32.map((bearerType) => ({ bearerType })),
  19: u32.map((framingType) => ({ framingType })),
  21: text.map((calledNumber) => ({ calledNumber })),
  22: text.map((callingNumber) => ({ callingNumber })),
  23: text.map((subAddress) => ({ subAddress })),
  24: u32.map((txConnectSpeed) => ({ txConnectSpeed })),
  25: u32.map((physicalChannelId) => ({ physicalChannelId })),
  26: blob.map((initialReceivedConfreq) => ({ initialReceivedConfreq })),
  27: blob.map((lastSentConfreq) => ({ lastSentConfreq })),
  28: blob.map((lastReceivedConfreq) => ({ lastReceivedConfreq })),
  29: id.map((proxyAuthenType) => ({ proxyAuthenType })),
  30: blob.map((proxyAuthenName) => ({ proxyAuthenName })),
  31: blob.map((proxyAuthenChallenge) => ({ proxyAuthenChallenge })),
  32: fc.nat(255).map((proxyAuthenId) => ({ proxyAuthenId })),
  33: blob.map((proxyAuthenResponse) => ({ proxyAuthenResponse })),
  34: record({
    crcErrors: u32,
    framingErrors: u32,
    hardwareOverruns: u32,
    bufferOverruns: u32,
    timeouts: u32,
    alignmentErrors: u32,
  }).map((callErrors) => ({ callErrors })),
  35: record({ send: u32, receive: u32 }).map((accm) => ({ accm })),
  37: blob.map((privateGroupId) => ({ privateGroupId })),
  38: u32.map((rxConnectSpeed) => ({ rxConnectSpeed })),
  39: fc.constant({ sequencingRequired: true }),
  46: fc
    .array(record({ code: u16, protocol: u16, direction: fc.nat(255), text }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((disconnectCauses) => ({ disconnectCauses })),
  100: text.map((clientNasPort) => ({ clientNasPort })),
};
const field = (type: number) => FIELDS[type] ?? fc.constant({});
const anyMessage: fc.Arbitrary<L2tpMessage> = fc.oneof(
  ...MESSAGES.map(([type, , required, optional]) =>
    fc
      .subarray<number>(type === 10 ? [...optional, 100] : [...optional])
      .chain((chosen) => fc.tuple(...[...required, ...chosen].map(field)))
      .map((parts): L2tpMessage => ({ ...Object.assign({}, ...parts), type })),
  ),
);

describe('wire/l2tp/build (RFC 2661 §4.1, §6)', () => {
  it('builds what parses to the same, hidden or not [L2TP-7.1-04] [L2TP-4.3-01]', () => {
    const hide = fc.constantFrom('nothing', 'password', 'all');
    fc.assert(
      fc.property(anyMessage, hide, (message, how) => {
        const options = { secret: SECRET, hide: how, random: new Counting() } as const;
        assert.deepEqual(readBack(send(message, options), SECRET), message);
      }),
      { numRuns: 1000 },
    );
  });

  it('orders the AVPs as the seed does, 26 before 27, the rest by number [CIS-03]', () => {
    for (const [type, order] of [
      [MessageType.SCCRQ, [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
      [MessageType.SCCRP, [0, 2, 3, 4, 6, 7, 8, 9, 10, 11, 13]],
      [MessageType.StopCCN, [0, 9, 1]],
      [MessageType.OCRQ, [0, 14, 15, 16, 17, 18, 19, 21, 23]],
      [MessageType.ICRQ, [0, 14, 15, 18, 22, 21, 23, 25]],
      [MessageType.ICCN, [0, 24, 38, 19, 26, 27, 28, 31, 32, 30, 33, 29, 37, 39]],
      [MessageType.CDN, [0, 14, 1, 12, 46]],
    ] as const) {
      assert.deepEqual(typesOf(full(type)), order);
    }
  });

  it('sets M as §4.4 asks and no reserved bit [L2TP-4.1-01] [L2TP-4.4.1-01] [L2TP-4.2-01]', () => {
    for (const [type] of MESSAGES) {
      const message = type === 10 ? { ...full(type), clientNasPort: 'Async1' } : full(type);
      const datagram = send(message);
      for (let at = 12; at < datagram.length; ) {
        const bits = ((datagram[at] ?? 0) << 8) | (datagram[at + 1] ?? 0);
        const number = ((datagram[at + 4] ?? 0) << 8) | (datagram[at + 5] ?? 0);
        assert.equal(bits & 0xfc00, WITHOUT_M.includes(number) ? 0 : 0x8000, `AVP ${number}`);
        at += bits & 0x03ff;
      }
    }
  });

  it('sends reserved octets as zero [L2TP-6-01]', () => {
    const wen = send(full(MessageType.WEN));
    assert.deepEqual(wen.slice(20, 28), octets('8020 0000 0022 0000'));
    const sli = send(full(MessageType.SLI));
    assert.deepEqual(sli.slice(20, 28), octets('8010 0000 0023 0000'));
  });

  it('sends a Result Code of 8, 10 or more octets [L2TP-4.4.2-01]', () => {
    const stop = (resultCode: L2tpMessage['resultCode']) =>
      send({ type: MessageType.StopCCN, assignedTunnelId: 1, ...(resultCode && { resultCode }) });
    assert.deepEqual(stop({ result: 1 }).slice(28), octets('8008 0000 0001 0001'));
    assert.deepEqual(stop({ result: 2, error: 8 }).slice(28), octets('800a 0000 0001 0002 0008'));
    assert.deepEqual(
      stop({ result: 2, error: 8, text: 'é' }).slice(28),
      octets('800c 0000 0001 0002 0008 c3a9'),
    );
  });

  describe('as Cisco does [CIS-04]', () => {
    const iccn = full(MessageType.ICCN);

    it('sets M in AVP 33 alone of the proxy AVPs, and leaves AVP 26 out', () => {
      const plain = avpsOf(iccn);
      const cisco = avpsOf(iccn, { cisco: true });
      const expected = plain
        .filter(({ type }) => type !== 26)
        .map((avp) => (avp.type === 33 ? { ...avp, mandatory: true } : avp));
      assert.deepEqual(cisco, expected);
      assert.equal(plain.find(({ type }) => type === 33)?.mandatory, false);
    });

    it('only when told to', () => {
      assert.deepEqual(avpsOf(iccn, { cisco: false }), avpsOf(iccn));
    });
  });

  describe('hides (RFC 2661 §4.3)', () => {
    const pap = { ...full(MessageType.ICCN), proxyAuthenType: 3 };
    const how = () => ({ secret: SECRET, random: new Counting() });

    it('nothing without a secret, nor unless told to [L2TP-4.3-01]', () => {
      const random = new Counting();
      for (const options of [
        {},
        { hide: 'all', random },
        { hide: 'password', secret: undefined, random },
        { hide: 'nothing', secret: SECRET, random },
        { secret: SECRET, random },
      ] as const) {
        assert.deepEqual(send(pap, options), send(pap));
      }
      assert.equal(random.calls, 0);
    });

    it('the password of PAP and of a text login, and nothing else [L2TP-4.3-08]', () => {
      for (const [proxyAuthenType, hidden] of [
        [1, [33]],
        [2, []],
        [3, [33]],
        [4, []],
        [5, []],
      ] as const) {
        const message = { ...pap, proxyAuthenType };
        assert.deepEqual(hiddenIn(message, { ...how(), hide: 'password' }), hidden);
        const hasVector = typesOf(message, { ...how(), hide: 'password' }).includes(36);
        assert.equal(hasVector, hidden.length > 0);
      }
    });

    it('so that the password stands nowhere in the datagram [L2TP-4.3-08]', () => {
      const message = { ...pap, proxyAuthenResponse: fromText('open sesame') };
      const holds = (datagram: Uint8Array) => Buffer.from(datagram).includes('open sesame');
      assert.equal(holds(send(message)), true);
      for (const hide of ['password', 'all'] as const) {
        assert.equal(holds(send(message, { ...how(), hide })), false);
      }
    });

    it('all that may be, behind one Random Vector of 16 octets [L2TP-4.3-01] [L2TP-4.3-07]', () => {
      for (const [type, , required, optional] of MESSAGES) {
        const options = { ...how(), hide: 'all' } as const;
        const avps = avpsOf(full(type), options);
        const may = [...required, ...optional].filter((number) => !NEVER_HIDDEN.includes(number));
        const hidden = avps.flatMap((avp) => (avp.hidden ? [avp.type] : []));
        assert.deepEqual(new Set(hidden), new Set(may));
        const vectorAt = avps.findIndex((avp) => avp.type === 36);
        assert.equal(vectorAt !== -1, may.length > 0);
        if (may.length === 0) continue;
        assert.equal(
          vectorAt + 1,
          avps.findIndex((avp) => avp.hidden),
        );
        assert.deepEqual(avps[vectorAt]?.value, new Counting().octets(16));
        assert.equal(options.random.calls, 1, 'a vector is drawn once for each message');
      }
    });

    it('but asserts that it has randomness', () => {
      assert.throws(() => send(pap, { secret: SECRET, hide: 'all' }), /randomness/);
    });
  });

  describe('asserts, for it would be our bug [L2TP-7.1-04] [L2TP-6-02]', () => {
    it('that nothing required is missing', () => {
      for (const [type, , required] of MESSAGES) {
        for (const absent of required) {
          const rest = required.filter((number) => number !== absent);
          const message = { ...fields(rest), type };
          assert.throws(() => send(message), new RegExp(`lacks AVP ${absent}$`));
        }
      }
    });

    it('that the message holds nothing of another', () => {
      const stray = { type: MessageType.HELLO, hostName: 'hgw' } as const;
      assert.throws(() => send(stray), /message 6 holds AVP 7/);
    });

    it('that each value fits', () => {
      const sccrq = full(MessageType.SCCRQ);
      for (const bad of [
        { hostName: '' },
        { hostName: 'x'.repeat(1018) },
        { vendorName: 'é'.repeat(509) },
        { challenge: new Uint8Array(0) },
        { tieBreaker: new Uint8Array(7) },
        { tieBreaker: new Uint8Array(9) },
        { firmwareRevision: 0x10000 },
        { firmwareRevision: -1 },
        { firmwareRevision: 1.5 },
        { framingCapabilities: 0x100000000 },
        { assignedTunnelId: 0 },
        { receiveWindowSize: 0 },
      ]) {
        assert.throws(() => send({ ...sccrq, ...bad }), { name: 'AssertionFailed' });
      }
      const longest = { ...sccrq, hostName: 'x'.repeat(1017) };
      assert.deepEqual(readBack(send(longest)), longest);
    });

    it('that a hidden value leaves room for its length', () => {
      const random = new Counting();
      const iccn = (size: number): L2tpMessage => ({
        ...full(MessageType.ICCN),
        proxyAuthenName: new Uint8Array(size),
      });
      const options = { secret: SECRET, hide: 'all', random } as const;
      assert.doesNotThrow(() => send(iccn(1015), options));
      assert.throws(() => send(iccn(1016), options), /AVP 30 is too long/);
    });

    it('that a result has its error code before its text', () => {
      const resultCode = { result: 1, text: 'bye' };
      const stop = { type: MessageType.StopCCN, assignedTunnelId: 1, resultCode } as const;
      assert.throws(() => send(stop), /text stands behind/);
    });
  });
});
