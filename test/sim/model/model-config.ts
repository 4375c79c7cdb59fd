/** The two routers of the model call, as their operators would set them up. */
import type { Config } from '../../../src/config/schema/config.ts';
import { formatErrors, parseConfig } from '../../../src/config/schema/parse-config.ts';
import { type Cast, type Device, templateCommands } from './cast.ts';

export function modelConfig(device: Device, cast: Cast): Config {
  const text = (device === 'lac' ? lacLines : lnsLines)(cast).join('\n');
  const parsed = parseConfig(text, device);
  if ('config' in parsed) return parsed.config;
  throw new Error(formatErrors(parsed.errors).join('\n'));
}

const lacLines = ({ lac, lns, caller, tunnelSecret }: Cast): readonly string[] => [
  `hostname ${lac.hostName}`,
  'vpdn enable',
  'vpdn-group 1',
  ' request-dialin',
  '  protocol l2tp',
  `  dnis ${caller.calledNumber}`,
  ` initiate-to ip ${lns.address} priority ${lac.priority}`,
  ` local name ${lac.hostName}`,
  ` l2tp tunnel password 0 ${tunnelSecret}`,
  ` l2tp tunnel receive-window ${lac.receiveWindow}`,
  ` l2tp tunnel timeout no-session ${lac.noSessionSeconds}`,
  ' l2tp compat cisco',
  'interface Async1',
  ' encapsulation ppp',
  ' ppp authentication chap',
  ` ppp chap hostname ${lac.chapName}`,
  ' ppp multilink',
  'line 1',
  ' device /memory',
  ` called-number ${caller.calledNumber}`,
  ` calling-number ${caller.callingNumber}`,
];

const lnsLines = (cast: Cast): readonly string[] => {
  const { lac, lns, caller, tunnelSecret } = cast;
  return [
    `hostname ${lns.chapName}`,
    'vpdn enable',
    'vpdn-group 1',
    ' accept-dialin',
    '  protocol l2tp',
    `  virtual-template ${lns.template}`,
    ` terminate-from hostname ${lac.hostName}`,
    ` local name ${lns.hostName}`,
    ` l2tp tunnel password 0 ${tunnelSecret}`,
    ` l2tp tunnel receive-window ${lns.receiveWindow}`,
    ` l2tp tunnel timeout no-session ${lns.noSessionSeconds}`,
    ' l2tp compat cisco',
    `username ${caller.name} password 0 ${caller.secret}`,
    // RFC 2865 §5.8: the caller may choose its address, as the seed's RADIUS said.
    `username ${caller.name} framed-ip-address 255.255.255.255`,
    `ip local pool ${lns.pool} 192.0.2.1 192.0.2.9`,
    `interface ${lns.unnumbered}`,
    ` ip address ${lns.linkAddress} 255.255.255.0`,
    `interface Virtual-Template${lns.template}`,
    ...templateCommands(cast).map((command) => ` ${command}`),
  ];
};
