import { strict as assert } from 'node:assert';
import { parseOptions } from './options.ts';

describe('sim/demo/options', () => {
  it('plays the demonstration unless told otherwise', () => {
    const plain = { kind: 'demo', wantsTun: true, lnsSecret: undefined };
    assert.deepEqual(parseOptions([]), plain);
    assert.deepEqual(parseOptions(['--no-tun']), { ...plain, wantsTun: false });
    assert.deepEqual(parseOptions(['--lns-secret', 'x']), { ...plain, lnsSecret: 'x' });
  });

  it('leaves everything to the firmware as soon as there is a configuration', () => {
    for (const words of [['--config', 'f'], ['--config=f'], ['--check', '--config', 'f']]) {
      assert.deepEqual(parseOptions(words), { kind: 'firmware' });
    }
  });

  it('helps, and refuses what it does not know', () => {
    assert.equal(parseOptions(['-h']).kind, 'help');
    assert.deepEqual(parseOptions(['--x']), { kind: 'wrong', why: 'unknown option --x' });
    assert.deepEqual(parseOptions(['--lns-secret']), {
      kind: 'wrong',
      why: '--lns-secret needs a value',
    });
  });
});
