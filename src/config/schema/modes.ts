/** The sub-modes of a configuration, and which encloses which. */

/** Each with its enclosing mode: a command unknown in one is tried in that, as in IOS. */
const PARENTS = {
  global: undefined,
  'vpdn-group': 'global',
  'request-dialin': 'vpdn-group',
  'accept-dialin': 'vpdn-group',
  async: 'global',
  'virtual-template': 'global',
  line: 'global',
  'other-interface': 'global',
  'other-line': 'global',
  'other-block': 'global',
} as const;

export type Mode = keyof typeof PARENTS;

/** As an error names it. */
const TITLES: Readonly<Record<Mode, string>> = {
  global: 'the global configuration',
  'vpdn-group': '`vpdn-group`',
  'request-dialin': '`request-dialin`',
  'accept-dialin': '`accept-dialin`',
  async: '`interface Async`',
  'virtual-template': '`interface Virtual-Template`',
  line: '`line`',
  'other-interface': 'an interface that takes no calls',
  'other-line': '`line con`, `aux` or `vty`',
  'other-block': 'a block without meaning here',
};

export const MODES: readonly Mode[] = [
  'global',
  'vpdn-group',
  'request-dialin',
  'accept-dialin',
  'async',
  'virtual-template',
  'line',
  'other-interface',
  'other-line',
  'other-block',
];

export const parentOf = (mode: Mode): Mode | undefined => PARENTS[mode];
export const titleOf = (mode: Mode): string => TITLES[mode];
