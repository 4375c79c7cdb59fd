/**
 * Bugs planted into the product for the length of a test, each without touching src: the simulation
 * must find every one of them within the seeds that CI runs.
 */
import { HeldFrames } from '../../src/control/call/held-frames.ts';
import { LineCall } from '../../src/control/call/line-call.ts';
import { Channel } from '../../src/control/l2tp/channel.ts';
import { Session } from '../../src/control/l2tp/session.ts';
import { Tunnel } from '../../src/control/l2tp/tunnel.ts';
import { Authenticator } from '../../src/control/ppp/authenticator.ts';
import { PppLink } from '../../src/control/ppp/link.ts';
import { Forwarder } from '../../src/forward/path/forwarder.ts';
import { LineForwarder } from '../../src/forward/path/line-forwarder.ts';
import { Punt } from '../../src/forward/path/punt.ts';
import { SessionTable } from '../../src/forward/path/session-table.ts';
import { FramePool } from '../../src/forward/pool/frame-pool.ts';
import { TimingWheel } from '../../src/sched/wheel.ts';
import { u16 } from './peers/frame.ts';
import { type Bug, findAll, replace } from './plant.ts';
import { runSeed } from './world/chaos.ts';

const SEEDS = 2_000;
const ZLB_OCTETS = 12;
const NS = 8;
const NR = 10;
const LCP = 0xc021;
const ECHO_REQUEST = Uint8Array.of(9, 1, 0, 8, 1, 2, 3, 4);

function put16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = (value >>> 8) & 0xff;
  octets[at + 1] = value & 0xff;
}

/** Changes each control datagram as it leaves its tunnel. */
function onWire(change: (octets: Uint8Array, tunnel: Tunnel) => void) {
  return replace(
    Tunnel.prototype,
    'handle',
    (original): Tunnel['handle'] =>
      function (this: Tunnel, input, now, out) {
        const from = out.length;
        original.call(this, input, now, out);
        for (const output of out.slice(from)) {
          if (output.kind === 'send') change(output.octets, this);
        }
      },
  );
}

const isZlb = (octets: Uint8Array): boolean => octets.length === ZLB_OCTETS;

const CONTROL: readonly Bug[] = [
  {
    what: 'Nr one too low',
    plant: () => onWire((octets) => put16(octets, NR, u16(octets, NR) - 1)),
    found: /^Nr is 65535 where 0 to 0/,
  },
  {
    what: 'a retransmission with a new Ns',
    plant: () => {
      const sent = new WeakMap<Tunnel, number>();
      return onWire((octets, tunnel) => {
        const next = sent.get(tunnel) ?? 0;
        if (isZlb(octets)) return;
        if (u16(octets, NS) < next) put16(octets, NS, next);
        sent.set(tunnel, u16(octets, NS) + 1);
      });
    },
    found: /has Ns|assigns|second/,
  },
  {
    what: 'a ZLB that consumes an Ns',
    plant: () => {
      const zlbs = new WeakMap<Tunnel, number>();
      return onWire((octets, tunnel) => {
        const before = zlbs.get(tunnel) ?? 0;
        put16(octets, NS, u16(octets, NS) + before);
        if (isZlb(octets)) zlbs.set(tunnel, before + 1);
      });
    },
    found: /has Ns/,
  },
  {
    what: 'a duplicate taken once more',
    plant: () =>
      replace(
        Channel.prototype,
        'receive',
        (original): Channel['receive'] =>
          function (this: Channel, ...given) {
            const arrival = original.apply(this, given);
            return arrival === 'duplicate' ? 'in order' : arrival;
          },
      ),
    found: /a StopCCN 7|a CDN 2/,
  },
  {
    what: "the peer's window ignored",
    plant: () =>
      replace(
        Channel.prototype,
        'setPeerWindow',
        (original): Channel['setPeerWindow'] =>
          function (this: Channel) {
            original.call(this, 64);
          },
      ),
    found: /messages are under way, the window is/,
  },
  {
    what: 'no acknowledgement but with a message',
    plant: () => replace(Channel.prototype, 'acknowledgeNow', () => () => undefined),
    found: /./,
  },
  {
    what: 'session id 0',
    plant: () => renumber(0),
    found: /session id 0|assignedSessionId out of range/,
  },
  {
    what: 'a session id used again',
    plant: () => renumber(77),
    found: /session id 77 a second time/,
  },
  {
    what: 'data before the ICCN has left',
    plant: () =>
      replace(
        Channel.prototype,
        'send',
        (original): Channel['send'] =>
          function (this: Channel, octets, peerSessionId, scope, now, left) {
            left?.();
            original.call(this, octets, peerSessionId, scope, now);
          },
      ),
    found: /data goes up in session \d+, which is asked/,
  },
];

const CALLS: readonly Bug[] = [
  {
    what: 'the challenge timer not cancelled',
    plant: () => replace(Authenticator.prototype, 'stop', () => () => undefined),
    found: /./,
  },
  {
    what: 'stale proxy data sent after LCP began anew',
    plant: () =>
      replace(
        PppLink.prototype,
        'handle',
        (original): PppLink['handle'] =>
          function (this: PppLink, input, now, out) {
            const own: typeof out = [];
            original.call(this, input, now, own);
            out.push(...own.filter(({ kind }) => kind !== 'restarted'));
          },
      ),
    found: /./,
  },
  {
    what: 'held frames out of order',
    plant: () =>
      replace(
        HeldFrames.prototype,
        'take',
        (original): HeldFrames['take'] =>
          function (this: HeldFrames) {
            return original.call(this).toReversed();
          },
      ),
    found: /a frame goes up that the caller did not send, or not now|out of order/,
  },
  {
    what: 'no CDN when the line is lost',
    plant: () =>
      replace(
        LineCall.prototype,
        'handle',
        (original): LineCall['handle'] =>
          function (this: LineCall, input, now, out) {
            const own: typeof out = [];
            original.call(this, input, now, own);
            const isLost = input.kind === 'line-down';
            out.push(...own.filter(({ kind }) => !isLost || kind !== 'clear-call'));
          },
      ),
    found: /./,
  },
  {
    what: 'a timer not given back',
    plant: () => replace(TimingWheel.prototype, 'destroy', () => () => undefined),
    found: /timers/,
  },
];

const FORWARDING: readonly Bug[] = [
  {
    what: 'the ACCM not reset when LCP begins anew',
    plant: () =>
      replace(
        LineForwarder.prototype,
        'setFraming',
        (original): LineForwarder['setFraming'] =>
          function (this: LineForwarder, framing) {
            if (framing.sendAccm !== 0xffffffff) original.call(this, framing);
          },
      ),
    found: /no working call/,
  },
  {
    what: 'a session not unbound',
    plant: () => replace(Forwarder.prototype, 'unbind', () => () => undefined),
    found: /./,
  },
  {
    what: 'PPP of ours after ICCN',
    plant: () =>
      replace(
        Forwarder.prototype,
        'lineReadable',
        (original): Forwarder['lineReadable'] =>
          function (this: Forwarder, line) {
            original.call(this, line);
            if (line.mode !== 'forward') return;
            line.mode = 'punt';
            this.sendPpp(line, LCP, ECHO_REQUEST);
            line.mode = 'forward';
          },
      ),
    found: /a frame of protocol c021 goes down that the LNS did not send/,
  },
  {
    what: 'a frame slot leaked now and then',
    plant: () => {
      let given = 0;
      return replace(
        FramePool.prototype,
        'give',
        (original): FramePool['give'] =>
          function (this: FramePool, slot) {
            if (++given % 500 !== 0) original.call(this, slot);
          },
      );
    },
    found: /frame slots in use|given back twice/,
  },
  {
    what: 'data for one line sent to another',
    plant: () =>
      replace(
        SessionTable.prototype,
        'find',
        (original): SessionTable['find'] =>
          function (this: SessionTable, tunnelId, sessionId) {
            return Math.min(original.call(this, tunnelId, sessionId), 0);
          },
      ),
    found: /./,
  },
  {
    what: 'a punted frame not counted',
    plant: () =>
      replace(
        Punt.prototype,
        'pushFrame',
        (original): Punt['pushFrame'] =>
          function (this: Punt, ...given) {
            original.apply(this, given);
            given[0].counters.upPunted = 0;
          },
      ),
    found: /frames up, \d+ told/,
  },
  {
    what: 'a line that takes one call only',
    plant: () => {
      const opened = new WeakSet<LineForwarder>();
      return replace(
        Forwarder.prototype,
        'openLine',
        (original): Forwarder['openLine'] =>
          function (this: Forwarder, line) {
            if (!opened.has(line)) original.call(this, line);
            opened.add(line);
          },
      );
    },
    found: /no working call/,
  },
];

function renumber(id: number) {
  return replace(
    Session.prototype,
    'begin',
    (original): Session['begin'] =>
      function (this: Session) {
        Reflect.set(this, 'id', id);
        original.call(this);
      },
  );
}

describe('sim: planted bugs are found', () => {
  findAll([...CONTROL, ...CALLS, ...FORWARDING], SEEDS, runSeed);
});
