/** Events as lines of text in the seed's words; a line has no time in front and no end. */
import type { LogEvent, TraceEvent } from '../../base/event.ts';
import type { TraceLine } from './debug-name.ts';
import { renderL2tp } from './l2tp.ts';
import { renderPpp } from './ppp.ts';
import { renderVpdn } from './vpdn.ts';
import { renderVtemplate } from './vtemplate.ts';

export function renderTrace(event: TraceEvent): readonly TraceLine[] {
  switch (event.kind) {
    case 'ppp-callin':
    case 'ppp-phase':
    case 'ppp-direction':
    case 'ppp-forced':
    case 'ppp-state':
    case 'ppp-packet':
    case 'ppp-note':
    case 'chap-hostname':
    case 'auth-packet':
    case 'auth-note':
      return renderPpp(event);
    case 'vpdn-dnis':
    case 'vpdn-looking':
    case 'vpdn-info':
    case 'vpdn-none':
    case 'vpdn-candidate':
    case 'vpdn-select':
    case 'vpdn-step':
    case 'vpdn-access':
    case 'vpdn-clone':
    case 'vpdn-forward':
    case 'vpdn-failed':
      return renderVpdn(event);
    case 'vtemplate-hardware':
    case 'vtemplate-cloneblk':
    case 'vtemplate-clone':
      return renderVtemplate(event);
    default:
      return renderL2tp(event);
  }
}

export const renderLog = ({ facility, severity, mnemonic, text }: LogEvent): string =>
  `%${facility}-${severity}-${mnemonic}: ${text}`;
