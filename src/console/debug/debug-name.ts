/** What `debug …` can be told to show: IOS's names. */

export const DEBUG_NAMES = [
  'ppp negotiation',
  'ppp authentication',
  'ppp packet',
  'vpdn event',
  'vpdn error',
  'vpdn l2x-events',
  'vpdn l2x-packets',
  'vpdn l2x-errors',
  'vtemplate',
] as const;
export type DebugName = (typeof DEBUG_NAMES)[number];

/** One line of trace, and the debug that shows it. */
export interface TraceLine {
  readonly debug: DebugName;
  readonly text: string;
}

/** @param list `all`, or names parted by commas @returns what is wrong with it as a string */
export function parseDebugList(list: string): ReadonlySet<DebugName> | string {
  if (list.trim() === 'all') return new Set(DEBUG_NAMES);
  const names = new Set<DebugName>();
  for (const part of list.split(',')) {
    const wanted = part.trim().replace(/\s+/g, ' ').toLowerCase();
    const name = DEBUG_NAMES.find((known) => known === wanted);
    if (name === undefined) {
      return `there is no debug \`${wanted}\`, expected \`all\`, ${DEBUG_NAMES.join(', ')}`;
    }
    names.add(name);
  }
  return names;
}
