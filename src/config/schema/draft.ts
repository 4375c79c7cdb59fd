/** A configuration while it is being read: what was said, and where; `undefined` is the default. */
import type { AuthMethod, InitiateTo, LineConfig } from './config.ts';
import type { Mode } from './modes.ts';

/** Both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface GroupDraft {
  readonly name: string;
  readonly at: Position;
  requestDialin: Position | undefined;
  protocol: string | undefined;
  readonly dnis: Map<string, Position>;
  readonly domains: Map<string, Position>;
  initiateTo: InitiateTo[];
  localName: string | undefined;
  tunnelPassword: string | undefined;
  tunnelAuthentication: boolean | undefined;
  hidden: Position | undefined;
  receiveWindow: number | undefined;
  helloS: number | undefined;
  noSessionS: number | undefined;
  setupS: number | undefined;
  retries: number | undefined;
  initialRetries: number | undefined;
  retransmitMinS: number | undefined;
  retransmitMaxS: number | undefined;
  cisco: boolean | undefined;
  restoreHeader: boolean | undefined;
}

export interface LineDraft {
  readonly number: number;
  at: Position;
  device: { readonly path: string; readonly at: Position } | undefined;
  calledNumber: string | undefined;
  callingNumber: string | undefined;
  speedBps: number | undefined;
  flowControl: LineConfig['flowControl'] | undefined;
}

/** Of `interface AsyncN`, or of `interface Group-AsyncN` for all its members. */
export interface AsyncDraft {
  readonly at: Position;
  encapsulated: boolean | undefined;
  shutdown: boolean | undefined;
  authentication: readonly AuthMethod[] | undefined;
  chapHostname: string | undefined;
  multilink: boolean | undefined;
  mruOctets: number | undefined;
  readonly isGroup: boolean;
  /** `group-range` of a Group-Async. */
  range: { readonly first: number; readonly last: number; readonly at: Position } | undefined;
}

export interface Draft {
  mode: Mode;
  hostname: string | undefined;
  vpdnEnabled: boolean;
  searchOrder: readonly ('dnis' | 'domain')[] | undefined;
  sourceIp: number | undefined;
  sourcePort: number | undefined;
  readonly groups: Map<string, GroupDraft>;
  readonly lines: Map<number, LineDraft>;
  readonly asyncs: Map<number, AsyncDraft>;
  readonly groupAsyncs: Map<number, AsyncDraft>;
  /** What the commands of the mode speak of. */
  group: GroupDraft | undefined;
  currentLines: readonly LineDraft[];
  async: AsyncDraft | undefined;
  /** Keys are there so that each is noted once. */
  readonly notes: Map<string, string>;
}

export const newDraft = (): Draft => ({
  mode: 'global',
  hostname: undefined,
  vpdnEnabled: false,
  searchOrder: undefined,
  sourceIp: undefined,
  sourcePort: undefined,
  groups: new Map(),
  lines: new Map(),
  asyncs: new Map(),
  groupAsyncs: new Map(),
  group: undefined,
  currentLines: [],
  async: undefined,
  notes: new Map(),
});

export const newGroup = (name: string, at: Position): GroupDraft => ({
  name,
  at,
  requestDialin: undefined,
  protocol: undefined,
  dnis: new Map(),
  domains: new Map(),
  initiateTo: [],
  localName: undefined,
  tunnelPassword: undefined,
  tunnelAuthentication: undefined,
  hidden: undefined,
  receiveWindow: undefined,
  helloS: undefined,
  noSessionS: undefined,
  setupS: undefined,
  retries: undefined,
  initialRetries: undefined,
  retransmitMinS: undefined,
  retransmitMaxS: undefined,
  cisco: undefined,
  restoreHeader: undefined,
});

export const newLine = (number: number, at: Position): LineDraft => ({
  number,
  at,
  device: undefined,
  calledNumber: undefined,
  callingNumber: undefined,
  speedBps: undefined,
  flowControl: undefined,
});

export const newAsync = (at: Position, isGroup: boolean): AsyncDraft => ({
  at,
  isGroup,
  encapsulated: undefined,
  shutdown: undefined,
  authentication: undefined,
  chapHostname: undefined,
  multilink: undefined,
  mruOctets: undefined,
  range: undefined,
});
