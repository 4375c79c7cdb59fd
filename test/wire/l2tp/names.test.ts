import { strict as assert } from 'node:assert';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import * as names from '../../../src/wire/l2tp/names.ts';

const { CDN, StopCCN } = MessageType;

describe('wire/l2tp/names (RFC 2661 §3.2, §4.4.2; RFC 3145 §3)', () => {
  it('spells the messages as the RFC does, unknown ones by number', () => {
    assert.deepEqual([1, 4, 6, 16].map(names.messageName), ['SCCRQ', 'StopCCN', 'HELLO', 'SLI']);
    assert.deepEqual([0, 5, 13, 99].map(names.messageName), [
      'message 0',
      'message 5',
      'message 13',
      'message 99',
    ]);
  });

  it('says of results and errors what the seed prints [TRACE-05]', () => {
    assert.equal(names.resultText(StopCCN, 1), 'Request to clear control connection');
    assert.equal(names.resultText(CDN, 1), 'Loss of carrier');
    assert.equal(names.errorText(0), 'No error');
  });

  it('has its own text for every code, unknown ones by number [L2TP-4.4.2-04]', () => {
    for (const [text, count] of [
      [(code: number) => names.resultText(StopCCN, code), 8],
      [(code: number) => names.resultText(CDN, code), 17],
      [names.errorText, 13],
    ] as const) {
      const texts = Array.from({ length: count }, (_, code) => text(code));
      assert.equal(new Set(texts).size, count);
      assert.ok(texts.every((words) => !/^Unknown (result|error)/.test(words)));
      assert.match(text(count), new RegExp(`^Unknown (result|error) ${count}$`));
      assert.match(text(0xffff), /^Unknown (result|error) 65535$/);
    }
    assert.equal(names.resultText(CDN, 8), 'Busy signal detected');
    assert.equal(names.resultText(CDN, 11), 'Connected but no appropriate framing detected');
    assert.equal(names.resultText(StopCCN, 7), 'Finite state machine error');
    assert.equal(names.errorText(8), 'Unknown AVP with M bit set');
  });

  it('puts a whole Result Code into one line', () => {
    for (const [type, resultCode, line] of [
      [CDN, { result: 1 }, '1: Loss of carrier'],
      [CDN, { result: 1, error: 0 }, '1/0: Loss of carrier'],
      [StopCCN, { result: 6, error: 0, text: '' }, '6/0: Requester is being shut down'],
      [
        CDN,
        { result: 2, error: 6, text: 'No handler for attr 26' },
        '2/6: Call disconnected, refer to error code, Vendor specific: "No handler for attr 26"',
      ],
      [CDN, { result: 77, error: 88 }, '77/88: Unknown result 77, Unknown error 88'],
      [
        StopCCN,
        { result: 5, error: 1 },
        '5/1: Protocol version of requester not supported, highest is 1',
      ],
      [StopCCN, { result: 5 }, '5: Protocol version of requester not supported'],
      [CDN, { result: 5, error: 4 }, '5/4: Lack of facilities, permanent, Insufficient resources'],
    ] as const) {
      assert.equal(names.resultCodeText(type, resultCode), line);
    }
  });

  it('names disconnect causes [DISC-2-02]', () => {
    const cause = { code: 8, protocol: 0xc021, direction: 0, text: '' };
    assert.equal(names.disconnectCauseText(cause), '8: LCP echo timeout');
    assert.equal(
      names.disconnectCauseText({ ...cause, code: 3, direction: 1, text: 'bye' }),
      '3: Normal disconnection, LCP Terminate-Request sent (at the peer): "bye"',
    );
    assert.equal(
      names.disconnectCauseText({ ...cause, code: 20, direction: 2 }),
      '20: NCP address not permitted (at the local end)',
    );
    assert.equal(
      names.disconnectCauseText({ ...cause, code: 21, direction: 7 }),
      '21: Unknown cause 21 (direction 7)',
    );
  });
});
