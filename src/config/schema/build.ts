/** Turns a draft into a Config: fills the defaults in and checks what one command cannot see. */
import { buildAccept, buildLns } from './build-lns.ts';
import type { AsyncConfig, Config, LineConfig, TunnelTimers, VpdnGroup } from './config.ts';
import * as defaults from './defaults.ts';
import type { AsyncDraft, Draft, GroupDraft, LineDraft, Position } from './draft.ts';

export type Report = (at: Position, problem: string, expected: string) => void;
/** Said once for each key. */
export type Note = (at: Position, key: string, said: string) => void;
type Tell = (at: Position, said: string) => void;

export function buildConfig(
  draft: Draft,
  fileName: string,
  report: Report,
  noteOnce: Note,
): Config {
  const note: Tell = (at, said) => noteOnce(at, said, said);
  const hostname = draft.hostname ?? defaults.DEFAULT_HOSTNAME;
  const asyncs = spreadGroupAsyncs(draft, report);
  checkKeys(draft, report);
  checkDevices(draft, report);
  const groups = [...draft.groups.values()];
  for (const group of groups) checkGroup(group, report);
  const [first] = groups;
  if (first !== undefined && !draft.vpdnEnabled) {
    note(first.at, 'without `vpdn enable` no call is forwarded');
  }
  const sessionLimit = draft.sessionLimit ?? defaults.DEFAULT_SESSION_LIMIT;
  const lines = [...draft.lines.values()].sort((a, b) => a.number - b.number);
  for (const line of lines) noteIdleLine(line, asyncs.get(line.number), note);
  for (const [number, { at }] of draft.asyncs) {
    if (!draft.lines.has(number)) note(at, `interface Async${number} has no \`line ${number}\``);
  }
  const lns = buildLns(draft, report, note);
  return deepFreeze({
    hostname,
    vpdn: {
      enabled: draft.vpdnEnabled,
      searchOrder: draft.searchOrder ?? [...defaults.DEFAULT_SEARCH_ORDER],
      ...(draft.sourceIp === undefined ? {} : { sourceIp: draft.sourceIp }),
      sessionLimit,
      tunName: draft.tunName ?? defaults.DEFAULT_TUN_NAME,
      sourcePort: draft.sourcePort ?? defaults.L2TP_UDP_PORT,
    },
    groups: groups.map((group) => buildGroup(group, hostname, sessionLimit)),
    lines: lines.map((line) => ({
      ...buildLine(line),
      ppp: buildAsync(asyncs.get(line.number) ?? [], hostname),
      origin: `${fileName}:${line.at.line}`,
    })),
    ...lns,
    notes: [...draft.notes.values()].sort((a, b) => a.line - b.line).map(({ text }) => text),
  });
}

/** An interface's own words come before those of the Group-Async that it is a member of. */
function spreadGroupAsyncs(
  draft: Draft,
  report: Report,
): ReadonlyMap<number, readonly AsyncDraft[]> {
  const asyncs = new Map<number, readonly AsyncDraft[]>();
  for (const [number, async] of draft.asyncs) asyncs.set(number, [async]);
  const members = new Set<number>();
  for (const group of draft.groupAsyncs.values()) {
    if (group.range === undefined) {
      report(group.at, 'the interface has no members', '`group-range FIRST LAST` below it');
      continue;
    }
    const { first, last, at } = group.range;
    for (let number = first; number <= last; number++) {
      if (members.has(number)) {
        report(at, `Async${number} is in another group already`, 'ranges that do not overlap');
        break;
      }
      members.add(number);
      asyncs.set(number, [...(asyncs.get(number) ?? []), group]);
    }
  }
  return asyncs;
}

/** A number or a domain leads to one group. */
function checkKeys(draft: Draft, report: Report): void {
  const kinds = [
    ['dnis', (group: GroupDraft) => group.dnis],
    ['domain', (group: GroupDraft) => group.domains],
  ] as const;
  for (const [kind, keysOf] of kinds) {
    const owners = new Map<string, string>();
    for (const group of draft.groups.values()) {
      for (const [key, at] of keysOf(group)) {
        const owner = owners.get(key);
        if (owner !== undefined) {
          const problem = `\`${kind} ${key}\` leads to vpdn-group ${owner} already`;
          report(at, problem, 'it in one group only');
        }
        owners.set(key, owner ?? group.name);
      }
    }
  }
}

function checkDevices(draft: Draft, report: Report): void {
  const owners = new Map<string, number>();
  for (const { number, device } of draft.lines.values()) {
    if (device === undefined) continue;
    const owner = owners.get(device.path);
    if (owner === undefined) owners.set(device.path, number);
    else report(device.at, `\`${device.path}\` is line ${owner} already`, 'a device of its own');
  }
}

function checkGroup(group: GroupDraft, report: Report): void {
  const { at, name, requestDialin } = group;
  const { retransmitMinMs, retransmitMaxMs } = buildTimers(group);
  if (retransmitMinMs > retransmitMaxMs) {
    const problem = `vpdn-group ${name}: the shortest time-out is longer than the longest`;
    report(at, problem, '`l2tp tunnel retransmit timeout min` not above `max`');
  }
  if (group.hidden !== undefined && group.tunnelPassword === undefined) {
    report(group.hidden, 'nothing can be hidden without a secret', '`l2tp tunnel password`');
  }
  if (requestDialin === undefined) return;
  if (group.protocol === undefined) {
    report(requestDialin, `vpdn-group ${name} has no protocol`, '`protocol l2tp`');
  }
  if (group.dnis.size + group.domains.size === 0) {
    report(requestDialin, `no call leads to vpdn-group ${name}`, '`dnis` or `domain`');
  }
  if (group.initiateTo.length === 0) {
    report(at, `vpdn-group ${name} leads nowhere`, '`initiate-to ip A.B.C.D`');
  }
  if ((group.tunnelAuthentication ?? true) && group.tunnelPassword === undefined) {
    const problem = `vpdn-group ${name} authenticates its tunnel but has no secret`;
    report(at, problem, '`l2tp tunnel password` or `no l2tp tunnel authentication`');
  }
}

/** A line that will take no call, and why. */
function noteIdleLine(
  line: LineDraft,
  asyncs: readonly AsyncDraft[] | undefined,
  note: Tell,
): void {
  const { at, number, device } = line;
  if (device === undefined) note(at, `line ${number} has no \`device\`: it is not opened`);
  else if (!buildAsync(asyncs ?? [], '').enabled) {
    note(at, `line ${number} takes no calls: no \`encapsulation ppp\` on interface Async${number}`);
  }
}

function buildGroup(group: GroupDraft, hostname: string, sessionLimit: number): VpdnGroup {
  const acceptDialin = buildAccept(group, sessionLimit);
  return {
    number: group.name,
    requestDialin: group.requestDialin !== undefined,
    ...(acceptDialin === undefined ? {} : { acceptDialin }),
    ...(group.sourceIp === undefined ? {} : { sourceIp: group.sourceIp.value }),
    sequencing: group.sequencing ?? false,
    dnis: [...group.dnis.keys()],
    domains: [...group.domains.keys()],
    initiateTo: group.initiateTo.toSorted((a, b) => a.priority - b.priority),
    localName: group.localName ?? hostname,
    ...(group.tunnelPassword === undefined ? {} : { tunnelPassword: group.tunnelPassword }),
    tunnelAuthentication: group.tunnelAuthentication ?? true,
    hidden: group.hidden !== undefined,
    receiveWindow: group.receiveWindow ?? defaults.DEFAULT_RECEIVE_WINDOW,
    timers: buildTimers(group),
    compat: { cisco: group.cisco ?? false, restoreHeader: group.restoreHeader ?? true },
    tieBreaker: group.tieBreaker ?? false,
  };
}

const buildTimers = (group: GroupDraft): TunnelTimers => ({
  helloMs: 1000 * (group.helloS ?? defaults.DEFAULT_HELLO_S),
  noSessionMs: 1000 * (group.noSessionS ?? defaultNoSessionS(group)),
  setupMs: 1000 * (group.setupS ?? defaults.DEFAULT_SETUP_S),
  retries: group.retries ?? defaults.DEFAULT_RETRIES,
  initialRetries: group.initialRetries ?? defaults.DEFAULT_RETRIES,
  retransmitMinMs: 1000 * (group.retransmitMinS ?? defaults.DEFAULT_RETRANSMIT_MIN_S),
  retransmitMaxMs: 1000 * (group.retransmitMaxS ?? defaults.DEFAULT_RETRANSMIT_MAX_S),
});

const defaultNoSessionS = ({ acceptDialin }: GroupDraft): number =>
  acceptDialin === undefined ? defaults.DEFAULT_NO_SESSION_S : defaults.DEFAULT_NO_SESSION_LNS_S;

const buildLine = (line: LineDraft): Omit<LineConfig, 'ppp' | 'origin'> => ({
  number: line.number,
  ...(line.device === undefined ? {} : { device: line.device.path }),
  modemType: 'direct',
  ...(line.calledNumber === undefined ? {} : { calledNumber: line.calledNumber }),
  ...(line.callingNumber === undefined ? {} : { callingNumber: line.callingNumber }),
  speedBps: line.speedBps ?? defaults.DEFAULT_SPEED_BPS,
  flowControl: line.flowControl ?? defaults.DEFAULT_FLOW_CONTROL,
});

/** @param asyncs the interface, then its group: the first that says something counts */
function buildAsync(asyncs: readonly AsyncDraft[], hostname: string): AsyncConfig {
  const said = <K extends keyof AsyncDraft>(key: K): AsyncDraft[K] | undefined =>
    asyncs.map((async) => async[key]).find((value) => value !== undefined);
  return {
    enabled: said('encapsulated') === true && said('shutdown') !== true,
    authentication: said('authentication') ?? [],
    chapHostname: said('chapHostname') ?? hostname,
    multilink: said('multilink') ?? false,
    mruOctets: said('mruOctets') ?? defaults.DEFAULT_MRU_OCTETS,
  };
}

function deepFreeze<T extends object>(record: T): T {
  for (const value of Object.values(record)) {
    if (typeof value === 'object') deepFreeze(value);
  }
  return Object.freeze(record);
}
