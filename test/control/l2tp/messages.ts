/** Messages of the LNS, and what the tests ask of what came out. */
import { strict as assert } from 'node:assert';
import type { ClearCause, TunnelOut } from '../../../src/control/l2tp/tunnel-port.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import type { Read } from './rig.ts';
import { LNS_TUNNEL_ID, read } from './rig.ts';

export const PEER_SESSION_ID = 45;
export const ICRP: L2tpMessage = { type: MessageType.ICRP, assignedSessionId: PEER_SESSION_ID };
export const ICRQ: L2tpMessage = {
  type: MessageType.ICRQ,
  assignedSessionId: PEER_SESSION_ID,
  callSerialNumber: 1,
};
export const ICCN: L2tpMessage = { type: MessageType.ICCN, txConnectSpeed: 1, framingType: 2 };
export const CDN: L2tpMessage = {
  type: MessageType.CDN,
  assignedSessionId: PEER_SESSION_ID,
  resultCode: { result: 2, error: 4, text: 'full' },
};
export const SLI: L2tpMessage = { type: MessageType.SLI, accm: { send: 0x000a0000, receive: 0xf } };
export const WEN: L2tpMessage = {
  type: MessageType.WEN,
  callErrors: {
    crcErrors: 1,
    framingErrors: 0,
    hardwareOverruns: 0,
    bufferOverruns: 0,
    timeouts: 0,
    alignmentErrors: 0,
  },
};

export const STOPCCN: L2tpMessage = {
  type: MessageType.StopCCN,
  assignedTunnelId: LNS_TUNNEL_ID,
  resultCode: { result: 1, error: 0, text: 'Server closing' },
};

export const kinds = (outputs: readonly TunnelOut[]): string[] => outputs.map(({ kind }) => kind);
export const downCause = (outputs: readonly TunnelOut[]): ClearCause => {
  const down = outputs.find((output) => output.kind === 'down');
  assert.ok(down, 'it went down');
  return down.cause;
};
export const sends = (outputs: readonly TunnelOut[]): Read[] =>
  outputs.flatMap((output) => (output.kind === 'send' ? [read(output.octets)] : []));
export const callDown = (outputs: readonly TunnelOut[]): ClearCause => {
  const down = outputs.find((output) => output.kind === 'call-down');
  assert.ok(down, 'the call ended');
  return down.cause;
};
