import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { Framing, WatchOut } from '../../../src/control/ppp/link-port.ts';
import { ForwardWatch } from '../../../src/control/ppp/watch.ts';
import { CALLER_REQUEST, lcp, octets } from './world.ts';

const LCP = 0xc021;
const IPCP = 0x8021;
const CCP = 0x80fd;
const ALL = 0xffffffff;
const INITIAL: Framing = { sendAccm: 0, receiveAccm: 0, receivePfc: true, receiveAcfc: true };
/** Between a Configure-Request and the second Ack, on a line without software flow control. */
const FALLBACK: Framing = { sendAccm: ALL, receiveAccm: 0, receivePfc: true, receiveAcfc: true };
/** xl2tpd's pppd in kernel mode: FACTS.md, no PFC, no ACFC. */
const LNS_REQUEST = '020600000000 0305c22305 0506aabbccdd';

class Onlooker {
  readonly watch: ForwardWatch;
  out: WatchOut[] = [];

  constructor(initial = INITIAL, flowControlAccm = 0) {
    this.watch = new ForwardWatch(initial, flowControlAccm);
  }

  see(from: 'caller' | 'lns', hex: string, protocol = LCP): WatchOut[] {
    this.out = [];
    this.watch.watch(from, protocol, octets(hex), this.out);
    return this.out;
  }

  accm(send: number, receive: number): WatchOut[] {
    this.out = [];
    this.watch.setAccm(send, receive, this.out);
    return this.out;
  }

  /** LCP anew, begun by the LNS as xl2tpd does. @returns what the second Ack brought */
  renegotiate(callerOptions = CALLER_REQUEST, lnsOptions = LNS_REQUEST): WatchOut[] {
    this.see('lns', lcp(1, 1, lnsOptions));
    this.see('caller', lcp(1, 2, callerOptions));
    this.see('caller', lcp(2, 1, lnsOptions));
    return this.see('lns', lcp(2, 2, callerOptions));
  }
}
const framing = (map: Partial<Framing>): WatchOut[] => [
  { kind: 'framing', framing: { ...FALLBACK, ...map } },
];

describe('control/ppp/watch: the maps (HDLC-L-12, HDLC-L-13)', () => {
  it('keeps what the LAC negotiated while no Configure-Request passes [HDLC-L-12]', () => {
    const onlooker = new Onlooker();
    for (const code of [2, 3, 4, 7, 8, 9, 10, 11, 12, 13, 99]) {
      assert.deepEqual(onlooker.see('caller', lcp(code, 1, '6ee4e865')), []);
      assert.deepEqual(onlooker.see('lns', lcp(code, 1, '0104ff')), []);
    }
  });

  for (const from of ['caller', 'lns'] as const) {
    it(`falls back at a Configure-Request of the ${from}, once [HDLC-L-12, HDLC-L-13]`, () => {
      const onlooker = new Onlooker();
      assert.deepEqual(onlooker.see(from, lcp(1, 1, CALLER_REQUEST)), framing({}));
      assert.deepEqual(onlooker.see(from, lcp(1, 1, CALLER_REQUEST)), []);
    });
  }

  it('deletes on receipt only what flow control can insert meanwhile [HDLC-L-12]', () => {
    const onlooker = new Onlooker(INITIAL, 0x000a0000);
    assert.deepEqual(
      onlooker.see('lns', lcp(1, 1, LNS_REQUEST)),
      framing({ receiveAccm: 0x000a0000 }),
    );
  });

  it('takes the maps of both requests when both are acknowledged [HDLC-L-12, HDLC-7.1-07]', () => {
    const onlooker = new Onlooker();
    onlooker.see('lns', lcp(1, 1, '0206000a0000 0702'));
    onlooker.see('caller', lcp(1, 2, '020600000001 0802'));
    assert.deepEqual(onlooker.see('caller', lcp(2, 1, '0206000a0000 0702')), []);
    assert.deepEqual(
      onlooker.see('lns', lcp(2, 2, '020600000001 0802')),
      framing({ sendAccm: 1, receiveAccm: 0x000a0000, receivePfc: true, receiveAcfc: false }),
    );
  });

  it('takes FFFFFFFF for a map that nobody spoke of [HDLC-7.1-02]', () => {
    assert.deepEqual(
      new Onlooker().renegotiate('05066ee4e865', '0506aabbccdd 0802'),
      framing({ receiveAccm: ALL, receivePfc: false }),
    );
  });

  it('always escapes and deletes what flow control needs [L2TP-4.4.6-01]', () => {
    const onlooker = new Onlooker(INITIAL, 0x000a0000);
    assert.deepEqual(
      onlooker.renegotiate(),
      framing({
        sendAccm: 0x000a0000,
        receiveAccm: 0x000a0000,
        receivePfc: false,
        receiveAcfc: false,
      }),
    );
  });

  for (const [what, ack] of [
    ['of another Identifier', lcp(2, 3, CALLER_REQUEST)],
    ['of other options', lcp(2, 2, '05066ee4e865')],
    ['cut short', lcp(2, 2, CALLER_REQUEST).slice(0, -2)],
  ] as const) {
    it(`takes no Ack ${what} [HDLC-L-12]`, () => {
      const onlooker = new Onlooker();
      onlooker.see('lns', lcp(1, 1, LNS_REQUEST));
      onlooker.see('caller', lcp(1, 2, CALLER_REQUEST));
      onlooker.see('caller', lcp(2, 1, LNS_REQUEST));
      assert.deepEqual(onlooker.see('lns', ack), []);
      assert.equal(onlooker.see('lns', lcp(2, 2, CALLER_REQUEST)).length, 1);
    });
  }

  it('takes no Ack from the one who asked', () => {
    const onlooker = new Onlooker();
    onlooker.see('lns', lcp(1, 1, LNS_REQUEST));
    onlooker.see('caller', lcp(1, 2, CALLER_REQUEST));
    onlooker.see('lns', lcp(2, 1, LNS_REQUEST));
    assert.deepEqual(onlooker.see('caller', lcp(2, 2, CALLER_REQUEST)), []);
  });

  it('counts the last request of each: an Ack of an earlier one is void', () => {
    const onlooker = new Onlooker();
    onlooker.see('lns', lcp(1, 1, LNS_REQUEST));
    onlooker.see('caller', lcp(2, 1, LNS_REQUEST));
    onlooker.see('lns', lcp(1, 2, '0802'));
    onlooker.see('caller', lcp(1, 2, CALLER_REQUEST));
    assert.deepEqual(onlooker.see('lns', lcp(2, 2, CALLER_REQUEST)), []);
    const [seen] = onlooker.see('caller', lcp(2, 2, '0802'));
    assert.deepEqual(seen, framing({ sendAccm: 0, receiveAccm: ALL, receivePfc: false })[0]);
  });

  it('wants both Acks anew after a later Configure-Request [HDLC-L-13]', () => {
    const onlooker = new Onlooker();
    onlooker.renegotiate();
    assert.deepEqual(onlooker.see('caller', lcp(1, 3, CALLER_REQUEST)), framing({}));
    assert.deepEqual(onlooker.see('lns', lcp(2, 3, CALLER_REQUEST)), []);
    onlooker.see('lns', lcp(1, 4, LNS_REQUEST));
    assert.equal(onlooker.see('caller', lcp(2, 4, LNS_REQUEST)).length, 1);
  });

  it('sees through octets that are used again by their owner', () => {
    const onlooker = new Onlooker();
    const slot = new Uint8Array(64);
    const pass = (from: 'caller' | 'lns', hex: string): WatchOut[] => {
      const out: WatchOut[] = [];
      slot.fill(0xee);
      slot.set(octets(hex));
      onlooker.watch.watch(from, LCP, slot.subarray(0, hex.length / 2), out);
      return out;
    };
    pass('lns', lcp(1, 1, LNS_REQUEST));
    pass('caller', lcp(1, 2, CALLER_REQUEST));
    pass('caller', lcp(2, 1, LNS_REQUEST));
    assert.equal(pass('lns', lcp(2, 2, CALLER_REQUEST)).length, 1);
  });

  it('ignores requests that their receiver must drop, and all that is data', () => {
    const onlooker = new Onlooker();
    assert.deepEqual(onlooker.see('caller', lcp(1, 1, '0501')), []);
    assert.deepEqual(onlooker.see('caller', '0101'), []);
    assert.deepEqual(onlooker.see('caller', lcp(1, 1, CALLER_REQUEST), 0x0021), []);
    assert.deepEqual(onlooker.see('caller', lcp(1, 1, CALLER_REQUEST), 0xc223), []);
  });

  it('switches at a Set-Link-Info, and not back at later Acks [L2TP-6.14-01, HDLC-L-12]', () => {
    const onlooker = new Onlooker(INITIAL, 0x00020000);
    assert.deepEqual(
      onlooker.accm(0x1, 0x2),
      framing({ sendAccm: 0x00020001, receiveAccm: 0x00020002 }),
    );
    assert.deepEqual(onlooker.accm(0x1, 0x2), []);
    onlooker.see('lns', lcp(1, 1, LNS_REQUEST));
    onlooker.see('caller', lcp(1, 2, CALLER_REQUEST));
    assert.equal(onlooker.accm(0x4, 0x8).length, 1);
    onlooker.see('caller', lcp(2, 1, LNS_REQUEST));
    assert.deepEqual(
      onlooker.see('lns', lcp(2, 2, CALLER_REQUEST)),
      framing({
        sendAccm: 0x00020004,
        receiveAccm: 0x00020008,
        receivePfc: false,
        receiveAcfc: false,
      }),
    );
  });

  it('forgets a Set-Link-Info at the next Configure-Request [HDLC-L-12]', () => {
    const onlooker = new Onlooker();
    onlooker.accm(ALL, ALL);
    assert.deepEqual(
      onlooker.renegotiate(),
      framing({ sendAccm: 0, receivePfc: false, receiveAcfc: false }),
    );
  });
});

describe('control/ppp/watch: ends (RFC 1661 §5.5)', () => {
  for (const [by, other] of [
    ['caller', 'lns'],
    ['lns', 'caller'],
  ] as const) {
    it(`tells of the Terminate-Request of the ${by} and of its Ack, once each`, () => {
      const onlooker = new Onlooker();
      assert.deepEqual(onlooker.see(by, lcp(5, 9)), [{ kind: 'terminate', by, acked: false }]);
      assert.deepEqual(onlooker.see(by, lcp(5, 10)), []);
      assert.deepEqual(onlooker.see(by, lcp(6, 9)), [], 'it is no answer to itself');
      assert.deepEqual(onlooker.see(other, lcp(6, 10)), [{ kind: 'terminate', by, acked: true }]);
      assert.deepEqual(onlooker.see(other, lcp(6, 10)), []);
      assert.deepEqual(onlooker.see(by, lcp(5, 11)), []);
    });
  }

  it('takes no Terminate-Ack that nobody asked for', () => {
    assert.deepEqual(new Onlooker().see('lns', lcp(6, 1)), []);
  });

  it('takes it back when the same side negotiates again', () => {
    for (const code of [1, 2, 3, 4]) {
      const onlooker = new Onlooker();
      onlooker.see('caller', lcp(5, 9));
      const seen = onlooker.see('caller', lcp(code, 1, '0702'));
      assert.deepEqual(seen[0], { kind: 'restarted' });
      assert.deepEqual(onlooker.see('lns', lcp(6, 9)), []);
      assert.equal(onlooker.see('caller', lcp(5, 10)).length, 1, 'and may end once more');
    }
  });

  it('does not at the other side’s request, which may have crossed', () => {
    const onlooker = new Onlooker();
    onlooker.see('caller', lcp(5, 9));
    assert.deepEqual(onlooker.see('lns', lcp(1, 1, LNS_REQUEST)), framing({}));
    assert.equal(onlooker.see('lns', lcp(6, 9)).length, 1);
  });

  it('does when both have ended and both begin again', () => {
    const onlooker = new Onlooker();
    onlooker.see('caller', lcp(5, 9));
    onlooker.see('lns', lcp(5, 9));
    assert.deepEqual(onlooker.see('caller', lcp(1, 1)), framing({}));
    assert.deepEqual(onlooker.see('lns', lcp(1, 1)), [{ kind: 'restarted' }]);
  });
});

describe('control/ppp/watch: NCPs (RFC 1661 §3.6)', () => {
  const open = (onlooker: Onlooker, protocol = IPCP): WatchOut[] => {
    assert.deepEqual(onlooker.see('lns', lcp(1, 1, '03060a330652'), protocol), []);
    onlooker.see('caller', lcp(1, 187, '03060a0a3502'), protocol);
    onlooker.see('caller', lcp(2, 1, '03060a330652'), protocol);
    return onlooker.see('lns', lcp(2, 187, '03060a0a3502'), protocol);
  };
  const told = (protocol: number, isOpen: boolean): WatchOut[] => [
    { kind: 'ncp', protocol, open: isOpen },
  ];

  it('tells when one opens by both Acks', () => {
    assert.deepEqual(open(new Onlooker()), told(IPCP, true));
    assert.deepEqual(open(new Onlooker(), 0x8057), told(0x8057, true));
    for (const other of [0x0021, 0xc023, 0xc223]) assert.deepEqual(open(new Onlooker(), other), []);
  });

  it('keeps several apart, and the framing out of it', () => {
    const onlooker = new Onlooker();
    onlooker.see('lns', lcp(1, 1, ''), CCP);
    assert.deepEqual(open(onlooker), told(IPCP, true));
    assert.deepEqual(onlooker.see('caller', lcp(2, 1, ''), CCP), []);
  });

  it('tells when one closes, and does not end the link for it [LCP-3.7-05]', () => {
    for (const [from, code] of [
      ['caller', 5],
      ['lns', 5],
      ['lns', 6],
      ['caller', 1],
    ] as const) {
      const onlooker = new Onlooker();
      open(onlooker);
      assert.deepEqual(onlooker.see(from, lcp(code, 9), IPCP), told(IPCP, false));
      assert.deepEqual(open(onlooker), told(IPCP, true), 'and it may open again');
    }
  });

  it('closes all when LCP begins anew, and one that is protocol-rejected', () => {
    const onlooker = new Onlooker();
    open(onlooker);
    open(onlooker, 0x8057);
    const rejected = onlooker.see('lns', lcp(8, 1, '8057 01010004'));
    assert.deepEqual(rejected, told(0x8057, false));
    assert.deepEqual(onlooker.see('lns', lcp(8, 2, '80')), []);
    assert.deepEqual(onlooker.see('lns', lcp(9, 2, '80210000')), []);
    assert.deepEqual(onlooker.see('lns', lcp(1, 1, LNS_REQUEST)), [
      ...told(IPCP, false),
      ...framing({}),
    ]);
  });

  it('shows sixteen of them', () => {
    const onlooker = new Onlooker();
    for (let count = 0; count < 16; count++) {
      assert.equal(open(onlooker, 0x8021 + 2 * count).length, 1);
    }
    assert.deepEqual(open(onlooker, 0x80c1), []);
    onlooker.see('caller', lcp(5, 1), IPCP);
    assert.equal(open(onlooker, 0x80c1).length, 1);
  });
});

describe('control/ppp/watch: anything at all', () => {
  it('never throws, says little, and knows two ends and few kinds of framing', () => {
    const frame = fc.tuple(
      fc.constantFrom<'caller' | 'lns'>('caller', 'lns'),
      fc.constantFrom(LCP, IPCP, CCP, 0x0021),
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc
          .tuple(
            fc.integer({ min: 1, max: 8 }),
            fc.integer({ min: 0, max: 2 }),
            fc.constantFrom('', CALLER_REQUEST, '0702'),
          )
          .map(([code, id, options]) => octets(lcp(code, id, options))),
      ),
    );
    const property = fc.property(fc.array(frame, { maxLength: 60 }), (frames) => {
      const onlooker = new Onlooker();
      for (const [from, protocol, information] of frames) {
        const out: WatchOut[] = [];
        onlooker.watch.watch(from, protocol, information, out);
        assert.ok(out.length <= 6);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});
