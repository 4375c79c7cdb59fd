/** What the tests of wire/ppp share. */
import { faultName } from '../../../src/base/fault.ts';
import { ControlPacket, parseControlPacket } from '../../../src/wire/ppp/packet.ts';

export const octets = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));

export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('hex').toUpperCase();

export const parse = (information: Uint8Array): [fault: string, packet: ControlPacket] => {
  const packet = new ControlPacket();
  return [faultName(parseControlPacket(information, packet)), packet];
};
