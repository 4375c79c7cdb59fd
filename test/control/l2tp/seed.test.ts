import { strict as assert } from 'node:assert';
import { md5 } from '../../../src/base/digest.ts';
import { fromText } from '../../../src/base/octets.ts';
import { ProxyAuthenType } from '../../../src/wire/l2tp/message.ts';
import { hex, octetsOf, Rig, read, ScriptedRandom, SECRET } from './rig.ts';
import { described, linesOf, seedOctets } from './seed.ts';

const CHALLENGE = '545A2343FBE20EA08BCA7B56E4A7D29E';
const CALL = 1;

/** The LAC of the seed up to where `until` says, fed with the seed's own datagrams of the LNS. */
function replay(): Rig {
  const random = new ScriptedRandom(CHALLENGE, '0007');
  const rig = new Rig({ secret: SECRET, authenticate: true, cisco: true }, random);
  rig.open(31_000);
  rig.run(88);
  rig.receive(seedOctets(2));
  rig.input({
    kind: 'place-call',
    call: CALL,
    setup: {
      interfaceName: 'Serial0:0',
      clientNasPort: 'Serial0:0',
      callSerialNumber: 0xd114c7c5,
      bearerType: 1,
      framingType: 2,
      calledNumber: '614629',
      callingNumber: '2085730592',
      txConnectSpeed: 64000,
      rxConnectSpeed: 64000,
      lcp: {
        initialReceivedConfreq: octetsOf('05066EE4E865'),
        lastSentConfreq: octetsOf('0305C223050506109D08F2'),
        lastReceivedConfreq: octetsOf('05066EE4E865'),
      },
      auth: {
        type: ProxyAuthenType.CHAP,
        name: fromText('2500-1'),
        challenge: read(seedOctets(7)).message?.proxyAuthenChallenge ?? new Uint8Array(0),
        id: 6,
        response: octetsOf('CA1CC2E4FA6899E8DF1B695C0A80883E'),
      },
    },
  });
  rig.run(40);
  rig.receive(seedOctets(5));
  rig.run(92);
  rig.receive(seedOctets(6));
  rig.run(104);
  rig.receive(seedOctets(8));
  return rig;
}

const lines = (rig: Rig): string[] => linesOf(rig.events);

describe('control/l2tp, the seed replayed (trace.md §2, §3, §8, §10)', () => {
  it('sends the SCCRQ, SCCCN, ICRQ and ICCN of the seed [CIS-03, CIS-04, L2TP-3.1-01]', () => {
    const sent = replay().sent();
    const expected = [1, 3, 4, 7].map((order) => hex(seedOctets(order)));
    assert.deepEqual(
      sent.map(({ octets }) => hex(octets)),
      expected,
    );
  });

  it("sends the seed's CDN, and its ZLB for the StopCCN [L2TP-4.4.2-01, L2TP-4.4.4-01]", () => {
    const rig = replay();
    rig.take();
    rig.run(16_000);
    rig.input({ kind: 'clear-call', call: CALL, result: { result: 1 } });
    rig.run(44);
    rig.receive(seedOctets(10));
    rig.run(9952);
    rig.receive(seedOctets(11));
    const expected = [9, 12].map((order) => hex(seedOctets(order)));
    assert.deepEqual(
      rig.sent().map(({ octets }) => hex(octets)),
      expected,
    );
  });

  it('counts Ns and Nr as the seed does [TRACE-45, L2TP-5.8-01, L2TP-5.8-02]', () => {
    const rig = replay();
    rig.input({ kind: 'clear-call', call: CALL, result: { result: 1 } });
    rig.receive(seedOctets(10));
    rig.receive(seedOctets(11));
    assert.deepEqual(rig.sent().map(described), [
      'SCCRQ 0 0',
      'SCCCN 1 1',
      'ICRQ 2 1',
      'ICCN 3 2',
      'CDN 4 2',
      'ZLB 5 3',
    ]);
  });

  it('answers and checks the challenges [L2TP-5.1.1-02, TRACE-41, L2TP-4.4.3-06]', () => {
    const [, scccn] = replay().sent();
    const challenge = octetsOf('98B296C28429E7ADC767237A45F31040');
    assert.deepEqual(
      scccn?.message?.challengeResponse,
      md5(Uint8Array.of(3), fromText('hello'), challenge),
    );
  });

  it('tells of the set-up in the order of the seed [TRACE-21, TRACE-22, TRACE-23]', () => {
    assert.deepEqual(lines(replay()), [
      '17688 SM idle', // LS-074
      '17688 O SCCRQ 0 0',
      '17688 idle to wait-ctl-reply',
      '17688 SM wait-ctl-reply',
      '17688 I SCCRP 0 1', // LS-083 to LS-106
      '17688 from 2 l2tp-gw 0/0',
      '17688 got a challenge from l2tp-gw',
      '17688 got a response from l2tp-gw',
      '17688 Tunnel Authentication success',
      '17688 wait-ctl-reply to established',
      '17688 O SCCCN 1 1 l2tp-gw', // LS-112, LS-113
      '17688 SM established',
      '17688/7 Session FS enabled',
      '17688/7 idle to wait-for-tunnel',
      'Serial0:0 17688/7 Create session',
      '17688 SM established',
      'Serial0:0 17688/7 O ICRQ 2 1 l2tp-gw', // LS-119, LS-120
      'Serial0:0 17688/7 wait-for-tunnel to wait-reply',
      '17688 I ZLB 1 2 l2tp-gw', // LS-122
      'Serial0:0 17688/7 I ICRP 1 3 l2tp-gw', // LS-123 to LS-128
      'Serial0:0 17688/7 O ICCN 3 2 l2tp-gw', // LS-129, LS-130
      'Serial0:0 17688/7 wait-reply to established',
      '17688 I ZLB 2 4 l2tp-gw', // LS-132
    ]);
  });

  it('tells of the end in the order of the seed [TRACE-33, L2TP-5.8-13]', () => {
    const rig = replay();
    rig.events.length = 0;
    rig.run(16_000);
    rig.input({ kind: 'clear-call', call: CALL, result: { result: 1 } });
    rig.run(44);
    rig.receive(seedOctets(10));
    rig.run(9952);
    rig.receive(seedOctets(11));
    assert.deepEqual(lines(rig), [
      'Serial0:0 17688/7 O CDN 4 2 l2tp-gw', // LD-008, LD-009
      'Serial0:0 17688/7 Destroying session',
      'Serial0:0 17688/7 established to idle',
      'Serial0:0 17688/7 release 55270 idle',
      '17688 established to no-sessions-left',
      '17688 shutdown in 15',
      '17688 I ZLB 2 5 l2tp-gw', // LD-015
      '17688 I StopCCN 2 5 l2tp-gw', // LD-017 to LD-025
      '17688 O ZLB 5 3 l2tp-gw', // LD-026
      '17688 from 4 l2tp-gw 55270/0',
      '17688 Shutdown tunnel',
      '17688 no-sessions-left to idle',
    ]);
  });

  it("names the peer's ids in what goes out to it", () => {
    const out = replay().events.flatMap((event) =>
      event.kind === 'l2tp-message' && event.direction === 'O'
        ? [`${event.peerName} ${event.peerTunnelId}/${event.peerSessionId}`]
        : [],
    );
    assert.deepEqual(out, [' 0/0', 'l2tp-gw 55270/0', 'l2tp-gw 55270/0', 'l2tp-gw 55270/45']);
  });
});
