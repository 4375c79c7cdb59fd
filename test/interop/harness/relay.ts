/**
 * A lossy UDP relay, a program of its own: it stands at an address where the LAC expects an LNS and
 * hands the datagrams on, the LAC's as badly as asked, the LNS's untouched (netem sees to those).
 * usage: relay.ts RELAY-ADDRESS LNS-ADDRESS SEED LOSS DUPLICATE MIN-MS MAX-MS
 */
import { createSocket } from 'node:dgram';
import { Impairment } from './impairment.ts';

const L2TP_PORT = 1701;

const [relay = '', lns = '', seed, loss, duplicate, minMs, maxMs] = process.argv.slice(2);
const impairment = new Impairment(Number(seed), {
  loss: Number(loss),
  duplicate: Number(duplicate),
  minMs: Number(minMs),
  maxMs: Number(maxMs),
});

let lac = '';
const socket = createSocket('udp4');
socket.on('message', (datagram, from) => {
  if (from.address === lns) {
    if (lac !== '') socket.send(datagram, L2TP_PORT, lac);
    return;
  }
  lac = from.address;
  for (const ms of impairment.next()) {
    setTimeout(() => socket.send(datagram, L2TP_PORT, lns), ms);
  }
});
socket.bind(L2TP_PORT, relay, () => process.stdout.write('READY\n'));
