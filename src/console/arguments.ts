/** The words of the command line. */

export const USAGE = `usage: pilac --config FILE [options]
  --config FILE         the startup-config
  --check               only say whether FILE is right: exit 0, or its errors and exit 2
  --console WHERE       stdio, none, or the path of a Unix socket to be made;
                        without it stdio on a terminal, else none
  --debug LIST          debug names separated by commas, or all
  --tun fd:N            the callers' IP packets pass through this descriptor, one a read and write,
                        instead of a TUN device; nothing is routed
  --version, --help`;

export interface Arguments {
  readonly config: string;
  readonly check: boolean;
  /** Absent: decided by whether standard input is a terminal. */
  readonly console?: string;
  readonly debug?: string;
  readonly tunFd?: number;
}

type Parsed =
  | { readonly kind: 'run'; readonly arguments: Arguments }
  | { readonly kind: 'version' }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string };

const VALUED = ['--config', '--console', '--debug', '--tun'] as const;
type Valued = (typeof VALUED)[number];

/** `--option value` and `--option=value`; each at most once. */
export function parseArguments(words: readonly string[]): Parsed {
  const values = new Map<Valued, string>();
  let check = false;
  for (let at = 0; at < words.length; at++) {
    const [name = '', inline] = splitOption(words[at] ?? '');
    if (name === '--help' || name === '-h') return { kind: 'help' };
    if (name === '--version') return { kind: 'version' };
    if (name === '--check' && inline === undefined) {
      check = true;
      continue;
    }
    const option = VALUED.find((one) => one === name);
    if (option === undefined) return { kind: 'wrong', why: `unknown option ${words[at]}` };
    if (values.has(option)) return { kind: 'wrong', why: `${option} is given twice` };
    const value = inline ?? words[++at];
    if (value === undefined || value === '')
      return { kind: 'wrong', why: `${option} needs a value` };
    values.set(option, value);
  }
  const config = values.get('--config');
  if (config === undefined) return { kind: 'wrong', why: '--config FILE is needed' };
  const where = values.get('--console');
  const debug = values.get('--debug');
  const tun = values.get('--tun');
  const tunFd = tun === undefined ? undefined : /^fd:(\d{1,9})$/.exec(tun)?.[1];
  if (tun !== undefined && tunFd === undefined) {
    return { kind: 'wrong', why: `--tun ${tun}: expected fd:N` };
  }
  return {
    kind: 'run',
    arguments: {
      config,
      check,
      ...(where === undefined ? {} : { console: where }),
      ...(debug === undefined ? {} : { debug }),
      ...(tunFd === undefined ? {} : { tunFd: Number(tunFd) }),
    },
  };
}

function splitOption(word: string): [name: string, value?: string] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}
