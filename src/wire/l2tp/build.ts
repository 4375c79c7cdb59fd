/** A control message into octets, RFC 2661 §4.1 and §6. Runs once per message that we send. */
import { assert } from '../../base/assert.ts';
import type { Random } from '../../base/machine.ts';
import { concatOctets, putU16 } from '../../base/octets.ts';
import { AvpType, putAvp, VENDOR_IETF } from './avp.ts';
import type { AvpRow } from './catalogue.ts';
import { AVP_ROWS, mayHold, requiredAvps } from './catalogue.ts';
import { CONTROL_HEADER_OCTETS } from './header.ts';
import { hideAvpValue } from './hiding.ts';
import type { L2tpMessage } from './message.ts';
import { ProxyAuthenType } from './message.ts';

/**
 * §4.3 asks for at least this. Not more: xl2tpd and l2tpns cannot take the long ones of accel-ppp.
 */
const RANDOM_VECTOR_OCTETS = 16;

export interface BuildOptions {
  /** The tunnel's; without it nothing is hidden, §4.3. */
  readonly secret?: Uint8Array | undefined;
  /** `password`: AVP 33 where it is a password in clear; `all`: whatever §4.3 lets. */
  readonly hide?: 'nothing' | 'password' | 'all';
  /** Needed to hide. */
  readonly random?: Random;
  /** As IOS sends it: M set in AVP 33, no AVP 26. */
  readonly cisco?: boolean;
}

/**
 * @returns the whole datagram, its header still zero: putL2tpControlHeader() fills that in for each
 * transmission. Asserts that the message is complete and that every value fits its AVP.
 */
export function buildControlMessage(message: L2tpMessage, how: BuildOptions = {}): Uint8Array {
  const { secret } = how;
  const type = new Uint8Array(2);
  putU16(type, 0, message.type);
  const parts = [new Uint8Array(CONTROL_HEADER_OCTETS), plainAvp(AvpType.MessageType, type)];
  let randomVector: Uint8Array | undefined;
  for (const row of AVP_ROWS) {
    const values = valuesOf(row, message, how);
    // Most rows are of other messages: an LNS answers many at once, so they have to cost little.
    if (values.length === 0) continue;
    const hidden = isToBeHidden(row, message, how);
    const header = { ...row, mandatory: isMandatory(row, how), hidden };
    for (const value of values) {
      if (!hidden || secret === undefined) {
        parts.push(putAvp(header, value));
        continue;
      }
      if (randomVector === undefined) {
        randomVector = newRandomVector(how);
        parts.push(plainAvp(AvpType.RandomVector, randomVector));
      }
      parts.push(putAvp(header, hideAvpValue(row.type, value, secret, randomVector)));
    }
  }
  return concatOctets(...parts);
}

function valuesOf(row: AvpRow, message: L2tpMessage, how: BuildOptions): readonly Uint8Array[] {
  if (how.cisco === true && row.type === AvpType.InitialReceivedLcpConfreq) return [];
  const values = row.kind.write(message);
  const { type } = message;
  const isMissing = values.length === 0 && requiredAvps(type).includes(row.type);
  assert(!isMissing, `message ${type} lacks AVP ${row.type}`);
  assert(values.length === 0 || mayHold(type, row.type), `message ${type} holds AVP ${row.type}`);
  for (const { length } of values) {
    const fits = length >= row.kind.minOctets && length <= row.kind.maxOctets;
    assert(fits, `AVP ${row.type} has a value of ${length} octets`);
  }
  return values;
}

const isMandatory = (row: AvpRow, how: BuildOptions): boolean =>
  row.mandatory || (how.cisco === true && row.type === AvpType.ProxyAuthenResponse);

function isToBeHidden(row: AvpRow, message: L2tpMessage, how: BuildOptions): boolean {
  if (how.secret === undefined || !row.hideable) return false;
  if (how.hide !== 'password') return how.hide === 'all';
  const { proxyAuthenType } = message;
  const isPassword =
    proxyAuthenType === ProxyAuthenType.Text || proxyAuthenType === ProxyAuthenType.PAP;
  return isPassword && row.type === AvpType.ProxyAuthenResponse;
}

function newRandomVector({ random }: BuildOptions): Uint8Array {
  assert(random !== undefined, 'hiding needs randomness');
  return random.octets(RANDOM_VECTOR_OCTETS);
}

const plainAvp = (type: AvpType, value: Uint8Array): Uint8Array =>
  putAvp({ vendorId: VENDOR_IETF, type, mandatory: true, hidden: false }, value);
