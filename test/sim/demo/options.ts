/** The words behind `npm start --`. */

export const USAGE = `usage: npm start -- [options]            a call without any hardware
  --no-tun              a simulated host behind the LNS, even where a TUN device could be made
  --lns-secret SECRET   of the tunnel, at the LNS only: see how it fails

       npm start -- --config FILE [...]  the firmware itself; its own options follow`;

type Parsed =
  | { readonly kind: 'demo'; readonly wantsTun: boolean; readonly lnsSecret: string | undefined }
  /** All of it is the firmware's. */
  | { readonly kind: 'firmware' }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string };

export function parseOptions(words: readonly string[]): Parsed {
  if (words.some((word) => word === '--config' || word.startsWith('--config='))) {
    return { kind: 'firmware' };
  }
  let wantsTun = true;
  let lnsSecret: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === '--help' || word === '-h') return { kind: 'help' };
    if (word === '--no-tun') wantsTun = false;
    else if (word === '--lns-secret') {
      lnsSecret = words[++at];
      if (lnsSecret === undefined) return { kind: 'wrong', why: '--lns-secret needs a value' };
    } else return { kind: 'wrong', why: `unknown option ${word}` };
  }
  return { kind: 'demo', wantsTun, lnsSecret };
}
