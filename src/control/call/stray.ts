/** What a frame on an idle direct line means: the beginning of a call, or nothing. */
import { u8, u16 } from '../../base/octets.ts';

const LCP = 0xc021;
const CONFIGURE_REQUEST = 1;
const TERMINATE_REQUEST = 5;
const TERMINATE_ACK = 6;
const HEADER_OCTETS = 4;

type Stray =
  | { readonly kind: 'configure-request' }
  /** `ack` is its Terminate-Ack: a caller that lost us must not wait. RFC 1661 §5.5. */
  | { readonly kind: 'terminate-request'; readonly ack: Uint8Array }
  | { readonly kind: 'noise' };

export function judgeStray(protocol: number, information: Uint8Array): Stray {
  if (protocol !== LCP || information.length < HEADER_OCTETS) return { kind: 'noise' };
  const octets = u16(information, 2);
  if (octets < HEADER_OCTETS || octets > information.length) return { kind: 'noise' };
  switch (u8(information, 0)) {
    case CONFIGURE_REQUEST:
      return { kind: 'configure-request' };
    case TERMINATE_REQUEST: {
      const ack = Uint8Array.of(TERMINATE_ACK, u8(information, 1), 0, HEADER_OCTETS);
      return { kind: 'terminate-request', ack };
    }
    default:
      return { kind: 'noise' };
  }
}
