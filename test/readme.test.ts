import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { parseConfig } from '../src/config/schema/parse-config.ts';

describe('README', () => {
  it('shows a configuration that can be loaded as it stands', () => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const [block] = /(?:^ {4}.*\n)*^ {4}hostname hgw\n(?:^ {4}.*\n)*/m.exec(text) ?? [];
    assert.ok(block !== undefined);
    const parsed = parseConfig(block, 'README.md');
    assert.ok('config' in parsed, JSON.stringify(parsed));
    assert.equal(parsed.config.lines[0]?.device, '/dev/ttyUSB0');
    assert.deepEqual(parsed.config.notes, []);
  });
});
