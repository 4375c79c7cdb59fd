import { strict as assert } from 'node:assert';
import { DEFAULT_ACCM } from '../../../src/wire/hdlc/octet-class.ts';
import { encode, hex, octets } from '../../wire/hdlc/support.ts';
import { framesOf, LNS, LNS_PORT, LOCAL, MemoryLinePort, World } from '../world.ts';

const IP = 'ff03002145000014';
const ECHO = 'ff03c021090100080000abcd';
const HEADER = '000200112200';
const OPEN = { sendAccm: 0, receiveAccm: 0, receivePfc: true, receiveAcfc: true };

/** All 16 mixes of L, S, O and P around `payload`. RFC 2661 §3.1 */
function headers(payload: string): string[] {
  let ns = 0;
  return Array.from({ length: 16 }, (_, mix) => {
    const [l, s, o, p] = [mix & 8, mix & 4, mix & 2, mix & 1];
    const bits = 0x0002 | (l && 0x4000) | (s && 0x0800) | (o && 0x0200) | (p && 0x0100);
    const sequence = s ? `${(ns++).toString(16).padStart(4, '0')}1234` : '';
    const rest = `00112200${sequence}${o ? '0003aabbcc' : ''}${payload}`;
    const length = (4 + rest.length / 2).toString(16).padStart(4, '0');
    return `${bits.toString(16).padStart(4, '0')}${l ? length : ''}${rest}`;
  });
}

describe('forward/path/forwarder: LNS to line (RFC 2661 §3.1, §5.3, §5.4)', () => {
  it('takes all 16 data headers [L2TP-3.1-06, L2TP-3.1-07, L2TP-3.1-08, L2TP-5.3-01]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    const written = headers(IP).flatMap((datagram) => {
      world.receive(datagram);
      return line.written();
    });
    assert.deepEqual(written, Array(16).fill(IP));
    assert.equal(line.counters.downForwarded, 16);
    assert.equal(line.port.flushesWanted, 16);
  });

  it('ignores octets beyond Length [L2TP-3.1-04]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    world.receive(`4002001000112200${IP}ffffff`);
    assert.deepEqual(line.written(), [IP]);
  });

  it('passes frames on as they come, with FF 03 or without [L2TP-5.3-03, HDLC-L-11]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    line.line.setFraming(OPEN);
    const frames = [IP, '002145', '2145'];
    const written = frames.flatMap((frame) => {
      world.receive(HEADER + frame);
      return line.written();
    });
    assert.deepEqual(written, frames);
  });

  it('sends LCP in full, all escaped [HDLC-L-06, HDLC-L-11, HDLC-1661.6.5-01]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    line.line.setFraming(OPEN);
    for (let code = 1; code <= 13; code++) {
      const information = `${hex([code])}01000811131f00`;
      for (const header of ['ff03c021', 'c021']) {
        world.receive(`${HEADER}${header}${information}`);
        const expected = hex(encode(octets(`ff03c021${information}`), DEFAULT_ACCM));
        assert.equal(hex(line.port.write()), expected, `code ${code} behind ${header}`);
      }
    }
    world.receive(`${HEADER}ff03802101010004`);
    assert.equal(hex(line.port.write()), hex(encode(octets('ff03802101010004'), 0)));
  });

  it('sends all else with the map in force and this line’s own escapes [HDLC-4.2-05]', () => {
    const world = new World();
    const line = world
      .addLine({ extraEscapes: [0x91] })
      .open()
      .bind();
    const frame = 'ff0300210011139193';
    for (const accm of [DEFAULT_ACCM, 0x000a0000, 0]) {
      line.line.setFraming({ ...OPEN, sendAccm: accm });
      world.receive(HEADER + frame);
      assert.equal(hex(line.port.write()), hex(encode(octets(frame), accm, [0x91])));
    }
  });

  it('escapes the next frame by the maps that the watch has set [HDLC-L-12]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    line.line.setFraming(OPEN);
    world.onSeen = ({ information }) => {
      const isRequest = information.startsWith('01');
      line.line.setFraming({ ...OPEN, sendAccm: isRequest ? DEFAULT_ACCM : 0 });
    };
    world.receive(HEADER + IP, `${HEADER}ff03c02101010004`, `${HEADER}ff03002111`);
    world.receive(`${HEADER}ff03c02102010004`, `${HEADER}ff03002111`);
    const stream = hex(line.port.write());
    const full = hex(encode(octets('ff03002111')));
    const bare = hex(encode(octets('ff03002111'), 0));
    assert.ok(stream.indexOf(full) < stream.indexOf(bare));
    assert.deepEqual(
      world.seen.map(({ way, protocol, information }) => [way, protocol, information]),
      [
        ['down', 0xc021, '01010004'],
        ['down', 0xc021, '02010004'],
      ],
    );
  });

  it('drops data for sessions that are not, and of sessions that are no more [L2TP-3.1-05]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    for (const ids of ['00112201', '00122200', '00000000', '00110000', '22000011']) {
      world.receive(`0002${ids}${IP}`);
    }
    assert.equal(world.forwarder.counters.noSession, 5);
    world.forwarder.unbind(line.line);
    world.receive(HEADER + IP);
    assert.equal(world.forwarder.counters.noSession, 6);
    assert.deepEqual(line.written(), []);
    assert.equal(world.forwarder.sessions.count, 0);
  });

  it('takes data from the peer’s address and port only [L2TP-8.1-04]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    world.udp.arrive(octets(HEADER + IP), LNS + 1, LNS_PORT);
    world.udp.arrive(octets(HEADER + IP), LNS, LNS_PORT + 1);
    world.receive();
    assert.deepEqual(line.written(), []);
    assert.equal(world.forwarder.counters.wrongSource, 2);
    world.receive(HEADER + IP);
    assert.deepEqual(line.written(), [IP]);
  });

  it('drops duplicates and late ones, also where Ns wraps [L2TP-5.4-04, L2TP-3.1-11]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    const send = (ns: number) =>
      world.receive(`080200112200${hex([ns >> 8, ns & 0xff])}0000ff030021${hex([ns & 0xff])}`);
    for (const ns of [0, 1, 1, 0, 5, 3, 6, 0x7fff, 0x8000, 0xfffe, 0xffff, 0, 0xffff, 1]) {
      send(ns);
      world.now += 100;
      world.forwarder.expireReorder(world.now); // nobody is waited for
    }
    assert.deepEqual(
      line.written().map((frame) => frame.slice(8)),
      ['00', '01', '05', '06', 'ff', '00', 'fe', 'ff', '00', '01'],
    );
    assert.equal(line.counters.downLate, 4);
    assert.equal(line.counters.downFrames, 14);
  });

  it('writes nothing more to a line whose call a held frame has ended', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    world.onSeen = () => world.forwarder.unbind(line.line);
    world.receive('08020011220000010000ff03c02105010004');
    assert.equal(line.line.session.held, 1);
    world.receive(HEADER + IP, HEADER + IP);
    assert.deepEqual(line.written(), ['ff03c02105010004']);
    const { downLost, downUnbound, downFrames } = line.counters;
    assert.deepEqual([downLost, downUnbound, downFrames], [1, 1, 2]);
    assert.equal(world.forwarder.counters.noSession, 1);
    assert.equal(world.forwarder.pool.inUse, 1);
  });

  it('gives control datagrams to control whole, with their source', () => {
    const world = new World();
    const zlb = 'c802000c0007000000030004';
    world.receive(zlb, `${zlb}ff`);
    const first = world.forwarder.punt.take();
    assert.ok(first?.kind === 'datagram');
    assert.equal(hex(first.octets), zlb);
    assert.deepEqual([first.address, first.port, first.local], [LNS, LNS_PORT, LOCAL]);
    const second = world.forwarder.punt.take();
    assert.ok(second?.kind === 'datagram' && second.octets.length === 13);
    assert.equal(world.forwarder.punt.take(), undefined);
    assert.equal(world.forwarder.counters.controlPunted, 2);
  });

  it('counts each kind of bad datagram by name [L2TP-3.1-03, L2TP-3.1-04, L2TP-3.1-08]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    world.receive('', '00', `0001${HEADER}`, 'c801000c0007000000030004', 'c002000800070000');
    world.receive(`4002ffff00112200${IP}`, '020200112200fffe', '4002000000112200');
    const { empty, truncated, badVersion, badFlags, badLength } = world.forwarder.counters;
    assert.deepEqual([empty, truncated, badVersion, badFlags, badLength], [1, 1, 2, 1, 3]);
    assert.equal(line.counters.downFrames, 0);
    assert.equal(world.forwarder.punt.take(), undefined);
  });

  it('counts payloads that are no PPP frame', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    for (const payload of ['', 'c0', '21', 'ff', 'ff13c021', 'ff03', 'ff03c0']) {
      world.receive(HEADER + payload);
    }
    assert.equal(line.counters.downMalformed, 7);
    assert.deepEqual(line.written(), []);
  });

  it('drops the frame that an empty ring could not take, and counts it so', () => {
    const world = new World();
    const line = world.addLine({}, new MemoryLinePort(4096)).open().bind();
    world.receive(`0002001122000021${'55'.repeat(1600)}`);
    assert.equal(line.counters.downTooLong, 1);
    world.receive(`0002001122000021${'55'.repeat(1500)}`);
    assert.equal(line.written().length, 1);
  });

  it('compresses nothing of ours [HDLC-1661.6.5-03, HDLC-1661.6.5-04, HDLC-1661.6.6-01]', () => {
    const world = new World();
    const line = world.addLine();
    const send = (protocol: number) => world.forwarder.sendPpp(line.line, protocol, octets('0101'));
    assert.equal(send(0xc021), false, 'closed');
    line.open();
    assert.equal(send(0xc021), true);
    assert.equal(hex(line.port.write()), hex(encode(octets('ff03c0210101'))));
    line.line.setFraming(OPEN);
    assert.equal(send(0xc223), true);
    assert.equal(hex(line.port.write()), hex(encode(octets('ff03c2230101'), 0)));
    assert.equal(send(0xc021), true);
    assert.equal(hex(line.port.write()), hex(encode(octets('ff03c0210101'))));
    assert.equal(send(0x0021), true);
    assert.equal(hex(line.port.write()), hex(encode(octets('ff0300210101'), 0)));
    line.bind();
    assert.equal(send(0xc021), false, 'the call is the LNS’s now');
    assert.equal(world.forwarder.sendPpp(line.line, 0xc021, new Uint8Array(2033)), false);
    assert.deepEqual([line.counters.downInjected, line.counters.downInjectedRefused], [4, 3]);
    assert.equal(line.port.tx.count(), 0);
    assert.equal(world.forwarder.pool.inUse, 1);
  });

  it('sends control’s datagrams as they are, up to the length of a slot', () => {
    const world = new World();
    assert.equal(world.forwarder.sendDatagram(octets('c802000c'), 3), true);
    assert.equal(world.forwarder.sendDatagram(new Uint8Array(2033), 3), false);
    world.forwarder.flush();
    assert.deepEqual(world.udp.sent, [{ datagram: 'c802000c', peer: 3 }]);
    world.udp.room = 0;
    assert.equal(world.forwarder.sendDatagram(octets('c802000c'), 3), false);
    const { controlSent, controlRefused } = world.forwarder.counters;
    assert.deepEqual([controlSent, controlRefused], [1, 2]);
    assert.equal(world.forwarder.pool.inUse, 0);
  });

  it('keeps going when one line is full: the others get theirs', () => {
    const world = new World();
    const lines = [0, 1].map(() => world.addLine().open().bind());
    const frame = (line: number) => `00020011220${line}ff030021${'33'.repeat(1500)}`;
    for (let n = 0; n < 20; n++) world.receive(frame(0));
    world.receive(frame(1));
    const [first, second] = lines.map(({ counters }) => counters);
    assert.ok(first !== undefined && first.downBacklog > 0);
    assert.equal(first.downForwarded + first.downBacklog, 20);
    assert.equal(second?.downForwarded, 1);
    for (const { port } of lines) assert.ok(framesOf(port.write()).length > 0);
  });

  it('takes whole batches', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    for (let n = 0; n < 33; n++) world.udp.arrive(octets(HEADER + ECHO));
    assert.equal(world.forwarder.datagramsReadable(0), 32);
    assert.equal(world.forwarder.datagramsReadable(0), 1);
    assert.equal(world.forwarder.datagramsReadable(0), 0);
    assert.equal(line.counters.downFrames, 33);
  });

  it('asserts what control promised', () => {
    const world = new World(1);
    const line = world.addLine();
    assert.throws(() => line.bind(), /only an open line/);
    line.open().bind();
    assert.throws(() => line.bind(), /only an open line/);
    assert.throws(() => world.addLine(), /more lines/);
    assert.throws(() => new World().addLine({ mruOctets: 2040 }), /MRU/);
  });
});
