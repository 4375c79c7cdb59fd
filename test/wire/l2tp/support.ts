/** What the tests of wire/l2tp share. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { type Fault, faultName } from '../../../src/base/fault.ts';
import { fromText } from '../../../src/base/octets.ts';
import {
  L2tpHeader,
  parseL2tpHeader,
  putL2tpControlHeader,
} from '../../../src/wire/l2tp/header.ts';
import type { ParsedMessage } from '../../../src/wire/l2tp/parse.ts';
import { parseControlMessage } from '../../../src/wire/l2tp/parse.ts';

export const SECRET = fromText('hello');

export const octets = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

export const parseHeader = (datagram: Uint8Array, end = datagram.length): [Fault, L2tpHeader] => {
  const header = new L2tpHeader();
  return [parseL2tpHeader(datagram, end, header), header];
};

/** Parses a datagram whose header must be good. */
export function parseMessage(datagram: Uint8Array, secret?: Uint8Array): ParsedMessage {
  const [fault, header] = parseHeader(datagram);
  assert.equal(faultName(fault), 'None');
  return parseControlMessage(datagram, header, secret);
}

/** AVPs as hex, put behind a header. */
export function control(...avps: readonly string[]): Uint8Array {
  const body = octets(avps.join(''));
  const datagram = new Uint8Array(12 + body.length);
  datagram.set(body, 12);
  putL2tpControlHeader(datagram, datagram.length, 7, 9, 0, 0);
  return datagram;
}

/** An AVP of vendor 0 in hex; `value` is hex as well. */
export function avp(type: number, value: string, bits = 0x8000, vendorId = 0): string {
  const length = 6 + octets(value).length;
  return (
    [bits | length, vendorId, type].map((word) => word.toString(16).padStart(4, '0')).join('') +
    value
  );
}

export interface SeedMessage {
  readonly name: string;
  readonly direction: string;
  readonly hex: string;
  readonly header: Record<'tunnelId' | 'sessionId' | 'ns' | 'nr' | 'length', number>;
  readonly avps: readonly {
    readonly vendor: number;
    readonly type: number;
    readonly m: boolean;
    readonly h: boolean;
    readonly length: number;
    readonly valueHex: string;
  }[];
}

const SEED = new URL('../../fixtures/seed-messages.json', import.meta.url);

/** The twelve L2TP messages of the seed's trace. */
export function seedMessages(): readonly SeedMessage[] {
  const seed: { readonly l2tp: readonly SeedMessage[] } = JSON.parse(readFileSync(SEED, 'utf8'));
  return seed.l2tp;
}
