import { strict as assert } from 'node:assert';
import { md5 } from '../../../src/base/digest.ts';
import { fromText } from '../../../src/base/octets.ts';
import { ProxyAuthenType } from '../../../src/wire/l2tp/message.ts';
import { LAC, LnsRig } from './lns-rig.ts';
import { hex, octetsOf, ScriptedRandom, SECRET } from './rig.ts';
import { described, linesOf, seedOctets } from './seed.ts';

const CHALLENGE = '98B296C28429E7ADC767237A45F31040';
const INTERFACE = 'Virtual-Access4';
const SESSION_ID = 45;

/** The LNS of the seed, fed with the seed's own datagrams of the LAC. */
function replay(): LnsRig {
  const random = new ScriptedRandom(CHALLENGE, '002d');
  const rig = new LnsRig({ secret: SECRET, authenticate: true, cisco: true }, random);
  rig.input({ kind: 'accept', octets: seedOctets(1), from: LAC });
  rig.run(40);
  rig.receive(seedOctets(3));
  rig.run(40);
  rig.receive(seedOctets(4));
  rig.run(40);
  rig.receive(seedOctets(7));
  rig.input({ kind: 'name-session', sessionId: SESSION_ID, interfaceName: INTERFACE });
  return rig;
}

/** The rest: the LAC's CDN, ten seconds without a session, and its ZLB for our StopCCN. */
function end(rig: LnsRig): void {
  rig.run(16_000);
  rig.receive(seedOctets(9));
  rig.run(10_000);
  rig.receive(seedOctets(12));
}

describe('control/l2tp, the seed replayed to the LNS (trace.md §2, §3, §9, §11)', () => {
  it('sends the SCCRP, ZLBs, ICRP and StopCCN of the seed [CIS-03, TRACE-32]', () => {
    const rig = replay();
    end(rig);
    assert.deepEqual(
      rig.sent().map(({ octets }) => hex(octets)),
      [2, 5, 6, 8, 10, 11].map((order) => hex(seedOctets(order))),
    );
  });

  it('counts Ns and Nr as the seed does [TRACE-45, L2TP-5.8-01, L2TP-5.8-02]', () => {
    const rig = replay();
    end(rig);
    assert.deepEqual(rig.sent().map(described), [
      'SCCRP 0 1',
      'ZLB 1 2',
      'ICRP 1 3',
      'ZLB 2 4',
      'ZLB 2 5',
      'StopCCN 2 5',
    ]);
  });

  it('answers the challenge under the id of SCCRP [L2TP-5.1.1-02, TRACE-41, L2TP-6.3-01]', () => {
    const [sccrp] = replay().sent();
    const challenge = octetsOf('545A2343FBE20EA08BCA7B56E4A7D29E');
    const expected = md5(Uint8Array.of(2), fromText('hello'), challenge);
    assert.deepEqual(sccrp?.message?.challengeResponse, expected);
    assert.deepEqual(sccrp?.message?.challenge, octetsOf(CHALLENGE));
  });

  it('hands on all that the LAC has said of the call', () => {
    const outputs = replay().take();
    const offered = {
      callSerialNumber: 0xd114c7c5,
      bearerType: 1,
      callingNumber: '2085730592',
      calledNumber: '614629',
      clientNasPort: 'Serial0:0',
    };
    const ids = { sessionId: SESSION_ID, peerSessionId: 7 };
    assert.deepEqual(
      outputs.filter(({ kind }) => kind !== 'send'),
      [
        { kind: 'established' },
        { kind: 'session-offered', ...ids, call: offered },
        {
          kind: 'session-up',
          ...ids,
          call: {
            ...offered,
            txConnectSpeed: 64_000,
            rxConnectSpeed: 64_000,
            framingType: 2,
            sequencingRequired: false,
            lcp: {
              lastSentConfreq: octetsOf('0305C223050506109D08F2'),
              lastReceivedConfreq: octetsOf('05066EE4E865'),
            },
            proxyAuthenType: ProxyAuthenType.CHAP,
            auth: {
              type: ProxyAuthenType.CHAP,
              name: fromText('2500-1'),
              challenge: octetsOf('5D0D008CB1677CF8BC354556321A7A74'),
              id: 6,
              response: octetsOf('CA1CC2E4FA6899E8DF1B695C0A80883E'),
            },
          },
        },
      ],
    );
  });

  it('tells of the set-up in the order of the seed [TRACE-24, TRACE-25, TRACE-26]', () => {
    assert.deepEqual(linesOf(replay().events), [
      '0 I SCCRQ 0 0', // NS-001 to NS-022
      '0 from 1 hgw 17688/0',
      '55270 got a challenge from hgw',
      '55270 created for hgw 10.51.6.68',
      '55270 O SCCRP 0 1 hgw', // NS-026 to NS-028
      '55270 idle to wait-ctl-reply',
      '55270 I SCCCN 1 1 hgw', // NS-030 to NS-035
      '55270 O ZLB 1 2 hgw',
      '55270 from 3 hgw 17688/0',
      '55270 got a response from hgw',
      '55270 Tunnel Authentication success',
      '55270 wait-ctl-reply to established',
      '55270 SM established',
      '55270 I ICRQ 2 1 hgw', // NS-043 to NS-058
      '55270 from 10 hgw 17688/0',
      '55270/45 Session FS enabled',
      '55270/45 idle to wait-connect',
      '55270/45 New session created',
      '55270/45 O ICRP 1 3 hgw', // NS-063 to NS-065
      '55270/45 I ICCN 3 2 hgw', // NS-066 to NS-089
      '55270/45 O ZLB 2 4 hgw', // NS-090
      '55270/45 from 12 hgw 17688/7',
      '55270/45 wait-connect to established',
    ]);
  });

  it('tells of the end in the order of the seed [TRACE-33, L2TP-5.8-13]', () => {
    const rig = replay();
    rig.events.length = 0;
    end(rig);
    assert.deepEqual(linesOf(rig.events), [
      'Virtual-Access4 55270/45 I CDN 4 2 hgw', // ND-001 to ND-009
      'Virtual-Access4 55270/45 O ZLB 2 5 hgw', // ND-010
      'Virtual-Access4 55270/45 from 14 hgw 17688/7',
      'Virtual-Access4 55270/45 Destroying session',
      'Virtual-Access4 55270/45 established to idle',
      'Virtual-Access4 55270/45 release 17688 idle',
      'Virtual-Access4 Reset', // ND-016
      '55270 established to no-sessions-left',
      '55270 shutdown in 10',
      '55270 O StopCCN 2 5 hgw', // ND-026 to ND-028
      '55270 no-sessions-left to shutting-down',
      '55270 Shutdown tunnel',
      '55270 shutting-down to idle',
      '55270 I ZLB 5 3 hgw',
    ]);
  });

  it("says in each message event that the peer opened the tunnel, and names the peer's ids", () => {
    const out = replay().events.flatMap((event) => {
      if (event.kind === 'l2tp-challenge') assert.ok(event.isResponder);
      if (event.kind !== 'l2tp-message') return [];
      assert.ok(event.isResponder);
      return event.direction === 'O' ? [`${event.peerTunnelId}/${event.peerSessionId}`] : [];
    });
    assert.deepEqual(out, ['17688/0', '17688/0', '17688/7', '17688/0']);
  });
});
