import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { parseConfig } from '../src/config/schema/parse-config.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The indented block with this line in it, as a configuration. */
function load(line: string) {
  const blocks = README.match(/(?:^ {4}.*\n)+/gm) ?? [];
  const block = blocks.find((text) => text.includes(`    ${line}\n`));
  assert.ok(block !== undefined, line);
  const parsed = parseConfig(block, 'README.md');
  assert.ok('config' in parsed, JSON.stringify(parsed));
  assert.deepEqual(parsed.config.notes, []);
  return parsed.config;
}

describe('README', () => {
  it('shows a LAC that can be loaded as it stands', () => {
    assert.equal(load('hostname hgw').lines[0]?.device, '/dev/ttyUSB0');
  });

  it('shows an LNS that can be loaded as it stands', () => {
    const config = load('hostname l2tp-gw');
    assert.equal(config.groups[0]?.acceptDialin?.terminateFrom, 'hgw');
    assert.equal(config.users[0]?.name, '2500-1');
  });
});
