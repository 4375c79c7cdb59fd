/** The names and numbers of the seed (trace.md §1), and the configurations of its two routers. */
import type { CallerOptions } from '../peers/caller.ts';
import { calmCaller } from '../world/plan.ts';

export const LAC_NAME = 'hgw';
export const LNS_NAME = 'l2tp-gw';
const CLIENT = '2500-1';
export const TUNNEL_SECRET = 'hello';
export const LAC_ADDRESS = '10.51.6.68';
/** Also the LNS's end of every link. */
export const LNS_ADDRESS = '10.51.6.82';
export const CALLER_ADDRESS = '10.10.53.2';
const CALLER_SECRET = 'cisco';

export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface Places {
  readonly lac: Place;
  readonly lns: Place;
}

export const lacConfig = ({ lac, lns }: Places, device: string): string => `
hostname ${LAC_NAME}
vpdn enable
vpdn search-order dnis domain
vpdn source-ip ${lac.address}
vpdn source-port ${lac.port}
vpdn-group 1
 request-dialin
  protocol l2tp
  dnis 614629
 initiate-to ip ${lns.address} port ${lns.port}
 local name ${LAC_NAME}
 l2tp tunnel password 0 ${TUNNEL_SECRET}
 l2tp tunnel receive-window 800
 l2tp tunnel timeout no-session 15
 l2tp compat cisco
interface Async1
 encapsulation ppp
 ppp authentication chap
 ppp multilink
 ppp chap hostname 5300-1
line 1
 device ${device}
 modem type direct
 called-number 614629
 calling-number 2085730592
 speed 64000
 flowcontrol none
`;

/** @param noSessionS how long the tunnel outlives its last call */
export const lnsConfig = ({ lns }: Places, secret: string, noSessionS: number): string => `
hostname ${LNS_NAME}
vpdn enable
vpdn source-ip ${lns.address}
vpdn source-port ${lns.port}
username ${CLIENT} password 0 ${CALLER_SECRET}
username ${CLIENT} framed-ip-address 255.255.255.255
vpdn-group 1
 accept-dialin
  protocol l2tp
  virtual-template 1
 terminate-from hostname ${LAC_NAME}
 local name ${LNS_NAME}
 l2tp tunnel password 0 ${secret}
 l2tp tunnel receive-window 300
 l2tp tunnel timeout no-session ${noSessionS}
 l2tp compat cisco
interface Ethernet0
 ip address ${LNS_ADDRESS} 255.255.255.0
interface Virtual-Template1
 ip unnumbered Ethernet0
 no peer default ip address
 ppp authentication chap vpdn
 ppp authorization vpdn
 ppp chap hostname 1600-3
`;

export const castCaller = (): CallerOptions => ({
  ...calmCaller(1),
  name: CLIENT,
  secret: CALLER_SECRET,
  takes: 'chap',
  accm: undefined,
  compress: false,
  magic: 0x6ee4e865,
  firstLcpId: 118,
  opensWithinMs: 0,
  stallMs: Number.POSITIVE_INFINITY,
  ip: { address: 0x0a0a3502, vjSlots: 15, firstId: 187 },
});
