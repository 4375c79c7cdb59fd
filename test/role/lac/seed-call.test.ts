import { strict as assert } from 'node:assert';
import { md5 } from '../../../src/base/digest.ts';
import type { Event } from '../../../src/base/event.ts';
import { fromText } from '../../../src/base/octets.ts';
import { parseConfig } from '../../../src/config/schema/parse-config.ts';
import { DebugFlags } from '../../../src/console/debug/flags.ts';
import { Forwarder } from '../../../src/forward/path/forwarder.ts';
import type { LacLine } from '../../../src/role/lac/records.ts';
import { Router } from '../../../src/role/router/router.ts';
import { TimingWheel } from '../../../src/sched/wheel.ts';
import { buildControlMessage } from '../../../src/wire/l2tp/build.ts';
import {
  L2tpHeader,
  parseL2tpHeader,
  putL2tpControlHeader,
} from '../../../src/wire/l2tp/header.ts';
import { type L2tpMessage, MessageType } from '../../../src/wire/l2tp/message.ts';
import { parseControlMessage } from '../../../src/wire/l2tp/parse.ts';
import { SEED_LINES } from '../../console/debug/seed-trace.ts';
import { encodeHdlc, HdlcReader } from '../../sim/peers/hdlc.ts';
import { SimDatagramPort, SimLinePort } from '../../sim/world/ports.ts';
import { Prng } from '../../sim/world/prng.ts';

const CONFIG = `
  hostname hgw
  vpdn enable
  vpdn-group 1
   request-dialin
    protocol l2tp
    dnis 614629
   initiate-to ip 10.51.6.82
   l2tp tunnel password hello
   l2tp tunnel receive-window 800
   l2tp compat cisco
  interface Async1
   encapsulation ppp
   ppp authentication chap
   ppp chap hostname 5300-1
   ppp multilink
  line 1
   device /dev/ttyUSB0
   called-number 614629
   calling-number 2085730592
`;
const LNS = { address: 0x0a330652, port: 1701 };
const SECRET = fromText('hello');
const LNS_TUNNEL = 55_270;
const LNS_SESSION = 45;
const DEFAULT_ACCM = 0xffffffff;

/** The LAC in the middle, the seed's caller and LNS at its ends, step by step. */
class ModelCall {
  now = 0;
  readonly said: string[] = [];
  readonly #debugs = new DebugFlags();
  readonly #port = new SimLinePort();
  readonly #udp: SimDatagramPort;
  readonly #wheel = new TimingWheel(0);
  readonly #router: Router;
  readonly #line: LacLine;
  readonly #reader = new HdlcReader(DEFAULT_ACCM);
  #sent: Uint8Array[] = [];
  #frames: number[][] = [];
  #ns = 0;
  #nr = 0;
  #lacTunnel = 0;
  #lacSession = 0;

  constructor() {
    const parsed = parseConfig(CONFIG, 'the model call');
    assert.ok('config' in parsed);
    const { config } = parsed;
    const [lineConfig] = config.lines;
    assert.ok(lineConfig);
    this.#debugs.set('all', true);
    this.#udp = new SimDatagramPort(Forwarder.memoryOctets(1), (octets) => this.#sent.push(octets));
    this.#router = new Router({
      config,
      udp: this.#udp,
      slotsAt: this.#udp.slotsAt,
      maxLines: 1,
      maxAccesses: 0,
      timers: this.#wheel,
      random: new Prng(1),
      sink: (event: Event) => this.said.push(...this.#debugs.linesOf(event)),
      firstSerial: 1,
      hardwareAddress: new Uint8Array(6),
    });
    this.#line = this.#router.lac.addLine(lineConfig, this.#port, () => undefined);
    this.#router.lac.lineOpened(this.#line, 0);
  }

  caller(...frame: readonly number[]): void {
    assert.ok(this.#port.rx.push(Uint8Array.from(encodeHdlc([0xff, 3, ...frame], DEFAULT_ACCM))));
    this.#router.lac.lineReadable(this.#line, this.now);
    this.#flush();
  }

  /** What the LAC sent to the caller: protocol, then the packet. */
  takeFrames(): number[][] {
    const frames = this.#frames.map((frame) => frame.slice(2));
    this.#frames = [];
    return frames;
  }

  /** @returns the LAC's next control message */
  fromLac(): L2tpMessage {
    const datagram = this.#sent.shift();
    assert.ok(datagram, 'the LAC said nothing');
    const header = new L2tpHeader();
    parseL2tpHeader(datagram, datagram.length, header);
    const parsed = parseControlMessage(datagram, header, SECRET);
    assert.equal(parsed.verdict, 'message');
    assert.ok(parsed.verdict === 'message');
    this.#nr = header.ns + 1;
    this.#lacTunnel = parsed.message.assignedTunnelId ?? this.#lacTunnel;
    this.#lacSession = parsed.message.assignedSessionId ?? this.#lacSession;
    return parsed.message;
  }

  lns(message: L2tpMessage, sessionId = 0): void {
    const datagram = buildControlMessage(message, { cisco: true });
    const at = [this.#lacTunnel, sessionId, this.#ns++, this.#nr] as const;
    putL2tpControlHeader(datagram, datagram.length, ...at);
    this.#toLac(datagram);
  }

  zlb(): void {
    const datagram = new Uint8Array(12);
    putL2tpControlHeader(datagram, 12, this.#lacTunnel, 0, this.#ns, this.#nr);
    this.#toLac(datagram);
  }

  icrp(): void {
    this.lns({ type: MessageType.ICRP, assignedSessionId: LNS_SESSION }, this.#lacSession);
  }

  hangUp(): void {
    this.#router.lac.lineDown(this.#line, 'hung up', this.now);
    this.#flush();
  }

  advance(ms: number): void {
    this.now += ms;
    this.#wheel.advance(this.now);
    this.#flush();
  }

  #toLac(datagram: Uint8Array): void {
    this.#udp.arrive(datagram, LNS);
    this.#router.datagramsReadable(this.now);
    this.#flush();
  }

  #flush(): void {
    this.#router.forwarder.flush();
    this.#frames.push(...this.#reader.feed(this.#port.tx.takeAll()));
  }
}

function run(): readonly string[] {
  const call = new ModelCall();
  call.caller(0xc0, 0x21, 1, 118, 0, 10, 5, 6, 0x6e, 0xe4, 0xe8, 0x65);
  const [request = []] = call.takeFrames();
  // The caller rejects MRRU and the endpoint discriminator, as the seed's.
  const options = request.slice(6);
  const refused = [0x11, 4, 0x05, 0xf4, 0x13, 9, 1, ...fromText('5300-1')];
  assert.deepEqual(options.slice(-refused.length), refused);
  call.caller(0xc0, 0x21, 4, request[3] ?? 0, 0, 4 + refused.length, ...refused);
  const [again = []] = call.takeFrames();
  call.caller(0xc0, 0x21, 2, ...again.slice(3));
  const [challenge = []] = call.takeFrames();
  const value = [16, ...new Array(16).fill(0xca)];
  call.caller(0xc2, 0x23, 2, challenge[3] ?? 0, 0, 27, ...value, ...fromText('2500-1'));

  const sccrq = call.fromLac();
  assert.ok(sccrq.challenge);
  call.lns({
    type: MessageType.SCCRP,
    protocolVersion: 0x0100,
    framingCapabilities: 3,
    bearerCapabilities: 3,
    firmwareRevision: 0x1120,
    hostName: 'l2tp-gw',
    vendorName: 'Cisco Systems, Inc.',
    assignedTunnelId: LNS_TUNNEL,
    receiveWindowSize: 300,
    challenge: new Uint8Array(16).fill(0x98),
    challengeResponse: md5(Uint8Array.of(2), SECRET, sccrq.challenge),
  });
  assert.equal(call.fromLac().type, MessageType.SCCCN);
  assert.equal(call.fromLac().type, MessageType.ICRQ);
  call.zlb();
  call.icrp();
  assert.equal(call.fromLac().type, MessageType.ICCN);
  call.zlb();
  call.advance(1_000);
  call.hangUp();
  assert.equal(call.fromLac().type, MessageType.CDN);
  call.zlb();
  call.advance(1_000);
  const resultCode = { result: 1 };
  call.lns({ type: MessageType.StopCCN, assignedTunnelId: LNS_TUNNEL, resultCode });
  return call.said;
}

/** The seed's LAC but for ISDN, and for RADIUS and AAA, which this LAC does not ask. */
const SEED = SEED_LINES.filter(({ id, text }) => id.startsWith('L') && !/^%ISDN/.test(text))
  .filter(({ text }) => !/AAA\/|RADIUS|Attribute /.test(text))
  .map(({ text }) => text);

/** Our line is asynchronous, so it asks for three options more. */
const OURS_ONLY = / LCP: (ACCM|PFC|ACFC) /;

/** Ids, numbers, lengths and octets are this run's own; names and words are not. */
const plain = (text: string): string =>
  text
    .replace('Async1', 'Serial0:0')
    .replace(/^As1 /, 'Se0:0 ')
    .replace(/( [0-9A-F]{2}){12,}( \.\.\.)?$/, ' OCTETS')
    .replace(/\b(0x)?[0-9A-F]{8,}\b/g, 'HEX')
    .replace(/(id|len|tnl|tnlid|cl|ns|nr|ID|Tnl|Speed|AVP \d+, len|session) \d+/g, '$1 #')
    .replace(/(Tnl\/Cl|tunnel) \d+\/\d+/g, '$1 #/#')
    .replace(/ \d+\/\d+$/, ' #/#')
    .replace(/Bearer Type \d/, 'Bearer Type #')
    .replace(/Client NAS Port .*/, 'Client NAS Port #');

describe('role/lac: the model call (the seed, LS-001 to LD-029)', () => {
  it('is told in the seed’s order [TRACE-20, TRACE-21, TRACE-22, TRACE-23, TRACE-30]', () => {
    const ours = run().filter((line) => !OURS_ONLY.test(line));
    assert.deepEqual(ours.map(plain), SEED.map(plain));
  });
});
