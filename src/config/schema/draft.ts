/** A configuration while it is being read: what was said, and where; `undefined` is the default. */
import type { AcceptDialin, AuthMethod, InitiateTo, LineConfig } from './config.ts';
import type { Mode } from './modes.ts';

/** Both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What was said and where, for a check that only the whole text allows. */
export interface Said<T> {
  readonly value: T;
  readonly at: Position;
}

export interface GroupDraft {
  readonly name: string;
  readonly at: Position;
  requestDialin: Position | undefined;
  protocol: string | undefined;
  acceptDialin: Position | undefined;
  /** Below `accept-dialin`. */
  acceptProtocol: string | undefined;
  virtualTemplate: Said<number> | undefined;
  terminateFrom: Said<string> | undefined;
  lcpRenegotiation: AcceptDialin['lcpRenegotiation'] | undefined;
  forceLocalChap: boolean | undefined;
  sessionLimit: number | undefined;
  sourceIp: Said<number> | undefined;
  sequencing: boolean | undefined;
  tieBreaker: boolean | undefined;
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

/** Of `interface Virtual-TemplateN`. */
export interface TemplateDraft {
  readonly number: number;
  readonly at: Position;
  address: number | undefined;
  /** `ip unnumbered`, by the name of that interface. */
  unnumbered: Said<string> | undefined;
  pool: Said<string> | undefined;
  authentication: readonly AuthMethod[] | undefined;
  authenticationList: string | undefined;
  authorizationList: string | undefined;
  chapHostname: string | undefined;
  dns: readonly number[] | undefined;
  nbns: readonly number[] | undefined;
  mruOctets: number | undefined;
  keepaliveS: number | undefined;
  keepaliveRetries: number | undefined;
  idleS: number | undefined;
  absoluteS: number | undefined;
  readonly commands: string[];
}

/** An interface whose address `ip unnumbered` may borrow. */
export interface LenderDraft {
  /** As in `Ethernet0`. */
  readonly name: string;
  readonly at: Position;
  readonly isLoopback: boolean;
  address: number | undefined;
}

/** One `ip local pool`; a pool has one or more. */
export interface RangeDraft {
  readonly low: number;
  readonly high: number;
  readonly at: Position;
}

export interface UserDraft {
  readonly name: string;
  readonly at: Position;
  password: string | undefined;
  framedIpAddress: number | undefined;
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
  sessionLimit: number | undefined;
  tunName: string | undefined;
  readonly groups: Map<string, GroupDraft>;
  readonly lines: Map<number, LineDraft>;
  readonly asyncs: Map<number, AsyncDraft>;
  readonly groupAsyncs: Map<number, AsyncDraft>;
  readonly templates: Map<number, TemplateDraft>;
  readonly lenders: Map<string, LenderDraft>;
  readonly pools: Map<string, RangeDraft[]>;
  readonly users: Map<string, UserDraft>;
  /** What the commands of the mode speak of. */
  group: GroupDraft | undefined;
  currentLines: readonly LineDraft[];
  async: AsyncDraft | undefined;
  template: TemplateDraft | undefined;
  /** None below an interface that lends no address. */
  lender: LenderDraft | undefined;
  /** Keys are there so that each is noted once. */
  readonly notes: Map<string, { readonly line: number; readonly text: string }>;
}

export const newDraft = (): Draft => ({
  mode: 'global',
  hostname: undefined,
  vpdnEnabled: false,
  searchOrder: undefined,
  sourceIp: undefined,
  sourcePort: undefined,
  sessionLimit: undefined,
  tunName: undefined,
  groups: new Map(),
  lines: new Map(),
  asyncs: new Map(),
  groupAsyncs: new Map(),
  templates: new Map(),
  lenders: new Map(),
  pools: new Map(),
  users: new Map(),
  group: undefined,
  currentLines: [],
  async: undefined,
  template: undefined,
  lender: undefined,
  notes: new Map(),
});

export const newGroup = (name: string, at: Position): GroupDraft => ({
  name,
  at,
  requestDialin: undefined,
  protocol: undefined,
  acceptDialin: undefined,
  acceptProtocol: undefined,
  virtualTemplate: undefined,
  terminateFrom: undefined,
  lcpRenegotiation: undefined,
  forceLocalChap: undefined,
  sessionLimit: undefined,
  sourceIp: undefined,
  sequencing: undefined,
  tieBreaker: undefined,
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

export const newTemplate = (number: number, at: Position): TemplateDraft => ({
  number,
  at,
  address: undefined,
  unnumbered: undefined,
  pool: undefined,
  authentication: undefined,
  authenticationList: undefined,
  authorizationList: undefined,
  chapHostname: undefined,
  dns: undefined,
  nbns: undefined,
  mruOctets: undefined,
  keepaliveS: undefined,
  keepaliveRetries: undefined,
  idleS: undefined,
  absoluteS: undefined,
  commands: [],
});

export const newUser = (name: string, at: Position): UserDraft => ({
  name,
  at,
  password: undefined,
  framedIpAddress: undefined,
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
