/**
 * How the value of each kind of AVP is read into a message's field and made from it again.
 * RFC 2661 §4.4, RFC 3145 §2. Runs once per AVP.
 */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { concatOctets, fromText, putU16, putU32, toText, u8, u16, u32 } from '../../base/octets.ts';
import { MAX_AVP_VALUE_OCTETS } from './avp.ts';
import type { L2tpMessage } from './message.ts';

/** A message while it is put together. */
export type Draft = { -readonly [Field in keyof L2tpMessage]: L2tpMessage[Field] };

/** The fields of exactly this type. */
type FieldOf<T> = {
  [F in keyof L2tpMessage]-?: T extends NonNullable<L2tpMessage[F]> ? F : never;
}[keyof L2tpMessage];

export interface ValueKind {
  readonly minOctets: number;
  readonly maxOctets: number;
  /** Takes a value whose length is within the limits; `draft` is touched only for Fault.None. */
  read(value: Uint8Array, draft: Draft): Fault;
  /** @returns the values to send: none when the field is absent */
  write(message: L2tpMessage): readonly Uint8Array[];
}

/** The limits of a number, beyond those of its octets. */
interface Range {
  readonly low?: number;
  readonly high?: number;
}

/** §4.4.2: result, then perhaps an error code, then perhaps text. */
const RESULT_OCTETS = 2;
const RESULT_ERROR_OCTETS = 4;

export const uint16 = (field: FieldOf<number>, range: Range = {}): ValueKind =>
  unsigned(field, 2, u16, putU16, range.low ?? 0, range.high ?? 0xffff);

export const uint32 = (field: FieldOf<number>): ValueKind =>
  unsigned(field, 4, u32, putU32, 0, 0xffffffff);

export const text = (field: FieldOf<string>, minOctets = 0): ValueKind => ({
  minOctets,
  maxOctets: MAX_AVP_VALUE_OCTETS,
  read(value, draft) {
    draft[field] = toText(value);
    return Fault.None;
  },
  write: (message) => values(message[field], fromText),
});

export const octets = (
  field: FieldOf<Uint8Array>,
  minOctets = 0,
  maxOctets = MAX_AVP_VALUE_OCTETS,
): ValueKind => ({
  minOctets,
  maxOctets,
  read(value, draft) {
    draft[field] = value;
    return Fault.None;
  },
  write: (message) => values(message[field], (value) => value),
});

/** Message Type and Random Vector: the parser and the builder see to them. */
export const framework = (minOctets: number, maxOctets: number): ValueKind => ({
  minOctets,
  maxOctets,
  read: () => Fault.None,
  write: () => [],
});

export const resultCode: ValueKind = {
  minOctets: RESULT_OCTETS,
  maxOctets: MAX_AVP_VALUE_OCTETS,
  read(value, draft) {
    const result = u16(value, 0);
    if (value.length === RESULT_OCTETS) {
      draft.resultCode = { result };
      return Fault.None;
    }
    if (value.length < RESULT_ERROR_OCTETS) return Fault.BadAvpLength;
    const error = u16(value, 2);
    const words = toText(value.subarray(RESULT_ERROR_OCTETS));
    draft.resultCode = words === '' ? { result, error } : { result, error, text: words };
    return Fault.None;
  },
  write: ({ resultCode: code }) =>
    values(code, ({ result, error, text: words }) => {
      assert(
        words === undefined || error !== undefined,
        'a result text stands behind an error code',
      );
      const numbers = error === undefined ? [result] : [result, error];
      return concatOctets(...numbers.map(octetsOfU16), fromText(words ?? ''));
    }),
};

export const q931Cause: ValueKind = {
  minOctets: 3,
  maxOctets: MAX_AVP_VALUE_OCTETS,
  read(value, draft) {
    const advice = toText(value.subarray(3));
    draft.q931Cause = { cause: u16(value, 0), message: u8(value, 2), text: advice };
    return Fault.None;
  },
  write: (message) =>
    values(message.q931Cause, ({ cause, message: type, text: advice }) =>
      concatOctets(octetsOfU16(cause), Uint8Array.of(type), fromText(advice)),
    ),
};

/** §4.4.6: two reserved octets, then six counters. */
export const callErrors: ValueKind = {
  minOctets: 26,
  maxOctets: 26,
  read(value, draft) {
    draft.callErrors = {
      crcErrors: u32(value, 2),
      framingErrors: u32(value, 6),
      hardwareOverruns: u32(value, 10),
      bufferOverruns: u32(value, 14),
      timeouts: u32(value, 18),
      alignmentErrors: u32(value, 22),
    };
    return Fault.None;
  },
  write: (message) =>
    values(message.callErrors, (errors) =>
      concatOctets(
        octetsOfU16(0),
        octetsOfU32(errors.crcErrors),
        octetsOfU32(errors.framingErrors),
        octetsOfU32(errors.hardwareOverruns),
        octetsOfU32(errors.bufferOverruns),
        octetsOfU32(errors.timeouts),
        octetsOfU32(errors.alignmentErrors),
      ),
    ),
};

/** §4.4.6: two reserved octets, then the maps. */
export const accm: ValueKind = {
  minOctets: 10,
  maxOctets: 10,
  read(value, draft) {
    draft.accm = { send: u32(value, 2), receive: u32(value, 6) };
    return Fault.None;
  },
  write: (message) =>
    values(message.accm, ({ send, receive }) =>
      concatOctets(octetsOfU16(0), octetsOfU32(send), octetsOfU32(receive)),
    ),
};

/** §4.4.4: it says all by being there. */
export const sequencingRequired: ValueKind = {
  minOctets: 0,
  maxOctets: 0,
  read(_value, draft) {
    draft.sequencingRequired = true;
    return Fault.None;
  },
  write: (message) => (message.sequencingRequired === true ? [new Uint8Array(0)] : []),
};

/** The one AVP of which a message may hold several, one for each NCP. */
export const disconnectCauses: ValueKind = {
  minOctets: 5,
  maxOctets: MAX_AVP_VALUE_OCTETS,
  read(value, draft) {
    const cause = {
      code: u16(value, 0),
      protocol: u16(value, 2),
      direction: u8(value, 4),
      text: toText(value.subarray(5)),
    };
    draft.disconnectCauses = [...(draft.disconnectCauses ?? []), cause];
    return Fault.None;
  },
  write: (message) =>
    (message.disconnectCauses ?? []).map(({ code, protocol, direction, text: words }) =>
      concatOctets(
        octetsOfU16(code),
        octetsOfU16(protocol),
        Uint8Array.of(direction),
        fromText(words),
      ),
    ),
};

function unsigned(
  field: FieldOf<number>,
  size: number,
  get: (octets: Uint8Array, at: number) => number,
  put: (octets: Uint8Array, at: number, value: number) => void,
  low: number,
  high: number,
): ValueKind {
  return {
    minOctets: size,
    maxOctets: size,
    read(value, draft) {
      const number = get(value, 0);
      if (number < low || number > high) return Fault.BadAvpValue;
      draft[field] = number;
      return Fault.None;
    },
    write: (message) =>
      values(message[field], (number) => {
        assert(
          Number.isInteger(number) && number >= low && number <= high,
          `${field} out of range`,
        );
        const value = new Uint8Array(size);
        put(value, 0, number);
        return value;
      }),
  };
}

function values<T>(value: T | undefined, encode: (value: T) => Uint8Array): Uint8Array[] {
  return value === undefined ? [] : [encode(value)];
}

function octetsOfU16(number: number): Uint8Array {
  const value = new Uint8Array(2);
  putU16(value, 0, number);
  return value;
}

function octetsOfU32(number: number): Uint8Array {
  const value = new Uint8Array(4);
  putU32(value, 0, number);
  return value;
}
