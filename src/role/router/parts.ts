/** What a router is made of: handed in by the composition root, or by a simulation. */
import type { EventSink } from '../../base/event.ts';
import type { Random } from '../../base/machine.ts';
import type { DatagramPort, HostRoutes, PacketPort } from '../../base/port.ts';
import type { Timers } from '../../base/timers.ts';
import type { Config } from '../../config/schema/config.ts';

export interface RouterParts {
  readonly config: Config;
  readonly udp: DatagramPort;
  /** The callers' packets; absent in a router that is no LNS. */
  readonly packets?: PacketPort;
  readonly routes?: HostRoutes;
  /** Where in udp.memory the forwarding plane's frame slots are. */
  readonly slotsAt: number;
  readonly maxLines: number;
  /** Virtual access interfaces at once. */
  readonly maxAccesses: number;
  readonly timers: Timers;
  readonly random: Random;
  readonly sink: EventSink;
  /**
   * First Call Serial Number: from the wall clock, so that it rises across reboots. L2TP-4.4.4-02
   */
  readonly firstSerial: number;
  /** 6 octets that IOS shows of a virtual interface: of the machine's first network card. */
  readonly hardwareAddress: Uint8Array;
  /** Numbers that a simulation wants to begin elsewhere than at 1. */
  readonly first?: FirstNumbers;
}

export interface FirstNumbers {
  readonly lcpId?: number;
  readonly chapId?: number;
  readonly ipcpId?: number;
  readonly virtualAccess?: number;
}
