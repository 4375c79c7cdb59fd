/** A good value for every AVP, a good message of every type, and how the tests judge a parse. */
import { strict as assert } from 'node:assert';
import type { Fault } from '../../../src/base/fault.ts';
import { faultName } from '../../../src/base/fault.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import type { ParsedMessage } from '../../../src/wire/l2tp/parse.ts';
import { avp, control, octets, parseMessage } from './support.ts';

/** RFC 2661 §6, transcribed anew: number, name, required, optional. */
export const MESSAGES = [
  [1, 'SCCRQ', [2, 7, 3, 9], [4, 10, 11, 5, 6, 8]],
  [2, 'SCCRP', [2, 3, 7, 9], [4, 6, 8, 10, 11, 13]],
  [3, 'SCCCN', [], [13]],
  [4, 'StopCCN', [9, 1], []],
  [6, 'HELLO', [], []],
  [7, 'OCRQ', [14, 15, 16, 17, 18, 19, 21], [23]],
  [8, 'OCRP', [14], [25]],
  [9, 'OCCN', [24, 19], [38, 39]],
  [10, 'ICRQ', [14, 15], [18, 25, 22, 21, 23]],
  [11, 'ICRP', [14], []],
  [12, 'ICCN', [24, 19], [26, 27, 28, 29, 30, 31, 32, 33, 37, 38, 39]],
  [14, 'CDN', [1, 14], [12, 46]],
  [15, 'WEN', [34], []],
  [16, 'SLI', [35], []],
] as const;

/** For each AVP a value in hex, and what it has to become. */
const VALUES: Readonly<Record<number, readonly [hex: string, read: Partial<L2tpMessage>]>> = {
  1: ['000200066f75 6368', { resultCode: { result: 2, error: 6, text: 'ouch' } }],
  2: ['0100', { protocolVersion: 0x0100 }],
  3: ['00000003', { framingCapabilities: 3 }],
  4: ['00000002', { bearerCapabilities: 2 }],
  5: ['0102030405060708', { tieBreaker: octets('0102030405060708') }],
  6: ['1130', { firmwareRevision: 0x1130 }],
  7: ['686777', { hostName: 'hgw' }],
  8: ['c3a9', { vendorName: 'é' }],
  9: ['4518', { assignedTunnelId: 0x4518 }],
  10: ['0320', { receiveWindowSize: 800 }],
  11: ['aabb', { challenge: octets('aabb') }],
  12: ['0010 02 6279 65', { q931Cause: { cause: 16, message: 2, text: 'bye' } }],
  13: [
    '00112233445566778899aabbccddeeff',
    {
      challengeResponse: octets('00112233445566778899aabbccddeeff'),
    },
  ],
  14: ['002d', { assignedSessionId: 45 }],
  15: ['d114c7c5', { callSerialNumber: 0xd114c7c5 }],
  16: ['00000960', { minimumBps: 2400 }],
  17: ['ffffffff', { maximumBps: 0xffffffff }],
  18: ['00000001', { bearerType: 1 }],
  19: ['00000002', { framingType: 2 }],
  21: ['363134', { calledNumber: '614' }],
  22: ['', { callingNumber: '' }],
  23: ['37', { subAddress: '7' }],
  24: ['0000fa00', { txConnectSpeed: 64000 }],
  25: ['80000001', { physicalChannelId: 0x80000001 }],
  26: ['0104', { initialReceivedConfreq: octets('0104') }],
  27: ['', { lastSentConfreq: octets('') }],
  28: ['05066ee4e865', { lastReceivedConfreq: octets('05066ee4e865') }],
  29: ['0002', { proxyAuthenType: 2 }],
  30: ['61ff', { proxyAuthenName: octets('61ff') }],
  31: ['5d', { proxyAuthenChallenge: octets('5d') }],
  32: ['00ff', { proxyAuthenId: 255 }],
  33: ['ca', { proxyAuthenResponse: octets('ca') }],
  34: [
    '0000 00000001 00000002 00000003 00000004 00000005 80000006',
    {
      callErrors: {
        crcErrors: 1,
        framingErrors: 2,
        hardwareOverruns: 3,
        bufferOverruns: 4,
        timeouts: 5,
        alignmentErrors: 0x80000006,
      },
    },
  ],
  35: ['0000 ffffffff 000a0000', { accm: { send: 0xffffffff, receive: 0x000a0000 } }],
  37: ['67', { privateGroupId: octets('67') }],
  38: ['00007080', { rxConnectSpeed: 28800 }],
  39: ['', { sequencingRequired: true }],
  46: [
    '0008 c021 00',
    {
      disconnectCauses: [{ code: 8, protocol: 0xc021, direction: 0, text: '' }],
    },
  ],
};

export const value = (type: number): string => VALUES[type]?.[0] ?? '';
export const known = (type: number, bits = 0x8000): string => avp(type, value(type), bits);
export const typeAvp = (type: number, bits = 0x8000): string =>
  avp(0, type.toString(16).padStart(4, '0'), bits);
export const fields = (types: readonly number[]): Partial<L2tpMessage> =>
  Object.assign({}, ...types.map((type) => VALUES[type]?.[1]));

/** The verdict without the AVPs. */
export function judge(avps: readonly string[], secret?: Uint8Array) {
  const { avps: _, ...verdict } = parseMessage(control(...avps), secret);
  return verdict;
}

export const taken = (message: object, notes: readonly string[] = []) => ({
  verdict: 'message',
  message,
  notes,
  missing: [],
});

/** Asserts a refusal and gives the rest of it. */
export function refused(parsed: ParsedMessage, fault: Fault, error: number, scope: string) {
  assert.equal(parsed.verdict, 'refuse');
  if (parsed.verdict !== 'refuse') throw new Error('unreachable');
  assert.deepEqual(
    [faultName(parsed.fault), parsed.error, parsed.scope],
    [faultName(fault), error, scope],
    parsed.text,
  );
  return parsed;
}

export const ICRP = [typeAvp(11), known(14)];
export const ICRP_READ = { type: 11, assignedSessionId: 45 };
