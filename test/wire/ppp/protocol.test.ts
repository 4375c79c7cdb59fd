import { strict as assert } from 'node:assert';
import {
  isLinkProtocol,
  isNcp,
  isWellFormedProtocol,
  PppProtocol,
  pppProtocolName,
} from '../../../src/wire/ppp/protocol.ts';

describe('wire/ppp/protocol (RFC 1661 §2)', () => {
  it('knows an odd low octet and an even high one [LCP-2-02]', () => {
    for (const protocol of Object.values(PppProtocol)) {
      assert.ok(isWellFormedProtocol(protocol), pppProtocolName(protocol));
    }
    for (const protocol of [0x0020, 0x0121, 0x8020, 0xc121, 0xffff]) {
      assert.ok(!isWellFormedProtocol(protocol), `${protocol}`);
    }
  });

  it('tells NCPs and link protocols from the rest', () => {
    const { IP, IPCP, CCP, LCP, CHAP } = PppProtocol;
    assert.deepEqual([IP, IPCP, CCP, LCP, CHAP].map(isNcp), [false, true, true, false, false]);
    assert.deepEqual([IP, 0x4021, IPCP, LCP, CHAP].map(isLinkProtocol), [
      false,
      false,
      false,
      true,
      true,
    ]);
    assert.deepEqual([0x7fff, 0x8001, 0xbf01, 0xc001].map(isNcp), [false, true, true, false]);
  });

  it('names those it knows, numbers the others', () => {
    assert.equal(pppProtocolName(0x8021), 'IPCP');
    assert.equal(pppProtocolName(0x002b), 'protocol 0x002B');
  });
});
