/** What a line's configuration means to the machine of its calls. */
import type { LineConfig } from '../../config/schema/config.ts';
import type { LineCallOptions } from '../../control/call/call-port.ts';
import type { FirstNumbers } from '../router/parts.ts';

/** XON and XOFF, which software flow control takes out of the stream. */
const FLOW_CONTROL_ACCM = 0x000a0000;
const NO_BEARER = 0;

export function lineOptions(config: LineConfig, first: FirstNumbers = {}): LineCallOptions {
  const { ppp, calledNumber, callingNumber } = config;
  const flowControlAccm = config.flowControl === 'software' ? FLOW_CONTROL_ACCM : 0;
  return {
    ppp: {
      interfaceName: `Async${config.number}`,
      chapHostname: ppp.chapHostname,
      authentication: ppp.authentication,
      multilink: ppp.multilink,
      mruOctets: ppp.mruOctets,
      accm: flowControlAccm,
      ...(first.lcpId === undefined ? {} : { firstLcpId: first.lcpId }),
      ...(first.chapId === undefined ? {} : { firstChapId: first.chapId }),
    },
    ...(calledNumber === undefined ? {} : { calledNumber }),
    ...(callingNumber === undefined ? {} : { callingNumber }),
    txConnectSpeed: config.speedBps,
    bearerType: NO_BEARER,
    flowControlAccm,
  };
}
