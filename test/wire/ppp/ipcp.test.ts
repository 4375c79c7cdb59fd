import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { Fault } from '../../../src/base/fault.ts';
import { addressOf, IpcpOption, putAddressOption } from '../../../src/wire/ppp/ipcp.ts';
import { type PppOption, parseOptions } from '../../../src/wire/ppp/option.ts';

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const parse = (hex: string): readonly PppOption[] => {
  const options: PppOption[] = [];
  assert.equal(parseOptions(octets(hex), options), Fault.None);
  return options;
};

describe('wire/ppp/ipcp (RFC 1332 §3, RFC 1877 §1)', () => {
  it("writes and reads the seed's address [IPCP-3.3-01]", () => {
    assert.deepEqual(putAddressOption(IpcpOption.Address, 0x0a330652), octets('03060a330652'));
    assert.deepEqual(parse('03060a0a3502').map(addressOf), [0x0a0a3502]);
    assert.deepEqual(parse('0306ffffffff').map(addressOf), [0xffffffff]);
  });

  it('has the numbers of the name servers, which are not by kind [IPCPX-1.1-01]', () => {
    const { PrimaryDns, PrimaryNbns, SecondaryDns, SecondaryNbns } = IpcpOption;
    assert.deepEqual([PrimaryDns, PrimaryNbns, SecondaryDns, SecondaryNbns], [129, 130, 131, 132]);
  });

  it('has no address where the Length is another', () => {
    for (const hex of ['0302', '03050a0a35', '03070a0a350200']) {
      assert.deepEqual(parse(hex).map(addressOf), [undefined]);
    }
  });

  it('reads what it has written', () => {
    const property = fc.property(fc.nat(0xffffffff), (address) => {
      const options: PppOption[] = [];
      parseOptions(putAddressOption(IpcpOption.SecondaryDns, address), options);
      assert.deepEqual(options.map(addressOf), [address]);
      assert.equal(options[0]?.type, 131);
    });
    fc.assert(property);
  });
});
