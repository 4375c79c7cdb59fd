import { strict as assert } from 'node:assert';
import { encode, octets } from '../../wire/hdlc/support.ts';
import { PEER, World } from '../world.ts';

const IP = 'ff03002145000014';
const ECHO = 'ff03c021090100080000abcd';
const HEADER = '000233334400'; // flags 0x0002, the peer's tunnel and session
const take = (world: World) => {
  const punted = world.forwarder.punt.take();
  assert.ok(punted?.kind === 'frame');
  const { line, protocol, information } = punted;
  return [line.index, protocol, Buffer.from(information).toString('hex')];
};

describe('forward/path/forwarder: line to LNS (RFC 2661 §5.3)', () => {
  it('sends a frame up without flags, stuffing and FCS [L2TP-5.3-01, HDLC-L-09]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    line.read(IP);
    world.forwarder.flush();
    assert.deepEqual(world.udp.sent, [{ datagram: `${HEADER}${IP}`, peer: PEER }]);
    assert.equal(line.counters.upForwarded, 1);
    assert.equal(line.counters.upForwardedOctets, IP.length / 2);
  });

  it('writes the peer’s ids into the header, a pair of its own for each line [L2TP-5.3-02]', () => {
    const world = new World();
    const lines = [0, 1, 2].map(() => world.addLine().open().bind());
    for (const line of lines.toReversed()) line.read(IP);
    assert.deepEqual(world.sent(), [`000233334402${IP}`, `000233334401${IP}`, `${HEADER}${IP}`]);
  });

  it('restores what the line left out of the PPP header [HDLC-L-09]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    line.line.setFraming({ sendAccm: 0, receiveAccm: 0, receivePfc: true, receiveAcfc: true });
    line.read('2145000014', '002145000014', 'ff032145000014', IP, '80210101');
    const ncp = `${HEADER}ff0380210101`;
    assert.deepEqual(world.sent(), [...Array(4).fill(`${HEADER}ff03002145000014`), ncp]);
  });

  it('passes frames on as the line sent them where that is configured', () => {
    const world = new World();
    const line = world.addLine().open().bind({ restoreHeader: false });
    line.line.setFraming({ sendAccm: 0, receiveAccm: 0, receivePfc: true, receiveAcfc: true });
    line.read('2145', 'ff0321', IP);
    assert.deepEqual(world.sent(), [`${HEADER}2145`, `${HEADER}ff0321`, `${HEADER}${IP}`]);
  });

  it('counts frames by what is wrong with their header, and sends none of them [HDLC-L-03]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    line.read('0f00800045', 'ff13c021', 'ff032145', 'ff0300', '2145', IP);
    const { framesOk, badAddress, badControl, badProtocol } = line.counters;
    assert.deepEqual([framesOk, badAddress, badControl, badProtocol], [6, 2, 1, 2]);
    assert.deepEqual(world.sent(), [`${HEADER}${IP}`]);
  });

  it('never sends a frame whose FCS is wrong [HDLC-L-14]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    const stream = encode(octets(IP));
    line.readOctets(stream.with(-2, (stream.at(-2) ?? 0) ^ 1));
    assert.deepEqual(world.sent(), []);
    assert.equal(line.counters.fcsErrors, 1);
  });

  it('hands every good frame of an unbound line to control, padding and all [HDLC-3.1-12]', () => {
    const world = new World();
    const [first, second] = [world.addLine().open(), world.addLine().open()];
    second.read('ff03c02101010004fefefe');
    first.read(IP);
    assert.deepEqual(take(world), [1, 0xc021, '01010004fefefe']);
    assert.deepEqual(take(world), [0, 0x0021, '45000014']);
    assert.equal(world.forwarder.punt.take(), undefined);
    assert.deepEqual(world.sent(), []);
    assert.deepEqual([first.counters.upPunted, second.counters.upPunted], [1, 1]);
  });

  it('counts and drops the frames of a closed line', () => {
    const world = new World();
    const line = world.addLine();
    line.read(ECHO);
    line.open().bind();
    world.forwarder.unbind(line.line);
    line.read(ECHO, IP);
    assert.equal(line.counters.upNotBound, 3);
    assert.deepEqual(world.sent(), []);
    assert.equal(world.forwarder.punt.take(), undefined);
    assert.deepEqual(world.seen, []);
  });

  it('shows control protocols to the watch once they are under way, and data not', () => {
    const world = new World();
    const line = world.addLine().open();
    line.read(ECHO);
    take(world);
    assert.deepEqual(world.seen, [], 'not before the line is bound');
    line.bind().read(ECHO, IP, 'ff0380210101');
    const up = { way: 'up', line: 0 } as const;
    assert.deepEqual(world.seen, [
      { ...up, protocol: 0xc021, information: '090100080000abcd' },
      { ...up, protocol: 0x8021, information: '0101' },
    ]);
  });

  it('decodes the very next octet by the maps that the watch has set [HDLC-L-12]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    const bare = 'ff0300211113';
    world.onSeen = ({ protocol }) => {
      const receiveAccm = protocol === 0xc021 ? 0 : 0x000a0000;
      line.line.setFraming({ sendAccm: 0, receiveAccm, receivePfc: false, receiveAcfc: false });
    };
    const ncp = 'ff0380210101';
    const bareFrames = [bare, ncp, bare].flatMap((frame) => [...encode(octets(frame), 0)]);
    line.readOctets(Uint8Array.from([...encode(octets(ECHO)), ...bareFrames]));
    assert.deepEqual(world.sent(), [HEADER + ECHO, HEADER + bare, HEADER + ncp]);
    assert.equal(line.counters.fcsErrors, 1, 'bare 11 and 13 are removed again');
  });

  it('decodes nothing behind a punted frame before control could take it', () => {
    const world = new World();
    const line = world.addLine().open();
    const taken: unknown[] = [];
    world.onPunted = () => {
      taken.push(take(world));
      line.line.setFraming({ sendAccm: 0, receiveAccm: 0, receivePfc: true, receiveAcfc: true });
    };
    // The Ack that opens LCP, and PAP right behind it: bare control characters, no FF 03.
    const pap = 'c02301010006';
    const ack = 'ff03c02102010004';
    line.readOctets(Uint8Array.from([...encode(octets(ack)), ...encode(octets(pap), 0)]));
    assert.deepEqual(taken, [
      [0, 0xc021, '02010004'],
      [0, 0xc023, '01010006'],
    ]);
  });

  it('sends more frames than there are slots in one turn', () => {
    const world = new World();
    world.udp.room = Infinity;
    const line = world.addLine().open().bind();
    const frames = Array.from(
      { length: 100 },
      (_, n) => `ff030021${n.toString(16).padStart(4, '0')}`,
    );
    line.read(...frames);
    assert.deepEqual(
      world.sent(),
      frames.map((frame) => HEADER + frame),
    );
    assert.equal(world.forwarder.pool.inUse, 1, 'the decoder’s own');
  });

  it('counts a frame that the datagram port does not take, and what the kernel refuses', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    world.udp.room = 0;
    line.read(IP);
    assert.equal(line.counters.upRefused, 1);
    assert.deepEqual(world.seen, []);
    world.udp.room = 2;
    world.udp.refuse = 1;
    line.read(IP, IP, IP);
    assert.deepEqual(world.sent().length, 1);
    assert.equal(line.counters.upForwarded, 3);
    assert.equal(world.forwarder.counters.unsent, 2, 'one of each flush');
    assert.equal(world.forwarder.pool.inUse, 1);
  });

  it('sends what control held, in front of what was punted before the line was bound', () => {
    const world = new World();
    const line = world.addLine().open();
    line.read('ff03802101010004', IP);
    line.bind();
    assert.ok(world.forwarder.sendUp(line.line, 0x8021, octets('01000004')));
    assert.equal(world.forwarder.punt.take(), undefined);
    line.read('ff030021ff');
    assert.deepEqual(world.sent(), [
      `${HEADER}ff03802101000004`,
      `${HEADER}ff03802101010004`,
      `${HEADER}${IP}`,
      `${HEADER}ff030021ff`,
    ]);
    assert.deepEqual(
      world.seen.map(({ information }) => information),
      ['01000004', '01010004'],
    );
    assert.equal(line.counters.upInjected, 3);
  });

  it('refuses to send up what has no session, no room, or does not fit', () => {
    const world = new World();
    const line = world.addLine().open();
    assert.equal(world.forwarder.sendUp(line.line, 0x21, octets('45')), false);
    line.bind();
    assert.equal(world.forwarder.sendUp(line.line, 0x21, new Uint8Array(2033)), false);
    world.udp.room = 0;
    assert.equal(world.forwarder.sendUp(line.line, 0x21, octets('45')), false);
    assert.equal(line.counters.upInjectedRefused, 3);
    assert.equal(world.forwarder.pool.inUse, 1);
  });

  it('puts Ns into data only where it is required [L2TP-5.4-01, L2TP-5.4-06]', () => {
    const world = new World();
    const plain = world.addLine().open().bind();
    const required = world.addLine().open().bind({ sequencing: true });
    plain.read(IP);
    required.read(IP, IP);
    assert.deepEqual(world.sent(), [
      `${HEADER}${IP}`,
      `08023333440100000000${IP}`,
      `08023333440100010000${IP}`,
    ]);
    world.receive(`000200112201${IP}`); // S is clear, yet required is required
    required.read(IP);
    assert.deepEqual(world.sent(), [`08023333440100020000${IP}`]);
  });

  it('sequences as the LNS does; the count resumes [L2TP-5.4-02, L2TP-5.4-03]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    const frames: string[] = [];
    for (let round = 0; round < 3; round++) {
      world.receive(`080200112200000${round}ffff${IP}`);
      line.read(IP);
      world.receive(`000200112200${IP}`);
      line.read(IP);
      frames.push(`080233334400000${round}0000${IP}`, `${HEADER}${IP}`);
    }
    assert.deepEqual(world.sent(), frames);
  });

  it('asks for FF 03 again once the line is opened anew, with default maps [HDLC-7.1-02]', () => {
    const world = new World();
    const line = world.addLine().open();
    line.line.setFraming({ sendAccm: 0, receiveAccm: 0, receivePfc: true, receiveAcfc: true });
    line.open().read('2145');
    assert.equal(line.counters.badAddress, 1);
    line.readOctets(Uint8Array.from(encode(octets(IP))).with(0, 0x11)); // no flag: noise
    line.readOctets(
      octets(
        `7e11${Buffer.from(encode(octets(IP)))
          .toString('hex')
          .slice(2)}`,
      ),
    );
    assert.deepEqual(take(world), [0, 0x0021, '45000014']);
  });

  it('lets nothing of one call reach the next', () => {
    const world = new World();
    const line = world.addLine().open();
    const whole = encode(octets(IP));
    line.read(ECHO); // punted, and not taken before the call is over
    line.readOctets(whole.subarray(0, 9));
    assert.ok(world.forwarder.sendPpp(line.line, 0xc021, octets('05010004')));
    line.open();
    assert.equal(line.port.tx.count(), 0);
    line.readOctets(whole.subarray(9));
    assert.equal(line.counters.framesOk, 1, 'the rest of a frame is no frame');
    assert.equal(world.forwarder.punt.take(), undefined);
    assert.equal(line.counters.upStale, 1);
    line.port.rx.push(whole);
    world.forwarder.closeLine(line.line);
    assert.equal(line.port.rx.count(), 0);
  });

  it('drops the frame that a line fault spoils [HDLC-4.3-03]', () => {
    const world = new World();
    const line = world.addLine().open().bind();
    const whole = encode(octets(IP));
    line.readOctets(whole.subarray(0, 9));
    line.line.lineFault('uartFraming');
    line.readOctets(whole.subarray(9));
    line.read(IP);
    assert.deepEqual(world.sent(), [`${HEADER}${IP}`]);
    assert.equal(line.counters.uartFraming, 1);
  });
});
