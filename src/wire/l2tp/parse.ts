/**
 * A control message out of its octets, judged by RFC 2661 §4.1, §4.2 and §7.1: taken, ignored, or
 * refused with what the CDN or StopCCN has to say. Runs once per control message, never throws.
 */
import { Fault } from '../../base/fault.ts';
import { u16 } from '../../base/octets.ts';
import type { Avp } from './avp.ts';
import { AVP_HEADER_OCTETS, AvpType, parseAvpBits } from './avp.ts';
import type { AvpRow } from './catalogue.ts';
import { AVP_ROWS, findAvpRow, isMessageType, mayHold, requiredAvps } from './catalogue.ts';
import type { L2tpHeader } from './header.ts';
import { unhideAvpValue } from './hiding.ts';
import type { L2tpMessage } from './message.ts';
import { MessageType } from './message.ts';
import { messageName } from './names.ts';
import type { Draft } from './value.ts';

/** No peer of ours sends a third of it. */
export const MAX_AVPS_PER_MESSAGE = 128;

/** General error codes of §4.4.2 that a parser can find a reason for. */
const WRONG_LENGTH = 2;
const WRONG_VALUE = 3;
const NO_RESOURCES = 4;
const UNKNOWN_MANDATORY = 8;

/** What to clear, §7.1: the session for call messages, the tunnel for the others. */
export type RefusalScope = 'tunnel' | 'session';

interface Refusal {
  readonly scope: RefusalScope;
  /** General error code; the result code is 2, CDN or StopCCN. */
  readonly error: number;
  /** For the optional message of the Result Code AVP, and the log. */
  readonly text: string;
  readonly fault: Fault;
}

interface Parsed {
  /** As far as they could be told apart, for the trace. */
  readonly avps: readonly Avp[];
  /** What was ignored, for the trace: one clause each. */
  readonly notes: readonly string[];
  /** Required AVPs that are not there; empty but for a refusal. */
  readonly missing: readonly AvpType[];
}

export type ParsedMessage = Parsed &
  (
    | { readonly verdict: 'message'; readonly message: L2tpMessage }
    /** An unknown message type with M clear: acknowledge, and that is all. */
    | { readonly verdict: 'ignore'; readonly type: number }
    | (Refusal & {
        readonly verdict: 'refuse';
        /** Absent when the first AVP did not tell. */
        readonly type?: number;
        readonly assignedTunnelId?: number;
        readonly assignedSessionId?: number;
      })
  );

/** @param header of the datagram; not of a ZLB, which holds no message */
export function parseControlMessage(
  datagram: Uint8Array,
  header: L2tpHeader,
  secret: Uint8Array | undefined,
): ParsedMessage {
  const parser = new MessageParser(secret);
  return parser.parse(datagram.subarray(header.payloadStart, header.payloadEnd));
}

class MessageParser {
  private readonly secret: Uint8Array | undefined;
  private readonly avps: Avp[] = [];
  private readonly notes: string[] = [];
  private readonly taken = new Set<AvpType>();
  /** `type` is true only once `message` is known. */
  private readonly draft: Draft = { type: MessageType.HELLO };
  private typeNumber: number | undefined;
  private message: MessageType | undefined;
  private ignoredType: number | undefined;
  private refusal: Refusal | undefined;
  private randomVector: Uint8Array | undefined;

  constructor(secret: Uint8Array | undefined) {
    this.secret = secret;
  }

  parse(body: Uint8Array): ParsedMessage {
    for (let at = 0; at < body.length; ) {
      const length = this.parseAvp(body, at);
      if (length === 0) break;
      at += length;
    }
    const { avps, notes, message, draft } = this;
    if (this.ignoredType !== undefined) {
      return { verdict: 'ignore', type: this.ignoredType, avps, notes, missing: [] };
    }
    if (avps.length === 0) this.refuse(Fault.NotMessageType, WRONG_LENGTH, 'no Message Type AVP');
    const missing = message === undefined ? [] : this.missingAvps(message);
    const refusal = this.refusal;
    if (refusal === undefined) return { verdict: 'message', message: draft, avps, notes, missing };
    const { assignedTunnelId, assignedSessionId } = draft;
    return {
      verdict: 'refuse',
      ...refusal,
      ...(this.typeNumber === undefined ? {} : { type: this.typeNumber }),
      ...(assignedTunnelId === undefined ? {} : { assignedTunnelId }),
      ...(assignedSessionId === undefined ? {} : { assignedSessionId }),
      avps,
      notes,
      missing,
    };
  }

  /** @returns its length, or 0 when nothing behind it can be read */
  private parseAvp(body: Uint8Array, at: number): number {
    const left = body.length - at;
    const bits = parseAvpBits(left < AVP_HEADER_OCTETS ? 0 : u16(body, at));
    if (bits.length < AVP_HEADER_OCTETS || bits.length > left) {
      this.refuse(Fault.BadAvpLength, WRONG_LENGTH, `an AVP of bad length ${this.inMessage()}`);
      return 0;
    }
    if (this.avps.length === MAX_AVPS_PER_MESSAGE) {
      this.refuse(Fault.TooManyAvps, NO_RESOURCES, `too many AVPs ${this.inMessage()}`);
      return 0;
    }
    const { mandatory, hidden, length } = bits;
    const vendorId = u16(body, at + 2);
    const type = u16(body, at + 4);
    const raw = body.slice(at + AVP_HEADER_OCTETS, at + length);
    const clear = hidden ? this.unhide(type, raw) : raw;
    const value = clear ?? new Uint8Array(0);
    const avp: Avp = { vendorId, type, mandatory, hidden, length, value };
    const row = bits.reserved ? undefined : findAvpRow(vendorId, type);
    this.avps.push(avp);
    if (this.avps.length === 1) this.takeMessageType(avp, row);
    else this.take(avp, row, clear);
    return length;
  }

  private unhide(type: number, cipher: Uint8Array): Uint8Array | undefined {
    // §4.3 names no vendor in the hash: the attribute number alone goes in, whoever's it is.
    const { secret, randomVector } = this;
    if (secret === undefined || randomVector === undefined) return undefined;
    return unhideAvpValue(type, cipher, secret, randomVector);
  }

  /** §4.4.1: it comes first, and nothing can be said of a message without it. */
  private takeMessageType(avp: Avp, row: AvpRow | undefined): void {
    if (row?.type !== AvpType.MessageType || avp.hidden) {
      this.refuse(Fault.NotMessageType, WRONG_LENGTH, 'the first AVP is not the Message Type');
      return;
    }
    if (avp.value.length !== row.kind.minOctets) {
      this.refuse(Fault.NotMessageType, WRONG_LENGTH, 'the Message Type AVP has a bad length');
      return;
    }
    const type = u16(avp.value, 0);
    this.typeNumber = type;
    this.taken.add(AvpType.MessageType);
    if (isMessageType(type)) {
      this.message = type;
      this.draft.type = type;
    } else if (avp.mandatory) {
      const text = `unknown message type ${type} (vendor 0, attribute 0)`;
      this.refuse(Fault.UnknownMessage, UNKNOWN_MANDATORY, text);
    } else {
      this.ignoredType = type;
    }
  }

  private take(avp: Avp, row: AvpRow | undefined, clear: Uint8Array | undefined): void {
    if (row === undefined) {
      const text = `unknown AVP, vendor ${avp.vendorId}, attribute ${avp.type}`;
      if (avp.mandatory) this.refuse(Fault.UnknownAvp, UNKNOWN_MANDATORY, text);
      else this.notes.push(`${text} ignored`);
      return;
    }
    const name = `AVP ${row.type} (${row.name})`;
    if (!mayHold(this.message, row.type)) {
      this.notes.push(`${name} does not belong ${this.inMessage()}, ignored`);
      return;
    }
    if (this.taken.has(row.type) && !row.repeats) {
      this.notes.push(`${name} ${this.inMessage()} a second time, ignored`);
      return;
    }
    const fault = this.read(avp, row, clear);
    if (fault === Fault.None) {
      this.taken.add(row.type);
      if (row.type === AvpType.RandomVector) this.randomVector = avp.value;
      return;
    }
    const text = `${name} ${this.inMessage()} ${whatIsBad(fault)}`;
    // §4.4.4 asks it of this AVP, whatever its M bit says.
    if (!avp.mandatory || row.type === AvpType.RxConnectSpeed) {
      this.notes.push(`${text}, ignored`);
    } else {
      this.refuse(fault, fault === Fault.BadAvpLength ? WRONG_LENGTH : WRONG_VALUE, text);
    }
  }

  private read(avp: Avp, row: AvpRow, clear: Uint8Array | undefined): Fault {
    if (clear === undefined || (avp.hidden && !row.hideable)) return Fault.BadHiddenAvp;
    const { minOctets, maxOctets } = row.kind;
    if (clear.length < minOctets || clear.length > maxOctets) return Fault.BadAvpLength;
    return row.kind.read(clear, this.draft);
  }

  private missingAvps(message: MessageType): readonly AvpType[] {
    const required = requiredAvps(message);
    const missing = AVP_ROWS.filter(({ type }) => required.includes(type) && !this.taken.has(type));
    const [first] = missing;
    if (first !== undefined) {
      const text = `AVP ${first.type} (${first.name}) is missing ${this.inMessage()}`;
      this.refuse(Fault.MissingAvp, WRONG_VALUE, text);
    }
    return missing.map(({ type }) => type);
  }

  /** The first refusal stands; what comes after it is read only for the trace and the ids. */
  private refuse(fault: Fault, error: number, text: string): void {
    const scope = this.message !== undefined && this.message >= MessageType.OCRQ;
    this.refusal ??= { scope: scope ? 'session' : 'tunnel', error, text, fault };
  }

  private inMessage(): string {
    return this.typeNumber === undefined ? 'in a message' : `in ${messageName(this.typeNumber)}`;
  }
}

function whatIsBad(fault: Fault): string {
  if (fault === Fault.BadAvpLength) return 'has a bad length';
  if (fault === Fault.BadAvpValue) return 'has a value out of range';
  return 'is hidden and cannot be read';
}
