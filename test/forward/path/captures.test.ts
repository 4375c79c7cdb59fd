import { strict as assert } from 'node:assert';
import { LinkType, readCapture } from '../../support/pcap.ts';
import { encode } from '../../wire/hdlc/support.ts';
import { World } from '../world.ts';

describe('forward: Cisco HDLC is not PPP (public captures)', () => {
  for (const [file, frames] of [
    ['hdlc-packetlife-cisco-HDLC.cap', 38],
    ['hdlc-tcpdump-chdlc-slarp.pcap', 1],
  ] as const) {
    it(`refuses every frame of ${file} by its Address [HDLC-3.1-05]`, () => {
      const capture = readCapture(file);
      assert.equal(capture.linkType, LinkType.CiscoHdlc);
      const world = new World();
      const line = world.addLine().open();
      for (const { octets } of capture.frames) line.readOctets(encode(octets));
      assert.equal(line.counters.framesOk, frames);
      assert.equal(line.counters.badAddress, frames);
      assert.equal(world.forwarder.punt.take(), undefined);
    });
  }
});
