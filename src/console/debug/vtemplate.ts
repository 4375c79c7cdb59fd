/** How a virtual access interface is made, in the seed's words: NS-094, NS-098 to -100. */
import type { VtemplateTrace } from '../../base/event.ts';
import { toHex } from '../../base/octets.ts';
import type { TraceLine } from './debug-name.ts';
import { shortInterfaceName } from './scope.ts';

/** So much of a template's commands IOS shows: its `ppp multilink` ends as `ppp mu`, NS-100. */
const CLONED_OCTETS = 146;

export function renderVtemplate(event: VtemplateTrace): readonly TraceLine[] {
  const port = shortInterfaceName(event.interfaceName);
  return describe(event).map((text) => ({
    debug: 'vtemplate',
    text: `${port} VTEMPLATE: ${text}`,
  }));
}

function describe(event: VtemplateTrace): readonly string[] {
  switch (event.kind) {
    case 'vtemplate-hardware':
      return [`Hardware address ${describeHardware(event.address)}`];
    case 'vtemplate-cloneblk':
      return ['Has a new cloneblk vtemplate, now it has vtemplate'];
    case 'vtemplate-clone': {
      const { interfaceName, template, commands } = event;
      const name = interfaceName.replace(/^Virtual-Access/, 'VACCESS');
      const shown = commands.map(maskSecret).join(' ').slice(0, CLONED_OCTETS);
      const cleared = 'default ip address no ip address encap ppp';
      const block = ['interface', interfaceName, cleared, shown, 'end'];
      return [
        `************* CLONE ${name} *****************`,
        `Clone from Virtual-Template${template} ${block.filter(Boolean).join(' ')}`,
      ];
    }
  }
}

/** `ppp chap password` and its like may stand in a template. */
const maskSecret = (command: string): string =>
  command.replace(/\b(password|secret|key)\s.*/i, '$1 xxxxxx');

/** `0030.94fe.1bbf` */
const describeHardware = (address: Uint8Array): string =>
  toHex(address)
    .toLowerCase()
    .replace(/.{4}(?=.)/g, '$&.');
