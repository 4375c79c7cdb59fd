/** Events as lines of text in the seed's words; a line has no time in front and no end. */
import type { LogEvent, TraceEvent } from '../../base/event.ts';
import type { TraceLine } from './debug-name.ts';
import { renderL2tp } from './l2tp.ts';
import { renderPpp } from './ppp.ts';
import { renderVpdn } from './vpdn.ts';

export function renderTrace(event: TraceEvent): readonly TraceLine[] {
  switch (event.kind) {
    case 'ppp-callin':
    case 'ppp-phase':
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
    case 'vpdn-forward':
    case 'vpdn-failed':
      return renderVpdn(event);
    default:
      return renderL2tp(event);
  }
}

export const renderLog = ({ facility, severity, mnemonic, text }: LogEvent): string =>
  `%${facility}-${severity}-${mnemonic}: ${text}`;
