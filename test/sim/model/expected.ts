/**
 * What both devices have to say in a cast: each line of the listings made anew, its values
 * replaced, its lengths and octets counted again by an encoder that shares nothing with src/.
 */
import type { Cast, Device } from './cast.ts';
import { clockOf, withinOf } from './clock.ts';
import { ControlMessages } from './control-messages.ts';
import { L2TP, PACKETS } from './l2tp-shapes.ts';
import { isLeftOut, LISTING } from './listing.ts';
import { pppPackets } from './ppp-packets.ts';
import { LOGS, PPP } from './ppp-shapes.ts';
import { mine, type Scene, type Shape, shortOf } from './shape.ts';
import type { ExpectedLine, ExpectedStory } from './story.ts';
import { VPDN } from './vpdn-shapes.ts';

/** A line is of the first that fits; the last one takes the values of AVPs. */
const SHAPES: readonly Shape[] = [...LOGS, ...PPP, ...VPDN, ...L2TP, ...PACKETS];

/** Whose line it is; then what it says. TRACE-01 */
function makeAnew(scene: Scene, line: string): string {
  const [, port, tunnel, rest = ''] =
    /^((?:Se0:0|Vi4) )?((?:Tnl(?:\/Cl)? [\d/]+ L2TP|L2X|L2TP): )?(.*)$/.exec(line) ?? [];
  const { tunnelId, sessionId } = mine(scene);
  const owner =
    tunnel === undefined
      ? ''
      : tunnel
          .replace(/^Tnl \d+/, `Tnl ${tunnelId}`)
          .replace(/^Tnl\/Cl \d+\/\d+/, `Tnl/Cl ${tunnelId}/${sessionId}`);
  const front = `${port === undefined ? '' : `${shortOf(scene)} `}${owner}`;
  for (const [pattern, make] of SHAPES) {
    const found = pattern.exec(rest);
    if (found !== null) return `${front}${make(scene, ...found.slice(1))}`;
  }
  throw new Error(`no shape fits: ${line}`);
}

export function expectedStory(cast: Cast): ExpectedStory {
  return { lac: expectedOf('lac', cast), lns: expectedOf('lns', cast) };
}

function expectedOf(me: Device, cast: Cast): readonly ExpectedLine[] {
  const messages = new ControlMessages(cast);
  const packets = pppPackets(cast);
  const scene: Scene = { cast, me, messages, packets, message: undefined, packet: undefined };
  return LISTING.filter((line) => line.device === me && !isLeftOut(line)).map((line) => ({
    id: line.id,
    at: clockOf(cast, line.id),
    text: makeAnew(scene, line.text),
    ...withinOf(line.id),
  }));
}
