/** What a frame on an idle direct line means: the beginning of a call, or nothing. */
import { Fault } from '../../base/fault.ts';
import {
  ControlPacket,
  LcpCode,
  parseControlPacket,
  putControlPacket,
} from '../../wire/ppp/packet.ts';
import { PppProtocol } from '../../wire/ppp/protocol.ts';

type Stray =
  | { readonly kind: 'configure-request' }
  /** `ack` is its Terminate-Ack: a caller that lost us must not wait. RFC 1661 §5.5. */
  | { readonly kind: 'terminate-request'; readonly ack: Uint8Array }
  | { readonly kind: 'noise' };

export function judgeStray(protocol: number, information: Uint8Array): Stray {
  const packet = new ControlPacket();
  if (protocol !== PppProtocol.LCP) return { kind: 'noise' };
  if (parseControlPacket(information, packet) !== Fault.None) return { kind: 'noise' };
  switch (packet.code) {
    case LcpCode.ConfigureRequest:
      return { kind: 'configure-request' };
    case LcpCode.TerminateRequest: {
      const ack = putControlPacket(LcpCode.TerminateAck, packet.id, new Uint8Array(0));
      return { kind: 'terminate-request', ack };
    }
    default:
      return { kind: 'noise' };
  }
}
