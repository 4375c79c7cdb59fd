/**
 * One virtual access interface: the LNS's end of a caller's PPP link, cloned from a template. Joins
 * its machine to the session, the forwarding plane, the addresses and the kernel's routes. The
 * order of what it tells is the seed's: NS-094 to NS-104, ND-019 to ND-025.
 */
import { assert } from '../../base/assert.ts';
import { log } from '../../base/event.ts';
import type { Millis } from '../../base/machine.ts';
import { toText } from '../../base/octets.ts';
import { formatIpv4 } from '../../base/port.ts';
import { LineProtocol } from '../../control/call/line-protocol.ts';
import type { ReceivedCall, TunnelIn } from '../../control/l2tp/tunnel-port.ts';
import { AccessLink } from '../../control/ppp/access-link.ts';
import type {
  AccessEnd,
  AccessLinkIn,
  AccessLinkOptions,
  AccessLinkOut,
} from '../../control/ppp/access-port.ts';
import type { AuthRequest, Grant } from '../../control/ppp/auth-port.ts';
import { type LocalUsers, verifyLocally } from '../../control/ppp/local-users.ts';
import type { AccessForwarder } from '../../forward/path/access-forwarder.ts';
import type { Forwarder } from '../../forward/path/forwarder.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';
import type { RouterParts } from '../router/parts.ts';
import type { WorkQueue } from '../router/work-queue.ts';
import type { AddressBook } from './address-book.ts';
import type { LnsSession, SessionAccess } from './records.ts';

/** CDN: administrative reasons; lost carrier, which is what the end of a caller's PPP is. */
const ADMINISTRATIVE = 3;
const LOSS_OF_CARRIER = 1;
const GENERAL_ERROR = 2;
/** General error of §4.4.2: the text says what it is. */
const VENDOR_SPECIFIC = 6;

/** RFC 2661 §4.4.4, Framing Type. */
const ASYNC_FRAMING = 2;

/** What all interfaces share. */
export interface AccessHost {
  readonly parts: RouterParts;
  readonly forwarder: Forwarder;
  readonly queue: WorkQueue;
  readonly addresses: AddressBook<VirtualAccess>;
  readonly users: LocalUsers;
  readonly counters: AccessCounters;
  tellTunnel(session: LnsSession, input: TunnelIn, now: Millis): void;
  /** The interface may be forgotten: nothing of it is to be told any more. */
  settled(access: VirtualAccess): void;
}

export interface AccessCounters {
  authenticated: number;
  authenticationFailed: number;
  noAddress: number;
  ipUp: number;
}

export class VirtualAccess implements SessionAccess {
  readonly number: number;
  readonly interfaceName: string;
  readonly session: LnsSession;
  readonly forwarder: AccessForwarder;
  readonly link: AccessLink;
  /** By the scheduler's clock. */
  readonly since: Millis;
  /** Of the caller; 0 while IPCP is not open. */
  address = 0;
  readonly #host: AccessHost;
  readonly #timer: number;
  readonly #lineProtocol: LineProtocol;
  #isDown = false;
  #isSettled = false;
  /** What the ICCN said of it. */
  #framingType = 0;

  constructor(
    host: AccessHost,
    session: LnsSession,
    forwarder: AccessForwarder,
    number: number,
    now: Millis,
  ) {
    const { timers, random, sink } = host.parts;
    this.number = number;
    this.interfaceName = `Virtual-Access${number}`;
    this.session = session;
    this.forwarder = forwarder;
    this.since = now;
    this.#host = host;
    const options = linkOptions(this.interfaceName, session, host.parts);
    this.link = new AccessLink(options, random, sink, () => forwarder.packets());
    this.#lineProtocol = new LineProtocol(this.interfaceName, sink);
    this.#timer = timers.create((at) => this.#expired(at));
  }

  /** Which the caller has proved, or has claimed; '' while there is none. */
  get user(): string {
    return this.link.userName;
  }

  /** The ICCN came. */
  begin(call: ReceivedCall, now: Millis): void {
    const { parts } = this.#host;
    const { interfaceName } = this;
    const { template } = this.session.tunnel.group;
    const { sink } = parts;
    this.#framingType = call.framingType;
    const name = call.auth === undefined ? undefined : toText(call.auth.name);
    const peerName = name ?? call.callingNumber ?? call.clientNasPort ?? 'unknown';
    sink({ kind: 'vtemplate-hardware', interfaceName, address: parts.hardwareAddress });
    sink({ kind: 'vpdn-access', interfaceName, peerName });
    sink({ kind: 'ppp-phase', interfaceName, phase: 'DOWN', detail: 'Setup' });
    sink({ kind: 'vpdn-clone', interfaceName, template: template.number });
    sink({ kind: 'vtemplate-cloneblk', interfaceName });
    const { number, commands } = template;
    sink({ kind: 'vtemplate-clone', interfaceName, template: number, commands });
    this.#logLink('up');
    this.#input({ kind: 'up', proxy: call }, now);
  }

  frame(protocol: number, information: Uint8Array, now: Millis): void {
    this.#input({ kind: 'frame', protocol, information }, now);
  }

  /** The caller is told by LCP; the session's CDN follows. */
  close(why: AccessEnd, now: Millis): void {
    this.#input({ kind: 'close', why }, now);
  }

  /** The session is gone. */
  down(now: Millis): void {
    this.#host.queue.post(() => {
      if (this.#isDown) return;
      this.#isDown = true;
      this.#logLink('down');
      this.#run({ kind: 'down' }, now);
      this.#host.forwarder.closeAccess(this.forwarder);
      this.#host.addresses.release(this);
      this.#lineProtocol.set(false, now);
      this.#settle();
    }, now);
  }

  #expired(now: Millis): void {
    this.#host.queue.post(() => {
      this.#lineProtocol.timer(now);
      if (!this.#isDown && now >= this.link.deadline()) this.#run({ kind: 'timer' }, now);
      this.#settle();
    }, now);
  }

  #input(input: AccessLinkIn, now: Millis): void {
    this.#host.queue.post(() => {
      if (this.#isDown) return;
      this.#run(input, now);
      this.#settle();
    }, now);
  }

  #run(input: AccessLinkIn, now: Millis): void {
    const outputs: AccessLinkOut[] = [];
    this.link.handle(input, now, outputs);
    for (const output of outputs) this.#heed(output, now);
  }

  /** Sets the timer anew, or is over. */
  #settle(): void {
    if (this.#isSettled) return;
    const { timers } = this.#host.parts;
    const linkAt = this.#isDown ? Infinity : this.link.deadline();
    const at = Math.min(linkAt, this.#lineProtocol.deadline());
    timers.set(this.#timer, at);
    if (!this.#isDown || at < Infinity) return;
    this.#isSettled = true;
    timers.destroy(this.#timer);
    this.#host.settled(this);
  }

  #heed(output: AccessLinkOut, now: Millis): void {
    const { forwarder, parts } = this.#host;
    const { session } = this;
    switch (output.kind) {
      case 'send':
        forwarder.sendAccess(this.forwarder, output.protocol, output.information);
        return;
      case 'verify':
        this.#verify(output.request, now);
        return;
      case 'authorize':
        this.#host.counters.authenticated++;
        this.#lineProtocol.set(true, now);
        this.#authorize(output.grant, now);
        return;
      case 'ip-up': {
        const { peerAddress, mtuOctets } = output;
        this.address = peerAddress;
        this.#host.counters.ipUp++;
        const isFree = forwarder.setIp(this.forwarder, peerAddress, mtuOctets);
        assert(isFree, 'the address was claimed');
        parts.routes?.addRoute(peerAddress, mtuOctets, this.interfaceName);
        this.#traceRoute('Install', peerAddress);
        return;
      }
      case 'ip-down':
        forwarder.clearIp(this.forwarder);
        parts.routes?.removeRoute(this.address, this.interfaceName);
        this.#traceRoute('Remove', this.address);
        this.address = 0;
        return;
      case 'accm': {
        // RFC 2661 §6.14: only a LAC that frames octets escapes any. An SLI that is of no use to it
        // is too much for l2tpns, all of whose calls are synchronous: it ends the tunnel.
        if ((this.#framingType & ASYNC_FRAMING) === 0) return;
        const { send, receive } = output;
        const { id: sessionId } = session;
        this.#host.tellTunnel(session, { kind: 'send-accm', sessionId, send, receive }, now);
        return;
      }
      case 'terminated':
        this.#terminated(output, now);
        return;
    }
  }

  #verify(request: AuthRequest, now: Millis): void {
    const ourName = chapHostname(this.session, this.#host.parts);
    const verdict = verifyLocally(this.#host.users, request, ourName);
    if (!verdict.accepted) {
      this.#host.counters.authenticationFailed++;
      const text = `${this.interfaceName}: ${request.method} failed, ${verdict.why}`;
      this.#host.parts.sink(log('PPP', 4, 'AUTHFAIL', text));
    }
    this.#input({ kind: 'verdict', verdict }, now);
  }

  #authorize({ address }: Grant, now: Millis): void {
    const { addresses } = this.#host;
    const { localAddress, pool } = this.session.tunnel.group.template;
    const claim = (wanted: number): boolean => addresses.claim(wanted, this);
    if (address === 'negotiated' || (address === 'pool' && pool === undefined)) {
      this.#input({ kind: 'ip', offer: { localAddress, claim } }, now);
      return;
    }
    const fixed = address === 'pool' ? undefined : address;
    const given = fixed ?? addresses.allocate(pool ?? '', this);
    if (given !== undefined && addresses.claim(given, this)) {
      this.#input({ kind: 'ip', offer: { localAddress, peerAddress: given, claim } }, now);
      return;
    }
    this.#host.counters.noAddress++;
    const why =
      fixed === undefined
        ? `ip local pool ${pool} has no address left`
        : `${formatIpv4(fixed)} is in use`;
    this.#host.parts.sink(log('IP', 3, 'NOADDRESS', `${this.interfaceName}: ${why}`));
    this.#input({ kind: 'no-ip', why }, now);
  }

  #terminated(
    { why, text, disconnectCauses }: Extract<AccessLinkOut, { kind: 'terminated' }>,
    now: Millis,
  ): void {
    const { session, interfaceName, user } = this;
    const who = user === '' ? '' : ` user ${user}`;
    this.#host.parts.sink(log('PPP', 5, 'ENDED', `${interfaceName}${who}: ${text}`));
    const { id: sessionId } = session;
    const result = resultOf(why, text);
    this.#host.tellTunnel(
      session,
      { kind: 'clear-session', sessionId, result, disconnectCauses },
      now,
    );
  }

  #traceRoute(what: 'Install' | 'Remove', address: number): void {
    assert(address !== 0, 'a route has an address');
    const { interfaceName } = this;
    const text = `${what} route to ${formatIpv4(address)}`;
    this.#host.parts.sink({ kind: 'ppp-note', interfaceName, protocol: PppProtocol.IPCP, text });
  }

  #logLink(state: 'up' | 'down'): void {
    const text = `Interface ${this.interfaceName}, changed state to ${state}`;
    this.#host.parts.sink(log('LINK', 3, 'UPDOWN', text));
  }
}

function linkOptions(
  interfaceName: string,
  session: LnsSession,
  parts: RouterParts,
): AccessLinkOptions {
  const { accept, template } = session.tunnel.group;
  const { first = {} } = parts;
  return {
    interfaceName,
    chapHostname: chapHostname(session, parts),
    authentication: template.authentication,
    mruOctets: template.mruOctets,
    renegotiation: accept.lcpRenegotiation,
    forceLocalAuthentication: accept.forceLocalChap,
    echoMs: template.keepaliveMs,
    echoRetries: template.keepaliveRetries,
    idleMs: template.idleMs,
    absoluteMs: template.absoluteMs,
    dns: template.dns,
    nbns: template.nbns,
    ...(first.lcpId === undefined ? {} : { firstLcpId: first.lcpId }),
    ...(first.chapId === undefined ? {} : { firstChapId: first.chapId }),
    ...(first.ipcpId === undefined ? {} : { firstIpcpId: first.ipcpId }),
  };
}

/** As IOS: the box's own name, which need not be that of its tunnels. */
const chapHostname = ({ tunnel }: LnsSession, { config }: RouterParts): string =>
  tunnel.group.template.chapHostname ?? config.hostname;

/** §4.4.2: which CDN the LAC gets. */
function resultOf(why: AccessEnd, text: string): ResultCode {
  switch (why) {
    case 'caller terminated':
    case 'caller silent':
      return { result: LOSS_OF_CARRIER, error: 0 };
    case 'cleared by the operator':
    case 'shutdown':
    case 'idle':
    case 'time is up':
    case 'authentication failed':
    case 'authentication refused':
      return { result: ADMINISTRATIVE, error: 0, text };
    default:
      return { result: GENERAL_ERROR, error: VENDOR_SPECIFIC, text };
  }
}
