/** A tunnel that the peer opens, on a virtual clock, and the LAC at its other end: a script. */
import { strict as assert } from 'node:assert';
import type { Random } from '../../../src/base/machine.ts';
import type { Endpoint } from '../../../src/base/port.ts';
import type {
  AcceptOptions,
  TunnelOptions,
  TunnelOut,
} from '../../../src/control/l2tp/tunnel-port.ts';
import type { BuildOptions } from '../../../src/wire/l2tp/build.ts';
import { buildControlMessage } from '../../../src/wire/l2tp/build.ts';
import type { L2tpMessage } from '../../../src/wire/l2tp/message.ts';
import { MessageType } from '../../../src/wire/l2tp/message.ts';
import { OPTIONS, Rig, ScriptedLns, ScriptedRandom } from './rig.ts';

export const LAC: Endpoint = { address: 0x0a330644, port: 1701 };
export const LAC_TUNNEL_ID = 17688;
export const LAC_SESSION_ID = 7;
/** Ours. */
export const TUNNEL_ID = 55270;

export const SCCRQ: L2tpMessage = {
  type: MessageType.SCCRQ,
  protocolVersion: 0x0100,
  framingCapabilities: 3,
  hostName: 'hgw',
  assignedTunnelId: LAC_TUNNEL_ID,
  receiveWindowSize: 800,
};
export const SCCCN: L2tpMessage = { type: MessageType.SCCCN };
export const ICRQ: L2tpMessage = {
  type: MessageType.ICRQ,
  assignedSessionId: LAC_SESSION_ID,
  callSerialNumber: 1,
};
export const ICCN: L2tpMessage = {
  type: MessageType.ICCN,
  txConnectSpeed: 33_600,
  framingType: 2,
};
export const CDN: L2tpMessage = {
  type: MessageType.CDN,
  assignedSessionId: LAC_SESSION_ID,
  resultCode: { result: 1, error: 0 },
};
export const STOPCCN: L2tpMessage = {
  type: MessageType.StopCCN,
  assignedTunnelId: LAC_TUNNEL_ID,
  resultCode: { result: 1 },
};

export const acceptAll = (accept: Partial<AcceptOptions> = {}): AcceptOptions => ({
  sessionLimit: 1000,
  admit: () => undefined,
  ...accept,
});

export const LNS_OPTIONS: TunnelOptions = {
  ...OPTIONS,
  peer: LAC,
  localName: 'l2tp-gw',
  receiveWindow: 300,
  firmwareRevision: 0x1120,
  noSessionMs: 10_000,
  accept: acceptAll(),
};

/** What a peer sends that knows no id of ours yet. */
function firstMessage(octets: Uint8Array): Uint8Array {
  const first = octets.slice();
  first.fill(0, 4, 6);
  return first;
}

/** An SCCRQ as it stands in a datagram. */
export const sccrqOctets = (
  message: Partial<L2tpMessage> = {},
  how: BuildOptions = {},
): Uint8Array => new ScriptedLns(0).raw(buildControlMessage({ ...SCCRQ, ...message }, how));

export class LnsRig extends Rig {
  constructor(options: Partial<TunnelOptions> = {}, random: Random = new ScriptedRandom()) {
    super({ ...LNS_OPTIONS, ...options }, random, TUNNEL_ID);
  }

  /** The script of the peer. */
  get lac(): ScriptedLns {
    return this.lns;
  }

  override receive(octets: Uint8Array, from: Endpoint = LAC): void {
    super.receive(octets, from);
  }

  /** @param how the peer builds it */
  accept(sccrq: Partial<L2tpMessage> = {}, how: BuildOptions = {}, from: Endpoint = LAC): this {
    const octets = this.lac.raw(buildControlMessage({ ...SCCRQ, ...sccrq }, how));
    this.input({ kind: 'accept', octets: firstMessage(octets), from });
    return this;
  }

  /** To the state `established`; nothing is left unacknowledged. */
  override establish(sccrq: Partial<L2tpMessage> = {}): this {
    this.accept(sccrq);
    this.receive(this.lac.message(SCCCN));
    this.take();
    return this;
  }

  /** @returns our id of a session in wait-connect, its ICRP acknowledged */
  offer(peerSessionId = LAC_SESSION_ID, icrq: Partial<L2tpMessage> = {}): number {
    this.receive(this.lac.message({ ...ICRQ, ...icrq, assignedSessionId: peerSessionId }));
    const offered = this.outputs.findLast((output) => output.kind === 'session-offered');
    assert.ok(offered?.kind === 'session-offered' && offered.peerSessionId === peerSessionId);
    this.receive(this.lac.zlb());
    this.take();
    return offered.sessionId;
  }

  /** @returns our id of a session that is up */
  sessionUp(peerSessionId = LAC_SESSION_ID, iccn: Partial<L2tpMessage> = {}): number {
    const sessionId = this.offer(peerSessionId);
    this.receive(this.lac.message({ ...ICCN, ...iccn }, sessionId));
    this.take();
    return sessionId;
  }
}

export function sessionDown(
  outputs: readonly TunnelOut[],
): Extract<TunnelOut, { kind: 'session-down' }> {
  const downs = outputs.filter((output) => output.kind === 'session-down');
  assert.equal(downs.length, 1, 'the session ended, once');
  const [down] = downs;
  assert.ok(down);
  return down;
}
