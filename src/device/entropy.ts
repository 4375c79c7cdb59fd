/** Unpredictable octets from the kernel. */
import { randomBytes } from 'node:crypto';
import type { Random } from '../base/machine.ts';

export const entropy: Random = { octets: (count) => Uint8Array.from(randomBytes(count)) };
