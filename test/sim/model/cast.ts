/**
 * Every value of the model call that is not a word of the firmware's: names, numbers, addresses,
 * ids, windows, secrets, challenges, timers, interfaces, clocks. With SEED_CAST it is the seed's.
 */

export interface LacCast {
  readonly hostName: string;
  readonly chapName: string;
  /** Dotted, as are all addresses. */
  readonly address: string;
  readonly priority: number;
  readonly interfaceName: string;
  readonly tunnelId: number;
  readonly sessionId: number;
  readonly receiveWindow: number;
  /** AVP 6, hex. Of the firmware as Cisco's, so no variant has another. */
  readonly firmware: string;
  /** 16 octets of hex, as are all challenges. */
  readonly challenge: string;
  readonly noSessionSeconds: number;
  /** 4 octets of hex. */
  readonly magicNumber: string;
  /** Of its first Configure-Request; the second has the next. */
  readonly lcpId: number;
  readonly chapId: number;
  readonly chapChallenge: string;
  readonly bearerType: number;
  readonly txSpeed: number;
  readonly rxSpeed: number;
  /** 4 octets of hex. */
  readonly callSerial: string;
}

export interface LnsCast {
  readonly hostName: string;
  readonly chapName: string;
  readonly address: string;
  readonly tunnelId: number;
  readonly sessionId: number;
  readonly receiveWindow: number;
  readonly firmware: string;
  readonly challenge: string;
  readonly noSessionSeconds: number;
  /** Of the Challenge that is not sent. */
  readonly chapId: number;
  readonly ipcpId: number;
  /** Its end of the caller's link: of the interface that the template borrows from. */
  readonly linkAddress: string;
  readonly virtualAccess: number;
  readonly template: number;
  readonly unnumbered: string;
  readonly aaaList: string;
  readonly pool: string;
  /** 6 octets of hex. */
  readonly hardware: string;
}

export interface CallerCast {
  readonly name: string;
  readonly secret: string;
  readonly magicNumber: string;
  readonly callingNumber: string;
  readonly calledNumber: string;
  readonly address: string;
  readonly lcpId: number;
  /** Of its first IPCP Configure-Request; the second has the next. */
  readonly ipcpId: number;
  /** VJ's Max-Slot-Id. */
  readonly vjSlots: number;
}

export interface ClockCast {
  /** What both clocks show later than the seed's did. */
  readonly laterMs: number;
  /** What the LNS's clock shows beyond that. */
  readonly lnsLaterMs: number;
  /** How much longer the call is. */
  readonly longerMs: number;
}

export interface Cast {
  readonly lac: LacCast;
  readonly lns: LnsCast;
  readonly caller: CallerCast;
  readonly tunnelSecret: string;
  readonly clock: ClockCast;
}

export type Device = 'lac' | 'lns';

export const SEED_CAST: Cast = {
  lac: {
    hostName: 'hgw',
    chapName: '5300-1',
    address: '10.51.6.68',
    priority: 1,
    interfaceName: 'Serial0:0',
    tunnelId: 17688,
    sessionId: 7,
    receiveWindow: 800,
    firmware: '1130',
    challenge: '545A2343FBE20EA08BCA7B56E4A7D29E',
    noSessionSeconds: 15,
    magicNumber: '109D08F2',
    lcpId: 11,
    chapId: 6,
    chapChallenge: '5D0D008CB1677CF8BC354556321A7A74',
    bearerType: 1,
    txSpeed: 64_000,
    rxSpeed: 64_000,
    callSerial: 'D114C7C5',
  },
  lns: {
    hostName: 'l2tp-gw',
    chapName: '1600-3',
    address: '10.51.6.82',
    tunnelId: 55270,
    sessionId: 45,
    receiveWindow: 300,
    firmware: '1120',
    challenge: '98B296C28429E7ADC767237A45F31040',
    noSessionSeconds: 10,
    chapId: 3,
    ipcpId: 1,
    linkAddress: '10.51.6.82',
    virtualAccess: 4,
    template: 1,
    unnumbered: 'Ethernet0',
    aaaList: 'vpdn',
    pool: 'default',
    hardware: '003094FE1BBF',
  },
  caller: {
    name: '2500-1',
    secret: 'cisco',
    magicNumber: '6EE4E865',
    callingNumber: '2085730592',
    calledNumber: '614629',
    address: '10.10.53.2',
    lcpId: 118,
    ipcpId: 187,
    vjSlots: 15,
  },
  tunnelSecret: 'hello',
  clock: { laterMs: 0, lnsLaterMs: 0, longerMs: 0 },
};

export const virtualAccessOf = ({ lns }: Cast): string => `Virtual-Access${lns.virtualAccess}`;

/** As they stand in the configuration; IOS shows as many as it has room for. */
export const templateCommands = ({ lns }: Cast): readonly string[] => [
  `ip unnumbered ${lns.unnumbered}`,
  'no peer default ip address',
  `ppp authentication chap ${lns.aaaList}`,
  `ppp authorization ${lns.aaaList}`,
  `peer default ip address pool ${lns.pool}`,
  'ppp multilink',
];
