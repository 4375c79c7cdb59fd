/**
 * The network server: which LACs may bring calls, their sessions, and a virtual access interface
 * for each. Still no I/O.
 */
import { assert } from '../../base/assert.ts';
import { log } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';
import { type Endpoint, formatIpv4 } from '../../base/port.ts';
import type { Config } from '../../config/schema/config.ts';
import type { OfferedCall, TunnelOptions, TunnelOut } from '../../control/l2tp/tunnel-port.ts';
import type { AccessEnd } from '../../control/ppp/access-port.ts';
import type { LocalUsers } from '../../control/ppp/local-users.ts';
import type { AccessForwarder } from '../../forward/path/access-forwarder.ts';
import type { Forwarder } from '../../forward/path/forwarder.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import type { RouterParts } from '../router/parts.ts';
import { tunnelOptions } from '../router/tunnel-options.ts';
import type { Acceptor, TunnelRecord } from '../router/tunnel-record.ts';
import type { Tunnels } from '../router/tunnels.ts';
import type { WorkQueue } from '../router/work-queue.ts';
import { AddressBook } from './address-book.ts';
import type { LnsGroup, LnsSession, LnsTunnel } from './records.ts';
import { type AccessHost, VirtualAccess } from './virtual-access.ts';

const ADMINISTRATIVE: ResultCode = { result: 3, error: 0 };
const SHUTTING_DOWN: ResultCode = { result: 6 };
/** CDN, §4.4.2: facilities lacking for now. */
const NO_FACILITIES = 4;
/** At a shutdown callers have so long for their Terminate-Ack. */
const FAREWELL_MS: Millis = 1_500;

type SessionOut = Extract<TunnelOut, { sessionId: number }>;

export class Lns implements Acceptor {
  readonly addresses: AddressBook<VirtualAccess>;
  readonly counters = {
    calls: 0,
    callsUp: 0,
    callsOverLimit: 0,
    authenticated: 0,
    authenticationFailed: 0,
    noAddress: 0,
    ipUp: 0,
  };
  readonly #parts: RouterParts;
  readonly #forwarder: Forwarder;
  readonly #tunnels: Tunnels;
  readonly #host: AccessHost;
  readonly #groups: readonly LnsGroup[];
  readonly #byRecord = new Map<TunnelRecord, LnsTunnel>();
  /** By number from the first on; what is free is empty. */
  readonly #accesses: (VirtualAccess | undefined)[] = [];
  readonly #byForwarder = new Map<AccessForwarder, VirtualAccess>();
  readonly #firstNumber: number;
  #freeFrom = 0;
  #sessions = 0;
  /** Whose options were asked for last: adopt() follows. */
  #selected: LnsGroup | undefined;
  #isStopping = false;

  constructor(parts: RouterParts, forwarder: Forwarder, tunnels: Tunnels, queue: WorkQueue) {
    const { config, routes } = parts;
    this.#parts = parts;
    this.#forwarder = forwarder;
    this.#tunnels = tunnels;
    this.#groups = makeGroups(config);
    this.#firstNumber = parts.first?.virtualAccess ?? 1;
    const ours = new Set(this.#groups.map(({ template }) => template.localAddress));
    this.addresses = new AddressBook(config.pools, ours);
    this.#host = {
      parts,
      forwarder,
      queue,
      addresses: this.addresses,
      users: makeUsers(config),
      counters: this.counters,
      tellTunnel: ({ tunnel }, input, now) => tunnels.input(tunnel.record, input, now),
      settled: (access) => this.#forget(access),
    };
    for (const { template } of this.#groups) {
      if (template.ownsLocalAddress) routes?.addLocal(template.localAddress);
    }
  }

  get sessions(): readonly LnsSession[] {
    return [...this.#byRecord.values()].flatMap(({ sessions }) => [...sessions.values()]);
  }

  /** Interfaces whose calls are up, and those whose end is still to be told. */
  get accesses(): readonly VirtualAccess[] {
    return this.#accesses.filter((access) => access !== undefined);
  }

  select(hostName: string, from: Endpoint, _local: number): TunnelOptions | undefined {
    if (this.#isStopping) return undefined;
    const group =
      this.#groups.find(({ accept }) => accept.terminateFrom === hostName) ??
      this.#groups.find(({ accept }) => accept.terminateFrom === undefined);
    if (group === undefined) return undefined;
    this.#selected = group;
    return {
      ...tunnelOptions(group.config, 'lns'),
      peer: from,
      accept: {
        sessionLimit: Number.POSITIVE_INFINITY,
        admit: (call) => this.#admit(group, call, from),
      },
    };
  }

  adopt(record: TunnelRecord): void {
    const group = this.#selected;
    assert(group !== undefined, 'a tunnel is adopted by the group that was selected for it');
    this.#byRecord.set(record, { record, group, sessions: new Map() });
  }

  heed(record: TunnelRecord, output: TunnelOut, now: Millis): void {
    switch (output.kind) {
      case 'session-offered':
      case 'session-up':
      case 'session-down':
        this.#heedSession(this.#tunnelOf(record), output, now);
        return;
      case 'established':
      case 'down':
        return;
      default:
        assert(false, `a tunnel that a peer opened has no ${output.kind}`);
    }
  }

  released(record: TunnelRecord): void {
    this.#byRecord.delete(record);
  }

  sessionsIn(record: TunnelRecord): number {
    return this.#byRecord.get(record)?.sessions.size ?? 0;
  }

  /** A control frame of a caller's. */
  frame(forwarder: AccessForwarder, protocol: number, information: Uint8Array, now: Millis): void {
    this.#byForwarder.get(forwarder)?.frame(protocol, information, now);
  }

  /** The caller is told by LCP where its link has begun; its session ends with a CDN. */
  clear(session: LnsSession, why: AccessEnd, now: Millis): void {
    if (session.access !== undefined) session.access.close(why, now);
    else this.#clearSession(session, now);
  }

  /** Callers get a Terminate-Request, then sessions and tunnels end whatever the callers say. */
  shutdown(now: Millis): void {
    this.#isStopping = true;
    for (const session of this.sessions) this.clear(session, 'shutdown', now);
    if (this.#sessions === 0) {
      this.#stopTunnels(now);
      return;
    }
    const { timers } = this.#parts;
    const timer = timers.create((at) => {
      timers.destroy(timer);
      for (const session of this.sessions) this.#clearSession(session, at);
      this.#stopTunnels(at);
    });
    timers.set(timer, now + FAREWELL_MS);
  }

  #stopTunnels(now: Millis): void {
    for (const record of this.#byRecord.keys()) this.#tunnels.close(record, SHUTTING_DOWN, now);
  }

  #clearSession({ tunnel, id }: LnsSession, now: Millis): void {
    const input = { kind: 'clear-session', sessionId: id, result: ADMINISTRATIVE } as const;
    this.#tunnels.input(tunnel.record, input, now);
  }

  /** RFC 2661 §7.4: an ICRQ may be refused for lack of room. */
  #admit(group: LnsGroup, _call: OfferedCall, from: Endpoint): ResultCode | undefined {
    const { config } = this.#parts;
    if (this.#isStopping) return ADMINISTRATIVE;
    const isFull = this.#sessions >= config.vpdn.sessionLimit;
    if (!isFull && group.sessions < group.accept.sessionLimit) return undefined;
    this.counters.callsOverLimit++;
    const text = isFull ? 'the LNS is full' : `vpdn-group ${group.config.number} is full`;
    this.#parts.sink(log('VPDN', 4, 'LIMIT', `call from ${formatIpv4(from.address)}: ${text}`));
    return { result: NO_FACILITIES, error: 0, text };
  }

  #heedSession(tunnel: LnsTunnel, output: SessionOut, now: Millis): void {
    const { sessionId } = output;
    if (output.kind === 'session-offered') {
      this.counters.calls++;
      this.#sessions++;
      tunnel.group.sessions++;
      const { peerSessionId: peerId, call: offered } = output;
      const session = { tunnel, id: sessionId, peerId, offered, access: undefined };
      tunnel.sessions.set(sessionId, session);
      return;
    }
    const session = tunnel.sessions.get(sessionId);
    assert(session !== undefined, 'a session was offered before it is up or down');
    if (output.kind === 'session-up') {
      this.#begin(session, output, now);
    } else if (output.kind === 'session-down') {
      this.#sessions--;
      tunnel.group.sessions--;
      tunnel.sessions.delete(sessionId);
      session.access?.down(now);
      if (this.#isStopping && this.#sessions === 0) this.#stopTunnels(now);
    }
  }

  #begin(
    session: LnsSession,
    { call }: Extract<TunnelOut, { kind: 'session-up' }>,
    now: Millis,
  ): void {
    const { record } = session.tunnel;
    const forwarder = this.#forwarder.openAccess({
      tunnelId: record.tunnel.localTunnelId,
      sessionId: session.id,
      peerTunnelId: record.tunnel.peerTunnelId,
      peerSessionId: session.peerId,
      peer: record.peer,
      address: record.endpoint.address,
      port: record.endpoint.port,
      restoreHeader: true,
      sequencing: call.sequencingRequired || session.tunnel.group.config.sequencing,
    });
    if (forwarder === undefined) {
      // More interfaces wait for their end to be told than the box has room for.
      this.counters.callsOverLimit++;
      this.#clearSession(session, now);
      return;
    }
    this.counters.callsUp++;
    const number = this.#takeNumber();
    const access = new VirtualAccess(this.#host, session, forwarder, number, now);
    session.access = access;
    this.#accesses[number - this.#firstNumber] = access;
    this.#byForwarder.set(forwarder, access);
    const { interfaceName } = access;
    const input = { kind: 'name-session', sessionId: session.id, interfaceName } as const;
    this.#tunnels.input(record, input, now);
    access.begin(call, now);
  }

  #takeNumber(): number {
    while (this.#accesses[this.#freeFrom] !== undefined) this.#freeFrom++;
    return this.#firstNumber + this.#freeFrom++;
  }

  #forget(access: VirtualAccess): void {
    const at = access.number - this.#firstNumber;
    this.#accesses[at] = undefined;
    this.#freeFrom = Math.min(this.#freeFrom, at);
    // Its record may be another's by now.
    if (this.#byForwarder.get(access.forwarder) === access) {
      this.#byForwarder.delete(access.forwarder);
    }
  }

  #tunnelOf(record: TunnelRecord): LnsTunnel {
    const tunnel = this.#byRecord.get(record);
    assert(tunnel !== undefined, 'a tunnel of ours is known');
    return tunnel;
  }
}

const makeUsers = ({ users }: Config): LocalUsers =>
  new Map(users.map((user) => [user.name, user]));

function makeGroups(config: Config): readonly LnsGroup[] {
  if (!config.vpdn.enabled) return [];
  return config.groups.flatMap((group) => {
    const accept = group.acceptDialin;
    if (accept === undefined) return [];
    const template = config.virtualTemplates.find(
      ({ number }) => number === accept.virtualTemplate,
    );
    assert(template !== undefined, 'the configuration was checked');
    return [{ config: group, accept, template, sessions: 0 }];
  });
}
