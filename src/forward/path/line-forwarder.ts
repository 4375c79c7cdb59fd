/** One line as the forwarding plane knows it. The Forwarder runs it; control sets its framing. */
import { assert } from '../../base/assert.ts';
import type { LinePort } from '../../base/port.ts';
import type { LineFault } from '../../wire/hdlc/counters.ts';
import { HdlcDecoder } from '../../wire/hdlc/decoder.ts';
import { DEFAULT_ACCM, fillSendMap } from '../../wire/hdlc/octet-class.ts';
import { PPP_HEADER_OCTETS } from '../../wire/hdlc/ppp-header.ts';
import { SLOT_FRAME_OCTETS, SLOT_HEADROOM_OCTETS } from '../pool/frame-pool.ts';
import { LineCounters } from './counters.ts';
import { Session, type SessionOwner } from './session.ts';
import { TxQueue } from './tx-queue.ts';

const MRU_DEFAULT_OCTETS = 1500; // always to be taken, RFC 1661 §6.1
const FCS_ROOM_OCTETS = 4; // for the longest FCS there is

export interface LineOptions {
  readonly speedBps: number;
  readonly mruOctets: number;
  /** Octets that this line's modem cannot carry bare, besides the peer's ACCM. */
  readonly extraEscapes?: readonly number[];
}

/** The Framing of control/ppp: which octets go bare, and which header octets may be left out. */
export interface LineFraming {
  readonly sendAccm: number;
  readonly receiveAccm: number;
  readonly receivePfc: boolean;
  readonly receiveAcfc: boolean;
}

/** closed: frames are counted and dropped. punt: control gets them. forward: the session does. */
export type LineMode = 'closed' | 'punt' | 'forward';

export class LineForwarder implements SessionOwner {
  readonly index: number;
  readonly port: LinePort;
  readonly counters = new LineCounters();
  readonly decoder: HdlcDecoder;
  readonly tx: TxQueue;
  readonly session: Session;
  /** Set by the Forwarder alone. */
  mode: LineMode = 'closed';
  /** One more with each opening, so that what was punted before it can be told. 16 bits. */
  opening = 0;
  /** Frames of this line in the punt ring. */
  punted = 0;
  receivePfc = false;
  receiveAcfc = false;
  /** What to escape now, and what to escape in LCP whatever was agreed. */
  readonly sendMap = new Uint8Array(256);
  readonly defaultSendMap = new Uint8Array(256);
  /** The slot that the decoder fills. */
  slot: number;

  readonly #extraEscapes: readonly number[];
  readonly #frameOctets: number;

  constructor(
    index: number,
    port: LinePort,
    options: LineOptions,
    memory: Uint8Array,
    slot: number,
  ) {
    const mruOctets = Math.max(options.mruOctets, MRU_DEFAULT_OCTETS);
    this.#frameOctets = PPP_HEADER_OCTETS + mruOctets + FCS_ROOM_OCTETS;
    assert(this.#frameOctets <= SLOT_FRAME_OCTETS, 'the MRU does not fit into a frame slot');
    this.index = index;
    this.port = port;
    this.session = new Session(index, this, true);
    this.#extraEscapes = options.extraEscapes ?? [];
    this.decoder = new HdlcDecoder(memory, this.counters);
    this.tx = new TxQueue(port, options.speedBps, mruOctets);
    this.slot = slot;
    this.setSlot(slot);
    fillSendMap(this.defaultSendMap, DEFAULT_ACCM, this.#extraEscapes);
    this.reset();
  }

  /** Takes effect with the next frame sent and the next octet decoded. */
  setFraming(framing: LineFraming): void {
    fillSendMap(this.sendMap, framing.sendAccm, this.#extraEscapes);
    this.decoder.setReceiveAccm(framing.receiveAccm);
    this.receivePfc = framing.receivePfc;
    this.receiveAcfc = framing.receiveAcfc;
  }

  /** The device saw a broken octet: the frame under way is dropped and counted, RFC 1662 §4.3. */
  lineFault(fault: LineFault): void {
    this.decoder.spoil(fault);
  }

  /** The decoder's next frame goes into this slot. */
  setSlot(slot: number): void {
    this.slot = slot;
    this.decoder.setSlot(slot + SLOT_HEADROOM_OCTETS, this.#frameOctets);
  }

  /** Back to the defaults of RFC 1662 §7.1, and nothing is left in either ring. */
  reset(): void {
    this.decoder.reset();
    this.port.rx.clear();
    this.tx.reset();
    this.sendMap.set(this.defaultSendMap);
    this.receivePfc = false;
    this.receiveAcfc = false;
  }

  countFrame(): void {
    this.counters.downFrames++;
  }

  countLate(): void {
    this.counters.downLate++;
  }

  countLost(messages: number): void {
    this.counters.downLost += messages;
  }

  countUnbound(): void {
    this.counters.downUnbound++;
  }
}
