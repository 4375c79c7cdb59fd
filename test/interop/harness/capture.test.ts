import { strict as assert } from 'node:assert';
import { type CapturedPacket, Flow } from './capture.ts';

const LAC = '10.99.0.1';
const LNS = '10.99.0.2';
const LCP = 0xc021;

const NOTHING: CapturedPacket = {
  timeMs: 0,
  from: LAC,
  to: LNS,
  isIcmp: false,
  isControl: false,
  message: '',
  tunnelId: 7,
  sessionId: 0,
  ns: 0,
  nr: 0,
  avps: [],
  result: undefined,
  error: undefined,
  errorText: '',
  protocol: undefined,
  code: undefined,
  identifier: undefined,
  tcpStream: undefined,
  tcpOctets: 0,
  isMalformed: false,
};
type Some = Partial<CapturedPacket>;
const sent = (message: string, ns: number, more: Some = {}): CapturedPacket => ({
  ...NOTHING,
  isControl: true,
  message,
  ns,
  ...more,
});
const received = (message: string, ns: number, more: Some = {}): CapturedPacket =>
  sent(message, ns, { from: LNS, to: LAC, tunnelId: 9, ...more });
const flow = (...packets: CapturedPacket[]): Flow => new Flow(packets, LAC);

const CALL = [
  sent('SCCRQ', 0, { tunnelId: 0 }),
  received('SCCRP', 0, { nr: 1 }),
  sent('SCCCN', 1, { nr: 1 }),
  received('ZLB', 1, { nr: 2 }),
  { ...NOTHING, protocol: LCP, code: 5, timeMs: 5000 },
  sent('CDN', 2, { nr: 1, result: 1, error: 0, timeMs: 7000 }),
  received('CDN', 1, { nr: 3, result: 2, error: 4 }),
  sent('ZLB', 3, { nr: 2 }),
];

describe('interop/harness/capture', () => {
  it('tells who did what, with its codes and without ZLBs', () => {
    const story = ['> SCCRQ', '< SCCRP', '> SCCCN', '> LCP TermReq', '> CDN 1', '< CDN 2/4'];
    assert.deepEqual(flow(...CALL).story, story);
  });

  it('tells a retransmission once, and the same message of another tunnel again', () => {
    const again = sent('SCCCN', 1, { nr: 1, timeMs: 1000 });
    const other = sent('SCCCN', 1, { nr: 1, tunnelId: 8 });
    const twice = [sent('SCCRQ', 0, { tunnelId: 0 }), ...CALL.slice(0, 3), again, other];
    assert.deepEqual(flow(...twice).story, ['> SCCRQ', '< SCCRP', '> SCCCN', '> SCCCN']);
  });

  it('does not take what an ICMP error quotes for a message', () => {
    assert.deepEqual(flow(sent('SCCRQ', 0, { isIcmp: true })).story, []);
  });

  it('insists on the order of what is expected', () => {
    flow(...CALL).shows('> SCCRQ', '> CDN 1', '< CDN 2/4');
    assert.throws(() => flow(...CALL).shows('> CDN 1', '> SCCRQ'), /no > SCCRQ/);
    assert.throws(() => flow(...CALL).shows('> CDN 10'), /no > CDN 10/);
  });

  it('finds what must not be there', () => {
    flow(...CALL).lacks('> StopCCN', '< LCP');
    assert.throws(() => flow(...CALL).lacks('> CDN'), /SCCRQ/);
  });

  it('finds a message of the LNS that nobody acknowledged', () => {
    flow(...CALL).allAcknowledged();
    assert.throws(() => flow(...CALL.slice(0, -1)).allAcknowledged(), /never acknowledged CDN/);
  });

  it('finds what tshark calls malformed, unless it is the inside of a file', () => {
    const data = { ...NOTHING, isMalformed: true, tcpStream: 3 };
    flow(data, received('SCCRP', 0, { isMalformed: true })).nothingMalformed();
    assert.throws(() => flow(sent('ICRQ', 2, { isMalformed: true })).nothingMalformed());
  });

  it('measures each TCP connection by itself', () => {
    const at = (timeMs: number, tcpStream: number, tcpOctets = 1448): CapturedPacket => ({
      ...NOTHING,
      timeMs,
      tcpStream,
      tcpOctets,
    });
    const greeting = [at(0, 0, 0), at(5_000, 0)];
    const body = [at(5_010, 1), at(5_900, 0), at(6_500, 1, 0), at(7_010, 1)];
    assert.deepEqual(flow(...greeting, ...body, at(9_999, 0, 10)).transfers(), [
      { octets: 2_906, longestGapMs: 900 },
      { octets: 2_896, longestGapMs: 1_490 },
    ]);
  });

  it('shows what either side sent of one PPP protocol', () => {
    const chap = { ...NOTHING, protocol: 0xc223, identifier: 7 };
    const answer = { ...chap, code: 2, from: LNS, to: LAC };
    const packets = flow({ ...chap, code: 1 }, answer, ...CALL);
    assert.deepEqual(packets.pppSent(0xc223), ['1 7']);
    assert.deepEqual(packets.seenFrom(LNS).pppSent(0xc223), ['2 7']);
  });

  it('leaves out what passed between others', () => {
    const others = sent('SCCRQ', 0, { to: '10.99.0.7' });
    assert.deepEqual(flow(others, ...CALL).seenFrom(LNS).story[0], '< SCCRQ');
    assert.equal(flow(others, ...CALL).seenFrom(LNS).packets.length, CALL.length);
  });

  it('tells when an event was, the first or a later one', () => {
    assert.equal(flow(...CALL).timeOf('> CDN 1'), 7000);
    assert.throws(() => flow(...CALL).timeOf('> CDN 1', 1), /no > CDN 1/);
  });
});
