/**
 * Opens a serial device by the serialport package's binding: lock, raw mode, speed, flow control.
 * Nothing else of that package is used.
 */
import { SerialPort } from 'serialport';
import { RouterError } from '../../base/router-error.ts';

export interface SerialOptions {
  readonly path: string;
  readonly speedBps: number;
  readonly flowControl: 'none' | 'hardware' | 'software';
}

export interface OpenPort {
  readonly fd: number;
  close(): Promise<void>;
}

export type PortOpener = (options: SerialOptions) => Promise<OpenPort>;

/** Rejects with a RouterError: DEVICE_IN_USE, DEVICE_MISSING, DEVICE_DENIED or DEVICE_UNUSABLE. */
export const openPort: PortOpener = async ({ path, speedBps, flowControl }) => {
  const software = flowControl === 'software';
  try {
    const port = await SerialPort.binding.open({
      path,
      baudRate: speedBps,
      rtscts: flowControl === 'hardware',
      xon: software,
      xoff: software,
    });
    const fd = 'fd' in port ? port.fd : undefined;
    if (typeof fd !== 'number') throw new Error('the binding gave no file descriptor');
    return { fd, close: () => port.close() };
  } catch (error) {
    throw deviceError(path, error instanceof Error ? error.message : String(error));
  }
};

/** The binding tells causes only as C's strerror() texts; they end here. */
function deviceError(path: string, text: string): RouterError {
  if (/cannot lock port|resource busy/i.test(text)) {
    return new RouterError('DEVICE_IN_USE', `device ${path} is in use by another program`);
  }
  if (/no such (file|device)/i.test(text)) {
    return new RouterError('DEVICE_MISSING', `device ${path} is not there`);
  }
  if (/permission denied/i.test(text)) {
    return new RouterError('DEVICE_DENIED', `device ${path}: we may not open it`);
  }
  const cause = text.replace(/^Error:? /, '');
  return new RouterError('DEVICE_UNUSABLE', `device ${path} cannot be used: ${cause}`);
}
