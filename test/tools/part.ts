/** One part of the whole test: a command with a limit of time, its output shown as it comes. */
import { spawn } from 'node:child_process';

export interface PartResult {
  readonly passed: number;
  readonly failed: number;
  /** Plain words, for the table at the end. */
  readonly how: string;
  readonly seconds: number;
}

const TAIL_CHARACTERS = 65_536; // the closing line is looked for in the last of the output
const CLEAN_UP_MS = 15_000; // between the request to end and the kill
const CLOSING_LINE = /^(\d+) passed, (\d+) failed$/gm;

const toStdout = (chunk: Buffer): boolean => process.stdout.write(chunk);

/** Runs to its end, or to the end of its process group when `limitMs` is over. */
export function runPart(
  command: readonly string[],
  limitMs: number,
  show: (chunk: Buffer) => void = toStdout,
): Promise<PartResult> {
  const [program = '', ...args] = command;
  const startedAt = performance.now();
  // A process group of its own, so that nothing it has started outlives its limit.
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group is gone already.
    }
  };
  let tail = '';
  let stopped = '';
  const stop = (why: string): void => {
    stopped ||= why;
    signalGroup('SIGTERM');
    killer ??= setTimeout(() => {
      signalGroup('SIGKILL');
      stopped += ', killed';
      // Something that left the group may hold them open.
      child.stdout.destroy();
      child.stderr.destroy();
    }, CLEAN_UP_MS);
  };
  let killer: NodeJS.Timeout | undefined;
  const limit = setTimeout(() => stop(`not done after ${Math.round(limitMs / 1000)} s`), limitMs);
  const interrupt = (): void => stop('interrupted');
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  child.stdout.on('data', (chunk: Buffer) => {
    show(chunk);
    tail = (tail + chunk.toString()).slice(-TAIL_CHARACTERS);
  });
  child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  return new Promise((resolve) => {
    const end = (trouble: string): void => {
      clearTimeout(limit);
      clearTimeout(killer);
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      const [, passed = 0, counted = 0] =
        [...tail.matchAll(CLOSING_LINE)].at(-1)?.map(Number) ?? [];
      const why = stopped || trouble;
      // What ended badly has failed, even if none of its tests could say so.
      const failed = counted === 0 && why !== '' ? 1 : counted;
      const seconds = (performance.now() - startedAt) / 1000;
      resolve({ passed, failed, how: why || 'ok', seconds });
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(code === 0 ? '' : `ended with ${signal ?? code}`));
  });
}
