import { strict as assert } from 'node:assert';
import type { Config } from '../../../src/config/schema/config.ts';
import { parseConfig } from '../../../src/config/schema/parse-config.ts';
import { makeDirectory } from '../../../src/role/lac/directory.ts';

function config(extra: string, enable = 'vpdn enable'): Config {
  const text = `
    hostname hgw
    ${enable}
    vpdn-group 1
     request-dialin
      protocol l2tp
      dnis 614629
      domain Example.NET
     initiate-to ip 10.99.0.2
     l2tp tunnel password hello
     ${extra}
  `;
  const parsed = parseConfig(text, 'test');
  assert.ok('config' in parsed, JSON.stringify(parsed));
  return parsed.config;
}
const profileOf = (extra: string) => makeDirectory(config(extra)).byDnis.get('614629');

describe('role/lac/directory', () => {
  it('finds a group by number, and by domain in any case', () => {
    const { byDnis, byDomain, searchOrder } = makeDirectory(config(''));
    assert.deepEqual([...byDnis.keys()], ['614629']);
    assert.deepEqual([...byDomain.keys()], ['example.net']);
    assert.equal(byDnis.get('614629'), byDomain.get('example.net'));
    assert.deepEqual(searchOrder, ['dnis', 'domain']);
  });

  it('sends to UDP port 1701 unless told otherwise [L2TP-8.1-02, L2TP-8.2-01]', () => {
    assert.deepEqual(profileOf('')?.addresses, [{ address: 0x0a630002, port: 1701, priority: 1 }]);
  });

  it('hides the PAP password by default, all there is when asked, nothing as Cisco does', () => {
    assert.equal(profileOf('')?.tunnel.hide, 'password');
    assert.equal(profileOf('l2tp hidden')?.tunnel.hide, 'all');
    assert.equal(profileOf('l2tp compat cisco')?.tunnel.hide, 'nothing');
  });

  it('speaks as Cisco under `l2tp compat cisco`, else under its own name [CIS-04]', () => {
    const cisco = profileOf('l2tp compat cisco')?.tunnel;
    assert.deepEqual(
      [cisco?.cisco, cisco?.firmwareRevision, cisco?.vendorName],
      [true, 0x1130, 'Cisco Systems, Inc.'],
    );
    const own = profileOf('')?.tunnel;
    assert.deepEqual([own?.cisco, own?.vendorName], [false, 'pilac']);
  });

  it('knows no group while vpdn is not enabled', () => {
    assert.equal(makeDirectory(config('', 'no vpdn enable')).byDnis.size, 0);
  });
});
