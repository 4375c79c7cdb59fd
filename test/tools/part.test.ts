import { strict as assert } from 'node:assert';
import { type PartResult, runPart } from './part.ts';

const HOUR_MS = 3_600_000;

async function run(
  script: string,
  limitMs = HOUR_MS,
): Promise<{ part: PartResult; shown: string }> {
  let shown = '';
  const command = [process.execPath, '-e', script];
  const part = await runPart(command, limitMs, (chunk) => {
    shown += chunk.toString();
  });
  return { part, shown };
}

describe('test/tools/part', () => {
  it('takes the last closing line', async () => {
    const script = "console.log('1 passed, 1 failed\\n7 passed, 0 failed\\nthe rest')";
    const { part, shown } = await run(script);
    assert.deepEqual([part.passed, part.failed, part.how], [7, 0, 'ok']);
    assert.match(shown, /^1 passed, 1 failed\n[\s\S]*the rest\n$/, 'all of it is shown');
  });

  it('takes the failures of a part that ends with them', async () => {
    const script = "console.log('7 passed, 2 failed'); process.exit(2)";
    const { part } = await run(script);
    assert.deepEqual([part.passed, part.failed, part.how], [7, 2, 'ended with 2']);
  });

  it('counts a failure for what ends badly and names none', async () => {
    const script = "console.log('7 passed, 0 failed'); process.kill(process.pid, 'SIGABRT')";
    const { part: aborted } = await run(script);
    assert.deepEqual([aborted.passed, aborted.failed, aborted.how], [7, 1, 'ended with SIGABRT']);
    const missing = await runPart(['/nowhere/program'], HOUR_MS);
    assert.deepEqual([missing.passed, missing.failed], [0, 1]);
    assert.match(missing.how, /ENOENT/);
  });

  it('ends a part at its limit, with all that it has started, and need not kill', async () => {
    // The grandchild holds the pipe: only when it is gone too is the output at its end.
    const stay = 'setInterval(Number, 1000)';
    const script = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, ['-e', '${stay}'], { stdio: 'inherit' });
      ${stay}`;
    const { part } = await run(script, 1000);
    assert.deepEqual([part.failed, part.how], [1, 'not done after 1 s']);
  });
});
