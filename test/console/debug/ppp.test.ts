import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { concatOctets, fromText } from '../../../src/base/octets.ts';
import { renderTrace } from '../../../src/console/debug/render.ts';
import { ChapCode, putChapValue } from '../../../src/wire/ppp/chap.ts';
import { putOption } from '../../../src/wire/ppp/option.ts';
import { putControlPacket } from '../../../src/wire/ppp/packet.ts';
import { PapCode, putPapRequest } from '../../../src/wire/ppp/pap.ts';
import { PppProtocol } from '../../../src/wire/ppp/protocol.ts';

const interfaceName = 'Async1';

const linesOf = (packet: Uint8Array, protocol: number = PppProtocol.LCP): readonly string[] =>
  renderTrace({
    kind: 'ppp-packet',
    interfaceName,
    protocol,
    direction: 'I',
    state: 'Open',
    packet,
  }).map(({ debug, text }) => {
    const isKeepalive = / LCP: I (?:ECHORE[QP]|DISCREQ) /.test(text);
    assert.equal(debug, isKeepalive ? 'ppp packet' : 'ppp negotiation');
    return text;
  });

const optionsOf = (protocol: number, ...options: readonly Uint8Array[]): readonly string[] =>
  linesOf(putControlPacket(1, 9, concatOctets(...options)), protocol).slice(1);

const authOf = (protocol: number, packet: Uint8Array): readonly string[] =>
  renderTrace({ kind: 'auth-packet', interfaceName, protocol, direction: 'I', packet }).map(
    ({ debug, text }) => `${debug}: ${text}`,
  );

describe('console/debug/ppp (TRACE-10 and -11)', () => {
  it('names each code, with the state and Length of its packet [TRACE-10]', () => {
    const codes = Array.from({ length: 14 }, (_, index) => index + 1);
    assert.deepEqual(
      codes.flatMap((code) => linesOf(putControlPacket(code, 3, new Uint8Array(0)))),
      [
        'CONFREQ',
        'CONFACK',
        'CONFNAK',
        'CONFREJ',
        'TERMREQ',
        'TERMACK',
        'CODEREJ',
        'PROTREJ',
        'ECHOREQ',
        'ECHOREP',
        'DISCREQ',
        'IDENTIFY',
        'TIMEREMAINING',
        'code 14',
      ].map((name) => `As1 LCP: I ${name} [Open] id 3 len 4`),
    );
  });

  it('names each option with its value and octets [TRACE-10]', () => {
    assert.deepEqual(
      optionsOf(
        PppProtocol.LCP,
        putOption(1, 5, 220),
        putOption(2, 0, 10, 0, 0),
        putOption(3, 0xc0, 0x23),
        putOption(3, 0xc2, 0x23, 0x80),
        putOption(3, 0xc2, 0x23, 0x81),
        putOption(7),
        putOption(8),
        putOption(19, 9),
        putOption(13, 6),
        putOption(1, 5),
      ),
      [
        'MRU 1500 (0x010405DC)',
        'ACCM 0x000A0000 (0x0206000A0000)',
        'AuthProto PAP (0x0304C023)',
        'AuthProto MS-CHAP (0x0305C22380)',
        'AuthProto MS-CHAP-V2 (0x0305C22381)',
        'PFC (0x0702)',
        'ACFC (0x0802)',
        'EndpointDisc 9 Unknown (0x130309)',
        'Option 13 (0x0D0306)',
        'Option 1 (0x010305)',
      ].map((text) => `As1 LCP: ${text}`),
    );
    assert.deepEqual(
      optionsOf(
        PppProtocol.IPCP,
        putOption(2, 0, 0x2d, 15, 0),
        putOption(3, 10, 10, 53, 2),
        putOption(129, 1, 2, 3, 4),
        putOption(130, 1, 2, 3, 5),
        putOption(131, 1, 2, 3, 6),
        putOption(132, 1, 2, 3, 7),
        putOption(133, 1, 2, 3, 8),
        putOption(129, 1, 2, 3),
      ),
      [
        'As1 IPCP: CompressType VJ 15 slots (0x0206002D0F00)',
        'As1 IPCP: Address 10.10.53.2 (0x03060A0A3502)',
        'As1 IPCP: PrimaryDNS 1.2.3.4 (0x810601020304)',
        'As1 IPCP: PrimaryWINS 1.2.3.5 (0x820601020305)',
        'As1 IPCP: SecondaryDNS 1.2.3.6 (0x830601020306)',
        'As1 IPCP: SecondaryWINS 1.2.3.7 (0x840601020307)',
        'As1 IPCP: Option 133 (0x850601020308)',
        'As1 IPCP: Option 129 (0x8105010203)',
      ],
    );
  });

  it('shows options of a wrong length in hex, and the packet around them', () => {
    for (const type of [1, 2, 3, 5, 17, 19]) {
      assert.match(
        optionsOf(PppProtocol.LCP, putOption(type))[0] ?? '',
        /: Option \d+ \(0x..02\)$/,
      );
    }
    assert.deepEqual(optionsOf(PppProtocol.LCP, Uint8Array.of(7, 2, 5, 6)), [
      'As1 LCP: PFC (0x0702)',
      'As1 LCP: malformed options (0x07020506)',
    ]);
    assert.deepEqual(linesOf(Uint8Array.of(1, 2, 0)), ['As1 LCP: I malformed [Open]']);
  });

  it('says which protocol was rejected', () => {
    assert.deepEqual(linesOf(putControlPacket(8, 2, Uint8Array.of(0x80, 0xfd, 1))), [
      'As1 LCP: I PROTREJ [Open] id 2 len 7 protocol CCP',
    ]);
  });

  it('names the sides in CHAP and PAP, and shows no password [TRACE-11] [L2TP-9.2-01]', () => {
    const SECRET = fromText('SECRET');
    const chap = (code: ChapCode) => putChapValue(code, 6, SECRET, fromText('a\nb'));
    const nothing = new Uint8Array(0);
    assert.deepEqual(
      [
        ...authOf(PppProtocol.CHAP, chap(ChapCode.Challenge)),
        ...authOf(PppProtocol.CHAP, chap(ChapCode.Response)),
        ...authOf(PppProtocol.CHAP, putControlPacket(ChapCode.Success, 6, nothing)),
        ...authOf(PppProtocol.CHAP, putControlPacket(ChapCode.Failure, 6, fromText('no'))),
        ...authOf(PppProtocol.CHAP, putControlPacket(ChapCode.Response, 6, nothing)),
        ...authOf(PppProtocol.CHAP, putControlPacket(9, 6, nothing)),
        ...authOf(PppProtocol.PAP, putPapRequest(1, fromText('u'), SECRET)),
        ...authOf(PppProtocol.PAP, putControlPacket(PapCode.AuthenticateRequest, 1, nothing)),
        ...authOf(PppProtocol.PAP, putControlPacket(PapCode.AuthenticateAck, 1, nothing)),
        ...authOf(PppProtocol.PAP, putControlPacket(PapCode.AuthenticateNak, 1, nothing)),
        ...authOf(PppProtocol.PAP, nothing),
      ],
      [
        'CHAP: I CHALLENGE id 6 len 14 from "a?b"',
        'CHAP: I RESPONSE id 6 len 14 from "a?b"',
        'CHAP: I SUCCESS id 6 len 4',
        'CHAP: I FAILURE id 6 len 6',
        'CHAP: I RESPONSE id 6 len 4',
        'CHAP: I code 9 id 6 len 4',
        'PAP: I AUTH-REQ id 1 len 13 from "u"',
        'PAP: I AUTH-REQ id 1 len 4',
        'PAP: I AUTH-ACK id 1 len 4',
        'PAP: I AUTH-NAK id 1 len 4',
        'PAP: I malformed',
      ].map((text) => `ppp authentication: As1 ${text}`),
    );
  });

  it('prints notes under the protocol that they speak of', () => {
    const note = { interfaceName, protocol: PppProtocol.LCP, text: 'looped' };
    assert.deepEqual(
      [
        ...renderTrace({ kind: 'ppp-note', ...note }),
        ...renderTrace({ kind: 'auth-note', ...note, protocol: PppProtocol.PAP }),
        ...renderTrace({ kind: 'ppp-note', ...note, protocol: 0x8031 }),
      ].map(({ text }) => text),
      ['As1 LCP: looped', 'As1 PAP: looped', 'As1 protocol 0x8031: looped'],
    );
  });

  it('shows what the LAC has negotiated for us, however it is made [TRACE-12]', () => {
    const forced = (...options: readonly number[]) =>
      renderTrace({ kind: 'ppp-forced', interfaceName, options: Uint8Array.from(options) });
    const said = forced(1, 4, 5, 220, 3, 4, 0xc0, 0x23);
    assert.ok(said.every(({ debug }) => debug === 'ppp negotiation'));
    assert.deepEqual(
      [...said, ...forced(), ...forced(5, 6, 1)].map(({ text }) => text),
      [
        'As1 LCP: I FORCED CONFREQ len 8',
        'As1 LCP: MRU 1500 (0x010405DC)',
        'As1 LCP: AuthProto PAP (0x0304C023)',
        'As1 LCP: I FORCED CONFREQ len 0',
        'As1 LCP: I FORCED CONFREQ len 3',
        'As1 LCP: malformed options (0x050601)',
      ],
    );
  });

  it('gives load figures with the phases of a line, not of a virtual interface', () => {
    const phaseOf = (name: string) =>
      renderTrace({ kind: 'ppp-phase', interfaceName: name, phase: 'UP' }).map(({ text }) => text);
    assert.deepEqual(
      [...phaseOf('Async1'), ...phaseOf('Virtual-Access12')],
      ['As1 PPP: Phase is UP [0 sess, 0 load]', 'Vi12 PPP: Phase is UP'],
    );
  });

  it('never throws, whatever the packet', () => {
    const protocols = fc.constantFrom(...Object.values(PppProtocol), 0, 0xffff);
    fc.assert(
      fc.property(fc.uint8Array(), protocols, (packet, protocol) => {
        assert.notEqual(linesOf(packet, protocol).length, 0);
        assert.equal(authOf(protocol, packet).length, 1);
      }),
    );
  });
});
