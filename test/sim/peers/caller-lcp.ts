/** What a caller wants of LCP: its own options, and what it suggests in place of the others'. */
import { type Identity, magicOf } from './authentication.ts';
import { split32 } from './frame.ts';
import { accmOf, CHAP_OPTION, Lcp, PAP_OPTION } from './lcp.ts';
import type { Option } from './negotiator.ts';

export interface LcpHabits {
  readonly takes: 'chap' | 'pap' | 'both';
  /** Of its own Configure-Request; undefined: the option is left out. */
  readonly accm: number | undefined;
  /** What its own line cannot carry, as pppd's xonxoff: it sends none of it bare. */
  readonly needsEscaped: number;
  readonly compress: boolean;
  /** Instead of one that tells the call. */
  readonly magic?: number;
  /** Of its first packet; 1. */
  readonly firstLcpId?: number;
}

export function optionsOf(habits: LcpHabits, identity: Identity): readonly Option[] {
  const { accm, compress, magic } = habits;
  const compressed = [
    { type: Lcp.PFC, value: [] },
    { type: Lcp.ACFC, value: [] },
  ];
  return [
    ...(accm === undefined ? [] : [{ type: Lcp.ACCM, value: split32(accm) }]),
    { type: Lcp.MAGIC, value: magic === undefined ? magicOf(identity) : split32(magic) },
    ...(compress ? compressed : []),
  ];
}

export function suggest(habits: LcpHabits, { type, value }: Option): readonly number[] | undefined {
  const { takes, needsEscaped } = habits;
  if (type === Lcp.ACCM) {
    const accm = accmOf([{ type, value }]);
    const union = (accm | needsEscaped) >>> 0;
    return union === accm ? undefined : split32(union);
  }
  if (type !== Lcp.AUTH) return undefined;
  const isPap = value[0] === PAP_OPTION[0] && value[1] === PAP_OPTION[1];
  if (isPap && takes === 'chap') return CHAP_OPTION;
  if (!isPap && takes === 'pap') return PAP_OPTION;
  return undefined;
}
