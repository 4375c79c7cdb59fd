/**
 * The phases of one caller's link at the LNS, RFC 1661 §3: what its layers tell each other. LCP is
 * taken over from the LAC or negotiated anew, RFC 2661 §4.4.5, ppp.md §13. Behind access-link.ts.
 */
import type { EventSink } from '../../base/event.ts';
import type { Millis, Random } from '../../base/machine.ts';
import { toText } from '../../base/octets.ts';
import { isLinkProtocol, isWellFormedProtocol, PppProtocol } from '../../wire/ppp/protocol.ts';
import { AccessAuthenticator, type AccessAuthOut } from './access-authenticator.ts';
import { type EndDetail, endCauses, endText } from './access-end.ts';
import { AccessNetwork, type NetworkUser } from './access-network.ts';
import type {
  AccessEnd,
  AccessLinkOptions,
  AccessLinkOut,
  AccessPhase,
  IpOffer,
  Proxy as ProxiedCall,
} from './access-port.ts';
import { AccessTrace } from './access-trace.ts';
import type { AuthMethod, Grant, Verdict } from './auth-port.ts';
import { judgeForcedLcp } from './forced-lcp.ts';
import { IdleWatch } from './idle-watch.ts';
import type { IpcpEnd } from './ipcp.ts';
import { Keepalive } from './keepalive.ts';
import { Lcp, type LcpUser } from './lcp.ts';
import { STATE_NAMES } from './negotiator-trace.ts';

/** RFC 1661 §4.5: the automaton need not converge; each attempt at LCP is cut here. */
const NEGOTIATION_MS: Millis = 60_000;
/** However patient the one who knows the users, and the caller that asks its own for a password. */
const AUTHENTICATION_MS: Millis = 180_000;
const NEVER = Number.POSITIVE_INFINITY;
/** Who need not say its name gets what everybody gets. */
const ANYBODY: Grant = { address: 'pool' };

export class AccessPhases implements LcpUser<AccessLinkOut[], AccessEnd>, NetworkUser {
  readonly #options: AccessLinkOptions;
  readonly #trace: AccessTrace;
  readonly #lcp: Lcp<AccessLinkOut[], AccessEnd>;
  readonly #authenticator: AccessAuthenticator;
  readonly #network: AccessNetwork;
  readonly #keepalive: Keepalive;
  readonly #idle: IdleWatch;
  #phase: AccessPhase = 'DOWN';
  /** 'up' came: it comes once. */
  #wasUp = false;
  /** 'terminated' went out. */
  #isEnded = false;
  #isLowerDown = false;
  /** A verdict is awaited. */
  #isVerifying = false;
  #user = '';
  #method: AuthMethod | undefined;
  #wasHeard = false;
  #ipcpEnd: IpcpEnd | undefined;
  #detail: string | undefined;
  /** Of ESTABLISHING and AUTHENTICATING. */
  #phaseBy: Millis = NEVER;
  #endAt: Millis = NEVER;

  /** `packets`: IP packets of the session so far, both ways; the idle time is measured by it. */
  constructor(options: AccessLinkOptions, random: Random, sink: EventSink, packets: () => number) {
    this.#options = options;
    this.#trace = new AccessTrace(options.interfaceName, sink);
    this.#lcp = new Lcp(options, random, sink, this);
    this.#authenticator = new AccessAuthenticator(options, random, sink);
    this.#network = new AccessNetwork(options, sink, this.#trace, this);
    this.#keepalive = new Keepalive(options.echoMs, options.echoRetries);
    this.#idle = new IdleWatch(options.idleMs, packets);
  }

  get phase(): AccessPhase {
    return this.#phase;
  }

  /** As the caller says. */
  get userName(): string {
    return this.#user;
  }

  get network(): AccessNetwork {
    return this.#network;
  }

  get lcpState(): string {
    return this.#phase === 'DOWN' || this.#isEnded ? 'Closed' : STATE_NAMES[this.#lcp.state];
  }

  deadline(): Millis {
    return Math.min(
      this.#endAt,
      this.#phaseBy,
      this.#lcp.deadline(),
      this.#authenticator.deadline(),
      this.#network.deadline(),
      this.#keepalive.deadline(),
      this.#idle.deadline(),
    );
  }

  up(proxy: ProxiedCall, now: Millis, out: AccessLinkOut[]): void {
    if (this.#wasUp) return;
    this.#wasUp = true;
    if (this.#options.absoluteMs > 0) this.#endAt = now + this.#options.absoluteMs;
    this.#trace.begin();
    this.#phase = 'ESTABLISHING';
    if (proxy.auth !== undefined) this.#authenticator.avoid(proxy.auth.id);
    const { renegotiation } = this.#options;
    if (proxy.lcp === undefined || renegotiation === 'always') {
      this.#establish(now, out);
      return;
    }
    const agreed = judgeForcedLcp(proxy.lcp, this.#options);
    if (typeof agreed !== 'string') {
      this.#lcp.force(agreed);
      this.#trace.forced(proxy.lcp.lastSentConfreq);
      this.#authenticate(proxy.auth, now, out);
      return;
    }
    this.#trace.note(PppProtocol.LCP, `proxied LCP not taken, ${agreed}`);
    if (renegotiation === 'on-mismatch') {
      this.#establish(now, out);
      return;
    }
    this.#detail = agreed;
    this.#abandon('proxy LCP refused', now, out);
  }

  /** PPP-L-09: the LNS does not wait for the caller, which has done its part. */
  #establish(now: Millis, out: AccessLinkOut[]): void {
    this.#phaseBy = now + NEGOTIATION_MS;
    this.#lcp.open(now, out);
  }

  timer(now: Millis, out: AccessLinkOut[]): void {
    this.#lcp.timer(now, out);
    this.#network.timer(now, out);
    const answers: AccessAuthOut[] = [];
    if (!this.#authenticator.timer(now, answers)) {
      this.close('authentication never answered', now, out);
    }
    this.#pass(answers, out);
    if (now >= this.#phaseBy) {
      const isEstablishing = this.#phase === 'ESTABLISHING';
      const why = isEstablishing ? 'LCP did not converge' : 'authentication never answered';
      this.close(why, now, out);
    }
    if (now >= this.#endAt) this.close('time is up', now, out);
    if (this.#idle.timer(now)) this.close('idle', now, out);
    const life = this.#keepalive.timer(now);
    if (life === 'dead') this.#abandon('caller silent', now, out);
    if (life === 'ask' && !this.#lcp.sendEchoRequest(out)) this.#keepalive.stop();
  }

  frame(protocol: number, information: Uint8Array, now: Millis, out: AccessLinkOut[]): void {
    // The call was abandoned, and its CDN is on the way.
    if (this.#isLowerDown) return;
    this.#keepalive.heard(now);
    if (protocol === PppProtocol.LCP) {
      this.#wasHeard = true;
      this.#lcp.receive(information, now, out);
    } else if (!this.#lcp.isOpened) {
      // RFC 1661 §3.4, §3.7.
      this.#trace.note(protocol, 'frame dropped, LCP is not open');
    } else if (protocol === PppProtocol.PAP || protocol === PppProtocol.CHAP) {
      const answers: AccessAuthOut[] = [];
      this.#authenticator.receive(protocol, information, now, answers);
      this.#pass(answers, out);
    } else if (protocol === PppProtocol.IPCP) {
      this.#network.receive(information, now, out);
    } else if (protocol === PppProtocol.IP) {
      // §3.6: the forwarding plane takes what comes while IPCP is open.
      this.#trace.note(protocol, 'packet dropped, IPCP is not open');
    } else if (
      this.#phase === 'UP' ||
      isLinkProtocol(protocol) ||
      !isWellFormedProtocol(protocol)
    ) {
      // PPP-L-13, §3.6.
      this.#lcp.rejectProtocol(protocol, information, out);
    } else {
      // §3.5.
      this.#trace.note(protocol, 'frame dropped, not authenticated');
    }
  }

  /** `auth`: the proxied answer, while LCP is still the one that it was given under. */
  #authenticate(auth: ProxiedCall['auth'], now: Millis, out: AccessLinkOut[]): void {
    this.#keepalive.start(now);
    this.#method = this.#lcp.method;
    if (this.#method === undefined) {
      this.#enterNetwork('', ANYBODY, now, out);
      return;
    }
    this.#phase = 'AUTHENTICATING';
    this.#phaseBy = now + AUTHENTICATION_MS;
    this.#trace.phase('AUTHENTICATING', 'by this end');
    const answers: AccessAuthOut[] = [];
    const proxied = this.#options.forceLocalAuthentication ? undefined : auth;
    if (proxied === undefined || !this.#authenticator.replay(proxied, this.#method, answers)) {
      this.#authenticator.start(this.#method, now, answers);
    }
    this.#pass(answers, out);
  }

  #pass(answers: readonly AccessAuthOut[], out: AccessLinkOut[]): void {
    for (const answer of answers) {
      out.push(answer);
      if (answer.kind !== 'verify') continue;
      this.#isVerifying = true;
      this.#user = toText(answer.request.name);
    }
  }

  verdict(verdict: Verdict, now: Millis, out: AccessLinkOut[]): void {
    if (!this.#isVerifying) return;
    this.#isVerifying = false;
    const answers: AccessAuthOut[] = [];
    const outcome = this.#authenticator.verdict(verdict, now, answers);
    this.#pass(answers, out);
    if (outcome === 'failed') this.close('authentication failed', now, out);
    else if (verdict.accepted) this.#enterNetwork(this.#user, verdict.grant, now, out);
  }

  #enterNetwork(name: string, grant: Grant, now: Millis, out: AccessLinkOut[]): void {
    this.#phase = 'UP';
    this.#phaseBy = NEVER;
    this.#trace.phase('UP');
    this.#idle.start(now);
    this.#network.enter(now);
    out.push({ kind: 'authorize', name, grant });
  }

  offer(offer: IpOffer, now: Millis, out: AccessLinkOut[]): void {
    if (this.#network.isWaiting) this.#network.start(offer, this.#lcp.peer.mru, now, out);
  }

  noOffer(why: string, now: Millis, out: AccessLinkOut[]): void {
    if (!this.#network.isWaiting) return;
    this.#detail = why;
    this.close('no address', now, out);
  }

  networkFailed(end: IpcpEnd, now: Millis, out: AccessLinkOut[]): void {
    if (this.#phase !== 'UP') return;
    this.#ipcpEnd = end;
    this.close(end === 'no address' ? 'no address' : 'IPCP failed', now, out);
  }

  /** We ask whenever LCP is not taken over: there is nothing to tell. */
  negotiating(): void {}

  layerUp(now: Millis, out: AccessLinkOut[]): void {
    this.#trace.state(PppProtocol.LCP, 'Open');
    const { sendAccm: send, receiveAccm: receive } = this.#lcp.framing;
    out.push({ kind: 'accm', send, receive });
    this.#authenticate(undefined, now, out);
  }

  layerDown(now: Millis, out: AccessLinkOut[]): void {
    this.#leaveNetwork(now, out);
    this.#authenticator.stop();
    this.#keepalive.stop();
    this.#isVerifying = false;
    if (this.#phase === 'TERMINATING') return;
    if (this.#lcp.isTerminating) {
      this.terminating();
    } else {
      this.#phase = 'ESTABLISHING';
      this.#phaseBy = now + NEGOTIATION_MS;
      this.#trace.phase('ESTABLISHING');
    }
  }

  #leaveNetwork(now: Millis, out: AccessLinkOut[]): void {
    this.#idle.stop();
    this.#network.leave(now, out);
  }

  protocolRejected(protocol: number, now: Millis, out: AccessLinkOut[]): void {
    if (this.#phase === 'AUTHENTICATING' && protocol === this.#authProtocol) {
      this.close('authentication refused', now, out);
    } else if (protocol === PppProtocol.IPCP || protocol === PppProtocol.IP) {
      this.networkFailed('rejected', now, out);
    }
  }

  close(why: AccessEnd, now: Millis, out: AccessLinkOut[]): void {
    if (this.#phase === 'TERMINATING') return;
    this.#lcp.close(why, now, out);
  }

  /** Without a word to the caller: there is no LCP, or nobody listens. */
  #abandon(why: AccessEnd, now: Millis, out: AccessLinkOut[]): void {
    this.#leaveNetwork(now, out);
    this.terminating();
    this.#lowerDown(now, out);
    this.finished(why, out);
  }

  terminating(): void {
    if (this.#phase === 'TERMINATING') return;
    this.#phase = 'TERMINATING';
    this.#phaseBy = NEVER;
    this.#endAt = NEVER;
    this.#trace.phase('TERMINATING');
  }

  finished(why: AccessEnd, out: AccessLinkOut[]): void {
    this.terminating();
    this.#isEnded = true;
    this.#trace.state(PppProtocol.LCP, 'Closed');
    const detail = this.#endDetail();
    const disconnectCauses = endCauses(why, detail);
    out.push({ kind: 'terminated', why, text: endText(why, detail), disconnectCauses });
  }

  down(now: Millis, out: AccessLinkOut[]): void {
    this.#leaveNetwork(now, out);
    this.terminating();
    this.#lowerDown(now, out);
    if (!this.#isEnded) this.#trace.state(PppProtocol.LCP, 'Closed');
    this.#phase = 'DOWN';
    this.#trace.phase('DOWN');
  }

  /** RFC 1661 §4.3: once. A call that we abandon is down for LCP before its session is. */
  #lowerDown(now: Millis, out: AccessLinkOut[]): void {
    if (this.#isLowerDown) return;
    this.#isLowerDown = true;
    this.#lcp.down(now, out);
  }

  get #authProtocol(): number {
    const method = this.#method ?? this.#options.authentication[0];
    return method === 'pap' ? PppProtocol.PAP : PppProtocol.CHAP;
  }

  #endDetail(): EndDetail {
    return {
      authProtocol: this.#authProtocol,
      wasHeard: this.#wasHeard,
      ipcpEnd: this.#ipcpEnd,
      detail: this.#detail,
    };
  }
}
