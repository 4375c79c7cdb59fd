/** Lines of the choice of a tunnel, and of a virtual interface. TRACE-13; NS-094 to -100. */
import { templateCommands, virtualAccessOf } from './cast.ts';
import { asItIs, mine, type Shape } from './shape.ts';

/** So much of the template's commands the seed's LNS shows. */
const SHOWN_COMMANDS = 146;

export const VPDN: readonly Shape[] = [
  [/^(VPDN: (?:Find LNS p|P)rocess created|VPDN: (?:Pending|Cleanup|Reset))$/, asItIs],
  [/^(VPDN: PPP LCP accepted (?:rcv|sent) CONFACK)$/, asItIs],
  [/^(VPDN\/RPMS\/: (?:l2tp-busy-disconnect yes|l2tp-tunnel-password xxxxxx))$/, asItIs],
  [/^(VPDN: Got DNIS string) \d+$/, ({ cast }, what) => `${what} ${cast.caller.calledNumber}`],
  [
    /^(VPDN: Looking for tunnel -- dnis):\d+ --$/,
    ({ cast }, what) => `${what}:${cast.caller.calledNumber} --`,
  ],
  [
    /^(VPDN\/RPMS\/: Got tunnel info for dnis):\d+$/,
    ({ cast }, what) => `${what}:${cast.caller.calledNumber}`,
  ],
  [/^(VPDN\/RPMS\/: LAC) \S+$/, (scene, what) => `${what} ${mine(scene).hostName}`],
  [
    /^(VPDN\/RPMS\/: IP|VPDN: Forward to address) \S+$/,
    ({ cast }, what) => `${what} ${cast.lns.address}`,
  ],
  [
    /^(VPDN\/: curlvl 1 Address 0:|VPDN\/: Select non-active address) \S+, priority \d+$/,
    ({ cast }, what) => `${what} ${cast.lns.address}, priority ${cast.lac.priority}`,
  ],
  [
    /^(VPDN: Virtual interface created for) \S+$/,
    ({ cast }, what) => `${what} ${cast.caller.name}`,
  ],
  [
    /^(VPDN: Clone from Vtemplate) \d+ (filterPPP=0 blocking)$/,
    ({ cast }, what, how) => `${what} ${cast.lns.template} ${how}`,
  ],
  [
    /^(VTEMPLATE: Hardware address) \S+$/,
    ({ cast }, what) => `${what} ${cast.lns.hardware.toLowerCase().match(/..../g)?.join('.')}`,
  ],
  [/^(VTEMPLATE: Has a new cloneblk vtemplate, now it has vtemplate)$/, asItIs],
  [
    /^(VTEMPLATE: \*+ CLONE VACCESS)\d+( \*+)$/,
    ({ cast }, before, behind) => `${before}${cast.lns.virtualAccess}${behind}`,
  ],
  [
    /^(VTEMPLATE: Clone from Virtual-Template)\d+ interface \S+ (default .* encap ppp) .* end$/,
    ({ cast }, before, cleared) => {
      const commands = templateCommands(cast).join(' ').slice(0, SHOWN_COMMANDS);
      const name = virtualAccessOf(cast);
      return `${before}${cast.lns.template} interface ${name} ${cleared} ${commands} end`;
    },
  ],
];
