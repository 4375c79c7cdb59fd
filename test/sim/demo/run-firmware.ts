/** `npm start -- --config FILE`: the built firmware in our place. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const SIGNAL_STATUS = 128;

/** Resolves to the status to end with. */
export function runFirmware(bundle: string, words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [bundle, ...words], {
    stdio: 'inherit',
    // npm has gone to the top of the repository; FILE is named from where the user is.
    cwd: process.env.INIT_CWD ?? process.cwd(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // ^C is the terminal's, which tells the firmware, too; a second one would end it at once.
    const isToldItself = signal === 'SIGINT' && process.stdin.isTTY;
    process.on(signal, () => {
      if (!isToldItself) child.kill(signal);
    });
  }
  return new Promise((resolve) => {
    child.on('error', () => resolve(SIGNAL_STATUS - 1));
    child.on('exit', (status, signal) => {
      resolve(status ?? SIGNAL_STATUS + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
