/** The shape of a line: what it looks like in the listings, and how it is made in another cast. */
import { type Cast, type Device, virtualAccessOf } from './cast.ts';
import type { ControlMessage, ControlMessages } from './control-messages.ts';
import type { PppPacket, PppPackets } from './ppp-packets.ts';

/** What a line needs to know besides itself. */
export interface Scene {
  readonly cast: Cast;
  readonly me: Device;
  readonly messages: ControlMessages;
  readonly packets: PppPackets;
  /** Whose AVPs, or whose options, are being listed. */
  message: ControlMessage | undefined;
  packet: PppPacket | undefined;
}

export type Make = (scene: Scene, ...found: readonly string[]) => string;
export type Shape = readonly [pattern: RegExp, make: Make];

export const interfaceOf = ({ cast, me }: Scene): string =>
  me === 'lac' ? cast.lac.interfaceName : virtualAccessOf(cast);
export const shortOf = (scene: Scene): string =>
  interfaceOf(scene).replace(/^(..)[A-Za-z-]*/, '$1');
export const mine = ({ cast, me }: Scene) => cast[me];
export const theirs = ({ cast, me }: Scene) => cast[me === 'lac' ? 'lns' : 'lac'];
/** TRACE-17: the seed's LNS has it twice. */
export const hexPrefix = ({ me }: Scene): string => (me === 'lns' ? '0x0x' : '0x');

/** A line without a value in it. */
export const asItIs: Make = (_, text = '') => text;
