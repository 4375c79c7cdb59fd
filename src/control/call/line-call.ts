/**
 * One line's calls, one after the other: the caller's PPP link, the choice of an LNS, the session,
 * the watch over what is forwarded, and the end in order. RFC 2661 §5.3, §7.4.1; PPP-L-04 to -06.
 * Runs for every control frame and event of the line, never for data.
 */
import { type EventSink, log } from '../../base/event.ts';
import type { Machine, Millis, Random } from '../../base/machine.ts';
import { toText } from '../../base/octets.ts';
import type { ResultCode } from '../../wire/l2tp/message.ts';
import { disconnectCauseText } from '../../wire/l2tp/names.ts';
import type { ClearCause } from '../l2tp/tunnel-port.ts';
import { PppLink } from '../ppp/link.ts';
import type {
  Framing,
  PppEnd,
  PppLinkOut,
  ProxyAuth,
  ProxyLcp,
  WatchOut,
} from '../ppp/link-port.ts';
import { ForwardWatch } from '../ppp/watch.ts';
import type { VpdnDirectory } from '../vpdn/vpdn-port.ts';
import type { CallIn, CallOut, CallState, LineCallOptions } from './call-port.ts';
import { HeldFrames } from './held-frames.ts';
import { LineProtocol } from './line-protocol.ts';
import { judgeStray } from './stray.ts';
import { Tunnelling } from './tunnelling.ts';

/** After a Terminate-Ack has passed the LNS has this long to send its CDN; l2tpns never does. */
const TERMINATE_ACKED_MS: Millis = 5_000;
const TERMINATE_UNANSWERED_MS: Millis = 10_000;
const NEVER = Number.POSITIVE_INFINITY;

const LOSS_OF_CARRIER: ResultCode = { result: 1, error: 0 };

export interface CallCounters {
  calls: number;
  /** Calls that reached their LNS. */
  forwarded: number;
  /** Frames on the idle line that begin no call. */
  strayFrames: number;
  /** Frames between response and ICCN beyond what is kept for the LNS. */
  heldDropped: number;
}

export class LineCall implements Machine<CallIn, CallOut> {
  readonly counters: CallCounters = { calls: 0, forwarded: 0, strayFrames: 0, heldDropped: 0 };
  readonly #options: LineCallOptions;
  readonly #random: Random;
  readonly #sink: EventSink;
  readonly #tunnelling: Tunnelling;
  readonly #lineProtocol: LineProtocol;
  readonly #held = new HeldFrames();
  readonly #openNcps = new Set<number>();
  #state: CallState = 'closed';
  #link: PppLink | undefined;
  #watch: ForwardWatch | undefined;
  #framing: Framing | undefined;
  #terminateAt: Millis = NEVER;
  #user: string | undefined;
  #lastEnd: string | undefined;

  /** @param nextSerial AVP 15: rises with every call of the box */
  constructor(
    options: LineCallOptions,
    directory: VpdnDirectory,
    random: Random,
    sink: EventSink,
    nextSerial: () => number,
  ) {
    this.#options = options;
    this.#random = random;
    this.#sink = sink;
    this.#tunnelling = new Tunnelling(options, directory, sink, nextSerial);
    this.#lineProtocol = new LineProtocol(options.ppp.interfaceName, sink);
  }

  get state(): CallState {
    return this.#state;
  }

  /** The caller's name as it was proved to nobody yet; undefined before it was given. */
  get user(): string | undefined {
    return this.#user;
  }

  /** Why the last call ended, in words. */
  get lastEnd(): string | undefined {
    return this.#lastEnd;
  }

  get openNcps(): ReadonlySet<number> {
    return this.#openNcps;
  }

  deadline(): Millis {
    const link = this.#link?.deadline() ?? NEVER;
    return Math.min(link, this.#terminateAt, this.#lineProtocol.deadline());
  }

  handle(input: CallIn, now: Millis, out: CallOut[]): void {
    switch (input.kind) {
      case 'line-open':
        if (this.#state === 'closed') this.#state = 'idle';
        return;
      case 'line-down':
        if (this.#link !== undefined) this.#end(input.why, now, out);
        this.#state = 'closed';
        return;
      case 'frame':
        if (this.#state === 'idle') this.#idleFrame(input.protocol, input.information, now, out);
        else this.#toLink(input, now, out);
        return;
      case 'passed':
        this.#passed(input.from, input.protocol, input.information, now, out);
        return;
      case 'timer':
        this.#timer(now, out);
        return;
      case 'tunnel-pending':
        this.#tunnelling.pending();
        return;
      case 'tunnel-established':
        if (this.#state === 'pending') this.#tunnelling.place(out);
        return;
      case 'call-up':
        this.#callUp(now, out);
        return;
      case 'call-down':
        this.#callDown(input.cause, now, out);
        return;
      case 'accm':
        if (this.#watch !== undefined) {
          this.#watched((into) => this.#watch?.setAccm(input.send, input.receive, into), now, out);
        }
        return;
      case 'clear':
        this.#clear(input.result, input.why, now, out);
        return;
    }
  }

  /** `modem type direct`: a call begins with the first good Configure-Request. */
  #idleFrame(protocol: number, information: Uint8Array, now: Millis, out: CallOut[]): void {
    const stray = judgeStray(protocol, information);
    if (stray.kind === 'configure-request') {
      this.#begin(now, out);
      this.#toLink({ kind: 'frame', protocol, information }, now, out);
      return;
    }
    this.counters.strayFrames++;
    if (stray.kind === 'terminate-request') {
      out.push({ kind: 'send', protocol, information: stray.ack });
    }
  }

  #begin(now: Millis, out: CallOut[]): void {
    this.counters.calls++;
    this.#state = 'negotiating';
    this.#lastEnd = undefined;
    this.#user = undefined;
    this.#logLink('up');
    this.#link = new PppLink(this.#options.ppp, this.#random, this.#sink);
    this.#toLink({ kind: 'up', quietMs: 0 }, now, out);
  }

  #toLink(input: Parameters<PppLink['handle']>[0], now: Millis, out: CallOut[]): void {
    if (this.#link === undefined) return;
    const results: PppLinkOut[] = [];
    this.#link.handle(input, now, results);
    for (const result of results) this.#fromLink(result, now, out);
  }

  #fromLink(result: PppLinkOut, now: Millis, out: CallOut[]): void {
    switch (result.kind) {
      case 'send':
        out.push(result);
        return;
      case 'framing':
        this.#framing = result.framing;
        out.push(result);
        return;
      case 'authenticated':
        this.#authenticated(result.lcp, result.auth, now, out);
        return;
      case 'restarted':
        this.#abandon(out);
        this.#state = 'negotiating';
        return;
      case 'held':
        if (!this.#held.add(result.protocol, result.information)) this.counters.heldDropped++;
        return;
      case 'terminated':
        // What we ended was said when we did.
        if (this.#lastEnd === undefined) this.#logPppEnd(result.why);
        this.#end(this.#lastEnd ?? result.why, now, out);
        out.push({ kind: 'hang-up' });
        return;
    }
  }

  #authenticated(lcp: ProxyLcp, auth: ProxyAuth | undefined, now: Millis, out: CallOut[]): void {
    this.#user = auth === undefined ? undefined : toText(auth.name);
    const whyNot = this.#tunnelling.begin(lcp, auth, out);
    if (whyNot === undefined) this.#state = 'pending';
    else this.#giveUp(whyNot, now, out);
  }

  #callUp(now: Millis, out: CallOut[]): void {
    if (this.#state !== 'pending' || this.#framing === undefined) return;
    this.counters.forwarded++;
    this.#state = 'forwarding';
    this.#toLink({ kind: 'forwarded' }, now, out);
    this.#watch = new ForwardWatch(this.#framing, this.#options.flowControlAccm);
    this.#lineProtocol.set(true, now);
    out.push({ kind: 'forward', held: this.#held.take() });
  }

  #callDown(cause: ClearCause, now: Millis, out: CallOut[]): void {
    const { lns } = this.#tunnelling;
    const why = describe(cause);
    const { interfaceName } = this.#options.ppp;
    const user = this.#user === undefined ? '' : ` user ${this.#user}`;
    if (this.#state === 'forwarding' || this.#state === 'terminating') {
      this.#tunnelling.ended();
      this.#sink(log('VPDN', 6, 'CLOSED', `${lns} ended ${interfaceName}${user}: ${why}`));
      this.#endForwarded(`${lns}: ${why}`, now, out);
      return;
    }
    if (this.#state !== 'pending') return;
    const text = `${lns} did not take ${interfaceName}${user}: ${why}`;
    this.#sink(log('VPDN', 6, 'REFUSED', text));
    if (this.#tunnelling.retry(cause, out)) return;
    this.#giveUp(`no LNS took the call; the last, ${lns}: ${why}`, now, out);
  }

  #passed(
    from: 'caller' | 'lns',
    protocol: number,
    information: Uint8Array,
    now: Millis,
    out: CallOut[],
  ): void {
    const watch = this.#watch;
    if (watch === undefined) return;
    this.#watched((into) => watch.watch(from, protocol, information, into), now, out);
  }

  #watched(look: (into: WatchOut[]) => void, now: Millis, out: CallOut[]): void {
    const seen: WatchOut[] = [];
    look(seen);
    for (const what of seen) {
      switch (what.kind) {
        case 'framing':
          out.push({ kind: 'framing', framing: what.framing });
          break;
        case 'terminate':
          this.#state = 'terminating';
          this.#terminateAt = now + (what.acked ? TERMINATE_ACKED_MS : TERMINATE_UNANSWERED_MS);
          break;
        case 'restarted':
          this.#state = 'forwarding';
          this.#terminateAt = NEVER;
          break;
        case 'ncp':
          if (what.open) this.#openNcps.add(what.protocol);
          else this.#openNcps.delete(what.protocol);
          break;
      }
    }
  }

  #timer(now: Millis, out: CallOut[]): void {
    this.#lineProtocol.timer(now);
    if (now >= this.#terminateAt) {
      this.#endForwarded('PPP was terminated', now, out);
      return;
    }
    if (this.#link !== undefined && now >= this.#link.deadline()) {
      this.#toLink({ kind: 'timer' }, now, out);
    }
  }

  #clear(result: ResultCode, why: string, now: Millis, out: CallOut[]): void {
    if (this.#link === undefined) return;
    if (this.#state === 'forwarding' || this.#state === 'terminating') {
      this.#endForwarded(why, now, out, result);
      return;
    }
    this.#abandon(out, result);
    this.#giveUp(why, now, out);
  }

  /** Nothing was forwarded yet: the caller is told by LCP, and hung up on when that is done. */
  #giveUp(why: string, now: Millis, out: CallOut[]): void {
    this.#sink(log('VPDN', 5, 'NOTUNNEL', `${this.#options.ppp.interfaceName}: ${why}`));
    this.#lastEnd = why;
    this.#state = 'terminating';
    this.#toLink({ kind: 'close' }, now, out);
  }

  /** No PPP of ours after ICCN: the line just goes. PPP-L-04. */
  #endForwarded(why: string, now: Millis, out: CallOut[], result = LOSS_OF_CARRIER): void {
    this.#end(why, now, out, result);
    out.push({ kind: 'hang-up' });
  }

  /** The common end, in the order of LD-002 to LD-012. */
  #end(why: string, now: Millis, out: CallOut[], result = LOSS_OF_CARRIER): void {
    this.#lastEnd = why;
    this.#logLink('down');
    this.#toLink({ kind: 'down' }, now, out);
    this.#link = undefined;
    if (this.#watch !== undefined) out.push({ kind: 'unforward' });
    this.#watch = undefined;
    this.#abandon(out, result);
    this.#terminateAt = NEVER;
    this.#openNcps.clear();
    this.#framing = undefined;
    this.#lineProtocol.set(false, now);
    this.#state = 'closed';
  }

  #abandon(out: CallOut[], result = LOSS_OF_CARRIER): void {
    this.#held.take();
    this.#tunnelling.abandon(result, out);
  }

  #logPppEnd(why: PppEnd): void {
    const { interfaceName } = this.#options.ppp;
    const user = this.#user === undefined ? '' : ` user ${this.#user}`;
    this.#sink(log('PPP', 5, 'ENDED', `${interfaceName}${user}: ${why}`));
  }

  #logLink(state: 'up' | 'down'): void {
    const text = `Interface ${this.#options.ppp.interfaceName}, changed state to ${state}`;
    this.#sink(log('LINK', 3, 'UPDOWN', text));
  }
}

/** What the peer said in its result code, and of PPP if it did. RFC 3145, DISC-2-02. */
const describe = ({ text, disconnectCauses = [] }: ClearCause): string =>
  [text, ...disconnectCauses.map((cause) => `PPP ${disconnectCauseText(cause)}`)].join('; ');
