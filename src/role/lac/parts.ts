/** What the LAC is made of: handed in by the composition root, or by a simulation. */
import type { EventSink } from '../../base/event.ts';
import type { Random } from '../../base/machine.ts';
import type { DatagramPort } from '../../base/port.ts';
import type { Timers } from '../../base/timers.ts';
import type { Config } from '../../config/schema/config.ts';

export interface LacParts {
  readonly config: Config;
  readonly udp: DatagramPort;
  /** Where in udp.memory the forwarding plane's frame slots are. */
  readonly slotsAt: number;
  readonly maxLines: number;
  readonly timers: Timers;
  readonly random: Random;
  readonly sink: EventSink;
  /**
   * First Call Serial Number: from the wall clock, so that it rises across reboots. L2TP-4.4.4-02
   */
  readonly firstSerial: number;
}
