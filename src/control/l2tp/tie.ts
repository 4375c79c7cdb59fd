/** Two that open a tunnel to each other: which one stays. RFC 2661 §4.4.3, Tie Breaker. Pure. */
import { u8 } from '../../base/octets.ts';

/** What becomes of our SCCRQ when the peer's comes while ours is not answered. */
export type Tie =
  | 'won' // ours counts, the peer's is dropped
  | 'lost' // the peer's counts, ours is dropped
  | 'even' // both are dropped
  | 'none'; // neither side minds: there are two tunnels

/** The lower value wins; and who has one wins over who has none. */
export function judgeTie(ours: Uint8Array | undefined, theirs: Uint8Array | undefined): Tie {
  if (ours === undefined) return theirs === undefined ? 'none' : 'lost';
  if (theirs === undefined) return 'won';
  const at = ours.findIndex((octet, index) => octet !== u8(theirs, index));
  if (at < 0) return 'even';
  return u8(ours, at) < u8(theirs, at) ? 'won' : 'lost';
}
