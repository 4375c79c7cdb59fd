/**
 * The PPP link to one caller, as far as a LAC goes: LCP, then authentication up to the caller's
 * answer, then silence. RFC 1661 §3, RFC 2661 §4.4.5, ppp.md §13. Runs for control frames only.
 */
import type { EventSink, PppPhase } from '../../base/event.ts';
import type { Machine, Millis, Random } from '../../base/machine.ts';
import { isLinkProtocol, isWellFormedProtocol, PppProtocol } from '../../wire/ppp/protocol.ts';
import { Authenticator } from './authenticator.ts';
import { Lcp } from './lcp.ts';
import { DEFAULT_ACCM } from './lcp-own.ts';
import type {
  Framing,
  PppEnd,
  PppLinkIn,
  PppLinkOptions,
  PppLinkOut,
  ProxyAuth,
} from './link-port.ts';

/** A caller that says nothing is asked after this. */
const SILENCE_MS: Millis = 1_500;
/** RFC 1661 §4.5: the automaton need not converge; each attempt at LCP is cut here. */
const ESTABLISH_MS: Millis = 60_000;
/** LCP frames kept while we must not speak yet; a caller sends one in three seconds. */
const MAX_EARLY_FRAMES = 4;
const NEVER = Number.POSITIVE_INFINITY;

/** HDLC-L-05: what holds whenever LCP is not Opened. */
const DEFAULT_FRAMING: Framing = {
  sendAccm: DEFAULT_ACCM,
  receiveAccm: DEFAULT_ACCM,
  receivePfc: false,
  receiveAcfc: false,
};

type Phase =
  | 'dead'
  | 'establishing'
  | 'authenticating'
  | 'authenticated'
  | 'terminating'
  | 'terminated'
  | 'forwarded';

export class PppLink implements Machine<PppLinkIn, PppLinkOut> {
  readonly #options: PppLinkOptions;
  readonly #sink: EventSink;
  readonly #lcp: Lcp<PppLinkOut[], PppEnd>;
  readonly #authenticator: Authenticator;
  #phase: Phase = 'dead';
  #wasUp = false;
  #isNegotiatedFraming = false;
  #quietUntil: Millis = 0;
  #early: readonly Uint8Array[] = [];
  #askAt: Millis = NEVER;
  #establishBy: Millis = NEVER;

  constructor(options: PppLinkOptions, random: Random, sink: EventSink) {
    this.#options = options;
    this.#sink = sink;
    this.#lcp = new Lcp(options, random, sink, {
      layerUp: (now, out) => this.#layerUp(now, out),
      layerDown: (now, out) => this.#layerDown(now, out),
      negotiating: () => this.#traceHostname(),
      terminating: () => this.#terminating(),
      protocolRejected: (protocol, now, out) => this.#protocolRejected(protocol, now, out),
      finished: (why, out) => this.#finished(why, out),
    });
    this.#authenticator = new Authenticator(options, random, sink);
  }

  deadline(): Millis {
    if (this.#phase === 'dead' || this.#phase === 'forwarded') return NEVER;
    return Math.min(
      this.#early.length > 0 ? this.#quietUntil : NEVER,
      this.#lcp.isListening ? this.#askAt : NEVER,
      this.#phase === 'establishing' ? this.#establishBy : NEVER,
      this.#lcp.deadline(),
      this.#authenticator.deadline(),
    );
  }

  handle(input: PppLinkIn, now: Millis, out: PppLinkOut[]): void {
    if (this.#phase === 'dead' && input.kind !== 'up') return;
    // PPP-L-04: after ICCN every frame is between the caller and the LNS.
    if (this.#phase === 'forwarded' && input.kind !== 'down') return;
    switch (input.kind) {
      case 'up':
        this.#up(input.quietMs, now);
        return;
      case 'frame':
        this.#endQuiet(now, out);
        this.#frame(input.protocol, input.information, now, out);
        return;
      case 'timer':
        this.#endQuiet(now, out);
        this.#timer(now, out);
        return;
      case 'close':
        this.#close('closed by us', now, out);
        return;
      case 'down':
        this.#down(now, out);
        return;
      case 'forwarded':
        this.#phase = 'forwarded';
        return;
    }
  }

  #up(quietMs: Millis, now: Millis): void {
    if (this.#wasUp) return;
    this.#wasUp = true;
    const { interfaceName } = this.#options;
    this.#sink({ kind: 'ppp-callin', interfaceName });
    this.#phase = 'establishing';
    this.#sink({ kind: 'ppp-phase', interfaceName, phase: 'ESTABLISHING', detail: 'Passive Open' });
    this.#traceHostname();
    this.#traceState('Listen');
    this.#quietUntil = now + quietMs;
    this.#askAt = now + Math.max(SILENCE_MS, quietMs);
    this.#establishBy = now + ESTABLISH_MS;
  }

  /** What came while the modem's line had to settle is answered now. */
  #endQuiet(now: Millis, out: PppLinkOut[]): void {
    if (now < this.#quietUntil) return;
    const early = this.#early;
    this.#early = [];
    for (const information of early) this.#lcp.receive(information, now, out);
  }

  #timer(now: Millis, out: PppLinkOut[]): void {
    if (this.#lcp.isListening && now >= this.#askAt) this.#lcp.open(now, out);
    this.#lcp.timer(now, out);
    if (this.#phase === 'establishing' && now >= this.#establishBy) {
      this.#close('LCP did not converge', now, out);
    }
    if (!this.#authenticator.timer(now, out)) {
      this.#close('authentication never answered', now, out);
    }
  }

  #frame(protocol: number, information: Uint8Array, now: Millis, out: PppLinkOut[]): void {
    if (protocol === PppProtocol.LCP) {
      if (now >= this.#quietUntil) this.#lcp.receive(information, now, out);
      else this.#early = [...this.#early, information].slice(-MAX_EARLY_FRAMES);
      return;
    }
    const isAuthentication = protocol === PppProtocol.PAP || protocol === PppProtocol.CHAP;
    if (!this.#lcp.isOpened) {
      // RFC 1661 §3.4, §3.7.
      this.#note(protocol, 'frame dropped, LCP is not open');
    } else if (isAuthentication) {
      // PPP-L-05: a repeat of what was answered already is taken by the stopped authenticator.
      const auth = this.#authenticator.receive(protocol, information);
      if (auth !== undefined) this.#authenticated(auth, out);
    } else if (!isWellFormedProtocol(protocol)) {
      this.#lcp.rejectProtocol(protocol, information, out);
    } else if (this.#phase === 'authenticated') {
      out.push({ kind: 'held', protocol, information });
    } else if (isLinkProtocol(protocol)) {
      // §3.6: of the network protocols only the LNS can say which it does not know.
      this.#lcp.rejectProtocol(protocol, information, out);
    } else {
      // §3.5.
      this.#note(protocol, 'frame dropped, not authenticated');
    }
  }

  #authenticated(auth: ProxyAuth | undefined, out: PppLinkOut[]): void {
    this.#phase = 'authenticated';
    this.#tracePhase('FORWARDING');
    out.push({ kind: 'authenticated', lcp: this.#lcp.proxy, auth });
  }

  #close(why: PppEnd, now: Millis, out: PppLinkOut[]): void {
    this.#terminating();
    this.#lcp.close(why, now, out);
  }

  #terminating(): void {
    if (this.#phase === 'terminating' || this.#phase === 'terminated') return;
    this.#phase = 'terminating';
    this.#tracePhase('TERMINATING');
  }

  #down(now: Millis, out: PppLinkOut[]): void {
    const hasEnded = this.#phase === 'terminated';
    this.#terminating();
    this.#lcp.down(now, out);
    this.#defaultFraming(out);
    if (!hasEnded) this.#traceState('Closed');
    this.#phase = 'dead';
    this.#tracePhase('DOWN');
  }

  #layerUp(now: Millis, out: PppLinkOut[]): void {
    this.#isNegotiatedFraming = true;
    out.push({ kind: 'framing', framing: this.#lcp.framing });
    this.#traceState('Open');
    const method = this.#lcp.method;
    if (method === undefined) {
      this.#authenticated(undefined, out);
      return;
    }
    this.#phase = 'authenticating';
    this.#tracePhase('AUTHENTICATING', 'by this end');
    this.#authenticator.start(method, now, out);
  }

  #layerDown(now: Millis, out: PppLinkOut[]): void {
    this.#defaultFraming(out);
    this.#authenticator.stop();
    if (this.#phase === 'terminating') return;
    if (this.#phase === 'authenticated') {
      this.#establishBy = now + ESTABLISH_MS;
      out.push({ kind: 'restarted' });
    }
    if (this.#lcp.isTerminating) {
      this.#terminating();
    } else {
      this.#phase = 'establishing';
      this.#tracePhase('ESTABLISHING');
    }
  }

  /** The caller knows nothing of what we want to authenticate it by, though it took the option. */
  #protocolRejected(protocol: number, now: Millis, out: PppLinkOut[]): void {
    const ours = this.#lcp.method === 'pap' ? PppProtocol.PAP : PppProtocol.CHAP;
    if (this.#phase === 'authenticating' && protocol === ours) {
      this.#close('authentication refused', now, out);
    }
  }

  #finished(why: PppEnd, out: PppLinkOut[]): void {
    this.#terminating();
    this.#phase = 'terminated';
    this.#traceState('Closed');
    out.push({ kind: 'terminated', why });
  }

  #defaultFraming(out: PppLinkOut[]): void {
    if (!this.#isNegotiatedFraming) return;
    this.#isNegotiatedFraming = false;
    out.push({ kind: 'framing', framing: DEFAULT_FRAMING });
  }

  #traceHostname(): void {
    if (!this.#options.authentication.includes('chap')) return;
    const { interfaceName, chapHostname } = this.#options;
    this.#sink({ kind: 'chap-hostname', interfaceName, name: chapHostname });
  }

  #tracePhase(phase: PppPhase, detail?: 'by this end'): void {
    const { interfaceName } = this.#options;
    this.#sink({
      kind: 'ppp-phase',
      interfaceName,
      phase,
      ...(detail === undefined ? {} : { detail }),
    });
  }

  #traceState(state: 'Listen' | 'Open' | 'Closed'): void {
    const { interfaceName } = this.#options;
    this.#sink({ kind: 'ppp-state', interfaceName, protocol: PppProtocol.LCP, state });
  }

  #note(protocol: number, text: string): void {
    this.#sink({ kind: 'ppp-note', interfaceName: this.#options.interfaceName, protocol, text });
  }
}
