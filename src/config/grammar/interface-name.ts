/** Names of IOS interfaces: `Async1`, `async 1`, `As1`, `Serial0:23`, `FastEthernet0/0`. */
import type { Word } from './words.ts';

/** Ours first; the others are known so that an IOS configuration can be read. */
const TYPES = [
  'Async',
  'Group-Async',
  'ATM',
  'BRI',
  'BVI',
  'Dialer',
  'Ethernet',
  'FastEthernet',
  'GigabitEthernet',
  'Hssi',
  'Loopback',
  'Multilink',
  'Null',
  'Serial',
  'TokenRing',
  'Tunnel',
  'Virtual-Template',
  'Vlan',
] as const;

export interface InterfaceName {
  readonly type: (typeof TYPES)[number];
  /** As written: `1`, `0/0`, `0:23`. */
  readonly unit: string;
}

/** @returns the name and how many words it took, or what is wrong with it */
export function parseInterfaceName(
  words: readonly Word[],
  at: number,
): { readonly name: InterfaceName; readonly count: number } | string {
  const [, letters = '', joined = ''] = /^([a-z-]*)(.*)$/i.exec(words[at]?.text ?? '') ?? [];
  const unit = joined === '' ? (words[at + 1]?.text ?? '') : joined;
  const type = findType(letters);
  if (type === undefined) return `\`${letters}${joined}\` names no interface, or more than one`;
  if (unit === '') return 'the interface has no number';
  if (!/^\d{1,5}(?:[/:.]\d{1,5}){0,3}$/.test(unit)) return `\`${unit}\` numbers no interface`;
  return { name: { type, unit }, count: joined === '' ? 2 : 1 };
}

function findType(letters: string): InterfaceName['type'] | undefined {
  if (letters === '') return undefined;
  const wanted = letters.toLowerCase();
  const found = TYPES.filter((type) => type.toLowerCase().startsWith(wanted));
  return found.find((type) => type.toLowerCase() === wanted) ?? only(found);
}

const only = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);
