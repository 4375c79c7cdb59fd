/** The LNS's part of a Config: the calls that it takes, templates, pools, users; and its checks. */
import { formatIpv4 } from '../../base/port.ts';
import type { AcceptDialin, Config, IpPool, UserConfig, VirtualTemplate } from './config.ts';
import * as defaults from './defaults.ts';
import type { Draft, GroupDraft, Position, RangeDraft, Said, TemplateDraft } from './draft.ts';

const MAX_POOL_ADDRESSES = 65_536;

type Report = (at: Position, problem: string, expected: string) => void;
type Tell = (at: Position, said: string) => void;

export function buildAccept(group: GroupDraft, sessionLimit: number): AcceptDialin | undefined {
  const { acceptDialin, virtualTemplate, terminateFrom } = group;
  if (acceptDialin === undefined || virtualTemplate === undefined) return undefined;
  return {
    virtualTemplate: virtualTemplate.value,
    ...(terminateFrom === undefined ? {} : { terminateFrom: terminateFrom.value }),
    lcpRenegotiation: group.lcpRenegotiation ?? 'never',
    forceLocalChap: group.forceLocalChap ?? false,
    sessionLimit: group.sessionLimit ?? sessionLimit,
  };
}

/** A template without an address is an error where a group names it, and else left out. */
export function buildLns(
  draft: Draft,
  report: Report,
  note: Tell,
): Pick<Config, 'virtualTemplates' | 'pools' | 'users'> {
  const groups = [...draft.groups.values()];
  for (const group of groups) checkAccept(group, draft, report);
  checkHostNames(groups, report);
  checkRanges(draft, report);
  noteUnborrowed(draft, note);
  const named = new Set(groups.map(({ virtualTemplate }) => virtualTemplate?.value));
  const templates = [...draft.templates.values()].sort((a, b) => a.number - b.number);
  return {
    virtualTemplates: templates.flatMap((template) => {
      checkPool(template, draft, report);
      const address = findAddress(template, draft, named.has(template.number), report);
      return address === undefined ? [] : [buildTemplate(template, address)];
    }),
    pools: [...draft.pools].map(buildPool),
    users: [...draft.users.values()].flatMap(({ name, at, password, framedIpAddress }) => {
      if (password !== undefined) return [buildUser(name, password, framedIpAddress)];
      report(at, `user ${name} has no password`, `\`username ${name} password\` and the password`);
      return [];
    }),
  };
}

function checkAccept(group: GroupDraft, draft: Draft, report: Report): void {
  const { at, name, acceptDialin, virtualTemplate, terminateFrom, sourceIp } = group;
  if (sourceIp !== undefined && sourceIp.value !== (draft.sourceIp ?? sourceIp.value)) {
    const problem = `vpdn-group ${name} cannot send from here: \`vpdn source-ip\` is another`;
    report(sourceIp.at, problem, `\`source-ip ${formatIpv4(draft.sourceIp ?? 0)}\``);
  }
  if (acceptDialin === undefined) {
    if (terminateFrom === undefined) return;
    report(terminateFrom.at, `vpdn-group ${name} takes no calls`, '`accept-dialin`');
    return;
  }
  if (group.acceptProtocol === undefined) {
    const problem = `vpdn-group ${name} has no protocol for the calls that it takes`;
    report(acceptDialin, problem, '`protocol l2tp` below `accept-dialin`');
  }
  if (virtualTemplate === undefined) {
    const problem = `vpdn-group ${name} has no template for the calls that it takes`;
    report(acceptDialin, problem, '`virtual-template N` below `accept-dialin`');
  } else if (!draft.templates.has(virtualTemplate.value)) {
    const wanted = `Virtual-Template${virtualTemplate.value}`;
    report(virtualTemplate.at, `there is no ${wanted}`, `\`interface ${wanted}\``);
  }
  // A group that tunnels calls too was told already.
  if (group.requestDialin !== undefined) return;
  if ((group.tunnelAuthentication ?? true) && group.tunnelPassword === undefined) {
    const problem = `vpdn-group ${name} authenticates its tunnel but has no secret`;
    report(at, problem, '`l2tp tunnel password` or `no l2tp tunnel authentication`');
  }
}

/** A LAC's Host Name leads to one group, and one at most takes those that no group names. */
function checkHostNames(groups: readonly GroupDraft[], report: Report): void {
  const owners = new Map<string | undefined, { readonly name: string; readonly at: Position }>();
  for (const { name, acceptDialin, terminateFrom } of groups) {
    if (acceptDialin === undefined) continue;
    const at = terminateFrom?.at ?? acceptDialin;
    const owner = owners.get(terminateFrom?.value);
    owners.set(terminateFrom?.value, owner ?? { name, at });
    if (owner === undefined) continue;
    const first = `vpdn-group ${owner.name} in line ${owner.at.line}`;
    if (terminateFrom === undefined) {
      const problem = `calls of any other host lead to ${first} already`;
      report(at, problem, '`terminate-from hostname` in all groups but one');
    } else {
      const said = `terminate-from hostname ${terminateFrom.value}`;
      report(at, `\`${said}\` leads to ${first} already`, 'it in one group only');
    }
  }
}

/** No address is in two ranges; a pool is walked when it is full, so that it has a limit. */
function checkRanges(draft: Draft, report: Report): void {
  const all: { readonly name: string; readonly range: RangeDraft }[] = [];
  for (const [name, ranges] of draft.pools) {
    const addresses = ranges.reduce((sum, { low, high }) => sum + high - low + 1, 0);
    const last = ranges.at(-1);
    if (addresses > MAX_POOL_ADDRESSES && last !== undefined) {
      const problem = `ip local pool ${name} has ${addresses} addresses`;
      report(last.at, problem, `at most ${MAX_POOL_ADDRESSES}`);
    }
    for (const range of ranges) all.push({ name, range });
  }
  all.sort((a, b) => a.range.low - b.range.low);
  let furthest: (typeof all)[number] | undefined;
  for (const one of all) {
    if (furthest !== undefined && one.range.low <= furthest.range.high) {
      const isLater = one.range.at.line > furthest.range.at.line;
      const [first, second] = isLater ? [furthest, one] : [one, furthest];
      const { name, range } = first;
      const which = `${formatIpv4(range.low)} to ${formatIpv4(range.high)}`;
      const problem = `it overlaps ${which} of ip local pool ${name} in line ${range.at.line}`;
      report(second.range.at, problem, 'addresses of its own');
    }
    if (furthest === undefined || one.range.high > furthest.range.high) furthest = one;
  }
}

function checkPool({ number, pool }: TemplateDraft, draft: Draft, report: Report): void {
  if (pool === undefined || draft.pools.has(pool.value)) return;
  const problem = `Virtual-Template${number} gives addresses of a pool that is not there`;
  report(pool.at, problem, `\`ip local pool ${pool.value}\``);
}

interface LocalAddress {
  readonly address: number;
  readonly isOurs: boolean;
}

function findAddress(
  template: TemplateDraft,
  draft: Draft,
  isNamed: boolean,
  report: Report,
): LocalAddress | undefined {
  const { at, number, address, unnumbered } = template;
  if (address !== undefined) return { address, isOurs: true };
  if (unnumbered !== undefined) return borrowAddress(number, unnumbered, draft, report);
  if (isNamed) {
    const problem = `Virtual-Template${number} has no address for our end of a link`;
    report(at, problem, '`ip unnumbered` or `ip address`');
  }
  return undefined;
}

function borrowAddress(
  number: number,
  { value: name, at }: Said<string>,
  draft: Draft,
  report: Report,
): LocalAddress | undefined {
  const lender = draft.lenders.get(name);
  if (lender?.address !== undefined) return { address: lender.address, isOurs: lender.isLoopback };
  const problem = `Virtual-Template${number} borrows the address of ${name}, which has none`;
  const expected =
    lender === undefined
      ? `\`interface ${name}\`, a Loopback or an Ethernet, with \`ip address\``
      : `\`ip address\` below \`interface ${name}\``;
  report(at, problem, expected);
  return undefined;
}

/** An interface is there to be borrowed from. */
function noteUnborrowed(draft: Draft, note: Tell): void {
  const borrowed = new Set([...draft.templates.values()].map((one) => one.unnumbered?.value));
  for (const { name, at } of draft.lenders.values()) {
    if (!borrowed.has(name)) note(at, `\`interface ${name}\` has no meaning here`);
  }
}

const buildTemplate = (
  template: TemplateDraft,
  { address, isOurs }: LocalAddress,
): VirtualTemplate => ({
  number: template.number,
  localAddress: address,
  ownsLocalAddress: isOurs,
  ...(template.pool === undefined ? {} : { pool: template.pool.value }),
  authentication: template.authentication ?? [],
  authenticationList: template.authenticationList ?? defaults.DEFAULT_LIST,
  authorizationList: template.authorizationList ?? defaults.DEFAULT_LIST,
  ...(template.chapHostname === undefined ? {} : { chapHostname: template.chapHostname }),
  dns: template.dns ?? [],
  nbns: template.nbns ?? [],
  mruOctets: template.mruOctets ?? defaults.DEFAULT_MRU_OCTETS,
  keepaliveMs: 1000 * (template.keepaliveS ?? defaults.DEFAULT_KEEPALIVE_S),
  keepaliveRetries: template.keepaliveRetries ?? defaults.DEFAULT_KEEPALIVE_RETRIES,
  idleMs: 1000 * (template.idleS ?? 0),
  absoluteMs: 1000 * (template.absoluteS ?? 0),
  commands: template.commands,
});

const buildPool = ([name, ranges]: readonly [string, readonly RangeDraft[]]): IpPool => ({
  name,
  ranges: ranges.map(({ low, high }) => ({ low, high })),
});

const buildUser = (
  name: string,
  password: string,
  framedIpAddress: number | undefined,
): UserConfig => ({
  name,
  password,
  ...(framedIpAddress === undefined ? {} : { framedIpAddress }),
});
